//! The progress of a run: a line that is drawn again and again on a terminal, or else a line for
//! each boot that has ended.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::log::reader::Event;
use crate::plan::{Plan, Step};
use crate::run::monitor::BootResult;
use crate::verdict::outcome::Outcome;

/// The shortest interval between two drawings of the line.
const INTERVAL: Duration = Duration::from_millis(100);

/// The place of the progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// stderr is a terminal.
    Terminal,
    /// stderr is a file or a pipe.
    Lines,
    /// Nothing is shown.
    Nowhere,
}

/// The progress of a run.
#[derive(Debug)]
pub(crate) struct Progress {
    place: Place,
    /// The name of a boot.
    name: &'static str,
    begun: Instant,
    drawn: Option<Instant>,
    /// The number of the boot.
    boot: usize,
    /// The group that the boot runs, once its header line has come.
    group: Option<usize>,
    /// The checks that have an outcome, and those of them that do not pass.
    known: BTreeSet<usize>,
    red: BTreeSet<usize>,
}

impl Progress {
    /// The progress of a run whose boots have that name.
    pub(crate) fn new(name: &'static str) -> Progress {
        Progress {
            place: match io::stderr().is_terminal() {
                true => Place::Terminal,
                false => Place::Lines,
            },
            name,
            begun: Instant::now(),
            drawn: None,
            boot: 1,
            group: None,
            known: BTreeSet::new(),
            red: BTreeSet::new(),
        }
    }

    /// The progress of one of several boots at once, which shows nothing.
    pub(crate) fn hidden() -> Progress {
        Progress {
            place: Place::Nowhere,
            ..Progress::new("")
        }
    }

    /// Counts an event of the log.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Begin => self.group = None,
            Event::Group(group) => self.group = Some(*group),
            Event::Check(_, Outcome::Skipped) | Event::End => {}
            Event::Check(check, outcome) => self.outcome(*check, outcome),
        }
    }

    /// Counts the outcome of a check.
    fn outcome(&mut self, check: usize, outcome: &Outcome) {
        self.known.insert(check);
        match outcome {
            Outcome::Pass => self.red.remove(&check),
            _ => self.red.insert(check),
        };
    }

    /// Counts the outcomes of a boot that ran beside others.
    pub(crate) fn took(&mut self, result: &BootResult) {
        for boot in &result.log.boots {
            for (check, outcome) in boot.outcomes.iter().enumerate() {
                if let Some(outcome) = outcome.as_ref().filter(|it| **it != Outcome::Skipped) {
                    self.outcome(check, outcome);
                }
            }
        }
    }

    /// Erases the line.
    pub(crate) fn clear(&self) {
        if self.place == Place::Terminal && self.drawn.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }

    /// The counts up to now.
    fn counts(&self, plan: &Plan) -> String {
        let (boot, known, red) = (self.boot, self.known.len(), self.red.len());
        let all = plan.checks.len();
        format!("{} {boot}: {known} of {all} checks, {red} red", self.name)
    }

    /// Draws the line, if [`INTERVAL`] has passed since the last time.
    pub(crate) fn draw(&mut self, plan: &Plan) {
        let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL);
        if self.place != Place::Terminal || !due {
            return;
        }
        self.drawn = Some(Instant::now());
        let waits_for = match self.group.and_then(|group| plan.groups.get(group)) {
            Some(group) => group,
            None => "the header line",
        };
        let (counts, seconds) = (self.counts(plan), self.begun.elapsed().as_secs_f64());
        // An error means that the terminal is gone; the run goes on.
        let _ = write!(
            io::stderr(),
            "\r\x1b[K{counts}, waiting for {waits_for}, {seconds:.1} s"
        );
    }

    /// Notes that a boot has ended, and before which line of the plan if not after the last one:
    /// erases the line, or prints one.
    pub(crate) fn ended(&mut self, plan: &Plan, before: Option<usize>) {
        if let Some(Step::Check(check)) = before.and_then(|step| plan.steps.get(step)) {
            self.outcome(*check, &Outcome::Crash);
        }
        let mut text = String::new();
        match self.place {
            Place::Terminal => self.clear(),
            Place::Lines => {
                let (counts, seconds) = (self.counts(plan), self.begun.elapsed().as_secs_f64());
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{counts}, {seconds:.1} s");
            }
            Place::Nowhere => {}
        }
        // An error means that nobody reads it.
        let _ = io::stderr().write_all(text.as_bytes());
        self.boot += 1;
        self.group = None;
    }
}
