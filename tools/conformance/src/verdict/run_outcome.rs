//! The outcome of a run: of each check, and of the log as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use packer::log::{Tally, Verdict};
use packer::plan::Profile;

use super::causes::Causes;
use super::defect::Defect;
use super::outcome::Outcome;
use super::trace::Trace;
use crate::plan::Plan;

/// The outcome of every check of the plan, and the defects of the log that states them.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// One for each check, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Empty only if the log is provably complete.
    pub defects: Vec<Defect>,
    /// Number of boots.
    pub boots: usize,
    pub context: RunContext,
}

impl RunOutcome {
    /// True where every check was asked and answered, or its death or the way to it was proven, by
    /// a log that is provably complete.
    pub fn is_complete(&self) -> bool {
        self.defects.is_empty() && !self.outcomes.contains(&Outcome::Lost)
    }

    /// The same run with final outcomes, and the calls that its red checks accuse.
    pub(crate) fn with_causes(mut self, plan: &Plan) -> RunOutcome {
        let causes = Causes::of(plan, &self.outcomes);
        self.outcomes = causes.outcomes;
        self.context.blames = causes.blames;
        // The campaign knows more of a check that no boot could ask than its script tells.
        for (&check, &call) in &self.context.died_in {
            if self.outcomes[check].is_left_out() {
                self.context.blames[check] = vec![call];
            }
        }
        self.forget_others();
        self
    }

    /// True of a check that is judged.
    pub fn asks(&self, check: usize) -> bool {
        let only = self.context.only.as_ref();
        only.is_none_or(|only| only.contains(&check))
    }

    /// Forgets the checks that were run only because others need them: they are not judged.
    fn forget_others(&mut self) {
        for check in 0..self.outcomes.len() {
            if self.asks(check) {
                continue;
            }
            self.outcomes[check] = Outcome::Skipped;
            self.context.blames[check].clear();
            self.context.flaky.remove(&check);
            self.context.exhausted.remove(&check);
            self.context.excerpts.remove(&check);
        }
    }

    /// The calls that a check accuses, the best supported first.
    pub fn blames(&self, check: usize) -> &[&'static str] {
        self.context.blames.get(check).map_or(&[], Vec::as_slice)
    }

    /// The totals of a profile, or of all.
    pub fn tally(&self, plan: &Plan, profile: Option<Profile>) -> Tally {
        let mut tally = Tally::default();
        for (check, outcome) in plan.checks.iter().zip(&self.outcomes) {
            if self.asks(check.index) && profile.is_none_or(|it| it == check.profile) {
                tally.add(match outcome {
                    Outcome::Pass => Verdict::Pass,
                    Outcome::Skipped => Verdict::Skip,
                    _ => Verdict::Fail,
                });
            }
        }
        tally
    }
}

/// The circumstances of a run, for reports.
#[derive(Clone, Debug, Default)]
pub struct RunContext {
    /// The only checks that are judged, if not all are.
    pub only: Option<BTreeSet<usize>>,
    /// The reason why the suite has no folder to work in, if it says so.
    pub no_folder: Option<String>,
    /// True where the ELF is a process of a user namespace that has one user alone.
    pub one_user: bool,
    /// The last lines of the console, and of the command's stderr.
    pub last_words: Vec<String>,
    /// The last lines of the console up to each check that did not pass.
    pub excerpts: BTreeMap<usize, Vec<String>>,
    /// The time from the line before a check's to its own.
    pub times: BTreeMap<usize, Duration>,
    /// The command of the last boot, quoted for a shell.
    pub command: Option<String>,
    /// The emulator's accelerator, if the target has any.
    pub accelerator: Option<String>,
    /// The accelerators that were not used, each with the reason.
    pub accelerators_left: Vec<String>,
    /// The time of all boots by phases.
    pub phases: Phases,
    /// The flags of the control block that every later boot needs.
    pub flags: u8,
    /// The results of the rows of failed checks, from boots after the verdict.
    pub trace: Option<Trace>,
    /// One line for each event on the way: a boot that died, a re-run.
    pub notes: Vec<String>,
    /// The system call in which the kernel died before a check could be asked, or in it.
    pub died_in: BTreeMap<usize, &'static str>,
    /// The outcomes of the checks that had different ones in several runs.
    pub flaky: BTreeMap<usize, Vec<Outcome>>,
    /// The checks that failed for want of a resource and have another outcome after a new boot: the
    /// kernel cannot do the plan in one boot.
    pub exhausted: BTreeSet<usize>,
    /// The calls that each check accuses, the best supported first; empty until
    /// `RunOutcome::with_causes`.
    pub blames: Vec<Vec<&'static str>>,
}

impl RunContext {
    /// Adds the circumstances of another part of the run, whose boots came later.
    pub(crate) fn extend(&mut self, other: RunContext) {
        if !other.last_words.is_empty() {
            self.last_words = other.last_words;
        }
        self.excerpts.extend(other.excerpts);
        self.times.extend(other.times);
        self.phases += other.phases;
        self.notes.extend(other.notes);
        self.flaky.extend(other.flaky);
        self.exhausted.extend(other.exhausted);
        self.died_in.extend(other.died_in);
    }

    /// ` with NAME` of the accelerator, if there is one.
    pub fn with(&self) -> String {
        let with = self.accelerator.as_ref();
        with.map_or_else(String::new, |name| format!(" with {name}"))
    }
}

/// The time of a boot by phases.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    /// From the start of the command to the header line.
    pub boot: Duration,
    /// From the header line to the END line, or to the end of a boot without one.
    pub suite: Duration,
    /// From the END line to the exit of the command.
    pub end: Duration,
}

impl std::ops::AddAssign for Phases {
    fn add_assign(&mut self, other: Phases) {
        self.boot += other.boot;
        self.suite += other.suite;
        self.end += other.end;
    }
}
