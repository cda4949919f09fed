//! One self-contained page: the verdict, a map of all system calls, the changes, and each check.
//!
//! The page loads nothing, and its content security policy forbids it. Without scripts only the
//! filter is missing.

use std::io::{self, Write};

use posix_conformance::plan::{Kind, Profile};

use super::Reporter;
use super::escape::{plain, xml};
use super::steps;
use super::style::Style;
use super::text::{self, Class, class};
use crate::plan::Planned;
use crate::verdict::compare::Report;

/// The style sheet, for screens, phones, dark mode and print.
const LOOK: &str = include_str!("page.css");
const FILTER: &str = include_str!("page.js");

/// Columns of a script.
const WIDTH: usize = 100;

pub(super) struct Html;

impl Reporter for Html {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        head(
            &format!("{}: {}", text::verdict(report), report.subject),
            out,
        )?;
        verdict(report, out)?;
        writeln!(
            out,
            r#"<div class="filter" hidden><input id="filter" type="search"
aria-label="Filter checks"
placeholder="Filter: a call, a word of a title, fail, crash, PSE52 ..."></div>"#
        )?;
        changes(report, out)?;
        map(report, out)?;
        wrong(report, out)?;
        known(report, out)?;
        console(report, out)?;
        all(report, out)?;
        writeln!(out, "<script>{FILTER}</script>\n</body>\n</html>")
    }
}

/// The page up to its first heading.
pub(super) fn head(title: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = xml(title);
    writeln!(
        out,
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>{title}</title>
<style>
{LOOK}</style>
</head>
<body>"#
    )
}

fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mood = if report.exit() == 0 { "good" } else { "bad" };
    let word = text::verdict(report);
    let sentence = xml(&text::sentence(report));
    writeln!(
        out,
        "<header class=\"verdict {mood}\">\n<h1><strong>{word}</strong> {sentence}</h1>"
    )?;
    for line in text::general(report) {
        writeln!(out, "<p>{}</p>", xml(&line))?;
    }
    for line in text::warnings(report) {
        writeln!(out, "<p>warning: {}</p>", xml(&line))?;
    }
    let plan = report.plan;
    let seconds = report.elapsed.map_or_else(String::new, |elapsed| {
        let with = report.subject_log.context.with();
        format!(", {:.1} s{}", elapsed.as_secs_f64(), xml(&plain(&with)))
    });
    let boots = match report.subject_log.boots {
        1 => "1 boot".to_string(),
        more => format!("{more} boots"),
    };
    writeln!(
        out,
        "<p class=\"faint\">suite {:08x}, {} checks, {boots}{seconds}; against {}</p>",
        plan.id,
        plan.checks.len(),
        xml(&report.oracle_name)
    )?;
    for left in &report.subject_log.context.accelerators_left {
        writeln!(out, "<p class=\"faint\">not with {}</p>", xml(&plain(left)))?;
    }
    writeln!(out, "</header>")?;
    write!(out, "<table>\n<tr><th>profile")?;
    for word in ["passed", "failed", "skipped", "lost"] {
        write!(out, "<th class=\"n\">{word}")?;
    }
    writeln!(out, "</tr>")?;
    for (label, counts) in text::totals(report) {
        write!(out, "<tr><td>{label}")?;
        for count in counts {
            write!(out, "<td class=\"n\">{count}")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</table>")
}

/// The differences from the oracle and from the known gaps.
fn changes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.gate.iter().flat_map(|gate| &gate.findings);
    let mut lines: Vec<String> = findings
        .map(|finding| {
            let (word, title) = (finding.kind.word(), xml(&finding.title));
            format!("<tr><td>{word}<td>{title}<td>{}</tr>", xml(&finding.text))
        })
        .collect();
    for check in text::checks_of(report, Class::Better) {
        let title = xml(&report.plan.checks[check].title);
        let oracle = xml(&report.oracle_log.outcomes[check].described());
        lines.push(format!(
            "<tr><td>better<td>{title}<td>the oracle: {oracle}</tr>"
        ));
    }
    if report.gate.is_none() {
        for check in text::wrong(report).0 {
            let title = xml(&report.plan.checks[check].title);
            let outcome = xml(&report.subject_log.outcomes[check].described());
            lines.push(format!("<tr><td>worse<td>{title}<td>{outcome}</tr>"));
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let known = report.gate.as_ref().map_or_else(String::new, |gate| {
        format!(" and <span class=\"faint\">{}</span>", xml(&gate.name))
    });
    let oracle = xml(&report.oracle_name);
    writeln!(
        out,
        "<h2>Changed against <span class=\"faint\">{oracle}</span>{known}</h2>\n<details open>\n\
         <summary>{}</summary>\n<table>\n{}\n</table>\n</details>",
        match lines.len() {
            1 => "1 change".to_string(),
            more => format!("{more} changes"),
        },
        lines.join("\n")
    )
}

fn wrong(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (checks, lost) = text::wrong(report);
    if lost > 0 {
        writeln!(
            out,
            "<h2>Without an outcome: {lost}</h2>\n<p>All checks are listed below.</p>"
        )?;
    }
    if checks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Wrong: {}</h2>", checks.len())?;
    let wrong = text::wrong_by_cause(report);
    for check in wrong.deaths {
        entry(report, check, " open", out)?;
    }
    for cause in wrong.causes {
        writeln!(out, "<h3>{}</h3>", xml(&cause.headline()))?;
        for check in cause.own {
            entry(report, check, " open", out)?;
        }
        // What the call keeps from being asked is closed: there may be hundreds.
        for check in cause.others {
            entry(report, check, "", out)?;
        }
    }
    if !wrong.not_red.is_empty() {
        writeln!(out, "<h3>Not red</h3>")?;
    }
    for check in wrong.not_red {
        entry(report, check, " open", out)?;
    }
    Ok(())
}

fn known(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let checks: Vec<usize> = text::checks_of(report, Class::Known).collect();
    if checks.is_empty() {
        return Ok(());
    }
    writeln!(out, "<h2>Fail as known: {}</h2>", checks.len())?;
    for check in checks {
        entry(report, check, "", out)?;
    }
    Ok(())
}

fn entry(report: &Report, check: usize, open: &str, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let (word, title) = (outcome.word(), xml(&planned.title));
    writeln!(
        out,
        "<details{open} data-text=\"{}\">\n<summary><span class=\"word {}\">{word}</span>{title}\
         </summary>\n<dl>\n<dt>expected<dd>{}\n<dt>got<dd>{}",
        text(report, check),
        colour(class(report, check)),
        xml(&planned.expected),
        xml(&outcome.described())
    )?;
    if let blames @ [_, ..] = report.subject_log.blames(check) {
        writeln!(out, "<dt>cause<dd>{}", xml(&blames.join(" or ")))?;
    }
    if let Some(finding) = report.finding(check)
        && finding.text != outcome.described()
    {
        writeln!(out, "<dt>{}<dd>{}", finding.kind.word(), xml(&finding.text))?;
    }
    if let Some(reason) = text::reason(report, check) {
        writeln!(out, "<dt>allowed<dd>{}", xml(&reason))?;
    }
    if let Some(clause) = report.spec.clause(&planned.title) {
        let (place, level) = (xml(&clause.clause), xml(&clause.level));
        writeln!(
            out,
            "<dt>clause<dd>{place} ({level})\n<dt>why<dd>{}",
            xml(&clause.why)
        )?;
    }
    let place = format!(
        "{}, {}, {}",
        planned.profile.name(),
        planned.family,
        planned.kind.name()
    );
    writeln!(out, "<dt>where<dd>{}\n</dl>", xml(&place))?;
    if steps::explains(report, check) {
        lines(&steps::explained(report, check, WIDTH), out)?;
    }
    lines(text::excerpt(report, check), out)?;
    writeln!(out, "</details>")
}

fn lines(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = lines.iter().map(|line| xml(&plain(line))).collect();
    writeln!(out, "<pre>{}</pre>", lines.join("\n"))
}

/// A table with a row for each call and a cell for each kind, coloured by its worst check.
fn map(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<h2>Map</h2>\n<p class=\"key\"><span class=\"pass\">all pass</span><span \
         class=\"known\">fail as known</span><span class=\"wrong\">wrong</span><span \
         class=\"none\">no checks</span></p>\n<div class=\"map\">"
    )?;
    for profile in Profile::ALL {
        let mut calls: Vec<&str> = Vec::new();
        for check in report.checks().filter(|check| check.profile == profile) {
            // A canary is about its group, not about its call.
            if !check.canary && !calls.contains(&check.call) {
                calls.push(check.call);
            }
        }
        let (name, count) = (profile.name(), calls.len());
        write!(
            out,
            "<table>\n<tr><th class=\"faint\">{name}, {count} calls"
        )?;
        for kind in Kind::ALL {
            write!(out, "<td class=\"faint\">{}", kind.name())?;
        }
        writeln!(out, "</tr>")?;
        for call in calls {
            write!(out, "<tr><th>{}", xml(call))?;
            for kind in Kind::ALL {
                cell(report, call, kind, out)?;
            }
            writeln!(out, "</tr>")?;
        }
        writeln!(out, "</table>")?;
    }
    writeln!(out, "</div>")
}

fn cell(report: &Report, call: &str, kind: Kind, out: &mut dyn Write) -> io::Result<()> {
    let of_cell = |check: &&Planned| check.call == call && check.kind == kind && !check.canary;
    let checks = report.checks().filter(of_cell);
    let (mut all, mut good, mut worst) = (0, 0, None);
    for check in checks {
        let class = class(report, check.index);
        all += 1;
        good += usize::from(matches!(class, Class::Pass | Class::Better));
        worst = worst.max(Some(class as u8));
    }
    let colour = match worst {
        None => return write!(out, "<td class=\"none\">"),
        Some(worst) if worst == Class::Wrong as u8 => "wrong",
        Some(worst) if worst == Class::Known as u8 => "known",
        Some(_) => "pass",
    };
    match good == all {
        true => write!(out, "<td class=\"{colour}\">{all}"),
        false => write!(out, "<td class=\"{colour}\">{good} of {all}"),
    }
}

fn console(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = &report.subject_log.context;
    if !context.notes.is_empty() {
        writeln!(out, "<h2>Boots</h2>\n<ul>")?;
        for note in &context.notes {
            writeln!(out, "<li>{}", xml(&plain(note)))?;
        }
        writeln!(out, "</ul>")?;
    }
    if !report.subject_log.is_complete() && !context.last_words.is_empty() {
        writeln!(out, "<h2>Last lines of the console</h2>")?;
        lines(&context.last_words, out)?;
    }
    Ok(())
}

fn all(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h2>All checks</h2>\n<ul class=\"all\">")?;
    for check in report.checks() {
        writeln!(
            out,
            "<li data-text=\"{}\"><span class=\"word {}\">{}</span>{}",
            text(report, check.index),
            colour(class(report, check.index)),
            report.subject_log.outcomes[check.index].word(),
            xml(&check.title)
        )?;
    }
    writeln!(out, "</ul>")
}

/// The text that the filter searches.
fn text(report: &Report, check: usize) -> String {
    let planned = &report.plan.checks[check];
    let words = format!(
        "{} {} {} {} {}",
        planned.title,
        report.subject_log.outcomes[check].word(),
        planned.profile.name(),
        planned.family,
        planned.kind.name()
    );
    xml(&words.to_lowercase())
}

fn colour(class: Class) -> &'static str {
    match class {
        Class::Pass | Class::Better | Class::NotAsked => "pass",
        Class::Known => "known",
        Class::Wrong => "wrong",
    }
}
