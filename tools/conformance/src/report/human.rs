//! The report for people: the verdict, the wrong checks by cause, the known ones, the totals, and
//! the verdict again.
//!
//! Crashes and hangs come first, then the causes in the order of the plan, which is the order in
//! which a young kernel is best mended. Without `--all` a report is short.

use std::io::{self, Write};
use std::time::Duration;

use super::escape::strip_controls;
use super::steps;
use super::style::{GREEN, RED, Style, YELLOW};
use super::surroundings;
use super::text::{self, summary};
use super::wrap::wrapped;
use super::{Reporter, human_suites};
use crate::verdict::causes::groups::Cause;
use crate::verdict::compare::{Comparison, Report};
use crate::verdict::finding::FindingKind;
use crate::verdict::known_gaps::Gap;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;
use crate::verdict::run_outcome::RunOutcome;

/// Number of lost checks listed.
const LOST_MAX: usize = 5;
/// Number of deaths and causes shown.
const CAUSES_MAX: usize = 20;
/// Number of checks of a cause that are shown with their scripts.
const FAILED_MAX: usize = 3;
/// Number of other checks of a cause that are listed.
const OTHERS_MAX: usize = 5;
/// Number of checks listed that are not wrong, and of notes.
const LISTED_MAX: usize = 20;
/// Number of defects of a log listed.
const DEFECTS_MAX: usize = 10;

pub(super) struct Human;

impl Reporter for Human {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        one(report, style, &mut text)?;
        duration(report.elapsed, report, &mut text)?;
        writeln!(text)?;
        headline(report, style, &mut text)?;
        finish(&text, style, out)
    }

    fn write_several(&self, all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
        human_suites::write(all, style, out)
    }
}

/// Writes a text without what would act on a terminal, in its width.
pub(super) fn finish(text: &[u8], style: Style, out: &mut dyn Write) -> io::Result<()> {
    let text = strip_controls(&String::from_utf8_lossy(text), style);
    out.write_all(wrapped(&text, style.width).as_bytes())
}

/// The report of a suite up to its totals.
pub(super) fn one(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    headline(report, style, out)?;
    defects(&report.subject, &report.subject_log, out)?;
    defects(&report.oracle_name, &report.oracle_log, out)?;
    for line in surroundings::lines(report) {
        writeln!(out, "{line}")?;
    }
    last_words(report, out)?;
    findings(report, out)?;
    gaps(report, style, out)?;
    known(report, style, out)?;
    notes(report, style, out)?;
    writeln!(out)?;
    for (label, counts) in text::totals(report) {
        human_suites::counted(label, 6, counts, out)?;
    }
    Ok(())
}

fn headline(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let Report {
        subject,
        oracle_name,
        ..
    } = report;
    let scope = text::scope(report).map_or_else(String::new, |scope| format!("{scope}, "));
    if !report.is_proven() {
        let unproven = if report.subject_log.is_complete() {
            oracle_name
        } else {
            subject
        };
        let word = style.paint(RED, "NO VERDICT");
        return writeln!(out, "{word}: {unproven}: the log is not provably complete");
    }
    if let Some(gate) = &report.gate {
        let (colour, word) = match gate.findings.is_empty() {
            true => (GREEN, "GOOD"),
            false => (RED, "GATE SHUT"),
        };
        return writeln!(
            out,
            "{}: {scope}{subject}: {}",
            style.paint(colour, word),
            summary(gate)
        );
    }
    match report.checks_with(Comparison::Gap).count() {
        0 if !report.subject_log.context.exhausted.is_empty() => {
            let word = style.paint(RED, "GAPS");
            writeln!(
                out,
                "{word}: {scope}{subject} needs more than one boot: its resources run out"
            )
        }
        0 => {
            let word = style.paint(GREEN, "GOOD");
            writeln!(
                out,
                "{word}: {scope}nothing in {subject} is worse than {oracle_name} allows"
            )
        }
        gaps => {
            let word = style.paint(RED, "GAPS");
            let are = if gaps == 1 { "check is" } else { "checks are" };
            writeln!(
                out,
                "{word}: {scope}{gaps} {are} worse in {subject} than {oracle_name} allows"
            )
        }
    }
}

/// The command and the end of the console, if there is no verdict.
fn last_words(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = &report.subject_log.context;
    if report.subject_log.is_complete() {
        return Ok(());
    }
    if let Some(command) = &context.command {
        writeln!(out, "\nthe command:\n  {command}")?;
    }
    let lines = &context.last_words;
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nthe last lines of the console:")?;
    for line in lines {
        writeln!(out, "  | {line}")?;
    }
    Ok(())
}

