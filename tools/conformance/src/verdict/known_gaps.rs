//! Known gaps: what a target is allowed to get wrong, until when, and why.
//!
//! An entry allows exactly one wrong outcome with exactly one wrong value. Whatever else happens to
//! its check, the check passing included, fails the gate until the entry is struck off or changed.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use toml::value::{Date, Datetime};

use crate::error::{Error, Result};

/// The outcomes that may be allowed; a lost line proves nothing and cannot be.
const ALLOWED: [&str; 5] = ["skipped", "fail", "unimplemented", "crash", "hang"];

/// A target's file of known gaps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// Checks that must pass, whatever the oracle does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_pass: Vec<String>,
    /// Left out where there is none: TOML takes no `[[gap]]` below a `gap = []`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gap: Vec<Gap>,
}

/// One known gap.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    pub check: String,
    pub outcome: String,
    /// The wrong value, as the check's line has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which the entry holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Datetime>,
}

impl Gaps {
    /// Reads a file of known gaps; `file` is its name for messages.
    pub fn parse(file: &str, text: &str) -> Result<Gaps> {
        let gaps: Gaps = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or("", |span| &text[..span.start]);
            let line = before.matches('\n').count() + 1;
            Error::usage(format!("{file}:{line}: {}", error.message()))
        })?;
        match gaps.fault() {
            Some(fault) => Err(Error::usage(format!("{file}: {fault}"))),
            None => Ok(gaps),
        }
    }

    fn fault(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        for gap in &self.gap {
            let title = &gap.check;
            if !seen.insert(title) {
                return Some(format!("twice: {title}"));
            }
            if self.must_pass.contains(title) {
                return Some(format!("must pass and may fail at once: {title}"));
            }
            if !ALLOWED.contains(&gap.outcome.as_str()) {
                let allowed = ALLOWED.join(", ");
                return Some(format!("outcome of {title} is none of {allowed}"));
            }
            let has_value = ["fail", "unimplemented"].contains(&gap.outcome.as_str());
            if has_value != gap.got.is_some() {
                let need = if has_value { "needs" } else { "cannot have" };
                return Some(format!(
                    "an outcome of {} {need} a got: {title}",
                    gap.outcome
                ));
            }
            if gap.reason.trim().is_empty() {
                return Some(format!("no reason: {title}"));
            }
            if gap.expires.is_some_and(|expires| expires.date.is_none()) {
                return Some(format!("expires is no date: {title}"));
            }
        }
        None
    }

    /// The file's text.
    pub fn text(&self, target: &str) -> Result<String> {
        let body = toml::to_string(self)
            .map_err(|error| Error::usage(format!("writing the gaps: {error}")))?;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# Known gaps of {target}; `cargo conformance bless` writes them."
        );
        Ok(text + &body)
    }
}

/// The date of today in UTC.
pub fn today() -> Date {
    let today = OffsetDateTime::now_utc().date();
    Date {
        year: today.year().try_into().unwrap_or_default(),
        month: today.month().into(),
        day: today.day(),
    }
}
