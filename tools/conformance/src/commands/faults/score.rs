//! `faults score`: runs the suite once on each faulty kernel, several at a time.

use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ::faults::{Fault, Historic, TimeLimits, TraceEnd, TraceResult, table};

use super::record::Record;
use super::{absolute, historic, jobs, report, run_folder, selected, suites_of};
use crate::cli::faults::{Format, Score as Arguments};
use crate::commands::load;
use crate::commands::progress::progress;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;
use crate::prepare::elf_to_run;
use crate::report::{OutFile, print, print_error};
use crate::resources::Resources;
use crate::verdict::outcome::Outcome;

/// The limit of silence: longer than the suite's own watchdog and its wait for a thread, which end
/// most hangs.
const SILENCE: Duration = Duration::from_millis(1800);
/// The limit of a run: some faults make every wait a long one.
const TOTAL: Duration = Duration::from_secs(12);
/// The limits of a trial that is made again alone are longer by this: on a busy machine the suite
/// may have been ended before it reached the fault.
const PATIENCE: u32 = 4;
/// The most runs without a fault until one passes.
const CONTROLS_MAX: u32 = 3;

/// The run of the suite with one fault, and its result.
#[derive(Clone, Debug)]
pub(super) struct Trial {
    pub fault: &'static Fault,
    pub detection: Detection,
    pub end: TraceEnd,
    pub elapsed: Duration,
    /// The checks that turned red, or in which the run ended.
    pub killers: Vec<usize>,
}

/// The answer to the question if the suite finds a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detection {
    /// A check fails that passes without the fault, or the run does not end as without it.
    Killed,
    /// The fault was triggered, and every check passed.
    Survived,
    /// The suite never triggered the fault.
    Unreached,
}

/// The trials of all faults that were chosen.
#[derive(Debug)]
pub(super) struct Score {
    /// The name of the suite, or those of several.
    pub suite: String,
    pub trials: Vec<Trial>,
    /// The trials of the historic faults. No figure counts them together with the others.
    pub history: Vec<(&'static Historic, Trial)>,
    /// The time of a run without a fault, traced in the same way.
    pub control: Duration,
    pub elapsed: Duration,
}

impl Score {
    /// The score over several suites. The checks of its trials are those of each suite's own plan.
    fn total(scores: &[Score]) -> Score {
        let names: Vec<&str> = scores.iter().map(|score| score.suite.as_str()).collect();
        let trials = scores.iter().flat_map(|score| score.trials.clone());
        let history = scores.iter().flat_map(|score| score.history.clone());
        Score {
            suite: names.join(", "),
            trials: trials.collect(),
            history: history.collect(),
            control: scores.iter().map(|score| score.control).sum(),
            elapsed: scores.iter().map(|score| score.elapsed).sum(),
        }
    }

    /// The trials of faults that a program can observe.
    pub(super) fn observable(&self) -> impl Iterator<Item = &Trial> {
        let observable = |trial: &&Trial| trial.fault.unobservable.is_none();
        self.trials.iter().filter(observable)
    }

    /// The number of observable faults with that result.
    pub(super) fn count(&self, detection: Detection) -> usize {
        let of = |trial: &&Trial| trial.detection == detection;
        self.observable().filter(of).count()
    }

    /// The share of the observable faults that are killed, in percent.
    pub(super) fn percent(&self) -> f64 {
        let all = self.observable().count().max(1);
        100.0 * self.count(Detection::Killed) as f64 / all as f64
    }

    /// The number of historic faults that are found.
    pub(super) fn found(&self) -> usize {
        let found = |(_, trial): &&(&Historic, Trial)| trial.detection == Detection::Killed;
        self.history.iter().filter(found).count()
    }

