//! Markdown for a comment on a merge request: the verdict, the totals, and the wrong checks.

use std::io::{self, Write};

use super::Reporter;
use super::escape::{fenced, markdown};
use super::steps;
use super::style::Style;
use super::surroundings;
use super::text::{self, Class};
use crate::verdict::compare::Report;
use crate::verdict::reports::Reports;

/// Number of checks listed; the size of a comment is limited.
const CHECKS_MAX: usize = 50;
/// Number of deaths and causes.
const CAUSES_MAX: usize = 20;

/// Columns of a script.
const WIDTH: usize = 90;

pub(super) struct Markdown;

impl Reporter for Markdown {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let (mark, verdict) = (mark(report.exit()), text::verdict(report));
        writeln!(out, "### {mark} POSIX conformance: {verdict}\n")?;
        one(report, style, out)
    }

    fn write_several(&self, all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let (word, verdict) = (mark(all.exit()), text::verdict_of_all(all));
        writeln!(out, "### {word} POSIX conformance: {verdict}\n")?;
        writeln!(out, "{}", markdown(&text::sentence_of_all(all)))?;
        table("suite", &text::totals_of_all(all), out)?;
        for report in all.all() {
            let (name, verdict) = (report.plan.suite.name, text::verdict(report));
            let word = mark(report.exit());
            writeln!(out, "\n### {word} {name}: {verdict}\n")?;
            one(report, style, out)?;
        }
        Ok(())
    }
}

/// The sign of an exit code.
fn mark(exit: u8) -> &'static str {
    if exit == 0 { "✅" } else { "❌" }
}

/// Writes the report of a suite without its heading.
fn one(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", markdown(&text::sentence(report)))?;
    for (number, line) in text::general(report).iter().enumerate() {
        let gap = if number == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- {}", markdown(line))?;
    }
    let warnings = [text::warnings(report), surroundings::lines(report)].concat();
    for (number, line) in warnings.iter().enumerate() {
        let gap = if number == 0 { "\n" } else { "" };
        writeln!(out, "{gap}- warning: {}", markdown(line))?;
    }
    table("profile", &text::totals(report), out)?;
    let with = text::accelerators(&report.subject_log.context);
    if !with.is_empty() {
        writeln!(out, "\nRun {}.", markdown(&with.join("; ")))?;
    }
    wrong(report, style, out)?;
    let known: Vec<usize> = text::checks_of(report, Class::Known).collect();
    if !known.is_empty() {
        writeln!(
            out,
            "\n<details><summary>{} fail as known</summary>\n",
            known.len()
        )?;
        for &check in known.iter().take(CHECKS_MAX) {
            let title = markdown(&report.plan.checks[check].title);
            writeln!(
                out,
                "- {title}: {}",
                markdown(&text::message(report, check))
            )?;
        }
        writeln!(out, "\n</details>")?;
    }
    let words = &report.subject_log.context.last_words;
    if !report.subject_log.is_complete() && !words.is_empty() {
        writeln!(out, "\nThe last lines of the console:\n\n{}", fenced(words))?;
    }
    Ok(())
}

/// The wrong checks: those in which the kernel died, then the others by cause. A call that the
/// kernel does not have is one line.
fn wrong(report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let wrong = text::wrong_by_cause(report);
    let most = |limit: usize| if style.all { usize::MAX } else { limit };
    let mut room = most(CHECKS_MAX);
    let mut left = 0;
    let mut some = |checks: &[usize], out: &mut dyn Write| {
        let shown = checks.len().min(room);
        room -= shown;
        left += checks.len() - shown;
        checks[..shown]
            .iter()
            .try_for_each(|&check| entry(report, check, out))
    };
    some(&wrong.deaths, out)?;
    let causes = most(CAUSES_MAX).saturating_sub(wrong.deaths.len());
    for cause in wrong.causes.iter().take(causes) {
        writeln!(out, "\n#### {}", markdown(&cause.headline()))?;
        if !cause.missing || style.all {
            some(&cause.own, out)?;
            some(&cause.others, out)?;
        }
    }
    if !wrong.not_red.is_empty() {
        writeln!(out, "\n#### Not red")?;
        some(&wrong.not_red, out)?;
    }
    match wrong.causes.len().saturating_sub(causes) {
        0 => {}
        more => writeln!(out, "\nAnd {more} more causes.")?,
    }
    match left {
        0 => Ok(()),
        more => writeln!(out, "\nAnd {more} more checks."),
    }
}

/// Writes totals; `kind` is what their labels are.
fn table(kind: &str, totals: &[(&str, [u32; 4])], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n| {kind} | passed | failed | skipped | lost |")?;
    writeln!(out, "|---|---:|---:|---:|---:|")?;
    for (label, [passed, failed, skipped, lost]) in totals {
        writeln!(
            out,
            "| {label} | {passed} | {failed} | {skipped} | {lost} |"
        )?;
    }
    Ok(())
}

fn entry(report: &Report, check: usize, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let word = report.subject_log.outcomes[check].word();
    let title = markdown(&planned.title);
    writeln!(out, "\n**{word}** {title}  ")?;
    writeln!(out, "{}  ", markdown(&text::message(report, check)))?;
    if let Some(clause) = report.spec.clause(&planned.title) {
        writeln!(
            out,
            "*{}* ({})",
            markdown(&clause.clause),
            markdown(&clause.level)
        )?;
    }
    if steps::explains(report, check) {
        let lines = steps::explained(report, check, WIDTH);
        write!(out, "\n{}", fenced(&lines))?;
    }
    let lines = text::excerpt(report, check);
    if !lines.is_empty() {
        let block = fenced(lines);
        writeln!(
            out,
            "\n<details><summary>console</summary>\n\n{block}\n</details>"
        )?;
    }
    Ok(())
}
