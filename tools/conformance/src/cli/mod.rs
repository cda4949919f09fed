//! The command line: its words, and one clear line for a wrong one.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory, Parser, Subcommand};

use crate::commands;
use crate::commands::faults::Faults;
use crate::commands::faults::faulty_linux;
use crate::error::EXIT_USAGE;
use crate::report::Format;
use crate::run::supervisor;
use crate::spec::By;

/// Runs posix-conformance, a freestanding POSIX conformance suite for kernels, and judges its log.
#[derive(Debug, Parser)]
#[command(name = "cargo conformance", bin_name = "cargo conformance", version)]
#[command(after_help = EXIT_CODES, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing is worse than the oracle allows
  1  gaps: something is worse than the oracle allows; of `gate`: something is worse than the
     target's known gaps allow, or a known gap is fixed, changed or expired; of `matrix`: they
     differ
  2  wrong usage, or a file that cannot be read or is malformed
  3  no verdict: the target did not start, or its log is no complete run

Inside the repository the ELF is built afresh, and tests-spec, reference-outputs and targets are
the repository's. A copy installed by `cargo install --path tools/conformance` carries them all
inside, and can be run anywhere as `cargo conformance` or `cargo-conformance`.";

const BUILD_CODES: &str = "\
Exit codes:
  0  the ELF is built, and is what every loader takes
  2  wrong usage, it does not build, or it is not what every loader takes";

const BLESS_CODES: &str = "\
Exit codes:
  0  written, or there was nothing to change
  1  of `--dry-run`: something would change
  2  wrong usage, or a file that cannot be read or written or is malformed
  3  nothing is written: the target did not start, or its log is no complete run";

const SPEC_CODES: &str = "\
Exit codes:
  0  printed or written; of `--check`: plan, tests-spec and README.md agree
  1  of `--check`: they do not
  2  wrong usage, or a file that cannot be read or is malformed";

const BENCH_CODES: &str = "\
Exit codes:
  0  the figures are printed
  2  wrong usage, or a file that cannot be read or is malformed
  3  no figures: the ELF or the target did not start, a log is no complete run, or two runs of
     the bare ELF differ";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Build the ELF, inspect it, and print its path, size, segments and suite id.
    Build(Build),
    /// Run the suite on a target and compare its log with the oracle.
    Run(Run),
    /// Compare two logs.
    Diff(Diff),
    /// Run the suite on a target and hold it against the oracle and the target's known gaps.
    Gate(Gate),
    /// Run several targets, or read several logs, and show where they differ.
    Matrix(Matrix),
    /// Write a target's reference output and known gaps, after showing what changes.
    Bless(Bless),
    /// Print what the plan covers, or prove that plan and tests-spec agree.
    Spec(Spec),
    /// Print the figures that the documents state: times, identical runs, one bad system call.
    Bench(Bench),
    /// Run the suite on kernels with one bug each: does it find them?
    Faults(Faults),
}