/// The findings about listed checks; those that must pass come first.
fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(gate) = &report.gate else {
        return Ok(());
    };
    let findings: Vec<_> = (gate.findings.iter())
        .filter(|finding| finding.kind != FindingKind::New)
        .collect();
    if findings.is_empty() && gate.warnings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nagainst {}:", gate.name)?;
    for finding in findings {
        let word = finding.kind.word();
        writeln!(out, "  {word:<11} {}", finding.title)?;
        writeln!(out, "              {}", finding.text)?;
    }
    for warning in &gate.warnings {
        writeln!(out, "  warning     {warning}")?;
    }
    Ok(())
}

/// The events of the boots, and the flaky checks.
fn notes(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let context = &report.subject_log.context;
    if !context.notes.is_empty() {
        writeln!(out, "\n{} boots:", report.subject_log.boots)?;
        list(context.notes.iter(), style, LISTED_MAX, out)?;
    }
    if report.gate.is_none() && !context.flaky.is_empty() {
        writeln!(out, "\n{} flaky:", context.flaky.len())?;
        let lines = context.flaky.iter().map(|(check, outcomes)| {
            let words: Vec<String> = outcomes.iter().map(Outcome::described).collect();
            let title = &report.plan.checks[*check].title;
            format!("{title}: {}", words.join(", then "))
        });
        list(lines, style, LISTED_MAX, out)?;
    }
    Ok(())
}

/// The first lines of a list, and the number of the others.
fn list(
    lines: impl ExactSizeIterator<Item = impl std::fmt::Display>,
    style: Style,
    most: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let most = if style.all { usize::MAX } else { most };
    let more = lines.len().saturating_sub(most);
    for line in lines.take(most) {
        writeln!(out, "  {line}")?;
    }
    match more {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more; --all lists them"),
    }
}

