//! `faults justice`: the share of the red checks that accuse a call that is not wrong.

mod kernels;

use std::num::NonZero;

use super::absolute;
use crate::cli::faults::Justice;
use crate::error::{EXIT_GOOD, Result};
use crate::prepare::elf_to_run;
use crate::resources::Resources;

/// Runs the suite on wrong kernels and counts its accusations; the exit code.
pub(super) fn main(args: &Justice) -> Result<u8> {
    let elf = elf_to_run(&Resources::find(), args.elf.as_deref())?;
    let elf = absolute(&elf)?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = args.jobs.map_or(2 * processors, |jobs| jobs as usize);
    let constants = kernels::constants();
    kernels::consoles(&constants, &elf, args.logs.as_deref(), jobs)?;
    let several = kernels::several(args.seeds);
    kernels::consoles(&several, &elf, args.logs.as_deref(), jobs)?;
    Ok(EXIT_GOOD)
}
