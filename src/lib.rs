//! What the suite is: the plan of checks and the grammar of the log, as pure data.
//!
//! The ELF runs what stands here, the host tool reads the same tables. How a check is run stands
//! in `main.rs`.

#![no_std]
#![forbid(unsafe_code)]

pub mod abi;
pub mod families;
pub mod log;
pub mod plan;
pub mod suites;
