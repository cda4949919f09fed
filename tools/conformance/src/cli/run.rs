//! The arguments of `run`, `gate`, `matrix` and `diff`, and those that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::EXIT_CODES;
use super::integer::integer_in;

/// The default of `--reboots`.
pub const REBOOTS: u32 = 32;

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Run {
    /// The target; `linux` is the kernel that this tool runs on.
    #[arg(default_value = "linux")]
    pub target: String,
    #[command(flatten)]
    pub options: RunArgs,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    #[command(flatten)]
    pub reports: ReportArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub struct Gate {
    /// The target: a name, or the path of a TOML file.
    pub target: String,
    #[command(flatten)]
    pub options: RunArgs,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    /// Read the known gaps from this file instead of the target's.
    #[arg(long, value_name = "FILE")]
    pub gaps: Option<PathBuf>,
    #[command(flatten)]
    pub reports: ReportArgs,
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
    pub options: RunArgs,
    #[command(flatten)]
    pub reports: ReportArgs,
}

/// The options of a target's run.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pub inputs: InputArgs,
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
    #[arg(long, value_name = "N", default_value_t = REBOOTS)]
    #[arg(value_parser = integer_in(0, 1024))]
    pub reboots: u32,
    #[command(flatten)]
    pub limits: LimitArgs,
}

/// The files and names that a target's run takes.
#[derive(Clone, Debug, Default, Args)]
pub struct InputArgs {
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

/// Time limits; without them those of the target hold.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct LimitArgs {
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
pub struct ReportArgs {
    /// How to report; may be given again. The n-th --out takes the n-th --format, and the one
    /// without an --out goes to stdout.
    #[arg(long, value_name = "FORMAT")]
    pub format: Vec<ReportFormat>,
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
    pub reports: ReportArgs,
}

/// The values of `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Human,
    Json,
    Junit,
    Ktap,
    Tap,
    Markdown,
    Html,
    Lava,
    #[value(name = "codequality")]
    CodeQuality,
}