#[derive(Debug, Args)]
#[command(after_help = BUILD_CODES)]
pub struct Build {
    /// Without SSE and red zone, with core built from source, for kernels that save no FPU state.
    #[arg(long, conflicts_with = "pie")]
    pub freestanding: bool,
    /// A static ET_DYN without relocations, for loaders that take nothing else.
    #[arg(long)]
    pub pie: bool,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Run {
    /// The target; `linux` is the kernel that this tool runs on.
    #[arg(default_value = "linux")]
    pub target: String,
    #[command(flatten)]
    pub options: RunOptions,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    #[command(flatten)]
    pub reports: Reports,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Gate {
    /// The target: a name, or the path of a TOML file.
    pub target: String,
    #[command(flatten)]
    pub options: RunOptions,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    /// Read the known gaps from this file instead of the target's.
    #[arg(long, value_name = "FILE")]
    pub gaps: Option<PathBuf>,
    #[command(flatten)]
    pub reports: Reports,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Matrix {
    /// Targets by name, their TOML files, or logs.
    #[arg(required = true)]
    pub columns: Vec<String>,
    /// Show the checks in which all are the same, too.
    #[arg(long)]
    pub all: bool,
    /// Count by family instead; written as human or markdown.
    #[arg(long, conflicts_with = "all")]
    pub families: bool,
    #[command(flatten)]
    pub options: RunOptions,
    #[command(flatten)]
    pub reports: Reports,
}

/// How to run a target.
#[derive(Clone, Debug, Args)]
pub struct RunOptions {
    #[command(flatten)]
    pub inputs: Inputs,
    /// Copy the console to a file as it comes, all boots one after the other.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Skip a check, given by its whole title; may be given again.
    #[arg(long, value_name = "TITLE")]
    pub skip: Vec<String>,
    /// Run so many times; of each check the worst outcome counts, and those that differ are listed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = integer_in(1, 1000))]
    pub repeat: u32,
    /// Boot a kernel that dies so many times again.
    #[arg(long, value_name = "N", default_value_t = crate::run::campaign::REBOOTS)]
    #[arg(value_parser = integer_in(0, 1024))]
    pub reboots: u32,
    #[command(flatten)]
    pub limits: Limits,
}

/// What is run, and by what.
#[derive(Clone, Debug, Default, Args)]
pub struct Inputs {
    /// Run this ELF instead of the suite's own.
    #[arg(long, value_name = "FILE")]
    pub elf: Option<PathBuf>,
    /// The kernel, for targets that boot one.
    #[arg(long, value_name = "FILE")]
    pub kernel: Option<PathBuf>,
    /// The one bug of the kernel, for targets that are told one: faulty-linux takes any that
    /// `faults list` prints, microkernel has its own.
    #[arg(long, value_name = "ID")]
    pub fault: Option<String>,
    /// By what an emulator runs the kernel, kvm or tcg say; without it the first that works.
    #[arg(long, value_name = "NAME")]
    pub accel: Option<String>,
}

impl RunOptions {
    /// Once, as the target says.
    pub fn once(inputs: &Inputs) -> RunOptions {
        RunOptions {
            inputs: inputs.clone(),
            log: None,
            skip: Vec::new(),
            repeat: 1,
            reboots: crate::run::campaign::REBOOTS,
            limits: Limits::default(),
        }
    }
}

/// Time limits; without them those of the target hold.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Limits {
    /// Give up a boot when no header line came for so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub boot: Option<u32>,
    /// Give up a boot when nothing came for so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub silence: Option<u32>,
    /// Give up a boot when no line of the suite came for so many seconds.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub check: Option<u32>,
    /// Give up after so many seconds, all boots together.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub total: Option<u32>,
}

#[derive(Debug, Args)]
pub struct Reports {
    /// How to report; may be given again. The n-th --out takes the n-th --format, and the one
    /// without an --out goes to stdout.
    #[arg(long, value_name = "FORMAT")]
    pub format: Vec<Format>,
    /// The file for a --format; may be given again.
    #[arg(long, value_name = "FILE")]
    pub out: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Diff {
    /// The log of a kernel that is right; `-` is stdin.
    pub oracle: PathBuf,
    /// The log to judge; `-` is stdin.
    pub log: PathBuf,
    #[command(flatten)]
    pub reports: Reports,
}

#[derive(Debug, Args)]
#[command(after_help = BLESS_CODES)]
// It refuses these, and says why.
#[command(mut_arg("elf", |arg| arg.hide(true)), mut_arg("fault", |arg| arg.hide(true)))]
#[command(mut_arg("skip", |arg| arg.hide(true)))]
pub struct Bless {
    /// The target whose reference output and known gaps are written.
    #[arg(default_value = "linux")]
    pub target: String,
    /// Only show what would change, and end with 1 if anything would.
    #[arg(long)]
    pub dry_run: bool,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    /// Why the new gaps are known; their entries say so.
    #[arg(long, value_name = "TEXT", default_value = "not yet explained")]
    pub reason: String,
    #[command(flatten)]
    pub options: RunOptions,
}

#[derive(Debug, Args)]
#[command(after_help = SPEC_CODES)]
pub struct Spec {
    /// Prove that plan, tests-spec and the table in README.md agree.
    #[arg(long)]
    pub check: bool,
    /// Write the table in README.md anew.
    #[arg(long, conflicts_with = "check")]
    pub write: bool,
    /// Count only by this; may be given again.
    #[arg(long, value_name = "THING")]
    pub by: Vec<By>,
}

#[derive(Debug, Args)]
#[command(after_help = BENCH_CODES)]
pub struct Bench {
    /// The target, split into build, boot, suite, end and diff; without it the bare ELF on this
    /// Linux.
    pub target: Option<String>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// How many runs; those of the bare ELF must all print the same bytes.
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = integer_in(1, u32::MAX))]
    pub runs: u32,
    /// Run beside so many busy loops.
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = integer_in(0, 64))]
    pub busy: u32,
    /// Instead: make each system call return a constant, and count the runs that end well.
    #[arg(long, conflicts_with_all = ["runs", "busy", "target"])]
    pub lies: bool,
    /// Instead: time the reader of logs against `wc -l`, and stream 2 GiB through it.
    #[arg(long, conflicts_with_all = ["runs", "busy", "lies", "target"])]
    pub reader: bool,
}

