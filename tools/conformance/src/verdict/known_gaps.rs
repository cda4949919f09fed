//! The file of a target's known gaps.
//!
//! An entry allows one outcome of one check, with one value got, or one call that the kernel does
//! not have: all checks of that call, and those that it blocks. With any other outcome of one of
//! them, a pass included, the gate fails until the entry is removed or changed.

use std::collections::BTreeSet;

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
/// The outcomes that an entry of a call can allow: of a call under test, and of a helper.
const ALLOWED_OF_CALL: [&str; 2] = [MISSING, BLOCKED];
/// The outcome of a call's own checks where the kernel does not have the call.
pub(super) const MISSING: &str = "unimplemented";
/// The outcome of checks of other calls.
pub(super) const BLOCKED: &str = "blocked";

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
    /// The title of a check; an entry has this or a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// A call: the entry is about its own checks and those that it blocks. With the outcome
    /// `blocked` it is about the latter alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    pub outcome: String,
    /// The value got, or the reason why the check was not asked, as in its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub got: Option<String>,
    /// The number of checks that an entry of a call is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks: Option<usize>,
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
            let name = gap.name();
            if !seen.insert((gap.check.is_some(), name)) {
                let subject = if gap.check.is_some() { "check" } else { "call" };
                return Some(format!("two entries of one {subject}: {name}"));
            }
            if self.must_pass.iter().any(|title| title == name) {
                return Some(format!("both in must_pass and in an entry: {name}"));
            }
            if let Some(mistake) = gap.mistake() {
                return Some(format!("{mistake}: {name}"));
            }
        }
        None
    }
}

impl Gap {
    /// The check or the call that the entry is about.
    pub fn name(&self) -> &str {
        let name = self.check.as_deref().or(self.call.as_deref());
        name.unwrap_or_default()
    }

    /// A contradiction in the entry.
    fn mistake(&self) -> Option<String> {
        if self.check.is_some() == self.call.is_some() {
            return Some("an entry needs either a check or a call".to_string());
        }
        let (subject, allowed) = match self.check {
            Some(_) => ("a check", &ALLOWED_OUTCOMES[..]),
            None => ("a call", &ALLOWED_OF_CALL[..]),
        };
        if !allowed.contains(&self.outcome.as_str()) {
            let allowed = allowed.join(", ");
            return Some(format!("the outcome of {subject} must be one of {allowed}"));
        }
        let has_value = self.check.is_some() && ["fail", MISSING].contains(&&*self.outcome);
        // The line of a blocked check has a reason, unless it was never asked.
        let may_have = self.check.is_some() && self.outcome == BLOCKED;
        if !may_have && has_value != self.got.is_some() {
            let need = if has_value { "needs" } else { "cannot have" };
            return Some(format!("an outcome of {} {need} a got", self.outcome));
        }
        if self.check.is_some() && self.checks.is_some() {
            return Some("an entry of a check cannot have a number of checks".to_string());
        }
        if self.reason.trim().is_empty() {
            return Some("the reason is empty".to_string());
        }
        if self.expires.is_some_and(|expires| expires.date.is_none()) {
            return Some("expires must have a date".to_string());
        }
        None
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
