//! Lines of a run that a kernel's message split in two or three, joined again.
//!
//! The plan says what the next line must be, up to its verdict, so only the position of the split
//! is guessed. A wrong guess does no harm: the checksum covers every byte of every line.

use packer::abi::Errno;
use packer::log::{Line, RULE, SKIPPED, Verdict, Word};

use super::boot::Boot;
use crate::plan::{self, Plan, Step};
use crate::verdict::outcome::Got;

/// Number of bytes of a text that count: no line of a run is longer.
const LINE_MAX: usize = 320;
/// Number of texts held that may hold fragments of the line.
const HELD_MAX: usize = 8;
/// Number of guesses for one line. After them only a whole line counts, so that the time for any
/// input is linear.
const GUESSES_MAX: u32 = 4096;

/// Number of guesses that a text counts for.
const TEXT_GUESSES: u32 = 4;

/// The possible texts of the next line.
pub(super) struct Expected {
    /// Whole lines.
    whole: Vec<String>,
    /// The beginnings of a failed check's line, up to what it got or why it was not asked.
    failed: Vec<String>,
}

impl Expected {
    /// The next line of a boot, or its header line under a run id where none has begun.
    pub(super) fn next(plan: &Plan, boot: Option<&Boot>, run: Option<u32>) -> Expected {
        let mut failed = Vec::new();
        let step = boot.and_then(|boot| plan.steps.get(boot.next_step()));
        let whole = match (step.copied(), boot) {
            (Some(Step::Section(group)), _) => vec![plan.section(group)],
            (Some(Step::Check(check)), _) => {
                let begin = plan.verdict(check, Verdict::Fail);
                failed = [Word::Got, Word::NotAsked]
                    .map(|word| begin.clone() + word.text())
                    .into();
                vec![
                    plan.verdict(check, Verdict::Pass),
                    plan.verdict(check, Verdict::Skip) + SKIPPED,
                ]
            }
            (Some(Step::Rule), _) => vec![RULE.to_string()],
            (Some(Step::Profile(profile)), Some(boot)) => {
                vec![plan::totals_line(Some(profile), boot.tally(profile))]
            }
            (Some(Step::Summary), Some(boot)) => {
                vec![plan::totals_line(None, boot.tally_of_all())]
            }
            (Some(Step::End), Some(boot)) => vec![plan::end_line(boot.checksum())],
            _ => vec![plan.header_of(run)],
        };
        Expected { whole, failed }
    }

    /// The lines as far as they are known before they come.
    fn known(&self) -> impl Iterator<Item = &String> {
        self.whole.iter().chain(&self.failed)
    }

    /// Number of bytes with which both the text and an expected line begin.
    fn common_beginning(&self, text: &str) -> usize {
        let common = |line: &String| common_prefix(line, text);
        self.known().map(common).max().unwrap_or(0)
    }

    /// Number of bytes at the beginning of a text that go on where a fragment may have ended.
    fn common_middle(&self, begin: &str, text: &str) -> usize {
        let common = |line: &String| {
            let ends = 1..=common_prefix(line, begin);
            ends.map(|end| common_prefix(&line[end..], text)).max()
        };
        self.known().filter_map(common).max().unwrap_or(0)
    }

    /// The expected line at the end of a text, after a message without a line feed.
    fn after_message(&self, text: &str) -> Option<String> {
        let whole = self.whole.iter().find(|line| text.ends_with(line.as_str()));
        let failed = || {
            self.failed.iter().find_map(|begin| {
                let line = &text[text.rfind(begin.as_str())?..];
                is_failed_line(line).then(|| line.to_string())
            })
        };
        let line = whole.cloned().or_else(failed)?;
        is_message(&text[..text.len() - line.len()]).then_some(line)
    }

    /// The expected line around a message without a line feed.
    fn around_message(&self, text: &str) -> Option<String> {
        let begins = self.common_beginning(text);
        if begins == 0 {
            return None;
        }
        // The message begins with a bracket.
        let messages = text.match_indices(['[', '<']).map(|(at, _)| at);
        let mut messages = messages
            .filter(|&at| at > 0 && is_message(&text[at..]))
            .take(8);
        messages.find_map(|at| {
            // A blank before the bracket can be the message's.
            let blanks = text[..at].len() - text[..at].trim_end().len();
            (at - blanks.min(at - 1)..=at)
                .rev()
                .find_map(|at| self.around(&text[..at], &text[at..]))
        })
    }

