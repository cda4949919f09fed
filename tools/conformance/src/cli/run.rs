//! The arguments of `run`, `gate`, `matrix` and `diff`, and those that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::integer::integer_in;
use super::{Arch, EXIT_CODES, Suite};

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Run {
    /// The target; `linux` is the kernel that this tool runs on.
    #[arg(default_value = "linux")]
    pub target: String,
    #[command(flatten)]
    pub options: RunArgs,
    #[command(flatten)]
    pub only: OnlyArgs,
    #[command(flatten)]
    pub trace: TraceArgs,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    #[command(flatten)]
    pub extent: ExtentArgs,
    #[command(flatten)]
    pub reports: ReportArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Gate {
    /// The target: a name, or the path of a TOML file.
    pub target: String,
    #[command(flatten)]
    pub options: RunArgs,
    #[command(flatten)]
    pub only: OnlyArgs,
    #[command(flatten)]
    pub trace: TraceArgs,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    /// Read the known gaps from this file instead of the target's.
    #[arg(long, value_name = "FILE")]
    pub gaps: Option<PathBuf>,
    #[command(flatten)]
    pub extent: ExtentArgs,
    #[command(flatten)]
    pub reports: ReportArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Matrix {
    /// Targets by name, their TOML files, or logs.
    #[arg(required = true)]
    pub columns: Vec<String>,
    /// Also show the checks in which all columns agree.
    #[arg(long)]
    pub all: bool,
    /// Count the passed checks by family instead; as human or markdown.
    #[arg(long, conflicts_with = "all")]
    pub families: bool,
    #[command(flatten)]
    pub options: RunArgs,
    #[command(flatten)]
    pub reports: ReportArgs,
}

/// The options of a target's run.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Copy the console of all boots to this file; `replay` judges it again.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Skip the check with this title; may be repeated.
    #[arg(long, value_name = "TITLE")]
    pub skip: Vec<String>,
    /// The number of runs; of each check the worst outcome counts, and changing outcomes are
    /// listed.
    #[arg(long, value_name = "N", default_value_t = 1)]
    #[arg(value_parser = integer_in(1, 1000))]
    pub repeat: u32,
    /// The most boots of a kernel that dies, after the first one; without it only `--total` bounds
    /// them.
    #[arg(long, value_name = "N")]
    #[arg(value_parser = integer_in(0, 1_000_000))]
    pub reboots: Option<u32>,
    /// The most boots at once of a kernel that dies, each with a part of the plan; the verdict is
    /// the same with any number. Without it one, or `jobs` of the target's file.
    #[arg(long, value_name = "N")]
    #[arg(value_parser = integer_in(1, 1024))]
    pub jobs: Option<u32>,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Print to stderr why each boot is made, and how it ended.
    #[arg(long, short)]
    pub verbose: bool,
}

/// The selection of the checks to run.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct OnlyArgs {
    /// Run and judge only the checks with this title, of this call or family, or whose title has
    /// these words; may be repeated.
    #[arg(long, value_name = "WORDS")]
    pub only: Vec<String>,
}

/// The boot after the verdict.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct TraceArgs {
    /// Do not boot once more after the verdict to see what each step of the failed checks returns.
    #[arg(long)]
    pub no_trace: bool,
}

/// The files and names that a target's run takes.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// The processor: `linux-qemu --arch riscv64` is the target linux-qemu-riscv64, and a target of
    /// another processor is refused.
    #[arg(long, value_enum)]
    pub arch: Option<Arch>,
    /// The suite to run; `all` runs each and reports them together, and a file that another option
    /// names is that of core: those of the others have `-files` and `-processes` before their
    /// ending. Without it core.
    #[arg(long, value_name = "NAME", value_enum)]
    pub suite: Option<Suite>,
    /// Run this ELF instead of the suite's own.
    #[arg(long, value_name = "FILE")]
    pub elf: Option<PathBuf>,
    /// The file of the kernel, for targets that boot one.
    #[arg(long, value_name = "FILE")]
    pub kernel: Option<PathBuf>,
    /// The injected bug, for targets that take one: faulty-linux takes those that `faults list`
    /// prints, microkernel has its own.
    #[arg(long, value_name = "ID")]
    pub fault: Option<String>,
    /// The accelerator of the emulator, for example kvm or tcg; without it the first that works.
    #[arg(long, value_name = "NAME")]
    pub accel: Option<String>,
}

/// The time limits of a run; without them the target's own.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct LimitArgs {
    /// Time limit of a boot up to the header line.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub boot: Option<u32>,
    /// Time limit of a boot without output.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub silence: Option<u32>,
    /// Time limit of a boot without a line of the suite.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub check: Option<u32>,
    /// Time limit of all boots together.
    #[arg(long, value_name = "SECONDS", value_parser = integer_in(1, u32::MAX))]
    pub total: Option<u32>,
}

/// The extent of a report.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ExtentArgs {
    /// Show every cause and every check; without it a report for people has the first 20 causes.
    #[arg(long)]
    pub all: bool,
    /// In a page of HTML list what has changed since this report, which `--format json` wrote.
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The format of the report on stdout.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ReportFormat::Human)]
    pub format: ReportFormat,
    /// Write a report of that format to a file, for example junit=report.xml; may be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report_file)]
    pub report: Vec<(ReportFormat, PathBuf)>,
}

/// A format and a file, separated by an equals sign.
fn report_file(text: &str) -> Result<(ReportFormat, PathBuf), String> {
    let formats = || {
        let all = ReportFormat::value_variants().iter();
        let names =
            all.filter_map(|format| Some(format.to_possible_value()?.get_name().to_string()));
        names.collect::<Vec<_>>().join(", ")
    };
    let (format, file) = text
        .split_once('=')
        .filter(|(_, file)| !file.is_empty())
        .ok_or("FORMAT=FILE is needed, for example junit=report.xml")?;
    let format = ReportFormat::from_str(format, false)
        .map_err(|_| format!("there is no format {format}; there are {}", formats()))?;
    Ok((format, PathBuf::from(file)))
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Replay {
    /// The target that ran: a name, or the path of a TOML file.
    pub target: String,
    /// The log that `--log` of its run wrote.
    pub log: PathBuf,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    #[command(flatten)]
    pub extent: ExtentArgs,
    #[command(flatten)]
    pub reports: ReportArgs,
}

#[derive(Debug, Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Diff {
    /// The log of a correct kernel; `-` is stdin.
    pub oracle: PathBuf,
    /// The log to judge; `-` is stdin.
    pub log: PathBuf,
    #[command(flatten)]
    pub extent: ExtentArgs,
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
    Brief,
    Html,
    Lava,
    #[value(name = "codequality")]
    CodeQuality,
}
