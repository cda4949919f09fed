//! The arguments of `bench`.

use clap::Args;

use super::integer::integer_in;
use super::{InputArgs, OnlyArgs};

const BENCH_CODES: &str = "\
Exit codes:
  0  the figures are printed
  2  wrong usage, or a file that cannot be read or is malformed
  3  no figures: the ELF or the target did not start, a log is not a complete run, or two runs
     of the bare ELF differ";

#[derive(Debug, Args)]
#[command(after_help = BENCH_CODES)]
pub(crate) struct Bench {
    /// The target, timed in the phases build, boot, suite, end and diff; without it the bare ELF on
    /// this Linux.
    pub target: Option<String>,
    #[command(flatten)]
    pub inputs: InputArgs,
    #[command(flatten)]
    pub only: OnlyArgs,
    /// The number of runs; those of the bare ELF must all print the same bytes.
    #[arg(long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = integer_in(1, u32::MAX))]
    pub runs: u32,
    /// The number of busy loops beside the runs.
    #[arg(long, value_name = "N", default_value_t = 0)]
    #[arg(value_parser = integer_in(0, 64))]
    pub busy: u32,
    /// Instead: make each system call return a constant, and count the runs that end by themselves.
    #[arg(long, conflicts_with_all = ["runs", "busy", "only", "target"])]
    pub lies: bool,
    /// Instead: run the suite on a stand-in that dies in 60 checks and hangs in 10, with one boot
    /// at once and with two, and print the boots and the time.
    #[arg(long, conflicts_with_all = ["runs", "busy", "only", "lies", "target"])]
    pub deaths: bool,
    /// Instead: time the reader of logs against `wc -l`, and stream 2 GiB through it.
    #[arg(long, conflicts_with_all = ["runs", "busy", "only", "lies", "deaths", "target"])]
    pub reader: bool,
}
