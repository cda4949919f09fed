//! Texts that several reporters share.

use packer::log::Tally;

use super::escape::plain;
use crate::plan::script;
use crate::verdict::causes::groups::Cause;
use crate::verdict::compare::{Comparison, Report};
use crate::verdict::finding::{Finding, FindingKind, Gate};
use crate::verdict::known_gaps::Gap;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// The class by which reports show a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Pass,
    /// It passes; the oracle does not.
    Better,
    /// It fails as a known gap or the oracle does.
    Known,
    /// It fails otherwise, and the verdict is not good.
    Wrong,
    /// It is not judged, and no report has it.
    NotAsked,
}

pub(super) fn class(report: &Report, check: usize) -> Class {
    if report.is_wrong(check) {
        return Class::Wrong;
    }
    match report.comparison(check) {
        Comparison::Good => Class::Pass,
        Comparison::Better => Class::Better,
        Comparison::Allowed | Comparison::Gap => Class::Known,
        Comparison::NotAsked => Class::NotAsked,
    }
}

/// The checks of one class, in the order of the plan.
pub(super) fn checks_of<'a>(report: &'a Report, wanted: Class) -> impl Iterator<Item = usize> + 'a {
    (0..report.plan.checks.len()).filter(move |&check| class(report, check) == wanted)
}

/// The checks that are wrong and have an outcome, and the number of those without one.
pub(super) fn wrong(report: &Report) -> (Vec<usize>, u32) {
    let lost = |check: &usize| report.subject_log.outcomes[*check] == Outcome::Lost;
    let wrong = checks_of(report, Class::Wrong).filter(|check| !lost(check));
    (wrong.collect(), report.lost(None))
}

/// The wrong checks that have an outcome, in the order in which reports show them: those in which
/// the kernel died, then the others by cause, then those that are not red: the user left them out,
/// or they pass and should not be listed.
pub(super) struct Wrong {
    pub deaths: Vec<usize>,
    pub causes: Vec<Cause>,
    pub not_red: Vec<usize>,
}

pub(super) fn wrong_by_cause(report: &Report) -> Wrong {
    let outcome = |check: &usize| &report.subject_log.outcomes[*check];
    let died = |check: &usize| matches!(outcome(check), Outcome::Crash | Outcome::Hang);
    let (mut deaths, others): (Vec<usize>, Vec<usize>) =
        wrong(report).0.iter().partition(|c| died(c));
    deaths.sort_by_key(|check| *outcome(check) != Outcome::Crash);
    let (not_red, red): (Vec<usize>, Vec<usize>) = others
        .into_iter()
        .partition(|check| matches!(outcome(check), Outcome::Pass | Outcome::Skipped));
    Wrong {
        deaths,
        causes: report.causes(red),
        not_red,
    }
}

/// True of a check that a list of wrong checks shows: it is wrong and has an outcome.
pub(super) fn is_above(report: &Report, check: usize) -> bool {
    let lost = report.subject_log.outcomes[check] == Outcome::Lost;
    report.is_wrong(check) && !lost
}

/// The totals of each profile and of all: label, passed, failed, skipped, lost.
pub(super) fn totals(report: &Report) -> Vec<(&'static str, [u32; 4])> {
    let profiles = report.plan.suite.profiles();
    let all = profiles.map(|profile| (profile.name(), Some(profile)));
    let rows = all.chain([("all", None)]);
    rows.map(|(label, profile)| {
        let tally = report.subject_log.tally(report.plan, profile);
        let lost = report.lost(profile);
        (
            label,
            [tally.passed, tally.failed - lost, tally.skipped, lost],
        )
    })
    .collect()
}

/// The outcome of a check in one line, with the reason that allows it or the finding about it.
pub(super) fn message(report: &Report, check: usize) -> String {
    let outcome = &report.subject_log.outcomes[check];
    let expected = &report.plan.checks[check].expected;
    let is = match outcome {
        Outcome::Pass => "passes".to_string(),
        Outcome::Skipped => "told to skip".to_string(),
        Outcome::Blocked(_) => blocked(report, check),
        Outcome::Crash => format!("expected {expected}, but the kernel died in it"),
        Outcome::Hang => format!("expected {expected}, but no more output came"),
        Outcome::Lost => format!("expected {expected}, but its line is lost"),
        Outcome::Fail(got) => {
            let note = in_child(report, check).map_or_else(String::new, |it| format!("; {it}"));
            format!("expected {expected}, got {}{note}", got.note())
        }
        Outcome::Unimplemented(got) => {
            format!("expected {expected}, got {}: not implemented", got.note())
        }
    };
    match (report.finding(check), reason(report, check)) {
        // Its text is the outcome again.
        (Some(finding), _) if finding.kind == FindingKind::New => {
            format!("{is} ({})", finding.kind.word())
        }
        (Some(finding), _) => format!("{is} ({}: {})", finding.kind.word(), finding.text),
        (None, Some(reason)) => format!("{is} ({reason})"),
        (None, None) => is,
    }
}

