//! The effects of a fault on one call or one signal.
//!
//! All access to the program goes through [`Process`], so the unit tests need no ptrace.

mod calls;
mod entry;
mod exit;
#[cfg(test)]
mod fake;
mod files;
mod process;
mod registers;
mod signal;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use entry::EntryEffect;
pub(crate) use exit::ExitEffect;
pub(crate) use process::{Process, Syscall};
pub(crate) use signal::SignalEffect;
pub(crate) use state::{FaultState, Pending};
