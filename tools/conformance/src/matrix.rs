//! Several targets or logs side by side: a row for each check in which they differ.

use std::io::{self, Write};

use posix_conformance::suite;

use crate::compare::Judged;
use crate::gaps::note;
use crate::model::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Outcome, Problem, Result};
use crate::plan::{Plan, Planned};
use crate::report::view::{markdown, plain, xml};
use crate::report::{Format, html_head};

/// What ran where.
pub struct Matrix<'a> {
    pub plan: &'a Plan,
    /// Names and what became of the checks.
    pub columns: Vec<(String, Judged)>,
    /// Whether rows in which all are the same are shown too.
    pub all: bool,
    /// Whether a row stands for a family, not for a check.
    pub families: bool,
}

impl Matrix<'_> {
    /// 3 if a log proves nothing, 1 if they differ, 0 if they are the same.
    pub fn exit(&self) -> u8 {
        if self.columns.iter().any(|(_, log)| !log.is_complete()) {
            EXIT_NO_VERDICT
        } else if (0..self.plan.checks.len()).any(|check| self.differs(check)) {
            EXIT_GAPS
        } else {
            EXIT_GOOD
        }
    }

    /// Writes it in one of the formats that have room for columns.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> Result<()> {
        let written = match format {
            Format::Human | Format::Markdown if self.families => self.by_family(out),
            Format::Html if self.families => {
                return Err(Problem::usage(
                    "a matrix of families is written as human or markdown",
                ));
            }
            Format::Human => self.human(out),
            Format::Markdown => self.markdown(out),
            Format::Html => self.html(out),
            _ => {
                return Err(Problem::usage(
                    "a matrix is written as human, markdown or html",
                ));
            }
        };
        written.map_err(|error| Problem::usage(format!("writing the matrix: {error}")))
    }

    fn differs(&self, check: usize) -> bool {
        let mut outcomes = self.columns.iter().map(|(_, log)| &log.outcomes[check]);
        let first = outcomes.next();
        outcomes.any(|outcome| Some(outcome) != first)
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.plan.checks.len()).filter(|&check| self.all || self.differs(check))
    }

    /// How many checks of a column passed, and why that may not be believed.
    fn sum(&self, log: &Judged) -> String {
        let passed = log
            .outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Pass)
            .count();
        let all = self.plan.checks.len();
        match log.flaws.first() {
            None => format!("{passed} of {all} passed"),
            Some(flaw) => format!("{passed} of {all} passed, but nothing is proven: {flaw}"),
        }
    }

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, (name, log)) in self.columns.iter().enumerate() {
            writeln!(
                out,
                "{}  {}: {}",
                letter(number),
                plain(name),
                plain(&self.sum(log))
            )?;
        }
        let cells = |check: usize| {
            let columns = self.columns.iter();
            columns
                .map(move |(_, log)| cell(&log.outcomes[check]))
                .collect::<Vec<_>>()
        };
        let width = self
            .rows()
            .flat_map(&cells)
            .map(|cell| cell.len())
            .max()
            .unwrap_or(1);
        writeln!(out)?;
        for (number, _) in self.columns.iter().enumerate() {
            write!(out, "{:<width$}  ", letter(number))?;
        }
        writeln!(out, "check")?;
        for check in self.rows() {
            for cell in cells(check) {
                write!(out, "{cell:<width$}  ")?;
            }
            writeln!(out, "{}", self.plan.checks[check].title)?;
        }
        let same = self.plan.checks.len() - self.rows().count();
        writeln!(out, "{same} more are the same everywhere")
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, log) in &self.columns {
            writeln!(out, "- {}: {}", markdown(name), markdown(&self.sum(log)))?;
        }
        write!(out, "\n| check |")?;
        for (name, _) in &self.columns {
            write!(out, " {} |", markdown(name))?;
        }
        writeln!(out, "\n|---|{}", "---|".repeat(self.columns.len()))?;
        for check in self.rows() {
            write!(out, "| {} |", markdown(&self.plan.checks[check].title))?;
            for (_, log) in &self.columns {
                write!(out, " {} |", markdown(&cell(&log.outcomes[check])))?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// A row for each family with how many of its checks passed, which reads well as text too.
    fn by_family(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "| profile | family | checks |")?;
        for (name, _) in &self.columns {
            write!(out, " {} |", markdown(name))?;
        }
        writeln!(
            out,
            "\n|---|---|---:|{}",
            "---:|".repeat(self.columns.len())
        )?;
        for family in suite::PLAN {
            let (profile, title) = (family.profile.name(), family.title);
            self.family_row(&format!("{profile} | {title}"), out, |check| {
                check.family == title
            })?;
        }
        self.family_row("**all** | ", out, |_| true)?;
        for (name, log) in self.columns.iter().filter(|(_, log)| !log.is_complete()) {
            writeln!(out, "\n{}: {}", markdown(name), markdown(&self.sum(log)))?;
        }
        Ok(())
    }

    fn family_row(
        &self,
        title: &str,
        out: &mut dyn Write,
        counts: impl Fn(&Planned) -> bool,
    ) -> io::Result<()> {
        let checks: Vec<&Planned> = self
            .plan
            .checks
            .iter()
            .filter(|check| counts(check))
            .collect();
        write!(out, "| {title} | {} |", checks.len())?;
        for (_, log) in &self.columns {
            let passed = |check: &&&Planned| log.outcomes[check.index] == Outcome::Pass;
            write!(out, " {} |", checks.iter().filter(passed).count())?;
        }
        writeln!(out)
    }

    fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        html_head("Conformance side by side", out)?;
        writeln!(out, "<h1>Side by side</h1>\n<ul>")?;
        for (name, log) in &self.columns {
            writeln!(out, "<li>{}: {}", xml(name), xml(&self.sum(log)))?;
        }
        writeln!(out, "</ul>\n<table class=\"matrix\">\n<tr><th>check")?;
        for (name, _) in &self.columns {
            writeln!(out, "<th>{}", xml(name))?;
        }
        writeln!(out, "</tr>")?;
        for check in self.rows() {
            write!(out, "<tr><td>{}", xml(&self.plan.checks[check].title))?;
            for (_, log) in &self.columns {
                let outcome = &log.outcomes[check];
                let colour = match outcome {
                    Outcome::Pass => "pass",
                    Outcome::Skipped => "none",
                    _ => "wrong",
                };
                write!(out, "<td class=\"{colour}\">{}", xml(&cell(outcome)))?;
            }
            writeln!(out, "</tr>")?;
        }
        let same = self.plan.checks.len() - self.rows().count();
        writeln!(
            out,
            "</table>\n<p class=\"faint\">{same} more are the same everywhere</p>"
        )?;
        writeln!(out, "</body>\n</html>")
    }
}

/// What stands for a column where its name is too long.
fn letter(number: usize) -> char {
    char::from(b'A' + (number % 26) as u8)
}

/// An outcome as short as it can be told.
fn cell(outcome: &Outcome) -> String {
    match outcome.got() {
        Some(got) => note(got),
        None => outcome.word().to_string(),
    }
}
