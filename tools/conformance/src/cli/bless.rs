//! The arguments of `bless`.

use std::path::PathBuf;

use clap::Args;

use super::RunArgs;

const BLESS_CODES: &str = "\
Exit codes:
  0  written, or there are no changes
  1  of `--dry-run`: there are changes
  2  wrong usage, or a file that cannot be read or written or is malformed
  3  nothing is written: the target did not start, or its log is not a complete run";

#[derive(Debug, Args)]
#[command(after_help = BLESS_CODES)]
// The command refuses these and says why.
#[command(mut_arg("elf", |arg| arg.hide(true)), mut_arg("fault", |arg| arg.hide(true)))]
#[command(mut_arg("skip", |arg| arg.hide(true)))]
pub(crate) struct Bless {
    /// The target whose reference output and known gaps are written.
    #[arg(default_value = "linux")]
    pub target: String,
    /// Only show the changes, and exit with 1 if there are any.
    #[arg(long)]
    pub dry_run: bool,
    /// Only give the known gaps the titles that checks of this suite have now; nothing is run.
    #[arg(long)]
    pub migrate: bool,
    /// Compare with this log instead of the target's oracle.
    #[arg(long, value_name = "LOG")]
    pub oracle: Option<PathBuf>,
    /// The reason that is written to the entries of new gaps.
    #[arg(long, value_name = "TEXT", default_value = "not yet explained")]
    pub reason: String,
    #[command(flatten)]
    pub options: RunArgs,
}
