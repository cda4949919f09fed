//! The report for people: the checks that are wrong, then known ones, then totals.

use std::io::{self, Write};

use posix_conformance::plan::Profile;

use super::Reporter;
use super::escape::strip_controls;
use super::steps;
use super::style::{GREEN, RED, Style, YELLOW};
use super::text::{self, summary};
use crate::verdict::causes::groups::Cause;
use crate::verdict::compare::{Comparison, Report};
use crate::verdict::finding::FindingKind;
use crate::verdict::known_gaps::Gap;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::RunOutcome;

/// Number of lost checks listed.
const LOST_MAX: usize = 5;
/// Number of checks listed that one cause keeps from being asked.
const UNASKED_MAX: usize = 10;
/// Number of defects of a log listed.
const DEFECTS_MAX: usize = 10;

/// Columns of a script.
const WIDTH: usize = 90;

pub(super) struct Human;

impl Reporter for Human {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut text = Vec::new();
        headline(report, style, &mut text)?;
        defects(&report.subject, &report.subject_log, &mut text)?;
        defects(&report.oracle_name, &report.oracle_log, &mut text)?;
        last_words(report, &mut text)?;
        findings(report, &mut text)?;
        gaps(report, style, &mut text)?;
        known(report, &mut text)?;
        notes(report, &mut text)?;
        totals(report, &mut text)?;
        out.write_all(strip_controls(&String::from_utf8_lossy(&text), style).as_bytes())
    }
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
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nagainst {}:", gate.name)?;
    for finding in findings {
        let word = finding.kind.word();
        writeln!(out, "  {word:<11} {}", finding.title)?;
        writeln!(out, "              {}", finding.text)?;
    }
    Ok(())
}

/// The events of the boots, and the flaky checks.
fn notes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = &report.subject_log.context;
    if !context.notes.is_empty() {
        writeln!(out, "\n{} boots:", report.subject_log.boots)?;
        for note in &context.notes {
            writeln!(out, "  {note}")?;
        }
    }
    if report.gate.is_none() && !context.flaky.is_empty() {
        writeln!(out, "\n{} flaky:", context.flaky.len())?;
        for (check, outcomes) in &context.flaky {
            let words: Vec<String> = outcomes.iter().map(Outcome::described).collect();
            let title = &report.plan.checks[*check].title;
            writeln!(out, "  {title}: {}", words.join(", then "))?;
        }
    }
    Ok(())
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
    for check in wrong.deaths {
        gap(report, style, check, out)?;
    }
    for cause in &wrong.causes {
        self::cause(report, style, cause, out)?;
    }
    let skipped = |check: &&usize| report.subject_log.outcomes[**check] == Outcome::Skipped;
    let skipped: Vec<&usize> = wrong.not_red.iter().filter(skipped).collect();
    if !skipped.is_empty() {
        writeln!(out, "\n{} told to skip:", skipped.len())?;
    }
    for check in skipped {
        writeln!(out, "  {}", report.plan.checks[*check].title)?;
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

/// A cause: its wrong answers in full, and a line for each check that could not be asked.
fn cause(report: &Report, style: Style, cause: &Cause, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{}", style.paint(YELLOW, &cause.headline()))?;
    let answered = |check: &usize| matches!(report.subject_log.outcomes[*check], Outcome::Fail(_));
    let all = || cause.own.iter().chain(&cause.others).copied();
    for check in all().filter(answered) {
        gap(report, style, check, out)?;
    }
    let unasked: Vec<usize> = all().filter(|check| !answered(check)).collect();
    if unasked.len() < all().count() && !unasked.is_empty() {
        writeln!(out)?;
    }
    for &check in unasked.iter().take(UNASKED_MAX) {
        let planned = &report.plan.checks[check];
        let outcome = &report.subject_log.outcomes[check];
        let word = outcome.word();
        write!(out, "  {word:<13}  {}", planned.title)?;
        match outcome {
            Outcome::Blocked(_) => writeln!(out, ": {}", text::blocked(report, check))?,
            _ => writeln!(out)?,
        }
    }
    match unasked.len().saturating_sub(UNASKED_MAX) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more"),
    }
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
        }
    }
    if let [_, also @ ..] = report.subject_log.blames(check)
        && !also.is_empty()
    {
        writeln!(out, "  the cause may also be in {}", also.join(", "))?;
    }
    let lines = match steps::explains(report, check) {
        true => steps::lines(report, check, WIDTH, false),
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
fn known(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for (comparison, words) in [
        (Comparison::Allowed, "fail as the oracle allows"),
        (Comparison::Better, "pass where the oracle does not"),
    ] {
        let checks: Vec<usize> = report.checks_with(comparison).collect();
        if !checks.is_empty() && report.is_proven() {
            writeln!(out, "\n{} {words}:", checks.len())?;
            for check in checks {
                writeln!(out, "  {}", report.plan.checks[check].title)?;
            }
        }
    }
    let known = report.gate.iter().flat_map(|gate| &gate.known);
    let known: Vec<(&usize, &Gap)> = known.collect();
    if !known.is_empty() {
        writeln!(out, "\n{} fail as known:", known.len())?;
    }
    for (call, count, reason) in known_calls(&known) {
        writeln!(out, "  {call} and what rests on it, {count}: {reason}")?;
    }
    for &(&check, gap) in known.iter().filter(|(_, gap)| gap.call.is_none()) {
        let outcome = report.subject_log.outcomes[check].described();
        writeln!(
            out,
            "  {}: {outcome}; {}",
            report.plan.checks[check].title, gap.reason
        )?;
    }
    Ok(())
}

/// The calls that entries are about, with the number of checks and the reason of each.
fn known_calls<'a>(known: &[(&usize, &'a Gap)]) -> Vec<(&'a str, usize, &'a str)> {
    let mut calls: Vec<(&str, usize, &str)> = Vec::new();
    for (_, gap) in known {
        let Some(call) = &gap.call else { continue };
        match calls.iter_mut().find(|(known, _, _)| known == call) {
            Some((_, count, _)) => *count += 1,
            None => calls.push((call, 1, &gap.reason)),
        }
    }
    calls
}

fn totals(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    let all = Profile::ALL.map(|profile| (profile.name(), Some(profile)));
    for (label, profile) in all.into_iter().chain([("all", None)]) {
        let tally = report.subject_log.tally(report.plan, profile);
        let lost = report.lost(profile);
        let mut line = format!(
            "{label:<6} {:>4} of {:>4} passed",
            tally.passed,
            tally.total()
        );
        for (count, word) in [
            (tally.failed - lost, "failed"),
            (tally.skipped, "skipped"),
            (lost, "without an outcome"),
        ] {
            if count > 0 {
                line += &format!(", {count} {word}");
            }
        }
        writeln!(out, "{line}")?;
    }
    let context = &report.subject_log.context;
    if let Some(elapsed) = report.elapsed {
        let with = context.with();
        writeln!(out, "in {:.2} s{with}", elapsed.as_secs_f64())?;
    }
    for left in &context.accelerators_left {
        writeln!(out, "not with {left}")?;
    }
    Ok(())
}
