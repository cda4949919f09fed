//! `faults list`: prints the faults.

use super::{report, selected};
use crate::cli::faults::List;
use crate::error::{EXIT_GOOD, Result};
use crate::report::print;

/// Prints the faults; the exit code.
pub(super) fn main(args: &List) -> Result<u8> {
    let faults = selected(&args.selection)?;
    print(report::list(&faults, args.format).as_bytes())?;
    Ok(EXIT_GOOD)
}
