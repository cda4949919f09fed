//! The host side of the suite: builds the ELF, runs it, reads its log and says what it proves.
//!
//! One model of outcomes ([`verdict`]), one reader of logs ([`log`]), one reporter a file ([`report`]).
//! The grammar of the log stands in `posix_conformance::log`, the plan in
//! `posix_conformance::suites`; nothing of either is written here a second time.

#![forbid(unsafe_code)]

pub mod build;
pub mod cli;
pub mod commands;
pub mod control_block;
pub mod error;
pub mod log;
pub mod plan;
pub mod prepare;
pub mod report;
pub mod resources;
pub mod run;
pub mod spec;
pub mod suggest;
pub mod target;
pub mod toml_file;
pub mod verdict;
