//! `faults list|run|score`: kernels with one bug each, and what the suite finds of them.

pub mod faulty_linux;
mod list;
mod record;
mod report;
mod run;
mod score;

use std::fs;
use std::path::PathBuf;

use ::faults::{End, Fault, TABLE, find};
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::integer_in;
use crate::error::{Error, Result};
use crate::run::image::Elf;
use crate::suggest::closest;

/// How many kernels may run at once.
const JOBS_MAX: u32 = 1024;

const EXIT_CODES: &str = "\
Exit codes:
  0  list: always; run: the program ended with 0; score: at least as good as recorded
  1  run: the program ended otherwise; score: less than recorded, or a survivor without a reason
  2  wrong usage, or a file that cannot be read or is malformed
  3  the program did not start, or the suite does not pass without a fault";

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Faults {
    #[command(subcommand)]
    pub command: What,
}

#[derive(Debug, Subcommand)]
pub enum What {
    /// List the faults: id, class, and the clause that each breaks.
    List(List),
    /// Run a program, or the suite, on a kernel with one fault.
    Run(Run),
    /// Run the suite on every fault, and say which it finds.
    Score(Score),
}

#[derive(Debug, Args)]
pub struct Selection {
    /// Only faults of these system calls.
    #[arg(long, value_name = "CALL", value_delimiter = ',')]
    pub syscalls: Vec<String>,
    /// Only these faults, by id.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub ids: Vec<String>,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct List {
    #[command(flatten)]
    pub selection: Selection,
    #[arg(long, default_value = "human")]
    pub format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Run {
    /// The fault's id; `faults list` names them.
    pub id: String,
    /// The program and its arguments; without one the suite runs.
    #[arg(last = true, value_name = "PROGRAM")]
    pub program: Vec<PathBuf>,
    /// Give up when nothing came for so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = integer_in(1, u32::MAX))]
    pub silence: u32,
    /// Give up after so many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = integer_in(1, u32::MAX))]
    pub total: u32,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Score {
    #[command(flatten)]
    pub selection: Selection,
    /// Score this ELF instead of the suite's own.
    #[arg(long, value_name = "FILE")]
    pub elf: Option<PathBuf>,
    /// How many kernels run at once; twice the number of processors, because many of them wait.
    #[arg(long, value_name = "N", value_parser = integer_in(1, JOBS_MAX))]
    pub jobs: Option<u32>,
    #[arg(long, default_value = "human")]
    pub format: Format,
    /// Write the report to a file; a line still goes to stdout.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

/// Does what was asked; the exit code.
pub fn main(faults: &Faults) -> Result<u8> {
    match &faults.command {
        What::List(args) => list::main(args),
        What::Run(args) => run::main(args),
        What::Score(args) => score::main(args),
    }
}

/// The end of a run in words.
fn ending(end: End) -> String {
    match end {
        End::Exited(status) => format!("the program ended with status {status}"),
        End::Killed(signal) => format!("signal {signal} killed the program"),
        End::Panicked => "the kernel died".to_string(),
        End::Silent => "the program fell silent".to_string(),
        End::Late => "the program took too long".to_string(),
        End::Stopped => "nobody reads the program's output".to_string(),
    }
}

fn absolute(elf: &Elf) -> Result<PathBuf> {
    fs::canonicalize(elf.path()).map_err(|error| Error::file(elf.path(), &error))
}

fn known(id: &str) -> Result<&'static Fault> {
    find(id).ok_or_else(|| {
        let hint = closest(id, TABLE.iter().map(|fault| fault.id)).map_or_else(
            || "`faults list` names them".to_string(),
            |near| format!("did you mean {near}?"),
        );
        Error::usage(format!("no fault is called {id}; {hint}"))
    })
}

impl Selection {
    /// Whether nothing is chosen.
    fn is_everything(&self) -> bool {
        self.ids.is_empty() && self.syscalls.is_empty()
    }

    /// The faults that are meant: all where nothing is said.
    fn faults(&self) -> Result<Vec<&'static Fault>> {
        for id in &self.ids {
            known(id)?;
        }
        for call in &self.syscalls {
            if !TABLE.iter().any(|fault| fault.call == call) {
                return Err(Error::usage(format!(
                    "no fault is charged to {call}; `faults list --format json` has the calls"
                )));
            }
        }
        let meant = |fault: &&Fault| {
            self.is_everything()
                || self.ids.iter().any(|id| id == fault.id)
                || self.syscalls.iter().any(|call| call == fault.call)
        };
        Ok(TABLE.iter().filter(meant).collect())
    }
}
