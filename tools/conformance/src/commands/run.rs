//! `run`: a target against the oracle.

use std::path::Path;

use super::convert;
use crate::cli;
use crate::error::Result;
use crate::prepare::{Reported, Runner, SuiteRun};
use crate::report::{Format, Outputs};
use crate::target::Target;
use crate::verdict::compare::Report;
use crate::verdict::earlier::Earlier;
use crate::verdict::reports::Reports;

/// Runs a target and reports; the exit code.
pub(super) fn main(args: &cli::Run) -> Result<u8> {
    let outputs = convert::outputs(&args.reports, &args.extent)?;
    let runner = Runner::new()?;
    let target = runner
        .resources
        .target_on(&args.target, convert::arch(&args.options.inputs))?;
    let runs = runner.suite_runs(&target, &convert::options(&args.options, &args.only))?;
    let command = Command::new("run", &runs, args.oracle.as_deref(), &args.extent)?;
    let reports = command.reports(&runner, &target, |_, _| Ok(()))?;
    command.finish(
        &runner,
        reports,
        (&args.target, &args.options),
        &args.trace,
        outputs,
    )
}

/// A command that runs suites on a target.
pub(super) struct Command<'a> {
    name: &'static str,
    runs: &'a [SuiteRun],
    oracle: Option<&'a Path>,
    /// For each suite the report to compare with.
    earlier: Vec<Option<Earlier>>,
}

impl<'a> Command<'a> {
    /// Reads the files that the command names.
    pub(super) fn new(
        name: &'static str,
        runs: &'a [SuiteRun],
        oracle: Option<&'a Path>,
        extent: &cli::ExtentArgs,
    ) -> Result<Command<'a>> {
        let earlier = runs.iter().map(|run| convert::earlier(extent, &run.suite));
        Ok(Command {
            name,
            runs,
            oracle,
            earlier: earlier.collect::<Result<_>>()?,
        })
    }

    /// Runs the suites; `judge` completes the report of each.
    pub(super) fn reports<'r>(
        &self,
        runner: &'r Runner,
        target: &Target,
        judge: impl Fn(usize, &mut Report) -> Result<()>,
    ) -> Result<Reported<'r>> {
        let mut reported = runner.reports(target, self.runs, self.oracle)?;
        for (suite, (report, _)) in reported.reports.iter_mut().enumerate() {
            judge(suite, report)?;
        }
        Ok(reported)
    }

    /// Adds to the reports what needs the target once more, the facts of a page and the trace, and
    /// writes them; the exit code.
    pub(super) fn finish(
        self,
        runner: &Runner,
        reported: Reported,
        (target, options): (&str, &cli::RunArgs),
        trace: &cli::TraceArgs,
        outputs: Outputs,
    ) -> Result<u8> {
        let mut all = Vec::new();
        let with_earlier = reported.reports.into_iter().zip(self.earlier);
        for ((mut report, prepared), earlier) in with_earlier {
            let suite = &prepared.suite;
            report.again = Some(convert::again(self.name, target, options, suite));
            if outputs.has(Format::Html) {
                report.facts = runner.facts(&prepared);
            }
            if !trace.no_trace {
                runner.trace(&prepared, &mut report);
            }
            report.earlier = earlier;
            all.push(report);
        }
        let mut reports = Reports::new(all);
        reports.elapsed = Some(reported.elapsed);
        outputs.write(&reports)?;
        Ok(reports.exit())
    }
}
