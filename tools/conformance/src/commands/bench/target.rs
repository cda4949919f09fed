//! A target, timed from the sources to the verdict.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::{Busy, beside, counted, shown};
use crate::cli;
use crate::error::{Error, Result};
use crate::prepare::{Inputs, LimitOverrides, RunOptions, Runner};
use crate::report::{Format, Style};
use crate::verdict::known_gaps as gaps;

/// Times a target from the sources to the verdict.
///
/// # Errors
/// The target cannot be run, or one of its runs is not complete.
pub fn target(runner: &Runner, name: &str, args: &cli::Bench) -> Result<String> {
    let _busy = Busy::start(args.busy);
    let options = RunOptions {
        inputs: Inputs::from(&args.inputs),
        log: None,
        skip: Vec::new(),
        repeat: 1,
        reboots: cli::REBOOTS,
        limits: LimitOverrides::default(),
    };
    let found = runner.resources.target(name)?;
    let oracle = runner.oracle(&found, None)?;
    let (gaps_name, gaps) = runner.resources.gaps(&found)?;
    let mut prepared = runner.prepare(found.clone(), &options)?;
    let mut spent: [Vec<Duration>; 6] = Default::default();
    let (mut with, mut not_with) = (String::new(), Vec::new());
    for run in 1..=args.runs {
        let begun = Instant::now();
        // What comes of it is what we have: this is the time in which cargo finds nothing to do.
        drop(runner.prepare(found.clone(), &options)?);
        let build = begun.elapsed();
        let outcome = runner.run_once(&mut prepared, None)?;
        if let Some(flaw) = outcome.defects.first() {
            return Err(Error::no_verdict(format!("run {run}: {flaw}")));
        }
        let story = &outcome.context;
        let phases = story.phases;
        with = story.with();
        not_with = story.accelerators_left.clone();
        let begun = Instant::now();
        let mut report = runner.compare(name.to_string(), outcome, &oracle);
        report.gate = Some(gaps.judge(&gaps_name, &report, gaps::today()));
        let written = Format::Human
            .reporter()
            .write(&report, Style::PLAIN, &mut std::io::sink());
        written.map_err(|error| Error::no_verdict(format!("writing the report: {error}")))?;
        let diff = begun.elapsed();
        let verdict = phases.boot + phases.suite + phases.end + diff;
        let each = [build, phases.boot, phases.suite, phases.end, diff, verdict];
        for (times, time) in spent.iter_mut().zip(each) {
            times.push(time);
        }
    }
    let beside = beside(args.busy);
    let runs = counted(args.runs, "run");
    let mut text = format!("{name}, {runs}{with}{beside}\n");
    let labels = ["build", "boot", "suite", "end", "diff", "all but build"];
    for (label, times) in labels.iter().zip(&mut spent) {
        let _ = writeln!(text, "{label:<13} {}", shown(times));
    }
    for left in not_with {
        let _ = writeln!(text, "not with {left}");
    }
    Ok(text)
}