fn defects(name: &str, log: &RunOutcome, out: &mut dyn Write) -> io::Result<()> {
    if log.defects.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{name}:")?;
    for defect in log.defects.iter().take(DEFECTS_MAX) {
        writeln!(out, "  {defect}")?;
    }
    match log.defects.len().saturating_sub(DEFECTS_MAX) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// The checks that are wrong: those in which the kernel died, then the others by cause; of lost
/// ones their number and the first.
fn gaps(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let wrong = text::wrong_by_cause(report);
    let most = if style.all { usize::MAX } else { CAUSES_MAX };
    for &check in wrong.deaths.iter().take(most) {
        gap(report, style, check, out)?;
    }
    let room = most.saturating_sub(wrong.deaths.len());
    let mut was_short = false;
    for cause in wrong.causes.iter().take(room) {
        let is_short = cause.missing && !style.all;
        if !(is_short && was_short) {
            writeln!(out)?;
        }
        self::cause(report, style, cause, out)?;
        was_short = is_short;
    }
    let deaths = wrong.deaths.len().saturating_sub(most);
    let causes = wrong.causes.len().saturating_sub(room);
    if deaths + causes > 0 {
        let hidden = wrong.causes.iter().skip(room);
        let checks: usize = hidden
            .map(|cause| cause.own.len() + cause.others.len())
            .sum();
        writeln!(
            out,
            "\nand {} more causes with {} checks; --all lists them",
            deaths + causes,
            deaths + checks
        )?;
    }
    let skipped = |check: &&usize| report.subject_log.outcomes[**check] == Outcome::Skipped;
    let skipped: Vec<&usize> = wrong.not_red.iter().filter(skipped).collect();
    if !skipped.is_empty() {
        writeln!(out, "\n{} told to skip:", skipped.len())?;
        let titles = skipped
            .iter()
            .map(|check| &report.plan.checks[**check].title);
        list(titles, style, LISTED_MAX, out)?;
    }
    let lost: Vec<usize> = (0..report.plan.checks.len())
        .filter(|&check| report.subject_log.outcomes[check] == Outcome::Lost)
        .collect();
    if lost.is_empty() {
        return Ok(());
    }
    let are = if lost.len() == 1 {
        "check has"
    } else {
        "checks have"
    };
    writeln!(out, "\n{} {are} no outcome:", lost.len())?;
    for &check in lost.iter().take(LOST_MAX) {
        writeln!(out, "  {}", report.plan.checks[check].title)?;
    }
    match lost.len().saturating_sub(LOST_MAX) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
}

/// A cause: its wrong answers in full, and a line for each check that could not be asked. A call
/// that the kernel does not have is one line.
fn cause(report: &Report, style: Style, cause: &Cause, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", style.paint(YELLOW, &cause.headline()))?;
    if cause.missing && !style.all {
        return Ok(());
    }
    let answered = |check: &usize| matches!(report.subject_log.outcomes[*check], Outcome::Fail(_));
    let all = || cause.own.iter().chain(&cause.others).copied();
    let most = if style.all { usize::MAX } else { FAILED_MAX };
    let shown: Vec<usize> = all().filter(answered).take(most).collect();
    for &check in &shown {
        gap(report, style, check, out)?;
    }
    let others: Vec<usize> = all().filter(|check| !shown.contains(check)).collect();
    if !shown.is_empty() && !others.is_empty() {
        writeln!(out)?;
    }
    let lines = others.iter().map(|&check| other(report, check));
    list(lines, style, OTHERS_MAX, out)
}

/// A check of a cause in one line.
fn other(report: &Report, check: usize) -> String {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let said = match outcome {
        Outcome::Blocked(_) => format!(": {}", text::blocked(report, check)),
        Outcome::Fail(got) => format!(": expected {}, got {got}", planned.expected),
        _ => String::new(),
    };
    format!("{:<13}  {}{said}", outcome.word(), planned.title)
}

fn gap(report: &Report, style: Style, check: usize, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let word = outcome.word().to_uppercase();
    writeln!(out, "\n{}  {}", style.paint(RED, &word), planned.title)?;
    let expected = &planned.expected;
    match outcome {
        Outcome::Crash => writeln!(out, "  expected {expected}, but the run died here")?,
        Outcome::Hang => writeln!(out, "  expected {expected}, but no more output came")?,
        _ => {
            let got = outcome.got().map_or_else(String::new, ToString::to_string);
            writeln!(out, "  expected {expected}, got {got}")?;
            if let Some(step) = text::in_child(report, check) {
                writeln!(out, "  {step}")?;
            }
        }
    }
    if let [_, also @ ..] = report.subject_log.blames(check)
        && !also.is_empty()
    {
        writeln!(out, "  the cause may also be in {}", also.join(", "))?;
    }
    let lines = match steps::explains(report, check) {
        true => steps::lines(report, check, style.width - 4, style.all),
        false => Vec::new(),
    };
    for line in lines {
        writeln!(out, "    {line}")?;
    }
    if let Some(again) = steps::again(report, check) {
        writeln!(out, "  again: {again}")?;
    }
    writeln!(out, "  alone: {}", steps::alone_command(report, check))?;
    let oracle = &report.oracle_log.outcomes[check];
    if *oracle != Outcome::Pass {
        let got = oracle
            .got()
            .map_or_else(String::new, |got| format!(", got {got}"));
        writeln!(out, "  {}: {}{got}", report.oracle_name, oracle.word())?;
    }
    let place = format!("{} {}", planned.profile.name(), planned.family);
    match report.spec.clause(&planned.title) {
        Some(clause) => {
            writeln!(out, "  {} ({}), {place}", clause.clause, clause.level)?;
            writeln!(out, "  {}", clause.why)
        }
        None => writeln!(out, "  {place}"),
    }
}

/// The checks that fail as the oracle or a known gap allows, and those better than the oracle.
fn known(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    for (comparison, words) in [
        (Comparison::Allowed, "fail as the oracle allows"),
        (Comparison::Better, "pass where the oracle does not"),
    ] {
        let checks: Vec<usize> = report.checks_with(comparison).collect();
        if !checks.is_empty() && report.is_proven() {
            writeln!(out, "\n{} {words}:", checks.len())?;
            let titles = checks.iter().map(|check| &report.plan.checks[*check].title);
            list(titles, style, LISTED_MAX, out)?;
        }
    }
    let known = report.gate.iter().flat_map(|gate| &gate.known);
    let known: Vec<(&usize, &Gap)> = known.collect();
    if known.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{} fail as known:", known.len())?;
    for (call, count, gap) in known_calls(&known) {
        let entry = text::entry(gap);
        writeln!(out, "  {call} and what rests on it, {count}: {entry}")?;
    }
    let own = known.iter().filter(|(_, gap)| gap.call.is_none());
    let lines: Vec<String> = own
        .map(|(check, gap)| {
            let outcome = report.subject_log.outcomes[**check].described();
            let title = &report.plan.checks[**check].title;
            format!("{title}: {outcome}; {}", text::entry(gap))
        })
        .collect();
    list(lines.iter(), style, LISTED_MAX, out)
}

/// The calls that entries are about, with the number of checks and the entry of each.
fn known_calls<'a>(known: &[(&usize, &'a Gap)]) -> Vec<(&'a str, usize, &'a Gap)> {
    let mut calls: Vec<(&str, usize, &Gap)> = Vec::new();
    for (_, gap) in known {
        let Some(call) = &gap.call else { continue };
        match calls.iter_mut().find(|(known, _, _)| known == call) {
            Some((_, count, _)) => *count += 1,
            None => calls.push((call, 1, gap)),
        }
    }
    calls
}

/// The duration of the run, and the accelerators.
pub(super) fn duration(
    elapsed: Option<Duration>,
    report: &Report,
    out: &mut dyn Write,
) -> io::Result<()> {
    let context = &report.subject_log.context;
    if let Some(elapsed) = elapsed {
        let with = context.with();
        writeln!(out, "in {:.2} s{with}", elapsed.as_secs_f64())?;
    }
    for left in &context.accelerators_left {
        writeln!(out, "not with {left}")?;
    }
    Ok(())
}
