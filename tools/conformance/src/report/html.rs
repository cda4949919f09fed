//! One self-contained page: the verdict, the causes, a map of all system calls, the changes, and
//! each check.
//!
//! The page loads nothing, and its content security policy forbids it. Without scripts only the
//! filter and the buttons are missing.

use std::io::{self, Write};

use packer::plan::Profile;

use super::escape::{plain, xml};
use super::html_map::{State, map};
use super::style::Style;
use super::surroundings;
use super::text::{self, Class, class};
use super::{Reporter, html_suites, links, steps};
use crate::plan::{Planned, name_of};
use crate::verdict::causes::groups::Cause;
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

/// The style sheet, for screens, phones, dark mode and print.
const LOOK: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
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
        writeln!(out, "{FILTER}")?;
        one(report, out)?;
        foot(out)
    }

    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        html_suites::page(all, out)
    }
}

/// The report of a suite below its verdict.
pub(super) fn one(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    causes(report, out)?;
    map(report, out)?;
    since(report, out)?;
    changes(report, out)?;
    console(report, out)?;
    checks(report, out)
}

/// An anchor of a suite, which no other suite on the page has.
fn own(base: &str, report: &Report) -> String {
    name_of(base, &report.plan.suite)
}

/// The field that filters the page; the script shows it.
pub(super) const FILTER: &str = r#"<div class="filter" hidden><input id="filter" type="search"
aria-label="Filter checks"
placeholder="Filter: a call, a word of a title, fail, crash, PSE52 ..."></div>"#;

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

/// The end of a page with its script.
pub(super) fn foot(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<script>{SCRIPT}</script>\n</body>\n</html>")
}

/// The anchor of a check: its title without the characters that an anchor cannot have.
pub(super) fn anchor(title: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || "-_.:,".contains(c);
    title
        .chars()
        .map(|c| if kept(c) { c } else { '_' })
        .collect()
}

pub(super) fn verdict(report: &Report, out: &mut dyn Write) -> io::Result<()> {
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
    for line in [text::warnings(report), surroundings::lines(report)].concat() {
        writeln!(out, "<p>warning: {}</p>", xml(&line))?;
    }
    writeln!(out, "<dl class=\"facts\">")?;
    for (name, value) in facts(report) {
        writeln!(out, "<dt>{name}<dd>{}", xml(&plain(&value)))?;
    }
    writeln!(out, "</dl>\n</header>")?;
    html_suites::table("profile", &text::totals(report), out)
}

/// The target, the time and the oracle of the run.
fn facts(report: &Report) -> Vec<(&'static str, String)> {
    let plan = report.plan;
    let context = &report.subject_log.context;
    let mut facts = report.facts.clone();
    let suite = format!("{:08x}, {} checks", plan.id, plan.checks.len());
    facts.push(("suite", suite));
    facts.push(("oracle", report.oracle_name.clone()));
    let boots = match report.subject_log.boots {
        1 => "1 boot".to_string(),
        more => format!("{more} boots"),
    };
    let seconds = report.elapsed.map_or_else(String::new, |elapsed| {
        format!(", {:.1} s{}", elapsed.as_secs_f64(), context.with())
    });
    facts.push(("run", boots + &seconds));
    let left = context.accelerators_left.iter();
    facts.extend(left.map(|left| ("not with", left.clone())));
    let now = time::OffsetDateTime::now_utc();
    let (date, hour, minute) = (now.date(), now.hour(), now.minute());
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let date = format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02} UTC");
    facts.push(("date", date));
    let tool = concat!("posix-conformance ", env!("CARGO_PKG_VERSION"));
    facts.push(("tool", tool.to_string()));
    facts
}

/// The wrong checks: those in which the kernel died, then the others by cause, each with what it
/// blocks folded below.
fn causes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
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
    let wrong = text::wrong_by_cause(report);
    let count = wrong.deaths.len() + wrong.causes.len();
    let (checks, count) = (checks.len(), counted(count, "cause"));
    writeln!(
        out,
        "<h2 id=\"{}\">Wrong: {checks}, by {count}</h2>",
        own("causes", report)
    )?;
    for check in wrong.deaths {
        entry(report, check, out)?;
    }
    for one in wrong.causes {
        cause(report, &one, out)?;
    }
    if !wrong.not_red.is_empty() {
        writeln!(out, "<h3>Not red</h3>")?;
    }
    for check in wrong.not_red {
        entry(report, check, out)?;
    }
    Ok(())
}

fn cause(report: &Report, cause: &Cause, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h3>{}</h3>", xml(&cause.headline()))?;
    let answered = |check: &usize| matches!(report.subject_log.outcomes[*check], Outcome::Fail(_));
    let all = || cause.own.iter().chain(&cause.others).copied();
    for check in all().filter(answered) {
        entry(report, check, out)?;
    }
    let rest: Vec<usize> = all().filter(|check| !answered(check)).collect();
    if rest.is_empty() {
        return Ok(());
    }
    let own = rest.iter().filter(|check| cause.own.contains(check));
    let words = match own.count() {
        0 => format!("{} could not be asked", counted(rest.len(), "check")),
        _ => format!(
            "{} that cannot pass without it",
            counted(rest.len(), "check")
        ),
    };
    writeln!(out, "<details class=\"fold\"><summary>{words}</summary>")?;
    for check in rest {
        entry(report, check, out)?;
    }
    writeln!(out, "</details>")
}

/// A number and a noun.
fn counted(count: usize, noun: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{s}")
}

