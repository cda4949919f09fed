//! `run`: a target against the oracle.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{PreparedTarget, Runner};
use crate::report::{Format, Outputs};
use crate::verdict::compare::Report;

/// Runs a target and reports; the exit code.
pub(super) fn main(args: &cli::Run) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let runner = Runner::new()?;
    let target = runner
        .resources
        .target_on(&args.target, convert::arch(&args.options.inputs))?;
    let earlier = convert::earlier(&args.extent, target.arch)?;
    let options = convert::options(&args.options, &args.only);
    let (mut report, prepared) = runner.report(target, &options, args.oracle.as_deref())?;
    report.again = Some(convert::again("run", &args.target, &args.options));
    complete(&runner, &prepared, &mut report, &outputs, &args.trace);
    report.earlier = earlier;
    outputs.write(&report)?;
    Ok(report.exit())
}

/// Adds to the report of a run what needs the target once more: the facts of a page, and the trace.
pub(super) fn complete(
    runner: &Runner,
    prepared: &PreparedTarget,
    report: &mut Report,
    outputs: &Outputs,
    trace: &cli::TraceArgs,
) {
    if outputs.has(Format::Html) {
        report.facts = runner.facts(prepared);
    }
    if !trace.no_trace {
        runner.trace(prepared, report);
    }
}
