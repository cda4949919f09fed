//! Lines that a kernel's message broke in two, put together again.
//!
//! What the next line must be is known from the plan, up to its verdict, so only the place of the
//! tear is guessed. A wrong guess does no harm: the checksum covers every byte of every line.

use posix_conformance::log::{Line, Verdict};

use crate::verdict::outcome::Got;

/// What the next line may be.
pub struct Expected {
    /// Whole lines.
    pub whole: Vec<String>,
    /// The beginning of a failed check's line, up to where `(got ..)` says what came.
    pub failed: Option<String>,
}

impl Expected {
    /// How much of the beginning of an awaited line this text begins with.
    fn begun(&self, text: &str) -> usize {
        let common = |line: &String| common_prefix(line, text);
        self.whole
            .iter()
            .chain(&self.failed)
            .map(common)
            .max()
            .unwrap_or(0)
    }

    /// The awaited line at the end of one that a message without a line feed stands before.
    fn behind_message(&self, text: &str) -> Option<String> {
        let whole = self.whole.iter().find(|line| text.ends_with(line.as_str()));
        let failed = self.failed.as_ref().and_then(|begin| {
            let line = &text[text.rfind(begin.as_str())?..];
            is_failed_line(line).then(|| line.to_string())
        });
        let line = whole.cloned().or(failed)?;
        is_message(&text[..text.len() - line.len()]).then_some(line)
    }

    /// The awaited line around a message that stands inside it, all in one line.
    fn around_message(&self, text: &str) -> Option<String> {
        self.whole.iter().find_map(|line| {
            let before = common_prefix(line, text);
            let reversed = |s: &str| s.bytes().rev().collect::<Vec<u8>>();
            let behind = reversed(line)
                .iter()
                .zip(reversed(text))
                .take_while(|(a, b)| **a == *b)
                .count();
            let fits = (1..=before).rev().any(|cut| {
                let rest = line.len() - cut;
                rest > 0
                    && rest <= behind
                    && cut + rest < text.len()
                    && is_message(&text[cut..text.len() - rest])
            });
            fits.then(|| line.clone())
        })
    }

    /// The awaited line that begins in one line and ends as the other.
    fn across(&self, begin: &str, end: &str) -> Option<String> {
        let whole = self.whole.iter().find(|line| {
            line.ends_with(end)
                && line.len() > end.len()
                && line.len() - end.len() <= common_prefix(line, begin)
        });
        let failed = || {
            let fixed = self.failed.as_ref()?;
            let common = common_prefix(fixed, begin);
            let last = if common == fixed.len() {
                begin.len()
            } else {
                common
            };
            (1..=last).rev().find_map(|cut| {
                let line = format!("{}{end}", &begin[..cut]);
                (line.starts_with(fixed.as_str()) && is_failed_line(&line)).then_some(line)
            })
        };
        whole.cloned().or_else(failed)
    }
}

/// The beginning of a line whose end has not come yet.
#[derive(Clone, Debug, Default)]
pub struct Reassembler {
    begin: Option<String>,
}

impl Reassembler {
    /// Forgets what it holds: a whole line came.
    pub fn clear(&mut self) {
        self.begin = None;
    }

    /// Takes a line that is none of the log's; the awaited line, if this completes it.
    pub fn take(&mut self, text: &str, awaited: &Expected) -> Option<String> {
        if let Some(line) = awaited
            .behind_message(text)
            .or_else(|| awaited.around_message(text))
        {
            self.begin = None;
            return Some(line);
        }
        if let Some(begin) = &self.begin
            && let Some(line) = awaited.across(begin, text)
        {
            self.begin = None;
            return Some(line);
        }
        let begun = awaited.begun(text);
        let before = self
            .begin
            .as_deref()
            .map_or(0, |begin| awaited.begun(begin));
        if begun > 0 && begun >= before {
            self.begin = Some(text.to_string());
        }
        None
    }
}

fn common_prefix(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}

fn is_failed_line(line: &str) -> bool {
    matches!(
        Line::parse(line),
        Some(Line::Check { verdict: Verdict::Fail, note: Some(note), .. })
            if Got::parse(note).is_some()
    )
}

/// Whether a text looks like a kernel's message: a time or a level in brackets, or a level as
/// syslog writes it. A line that is merely altered does not.
fn is_message(text: &str) -> bool {
    let text = text.trim_start();
    let bracketed = |open, close| {
        text.strip_prefix(open)
            .and_then(|rest: &str| rest.split_once(close))
            .is_some_and(|(inside, rest): (&str, &str)| {
                !inside.trim().is_empty() && inside.len() <= 24 && !rest.is_empty()
            })
    };
    bracketed('[', ']') || bracketed('<', '>')
}
