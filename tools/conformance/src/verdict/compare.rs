//! What a log proves, and how it stands against the oracle's.

use std::collections::BTreeMap;
use std::time::Duration;

use posix_conformance::log::{Tally, Verdict};
use posix_conformance::plan::Profile;

use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT};
use crate::plan::Plan;
use crate::spec::Spec;
use crate::verdict::defect::Defect;
use crate::verdict::known_gaps::{Finding, Gap, Gate};
use crate::verdict::outcome::Outcome;

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

/// How one check stands against the oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// It passes, as the oracle does.
    Good,
    /// It does not pass, and neither does the oracle, in the same way.
    Allowed,
    /// It passes and the oracle does not.
    Better,
    /// It is worse than the oracle allows.
    Gap,
}

impl Comparison {
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Good => "good",
            Comparison::Allowed => "allowed",
            Comparison::Better => "better",
            Comparison::Gap => "gap",
        }
    }
}

/// One run against one oracle: what every reporter is given.
#[derive(Debug)]
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub spec: &'a Spec,
    /// What ran: a target's name or a log's path.
    pub subject: String,
    /// What it is held against.
    pub oracle_name: String,
    pub subject_log: RunOutcome,
    pub oracle_log: RunOutcome,
    /// How long the run took, where this tool ran it.
    pub elapsed: Option<Duration>,
    /// What the target's known gaps make of it, where they were asked.
    pub gate: Option<Gate>,
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

impl Report<'_> {
    pub fn comparison(&self, check: usize) -> Comparison {
        let (is, allowed) = (
            &self.subject_log.outcomes[check],
            &self.oracle_log.outcomes[check],
        );
        match (is, allowed) {
            (Outcome::Pass, Outcome::Pass) => Comparison::Good,
            (Outcome::Pass, _) => Comparison::Better,
            _ if is == allowed => Comparison::Allowed,
            _ => Comparison::Gap,
        }
    }

    /// The checks of one standing, in the order of the plan.
    pub fn having(&self, standing: Comparison) -> impl Iterator<Item = usize> {
        (0..self.plan.checks.len()).filter(move |&check| self.comparison(check) == standing)
    }

    /// How many checks of a profile, or of all, have no outcome; the tally counts them as failed.
    pub fn lost(&self, profile: Option<Profile>) -> u32 {
        let checks = self.plan.checks.iter().zip(&self.subject_log.outcomes);
        let lost = checks.filter(|(check, outcome)| {
            **outcome == Outcome::Lost && profile.is_none_or(|profile| profile == check.profile)
        });
        lost.count() as u32
    }

    /// What the gate has to say of a check.
    pub fn finding(&self, check: usize) -> Option<&Finding> {
        let findings = self.gate.as_ref().map(|gate| &gate.findings)?;
        findings.iter().find(|finding| finding.check == Some(check))
    }

    /// The known gap that allows a check to fail.
    pub fn known(&self, check: usize) -> Option<&Gap> {
        self.gate.as_ref()?.known.get(&check)
    }

    /// Whether a check is to be reported as wrong: it shuts the gate, or there is none and it is
    /// worse than the oracle allows, or its line is lost.
    pub fn is_wrong(&self, check: usize) -> bool {
        match (&self.gate, &self.subject_log.outcomes[check]) {
            (_, Outcome::Lost) => true,
            (Some(_), _) => self.finding(check).is_some(),
            (None, _) => self.comparison(check) == Comparison::Gap,
        }
    }

    /// Whether both logs are provably complete; without that there is no verdict.
    pub fn is_proven(&self) -> bool {
        self.subject_log.is_complete() && self.oracle_log.is_complete()
    }

    pub fn exit(&self) -> u8 {
        if !self.is_proven() {
            EXIT_NO_VERDICT
        } else if let Some(gate) = &self.gate {
            if gate.findings.is_empty() {
                EXIT_GOOD
            } else {
                EXIT_GAPS
            }
        } else if self.having(Comparison::Gap).next().is_some() {
            EXIT_GAPS
        } else {
            EXIT_GOOD
        }
    }
}
