//! `faults list`: the faults, one a line.

use super::{List, report};
use crate::error::{EXIT_GOOD, Result};
use crate::report::print;

/// Prints the faults; the exit code.
pub fn main(args: &List) -> Result<u8> {
    let selected = args.selection.faults()?;
    print(report::list(&selected, args.format).as_bytes())?;
    Ok(EXIT_GOOD)
}
