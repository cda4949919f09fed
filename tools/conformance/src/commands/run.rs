//! `run`: a target against the oracle.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;
use crate::report::Format;
use crate::verdict::earlier::Earlier;

/// Runs a target and reports; the exit code.
pub(super) fn main(args: &cli::Run) -> Result<u8> {
    let outputs = convert::outputs(&args.reports)?.with_all(args.extent.all);
    let earlier = args
        .extent
        .compare
        .as_deref()
        .map(Earlier::read)
        .transpose()?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let options = convert::options(&args.options, &args.only);
    let (mut report, prepared) = runner.report(target, &options, args.oracle.as_deref())?;
    report.again = Some(convert::again("run", &args.target, &args.options));
    if outputs.has(Format::Html) {
        report.facts = runner.facts(&prepared);
    }
    if !args.trace.no_trace {
        runner.trace(&prepared, &mut report);
    }
    report.earlier = earlier;
    outputs.write(&report)?;
    Ok(report.exit())
}
