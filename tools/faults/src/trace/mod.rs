//! A program under ptrace(2): its start, its stops and its time limits.

mod filter;
mod run;
mod tracee;

pub use run::{TimeLimits, TraceEnd, TraceResult, run};
