//! Several targets or logs side by side: a row for each check in which they differ. Runs on several
//! processors have the checks side by side that have the same title.

use std::io::{self, Write};

use packer::abi::Processor;
use packer::plan::Profile;

use super::escape::{markdown, plain, xml};
use super::html::{FILTER, foot as html_foot, head as html_head};
use super::{Format, text};
use crate::error::{EXIT_GAPS, EXIT_GOOD, EXIT_NO_VERDICT, Error, Result};
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::RunOutcome;

/// One run, of one or several suites.
pub(crate) struct Column<'a> {
    pub name: String,
    /// The plan of each suite on its processor, and the outcome of its run.
    pub parts: Vec<(&'a Plan, RunOutcome)>,
}

impl Column<'_> {
    /// The outcome of the check of a row; none where no suite of the column has it.
    fn outcome(&self, row: &Row) -> Option<&Outcome> {
        let mut found = self.parts.iter().filter_map(|(plan, log)| {
            let check = plan.find(row.title)?;
            log.outcomes.get(check.index)
        });
        found.next()
    }

    /// True where the log of each suite is provably complete.
    fn is_complete(&self) -> bool {
        self.parts.iter().all(|(_, log)| log.is_complete())
    }

    /// The processor, and the names of the suites.
    fn suites(&self) -> (Option<Processor>, Vec<&'static str>) {
        let processor = self.parts.first().map(|(plan, _)| plan.suite.processor);
        let names = self.parts.iter().map(|(plan, _)| plan.suite.name);
        (processor, names.collect())
    }
}

/// A title that a plan has.
struct Row<'a> {
    title: &'a str,
    family: &'static str,
    profile: Profile,
}

/// Runs side by side, and how to write them.
pub(crate) struct Matrix<'a> {
    columns: Vec<Column<'a>>,
    /// The titles of all plans, in the order of the first plan that has one.
    titles: Vec<Row<'a>>,
    /// Set if the rows are written in which all outcomes are the same.
    all: bool,
    /// Set if a row is a family, not a check.
    families: bool,
}

