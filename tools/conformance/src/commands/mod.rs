//! What each command does, from its words to its exit code.

mod bench;
mod bless;
mod build;
mod diff;
pub mod faults;
mod gate;
mod matrix;
mod run;
mod spec;

use crate::cli::Command;
use crate::error::Result;

/// Does what was asked; the exit code.
pub fn run(command: &Command) -> Result<u8> {
    match command {
        Command::Build(args) => build::main(args),
        Command::Run(args) => run::main(args),
        Command::Gate(args) => gate::main(args),
        Command::Matrix(args) => matrix::main(args),
        Command::Diff(args) => diff::main(args),
        Command::Bless(args) => bless::main(args),
        Command::Spec(args) => spec::main(args),
        Command::Bench(args) => bench::main(args),
        Command::Faults(args) => faults::main(args),
    }
}
