//! Entries of known gaps that are about a call: its own checks, and those that it blocks.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use toml::value::Date;

use super::causes::is_in_plan;
use super::compare::{Comparison, Report};
use super::finding::{Finding, FindingKind};
use super::gate::expired;
use super::known_gaps::{BLOCKED, Gap, Gaps, MISSING};
use super::outcome::Outcome;
use crate::plan::{Plan, Planned};

impl Gaps {
    /// The checks that an entry of a call allows to be as they are, and the entry.
    pub(super) fn by_call<'g>(
        &'g self,
        report: &Report,
        by_check: &BTreeMap<usize, &Gap>,
    ) -> BTreeMap<usize, &'g Gap> {
        let free = report
            .checks_with(Comparison::Gap)
            .filter(|check| !by_check.contains_key(check) && !self.must(report, *check));
        let of = |check: usize| {
            Some((
                check,
                self.gap.iter().find(|gap| allows(gap, report, check))?,
            ))
        };
        free.filter_map(of).collect()
    }

    /// The entry that says that the kernel does not have the call of a check.
    pub(super) fn missing(&self, check: &Planned) -> Option<&Gap> {
        let mut entries = self.gap.iter();
        entries.find(|gap| {
            gap.call.as_deref() == Some(check.call) && gap.outcome == MISSING && !check.canary
        })
    }

    /// The finding about a check of a call that an entry calls missing, with another outcome.
    pub(super) fn otherwise(
        &self,
        check: &Planned,
        comparison: Comparison,
        outcome: &Outcome,
    ) -> Option<(FindingKind, String)> {
        let call = check.call;
        match comparison {
            Comparison::Good | Comparison::Better => Some((
                FindingKind::Fixed,
                format!("passes; the entry of {call} allows {MISSING}"),
            )),
            Comparison::Allowed | Comparison::NotAsked => None,
            Comparison::Gap => Some((
                FindingKind::Changed,
                format!(
                    "{}; the entry of {call} allows {MISSING}",
                    outcome.described()
                ),
            )),
        }
    }

    /// The findings about entries of calls as a whole.
    pub(super) fn findings_of_calls(
        &self,
        plan: &Plan,
        by_call: &BTreeMap<usize, &Gap>,
        today: Date,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for gap in &self.gap {
            let Some(call) = &gap.call else { continue };
            let count = by_call.values().filter(|entry| **entry == gap).count();
            let (kind, text) = if !is_in_plan(plan, call) {
                (
                    FindingKind::NotInPlan,
                    "no check of this plan makes this call".to_string(),
                )
            } else if count == 0 {
                (
                    FindingKind::Fixed,
                    "no check is red because of it; remove the entry".to_string(),
                )
            } else if gap.checks.is_some_and(|checks| checks != count) {
                let allowed = gap.checks.unwrap_or_default();
                (
                    FindingKind::Changed,
                    format!("{count} checks are red because of it; the entry allows {allowed}"),
                )
            } else if let Some(date) = expired(gap, today) {
                (
                    FindingKind::Expired,
                    format!("the entry was valid until {date}"),
                )
            } else {
                continue;
            };
            findings.push(Finding {
                kind,
                check: None,
                title: call.clone(),
                text,
            });
        }
        findings
    }

    /// Entries for the calls that the kernel does not have. They keep their reasons.
    pub(super) fn blessed_calls(&self, report: &Report, reason: &str) -> Gaps {
        let free = report
            .checks_with(Comparison::Gap)
            .filter(|&check| !self.must(report, check));
        let causes = report.causes(free);
        let missing = causes.iter().filter(|cause| cause.missing);
        let entries = missing.filter_map(|cause| {
            let call = cause.call?;
            let outcome = match cause.own.is_empty() {
                true => BLOCKED,
                false => MISSING,
            };
            let old = (self.gap.iter()).find(|gap| gap.call.as_deref() == Some(call));
            let entry = Gap {
                check: None,
                call: Some(call.to_string()),
                outcome: outcome.to_string(),
                got: None,
                checks: Some(cause.own.len() + cause.others.len()),
                reason: old.map_or(reason, |gap| &gap.reason).to_string(),
                link: old.and_then(|gap| gap.link.clone()),
                expires: old.and_then(|gap| gap.expires),
            };
            is_whole(report, call).then_some(entry)
        });
        Gaps {
            gap: entries.collect(),
            must_pass: self.must_pass.clone(),
            ..Gaps::default()
        }
    }
}

/// True where an entry of a call allows the outcome of a check.
fn allows(gap: &Gap, report: &Report, check: usize) -> bool {
    let Some(call) = gap.call.as_deref() else {
        return false;
    };
    let outcome = report.subject_log.outcomes[check].word();
    let planned = &report.plan.checks[check];
    let first = report.subject_log.blames(check).first();
    let own = planned.call == call && gap.outcome == MISSING && outcome == MISSING;
    first == Some(&call) && (own || outcome == BLOCKED)
}

/// True where no check of a call has an outcome that an entry of the call would not allow.
fn is_whole(report: &Report, call: &str) -> bool {
    let own = report
        .plan
        .checks
        .iter()
        .filter(|check| check.call == call && !check.canary);
    own.into_iter().all(|check| {
        let outcome = &report.subject_log.outcomes[check.index];
        match report.comparison(check.index) {
            Comparison::Allowed | Comparison::NotAsked => true,
            Comparison::Good | Comparison::Better => false,
            Comparison::Gap => {
                let first = report.subject_log.blames(check.index).first();
                [MISSING, BLOCKED].contains(&outcome.word()) && first == Some(&call)
            }
        }
    })
}