/// The whole program.
pub fn main(mut words: Vec<OsString>) -> ExitCode {
    // Cargo hands a subcommand its own name as the first word.
    if words.get(1).is_some_and(|word| word == "conformance") {
        words.remove(1);
    }
    // These are the tool's own words to itself.
    let itself = words.get(1).and_then(|word| word.to_str());
    match itself {
        Some(supervisor::SUPERVISE) => return ExitCode::from(supervisor::supervise(&words[2..])),
        Some(supervisor::SUPERVISED) => {
            return ExitCode::from(supervisor::become_command(&words[2..]));
        }
        Some(faulty_linux::FAULTY_LINUX) => return ExitCode::from(faulty_linux::boot(&words[2..])),
        _ => {}
    }
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => return complain(&error, &known_commands(&words)),
    };
    match commands::run(&cli.command) {
        Ok(exit) => ExitCode::from(exit),
        Err(problem) => {
            eprintln!("error: {}", problem.text);
            ExitCode::from(problem.exit)
        }
    }
}

/// A number on the command line, and what to write where it is none or out of its bounds.
pub fn integer_in(least: u32, most: u32) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| match text.parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ if most == u32::MAX => Err(format!("a whole number from {least} up is needed")),
        _ => Err(format!("a whole number from {least} to {most} is needed")),
    }
}

/// The commands that could have stood where the words went wrong.
fn known_commands(words: &[OsString]) -> String {
    let tool = Cli::command();
    let within = words.get(1).and_then(|word| tool.find_subcommand(word));
    let within = within.filter(|command| command.has_subcommands());
    let commands = within.unwrap_or(&tool).get_subcommands();
    let names: Vec<&str> = commands.map(clap::Command::get_name).collect();
    names.join(", ")
}

/// Help goes to stdout; a mistake gives one line, with what was probably meant.
fn complain(error: &clap::Error, commands: &str) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            return match crate::report::print(error.render().to_string().as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(problem) => ExitCode::from(problem.exit),
            };
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            eprintln!("error: which command? there are {commands}; --help says more");
            return ExitCode::from(EXIT_USAGE);
        }
        _ => {}
    }
    let text = error.render().to_string();
    // The first paragraph is the message, in one line or a list under it.
    let words = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim);
    let mut line = words.collect::<Vec<_>>().join(" ");
    for kind in [
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedArg,
        ContextKind::SuggestedValue,
    ] {
        let known = match error.get(kind) {
            Some(ContextValue::String(known)) => known.clone(),
            Some(ContextValue::Strings(known)) if !known.is_empty() => known.join(" or "),
            _ => continue,
        };
        line += &format!("; did you mean {known}?");
    }
    match error.kind() {
        _ if line.contains("did you mean") => {}
        ErrorKind::InvalidSubcommand => line += &format!("; there are {commands}"),
        ErrorKind::UnknownArgument => line += "; --help lists them",
        _ => {}
    }
    eprintln!("{line}");
    ExitCode::from(EXIT_USAGE)
}
