//! The Test Anything Protocol, version 14; what is known is a TODO.
//!
//! The last point is that the log is provably complete, so that a file of good points alone never
//! comes of a log that proves nothing.

use std::io::{self, Write};

use super::Reporter;
use super::escape::plain;
use super::style::Style;
use super::text::{self, Class, class};
use crate::verdict::compare::Report;

pub struct Tap;

impl Reporter for Tap {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let plan = report.plan;
        writeln!(out, "TAP version 14\n1..{}", plan.checks.len() + 1)?;
        writeln!(out, "# {}", text::sentence(report))?;
        for line in text::accelerators(&report.subject_log.context) {
            writeln!(out, "# {line}")?;
        }
        for check in 0..plan.checks.len() {
            let title = escaped(&plan.checks[check].title);
            let number = check + 1;
            match class(report, check) {
                Class::Pass | Class::Better => writeln!(out, "ok {number} - {title}")?,
                Class::Known => {
                    let reason = text::reason(report, check).unwrap_or_default();
                    writeln!(out, "not ok {number} - {title} # TODO {}", escaped(&reason))?;
                    details(report, check, out)?;
                }
                Class::Wrong => {
                    writeln!(out, "not ok {number} - {title}")?;
                    details(report, check, out)?;
                }
            }
        }
        let general = text::general(report);
        let word = if general.is_empty() { "ok" } else { "not ok" };
        writeln!(
            out,
            "{word} {} - run: complete and proven",
            plan.checks.len() + 1
        )?;
        for line in general {
            writeln!(out, "# {line}")?;
        }
        Ok(())
    }
}

/// The block of YAML behind a point that is not well.
fn details(report: &Report, check: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  ---")?;
    let outcome = report.subject_log.outcomes[check].word();
    writeln!(out, "  outcome: {outcome}")?;
    writeln!(out, "  message: {}", quoted(&text::message(report, check)))?;
    if let Some(clause) = report.spec.clause(&report.plan.checks[check].title) {
        writeln!(out, "  clause: {}", quoted(&clause.clause))?;
    }
    let lines = text::excerpt(report, check);
    if !lines.is_empty() {
        writeln!(out, "  console:")?;
        for line in lines {
            writeln!(out, "    - {}", quoted(line))?;
        }
    }
    writeln!(out, "  ...")
}

/// A description in which nothing is a directive.
fn escaped(text: &str) -> String {
    plain(text).replace('\\', "\\\\").replace('#', "\\#")
}

/// A string of YAML, which is also one of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(plain(text)).to_string()
}
