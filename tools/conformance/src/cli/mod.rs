//! The command line: arguments only. Nothing of the tool is imported here.

mod bench;
mod bless;
mod build;
mod complaint;
pub(crate) mod faults;
mod integer;
mod list;
mod run;
mod spec;

pub(crate) use bench::Bench;
pub(crate) use bless::Bless;
pub(crate) use build::Build;
pub(crate) use list::{Explain, List, ListFormat, Repro, SelectArgs};
pub(crate) use run::{
    Diff, Gate, InputArgs, LimitArgs, Matrix, OnlyArgs, Replay, ReportArgs, ReportFormat, Run,
    RunArgs,
};
pub(crate) use spec::{By, Spec};

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser, Subcommand};

/// Runs posix-conformance, a freestanding POSIX conformance suite for kernels, and judges its log.
#[derive(Debug, Parser)]
#[command(name = "cargo conformance", bin_name = "cargo conformance", version)]
#[command(after_help = EXIT_CODES, disable_help_subcommand = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing is worse than the oracle allows
  1  gaps: something is worse than the oracle allows; of `gate`: something is worse than the
     target's known gaps allow, or a known gap is fixed, changed or expired; of `matrix`: the
     columns differ
  2  wrong usage, or a file that cannot be read or is malformed
  3  no verdict: the target did not start, or its log is not a complete run

Inside the repository the tool builds the ELF, and reads the repository's tests-spec,
reference-outputs and targets. A copy installed by `cargo install --path tools/conformance` has
all of them embedded, and runs anywhere as `cargo conformance` or `cargo-conformance`.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the ELF, inspect it, and print its path, size, segments and suite id.
    Build(Build),
    /// Run the suite on a target and compare its log with the oracle.
    Run(Run),
    /// Compare two logs.
    Diff(Diff),
    /// Judge the log of a run again, all of its boots.
    Replay(Replay),
    /// Run the suite on a target and judge it by the oracle and the target's known gaps.
    Gate(Gate),
    /// Run several targets, or read several logs, and show where they differ.
    Matrix(Matrix),
    /// Write a target's reference output and known gaps, after showing the changes.
    Bless(Bless),
    /// Print the titles of checks, selected by words or properties.
    List(List),
    /// Explain checks: what they do, what each step must return, and why.
    Explain(Explain),
    /// Print a C program of one check's script, without a library, that shows the failure alone.
    Repro(Repro),
    /// Print the coverage of the plan, or check that plan and tests-spec agree.
    Spec(Spec),
    /// Measure the figures of the documents: times, identical runs, one bad system call.
    Bench(Bench),
    /// Run the suite on kernels with one injected bug each, and score what it finds.
    Faults(faults::Faults),
}

/// The reason why there is no command to run.
#[derive(Debug)]
pub(crate) enum NoCommand {
    /// Help or the version was asked for; the text.
    Help(String),
    /// The arguments are wrong; a line that says why.
    Mistake(String),
}

/// Reads the arguments, the tool's name first.
///
/// # Errors
/// Help was asked for, or the arguments are wrong.
pub(crate) fn parse(args: &[OsString]) -> Result<Cli, NoCommand> {
    Cli::try_parse_from(args).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            NoCommand::Help(error.render().to_string())
        }
        _ => {
            let commands = complaint::known_commands(&Cli::command(), args);
            NoCommand::Mistake(complaint::complaint(&error, &commands))
        }
    })
}
