//! GitLab's Code Quality: a finding for each check that is wrong, at its line of `tests-spec`.

use std::io::{self, Write};

use serde::Serialize;

use super::Reporter;
use super::escape::{ascii, fenced, plain};
use super::steps;
use super::style::Style;
use super::text::{self, Class};
use crate::verdict::compare::Report;
use crate::verdict::finding;
use crate::verdict::outcome::Outcome;

/// Columns of a script.
const WIDTH: usize = 100;

pub(super) struct CodeQuality;

#[derive(Serialize)]
struct Finding {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

/// The text below a finding.
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

impl Reporter for CodeQuality {
    fn write(&self, report: &Report, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let defects = text::defects(report).into_iter().map(|line| Finding {
            fingerprint: fingerprint(&format!("{}\n{line}", report.subject)),
            description: line,
            check_name: "run: complete and proven".to_string(),
            severity: "blocker",
            location: Location {
                path: "tests-spec".to_string(),
                lines: Lines { begin: 1 },
            },
            content: None,
        });
        let unattributed = text::unattributed(report).map(|found| unattributed(report, found));
        let warnings = text::warnings(report)
            .into_iter()
            .map(|line| warning(report, line));
        let wrong = text::checks_of(report, Class::Wrong).map(|check| finding(report, check));
        let all: Vec<Finding> = defects
            .chain(unattributed)
            .chain(wrong)
            .chain(warnings)
            .collect();
        let text = serde_json::to_string_pretty(&all)?;
        writeln!(out, "{}", ascii(&text))
    }
}

/// An entry that is not valid for much longer, at its file.
fn warning(report: &Report, line: String) -> Finding {
    let file = report.gate.as_ref().map(|gate| plain(&gate.name));
    Finding {
        fingerprint: fingerprint(&format!("{}\n{line}", report.subject)),
        description: line,
        check_name: "known gaps: an entry expires soon".to_string(),
        severity: "info",
        location: Location {
            path: file.unwrap_or_default(),
            lines: Lines { begin: 1 },
        },
        content: None,
    }
}

/// A title that is not in the plan, at the file of known gaps that lists it.
fn unattributed(report: &Report, found: &finding::Finding) -> Finding {
    let title = plain(&found.title);
    let file = report.gate.as_ref().map(|gate| plain(&gate.name));
    Finding {
        fingerprint: fingerprint(&format!(
            "{}\n{title}\n{}",
            report.subject,
            found.kind.word()
        )),
        description: plain(&format!("{title}: {}", found.text)),
        check_name: title,
        severity: "major",
        location: Location {
            path: file.unwrap_or_default(),
            lines: Lines { begin: 1 },
        },
        content: None,
    }
}

fn finding(report: &Report, check: usize) -> Finding {
    let title = &report.plan.checks[check].title;
    let outcome = &report.subject_log.outcomes[check];
    Finding {
        description: plain(&format!("{title}: {}", text::message(report, check))),
        check_name: title.clone(),
        fingerprint: fingerprint(&format!("{}\n{title}\n{}", report.subject, outcome.word())),
        severity: match outcome {
            Outcome::Crash | Outcome::Hang => "critical",
            Outcome::Lost => "blocker",
            Outcome::Fail(_) => "major",
            _ => "minor",
        },
        location: Location {
            path: text::spec_file(report, check),
            lines: Lines {
                begin: report.spec.line(title).unwrap_or(1),
            },
        },
        content: steps::explains(report, check).then(|| Content {
            body: fenced(&steps::explained(report, check, WIDTH)),
        }),
    }
}

/// The identity of a finding over pipelines: two checksums of a text.
fn fingerprint(text: &str) -> String {
    let backward: Vec<u8> = text.bytes().rev().collect();
    format!(
        "{:08x}{:08x}",
        crc32fast::hash(text.as_bytes()),
        crc32fast::hash(&backward)
    )
}