    /// The share of the historic faults that are found, in percent.
    pub(super) fn historic_percent(&self) -> f64 {
        100.0 * self.found() as f64 / self.history.len().max(1) as f64
    }
}

/// One run of the suite.
struct Observed {
    run: TraceResult,
    outcomes: Vec<Option<Outcome>>,
    complete: bool,
}

/// Runs the suites on each faulty kernel, and reports; the exit code.
pub(super) fn main(args: &Arguments) -> Result<u8> {
    let resources = Resources::find();
    let out = args.out.as_deref().map(OutFile::open).transpose()?;
    let jobs = jobs(args.jobs);
    let (mut texts, mut scores, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for suite in suites_of(&args.selection)? {
        let faults = selected(suite, &args.selection)?;
        let elf = elf_to_run(&resources, args.elf.as_deref(), suite)?;
        let plan = Plan::of(suite);
        let record = Record::read(&resources)?.of(suite);
        let score = score(&plan, &absolute(&elf)?, &faults, &record, jobs)?;
        let whole = score.trials.len() == table(suite.name).len();
        let complaints = record.judge(suite, &score, whole);
        texts.push(report::score(&plan, &score, &record, &complaints, args));
        all.extend(complaints);
        scores.push(score);
    }
    let busy = load::busy(jobs);
    if scores.len() > 1 {
        scores.push(Score::total(&scores));
    }
    let headlines: Vec<String> = scores.iter().map(report::headlines).collect();
    if let (Format::Human, [_, .., total]) = (args.format, headlines.as_slice()) {
        texts.push(total.clone());
    }
    let text = report::joined(&texts, args.format);
    match out {
        None => print(text.as_bytes())?,
        Some(file) => {
            print(headlines.concat().as_bytes())?;
            file.write(text.as_bytes())?;
        }
    }
    for complaint in &all {
        print_error(&format!("error: {complaint}"));
    }
    Ok(match (all.is_empty(), busy) {
        (true, _) => EXIT_GOOD,
        (false, None) => EXIT_GAPS,
        (false, Some(busy)) => {
            print_error(&format!(
                "no verdict: {busy}, which may be the reason: try again when it is idle"
            ));
            EXIT_NO_VERDICT
        }
    })
}

/// Runs the suite once on each faulty kernel.
fn score(
    plan: &Plan,
    elf: &Path,
    faults: &[&'static Fault],
    record: &Record,
    jobs: usize,
) -> Result<Score> {
    let start = Instant::now();
    let control = control(plan, elf)?;
    let next = AtomicUsize::new(0);
    let trials = Mutex::new(Vec::new());
    let done: Result<Vec<()>> = thread::scope(|scope| {
        let worker = || -> Result<()> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(fault) = faults.get(index) else {
                    return Ok(());
                };
                let trial = attempt(plan, elf, fault, &control)?;
                if let Ok(mut trials) = trials.lock() {
                    trials.push((index, trial));
                    progress(trials.len(), faults.len(), "faults");
                }
            }
        };
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Result<()>>| {
            let lost = |_| Error::no_verdict("a thread that runs the suite panicked");
            worker.join().map_err(lost)?
        };
        workers.into_iter().map(join).collect()
    });
    done?;
    let mut trials = trials.into_inner().unwrap_or_default();
    trials.sort_by_key(|(index, _)| *index);
    for (_, trial) in &mut trials {
        // Now the processors have no other work of this command. A recorded survivor may have been
        // killed by the load alone.
        let recorded = record.survivors.contains_key(trial.fault.id);
        if trial.detection == Detection::Unreached
            || (recorded && trial.detection == Detection::Killed)
        {
            let observed = observe(plan, elf, Some(trial.fault), PATIENCE)?;
            *trial = judge(trial.fault, &observed, &control);
        }
    }
    let (mut others, mut history) = (Vec::new(), Vec::new());
    for (_, trial) in trials {
        match historic(trial.fault) {
            Some(historic) => history.push((historic, trial)),
            None => others.push(trial),
        }
    }
    Ok(Score {
        suite: plan.suite.name.to_string(),
        trials: others,
        history,
        control: control.run.elapsed,
        elapsed: start.elapsed(),
    })
}

/// A run without a fault, which must pass.
fn control(plan: &Plan, elf: &Path) -> Result<Observed> {
    let passes = |outcome: &Option<Outcome>| *outcome == Some(Outcome::Pass);
    for _ in 0..CONTROLS_MAX {
        let control = observe(plan, elf, None, PATIENCE)?;
        if control.complete && control.outcomes.iter().all(passes) {
            return Ok(control);
        }
    }
    let busy = load::busy(0).map_or_else(String::new, |busy| format!("; {busy}"));
    Err(Error::no_verdict(format!(
        "cannot score: the suite does not pass on this kernel without a fault{busy}"
    )))
}

/// Tries one fault. A survivor is tried once more: on a busy machine a check of time may pass by
/// accident.
fn attempt(plan: &Plan, elf: &Path, fault: &'static Fault, control: &Observed) -> Result<Trial> {
    let first = judge(fault, &observe(plan, elf, Some(fault), 1)?, control);
    if first.detection == Detection::Survived {
        let observed = observe(plan, elf, Some(fault), 1)?;
        return Ok(judge(fault, &observed, control));
    }
    Ok(first)
}

/// Compares a run with the one without a fault.
fn judge(fault: &'static Fault, observed: &Observed, control: &Observed) -> Trial {
    let failed = |outcome: &Option<Outcome>| {
        outcome
            .as_ref()
            .is_some_and(|outcome| *outcome != Outcome::Pass)
    };
    let mut killers: Vec<usize> = (0..observed.outcomes.len())
        .filter(|&check| failed(&observed.outcomes[check]))
        .collect();
    if !observed.complete {
        // The run ended in the first check that has no line.
        killers.extend(observed.outcomes.iter().position(Option::is_none));
    }
    let differs = !killers.is_empty() || !observed.complete || observed.run.end != control.run.end;
    let detection = match (observed.run.triggered, differs) {
        (0, _) => Detection::Unreached,
        (_, true) => Detection::Killed,
        (_, false) => Detection::Survived,
    };
    if detection != Detection::Killed {
        killers.clear();
    }
    Trial {
        fault,
        detection,
        end: observed.run.end,
        elapsed: observed.run.elapsed,
        killers,
    }
}

/// Runs the suite once, with a fault or without, and with limits so many times as long.
fn observe(plan: &Plan, elf: &Path, fault: Option<&Fault>, patience: u32) -> Result<Observed> {
    let folder = run_folder()?;
    let mut command = Command::new(elf);
    command
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let limits = TimeLimits {
        silence: SILENCE * patience,
        total: TOTAL * patience,
    };
    let mut reader = Reader::new(plan);
    let run = ::faults::run(fault, command, limits, |bytes| {
        reader.feed(bytes, &mut |_| {});
        ControlFlow::Continue(())
    });
    let run = run.map_err(|error| Error {
        exit: EXIT_NO_VERDICT,
        text: format!("{}: {error}", elf.display()),
    })?;
    let log = reader.finish();
    let none = || vec![None; plan.checks.len()];
    let boot = log.boots.last();
    Ok(Observed {
        outcomes: boot.map_or_else(none, |boot| boot.outcomes.clone()),
        complete: boot.is_some_and(|boot| boot.ended && boot.defects.is_empty()),
        run,
    })
}
