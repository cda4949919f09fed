//! What the runs of a log prove, and what people want to know beside.

use std::collections::BTreeMap;
use std::time::Duration;

use posix_conformance::log::{Tally, Verdict};
use posix_conformance::plan::Profile;

use super::defect::Defect;
use super::outcome::Outcome;
use crate::plan::Plan;

/// Exactly one outcome for every check of the plan, and why they may not be believed.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    pub outcomes: Vec<Outcome>,
    /// Empty only where the log is provably that of complete runs.
    pub defects: Vec<Defect>,
    /// How many runs the log holds.
    pub boots: usize,
    pub context: RunContext,
}

impl RunOutcome {
    /// Whether it is provably complete.
    pub fn is_complete(&self) -> bool {
        self.defects.is_empty() && !self.outcomes.contains(&Outcome::Lost)
    }

    /// The totals of a profile, or of all.
    pub fn tally(&self, plan: &Plan, profile: Option<Profile>) -> Tally {
        let mut tally = Tally::default();
        for (check, outcome) in plan.checks.iter().zip(&self.outcomes) {
            if profile.is_none_or(|profile| profile == check.profile) {
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

/// What people want to know beside the outcomes.
#[derive(Clone, Debug, Default)]
pub struct RunContext {
    /// The last lines of the console, and of the command's complaints.
    pub last_words: Vec<String>,
    /// The lines of the console that led to an outcome.
    pub excerpts: BTreeMap<usize, Vec<String>>,
    /// How long it took from the line before a check's to its own.
    pub times: BTreeMap<usize, Duration>,
    /// The command of the last boot, as a shell would take it.
    pub command: Option<String>,
    /// By what the emulator ran the kernel, where there is a choice.
    pub accelerator: Option<String>,
    /// By what it was not run, each with the reason.
    pub accelerators_left: Vec<String>,
    /// What all boots together spent their time on.
    pub phases: Phases,
    /// What each boot that died, died of.
    pub notes: Vec<String>,
    /// The outcomes of the checks that did not have the same one in each run.
    pub flaky: BTreeMap<usize, Vec<Outcome>>,
}

impl RunContext {
    /// ` with NAME`, where the kernel was run by an accelerator.
    pub fn with(&self) -> String {
        let with = self.accelerator.as_ref();
        with.map_or_else(String::new, |name| format!(" with {name}"))
    }
}

/// What a boot spent its time on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Phases {
    /// Up to the header line.
    pub boot: Duration,
    /// From there to the END line, or to the end of a boot without one.
    pub suite: Duration,
    /// From the END line until the command was gone.
    pub end: Duration,
}

impl std::ops::AddAssign for Phases {
    fn add_assign(&mut self, other: Phases) {
        self.boot += other.boot;
        self.suite += other.suite;
        self.end += other.end;
    }
}
