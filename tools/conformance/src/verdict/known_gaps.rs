//! Known gaps: what a target is allowed to get wrong, until when, and why.
//!
//! An entry allows exactly one wrong outcome with exactly one wrong value. Whatever else happens to
//! its check, the check passing included, fails the gate until the entry is struck off or changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use toml::value::{Date, Datetime};

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::verdict::compare::{Comparison, Report, RunOutcome};
use crate::verdict::outcome::{Got, Outcome};

/// The outcomes that may be allowed; a lost line proves nothing and cannot be.
const ALLOWED: [&str; 5] = ["skipped", "fail", "unimplemented", "crash", "hang"];
const SECONDS_A_DAY: u64 = 86_400;

/// A target's file of known gaps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// Checks that must pass, whatever the oracle does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_pass: Vec<String>,
    /// Left out where there is none: TOML takes no `[[gap]]` below a `gap = []`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gap: Vec<Gap>,
}

/// One known gap.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    pub check: String,
    pub outcome: String,
    /// The wrong value, as the check's line has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which the entry holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Datetime>,
}

/// Why the gate is shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    MustPass,
    New,
    Changed,
    Flaky,
    Expired,
    Fixed,
    NotInPlan,
}

impl FindingKind {
    pub const ALL: [FindingKind; 7] = [
        FindingKind::MustPass,
        FindingKind::New,
        FindingKind::Changed,
        FindingKind::Flaky,
        FindingKind::Expired,
        FindingKind::Fixed,
        FindingKind::NotInPlan,
    ];

    pub fn word(self) -> &'static str {
        match self {
            FindingKind::MustPass => "must-pass",
            FindingKind::New => "new",
            FindingKind::Changed => "changed",
            FindingKind::Flaky => "flaky",
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed",
            FindingKind::NotInPlan => "not-in-plan",
        }
    }

    /// What a headline says of so many.
    pub fn counted(self) -> &'static str {
        match self {
            FindingKind::MustPass => "that must pass",
            FindingKind::New => "new",
            FindingKind::Changed => "changed",
            FindingKind::Flaky => "flaky",
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed but still listed",
            FindingKind::NotInPlan => "listed but not in the plan",
        }
    }
}

/// One reason why the gate is shut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub why: FindingKind,
    /// The check, if the plan has it.
    pub check: Option<usize>,
    pub title: String,
    pub text: String,
}

/// What the known gaps make of a run.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Where the known gaps stand.
    pub name: String,
    pub findings: Vec<Finding>,
    /// The checks that fail as known.
    pub known: BTreeMap<usize, Gap>,
}

