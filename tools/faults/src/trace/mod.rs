//! A program under ptrace(2): its start, its stops and its time limits.

mod filter;
mod live_pid;
mod run;
mod start;
mod tracee;
mod tracer;

pub use run::{TimeLimits, TraceEnd, TraceResult, run, run_with_all};
