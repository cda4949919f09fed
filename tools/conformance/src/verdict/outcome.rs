//! The outcome of one check.

use std::fmt;

use packer::abi::Errno;
use packer::log::{Note, VARIES, Word, is_result};
use serde::Serialize;

use crate::plan::{ChildRow, Plan};

/// The result that a failed check got, or why it was not asked: the note in its line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Got {
    /// The name of an error, a number, or the words for no result.
    pub value: String,
    /// The call that returned it, if that is not the check's own but one of its setup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Set where the check was not asked, and the value is the reason in words.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub not_asked: bool,
}

impl Got {
    /// Parses the text in brackets at the end of the line.
    pub fn parse(note: &str) -> Option<Got> {
        let (value, from, not_asked) = match Note::parse(note)? {
            Note::Got(value) => (value, None, false),
            Note::Returned { call, value } => (value, Some(call), false),
            Note::NotAsked(words) => (words, None, true),
        };
        let is_call = |call: &str| {
            !call.is_empty()
                && call
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let known = if not_asked { is_reason } else { is_value };
        (known(value) && from.is_none_or(is_call)).then(|| Got {
            value: value.to_string(),
            from: from.map(str::to_string),
            not_asked,
        })
    }

    /// The number that a step before the check found, or else that the check's own step got, and
    /// true for the latter.
    fn number(&self) -> Option<(usize, bool)> {
        match self.value.strip_prefix(Word::StepFound.text()) {
            Some(found) if self.not_asked => Some((found.parse().ok()?, false)),
            _ if self.from.is_some() || self.not_asked => None,
            _ => Some((self.value.parse().ok()?, true)),
        }
    }

    /// The row of a child process that the note of a check speaks of: `REAP()` had this result.
    pub(crate) fn in_child(&self, plan: &Plan, check: usize) -> Option<ChildRow> {
        let (number, is_check) = self.number()?;
        plan.failed_in_child(check, number, is_check)
    }

    /// The text by which files of known gaps name it.
    pub fn note(&self) -> String {
        match &self.from {
            Some(from) => format!("{from}{}{}", Word::Returned.text(), self.value),
            None => self.value.clone(),
        }
    }

    /// The value, and the error's name if the ELF printed its number.
    fn named(&self) -> String {
        let number = self
            .value
            .strip_prefix('-')
            .and_then(|digits| digits.parse().ok());
        match number.and_then(|number| Errno(number).name()) {
            Some(name) => format!("{} ({name})", self.value),
            None => self.value.clone(),
        }
    }

    /// Returns whether the check was not asked for this reason.
    pub fn is(&self, reason: Word) -> bool {
        self.not_asked && self.value == reason.text()
    }

    /// Returns whether there is no value: the kernel did not write the memory that a row reads, or
    /// the ELF's watchdog ended a call that blocked.
    pub fn blocked(&self) -> bool {
        !self.not_asked && self.value == Word::Nothing.text()
    }
}

/// Returns whether a text is the name of an error, a number, or the word for another result.
fn is_value(value: &str) -> bool {
    value != VARIES && is_result(value)
}

/// Returns whether a text is a reason why a check was not asked.
fn is_reason(words: &str) -> bool {
    match words.strip_prefix(Word::StepFound.text()) {
        Some(value) => is_value(value),
        None => Word::REASONS.iter().any(|reason| reason.text() == words),
    }
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            Some(from) => write!(f, "{from}{}{}", Word::Returned.text(), self.named()),
            None => f.write_str(&self.named()),
        }
    }
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Pass,
    /// The user asked for it.
    Skipped,
    /// It could not be asked, or what it rests on is itself wrong; with the reason in its line, if
    /// there is one.
    Blocked(Option<Got>),
    Fail(Got),
    /// It failed because a call returned ENOSYS.
    Unimplemented(Got),
    /// The kernel, or the ELF, died in it.
    Crash,
    /// No more output came.
    Hang,
    /// Its line is missing or garbled.
    Lost,
}

impl Outcome {
    /// The names of all outcomes, from best to worst.
    pub const WORDS: [&str; 8] = [
        "pass",
        "skipped",
        "blocked",
        "fail",
        "unimplemented",
        "crash",
        "hang",
        "lost",
    ];

    /// The outcome of a check of a call whose line is a FAIL.
    ///
    /// A step that makes the same call counts as the check where the kernel does not have the call.
    pub fn failed(call: &str, got: Got) -> Outcome {
        let own = got.from.as_deref().is_none_or(|from| from == call);
        match got.value.as_str() {
            "ENOSYS" if own => Outcome::Unimplemented(got),
            _ if got.not_asked || got.from.is_some() => Outcome::Blocked(Some(got)),
            _ => Outcome::Fail(got),
        }
    }

    /// True where a boot left the check out, or a step that it needs: no answer of the kernel.
    pub fn is_left_out(&self) -> bool {
        match self {
            Outcome::Blocked(None) => true,
            Outcome::Blocked(Some(got)) => got.is(Word::StepLeftOut),
            _ => false,
        }
    }

    /// The wrong answer of a check that is blocked because a call that it rests on is wrong.
    pub(super) fn wrong_answer(&self) -> Option<&Got> {
        match self {
            Outcome::Blocked(Some(got)) if !got.not_asked && got.from.is_none() => Some(got),
            _ => None,
        }
    }

    /// True where a check is blocked and has a wrong answer.
    pub(crate) fn is_wrong_answer(&self) -> bool {
        self.wrong_answer().is_some()
    }

    /// Index in [`Outcome::WORDS`]: of several outcomes of a check, the highest counts.
    ///
    /// `blocked` is above `pass`, so that it hides no gap, and below `fail`: a wrong answer proves
    /// more of the check than the want of one.
    pub fn severity(&self) -> usize {
        match self {
            Outcome::Pass => 0,
            Outcome::Skipped => 1,
            Outcome::Blocked(_) => 2,
            Outcome::Fail(_) => 3,
            Outcome::Unimplemented(_) => 4,
            Outcome::Crash => 5,
            Outcome::Hang => 6,
            Outcome::Lost => 7,
        }
    }

    pub fn word(&self) -> &'static str {
        Outcome::WORDS[self.severity()]
    }

    /// The name of the outcome, with the value got or the reason.
    pub fn described(&self) -> String {
        let word = match self.is_wrong_answer() {
            true => "blocked with a wrong answer",
            false => self.word(),
        };
        described(word, self.got().map(Got::note).as_deref())
    }

    pub fn got(&self) -> Option<&Got> {
        match self {
            Outcome::Fail(got) | Outcome::Unimplemented(got) | Outcome::Blocked(Some(got)) => {
                Some(got)
            }
            _ => None,
        }
    }
}

/// An outcome's name, with the value got or the reason why a check was not asked.
pub(super) fn described(word: &str, note: Option<&str>) -> String {
    match note {
        Some(reason) if word == "blocked" => format!("{word}: {reason}"),
        Some(value) => format!("{word}, got {value}"),
        None => word.to_string(),
    }
}
