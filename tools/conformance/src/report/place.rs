//! The place in the user's own files that a finding is shown at: the entry in the file of known
//! gaps, or the first line of the target's file.

use std::path::Path;

use serde::Serialize;

use super::escape::plain;
use crate::verdict::compare::Report;
use crate::verdict::finding::{Finding, Gate};

/// A line of a file. The path is relative if the file is below the current folder.
#[derive(Serialize)]
pub(super) struct Place {
    pub file: String,
    pub line: usize,
}

impl Place {
    fn new(file: &str, line: usize) -> Place {
        let here = std::env::current_dir().unwrap_or_default();
        let path = Path::new(file);
        let path = path.strip_prefix(&here).unwrap_or(path);
        Place {
            file: plain(&path.display().to_string()),
            line,
        }
    }

    /// The first line of the target's file, or of the log that was compared.
    pub(super) fn of_subject(report: &Report) -> Place {
        Place::new(&report.file, 1)
    }

    /// The line of the entry about a check or about its call, or the target's file.
    pub(super) fn of_check(report: &Report, check: usize) -> Place {
        let planned = &report.plan.checks[check];
        Place::of_names(report, &[&planned.title, planned.call])
    }

    pub(super) fn of_finding(report: &Report, finding: &Finding) -> Place {
        match finding.check {
            Some(check) => Place::of_check(report, check),
            None => Place::of_names(report, &[&finding.title]),
        }
    }

    /// The line of the entry that a warning is about.
    pub(super) fn of_warning(report: &Report, warning: &str) -> Place {
        Place::in_gaps(report, |gate| gate.lines.line_of_warning(warning))
    }

    fn of_names(report: &Report, names: &[&str]) -> Place {
        Place::in_gaps(report, |gate| {
            names.iter().find_map(|name| gate.lines.line(name))
        })
    }

    fn in_gaps(report: &Report, line: impl Fn(&Gate) -> Option<usize>) -> Place {
        let gate = report.gate.as_ref();
        let found = gate.and_then(|gate| Some(Place::new(&gate.name, line(gate)?)));
        found.unwrap_or_else(|| Place::of_subject(report))
    }
}
