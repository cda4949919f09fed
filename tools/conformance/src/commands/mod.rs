//! The commands, a file each: from their arguments to their exit code.

mod bench;
mod bless;
mod build;
mod constant;
mod convert;
mod diff;
mod elf;
mod explain;
mod faults;
mod gate;
mod init;
mod list;
mod load;
#[cfg(feature = "manual")]
mod manual;
mod matrix;
mod progress;
mod replay;
mod repro;
mod run;
mod spec;
mod targets;

use std::ffi::OsString;

use self::bench::deaths;
use self::faults::faulty_linux;
use crate::cli::Command;
use crate::error::{EXIT_GOOD, Result};
use crate::report::{print, print_error};
use crate::run::{board, scratch, supervisor};

/// Runs a command; the exit code.
pub(crate) fn run(command: &Command) -> Result<u8> {
    if let Err(error) = supervisor::keep_children() {
        print_error(&format!(
            "warning: the end of child processes may go unnoticed: {error}"
        ));
    }
    match command {
        Command::Build(args) => build::main(args),
        Command::Elf(args) => elf::main(args),
        Command::Targets(_) => targets::main(),
        Command::Init(args) => init::main(args),
        Command::Run(args) => run::main(args),
        Command::Gate(args) => gate::main(args),
        Command::Matrix(args) => matrix::main(args),
        Command::Replay(args) => replay::main(args),
        Command::Diff(args) => diff::main(args),
        Command::Bless(args) => bless::main(args),
        Command::List(args) => list::main(args),
        Command::Explain(args) => explain::main(args),
        Command::Repro(args) => repro::main(args),
        Command::Spec(args) => spec::main(args),
        Command::Bench(args) => bench::main(args),
        Command::Faults(args) => faults::main(args),
        #[cfg(feature = "manual")]
        Command::Completions(args) => manual::completions(args),
        #[cfg(feature = "manual")]
        Command::Man(args) => manual::man(args),
    }
}

/// Prints a text that was asked for instead of a command: help, or the version.
pub(crate) fn help(text: &str) -> Result<u8> {
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

/// Acts as one of the processes that the tool starts of itself, if the arguments say so; the exit
/// code.
pub(crate) fn internal(args: &[OsString]) -> Option<u8> {
    let (name, rest) = args.get(1..)?.split_first()?;
    match name.to_str()? {
        supervisor::SUPERVISE => Some(supervisor::supervise(rest)),
        supervisor::SUPERVISED => Some(supervisor::become_command(rest)),
        deaths::DYING_LINUX => Some(deaths::boot(rest)),
        board::BOARD => Some(board::boot(rest)),
        scratch::REMOVE_FOLDER => Some(scratch::remove_folder(rest)),
        faulty_linux::FAULTY_LINUX => Some(faulty_linux::boot(rest)),
        _ => None,
    }
}
