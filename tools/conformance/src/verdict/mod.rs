//! Verdicts: outcomes, what a run proves, and what an oracle and known gaps make of it.

pub mod compare;
pub mod defect;
pub mod finding;
mod gate;
pub mod known_gaps;
pub mod outcome;
pub mod repeat;
pub mod run_outcome;