impl Gaps {
    /// Reads a file of known gaps; `file` is its name for messages.
    pub fn parse(file: &str, text: &str) -> Result<Gaps> {
        let gaps: Gaps = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start]);
            let line = before.matches('\n').count() + 1;
            Error::usage(format!("{file}:{line}: {}", error.message()))
        })?;
        match gaps.fault() {
            Some(fault) => Err(Error::usage(format!("{file}: {fault}"))),
            None => Ok(gaps),
        }
    }

    fn fault(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        for gap in &self.gap {
            let title = &gap.check;
            if !seen.insert(title) {
                return Some(format!("twice: {title}"));
            }
            if self.must_pass.contains(title) {
                return Some(format!("must pass and may fail at once: {title}"));
            }
            if !ALLOWED.contains(&gap.outcome.as_str()) {
                let allowed = ALLOWED.join(", ");
                return Some(format!("outcome of {title} is none of {allowed}"));
            }
            let has_value = ["fail", "unimplemented"].contains(&gap.outcome.as_str());
            if has_value != gap.got.is_some() {
                let need = if has_value { "needs" } else { "cannot have" };
                return Some(format!(
                    "an outcome of {} {need} a got: {title}",
                    gap.outcome
                ));
            }
            if gap.reason.trim().is_empty() {
                return Some(format!("no reason: {title}"));
            }
            if gap.expires.is_some_and(|expires| expires.date.is_none()) {
                return Some(format!("expires is no date: {title}"));
            }
        }
        None
    }

    /// What these known gaps make of a run, on a day.
    pub fn judge(&self, name: &str, report: &Report, today: Date) -> Gate {
        let mut gate = Gate {
            name: name.to_string(),
            findings: Vec::new(),
            known: BTreeMap::new(),
        };
        let by_check = self.by_check(report.plan, &mut gate);
        let must: BTreeSet<&String> = self.must_pass.iter().collect();
        for check in &report.plan.checks {
            let outcome = &report.subject_log.outcomes[check.index];
            let found = match by_check.get(&check.index) {
                _ if *outcome == Outcome::Lost => None,
                Some(gap) => against_entry(gap, outcome, today),
                None if *outcome == Outcome::Pass => None,
                None if must.contains(&check.title) => {
                    Some((FindingKind::MustPass, described(outcome)))
                }
                None if report.comparison(check.index) == Comparison::Allowed => None,
                None => Some((FindingKind::New, described(outcome))),
            };
            let flaky = report.subject_log.context.flaky.get(&check.index);
            let flaky = flaky.map(|outcomes| {
                let words = outcomes.iter().map(described).collect::<Vec<_>>();
                (FindingKind::Flaky, words.join(", then "))
            });
            match (flaky.or(found), by_check.get(&check.index)) {
                (Some((why, text)), _) => gate.findings.push(Finding {
                    why,
                    check: Some(check.index),
                    title: check.title.clone(),
                    text,
                }),
                (None, Some(gap)) if *outcome != Outcome::Lost => {
                    gate.known.insert(check.index, (*gap).clone());
                }
                _ => {}
            }
        }
        gate.findings
            .sort_by_key(|finding| (finding.why, finding.check));
        gate
    }

    /// The entries by their checks; those of no check are findings.
    fn by_check(&self, plan: &Plan, gate: &mut Gate) -> BTreeMap<usize, &Gap> {
        let mut by_check = BTreeMap::new();
        let mut unknown = |title: &String| {
            gate.findings.push(Finding {
                why: FindingKind::NotInPlan,
                check: None,
                title: title.clone(),
                text: "no check of this plan has this title".to_string(),
            });
        };
        for gap in &self.gap {
            match plan.find(&gap.check) {
                Some(check) => _ = by_check.insert(check.index, gap),
                None => unknown(&gap.check),
            }
        }
        for title in &self.must_pass {
            if plan.find(title).is_none() {
                unknown(title);
            }
        }
        by_check
    }

    /// The gaps of a run as a file: known reasons are kept, and the others get this one. A check
    /// that must pass gets no entry.
    pub fn blessed(&self, report: &Report, reason: &str) -> Gaps {
        let entry = |check: usize| {
            let title = &report.plan.checks[check].title;
            let outcome = &report.subject_log.outcomes[check];
            let old = self.gap.iter().find(|gap| gap.check == *title);
            let same = old.filter(|gap| matches(gap, outcome));
            same.cloned().unwrap_or_else(|| Gap {
                check: title.clone(),
                outcome: outcome.word().to_string(),
                got: outcome.got().map(note),
                reason: old.map_or(reason, |gap| &gap.reason).to_string(),
                link: old.and_then(|gap| gap.link.clone()),
                expires: old.and_then(|gap| gap.expires),
            })
        };
        Gaps {
            must_pass: self.must_pass.clone(),
            gap: report
                .having(Comparison::Gap)
                .filter(|&check| !self.must(report, check))
                .map(entry)
                .collect(),
        }
    }

    /// The titles of the checks that must pass and do not.
    pub fn must_and_do_not<'r>(&self, report: &'r Report) -> Vec<&'r str> {
        let outcomes = report.plan.checks.iter().zip(&report.subject_log.outcomes);
        let wrong = outcomes.filter(|(check, outcome)| {
            **outcome != Outcome::Pass && self.must(report, check.index)
        });
        wrong.map(|(check, _)| check.title.as_str()).collect()
    }

    fn must(&self, report: &Report, check: usize) -> bool {
        self.must_pass.contains(&report.plan.checks[check].title)
    }

    /// The file's text.
    pub fn text(&self, target: &str) -> Result<String> {
        let body = toml::to_string(self)
            .map_err(|error| Error::usage(format!("writing the gaps: {error}")))?;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# Known gaps of {target}; `cargo conformance bless` writes them."
        );
        Ok(text + &body)
    }
}

