//! The file of a target's known gaps.
//!
//! An entry allows one outcome of one check, with one value got. With any other outcome of the
//! check, a pass included, the gate fails until the entry is removed or changed.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use toml::value::{Date, Datetime};

use crate::error::{Error, Result};
use crate::toml_file;

/// The outcomes that an entry can allow.
const ALLOWED_OUTCOMES: [&str; 6] = [
    "skipped",
    "blocked",
    "fail",
    "unimplemented",
    "crash",
    "hang",
];

/// A target's file of known gaps.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gaps {
    /// The titles of checks that must pass even where the oracle fails.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_pass: Vec<String>,
    /// The reason why the kernel need not do the plan in one boot: its resources may run out, and
    /// the checks that failed for want of them count as they answer after a new boot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exhaustion: Option<String>,
    /// Not written if empty: TOML has no `[[gap]]` after `gap = []`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gap: Vec<Gap>,
}

/// An entry: one known gap.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    pub check: String,
    pub outcome: String,
    /// The value got, or the reason why the check was not asked, as in its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The last day on which the entry is valid, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Datetime>,
}

impl Gaps {
    /// Reads a file of known gaps; `file` is its name for messages.
    ///
    /// # Errors
    /// The text is not TOML, or an entry contradicts itself or another.
    pub fn parse(file: &str, text: &str) -> Result<Gaps> {
        let gaps: Gaps = toml_file::parse(file, text)?;
        match gaps.mistake() {
            Some(mistake) => Err(Error::usage(format!("{file}: {mistake}"))),
            None => Ok(gaps),
        }
    }

    /// The first entry that contradicts itself or another.
    fn mistake(&self) -> Option<String> {
        if let Some(reason) = &self.exhaustion
            && reason.trim().is_empty()
        {
            return Some("the reason is empty: exhaustion".to_string());
        }
        let mut seen = BTreeSet::new();
        for gap in &self.gap {
            let title = &gap.check;
            if !seen.insert(title) {
                return Some(format!("two entries of one check: {title}"));
            }
            if self.must_pass.contains(title) {
                return Some(format!("both in must_pass and in an entry: {title}"));
            }
            if !ALLOWED_OUTCOMES.contains(&gap.outcome.as_str()) {
                let allowed = ALLOWED_OUTCOMES.join(", ");
                return Some(format!("the outcome of {title} must be one of {allowed}"));
            }
            let has_value = ["fail", "unimplemented"].contains(&gap.outcome.as_str());
            // The line of a blocked check has a reason, unless it was never asked.
            if gap.outcome != "blocked" && has_value != gap.got.is_some() {
                let need = if has_value { "needs" } else { "cannot have" };
                return Some(format!(
                    "an outcome of {} {need} a got: {title}",
                    gap.outcome
                ));
            }
            if gap.reason.trim().is_empty() {
                return Some(format!("the reason is empty: {title}"));
            }
            if gap.expires.is_some_and(|expires| expires.date.is_none()) {
                return Some(format!("expires must have a date: {title}"));
            }
        }
        None
    }

    /// The text of the file.
    pub fn text(&self, target: &str) -> Result<String> {
        let body = toml_file::text("the gaps", self)?;
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
