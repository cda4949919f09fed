//! The kernel's own TAP, version 1: a subtest for each group; what is known is an XFAIL.

use std::io::{self, Write};

use super::Reporter;
use super::escape::plain;
use super::style::Style;
use super::text::{self, Class, class};
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;

pub struct Ktap;

impl Reporter for Ktap {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let plan = report.plan;
        writeln!(out, "KTAP version 1\n1..{}", plan.groups.len() + 1)?;
        for (group, title) in plan.groups.iter().enumerate() {
            let checks = || plan.checks.iter().filter(move |check| check.group == group);
            writeln!(out, "  KTAP version 1\n  # Subtest: {}", escaped(title))?;
            writeln!(out, "  1..{}", checks().count())?;
            let mut good = true;
            for (number, check) in checks().enumerate() {
                good &= class(report, check.index) != Class::Wrong;
                let (word, directive) = result(report, check.index);
                let title = escaped(&check.title);
                writeln!(out, "  {word} {} {title}{directive}", number + 1)?;
                if class(report, check.index) == Class::Wrong {
                    writeln!(out, "  # {}", plain(&text::message(report, check.index)))?;
                }
            }
            let word = if good { "ok" } else { "not ok" };
            writeln!(out, "{word} {} {}", group + 1, escaped(title))?;
        }
        let general = text::general(report);
        let word = if general.is_empty() { "ok" } else { "not ok" };
        writeln!(
            out,
            "{word} {} run: complete and proven",
            plan.groups.len() + 1
        )?;
        for line in general {
            writeln!(out, "# {line}")?;
        }
        writeln!(out, "# {}", text::sentence(report))?;
        for line in text::accelerators(&report.subject_log.context) {
            writeln!(out, "# {line}")?;
        }
        Ok(())
    }
}

fn result(report: &Report, check: usize) -> (&'static str, String) {
    let outcome = &report.subject_log.outcomes[check];
    match (class(report, check), outcome) {
        (Class::Pass | Class::Better, _) => ("ok", String::new()),
        (Class::Known, Outcome::Skipped) => ("ok", " # SKIP told to skip".to_string()),
        (Class::Known, _) => {
            let reason = text::reason(report, check).unwrap_or_default();
            ("not ok", format!(" # XFAIL {}", escaped(&reason)))
        }
        (Class::Wrong, Outcome::Hang) => ("not ok", " # TIMEOUT".to_string()),
        (Class::Wrong, Outcome::Crash | Outcome::Lost) => ("not ok", " # ERROR".to_string()),
        (Class::Wrong, _) => ("not ok", String::new()),
    }
}

/// A description in which nothing is a directive.
fn escaped(text: &str) -> String {
    plain(text).replace('#', "")
}
