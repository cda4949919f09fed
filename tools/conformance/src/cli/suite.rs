//! The suites, as `--suite` spells them.

use clap::{Args, ValueEnum};

/// The values of `--suite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Suite {
    Core,
    Files,
    Processes,
    All,
}

/// The suites of a command.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct SuiteArgs {
    /// The suite; `all` is each of them. Without it core.
    #[arg(long, value_name = "NAME", value_enum)]
    pub suite: Option<Suite>,
}
