//! The command line: arguments only. Nothing of the tool is imported here.

mod arch;
mod bench;
mod bless;
mod build;
mod complaint;
mod elf;
mod examples;
pub(crate) mod faults;
mod integer;
mod list;
mod run;
mod spec;
mod suite;

pub(crate) use arch::{Arch, ArchArgs};
pub(crate) use bench::Bench;
pub(crate) use bless::Bless;
pub(crate) use build::Build;
#[cfg(feature = "manual")]
pub(crate) use elf::{Completions, Man};
pub(crate) use elf::{Elf, Init, Targets, Template};
pub(crate) use list::{Explain, List, ListFormat, Repro, SelectArgs};
pub(crate) use run::{
    Diff, ExtentArgs, Gate, InputArgs, LimitArgs, Matrix, OnlyArgs, Replay, ReportArgs,
    ReportFormat, Run, RunArgs, TraceArgs,
};
pub(crate) use spec::{By, Spec};
pub(crate) use suite::{Suite, SuiteArgs};

use std::ffi::OsString;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Runs posix-conformance, a freestanding POSIX conformance suite for kernels, and judges its log.
#[derive(Debug, Parser)]
#[command(name = "conformance", version)]
#[command(after_help = PLACES_AND_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// The exit codes of a command that judges a log.
macro_rules! exit_codes {
    () => {
        "\
Exit codes:
  0  nothing is worse than the oracle allows
  1  gaps: something is worse than the oracle allows; of `gate`: something is worse than the
     target's known gaps allow, or a known gap is fixed, changed or expired; of `matrix`: the
     columns differ
  2  wrong usage, or a file that cannot be read or is malformed
  3  no verdict: the target did not start, or its log is not a complete run"
    };
}

const EXIT_CODES: &str = exit_codes!();
const PLACES_AND_CODES: &str = concat!(
    exit_codes!(),
    "

In a clone of the repository this tool is `cargo conformance`, which builds the ELF and reads the
clone's tests-spec, reference-outputs and targets. `cargo install --locked --profile host
--path tools/conformance` installs it as `conformance`, which has all of them embedded and runs
anywhere."
);

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the ELF, inspect it, and print its path, size, segments and suite id.
    Build(Build),
    /// Write the ELF to a file.
    Elf(Elf),
    /// Print the targets that are known by name, and what is missing for each.
    Targets(Targets),
    /// Write the commented file of a target for your kernel; asks nothing.
    Init(Init),
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
    /// Run the suite on kernels with one injected bug each, and score what it finds (x86-64 only).
    Faults(faults::Faults),
    /// Print the completions for a shell.
    #[cfg(feature = "manual")]
    Completions(Completions),
    /// Write man pages.
    #[cfg(feature = "manual")]
    Man(Man),
}

/// The reason why there is no command to run.
#[derive(Debug)]
pub(crate) enum NoCommand {
    /// Help or the version was asked for; the text.
    Help(String),
    /// The arguments are wrong; a line that says why.
    Mistake(String),
}

/// True where the tool runs as the alias `cargo conformance` of a clone.
static ALIAS: AtomicBool = AtomicBool::new(false);

/// Takes down that the tool runs as the alias of a clone.
pub(crate) fn is_alias() {
    ALIAS.store(true, Ordering::Relaxed);
}

/// The command by which the user calls the tool.
pub(crate) fn tool_name() -> &'static str {
    match ALIAS.load(Ordering::Relaxed) {
        true => "cargo conformance",
        false => "conformance",
    }
}

/// The command line, with the name that the user calls it by and with examples.
pub(crate) fn command_line() -> clap::Command {
    examples::added(Cli::command().bin_name(tool_name()), tool_name())
}

/// Reads the arguments, the tool's name first.
///
/// # Errors
/// Help was asked for, or the arguments are wrong.
pub(crate) fn parse(args: &[OsString]) -> Result<Cli, NoCommand> {
    let mut command_line = command_line();
    let matches = command_line.try_get_matches_from_mut(args);
    matches
        .and_then(|found| Cli::from_arg_matches(&found))
        .map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                NoCommand::Help(error.render().to_string())
            }
            _ => {
                let commands = complaint::known_commands(&command_line, args);
                NoCommand::Mistake(complaint::complaint(&error, &commands))
            }
        })
}
