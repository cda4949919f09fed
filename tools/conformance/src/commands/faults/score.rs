//! `faults score`: the suite once on each faulty kernel, several at a time.

use std::io::IsTerminal;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use ::faults::{End, Fault, Limits, Outcome as Run, TABLE};

use super::record::Record;
use super::{absolute, report, selected};
use crate::cli::faults::Score as Arguments;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::log::reader::Reader;
use crate::plan::Plan;
use crate::prepare::elf_to_run;
use crate::report::{OutFile, print};
use crate::resources::Resources;
use crate::verdict::outcome::Outcome;

/// Longer than the suite's own watchdog and its wait for a thread, which end most hangs.
const SILENCE: Duration = Duration::from_millis(1800);
/// The longest run with a fault that makes every wait a long one.
const TOTAL: Duration = Duration::from_secs(12);

/// What the suite made of one fault.
#[derive(Clone, Debug)]
pub struct Trial {
    pub fault: &'static Fault,
    pub verdict: Verdict,
    pub end: End,
    pub elapsed: Duration,
    /// The checks that turned red, or in which the run ended.
    pub killers: Vec<usize>,
}

/// Whether the suite finds a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A check fails that passes without the fault, or the run does not come to its end.
    Killed,
    /// The fault showed, and every check passed.
    Survived,
    /// The suite never met the fault's conditions.
    Unreached,
}

/// What the suite made of all faults that were tried.
#[derive(Debug)]
pub struct Score {
    pub trials: Vec<Trial>,
    /// How long the suite runs without a fault, under the same eye.
    pub control: Duration,
    pub elapsed: Duration,
}

impl Score {
    /// The trials whose fault a program can see.
    pub fn observable(&self) -> impl Iterator<Item = &Trial> {
        let seen = |trial: &&Trial| trial.fault.hidden.is_none();
        self.trials.iter().filter(seen)
    }

    /// How many observable faults came to that verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        let of = |trial: &&Trial| trial.verdict == verdict;
        self.observable().filter(of).count()
    }

    /// Of a hundred observable faults so many are killed.
    pub fn percent(&self) -> f64 {
        let all = self.observable().count().max(1);
        100.0 * self.count(Verdict::Killed) as f64 / all as f64
    }
}

/// One run of the suite.
struct Seen {
    run: Run,
    outcomes: Vec<Option<Outcome>>,
    complete: bool,
}

/// Runs the suite on each faulty kernel, and reports; the exit code.
pub fn main(args: &Arguments) -> Result<u8> {
    let resources = Resources::find();
    let faults = selected(&args.selection)?;
    let out = args.out.as_deref().map(OutFile::open).transpose()?;
    let elf = elf_to_run(&resources, args.elf.as_deref())?;
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let jobs = args.jobs.map_or(2 * processors, |jobs| jobs as usize);
    let plan = Plan::default();
    let score = score(&plan, &absolute(&elf)?, &faults, jobs)?;
    let record = Record::read(&resources)?;
    let whole = faults.len() == TABLE.len();
    let verdict = record.judge(&score, whole);
    let text = report::score(&plan, &score, &record, &verdict, args);
    match out {
        None => print(text.as_bytes())?,
        Some(file) => {
            print(format!("{}\n", report::headline(&score)).as_bytes())?;
            file.write(text.as_bytes())?;
        }
    }
    for complaint in &verdict {
        eprintln!("error: {complaint}");
    }
    Ok(if verdict.is_empty() {
        EXIT_GOOD
    } else {
        EXIT_GAPS
    })
}

/// Runs the suite once on each faulty kernel.
fn score(plan: &Plan, elf: &Path, faults: &[&'static Fault], jobs: usize) -> Result<Score> {
    let start = Instant::now();
    let control = observe(plan, elf, None)?;
    let passes = |outcome: &Option<Outcome>| *outcome == Some(Outcome::Pass);
    if !control.complete || !control.outcomes.iter().all(passes) {
        return Err(Error {
            exit: EXIT_NO_VERDICT,
            text: "without a fault the suite does not pass here, so nothing can be scored".into(),
        });
    }
    let next = AtomicUsize::new(0);
    let trials = Mutex::new(Vec::new());
    let worked: Result<Vec<()>> = thread::scope(|scope| {
        let worker = || -> Result<()> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(fault) = faults.get(index) else {
                    return Ok(());
                };
                let trial = attempt(plan, elf, fault, &control)?;
                if let Ok(mut trials) = trials.lock() {
                    trials.push((index, trial));
                    progress(trials.len(), faults.len());
                }
            }
        };
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(worker)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Result<()>>| {
            let lost = |_| Error::no_verdict("a thread that ran the suite ended early");
            worker.join().map_err(lost)?
        };
        workers.into_iter().map(join).collect()
    });
    worked?;
    let mut trials = trials.into_inner().unwrap_or_default();
    trials.sort_by_key(|(index, _)| *index);
    Ok(Score {
        trials: trials.into_iter().map(|(_, trial)| trial).collect(),
        control: control.run.elapsed,
        elapsed: start.elapsed(),
    })
}

/// Tries one fault; one that seems to get away is tried once more, because the machine may have
/// been too busy for a check of time to fail.
fn attempt(plan: &Plan, elf: &Path, fault: &'static Fault, control: &Seen) -> Result<Trial> {
    let first = judge(fault, &observe(plan, elf, Some(fault))?, control);
    if first.verdict == Verdict::Survived {
        return Ok(judge(fault, &observe(plan, elf, Some(fault))?, control));
    }
    Ok(first)
}

fn judge(fault: &'static Fault, seen: &Seen, control: &Seen) -> Trial {
    let failed = |outcome: &Option<Outcome>| {
        outcome
            .as_ref()
            .is_some_and(|outcome| *outcome != Outcome::Pass)
    };
    let mut killers: Vec<usize> = (0..seen.outcomes.len())
        .filter(|&check| failed(&seen.outcomes[check]))
        .collect();
    if !seen.complete {
        // The run ended in the first check that has no line.
        killers.extend(seen.outcomes.iter().position(Option::is_none));
    }
    let differs = !killers.is_empty() || !seen.complete || seen.run.end != control.run.end;
    let verdict = match (seen.run.shown, differs) {
        (0, _) => Verdict::Unreached,
        (_, true) => Verdict::Killed,
        (_, false) => Verdict::Survived,
    };
    if verdict != Verdict::Killed {
        killers.clear();
    }
    Trial {
        fault,
        verdict,
        end: seen.run.end,
        elapsed: seen.run.elapsed,
        killers,
    }
}

fn observe(plan: &Plan, elf: &Path, fault: Option<&Fault>) -> Result<Seen> {
    let mut command = Command::new(elf);
    command.stdin(Stdio::null()).stderr(Stdio::null());
    let limits = Limits {
        silence: SILENCE,
        total: TOTAL,
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
    let nothing = || vec![None; plan.checks.len()];
    let boot = log.boots.last();
    Ok(Seen {
        outcomes: boot.map_or_else(nothing, |boot| boot.outcomes.clone()),
        complete: boot.is_some_and(|boot| boot.ended && boot.defects.is_empty()),
        run,
    })
}

/// Tells a terminal how far it is; a pipe hears nothing.
fn progress(done: usize, all: usize) {
    if std::io::stderr().is_terminal() {
        let end = if done == all { "\r\x1b[K" } else { "" };
        eprint!("\r{done}/{all} faults{end}");
    }
}
