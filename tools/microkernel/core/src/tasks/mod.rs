//! Threads and processes, and what belongs to each: registers, signals, timers, futex waits.

pub mod context;
pub mod frame;
pub mod futex;
pub mod process;
pub mod signal;
pub mod thread;
pub mod timer;
