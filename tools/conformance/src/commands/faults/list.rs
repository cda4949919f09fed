//! `faults list`: prints the faults.

use super::{report, selected, suites_of};
use crate::cli::faults::List;
use crate::error::{EXIT_GOOD, Result};
use crate::report::print;

/// Prints the faults; the exit code.
pub(super) fn main(args: &List) -> Result<u8> {
    let mut faults = Vec::new();
    for suite in suites_of(&args.selection)? {
        faults.extend(selected(suite, &args.selection)?);
    }
    print(report::list(&faults, args.format).as_bytes())?;
    Ok(EXIT_GOOD)
}
