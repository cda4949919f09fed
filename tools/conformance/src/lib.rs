//! The host side of the suite: builds the ELF, runs it, reads its log and judges it.
//!
//! The grammar of the log is in `posix_conformance::log`, the plan in `posix_conformance::suites`;
//! nothing of either is written here a second time.

#![forbid(unsafe_code)]

mod build;
mod cli;
mod commands;
mod control_block;
mod error;
mod log;
mod plan;
mod prepare;
mod report;
mod resources;
mod run;
mod spec;
mod suggest;
mod target;
mod toml_file;
mod verdict;

use std::ffi::OsString;
use std::process::ExitCode;

use self::cli::NoCommand;
use self::error::Error;

/// The program: reads the arguments, the tool's name first, and runs the command.
pub fn main(mut args: Vec<OsString>) -> ExitCode {
    // Cargo passes a subcommand its own name as the first argument.
    if args.get(1).is_some_and(|arg| arg == "conformance") {
        args.remove(1);
    }
    if let Some(exit) = commands::internal(&args) {
        return ExitCode::from(exit);
    }
    let result = match cli::parse(&args) {
        Ok(cli) => commands::run(&cli.command),
        Err(NoCommand::Help(text)) => commands::help(&text),
        Err(NoCommand::Mistake(line)) => Err(Error::usage(line)),
    };
    match result {
        Ok(exit) => ExitCode::from(exit),
        Err(problem) => {
            eprintln!("error: {}", problem.text);
            ExitCode::from(problem.exit)
        }
    }
}

/// The items that the tests outside of this library need.
pub mod testing {
    pub mod control_block {
        pub use crate::control_block::{offset, patched, skipping};
    }

    pub use crate::build::inspect::{Inspected, Kind, SIZE_MAX, inspect};
    pub use crate::build::{Shape, build_elf, freestanding_is_possible};
    pub use crate::error::EXIT_GOOD;
    pub use crate::log::reader::{Event, Reader};
    pub use crate::plan::{Plan, Planned, end_line, totals_line};
    pub use crate::report::{Format, Style};
    pub use crate::resources::Resources;
    pub use crate::run::image::temp_elf;
    pub use crate::spec::Spec;
    pub use crate::target::{Target, TargetLimits};
    pub use crate::verdict::compare::{Comparison, Report};
    pub use crate::verdict::defect::Defect;
    pub use crate::verdict::known_gaps::{Gaps, today};
    pub use crate::verdict::outcome::{Got, Outcome};
    pub use crate::verdict::run_outcome::{RunContext, RunOutcome};
}