/// The step of a child process that was not met, where the check's result names one.
pub(super) fn in_child(report: &Report, check: usize) -> Option<String> {
    let got = report.subject_log.outcomes[check].got()?;
    let found = got.in_child(report.plan, check)?;
    let (call, returns) = script::of_row(report.plan.all_rows()[found.row]);
    let wanted = match returns.as_str() {
        "" => "succeed".to_string(),
        returns => format!("return {returns}"),
    };
    let number = found.number;
    Some(format!(
        "step {number} of the child process, {call}, did not {wanted}"
    ))
}

/// The outcome of a blocked check, and the call in its way.
pub(super) fn blocked(report: &Report, check: usize) -> String {
    let outcome = &report.subject_log.outcomes[check];
    let expected = &report.plan.checks[check].expected;
    let is = match outcome.got() {
        None => format!("expected {expected}, but could not be asked"),
        Some(got) if outcome.is_wrong_answer() => format!("expected {expected}, got {got}"),
        Some(got) => format!("expected {expected}, but not asked: {got}"),
    };
    let is = match in_child(report, check) {
        Some(step) => format!("{is}; {step}"),
        None => is,
    };
    let named = |call: &str| {
        let from = outcome.got().and_then(|got| got.from.as_deref());
        call == report.plan.checks[check].call || from == Some(call)
    };
    match report.subject_log.blames(check).first() {
        Some(call) if !named(call) => format!("{is}; blocked by {call}"),
        _ => is,
    }
}

/// The reason that allows a check to fail: that of a known gap, or the oracle's outcome.
pub(super) fn reason(report: &Report, check: usize) -> Option<String> {
    if let Some(gap) = report.known(check) {
        return Some(format!("known: {}", entry(gap)));
    }
    let fails = class(report, check) == Class::Known;
    let oracle = &report.oracle_log.outcomes[check];
    fails.then(|| format!("{}: {}", report.oracle_name, oracle.described()))
}

/// The reason of an entry, its link, and its last day.
pub(super) fn entry(gap: &Gap) -> String {
    let link = gap.link.iter().map(|link| format!("; {link}"));
    let until = gap.expires.iter().map(|until| format!("; until {until}"));
    gap.reason.clone() + &link.chain(until).collect::<String>()
}

/// The entries of known gaps that are not valid for much longer.
pub(super) fn warnings(report: &Report) -> Vec<String> {
    let warnings = report.gate.iter().flat_map(|gate| &gate.warnings);
    warnings.map(|warning| plain(warning)).collect()
}

/// The verdict in one or two words.
pub(super) fn verdict(report: &Report) -> &'static str {
    word(report.exit(), report.gate.is_some())
}

fn word(exit: u8, is_gate: bool) -> &'static str {
    match (exit, is_gate) {
        (crate::error::EXIT_GOOD, _) => "good",
        (crate::error::EXIT_GAPS, true) => "gate shut",
        (crate::error::EXIT_GAPS, false) => "gaps",
        _ => "no verdict",
    }
}

/// The verdict on several suites in one or two words.
pub(super) fn verdict_of_all(all: &Reports) -> &'static str {
    let is_gate = all.all().iter().any(|report| report.gate.is_some());
    word(all.exit(), is_gate)
}

/// The verdict on several suites in a sentence.
pub(super) fn sentence_of_all(all: &Reports) -> String {
    let subject = all.all().first().map_or("", |report| &report.subject);
    // The name of the suite is after that of the target.
    let target = subject
        .rsplit_once(", ")
        .map_or(subject, |(target, _)| target);
    let each = all.all().iter();
    let each = each.map(|report| format!("{} {}", report.plan.suite.name, verdict(report)));
    let each = each.collect::<Vec<_>>().join(", ");
    format!("{}: {each}", plain(target))
}

