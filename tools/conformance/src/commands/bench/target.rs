//! The phases of a target's run, from the build to the verdict.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::super::convert;
use super::{Busy, beside, counted, summary};
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::{Inputs, LimitOverrides, RunOptions, Runner};
use crate::report::{Format, Style};
use crate::verdict::known_gaps;

/// Times the phases of a number of runs of a target.
///
/// # Errors
/// The target cannot be run, or one of its runs is not complete.
pub(super) fn target(runner: &Runner, name: &str, args: &cli::Bench) -> Result<String> {
    let _busy = Busy::start(args.busy);
    let options = RunOptions {
        inputs: Inputs::from(&args.inputs),
        log: None,
        skip: Vec::new(),
        only: args.only.only.clone(),
        repeat: 1,
        jobs: None,
        reboots: None,
        limits: LimitOverrides::default(),
        verbose: false,
    };
    let target = runner
        .resources
        .target_on(name, convert::arch(&args.inputs))?;
    let oracle = runner.oracle(&target, None)?;
    let (gaps_name, gaps) = runner.resources.gaps(&target)?;
    let mut prepared = runner.prepare(target.clone(), &options)?;
    let mut times: [Vec<Duration>; 6] = Default::default();
    let (mut with, mut not_with) = (String::new(), Vec::new());
    for run in 1..=args.runs {
        let begun = Instant::now();
        // The time in which cargo finds nothing to do; the result is the one that is there.
        drop(runner.prepare(target.clone(), &options)?);
        let build = begun.elapsed();
        let outcome = runner.run_once(&mut prepared, None)?;
        if let Some(defect) = outcome.defects.first() {
            return Err(Error::no_verdict(format!("run {run}: {defect}")));
        }
        let context = &outcome.context;
        let phases = context.phases;
        with = context.with();
        not_with = context.accelerators_left.clone();
        let begun = Instant::now();
        let outcome = outcome.with_causes(runner.plans.of(target.arch));
        let mut report = runner.compare(name.to_string(), target.arch, outcome, &oracle);
        report.gate = Some(gaps.judge(&gaps_name, &report, known_gaps::today()));
        let written = Format::Human.write(&report, Style::PLAIN, &mut std::io::sink());
        written.map_err(|error| Error::no_verdict(format!("writing the report: {error}")))?;
        let diff = begun.elapsed();
        let verdict = phases.boot + phases.suite + phases.end + diff;
        let each = [build, phases.boot, phases.suite, phases.end, diff, verdict];
        for (phase, time) in times.iter_mut().zip(each) {
            phase.push(time);
        }
    }
    let beside = beside(args.busy);
    let runs = counted(args.runs, "run");
    let mut text = format!("{name}, {runs}{with}{beside}\n");
    let labels = ["build", "boot", "suite", "end", "diff", "all but build"];
    for (label, phase) in labels.iter().zip(&mut times) {
        let _ = writeln!(text, "{label:<13} {}", summary(phase));
    }
    for reason in not_with {
        let _ = writeln!(text, "not with {reason}");
    }
    Ok(text)
}
