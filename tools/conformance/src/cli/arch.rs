//! The processors, as `--arch` spells them.

use clap::{Args, ValueEnum};

/// The values of `--arch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Arch {
    #[value(name = "x86_64")]
    X86_64,
    Aarch64,
    Riscv64,
}

/// The processor of a plan or an ELF.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ArchArgs {
    /// The processor that the suite runs on.
    #[arg(long, value_enum, default_value_t = Arch::X86_64)]
    pub arch: Arch,
}
