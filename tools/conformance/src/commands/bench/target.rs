//! The phases of a target's run, from the build to the verdict.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::super::convert;
use super::{Busy, beside, counted, summary};
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::{Inputs, LimitOverrides, RunOptions, Runner, SuiteRun};
use crate::report::{Format, Style};
use crate::target::Target;
use crate::verdict::known_gaps;
use crate::verdict::reports::Reports;
use crate::verdict::run_outcome::RunOutcome;

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
    let runs = runner.suite_runs(&target, &options)?;
    match &runs[..] {
        [run] => one(runner, &target, run, args),
        _ => several(runner, &target, &runs, args),
    }
}

/// Times the phases of runs of one suite.
fn one(runner: &Runner, target: &Target, run: &SuiteRun, args: &cli::Bench) -> Result<String> {
    let SuiteRun { suite, options, .. } = run;
    let oracle = runner.oracle(target, suite, None)?;
    let (gaps_name, gaps) = runner.resources.gaps(target, suite)?;
    let mut prepared = runner.prepare(target.clone(), suite, options)?;
    let mut times: [Vec<Duration>; 6] = Default::default();
    let (mut with, mut not_with) = (String::new(), Vec::new());
    for run in 1..=args.runs {
        let begun = Instant::now();
        // The time in which cargo finds nothing to do; the result is the one that is there.
        drop(runner.prepare(target.clone(), suite, options)?);
        let build = begun.elapsed();
        let outcome = runner.run_once(&mut prepared, None)?;
        require_no_defect(run, &outcome)?;
        let context = &outcome.context;
        let phases = context.phases;
        with = context.with();
        not_with = context.accelerators_left.clone();
        let begun = Instant::now();
        let outcome = outcome.with_causes(runner.plans.of(suite));
        let mut report = runner.compare(target.name.clone(), suite, outcome, &oracle);
        report.gate = Some(gaps.judge(&gaps_name, &report, known_gaps::today()));
        written(&Reports::new(vec![report]))?;
        let diff = begun.elapsed();
        let verdict = phases.boot + phases.suite + phases.end + diff;
        let each = [build, phases.boot, phases.suite, phases.end, diff, verdict];
        for (phase, time) in times.iter_mut().zip(each) {
            phase.push(time);
        }
    }
    let beside = beside(args.busy);
    let runs = counted(args.runs, "run");
    let mut text = format!("{}, {runs}{with}{beside}\n", target.name);
    let labels = ["build", "boot", "suite", "end", "diff", "all but build"];
    for (label, phase) in labels.iter().zip(&mut times) {
        let _ = writeln!(text, "{label:<13} {}", summary(phase));
    }
    for reason in not_with {
        let _ = writeln!(text, "not with {reason}");
    }
    Ok(text)
}

/// Times runs of several suites with one report: the build, all of the runs, and the verdict.
fn several(
    runner: &Runner,
    target: &Target,
    runs: &[SuiteRun],
    args: &cli::Bench,
) -> Result<String> {
    let oracle = |run: &SuiteRun| runner.oracle(target, &run.suite, None);
    let oracles = runs.iter().map(oracle).collect::<Result<Vec<_>>>()?;
    let gaps = runs
        .iter()
        .map(|run| runner.resources.gaps(target, &run.suite));
    let gaps = gaps.collect::<Result<Vec<_>>>()?;
    let mut prepared = runner.prepare_all(target, runs)?;
    let mut times: [Vec<Duration>; 4] = Default::default();
    for number in 1..=args.runs {
        let begun = Instant::now();
        drop(runner.prepare_all(target, runs)?);
        let build = begun.elapsed();
        let begun = Instant::now();
        let outcomes = runner.run_all(&mut prepared, runs)?;
        let run = begun.elapsed();
        let begun = Instant::now();
        let mut reports = Vec::new();
        for (at, (outcome, _)) in outcomes.into_iter().enumerate() {
            require_no_defect(number, &outcome)?;
            let suite = &runs[at].suite;
            let mut report = runner.compare(target.name.clone(), suite, outcome, &oracles[at]);
            report.gate = Some(gaps[at].1.judge(&gaps[at].0, &report, known_gaps::today()));
            reports.push(report);
        }
        written(&Reports::new(reports))?;
        let diff = begun.elapsed();
        for (phase, time) in times.iter_mut().zip([build, run, diff, run + diff]) {
            phase.push(time);
        }
    }
    let checks: usize = runs
        .iter()
        .map(|run| runner.plans.of(&run.suite).checks.len())
        .sum();
    let suites: Vec<&str> = runs.iter().map(|run| run.suite.name).collect();
    let (count, beside) = (counted(args.runs, "run"), beside(args.busy));
    let (name, suites) = (&target.name, suites.join(", "));
    let mut text = format!("{name}, {checks} checks of {suites}, {count}{beside}\n");
    let labels = ["build", "run", "diff", "all but build"];
    for (label, phase) in labels.iter().zip(&mut times) {
        let _ = writeln!(text, "{label:<13} {}", summary(phase));
    }
    Ok(text)
}

fn require_no_defect(run: u32, outcome: &RunOutcome) -> Result<()> {
    match outcome.defects.first() {
        Some(defect) => Err(Error::no_verdict(format!("run {run}: {defect}"))),
        None => Ok(()),
    }
}

/// Writes a report for people to nowhere.
fn written(reports: &Reports) -> Result<()> {
    let written = Format::Human.write_all(reports, Style::PLAIN, &mut std::io::sink());
    written.map_err(|error| Error::no_verdict(format!("writing the report: {error}")))
}
