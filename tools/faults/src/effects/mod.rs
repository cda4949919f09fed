//! What a fault makes of one call or one signal: pure, over a [`Process`] that the tests replace.

mod entry;
mod exit;
mod process;
mod signal;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use entry::EntryEffect;
pub(crate) use exit::ExitEffect;
pub(crate) use process::{Process, Syscall};
pub(crate) use signal::SignalEffect;
pub(crate) use state::{FaultState, Pending};
