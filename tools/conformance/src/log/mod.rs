//! Logs: from the bytes of a console to the lines of a run, and the outcomes that they state.

pub(crate) mod boot;
pub(crate) mod capture;
mod framing;
pub(crate) mod lines;
pub(crate) mod reader;
mod reassemble;
pub(crate) mod run_lines;
