//! `gate`: a target against the oracle and its known gaps.

use std::fs;

use super::convert;
use super::run::Command;
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::{Runner, SuiteRun};
use crate::target::Target;
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
    let runs = runner.suite_runs(&target, &convert::options(&args.options, &args.only))?;
    let command = Command::new("gate", &runs, args.oracle.as_deref(), &args.extent)?;
    let known = runs
        .iter()
        .map(|run| known_gaps(args, &runner, &target, run));
    let known = known.collect::<Result<Vec<KnownGaps>>>()?;
    let reports = command.reports(&runner, &target, |suite, report| {
        let KnownGaps { name, gaps, lines } = &known[suite];
        report.gate = Some(Gate {
            lines: lines.clone(),
            ..gaps.judge(name, report, gaps::today())
        });
        Ok(())
    })?;
    command.finish(
        &runner,
        reports,
        (&args.target, &args.options),
        &args.trace,
        outputs,
    )
}

/// The known gaps of a suite.
struct KnownGaps {
    /// The name of their file.
    name: String,
    gaps: Gaps,
    lines: GapLines,
}

/// Reads the known gaps of a suite.
fn known_gaps(
    args: &cli::Gate,
    runner: &Runner,
    target: &Target,
    run: &SuiteRun,
) -> Result<KnownGaps> {
    let (name, text) = match run.file(args.gaps.as_deref()) {
        Some(path) => {
            let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
            (path.display().to_string(), text)
        }
        None => runner.resources.gaps_text(target, &run.suite)?,
    };
    let gaps = Gaps::parse(&name, &text)?;
    if args.only.only.is_empty() {
        Gaps::require_names(&name, &text, runner.plans.of(&run.suite))?;
    }
    let lines = GapLines::of(&name, &text)?;
    Ok(KnownGaps { name, gaps, lines })
}