    /// The expected line that begins with a text and ends at the end of another, which begins with
    /// a message.
    fn around(&self, begin: &str, rest: &str) -> Option<String> {
        let whole = self.whole.iter().find(|line| {
            let missing = line.strip_prefix(begin).filter(|end| !end.is_empty());
            let message = missing.and_then(|end| rest.strip_suffix(end));
            message.is_some_and(is_message)
        });
        let whole_line = |(message, end): (&str, &str)| {
            let line = format!("{begin}{end}");
            (is_failed_line(&line) && is_message(message)).then_some(line)
        };
        let failed = |fixed: &String| {
            let missing = fixed.strip_prefix(begin);
            if let Some(missing) = missing.filter(|missing| !missing.is_empty()) {
                // The last blank of the beginning is in the note as well.
                let mut places = rest.rmatch_indices(missing).take(8);
                return places.find_map(|(at, _)| whole_line(rest.split_at(at)));
            }
            begin.strip_prefix(fixed.as_str())?;
            // The note goes on after the message with as many letters as it can have.
            let inside = rest.strip_suffix(')')?;
            let is_note = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-');
            let note = inside.trim_end_matches(is_note).len();
            let mut ends = (note..=inside.len()).map(|at| rest.split_at(at));
            whole_line(ends.find(|(_, end)| is_failed_line(&format!("{begin}{end}")))?)
        };
        whole
            .cloned()
            .or_else(|| self.failed.iter().find_map(failed))
    }

    /// The expected line that begins in one text and is ended by another.
    fn across(&self, begin: &str, end: &str, guesses: &mut u32) -> Option<String> {
        let whole = self.whole.iter().find(|line| {
            line.ends_with(end)
                && line.len() > end.len()
                && line.len() - end.len() <= common_prefix(line, begin)
        });
        let ended = end.is_empty() || end.ends_with(')');
        let mut failed = |fixed: &String| {
            let common = common_prefix(fixed, begin);
            let last = if common == fixed.len() {
                begin.len().min(LINE_MAX)
            } else {
                common
            };
            (1..=last).rev().find_map(|cut| {
                let fits = cut >= fixed.len() || end.starts_with(&fixed[cut..]);
                if !fits || !guess(guesses) {
                    return None;
                }
                let line = format!("{}{end}", &begin[..cut]);
                is_failed_line(&line).then_some(line)
            })
        };
        let mut beginnings = self.failed.iter().filter(|_| ended);
        whole.cloned().or_else(|| beginnings.find_map(&mut failed))
    }

    /// The expected line that begins in one text, goes on in the next and is ended by a third.
    fn across_two(&self, begin: &str, next: &str, end: &str, guesses: &mut u32) -> Option<String> {
        let first = next.bytes().next()?;
        self.known().find_map(|known| {
            let common = common_prefix(known, begin);
            let goes_on = |cut: &usize| known.as_bytes().get(*cut) == Some(&first);
            let in_known = (1..=common).rev().filter(goes_on);
            // In the note nothing is known but that a message follows.
            let note = if common == known.len() {
                common..begin.len()
            } else {
                0..0
            };
            let in_note = note.filter(|&cut| is_message(&begin[cut..])).take(4);
            in_note.chain(in_known).find_map(|cut| {
                let line = format!("{}{next}", &begin[..cut]);
                guess(guesses).then(|| self.across(&line, end, guesses))?
            })
        })
    }
}

/// Joins the fragments of a line; holds them until the last comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reassembler {
    /// Texts that may begin with a fragment, and the number of bytes for which this is known.
    held: Vec<(usize, String)>,
    guesses: u32,
}

