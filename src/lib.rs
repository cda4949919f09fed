//! The suites: the plan of checks and the grammar of the log, as pure data.
//!
//! The ELF runs these tables and the host tool reads them. The program that runs a check is
//! `main.rs`.

#![no_std]
#![forbid(unsafe_code)]

pub mod abi;
pub mod families;
pub mod log;
pub mod plan;
pub mod suites;
