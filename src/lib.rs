//! The parts of a check and the grammar of the log, as pure data: the programs of all suites are
//! made of them.
//!
//! `main.rs` is the program of the core suite. The checks are in `families`, and `tools/packer`
//! compiles them: the programs read them packed, and the host tool takes them from the packer.

#![no_std]
#![forbid(unsafe_code)]

pub mod abi;
pub mod log;
pub mod plan;
