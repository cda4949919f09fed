//! A run against known gaps: the findings of the gate, and the entries that allow the run.

use std::collections::{BTreeMap, BTreeSet};

use time::Month;
use toml::value::Date;

use super::compare::{Comparison, Report};
use super::finding::{Finding, FindingKind, Gate};
use super::gaps_names::{GapLines, ONE_BOOT};
use super::known_gaps::{Gap, Gaps};
use super::outcome::{Got, Outcome, described};

/// The days before the last one of an entry on which reports warn.
const WARNING_DAYS: i32 = 14;

impl Gaps {
    /// Compares a run with these known gaps; `name` is that of their file.
    pub fn judge(&self, name: &str, report: &Report, today: Date) -> Gate {
        let mut gate = Gate {
            name: name.to_string(),
            lines: GapLines::default(),
            findings: Vec::new(),
            known: BTreeMap::new(),
            warnings: Vec::new(),
        };
        let by_check = self.by_check(report, &mut gate);
        let by_call = self.by_call(report, &by_check);
        gate.findings.extend(self.exhaustion_finding(report));
        let must: BTreeSet<&String> = self.must_pass.iter().collect();
        for check in report.checks() {
            let outcome = &report.subject_log.outcomes[check.index];
            let found = match by_check.get(&check.index) {
                _ if *outcome == Outcome::Lost => None,
                Some(gap) => compare_with_entry(gap, outcome, today),
                None if by_call.contains_key(&check.index) => None,
                None if self.missing(check).is_some() => {
                    self.otherwise(check, report.comparison(check.index), outcome)
                }
                None if *outcome == Outcome::Pass => None,
                None if must.contains(&check.title) => {
                    Some((FindingKind::MustPass, outcome.described()))
                }
                None if report.comparison(check.index) == Comparison::Allowed => None,
                None => Some((FindingKind::New, outcome.described())),
            };
            let flaky = report.subject_log.context.flaky.get(&check.index);
            let flaky = flaky.map(|outcomes| {
                let words = outcomes.iter().map(Outcome::described).collect::<Vec<_>>();
                (FindingKind::Flaky, words.join(", then "))
            });
            let entry = by_check.get(&check.index).or(by_call.get(&check.index));
            match (flaky.or(found), entry) {
                (Some((kind, text)), _) => gate.findings.push(Finding {
                    kind,
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
        // Of a part of the plan nothing follows for an entry about all checks of a call.
        if report.subject_log.context.only.is_none() {
            let of_calls = self.findings_of_calls(report.plan, &by_call, today);
            gate.findings.extend(of_calls);
        }
        gate.findings
            .sort_by_key(|finding| (finding.kind, finding.check));
        let used = |gap: &&Gap| gate.known.values().any(|known| known == *gap);
        let soon = self.gap.iter().filter(used);
        gate.warnings = soon.filter_map(|gap| expires_soon(gap, today)).collect();
        gate
    }

    /// The finding about a kernel that cannot do the plan in one boot, or that can and need not.
    fn exhaustion_finding(&self, report: &Report) -> Option<Finding> {
        let whole = report.subject_log.context.only.is_none();
        let exhausted = &report.subject_log.context.exhausted;
        let (kind, text) = match (exhausted.first(), &self.exhaustion) {
            (Some(&first), None) => (FindingKind::Exhausted, exhaustion(report, first)),
            (None, Some(_)) if whole && report.subject_log.is_complete() => (
                FindingKind::Fixed,
                "the plan is done in one boot; remove exhaustion".to_string(),
            ),
            _ => return None,
        };
        Some(Finding {
            kind,
            check: None,
            title: ONE_BOOT.to_string(),
            text,
        })
    }

    /// The entries by the indices of their checks; an entry of no check is a finding.
    fn by_check(&self, report: &Report, gate: &mut Gate) -> BTreeMap<usize, &Gap> {
        let plan = report.plan;
        let whole = report.subject_log.context.only.is_none();
        let mut by_check = BTreeMap::new();
        let mut unknown = |title: &String| {
            gate.findings.push(Finding {
                kind: FindingKind::NotInPlan,
                check: None,
                title: title.clone(),
                text: "no check of this plan has this title".to_string(),
            });
        };
        for gap in &self.gap {
            let Some(title) = &gap.check else { continue };
            match plan.find(title) {
                Some(check) => _ = by_check.insert(check.index, gap),
                None if whole => unknown(title),
                None => {}
            }
        }
        for title in &self.must_pass {
            if whole && plan.find(title).is_none() {
                unknown(title);
            }
        }
        by_check
    }

    /// Known gaps that allow a run: entries keep their reasons, new ones get this one. A check that
    /// must pass gets no entry.
    pub fn blessed(&self, report: &Report, reason: &str) -> Gaps {
        let entry = |check: usize| {
            let title = &report.plan.checks[check].title;
            let outcome = &report.subject_log.outcomes[check];
            let old = (self.gap.iter()).find(|gap| gap.check.as_deref() == Some(title));
            let same = old.filter(|gap| matches(gap, outcome));
            same.cloned().unwrap_or_else(|| Gap {
                check: Some(title.clone()),
                call: None,
                outcome: outcome.word().to_string(),
                got: outcome.got().map(Got::note),
                checks: None,
                reason: old.map_or(reason, |gap| &gap.reason).to_string(),
                link: old.and_then(|gap| gap.link.clone()),
                expires: old.and_then(|gap| gap.expires),
            })
        };
        let calls = self.blessed_calls(report, reason);
        let by_call = calls.by_call(report, &BTreeMap::new());
        let checks = report
            .checks_with(Comparison::Gap)
            .filter(|&check| !self.must(report, check))
            .filter(|check| !by_call.contains_key(check))
            .map(entry);
        Gaps {
            must_pass: self.must_pass.clone(),
            exhaustion: match report.subject_log.context.exhausted.is_empty() {
                true => None,
                false => Some(
                    self.exhaustion
                        .clone()
                        .unwrap_or_else(|| reason.to_string()),
                ),
            },
            gap: calls.gap.iter().cloned().chain(checks).collect(),
        }
    }

    /// The titles of the checks that must pass and fail.
    pub fn failing_must_pass<'r>(&self, report: &'r Report) -> Vec<&'r str> {
        let outcomes = report.plan.checks.iter().zip(&report.subject_log.outcomes);
        let wrong = outcomes.filter(|(check, outcome)| {
            **outcome != Outcome::Pass && self.must(report, check.index)
        });
        wrong.map(|(check, _)| check.title.as_str()).collect()
    }

    pub(super) fn must(&self, report: &Report, check: usize) -> bool {
        self.must_pass.contains(&report.plan.checks[check].title)
    }
}

/// The text about the checks that found no resources left in the boot of the whole plan.
fn exhaustion(report: &Report, first: usize) -> String {
    let count = report.subject_log.context.exhausted.len();
    let title = &report.plan.checks[first].title;
    format!("the resources ran out, and {count} checks answered only after a new boot: {title}")
}

/// The finding of an entry about the outcome of its check.
fn compare_with_entry(gap: &Gap, outcome: &Outcome, today: Date) -> Option<(FindingKind, String)> {
    if *outcome == Outcome::Pass {
        Some((FindingKind::Fixed, "passes; remove the entry".to_string()))
    } else if !matches(gap, outcome) {
        let allowed = described(&gap.outcome, gap.got.as_deref());
        Some((
            FindingKind::Changed,
            format!("{}; the entry allows {allowed}", outcome.described()),
        ))
    } else {
        expired(gap, today).map(|date| {
            (
                FindingKind::Expired,
                format!("{}; the entry was valid until {date}", outcome.described()),
            )
        })
    }
}

/// The last day of an entry that is over.
pub(super) fn expired(gap: &Gap, today: Date) -> Option<Date> {
    let day = |date: Date| (date.year, date.month, date.day);
    let date = gap.expires.and_then(|expires| expires.date);
    date.filter(|&date| day(date) < day(today))
}

/// The warning about an entry whose last day is near.
fn expires_soon(gap: &Gap, today: Date) -> Option<String> {
    let date = gap.expires.and_then(|expires| expires.date)?;
    let left = days(date) - days(today);
    let when = match left {
        0 => "today is its last day".to_string(),
        1 => "1 day is left".to_string(),
        left => format!("{left} days are left"),
    };
    let soon = (0..=WARNING_DAYS).contains(&left);
    soon.then(|| format!("{}: the entry is valid until {date}; {when}", gap.name()))
}

/// The number of a day.
fn days(date: Date) -> i32 {
    let month = Month::try_from(date.month).unwrap_or(Month::January);
    let day = time::Date::from_calendar_date(date.year.into(), month, date.day);
    day.map_or(i32::MAX / 2, time::Date::to_julian_day)
}

fn matches(gap: &Gap, outcome: &Outcome) -> bool {
    gap.outcome == outcome.word() && gap.got == outcome.got().map(Got::note)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;
    use crate::spec::Spec;
    use crate::verdict::run_outcome::{RunContext, RunOutcome};

    #[test]
    fn plan_that_needs_several_boots_is_a_finding_that_an_entry_allows() {
        let (plan, spec) = (Plan::default(), Spec::default());
        let log = |exhausted: &[usize]| RunOutcome {
            outcomes: vec![Outcome::Pass; plan.checks.len()],
            defects: Vec::new(),
            boots: 1,
            context: RunContext {
                exhausted: exhausted.iter().copied().collect(),
                ..RunContext::default()
            },
        };
        let allowed = Gaps::parse("gaps", "exhaustion = \"64 descriptors\"").expect("gaps");
        assert!(Gaps::parse("gaps", "exhaustion = \" \"").is_err());
        let none = Gaps::default();
        for (gaps, exhausted, wanted) in [
            (&none, &[][..], None),
            (&none, &[7], Some(FindingKind::Exhausted)),
            (&allowed, &[7], None),
            (&allowed, &[], Some(FindingKind::Fixed)),
        ] {
            let report = Report {
                plan: &plan,
                spec: &spec,
                subject: "subject".to_string(),
                file: "subject".to_string(),
                oracle_name: "oracle".to_string(),
                subject_log: log(exhausted),
                oracle_log: log(&[]),
                elapsed: None,
                gate: None,
                oracle_trace: None,
                again: None,
                facts: Vec::new(),
                earlier: None,
            };
            let gate = gaps.judge("gaps", &report, crate::verdict::known_gaps::today());
            let kinds = gate.findings.iter().map(|finding| finding.kind).next();
            assert_eq!(kinds, wanted, "{exhausted:?}");
            let kept = gaps.blessed(&report, "why").exhaustion;
            assert_eq!(kept.is_some(), !exhausted.is_empty());
            assert_eq!(
                report.exit() == crate::error::EXIT_GAPS,
                !exhausted.is_empty()
            );
        }
    }

    #[test]
    fn last_days_of_an_entry_are_warned_of() {
        let entry = "[[gap]]\ncheck = \"a\"\noutcome = \"crash\"\nreason = \"r\"\n";
        let gaps = Gaps::parse("gaps", &format!("{entry}expires = 2027-01-05\n"));
        let gap = gaps.expect("gaps").gap.remove(0);
        let on = |year, month, day| expires_soon(&gap, Date { year, month, day });
        assert_eq!(on(2026, 12, 21), None);
        let line = |left: &str| Some(format!("a: the entry is valid until 2027-01-05; {left}"));
        assert_eq!(on(2026, 12, 22), line("14 days are left"));
        assert_eq!(on(2027, 1, 4), line("1 day is left"));
        assert_eq!(on(2027, 1, 5), line("today is its last day"));
        assert_eq!(on(2027, 1, 6), None);
    }

    /// An entry is valid up to the end of its last day.
    #[test]
    fn entry_expires_after_its_last_day() {
        let entry = "[[gap]]\ncheck = \"a\"\noutcome = \"crash\"\nreason = \"r\"\n";
        let gaps = Gaps::parse("gaps", &format!("{entry}expires = 2027-01-31\n"));
        let gap = gaps.expect("gaps").gap.remove(0);
        let day = |year, month, day| Date { year, month, day };
        for (today, is_over) in [
            (day(2027, 1, 30), false),
            (day(2027, 1, 31), false),
            (day(2027, 2, 1), true),
            (day(2026, 12, 31), false),
            (day(2028, 1, 1), true),
        ] {
            assert_eq!(expired(&gap, today).is_some(), is_over, "{today}");
        }
        let none = Gaps::parse("gaps", entry).expect("gaps").gap.remove(0);
        assert_eq!(expired(&none, day(9999, 12, 31)), None);
    }
}
