//! `replay`: the recording of a run, judged again.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;

/// Judges the log of a target's run and reports; the exit code.
pub(super) fn main(args: &cli::Replay) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let earlier = convert::earlier(&args.extent, target.arch)?;
    let mut report = runner.replay(&target, &args.log, args.oracle.as_deref())?;
    report.earlier = earlier;
    outputs.write(&report)?;
    Ok(report.exit())
}
