//! All that differs by processor: a file for each, with the same names in each.

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
mod processor;

pub use processor::registers;
pub(crate) use processor::sse;
