//! The host side of the suite: builds the ELF, runs it, reads its log and says what it proves.
//!
//! One event model ([`model`]), one reader of logs ([`reader`]), one reporter a file ([`report`]).
//! The grammar of the log stands in `posix_conformance::log`, the plan in
//! `posix_conformance::suite`; nothing of either is written here a second time.

#![forbid(unsafe_code)]

pub mod accel;
pub mod bench;
pub mod bless;
pub mod build;
pub mod cli;
pub mod commands;
pub mod compare;
pub mod console;
pub mod elf;
pub mod exhausted;
pub mod faults;
pub mod faulty;
pub mod gaps;
pub mod home;
pub mod initramfs;
pub mod leash;
pub mod matrix;
pub mod model;
pub mod near;
mod nested;
pub mod operator;
pub mod plan;
pub mod progress;
pub mod reader;
pub mod readme;
pub mod recover;
pub mod report;
pub mod run;
pub mod spec;
pub mod target;
pub mod trust;
pub mod version;
pub mod workshop;
