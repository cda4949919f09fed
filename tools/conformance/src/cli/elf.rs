//! The arguments of `elf`, `targets`, `init`, and of the commands for shells and manuals.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ArchArgs, SuiteArgs};

const FILE_CODES: &str = "\
Exit codes:
  0  written
  2  wrong usage, or a file that cannot be written or exists already";

#[derive(Debug, Args)]
#[command(after_help = FILE_CODES)]
pub(crate) struct Elf {
    /// The file to write; of `--suite all` that of core, beside which are those of the others, with
    /// `-files` and `-processes` before the ending.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[command(flatten)]
    pub arch: ArchArgs,
    #[command(flatten)]
    pub suite: SuiteArgs,
    /// A static ET_DYN without relocations, for loaders that take nothing else.
    #[arg(long)]
    pub pie: bool,
    /// Without floating point, for kernels that save no FPU state; on x86-64 without the red zone
    /// too.
    #[arg(long, conflicts_with = "pie")]
    pub freestanding: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Targets {}

#[derive(Debug, Args)]
#[command(after_help = FILE_CODES)]
pub(crate) struct Init {
    /// The kind of target that the file begins as.
    #[arg(default_value = "qemu")]
    pub template: Template,
    #[command(flatten)]
    pub arch: ArchArgs,
    /// The file to write; an existing file is not replaced.
    #[arg(long, value_name = "FILE", default_value = "kernel.toml")]
    pub out: PathBuf,
}

/// The templates of `init`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Template {
    /// QEMU with -kernel, and the suite as its -initrd.
    Qemu,
    /// A disk image that gets the suite before each boot.
    Image,
    /// A unikernel that loads the suite as its application.
    Unikernel,
    /// A board with a serial console.
    Board,
    /// A sandbox or an emulator of system calls, which runs the suite as a program.
    Sandbox,
}

#[cfg(feature = "manual")]
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell; its completions go to stdout.
    pub shell: clap_complete::Shell,
}

#[cfg(feature = "manual")]
#[derive(Debug, Args)]
#[command(after_help = FILE_CODES)]
pub(crate) struct Man {
    /// The folder for the man pages, one for each command.
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
}
