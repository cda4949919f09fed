//! `run`: a target against the oracle.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;

/// Runs a target and reports; the exit code.
pub(super) fn main(args: &cli::Run) -> Result<u8> {
    let outputs = convert::outputs(&args.reports)?.with_all(args.extent.all);
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let options = convert::options(&args.options, &args.only);
    let (mut report, prepared) = runner.report(target, &options, args.oracle.as_deref())?;
    report.again = Some(convert::again("run", &args.target, &args.options));
    if !args.trace.no_trace {
        runner.trace(&prepared, &mut report);
    }
    outputs.write(&report)?;
    Ok(report.exit())
}
