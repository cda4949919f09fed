//! One text for each cause, for an issue or a chat: each is understood without the others.

use std::io::{self, Write};

use super::Reporter;
use super::escape::plain;
use super::steps;
use super::style::Style;
use super::text;
use super::wrap::wrapped;
use crate::verdict::causes::groups::Cause;
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

/// Number of deaths and causes.
const CAUSES_MAX: usize = 20;
/// Number of checks of a cause that are shown with their scripts.
const FAILED_MAX: usize = 2;
/// Number of other checks of a cause that are all named.
const OTHERS_MAX: usize = 12;
/// Number of those that are named where they are more.
const EXAMPLES: usize = 3;
/// The line between two texts.
const RULE: &str = "----------------------------------------";

pub(super) struct Brief;

impl Reporter for Brief {
    fn write(&self, report: &Report, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let text = joined(&texts(report, style));
        out.write_all(wrapped(&text, style.width).as_bytes())
    }

    fn write_several(&self, all: &Reports, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let texts = all.all().iter().flat_map(|report| texts(report, style));
        let text = joined(&texts.collect::<Vec<_>>());
        out.write_all(wrapped(&text, style.width).as_bytes())
    }
}

fn joined(texts: &[String]) -> String {
    texts.join(&format!("{RULE}\n"))
}

/// The texts about one suite.
fn texts(report: &Report, style: Style) -> Vec<String> {
    let wrong = text::wrong_by_cause(report);
    let deaths = wrong
        .deaths
        .iter()
        .map(|&check| death(report, check, style));
    let causes = wrong.causes.iter().map(|it| cause(report, it, style));
    let all: Vec<String> = deaths.chain(causes).collect();
    let most = if style.all { usize::MAX } else { CAUSES_MAX };
    let mut texts: Vec<String> = all.iter().take(most).cloned().collect();
    let general = text::general(report);
    if texts.is_empty() || !general.is_empty() {
        let lines = [&[verdict(report)][..], &general].concat();
        texts.insert(0, lines.join("\n") + "\n");
    }
    match all.len().saturating_sub(most) {
        0 => {}
        more => texts.push(format!("and {more} more causes; --all shows them\n")),
    }
    texts
}

fn verdict(report: &Report) -> String {
    format!(
        "{}: {}",
        text::verdict(report).to_uppercase(),
        text::sentence(report)
    )
}

/// The line that says what was run.
fn about(report: &Report) -> String {
    format!(
        "of {}; posix-conformance {}, suite {:08x}",
        plain(&report.subject),
        env!("CARGO_PKG_VERSION"),
        report.plan.id
    )
}

fn death(report: &Report, check: usize, style: Style) -> String {
    let planned = &report.plan.checks[check];
    let died = match report.subject_log.outcomes[check] {
        Outcome::Hang => "the kernel hangs",
        _ => "the kernel dies",
    };
    let mut lines = vec![format!("{}: {died} in it", planned.title), about(report)];
    lines.extend(failed(report, check, style));
    let console = text::excerpt(report, check).iter();
    lines.extend(console.map(|line| format!("  | {}", plain(line))));
    lines.join("\n") + "\n"
}

fn cause(report: &Report, cause: &Cause, style: Style) -> String {
    let mut lines = vec![cause.headline(), about(report)];
    let answered = |check: &usize| matches!(report.subject_log.outcomes[*check], Outcome::Fail(_));
    let all = || cause.own.iter().chain(&cause.others).copied();
    let most = if style.all { usize::MAX } else { FAILED_MAX };
    let mut shown: Vec<usize> = all().filter(answered).take(most).collect();
    if shown.is_empty() {
        shown.extend(all().next());
    }
    for &check in &shown {
        lines.push(String::new());
        lines.push(report.plan.checks[check].title.clone());
        lines.extend(failed(report, check, style));
    }
    let others: Vec<usize> = all().filter(|check| !shown.contains(check)).collect();
    if !others.is_empty() {
        lines.push(String::new());
        let (named, some) = match others.len() > OTHERS_MAX {
            true => (EXAMPLES, ", for example"),
            false => (OTHERS_MAX, ""),
        };
        let plural = if others.len() == 1 { "" } else { "s" };
        lines.push(format!("{} more check{plural}{some}:", others.len()));
        let titles = others.iter().take(named);
        lines.extend(titles.map(|&check| format!("  {}", report.plan.checks[check].title)));
    }
    lines.join("\n") + "\n"
}

/// The lines about one check: expectation, requirement, script, and commands.
fn failed(report: &Report, check: usize, style: Style) -> Vec<String> {
    let mut lines = vec![plain(&text::message(report, check))];
    if let Some(clause) = report.spec.clause(&report.plan.checks[check].title) {
        lines.push(format!("{} ({})", clause.clause, clause.level));
        lines.push(clause.why.clone());
    }
    let script = steps::lines(report, check, style.width - 2, true);
    lines.extend(script.into_iter().map(|line| format!("  {line}")));
    lines.extend(steps::again(report, check).map(|again| format!("again: {again}")));
    lines.push(format!("alone: {}", steps::alone_command(report, check)));
    lines
}
