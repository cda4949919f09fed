//! Threads and processes, and what belongs to each: registers, signals, timers, futex waits.

pub(crate) mod futex;
pub(crate) mod process;
pub(crate) mod signal;
pub(crate) mod thread;
pub(crate) mod timer;