/// What an entry finds wrong with the outcome of its check.
fn against_entry(gap: &Gap, outcome: &Outcome, today: Date) -> Option<(FindingKind, String)> {
    let expired =
        |date: Date| (date.year, date.month, date.day) < (today.year, today.month, today.day);
    if *outcome == Outcome::Pass {
        Some((
            FindingKind::Fixed,
            "passes; strike the entry off".to_string(),
        ))
    } else if !matches(gap, outcome) {
        let known = gap.got.as_ref().map_or(gap.outcome.clone(), |got| {
            format!("{}, got {got}", gap.outcome)
        });
        Some((
            FindingKind::Changed,
            format!("{}; known was {known}", described(outcome)),
        ))
    } else {
        let date = gap.expires.and_then(|expires| expires.date)?;
        expired(date).then(|| {
            (
                FindingKind::Expired,
                format!("{}; known until {date}", described(outcome)),
            )
        })
    }
}

fn matches(gap: &Gap, outcome: &Outcome) -> bool {
    gap.outcome == outcome.word() && gap.got == outcome.got().map(note)
}

/// The value got as the check's line has it.
pub fn note(got: &Got) -> String {
    match &got.from {
        Some(from) => format!("{} from {from}", got.value),
        None => got.value.clone(),
    }
}

/// An outcome in words, with the value got.
pub fn described(outcome: &Outcome) -> String {
    match outcome.got() {
        Some(got) => format!("{}, got {}", outcome.word(), note(got)),
        None => outcome.word().to_string(),
    }
}

/// Several runs of one target as one: of each check the worst, and which checks were not the same
/// each time.
pub fn merged(mut runs: Vec<RunOutcome>) -> Option<RunOutcome> {
    let mut all = runs.pop()?;
    let mut each: Vec<Vec<Outcome>> = all.outcomes.iter().map(|_| Vec::new()).collect();
    for run in &runs {
        for (outcomes, outcome) in each.iter_mut().zip(&run.outcomes) {
            outcomes.push(outcome.clone());
        }
    }
    for (check, mut outcomes) in each.into_iter().enumerate() {
        outcomes.push(all.outcomes[check].clone());
        let mut distinct = outcomes.clone();
        distinct.dedup();
        if distinct.len() > 1 {
            all.context.flaky.insert(check, distinct);
        }
        if let Some(worst) = outcomes.into_iter().max_by_key(Outcome::severity) {
            all.outcomes[check] = worst;
        }
    }
    for run in runs {
        all.boots += run.boots;
        all.defects.extend(run.defects);
        for (check, lines) in run.context.excerpts {
            all.context.excerpts.entry(check).or_insert(lines);
        }
        all.context.notes.extend(run.context.notes);
    }
    Some(all)
}

/// Today, by Greenwich.
pub fn today() -> Date {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    date_of(since.as_secs() / SECONDS_A_DAY)
}

/// The date of a day counted from the first of January 1970.
fn date_of(days: u64) -> Date {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut year, mut left) = (1970, days);
    while left >= 365 + u64::from(leap(year)) {
        left -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while left >= lengths[month] {
        left -= lengths[month];
        month += 1;
    }
    Date {
        year: year as u16,
        month: month as u8 + 1,
        day: left as u8 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::date_of;

    #[test]
    fn days_become_dates() {
        for (days, date) in [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_453, "2025-12-31"),
            (20_454, "2026-01-01"),
        ] {
            assert_eq!(date_of(days).to_string(), date);
        }
    }
}
