//! The Test Anything Protocol, in two dialects: version 14, and the kernel's own (KTAP 1).
//!
//! The last point states that the log is provably complete: the report of an incomplete log always
//! has a point that is not ok.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::Reporter;
use super::escape::plain;
use super::steps;
use super::style::Style;
use super::text::{self, Class, class};
use crate::plan::Planned;
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

/// Columns of a script.
const WIDTH: usize = 90;

/// The dialect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tap {
    /// A point for each check, with a block of YAML; a known failure is a TODO.
    Tap14,
    /// A point for each group, with its checks as a subtest; a known failure is an XFAIL.
    Ktap1,
}

impl Reporter for Tap {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Tap::Tap14 => {
                writeln!(
                    out,
                    "{}\n1..{}",
                    self.version(),
                    report.checks().count() + 1
                )?;
                self.points(report, 0, "run: complete and proven", out)
            }
            Tap::Ktap1 => {
                writeln!(out, "{}", self.version())?;
                self.groups(report, out)
            }
        }
    }

    /// Version 14 has the points of all suites one after the other, because not every reader knows
    /// subtests. KTAP has a subtest for each suite.
    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let reports = all.all();
        let points: usize = reports
            .iter()
            .map(|report| report.checks().count() + 1)
            .sum();
        match self {
            Tap::Tap14 => {
                writeln!(out, "{}\n1..{points}", self.version())?;
                let mut before = 0;
                for report in reports {
                    let last = format!("{} run: complete and proven", report.plan.suite.name);
                    self.points(report, before, &last, out)?;
                    before += report.checks().count() + 1;
                }
            }
            Tap::Ktap1 => {
                writeln!(out, "{}\n1..{}", self.version(), reports.len())?;
                for (number, report) in (1..).zip(reports) {
                    let mut text = Vec::new();
                    self.groups(report, &mut text)?;
                    let name = report.plan.suite.name;
                    writeln!(out, "  {}\n  # Subtest: {name}", self.version())?;
                    for line in String::from_utf8_lossy(&text).lines() {
                        writeln!(out, "  {line}")?;
                    }
                    let wrong = text::checks_of(report, Class::Wrong).next().is_some();
                    let good = !wrong && text::general(report).is_empty();
                    self.point("", good, number, name, out)?;
                }
            }
        }
        Ok(())
    }
}

