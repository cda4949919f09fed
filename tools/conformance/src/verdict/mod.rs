//! Verdicts: outcomes of checks, outcomes of runs, and runs against an oracle and known gaps.

pub mod compare;
pub mod defect;
pub mod finding;
mod gate;
pub mod known_gaps;
pub mod outcome;
pub mod repeat;
pub mod run_outcome;
