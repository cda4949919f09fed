//! `replay`: the recording of a run, judged again.

use packer::suites::CORE;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{Runner, suite_of_logs};
use crate::verdict::reports::Reports;

/// Judges the log of a target's run and reports; the exit code.
pub(super) fn main(args: &cli::Replay) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let suite = match suite_of_logs(&[&args.log])? {
        suite if suite.processor == target.arch => suite,
        // The reader says that the log is of another processor.
        _ => CORE.on(target.arch),
    };
    let earlier = convert::earlier(&args.extent, &suite)?;
    let mut report = runner.replay(&target, &suite, &args.log, args.oracle.as_deref())?;
    report.earlier = earlier;
    let reports = Reports::new(vec![report]);
    outputs.write(&reports)?;
    Ok(reports.exit())
}
