//! Lines of a run that a kernel's message split in two, joined again.
//!
//! The plan says what the next line must be, up to its verdict, so only the position of the split
//! is guessed. A wrong guess does no harm: the checksum covers every byte of every line.

use posix_conformance::log::{Line, RULE, SKIPPED, Verdict};

use super::boot::Boot;
use crate::plan::{self, Plan, Step};
use crate::verdict::outcome::Got;

/// The possible texts of the next line.
pub struct Expected {
    /// Whole lines.
    whole: Vec<String>,
    /// The beginning of a failed check's line, up to the value got.
    failed: Option<String>,
}

impl Expected {
    /// The next line of a boot, or the header line where none has begun.
    pub fn next(plan: &Plan, boot: Option<&Boot>) -> Expected {
        let mut failed = None;
        let step = boot.and_then(|boot| plan.steps.get(boot.next_step()));
        let whole = match (step.copied(), boot) {
            (Some(Step::Section(group)), _) => vec![plan.section(group)],
            (Some(Step::Check(check)), _) => {
                failed = Some(plan.verdict(check, Verdict::Fail) + " (");
                vec![
                    plan.verdict(check, Verdict::Pass),
                    plan.verdict(check, Verdict::Skip) + SKIPPED,
                ]
            }
            (Some(Step::Rule), _) => vec![RULE.to_string()],
            (Some(Step::Profile(profile)), Some(boot)) => {
                vec![plan::totals(profile.name(), boot.tally(profile))]
            }
            (Some(Step::Summary), Some(boot)) => {
                vec![plan::totals("SUMMARY", boot.tally_of_all())]
            }
            (Some(Step::End), Some(boot)) => vec![plan::end(boot.checksum())],
            _ => vec![plan.header()],
        };
        Expected { whole, failed }
    }

    /// Number of bytes with which both the text and an expected line begin.
    fn common_beginning(&self, text: &str) -> usize {
        let common = |line: &String| common_prefix(line, text);
        self.whole
            .iter()
            .chain(&self.failed)
            .map(common)
            .max()
            .unwrap_or(0)
    }

    /// The expected line at the end of a text, after a message without a line feed.
    fn after_message(&self, text: &str) -> Option<String> {
        let whole = self.whole.iter().find(|line| text.ends_with(line.as_str()));
        let failed = self.failed.as_ref().and_then(|begin| {
            let line = &text[text.rfind(begin.as_str())?..];
            is_failed_line(line).then(|| line.to_string())
        });
        let line = whole.cloned().or(failed)?;
        is_message(&text[..text.len() - line.len()]).then_some(line)
    }

    /// The expected line around a message without a line feed.
    fn around_message(&self, text: &str) -> Option<String> {
        self.whole.iter().find_map(|line| {
            let before = common_prefix(line, text);
            let reversed = |s: &str| s.bytes().rev().collect::<Vec<u8>>();
            let after = reversed(line)
                .iter()
                .zip(reversed(text))
                .take_while(|(a, b)| **a == *b)
                .count();
            let fits = (1..=before).rev().any(|cut| {
                let rest = line.len() - cut;
                rest > 0
                    && rest <= after
                    && cut + rest < text.len()
                    && is_message(&text[cut..text.len() - rest])
            });
            fits.then(|| line.clone())
        })
    }

    /// The expected line that begins in one text and is ended by another.
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

/// Joins the fragments of a line; holds the first until the last comes.
#[derive(Clone, Debug, Default)]
pub struct Reassembler {
    begin: Option<String>,
}

impl Reassembler {
    /// Drops the fragment, because a whole line came.
    pub fn clear(&mut self) {
        self.begin = None;
    }

    /// Takes a text that is no line of a run; the expected line, if the text completes it.
    pub fn take(&mut self, text: &str, expected: &Expected) -> Option<String> {
        if let Some(line) = expected
            .after_message(text)
            .or_else(|| expected.around_message(text))
        {
            self.begin = None;
            return Some(line);
        }
        if let Some(begin) = &self.begin
            && let Some(line) = expected.across(begin, text)
        {
            self.begin = None;
            return Some(line);
        }
        let common = expected.common_beginning(text);
        let held = self
            .begin
            .as_deref()
            .map_or(0, |begin| expected.common_beginning(begin));
        if common > 0 && common >= held {
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

/// Whether a text has the form of a kernel's message: a time or a level in brackets at its
/// beginning. A line of a run with altered bytes has not.
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
