//! The interpreter: runs the rows of the plan, judges their results and prints the log.

mod ops;
mod run;

pub use run::{INTERNAL_ERROR, run};
