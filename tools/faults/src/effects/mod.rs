//! What a fault makes of one call or one signal: pure, over a [`Process`] that the tests replace.

mod state;
#[cfg(test)]
mod tests;

pub use state::{EntryEffect, ExitEffect, FaultState, Pending, Process, SignalEffect, Syscall};
