//! `run`: a target against the oracle.

use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;
use crate::report::Outputs;

/// Runs a target and reports; the exit code.
pub fn main(args: &cli::Run) -> Result<u8> {
    let outputs = Outputs::new(&args.reports.format, &args.reports.out)?;
    let runner = Runner::new()?;
    let target = runner.home.target(&args.target)?;
    let report = runner.report(target, &args.options, args.oracle.as_deref())?;
    outputs.write(&report)?;
    Ok(report.exit())
}
