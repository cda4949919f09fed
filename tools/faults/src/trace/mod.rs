//! A program under ptrace(2): its start, its stops and its time limits.

mod files;
mod filter;
mod inject;
mod live_pid;
mod run;
mod start;
mod tracee;
mod tracer;
mod waiting;

pub use run::{TimeLimits, TraceEnd, TraceResult, run, run_with_all};