impl Tap {
    fn version(self) -> &'static str {
        match self {
            Tap::Tap14 => "TAP version 14",
            Tap::Ktap1 => "KTAP version 1",
        }
    }

    /// Writes a point for each check after so many others, and the last one.
    fn points(
        self,
        report: &Report,
        before: usize,
        last: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        about_run(report, out)?;
        for (number, check) in report.checks().enumerate() {
            self.check(report, before + number + 1, check, out)?;
        }
        let number = before + report.checks().count() + 1;
        let general = text::general(report);
        self.point("", general.is_empty(), number, last, out)?;
        comments(&general, out)
    }

    /// Writes the plan and a point for each group with its checks as a subtest, and the last one.
    fn groups(self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let groups: BTreeSet<usize> = report.checks().map(|check| check.group).collect();
        let number = groups.len() + 1;
        writeln!(out, "1..{number}")?;
        for (number, &group) in (1..).zip(&groups) {
            self.group(report, (number, group), out)?;
        }
        let general = text::general(report);
        let last = "run: complete and proven";
        self.point("", general.is_empty(), number, last, out)?;
        comments(&general, out)?;
        about_run(report, out)?;
        // Version 14 has the lines before each crash instead.
        let notes = report.subject_log.context.notes.iter();
        comments(&notes.map(|note| plain(note)).collect::<Vec<_>>(), out)
    }

    /// Writes a group: its checks as a subtest, and its point.
    fn group(
        self,
        report: &Report,
        (number, group): (usize, usize),
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let title = self.escaped(&report.plan.groups[group]);
        let checks = || report.checks().filter(|check| check.group == group);
        writeln!(out, "  {}\n  # Subtest: {title}", self.version())?;
        writeln!(out, "  1..{}", checks().count())?;
        for (number, check) in checks().enumerate() {
            self.check(report, number + 1, check, out)?;
        }
        let good = checks().all(|check| class(report, check.index) != Class::Wrong);
        self.point("", good, number, &title, out)
    }

    /// Writes the point of a check, with details if it does not pass.
    fn check(
        self,
        report: &Report,
        number: usize,
        check: &Planned,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let (good, directive) = self.result(report, check.index);
        let text = self.escaped(&check.title) + &directive;
        match self {
            Tap::Tap14 => self.point("", good, number, &text, out)?,
            Tap::Ktap1 => self.point("  ", good, number, &text, out)?,
        }
        match (self, class(report, check.index)) {
            (Tap::Tap14, Class::Known | Class::Wrong) => details(report, check, out),
            (Tap::Ktap1, Class::Wrong) => {
                let message = plain(&text::message(report, check.index));
                writeln!(out, "  # {message}")?;
                for line in explained(report, check.index) {
                    writeln!(out, "  # {}", plain(&line))?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn point(
        self,
        indent: &str,
        good: bool,
        number: usize,
        text: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let word = if good { "ok" } else { "not ok" };
        let dash = match self {
            Tap::Tap14 => "- ",
            Tap::Ktap1 => "",
        };
        writeln!(out, "{indent}{word} {number} {dash}{text}")
    }

    /// True if the point of a check is ok, and its directive.
    fn result(self, report: &Report, check: usize) -> (bool, String) {
        let outcome = &report.subject_log.outcomes[check];
        let class = class(report, check);
        let reason = || self.escaped(&text::reason(report, check).unwrap_or_default());
        match (self, class, outcome) {
            (_, Class::Pass | Class::Better | Class::NotAsked, _) => (true, String::new()),
            (Tap::Tap14, Class::Known, _) => (false, format!(" # TODO {}", reason())),
            (Tap::Tap14, Class::Wrong, _) => (false, String::new()),
            (Tap::Ktap1, Class::Known, Outcome::Skipped) => {
                (true, " # SKIP told to skip".to_string())
            }
            (Tap::Ktap1, Class::Known, _) => (false, format!(" # XFAIL {}", reason())),
            (Tap::Ktap1, Class::Wrong, Outcome::Hang) => (false, " # TIMEOUT".to_string()),
            (Tap::Ktap1, Class::Wrong, Outcome::Crash | Outcome::Lost) => {
                (false, " # ERROR".to_string())
            }
            (Tap::Ktap1, Class::Wrong, _) => (false, String::new()),
        }
    }

    /// A description in which nothing is a directive.
    fn escaped(self, text: &str) -> String {
        match self {
            Tap::Tap14 => plain(text).replace('\\', "\\\\").replace('#', "\\#"),
            Tap::Ktap1 => plain(text).replace('#', ""),
        }
    }
}

/// The script of a check that is wrong by itself.
fn explained(report: &Report, check: usize) -> Vec<String> {
    match steps::explains(report, check) {
        true => steps::explained(report, check, WIDTH),
        false => Vec::new(),
    }
}

/// Writes the verdict and the accelerators as comments.
fn about_run(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    comments(&[text::sentence(report)], out)?;
    comments(&text::warnings(report), out)?;
    comments(&text::accelerators(&report.subject_log.context), out)
}

fn comments(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    lines.iter().try_for_each(|line| writeln!(out, "# {line}"))
}

/// Writes the block of YAML after a point that is not ok.
fn details(report: &Report, check: &Planned, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "  ---")?;
    let outcome = report.subject_log.outcomes[check.index].word();
    writeln!(out, "  outcome: {outcome}")?;
    let message = text::message(report, check.index);
    writeln!(out, "  message: {}", quoted(&message))?;
    if let Some(clause) = report.spec.clause(&check.title) {
        writeln!(out, "  clause: {}", quoted(&clause.clause))?;
    }
    let lines = explained(report, check.index);
    if !lines.is_empty() {
        writeln!(out, "  script:")?;
        for line in lines {
            // Without the blanks Perl's reader takes `again:` for a key.
            writeln!(out, "    - {}", quoted(&format!("  {line}")))?;
        }
    }
    let lines = text::excerpt(report, check.index);
    if !lines.is_empty() {
        writeln!(out, "  console:")?;
        for line in lines {
            writeln!(out, "    - {}", quoted(line))?;
        }
    }
    writeln!(out, "  ...")
}

/// A string of YAML, which is also one of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(plain(text)).to_string()
}
