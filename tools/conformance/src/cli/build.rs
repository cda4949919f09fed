//! The arguments of `build`.

use clap::Args;

use super::{ArchArgs, SuiteArgs};

const BUILD_CODES: &str = "\
Exit codes:
  0  the ELF is built, and every loader takes it
  2  wrong usage, the build fails, or some loader does not take the ELF";

#[derive(Debug, Args)]
#[command(after_help = BUILD_CODES)]
pub(crate) struct Build {
    #[command(flatten)]
    pub arch: ArchArgs,
    #[command(flatten)]
    pub suite: SuiteArgs,
    /// Without floating point, for kernels that save no FPU state; on x86-64 without the red zone
    /// too.
    #[arg(long, conflicts_with = "pie")]
    pub freestanding: bool,
    /// A static ET_DYN without relocations, for loaders that take nothing else.
    #[arg(long)]
    pub pie: bool,
}
