//! The arguments of `list`, `explain` and `repro`.

use clap::{Args, ValueEnum};

use super::{ArchArgs, SuiteArgs};

const CODES: &str = "\
Exit codes:
  0  printed
  2  wrong usage, or no check is selected";

#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct List {
    #[command(flatten)]
    pub select: SelectArgs,
    /// The format: a title a line, or all that is known of each check.
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub format: ListFormat,
}

#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub select: SelectArgs,
}

#[derive(Debug, Args)]
#[command(after_help = CODES)]
pub(crate) struct Repro {
    #[command(flatten)]
    pub select: SelectArgs,
    /// Print the suite's ELF instead, with only that check and the result of each of its steps.
    #[arg(long)]
    pub elf: bool,
}

/// The selection of checks.
#[derive(Debug, Args)]
pub(crate) struct SelectArgs {
    /// A title, or words that the title has; the name of a call or family is one.
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    #[command(flatten)]
    pub arch: ArchArgs,
    #[command(flatten)]
    pub suite: SuiteArgs,
    /// Only checks of this profile, for example PSE52.
    #[arg(long)]
    pub profile: Option<String>,
    /// Only checks of this system call.
    #[arg(long)]
    pub call: Option<String>,
    /// Only checks of this family, for example Pipes.
    #[arg(long)]
    pub family: Option<String>,
    /// Only checks whose requirement has this level: shall, may or linux.
    #[arg(long)]
    pub level: Option<String>,
}

/// The values of `--format` of `list`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    Human,
    Json,
}
