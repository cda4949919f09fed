//! Verdicts: outcomes of checks, outcomes of runs, and runs against an oracle and known gaps.

pub(crate) mod causes;
pub(crate) mod compare;
pub(crate) mod defect;
pub(crate) mod earlier;
pub(crate) mod finding;
pub(crate) mod gaps_names;
mod gaps_of_calls;
mod gaps_text;
mod gate;
pub(crate) mod known_gaps;
pub(crate) mod outcome;
pub(crate) mod renamed;
pub(crate) mod repeat;
pub(crate) mod reports;
pub(crate) mod run_outcome;
pub(crate) mod trace;
