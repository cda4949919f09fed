//! Several targets or logs side by side: a row for each check in which they differ.

use std::io::{self, Write};

use super::escape::{markdown, plain, xml};
use super::html::{FILTER, foot as html_foot, head as html_head};
use super::{Format, text};
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::plan::{Plan, Planned};
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::RunOutcome;

/// Runs side by side, and how to write them.
pub(crate) struct Matrix<'a> {
    pub plan: &'a Plan,
    /// The name and the outcome of each run.
    pub columns: Vec<(String, RunOutcome)>,
    /// Whether to write the rows in which all outcomes are the same.
    pub all: bool,
    /// Whether a row is a family, not a check.
    pub families: bool,
}

impl Matrix<'_> {
    /// The exit code: no verdict if a log is not complete, gaps if outcomes differ.
    pub(crate) fn exit(&self) -> u8 {
        if self.columns.iter().any(|(_, log)| !log.is_complete()) {
            EXIT_NO_VERDICT
        } else if (0..self.plan.checks.len()).any(|check| self.differs(check)) {
            EXIT_GAPS
        } else {
            EXIT_GOOD
        }
    }

    /// Checks, before anything runs, that a format can show columns.
    ///
    /// # Errors
    /// The format cannot.
    pub(crate) fn takes(format: Format, families: bool) -> Result<()> {
        match (format, families) {
            (Format::Human | Format::Markdown, _) | (Format::Html, false) => Ok(()),
            (_, true) => Err(Error::usage(
                "a matrix of families is written as human or markdown",
            )),
            (_, false) => Err(Error::usage(
                "a matrix is written as human, markdown or html",
            )),
        }
    }

    /// Writes it in a format that can show columns.
    pub(crate) fn write(&self, format: Format, out: &mut dyn Write) -> Result<()> {
        Matrix::takes(format, self.families)?;
        let written = match format {
            _ if self.families => self.by_family(out),
            Format::Markdown => self.markdown(out),
            Format::Html => self.html(out),
            _ => self.human(out),
        };
        written.map_err(|error| Error::usage(format!("writing the matrix: {error}")))
    }

    /// The numbers, names and outcomes of the complete logs: only these have a column in the table.
    fn proven(&self) -> impl Iterator<Item = (usize, &str, &RunOutcome)> {
        let columns = self.columns.iter().enumerate();
        let columns = columns.filter(|(_, (_, log))| log.is_complete());
        columns.map(|(number, (name, log))| (number, name.as_str(), log))
    }

    /// Whether the table has rows and columns.
    fn has_table(&self) -> bool {
        self.rows().next().is_some() && self.proven().next().is_some()
    }

    fn differs(&self, check: usize) -> bool {
        let mut outcomes = self.proven().map(|(_, _, log)| &log.outcomes[check]);
        let first = outcomes.next();
        outcomes.any(|outcome| Some(outcome) != first)
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        (0..self.plan.checks.len()).filter(|&check| self.all || self.differs(check))
    }

    /// The number of rows left out, in words; none unless two columns can be compared.
    fn same(&self) -> Option<String> {
        let (all, rows) = (self.plan.checks.len(), self.rows().count());
        match (self.proven().count(), all - rows) {
            (0 | 1, _) | (_, 0) => None,
            (_, same) if same == all => Some(format!("all {same} are the same everywhere")),
            (_, same) => Some(format!("{same} more are the same everywhere")),
        }
    }

    /// The accelerators of each column.
    fn accelerators(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, log) in &self.columns {
            let words = text::accelerators(&log.context);
            lines.extend(words.iter().map(|word| format!("{name}: {word}")));
        }
        lines
    }

    /// The number of checks of a column that passed, or why it has none.
    fn sum(&self, log: &RunOutcome) -> String {
        if !log.is_complete() {
            let defect = log.defects.first().map(ToString::to_string);
            let defect = defect.unwrap_or_else(|| "lines lost".to_string());
            return format!("not in the table, because the log is not provably complete: {defect}");
        }
        let passed = log
            .outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Pass)
            .count();
        format!("{passed} of {} passed", self.plan.checks.len())
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
        if self.has_table() {
            writeln!(out)?;
            self.human_table(out)?;
        } else if self.same().is_some() {
            writeln!(out)?;
        }
        for line in self.same().into_iter().chain(self.accelerators()) {
            writeln!(out, "{}", plain(&line))?;
        }
        Ok(())
    }

    fn human_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let cells = |check: usize| {
            let columns = self.proven();
            columns
                .map(move |(_, _, log)| cell(&log.outcomes[check]))
                .collect::<Vec<_>>()
        };
        let width = self
            .rows()
            .flat_map(&cells)
            .map(|cell| cell.len())
            .max()
            .unwrap_or(1);
        for (number, _, _) in self.proven() {
            write!(out, "{:<width$}  ", letter(number))?;
        }
        writeln!(out, "check")?;
        for check in self.rows() {
            for cell in cells(check) {
                write!(out, "{cell:<width$}  ")?;
            }
            writeln!(out, "{}", self.plan.checks[check].title)?;
        }
        Ok(())
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, log) in &self.columns {
            writeln!(out, "- {}: {}", markdown(name), markdown(&self.sum(log)))?;
        }
        if self.has_table() {
            write!(out, "\n| check |")?;
            for (_, name, _) in self.proven() {
                write!(out, " {} |", markdown(name))?;
            }
            writeln!(out, "\n|---|{}", "---|".repeat(self.proven().count()))?;
            for check in self.rows() {
                write!(out, "| {} |", markdown(&self.plan.checks[check].title))?;
                for (_, _, log) in self.proven() {
                    write!(out, " {} |", markdown(&cell(&log.outcomes[check])))?;
                }
                writeln!(out)?;
            }
        }
        for line in self.same().into_iter().chain(self.accelerators()) {
            writeln!(out, "\n{}", markdown(&line))?;
        }
        Ok(())
    }

    /// A table of Markdown with a row for each family: the number of its checks, and of those that
    /// passed in each column.
    fn by_family(&self, out: &mut dyn Write) -> io::Result<()> {
        let count = self.proven().count();
        if count > 0 {
            write!(out, "| profile | family | checks |")?;
            for (_, name, _) in self.proven() {
                write!(out, " {} |", markdown(name))?;
            }
            writeln!(out, "\n|---|---|---:|{}", "---:|".repeat(count))?;
            for family in self.plan.suite.families {
                let (profile, title) = (family.profile.name(), family.title);
                self.family_row(&format!("{profile} | {title}"), out, |check| {
                    check.family == title
                })?;
            }
            self.family_row("**all** | ", out, |_| true)?;
        }
        let mut lines = Vec::new();
        for (name, log) in self.columns.iter().filter(|(_, log)| !log.is_complete()) {
            lines.push(format!("{name}: {}", self.sum(log)));
        }
        lines.extend(self.accelerators());
        for (number, line) in lines.iter().enumerate() {
            let gap = if number > 0 || count > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{}", markdown(line))?;
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
        for (_, _, log) in self.proven() {
            let passed = |check: &&&Planned| log.outcomes[check.index] == Outcome::Pass;
            write!(out, " {} |", checks.iter().filter(passed).count())?;
        }
        writeln!(out)
    }

    fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        html_head("Conformance side by side", out)?;
        writeln!(out, "<h1>Side by side</h1>\n{FILTER}\n<ul>")?;
        for (name, log) in &self.columns {
            writeln!(out, "<li>{}: {}", xml(name), xml(&self.sum(log)))?;
        }
        writeln!(out, "</ul>")?;
        if self.has_table() {
            self.html_table(out)?;
        }
        for line in self.same().into_iter().chain(self.accelerators()) {
            writeln!(out, "<p class=\"faint\">{}</p>", xml(&line))?;
        }
        html_foot(out)
    }

    fn html_table(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "<div class=\"wide\"><table class=\"matrix\">\n<thead>\n<tr><th>check"
        )?;
        for (_, name, _) in self.proven() {
            writeln!(out, "<th>{}", xml(name))?;
        }
        writeln!(out, "</tr>\n</thead>")?;
        for check in self.rows() {
            let title = xml(&self.plan.checks[check].title);
            let text = title.to_lowercase();
            write!(out, "<tr data-text=\"{text}\"><th>{title}")?;
            for (_, _, log) in self.proven() {
                let outcome = &log.outcomes[check];
                let colour = match outcome {
                    Outcome::Pass => "pass",
                    Outcome::Skipped => "none",
                    Outcome::Blocked(_) => "blocked",
                    Outcome::Unimplemented(_) => "missing",
                    Outcome::Hang => "hang",
                    Outcome::Crash => "crash",
                    Outcome::Fail(_) | Outcome::Lost => "wrong",
                };
                write!(out, "<td class=\"{colour}\">{}", xml(&cell(outcome)))?;
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(out, "</table></div>")
    }
}

/// The letter of a column, in place of its name.
fn letter(number: usize) -> char {
    char::from(b'A' + (number % 26) as u8)
}

/// An outcome in a cell: the value got, or its name.
fn cell(outcome: &Outcome) -> String {
    match outcome.got() {
        Some(got) => got.note(),
        None => outcome.word().to_string(),
    }
}