/// The changes since an earlier report.
fn since(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(earlier) = &report.earlier else {
        return Ok(());
    };
    let changes = earlier.changes(report);
    let name = xml(&plain(&format!("{} of {}", earlier.name, earlier.subject)));
    writeln!(
        out,
        "<h2 id=\"{}\">Since <span class=\"faint\">{name}</span></h2>\n<details open>\n\
         <summary>{}</summary>\n<div class=\"wide\"><table>",
        own("since", report),
        counted(changes.len(), "change")
    )?;
    for change in changes {
        let title = match report.plan.find(&change.title) {
            Some(check) => link(check),
            None => xml(&plain(&change.title)),
        };
        let text = xml(&plain(&change.text));
        writeln!(out, "<tr><td>{}<td>{title}<td>{text}</tr>", change.word)?;
    }
    writeln!(out, "</table></div>\n</details>")
}

/// The differences from the oracle and from the known gaps.
fn changes(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let findings = report.gate.iter().flat_map(|gate| &gate.findings);
    let titled = |check: Option<usize>, title: &str| match check {
        Some(check) => link(&report.plan.checks[check]),
        None => xml(title),
    };
    let mut lines: Vec<String> = findings
        .map(|finding| {
            let (word, title) = (finding.kind.word(), titled(finding.check, &finding.title));
            format!("<tr><td>{word}<td>{title}<td>{}</tr>", xml(&finding.text))
        })
        .collect();
    for check in text::checks_of(report, Class::Better) {
        let title = titled(Some(check), "");
        let oracle = xml(&report.oracle_log.outcomes[check].described());
        lines.push(format!(
            "<tr><td>better<td>{title}<td>the oracle: {oracle}</tr>"
        ));
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
         <summary>{}</summary>\n<div class=\"wide\"><table>\n{}\n</table></div>\n</details>",
        counted(lines.len(), "change"),
        lines.join("\n")
    )
}

/// A link to a check on this page.
fn link(check: &Planned) -> String {
    let title = &check.title;
    format!("<a href=\"#{}\">{}</a>", anchor(title), xml(title))
}

/// A check in full; open where the kernel died in it.
fn entry(report: &Report, check: usize, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let (word, title) = (outcome.word(), xml(&planned.title));
    let open = match outcome {
        Outcome::Crash | Outcome::Hang if class(report, check) == Class::Wrong => " open",
        _ => "",
    };
    writeln!(
        out,
        "<details{open} id=\"{}\" data-text=\"{}\">\n<summary><span class=\"word {}\">{word}\
         </span>{title}</summary>",
        anchor(&planned.title),
        filtered(report, check),
        State::of(report, check).style(),
    )?;
    if class(report, check) != Class::Pass {
        outcome_of(report, check, out)?;
    }
    if let Some(clause) = report.spec.clause(&planned.title) {
        let place = match links::clause(&clause.clause) {
            Some(page) => web(&page, &clause.clause),
            None => xml(&clause.clause),
        };
        let (level, why) = (xml(&clause.level), xml(&clause.why));
        writeln!(out, "<p>{place} ({level}). {why}</p>")?;
    }
    if steps::explains(report, check) {
        lines(&steps::lines(report, check, WIDTH, true), out)?;
    }
    if class(report, check) != Class::Pass {
        let again = steps::again(report, check).into_iter();
        for command in again.chain([steps::alone_command(report, check)]) {
            writeln!(
                out,
                "<p class=\"command\"><code>{}</code></p>",
                xml(&command)
            )?;
        }
        lines(text::excerpt(report, check), out)?;
    }
    writeln!(out, "</details>")
}

/// The outcome of a check, and why it is as it is.
fn outcome_of(report: &Report, check: usize, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    writeln!(
        out,
        "<dl>\n<dt>expected<dd>{}\n<dt>got<dd>{}",
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
    let link = report.known(check).and_then(|gap| gap.link.as_deref());
    if let Some(address) = link.filter(|address| links::is_web(address)) {
        writeln!(out, "<dt>issue<dd>{}", web(address, address))?;
    }
    let place = format!(
        "{}, {}, {}",
        planned.profile.name(),
        planned.family,
        planned.kind.name()
    );
    writeln!(out, "<dt>where<dd>{}\n</dl>", xml(&place))
}

/// A link to another page.
fn web(address: &str, text: &str) -> String {
    let (address, text) = (xml(address), xml(text));
    format!("<a href=\"{address}\" rel=\"noopener noreferrer\">{text}</a>")
}

pub(super) fn lines(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = lines.iter().map(|line| xml(&plain(line))).collect();
    writeln!(out, "<pre>{}</pre>", lines.join("\n"))
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

/// All checks by group. Those that are wrong are above, and have a link here.
fn checks(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<h2 id=\"{}\">All checks</h2>", own("checks", report))?;
    for profile in Profile::ALL {
        for (group, title) in report.plan.groups.iter().enumerate() {
            let of_group = |check: &&Planned| check.group == group && check.profile == profile;
            let checks: Vec<&Planned> = report.checks().filter(of_group).collect();
            if checks.is_empty() {
                continue;
            }
            let (title, name, count) = (xml(title), profile.name(), checks.len());
            writeln!(
                out,
                "<h3>{title} <span class=\"faint\">{name}, {count}</span></h3>"
            )?;
            for check in checks {
                match text::is_above(report, check.index) {
                    false => entry(report, check.index, out)?,
                    true => listed(report, check, out)?,
                }
            }
        }
    }
    Ok(())
}

/// A check that is in full above.
fn listed(report: &Report, check: &Planned, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<p class=\"listed\" data-text=\"{}\"><span class=\"word {}\">{}</span>{}</p>",
        filtered(report, check.index),
        State::of(report, check.index).style(),
        report.subject_log.outcomes[check.index].word(),
        link(check)
    )
}

/// The text that the filter searches.
fn filtered(report: &Report, check: usize) -> String {
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
