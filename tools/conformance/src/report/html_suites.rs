//! One page for several suites: the verdict on all, then the report of each.

use std::io::{self, Write};

use super::escape::xml;
use super::html::{FILTER, foot, head, one, verdict};
use super::text;
use crate::verdict::reports::Reports;

/// Writes the page.
pub(super) fn page(all: &Reports, out: &mut dyn Write) -> io::Result<()> {
    let (word, sentence) = (text::verdict_of_all(all), text::sentence_of_all(all));
    head(&format!("{word}: {sentence}"), out)?;
    let mood = if all.exit() == 0 { "good" } else { "bad" };
    writeln!(
        out,
        "<header class=\"verdict {mood}\">\n<h1><strong>{word}</strong> {}</h1>\n<p>",
        xml(&sentence)
    )?;
    for report in all.all() {
        let name = report.plan.suite.name;
        writeln!(out, "<a href=\"#suite-{name}\">{name}</a>")?;
    }
    writeln!(out, "</p>\n</header>")?;
    table("suite", &text::totals_of_all(all), out)?;
    writeln!(out, "{FILTER}")?;
    for report in all.all() {
        let name = report.plan.suite.name;
        writeln!(out, "<section id=\"suite-{name}\">")?;
        verdict(report, out)?;
        one(report, out)?;
        writeln!(out, "</section>")?;
    }
    foot(out)
}

/// A table of totals; `kind` is what their labels are.
pub(super) fn table(
    kind: &str,
    totals: &[(&str, [u32; 4])],
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "<table>\n<tr><th>{kind}")?;
    for word in ["passed", "failed", "skipped", "lost"] {
        write!(out, "<th class=\"n\">{word}")?;
    }
    writeln!(out, "</tr>")?;
    for (label, counts) in totals {
        write!(out, "<tr><td>{label}")?;
        for count in counts {
            write!(out, "<td class=\"n\">{count}")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table>")
}