impl<'a> Matrix<'a> {
    pub(crate) fn new(columns: Vec<Column<'a>>, all: bool, families: bool) -> Matrix<'a> {
        let mut titles: Vec<Row> = Vec::new();
        let mut plans: Vec<&Plan> = Vec::new();
        let parts = columns.iter().flat_map(|column| &column.parts);
        for plan in parts.map(|(plan, _)| *plan) {
            if plans.iter().any(|known| known.id == plan.id) {
                continue;
            }
            let is_known = |known: &&Plan| known.suite.name == plan.suite.name;
            let mut at = match plans.iter().any(is_known) {
                true => 0,
                false => titles.len(),
            };
            for check in &plan.checks {
                let place = (plans.iter().any(|known| known.find(&check.title).is_some()))
                    .then(|| titles.iter().position(|row| row.title == check.title));
                at = place.flatten().unwrap_or_else(|| {
                    let (title, family, profile) = (&*check.title, check.family, check.profile);
                    titles.insert(
                        at,
                        Row {
                            title,
                            family,
                            profile,
                        },
                    );
                    at
                }) + 1;
            }
            plans.push(plan);
        }
        Matrix {
            columns,
            titles,
            all,
            families,
        }
    }
    /// The exit code: no verdict if a log is not complete, gaps if outcomes differ.
    pub(crate) fn exit(&self) -> u8 {
        if self.columns.iter().any(|column| !column.is_complete()) {
            EXIT_NO_VERDICT
        } else if self.titles.iter().any(|row| self.differs(row)) {
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

    /// The complete logs and their numbers: only these have a column in the table.
    fn proven(&self) -> impl Iterator<Item = (usize, &Column<'a>)> {
        let columns = self.columns.iter().enumerate();
        columns.filter(|(_, column)| column.is_complete())
    }

    /// Returns whether the table has rows and columns.
    fn has_table(&self) -> bool {
        self.rows().next().is_some() && self.proven().next().is_some()
    }

    /// Returns whether the columns that have the check have several outcomes.
    fn differs(&self, row: &Row) -> bool {
        let mut outcomes = self.proven().filter_map(|(_, column)| column.outcome(row));
        let first = outcomes.next();
        outcomes.any(|outcome| Some(outcome) != first)
    }

    fn rows(&self) -> impl Iterator<Item = &Row<'a>> {
        let rows = self.titles.iter();
        rows.filter(|row| self.all || self.differs(row))
    }

    /// The number of rows left out, in words; none unless two columns can be compared.
    fn same(&self) -> Option<String> {
        let (all, rows) = (self.titles.len(), self.rows().count());
        match (self.proven().count(), all - rows) {
            (0 | 1, _) | (_, 0) => None,
            (_, same) if same == all => Some(format!("all {same} are the same everywhere")),
            (_, same) => Some(format!("{same} more are the same everywhere")),
        }
    }

    /// The accelerators of each column.
    fn accelerators(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for Column { name, parts } in &self.columns {
            for (_, log) in parts {
                let words = text::accelerators(&log.context);
                let words = words.iter().map(|word| format!("{name}: {word}"));
                for line in words {
                    if !lines.contains(&line) {
                        lines.push(line);
                    }
                }
            }
        }
        lines
    }

    /// The number of checks of a column that passed, or why it has none.
    fn sum(&self, column: &Column) -> String {
        if let Some((_, log)) = column.parts.iter().find(|(_, log)| !log.is_complete()) {
            let defect = log.defects.first().map(ToString::to_string);
            let defect = defect.unwrap_or_else(|| "lines lost".to_string());
            return format!("not in the table, because the log is not provably complete: {defect}");
        }
        let outcomes = || column.parts.iter().flat_map(|(_, log)| &log.outcomes);
        let passed = outcomes().filter(|it| **it == Outcome::Pass).count();
        let (processor, suites) = column.suites();
        let differs = |what: &dyn Fn(&Column) -> bool| self.columns.iter().any(what);
        let mut text = format!("{passed} of {} passed", outcomes().count());
        if differs(&|other| other.suites().0 != processor) {
            text += &processor.map_or_else(String::new, |it| format!(" on {}", it.name()));
        }
        if differs(&|other| other.suites().1 != suites) {
            text += &format!(" of {}", suites.join(", "));
        }
        text
    }

    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        for (number, column) in self.columns.iter().enumerate() {
            writeln!(
                out,
                "{}  {}: {}",
                letter(number),
                plain(&column.name),
                plain(&self.sum(column))
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
        let cells = |row: &Row| {
            let columns = self.proven();
            columns
                .map(|(_, column)| cell(column.outcome(row)))
                .collect::<Vec<_>>()
        };
        let width = self
            .rows()
            .flat_map(&cells)
            .map(|cell| cell.len())
            .max()
            .unwrap_or(1);
        for (number, _) in self.proven() {
            write!(out, "{:<width$}  ", letter(number))?;
        }
        writeln!(out, "check")?;
        for row in self.rows() {
            for cell in cells(row) {
                write!(out, "{cell:<width$}  ")?;
            }
            writeln!(out, "{}", row.title)?;
        }
        Ok(())
    }

    fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        for column in &self.columns {
            let (name, sum) = (markdown(&column.name), self.sum(column));
            writeln!(out, "- {name}: {}", markdown(&sum))?;
        }
        if self.has_table() {
            write!(out, "\n| check |")?;
            for (_, column) in self.proven() {
                write!(out, " {} |", markdown(&column.name))?;
            }
            writeln!(out, "\n|---|{}", "---|".repeat(self.proven().count()))?;
            for row in self.rows() {
                write!(out, "| {} |", markdown(row.title))?;
                for (_, column) in self.proven() {
                    write!(out, " {} |", markdown(&cell(column.outcome(row))))?;
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
            for (_, column) in self.proven() {
                write!(out, " {} |", markdown(&column.name))?;
            }
            writeln!(out, "\n|---|---|---:|{}", "---:|".repeat(count))?;
            let mut families: Vec<&Row> = Vec::new();
            for row in &self.titles {
                if families.iter().all(|known| known.family != row.family) {
                    families.push(row);
                }
            }
            for Row {
                family, profile, ..
            } in families
            {
                self.family_row(&format!("{} | {family}", profile.name()), out, |row| {
                    row.family == *family
                })?;
            }
            self.family_row("**all** | ", out, |_| true)?;
        }
        let mut lines = Vec::new();
        let incomplete = |column: &&Column| !column.is_complete();
        for column in self.columns.iter().filter(incomplete) {
            lines.push(format!("{}: {}", column.name, self.sum(column)));
        }
        lines.extend(self.accelerators());
        for (number, line) in lines.iter().enumerate() {
            let gap = if number > 0 || count > 0 { "\n" } else { "" };
            writeln!(out, "{gap}{}", markdown(line))?;
        }
        Ok(())
    }

    /// The number of the checks of a family, and in each column that of those which passed. A
    /// column of a processor that does not have all of them states the number that it has.
    fn family_row(
        &self,
        title: &str,
        out: &mut dyn Write,
        counts: impl Fn(&Row) -> bool,
    ) -> io::Result<()> {
        let rows: Vec<&Row> = self.titles.iter().filter(|row| counts(row)).collect();
        write!(out, "| {title} | {} |", rows.len())?;
        for (_, column) in self.proven() {
            let outcomes = rows.iter().filter_map(|row| column.outcome(row));
            let outcomes: Vec<&Outcome> = outcomes.collect();
            let passed = outcomes.iter().filter(|it| ***it == Outcome::Pass).count();
            match outcomes.len() {
                0 => write!(out, " - |")?,
                all if all == rows.len() => write!(out, " {passed} |")?,
                all => write!(out, " {passed} of {all} |")?,
            }
        }
        writeln!(out)
    }

    fn html(&self, out: &mut dyn Write) -> io::Result<()> {
        html_head("Conformance side by side", out)?;
        writeln!(out, "<h1>Side by side</h1>\n{FILTER}\n<ul>")?;
        for column in &self.columns {
            writeln!(out, "<li>{}: {}", xml(&column.name), xml(&self.sum(column)))?;
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
        for (_, column) in self.proven() {
            writeln!(out, "<th>{}", xml(&column.name))?;
        }
        writeln!(out, "</tr>\n</thead>")?;
        for row in self.rows() {
            let title = xml(row.title);
            let text = title.to_lowercase();
            write!(out, "<tr data-text=\"{text}\"><th>{title}")?;
            for (_, column) in self.proven() {
                let outcome = column.outcome(row);
                let colour = match outcome {
                    Some(Outcome::Pass) => "pass",
                    Some(Outcome::Skipped) | None => "none",
                    Some(Outcome::Blocked(_)) => "blocked",
                    Some(Outcome::Unimplemented(_)) => "missing",
                    Some(Outcome::Hang) => "hang",
                    Some(Outcome::Crash) => "crash",
                    Some(Outcome::Fail(_) | Outcome::Lost) => "wrong",
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

/// An outcome in a cell: the value got, or its name; a dash where the processor has no such check.
fn cell(outcome: Option<&Outcome>) -> String {
    let Some(outcome) = outcome else {
        return "-".to_string();
    };
    match outcome.got() {
        Some(got) => got.note(),
        None => outcome.word().to_string(),
    }
}
