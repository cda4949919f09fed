//! `faults list|run|score`: kernels with one bug each, and what the suite finds of them.

pub mod faulty_linux;
mod record;
mod report;
mod score;

use std::fs;
use std::io::Write;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ::faults::{End, Fault, Limits, TABLE, find};
use clap::{Args, Subcommand, ValueEnum};

use crate::cli::integer_in;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::plan::Plan;
use crate::report::{OutFile, print};
use crate::resources::Resources;
use crate::run::image::Elf;
use crate::suggest::closest;

use self::record::Record;

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
pub fn main(
    faults: &Faults,
    suite: impl Fn(&Resources, Option<&PathBuf>) -> Result<Elf>,
) -> Result<u8> {
    match &faults.command {
        What::List(args) => list(args),
        What::Run(args) => run(args, suite),
        What::Score(args) => score(args, suite),
    }
}

fn list(args: &List) -> Result<u8> {
    let selected = args.selection.faults()?;
    print(report::list(&selected, args.format).as_bytes())?;
    Ok(EXIT_GOOD)
}

fn run(args: &Run, suite: impl Fn(&Resources, Option<&PathBuf>) -> Result<Elf>) -> Result<u8> {
    let fault = known(&args.id)?;
    let elf;
    let mut command = match args.program.split_first() {
        Some((program, rest)) => {
            let mut command = Command::new(program);
            command.args(rest);
            command
        }
        None => {
            elf = suite(&Resources::find(), None)?;
            Command::new(absolute(&elf)?)
        }
    };
    command.stdin(std::process::Stdio::null());
    let limits = Limits {
        silence: Duration::from_secs(args.silence.into()),
        total: Duration::from_secs(args.total.into()),
    };
    let mut stdout = std::io::stdout().lock();
    let outcome = ::faults::run(Some(fault), command, limits, |bytes| {
        match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    let outcome = outcome.map_err(|error| Error {
        exit: EXIT_NO_VERDICT,
        text: format!("{} does not run: {error}", command_name(args)),
    })?;
    eprintln!(
        "fault {} showed {}; {}",
        fault.id,
        match outcome.shown {
            1 => "once".to_string(),
            more => format!("{more} times"),
        },
        ending(outcome.end)
    );
    Ok(match outcome.end {
        End::Exited(0) => EXIT_GOOD,
        _ => EXIT_GAPS,
    })
}

/// What was to be run, as the user calls it.
fn command_name(args: &Run) -> String {
    let program = args.program.first();
    program.map_or_else(
        || "the suite".to_string(),
        |path| path.display().to_string(),
    )
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

fn score(args: &Score, suite: impl Fn(&Resources, Option<&PathBuf>) -> Result<Elf>) -> Result<u8> {
    let home = Resources::find();
    let selected = args.selection.faults()?;
    let out = args.out.as_deref().map(OutFile::open).transpose()?;
    let elf = suite(&home, args.elf.as_ref())?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = args.jobs.map_or(2 * processors, |jobs| jobs as usize);
    let plan = Plan::default();
    let score = score::score(&plan, &absolute(&elf)?, &selected, jobs)?;
    let record = Record::read(&home)?;
    let whole = selected.len() == TABLE.len();
    let verdict = record.judge(&score, whole);
    let text = report::score(&plan, &score, &record, &verdict, args);
    match out {
        None => print(text.as_bytes())?,
        Some(file) => {
            print(format!("{}\n", report::headline(&score)).as_bytes())?;
            file.write(text.as_bytes())?;
        }
    }
    for complaint in &verdict {
        eprintln!("error: {complaint}");
    }
    Ok(if verdict.is_empty() {
        EXIT_GOOD
    } else {
        EXIT_GAPS
    })
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
