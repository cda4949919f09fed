//! The arguments of `faults list`, `faults run` and `faults score`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::OnlyArgs;
use super::integer::integer_in;

/// The most kernels that run at once.
const JOBS_MAX: u32 = 1024;

const EXIT_CODES: &str = "\
Exit codes:
  0  list: always; run: the program exited with 0; score: at least as good as recorded;
     justice: within the bounds
  1  run: the program ended in another way; score: less than recorded, or a survivor without a
     reason; justice: too many red checks accuse another call
  2  wrong usage, or a file that cannot be read or is malformed
  3  the program did not start, the suite does not pass without a fault, or a score is below the
     recorded one on a machine that is busy with other work";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Faults {
    #[command(subcommand)]
    pub command: FaultsCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FaultsCommand {
    /// List the faults: id, class, and the clause that each breaks.
    List(List),
    /// Run a program, or the suite, on a kernel with one fault.
    Run(Run),
    /// Run the suite on a kernel with each fault, and report which it finds.
    Score(Score),
    /// Run the suite on kernels whose wrong calls are known, and count the red checks that accuse
    /// another call.
    Justice(Justice),
}

#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// The suite whose faults are meant: `core`, `files`, `processes`, or `all`. Without it that of
    /// the first id, or `core`.
    #[arg(long, value_name = "NAME")]
    pub suite: Option<String>,
    /// Only faults of these system calls.
    #[arg(long, value_name = "CALL", value_delimiter = ',')]
    pub syscalls: Vec<String>,
    /// Only these faults, by id.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub ids: Vec<String>,
    /// Only faults of these classes, for example `wrong-errno`; `historic` chooses the faults made
    /// after public bug reports of kernels, which are left out otherwise.
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    pub class: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct List {
    #[command(flatten)]
    pub selection: Selection,
    #[arg(long, default_value = "human")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Run {
    /// The fault's id; `faults list` prints them.
    pub id: String,
    /// The program and its arguments; without one the suite runs.
    #[arg(last = true, value_name = "PROGRAM", conflicts_with = "only")]
    pub program: Vec<PathBuf>,
    #[command(flatten)]
    pub only: OnlyArgs,
    /// Time limit of the program without output.
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    #[arg(value_parser = integer_in(1, u32::MAX))]
    pub silence: u32,
    /// Time limit of the program.
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    #[arg(value_parser = integer_in(1, u32::MAX))]
    pub total: u32,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Score {
    #[command(flatten)]
    pub selection: Selection,
    /// Score this ELF instead of the suite's own.
    #[arg(long, value_name = "FILE")]
    pub elf: Option<PathBuf>,
    /// The number of kernels that run at once; without it four times the number of processors,
    /// because a suite waits for most of its time.
    #[arg(long, value_name = "N", value_parser = integer_in(1, JOBS_MAX))]
    pub jobs: Option<u32>,
    #[arg(long, default_value = "human")]
    pub format: Format,
    /// Write the report to this file; one line still goes to stdout.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Justice {
    /// The suite that runs: `core`, `files`, `processes`, or `all`.
    #[arg(long, value_name = "NAME", default_value = "core")]
    pub suite: String,
    /// The number of kernels with six faults each.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = integer_in(0, 100_000))]
    pub seeds: u32,
    /// Run only one of each N kernels in which one call always returns a constant.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = integer_in(1, 1000))]
    pub every: u32,
    /// Run this ELF instead of the suite's own.
    #[arg(long, value_name = "FILE")]
    pub elf: Option<PathBuf>,
    /// Read the logs in this folder, and write those that are missing: the next run takes no time.
    #[arg(long, value_name = "FOLDER")]
    pub logs: Option<PathBuf>,
    /// The number of kernels that run at once; without it four times the number of processors,
    /// because a suite waits for most of its time.
    #[arg(long, value_name = "N", value_parser = integer_in(1, JOBS_MAX))]
    pub jobs: Option<u32>,
    /// List the kernels on which most red checks accuse another call, and those checks.
    #[arg(long)]
    pub verbose: bool,
}

/// The values of `--format` of the commands below `faults`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}
