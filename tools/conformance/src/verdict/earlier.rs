//! An earlier report, and what has changed since.

use std::collections::BTreeMap;
use std::path::Path;

use packer::suites::{self, CORE, Suite};
use serde::Deserialize;

use super::compare::Report;
use super::outcome::Outcome;
use crate::error::{Error, Result};
use crate::plan::{described, is_same};

/// The part of a report in JSON that is compared.
#[derive(Clone, Debug, Deserialize)]
struct Document {
    format: String,
    /// The processor; a report without it is of x86-64.
    #[serde(default)]
    arch: Option<String>,
    /// The suite id.
    #[serde(default)]
    suite: String,
    subject: String,
    checks: Vec<Check>,
}

#[derive(Clone, Debug, Deserialize)]
struct Check {
    name: String,
    outcome: String,
    got: Option<Got>,
}

#[derive(Clone, Debug, Deserialize)]
struct Got {
    value: String,
}

/// An earlier report of a target.
#[derive(Clone, Debug)]
pub struct Earlier {
    pub name: String,
    pub subject: String,
    checks: BTreeMap<String, (String, Option<String>)>,
}

/// A report of several suites in JSON: a report of each, by its name.
#[derive(Clone, Debug, Deserialize)]
struct Documents {
    suites: BTreeMap<String, Document>,
}

/// One difference between two reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// `mended`, `broken`, `changed`, `new` or `gone`.
    pub word: &'static str,
    pub title: String,
    pub text: String,
}

impl Earlier {
    /// Reads a report of a suite that `--format json` wrote, alone or among others; none where
    /// it is not among these.
    ///
    /// # Errors
    /// The file cannot be read, or is no such report, or one of another suite or processor: exit
    /// code 2.
    pub(crate) fn read(path: &Path, suite: &Suite) -> Result<Option<Earlier>> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::file(path, &error))?;
        let wrong = |why: &str| {
            let path = path.display();
            Error::usage(format!("{path}: no report of --format json: {why}"))
        };
        let document: Document = match serde_json::from_str::<Documents>(&text) {
            Ok(mut all) => match all.suites.remove(suite.name) {
                Some(document) => document,
                None => return Ok(None),
            },
            Err(_) => serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?,
        };
        if document.format != "posix-conformance report" {
            return Err(wrong("its format is another"));
        }
        let arch = document.arch.as_deref();
        let arch = arch.unwrap_or(CORE.processor.name());
        let id = u32::from_str_radix(&document.suite, 16).ok();
        let known = id.and_then(suites::by_id);
        let is_other = known.is_some_and(|known| !is_same(known, suite));
        if arch != suite.processor.name() || is_other {
            return Err(Error::usage(format!(
                "{} is a report of {}, not of {}",
                path.display(),
                known.map_or_else(|| arch.to_string(), described),
                described(suite)
            )));
        }
        let check = |check: Check| (check.name, (check.outcome, check.got.map(|got| got.value)));
        Ok(Some(Earlier {
            name: path.display().to_string(),
            subject: document.subject,
            checks: document.checks.into_iter().map(check).collect(),
        }))
    }

    /// The changes since: first the checks that no longer pass.
    pub(crate) fn changes(&self, report: &Report) -> Vec<Change> {
        let mut changes = Vec::new();
        let described = |word: &str, got: Option<&str>| match got {
            Some(got) => format!("{word}, got {got}"),
            None => word.to_string(),
        };
        for check in report.checks() {
            let outcome = &report.subject_log.outcomes[check.index];
            let is = outcome.described();
            let got = outcome.got().map(|got| got.value.clone());
            let (word, text) = match self.checks.get(&check.title) {
                None => ("new", is),
                Some((before, was)) if *before == outcome.word() && *was == got => continue,
                Some((before, was)) => {
                    let word = match (before.as_str(), outcome) {
                        ("pass", _) => "broken",
                        (_, Outcome::Pass) => "mended",
                        _ => "changed",
                    };
                    (
                        word,
                        format!("{is}; before: {}", described(before, was.as_deref())),
                    )
                }
            };
            changes.push(Change {
                word,
                title: check.title.clone(),
                text,
            });
        }
        let is_whole = report.subject_log.context.only.is_none();
        let gone = self.checks.keys().filter(|_| is_whole);
        for title in gone.filter(|title| report.plan.find(title).is_none()) {
            changes.push(Change {
                word: "gone",
                title: title.clone(),
                text: "not in the plan any more".to_string(),
            });
        }
        let order = ["broken", "changed", "mended", "new", "gone"];
        changes.sort_by_key(|change| order.iter().position(|word| *word == change.word));
        changes
    }
}
