//! GitLab's Code Quality: an issue for each check that is wrong, at the user's own file.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io::{self, Write};

use serde::Serialize;

use super::Reporter;
use super::escape::{ascii, fenced, plain};
use super::place::Place;
use super::steps;
use super::style::Style;
use super::text::{self, Class};
use crate::verdict::compare::Report;
use crate::verdict::finding::Finding;
use crate::verdict::outcome::Outcome;
use crate::verdict::reports::Reports;

/// Columns of a script.
const WIDTH: usize = 100;

pub(super) struct CodeQuality;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

/// The text below an issue.
#[derive(Serialize)]
struct Content {
    body: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

impl Location {
    fn at(place: Place) -> Location {
        Location {
            path: place.file,
            lines: Lines { begin: place.line },
        }
    }
}

impl Reporter for CodeQuality {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        array(&issues(report), out)
    }

    fn write_several(&self, all: &Reports, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let issues = all.all().iter().flat_map(issues);
        array(&issues.collect::<Vec<_>>(), out)
    }
}

fn array(issues: &[Issue], out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(issues)?;
    writeln!(out, "{}", ascii(&text))
}

/// The issues of one suite.
fn issues(report: &Report) -> Vec<Issue> {
    let defects = text::defects(report).into_iter().map(|line| Issue {
        fingerprint: fingerprint(&format!("{}\n{line}", report.subject)),
        description: line,
        check_name: "run: complete and proven".to_string(),
        severity: "blocker",
        location: Location::at(Place::of_subject(report)),
        content: None,
    });
    let unattributed = text::unattributed(report).map(|found| unattributed(report, found));
    let warnings = text::warnings(report)
        .into_iter()
        .map(|line| warning(report, line));
    let wrong = text::checks_of(report, Class::Wrong).map(|check| finding(report, check));
    let all = defects.chain(unattributed).chain(wrong).chain(warnings);
    all.collect()
}

/// An entry that is not valid for much longer.
fn warning(report: &Report, line: String) -> Issue {
    let location = Location::at(Place::of_warning(report, &line));
    Issue {
        fingerprint: fingerprint(&format!("{}\n{line}", report.subject)),
        description: line,
        check_name: "known gaps: an entry expires soon".to_string(),
        severity: "info",
        location,
        content: None,
    }
}

/// A finding about no check of the plan: a title that is not in it, an entry of a call.
fn unattributed(report: &Report, found: &Finding) -> Issue {
    let title = plain(&found.title);
    Issue {
        fingerprint: fingerprint(&format!(
            "{}\n{title}\n{}",
            report.subject,
            found.kind.word()
        )),
        description: plain(&format!("{title}: {}", found.text)),
        check_name: title,
        severity: "major",
        location: Location::at(Place::of_finding(report, found)),
        content: None,
    }
}

fn finding(report: &Report, check: usize) -> Issue {
    let title = &report.plan.checks[check].title;
    let outcome = &report.subject_log.outcomes[check];
    Issue {
        description: plain(&format!("{title}: {}", text::message(report, check))),
        check_name: title.clone(),
        fingerprint: fingerprint(&format!("{}\n{title}\n{}", report.subject, outcome.word())),
        severity: match outcome {
            Outcome::Crash | Outcome::Hang => "critical",
            Outcome::Lost => "blocker",
            Outcome::Fail(_) => "major",
            _ => "minor",
        },
        location: Location::at(Place::of_check(report, check)),
        content: steps::explains(report, check).then(|| Content {
            body: fenced(&steps::explained(report, check, WIDTH)),
        }),
    }
}

/// The identity of an issue over pipelines: two checksums of a text.
fn fingerprint(text: &str) -> String {
    let backward: Vec<u8> = text.bytes().rev().collect();
    format!(
        "{:08x}{:08x}",
        crc32fast::hash(text.as_bytes()),
        crc32fast::hash(&backward)
    )
}
