//! What a log proves, and how it stands against the oracle's.

use std::time::Duration;

use posix_conformance::plan::Profile;

use super::finding::{Finding, Gate};
use super::known_gaps::Gap;
use super::outcome::Outcome;
use super::run_outcome::RunOutcome;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT};
use crate::plan::Plan;
use crate::spec::Spec;

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

    /// The checks with this result, in the order of the plan.
    pub fn checks_with(&self, comparison: Comparison) -> impl Iterator<Item = usize> {
        (0..self.plan.checks.len()).filter(move |&check| self.comparison(check) == comparison)
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
        } else if self.checks_with(Comparison::Gap).next().is_some() {
            EXIT_GAPS
        } else {
            EXIT_GOOD
        }
    }
}
