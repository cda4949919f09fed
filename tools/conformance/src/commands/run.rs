//! `run`: a target against the oracle.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;

/// Runs a target and reports; the exit code.
pub(super) fn main(args: &cli::Run) -> Result<u8> {
    let outputs = convert::outputs(&args.reports)?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let report = runner.report(
        target,
        &convert::options(&args.options, &args.only),
        args.oracle.as_deref(),
    )?;
    outputs.write(&report)?;
    Ok(report.exit())
}
