//! The interpreter: runs the rows of the plan, judges their results and prints the log.

mod children;
mod decode;
mod folder;
mod ops;
mod patience;
mod print;
mod reset;
mod row;
mod run;
mod state;

pub use run::{INTERNAL_ERROR, run};
