//! JUnit's XML as GitLab reads it: a suite for each group, a case for each check.
//!
//! A check that fails as known is skipped with its reason, so that only new failures are red. A log
//! that is not complete adds a case that fails.

use std::io::{self, Write};
use std::time::Duration;

use super::Reporter;
use super::escape::{plain, xml};
use super::steps;
use super::style::Style;
use super::text::{self, Class, class};
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

/// Columns of a script.
const WIDTH: usize = 100;

pub(super) struct Junit;

impl Reporter for Junit {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        head(&report.subject, &[report], report.elapsed, out)?;
        defects(report, "run", out)?;
        let plan = report.plan;
        for (group, title) in plan.groups.iter().enumerate() {
            let of_group = report.checks().filter(|check| check.group == group);
            let checks: Vec<usize> = of_group.map(|check| check.index).collect();
            if !checks.is_empty() {
                suite(report, title, &checks, out)?;
            }
        }
        writeln!(out, "</testsuites>")
    }

    /// A suite for each suite: the class names of its cases have the groups.
    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let each: Vec<&Report> = all.all().iter().collect();
        let subject = text::sentence_of_all(all);
        let target = subject.split(": ").next().unwrap_or_default();
        head(target, &each, all.elapsed, out)?;
        for report in each {
            let name = report.plan.suite.name;
            defects(report, &format!("run.{name}"), out)?;
            let checks: Vec<usize> = report.checks().map(|check| check.index).collect();
            suite(report, name, &checks, out)?;
        }
        writeln!(out, "</testsuites>")
    }
}

/// Writes the start of the document, with the numbers of all cases.
fn head(
    subject: &str,
    reports: &[&Report],
    elapsed: Option<Duration>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (mut counts, mut extra) = (Counts::default(), 0);
    for report in reports {
        let checks: Vec<usize> = report.checks().map(|check| check.index).collect();
        let own = Counts::of(report, &checks);
        counts.tests += own.tests;
        counts.failures += own.failures;
        counts.errors += own.errors;
        extra += usize::from(!text::general(report).is_empty());
    }
    let seconds = elapsed.map_or(0.0, |elapsed| elapsed.as_secs_f64());
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        "<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" \
         time=\"{seconds:.3}\">",
        xml(subject),
        counts.tests + extra,
        counts.failures,
        counts.errors + extra
    )
}

/// Writes a case that fails in a suite of that name, if there is something about no check.
fn defects(report: &Report, name: &str, out: &mut dyn Write) -> io::Result<()> {
    let general = text::general(report);
    let Some(first) = general.first() else {
        return Ok(());
    };
    let text = xml(&general.join("\n"));
    let words = &report.subject_log.context.last_words;
    let words: Vec<String> = words.iter().map(|line| plain(line)).collect();
    let console = xml(&words.join("\n"));
    writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" \
         time=\"0\">\n    <testcase classname=\"{name}\" name=\"run: complete and proven\" \
         file=\"tests-spec\" time=\"0\">\n      <error message=\"{}\" \
         type=\"no-verdict\">{text}</error>\n      <system-out>{console}</system-out>\n    \
         </testcase>\n  </testsuite>",
        xml(first)
    )
}

#[derive(Default)]
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(report: &Report, checks: &[usize]) -> Counts {
        let mut counts = Counts::default();
        for &check in checks {
            counts.tests += 1;
            match (
                class(report, check),
                is_error(&report.subject_log.outcomes[check]),
            ) {
                (Class::Wrong, true) => counts.errors += 1,
                (Class::Wrong, false) => counts.failures += 1,
                (Class::Known, _) => counts.skipped += 1,
                _ => {}
            }
        }
        counts
    }
}

/// Returns whether JUnit calls the outcome an error (no result) and not a failure (a wrong result).
fn is_error(outcome: &Outcome) -> bool {
    matches!(
        outcome,
        Outcome::Blocked(_) | Outcome::Crash | Outcome::Hang | Outcome::Lost
    )
}

fn suite(report: &Report, title: &str, checks: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(report, checks);
    let times = checks
        .iter()
        .filter_map(|check| report.subject_log.context.times.get(check));
    writeln!(
        out,
        r#"  <testsuite name="{}" tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.3}">"#,
        xml(title),
        counts.tests,
        counts.failures,
        counts.errors,
        counts.skipped,
        times.sum::<Duration>().as_secs_f64()
    )?;
    properties(report, out)?;
    for &check in checks {
        case(report, check, out)?;
    }
    writeln!(out, "  </testsuite>")
}

/// The accelerators and the warnings, as properties of a suite; GitLab ignores them.
fn properties(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let context = &report.subject_log.context;
    let with = context.accelerator.iter().map(|name| ("accelerator", name));
    let left = context.accelerators_left.iter();
    let warnings = text::warnings(report);
    let warnings = warnings.iter().map(|warning| ("warning", warning));
    let all = with.chain(left.map(|left| ("not with", left)));
    let all: Vec<_> = all.chain(warnings).collect();
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "    <properties>")?;
    for (name, value) in all {
        let value = xml(&plain(value));
        writeln!(out, "      <property name=\"{name}\" value=\"{value}\"/>")?;
    }
    writeln!(out, "    </properties>")
}

fn case(report: &Report, check: usize, out: &mut dyn Write) -> io::Result<()> {
    let planned = &report.plan.checks[check];
    let time = report.subject_log.context.times.get(&check);
    write!(
        out,
        r#"    <testcase classname="{}.{}.{}" name="{}" file="{}" time="{:.3}""#,
        planned.profile.name(),
        xml(planned.family),
        planned.kind.name(),
        xml(&planned.title),
        xml(&text::spec_file(report, check)),
        time.map_or(0.0, |time| time.as_secs_f64())
    )?;
    let outcome = &report.subject_log.outcomes[check];
    let message = xml(&text::message(report, check));
    match class(report, check) {
        Class::Pass | Class::Better | Class::NotAsked => return writeln!(out, "/>"),
        Class::Known => {
            writeln!(out, ">\n      <skipped message=\"{message}\"/>")?;
        }
        Class::Wrong => {
            let word = if is_error(outcome) {
                "error"
            } else {
                "failure"
            };
            let kind = outcome.word();
            let clause = report.spec.clause(&planned.title);
            let mut text = clause.map_or_else(String::new, |clause| {
                format!("{} ({})\n{}", clause.clause, clause.level, clause.why)
            });
            if steps::explains(report, check) {
                for line in steps::explained(report, check, WIDTH) {
                    text += &format!("\n{line}");
                }
            }
            let text = xml(&text);
            writeln!(
                out,
                ">\n      <{word} message=\"{message}\" type=\"{kind}\">{text}</{word}>"
            )?;
        }
    }
    let lines = text::excerpt(report, check);
    if !lines.is_empty() {
        let text = lines
            .iter()
            .map(|line| plain(line))
            .collect::<Vec<_>>()
            .join("\n");
        writeln!(out, "      <system-out>{}</system-out>", xml(&text))?;
    }
    writeln!(out, "    </testcase>")
}
