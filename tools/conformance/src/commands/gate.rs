//! `gate`: a target against the oracle and its known gaps.

use std::fs;

use super::convert;
use super::run::complete;
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::Runner;
use crate::verdict::finding::Gate;
use crate::verdict::gaps_names::GapLines;
use crate::verdict::known_gaps::{self as gaps, Gaps};

/// Runs a target and judges it by its known gaps; the exit code.
pub(super) fn main(args: &cli::Gate) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let runner = Runner::new()?;
    let target = runner
        .resources
        .target_on(&args.target, convert::arch(&args.options.inputs))?;
    let earlier = convert::earlier(&args.extent, target.arch)?;
    let (name, text) = match &args.gaps {
        Some(path) => {
            let text = fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
            (path.display().to_string(), text)
        }
        None => runner.resources.gaps_text(&target)?,
    };
    let gaps = Gaps::parse(&name, &text)?;
    if args.only.only.is_empty() {
        Gaps::require_names(&name, &text, runner.plans.of(target.arch))?;
    }
    let options = convert::options(&args.options, &args.only);
    let (mut report, prepared) = runner.report(target, &options, args.oracle.as_deref())?;
    report.gate = Some(Gate {
        lines: GapLines::of(&name, &text)?,
        ..gaps.judge(&name, &report, gaps::today())
    });
    report.again = Some(convert::again("gate", &args.target, &args.options));
    complete(&runner, &prepared, &mut report, &outputs, &args.trace);
    report.earlier = earlier;
    outputs.write(&report)?;
    Ok(report.exit())
}