/// The totals of each suite and of all: label, passed, failed, skipped, lost.
pub(super) fn totals_of_all(all: &Reports) -> Vec<(&'static str, [u32; 4])> {
    let row = |label, tally: Tally, lost| {
        (
            label,
            [tally.passed, tally.failed - lost, tally.skipped, lost],
        )
    };
    let suites = all.all().iter().map(|report| {
        let tally = report.subject_log.tally(report.plan, None);
        row(report.plan.suite.name, tally, report.lost(None))
    });
    let sum = row("all", all.tally(), all.lost());
    suites.chain([sum]).collect()
}

/// The number of the checks that are judged and of all, where these are not the same.
pub(super) fn scope(report: &Report) -> Option<String> {
    let only = report.subject_log.context.only.as_ref()?;
    let all = report.plan.checks.len();
    Some(format!("{} of {all} checks", only.len()))
}

/// The verdict in a sentence.
pub(super) fn sentence(report: &Report) -> String {
    let scope = scope(report).map_or_else(String::new, |scope| format!("{scope}, "));
    let subject = format!("{scope}{}", plain(&report.subject));
    match (report.exit(), &report.gate) {
        (crate::error::EXIT_NO_VERDICT, _) => {
            format!("{subject}: the log is not provably complete")
        }
        (_, Some(gate)) => format!("{subject}: {}", summary(gate)),
        (_, None) => {
            let are = match report.checks_with(Comparison::Gap).count() {
                1 => "1 check is".to_string(),
                gaps => format!("{gaps} checks are"),
            };
            let oracle = plain(&report.oracle_name);
            let boots = match report.subject_log.context.exhausted.is_empty() {
                true => "",
                false => "; the plan needs more than one boot",
            };
            format!("{subject}: {are} worse than {oracle} allows{boots}")
        }
    }
}

/// The numbers of findings and of known gaps.
pub(super) fn summary(gate: &Gate) -> String {
    let counted = FindingKind::ALL.map(|why| {
        let count = gate
            .findings
            .iter()
            .filter(|finding| finding.kind == why)
            .count();
        (count > 0).then(|| format!("{count} {}", why.counted()))
    });
    let mut words: Vec<String> = counted.into_iter().flatten().collect();
    if words.is_empty() {
        words.push("no new gaps".to_string());
    }
    words.push(format!("{} known", gate.known.len()));
    words.join(", ")
}

/// Lines about no check: the defects, and the findings about titles that are not in the plan.
pub(super) fn general(report: &Report) -> Vec<String> {
    let unattributed = unattributed(report);
    let unattributed =
        unattributed.map(|finding| plain(&format!("{}: {}", finding.title, finding.text)));
    defects(report).into_iter().chain(unattributed).collect()
}

/// The findings about titles that are not in the plan.
pub(super) fn unattributed<'a>(report: &'a Report) -> impl Iterator<Item = &'a Finding> {
    let findings = report.gate.iter().flat_map(|gate| &gate.findings);
    findings.filter(|finding| finding.check.is_none())
}

/// The defects of both logs.
pub(super) fn defects(report: &Report) -> Vec<String> {
    let of_log = |name: &str, log: &RunOutcome| {
        let lines = log.defects.iter();
        let lines = lines.map(|defect| plain(&format!("{}: {defect}", plain(name))));
        lines.collect::<Vec<String>>()
    };
    let mut lines = of_log(&report.subject, &report.subject_log);
    lines.extend(of_log(&report.oracle_name, &report.oracle_log));
    lines
}

/// The accelerator, and those not used, if the target has any.
pub(super) fn accelerators(context: &RunContext) -> Vec<String> {
    let with = context
        .accelerator
        .iter()
        .map(|name| format!("with {name}"));
    let left = context.accelerators_left.iter();
    with.chain(left.map(|left| format!("not with {left}")))
        .map(|line| plain(&line))
        .collect()
}

/// The last lines of the console up to the check's own.
pub(super) fn excerpt<'a>(report: &'a Report, check: usize) -> &'a [String] {
    report
        .subject_log
        .context
        .excerpts
        .get(&check)
        .map_or(&[], Vec::as_slice)
}

/// The path of the file of `tests-spec` with the check's family.
pub(super) fn spec_file(report: &Report, check: usize) -> String {
    let family = report.plan.checks[check].family;
    let file = report.spec.family(&report.plan.suite, family);
    file.map_or_else(
        || "tests-spec".to_string(),
        |file| format!("tests-spec/{}", file.file),
    )
}
