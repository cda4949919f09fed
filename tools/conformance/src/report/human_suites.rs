//! The report for people on several suites: the verdict on all, the report of each, the totals, and
//! the verdict again.

use std::io::{self, Write};

use super::human::{duration, finish, one};
use super::style::{GREEN, RED, Style};
use super::text;
use crate::verdict::reports::Reports;

/// The columns of the name of a suite.
const NAME: usize = 10;

/// Writes the report.
pub(super) fn write(all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    headline(all, style, &mut text)?;
    for report in all.all() {
        writeln!(text, "\n=== {} ===", report.plan.suite.name)?;
        one(report, style, &mut text)?;
    }
    writeln!(text)?;
    for (label, counts) in text::totals_of_all(all) {
        counted(label, NAME, counts, &mut text)?;
    }
    if let Some(first) = all.all().first() {
        duration(all.elapsed, first, &mut text)?;
    }
    writeln!(text)?;
    headline(all, style, &mut text)?;
    finish(&text, style, out)
}

/// The verdict on several suites.
fn headline(all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let colour = if all.exit() == 0 { GREEN } else { RED };
    let word = style.paint(colour, &text::verdict_of_all(all).to_uppercase());
    writeln!(out, "{word}: {}", text::sentence_of_all(all))
}

/// A line of totals, whose label has so many columns.
pub(super) fn counted(
    label: &str,
    width: usize,
    [passed, failed, skipped, lost]: [u32; 4],
    out: &mut dyn Write,
) -> io::Result<()> {
    let all = passed + failed + skipped + lost;
    let mut line = format!("{label:<width$} {passed:>4} of {all:>4} passed");
    for (count, word) in [
        (failed, "failed"),
        (skipped, "skipped"),
        (lost, "without an outcome"),
    ] {
        if count > 0 {
            line += &format!(", {count} {word}");
        }
    }
    writeln!(out, "{line}")
}
