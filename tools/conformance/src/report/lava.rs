//! Signals for LAVA: a test set for each group, a test case for each check.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::Reporter;
use super::style::Style;
use super::text::{self, Class, class};
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

pub(super) struct Lava;

impl Reporter for Lava {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        signals(report, "", &mut BTreeSet::new(), out)
    }

    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let mut seen = BTreeSet::new();
        for report in all.all() {
            let prefix = format!("{}-", report.plan.suite.name);
            signals(report, &prefix, &mut seen, out)?;
        }
        Ok(())
    }
}

/// Writes the signals of a suite; `prefix` is before the names of test sets.
fn signals(
    report: &Report,
    prefix: &str,
    seen: &mut BTreeSet<String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let plan = report.plan;
    for (group, title) in plan.groups.iter().enumerate() {
        let mut checks = report
            .checks()
            .filter(|check| check.group == group)
            .peekable();
        if checks.peek().is_none() {
            continue;
        }
        writeln!(out, "<LAVA_SIGNAL_TESTSET START {prefix}{}>", id(title))?;
        for check in checks {
            let mut name = id(&check.title);
            if !seen.insert(name.clone()) {
                // Two titles that differ in punctuation only.
                name = format!("{name}-{}", check.index);
                seen.insert(name.clone());
            }
            let result = match (class(report, check.index), &check.index) {
                (Class::Pass | Class::Better | Class::NotAsked, _) => "pass",
                (Class::Known, _) => "skip",
                (Class::Wrong, &at) if report.subject_log.outcomes[at] == Outcome::Lost => {
                    "unknown"
                }
                (Class::Wrong, _) => "fail",
            };
            writeln!(
                out,
                "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID={name} RESULT={result}>"
            )?;
        }
        writeln!(out, "<LAVA_SIGNAL_TESTSET STOP {prefix}{}>", id(title))?;
    }
    let word = if text::general(report).is_empty() {
        "pass"
    } else {
        "fail"
    };
    writeln!(
        out,
        "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID={prefix}run-is-proven RESULT={word}>"
    )
}

/// A text as one word of LAVA: letters, digits, underscores and hyphens.
fn id(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}
