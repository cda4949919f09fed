//! A run against an oracle: the comparison of each check, and the exit code.

use std::time::Duration;

use packer::plan::Profile;

use super::causes::groups::Cause;
use super::earlier::Earlier;
use super::finding::{Finding, Gate};
use super::known_gaps::Gap;
use super::outcome::Outcome;
use super::run_outcome::RunOutcome;
use super::trace::Trace;
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT};
use crate::plan::{Plan, Planned};
use crate::spec::Spec;

/// The outcome of one check against the oracle's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Both pass.
    Good,
    /// Neither passes, and the outcomes are the same.
    Allowed,
    /// The check passes; the oracle does not.
    Better,
    /// The check does not pass, and the oracle does or has another outcome.
    Gap,
    /// The check is not judged.
    NotAsked,
}

impl Comparison {
    pub fn word(self) -> &'static str {
        match self {
            Comparison::Good => "good",
            Comparison::Allowed => "allowed",
            Comparison::Better => "better",
            Comparison::Gap => "gap",
            Comparison::NotAsked => "not-asked",
        }
    }
}

/// One run against one oracle, as every reporter gets it.
#[derive(Debug)]
pub struct Report<'a> {
    pub plan: &'a Plan,
    pub spec: &'a Spec,
    /// The name of the target that ran, or of the log.
    pub subject: String,
    /// The path of the target's file, or of the log.
    pub file: String,
    /// The name of the oracle's log.
    pub oracle_name: String,
    pub subject_log: RunOutcome,
    pub oracle_log: RunOutcome,
    /// The duration of the run, if this tool ran it.
    pub elapsed: Option<Duration>,
    /// The gate, if the command has one.
    pub gate: Option<Gate>,
    /// The results of rows on the kernel whose log is the oracle of all targets.
    pub oracle_trace: Option<Trace>,
    /// The command that runs the target again, for a shell.
    pub again: Option<String>,
    /// The kernel and the ELF that ran: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// A report to compare with.
    pub earlier: Option<Earlier>,
}

impl Report<'_> {
    pub fn comparison(&self, check: usize) -> Comparison {
        let (is, allowed) = (
            &self.subject_log.outcomes[check],
            &self.oracle_log.outcomes[check],
        );
        match (is, allowed) {
            _ if !self.subject_log.asks(check) => Comparison::NotAsked,
            (Outcome::Pass, Outcome::Pass) => Comparison::Good,
            (Outcome::Pass, _) => Comparison::Better,
            _ if is == allowed => Comparison::Allowed,
            _ => Comparison::Gap,
        }
    }

    /// The checks that are judged, in the order of the plan.
    pub fn checks(&self) -> impl Iterator<Item = &Planned> {
        let checks = self.plan.checks.iter();
        checks.filter(|check| self.subject_log.asks(check.index))
    }

    /// The checks with this result, in the order of the plan.
    pub fn checks_with(&self, comparison: Comparison) -> impl Iterator<Item = usize> {
        (0..self.plan.checks.len()).filter(move |&check| self.comparison(check) == comparison)
    }

    /// Number of checks of a profile, or of all, without an outcome; the tally has them as failed.
    pub fn lost(&self, profile: Option<Profile>) -> u32 {
        let checks = self.plan.checks.iter().zip(&self.subject_log.outcomes);
        let lost = checks.filter(|(check, outcome)| {
            **outcome == Outcome::Lost && profile.is_none_or(|profile| profile == check.profile)
        });
        lost.count() as u32
    }

    /// The calls that checks of the subject accuse, each with its checks.
    pub(crate) fn causes(&self, checks: impl IntoIterator<Item = usize>) -> Vec<Cause> {
        let log = &self.subject_log;
        let first = |check: usize| log.blames(check).first().copied();
        Cause::of(self.plan, &log.outcomes, first, checks)
    }

    /// The gate's finding about a check.
    pub fn finding(&self, check: usize) -> Option<&Finding> {
        let findings = self.gate.as_ref().map(|gate| &gate.findings)?;
        findings.iter().find(|finding| finding.check == Some(check))
    }

    /// The known gap that allows a check to fail.
    pub fn known(&self, check: usize) -> Option<&Gap> {
        self.gate.as_ref()?.known.get(&check)
    }

    /// Returns whether a check is reported as wrong: its line is lost, or the gate has a finding
    /// about it, or there is no gate and it is a gap.
    pub fn is_wrong(&self, check: usize) -> bool {
        match (&self.gate, &self.subject_log.outcomes[check]) {
            (_, Outcome::Lost) => true,
            (Some(_), _) => self.finding(check).is_some(),
            (None, _) => self.comparison(check) == Comparison::Gap,
        }
    }

    /// Returns whether both logs are provably complete; otherwise there is no verdict.
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
        } else if self.checks_with(Comparison::Gap).next().is_some()
            || !self.subject_log.context.exhausted.is_empty()
        {
            EXIT_GAPS
        } else {
            EXIT_GOOD
        }
    }
}