impl Reassembler {
    /// Drops the fragments, because a whole line came.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.guesses = 0;
    }

    /// Takes a text that is no line of a run; the expected line, if the text completes it.
    pub(crate) fn take(&mut self, text: &str, expected: &Expected) -> Option<String> {
        let mut line = expected.after_message(text);
        if line.is_none() && self.is_guessing() {
            self.guesses += TEXT_GUESSES;
            line = expected
                .around_message(text)
                .or_else(|| self.join(text, expected));
            if line.is_none() {
                self.hold(text, expected);
            }
        }
        if line.is_some() {
            self.clear();
        }
        line
    }

    /// Returns whether any text may be a fragment, because another is held.
    pub(super) fn is_waiting(&self) -> bool {
        !self.held.is_empty() && self.is_guessing()
    }

    fn is_guessing(&self) -> bool {
        self.guesses <= GUESSES_MAX
    }

    /// The expected line, if a text is its last fragment.
    fn join(&mut self, end: &str, expected: &Expected) -> Option<String> {
        if end.len() > LINE_MAX {
            return None;
        }
        let Reassembler { held, guesses } = self;
        let in_three = |is_next: &dyn Fn(&str) -> bool, guesses: &mut u32| {
            (1..held.len()).rev().find_map(|next| {
                let (before, next) = (&held[..next], held[next].1.as_str());
                let mut begins = before.iter().rev().filter(|_| is_next(next));
                begins.find_map(|(_, begin)| expected.across_two(begin, next, end, guesses))
            })
        };
        // A text with a message after its first bytes is most likely a fragment.
        if let Some(line) = in_three(&before_message, guesses) {
            return Some(line);
        }
        let mut begins = held.iter().rev();
        let line = begins.find_map(|(_, begin)| expected.across(begin, end, guesses));
        line.or_else(|| in_three(&|next| !before_message(next), guesses))
    }

    /// Keeps a text that may begin with a fragment.
    fn hold(&mut self, text: &str, expected: &Expected) {
        // The text is ASCII, so that every index is a boundary of characters.
        let text = &text[..text.len().min(LINE_MAX)];
        let middle = |(_, begin): &(usize, String)| expected.common_middle(begin, text);
        let middle = self.held.iter().map(middle).max().unwrap_or(0);
        let known = expected.common_beginning(text).max(middle);
        if known == 0 {
            return;
        }
        if self.held.len() == HELD_MAX {
            let least = (0..HELD_MAX).min_by_key(|&at| self.held[at].0);
            let least = least.filter(|&at| self.held[at].0 <= known);
            let Some(least) = least else { return };
            self.held.remove(least);
        }
        self.held.push((known, text.to_string()));
    }
}

/// Counts a guess; false if there were too many.
fn guess(guesses: &mut u32) -> bool {
    *guesses += 1;
    *guesses <= GUESSES_MAX
}

fn common_prefix(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .take_while(|(a, b)| a == b)
        .count()
}

/// Returns whether a text is the line of a failed check, in which each error has a name that the
/// suite prints.
fn is_failed_line(line: &str) -> bool {
    let Some(Line::Check {
        verdict: Verdict::Fail,
        note: Some(note),
        ..
    }) = Line::parse(line)
    else {
        return false;
    };
    let is_error = |word: &&str| word.starts_with('E') && word.len() > 1;
    let mut errors = note.split(' ').filter(is_error);
    Got::parse(note).is_some() && errors.all(|name| Errno::from_name(name).is_some())
}

/// Returns whether a text has a message after its first bytes.
fn before_message(text: &str) -> bool {
    let mut messages = text.match_indices(['[', '<']).take(8);
    messages.any(|(at, _)| at > 0 && is_message(&text[at..]))
}

/// Returns whether a text has the form of a kernel's message: a time or a level in brackets at its
/// beginning. A line of a run with altered bytes has not.
fn is_message(text: &str) -> bool {
    let text = text.trim_start();
    let bracketed = |open, close| {
        text.strip_prefix(open).is_some_and(|rest: &str| {
            let end = rest.bytes().take(25).position(|byte| byte == close);
            end.is_some_and(|end| !rest[..end].trim().is_empty() && rest.len() > end + 1)
        })
    };
    bracketed('[', b']') || bracketed('<', b'>')
}
