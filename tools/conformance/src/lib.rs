//! The host side of the suite: builds the ELF, runs it, reads its log and judges it.
//!
//! The grammar of the log is in `packer::log`, the plan in `packer::suites`; nothing of either is
//! written here a second time.

#![forbid(unsafe_code)]
#![deny(unreachable_pub)]

mod atomic_file;
mod build;
mod cli;
mod commands;
mod control_block;
mod error;
mod log;
mod plan;
mod prepare;
mod report;
mod repro;
mod resources;
mod run;
mod spec;
mod suggest;
mod target;
pub mod testing;
mod toml_file;
mod verdict;

use std::ffi::OsString;
use std::process::ExitCode;

use self::cli::NoCommand;
use self::error::Error;

/// The program: reads the arguments, the tool's name first, and runs the command.
pub fn main(mut args: Vec<OsString>) -> ExitCode {
    // The alias of a clone passes its own name as the first argument.
    if args.get(1).is_some_and(|arg| arg == "conformance") {
        args.remove(1);
        cli::is_alias();
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
            report::print_error(&format!("error: {}", problem.text));
            ExitCode::from(problem.exit)
        }
    }
}
