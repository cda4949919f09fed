//! Logs: from the bytes of a console to the lines of a run, and the outcomes that they state.

pub mod boot;
pub mod capture;
pub mod lines;
pub mod reader;
mod reassemble;
pub mod run_lines;
