//! The arguments of `spec`.

use clap::{Args, ValueEnum};

use super::{ArchArgs, SuiteArgs};

const SPEC_CODES: &str = "\
Exit codes:
  0  printed or written; of `--check`: plan, tests-spec and README.md agree
  1  of `--check`: they do not agree
  2  wrong usage, or a file that cannot be read or is malformed";

#[derive(Debug, Args)]
#[command(after_help = SPEC_CODES)]
pub(crate) struct Spec {
    /// Check that plan, tests-spec and the table in README.md agree.
    #[arg(long)]
    pub check: bool,
    /// Write the table in README.md.
    #[arg(long, conflicts_with = "check")]
    pub write: bool,
    /// Print the tables of situations with the number of checks in each cell, `-` where there is no
    /// such situation, and what waits for a further suite.
    #[arg(long, conflicts_with_all = ["check", "write", "by"])]
    pub products: bool,
    /// Print only the table by this property; may be repeated.
    #[arg(long, value_name = "THING")]
    pub by: Vec<By>,
    #[command(flatten)]
    pub arch: ArchArgs,
    #[command(flatten)]
    pub suite: SuiteArgs,
}

/// The values of `--by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Profile,
    Category,
    Syscall,
    Clause,
}
