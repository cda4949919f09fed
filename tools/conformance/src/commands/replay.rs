//! `replay`: the recording of a run, judged again.

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::Runner;
use crate::verdict::earlier::Earlier;

/// Judges the log of a target's run and reports; the exit code.
pub(super) fn main(args: &cli::Replay) -> Result<u8> {
    let outputs = convert::outputs(&args.reports)?.with_all(args.extent.all);
    let earlier = args
        .extent
        .compare
        .as_deref()
        .map(Earlier::read)
        .transpose()?;
    let runner = Runner::new()?;
    let target = runner.resources.target(&args.target)?;
    let mut report = runner.replay(&target, &args.log, args.oracle.as_deref())?;
    report.earlier = earlier;
    outputs.write(&report)?;
    Ok(report.exit())
}
