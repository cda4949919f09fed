//! The grammar of the log, version 1. Only this file writes and reads its lines.
//!
//! The ELF writes to a [`Sink`] piece by piece, because its names are packed. The host tool reads
//! with [`Line::parse`]. Every line is plain ASCII and ends in a line feed.

use crate::plan::{Kind, Profile};

/// The line above and below the totals.
pub const RULE: &str = "============================================================";
/// The kinds in a section line, in the order of [`Kind`].
pub const KINDS: [&str; 3] = [
    Kind::Positive.name(),
    Kind::Negative.name(),
    Kind::Boundary.name(),
];
/// The start of the note after a failed check; `)` ends it.
pub const GOT: &str = " (got ";
/// The separator before the call that returned the result, where it is not the check's own call.
pub const FROM: &str = " from ";
/// The separator before the error that a check expects.
pub const RETURNS: &str = " returns ";
/// The separator between two errors, either of which will do.
pub const OR: &str = " or ";
/// The note after a skipped check.
pub const SKIPPED: &str = " (told to skip)";
/// That note without its brackets.
pub const TOLD_TO_SKIP: &str = "told to skip";

/// The result of one check as the ELF reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Pass,
    Fail,
    Skip,
}

/// The numbers of checks that passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Tally {
    pub fn total(self) -> u32 {
        self.passed + self.failed + self.skipped
    }

    pub fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Fail => self.failed += 1,
            Verdict::Skip => self.skipped += 1,
        }
    }
}

/// The destination of the pieces of a line.
pub trait Sink {
    fn byte(&mut self, byte: u8);

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
    }

    /// Writes a number in decimal.
    fn number(&mut self, number: u64) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.byte(b'0' + (number % 10) as u8);
    }

    /// Writes a number as eight lower-case hexadecimal digits.
    fn hex(&mut self, number: u32) {
        for nibble in (0..8).rev() {
            let digit = (number >> (4 * nibble)) as u8 & 15;
            self.byte(if digit < 10 {
                b'0' + digit
            } else {
                b'a' - 10 + digit
            });
        }
    }
}

/// Writes `posix-conformance 0.1.0 log 1 suite 8c41f0d2 plan 512`.
pub fn header<S: Sink>(sink: &mut S, suite: u32, plan: u32) {
    sink.text(concat!(
        "posix-conformance ",
        env!("CARGO_PKG_VERSION"),
        " log 1 suite "
    ));
    sink.hex(suite);
    sink.text(" plan ");
    sink.number(plan.into());
}

/// Writes `=== FAMILY: KIND tests ===`; `title` writes the text between the equals signs.
pub fn section<S: Sink>(sink: &mut S, title: impl FnOnce(&mut S)) {
    sink.text("=== ");
    title(sink);
    sink.text(" ===");
}

/// Writes the title of a group, `FAMILY: KIND tests`; `family` writes the first part.
pub fn group<S: Sink>(sink: &mut S, family: impl FnOnce(&mut S), kind: Kind) {
    family(sink);
    sink.text(": ");
    sink.text(kind.name());
    sink.text(" tests");
}

/// Writes the start of a check line, before the title.
pub fn verdict<S: Sink>(sink: &mut S, verdict: Verdict) {
    sink.text("  [");
    sink.text(match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::Skip => "SKIP",
    });
    sink.text("] ");
}

/// Writes `PSE51: 300 passed, 0 failed` or `SUMMARY: ..`, with skipped checks where there are any.
pub fn totals<S: Sink>(sink: &mut S, label: &str, tally: Tally) {
    sink.text(label);
    sink.text(": ");
    sink.number(tally.passed.into());
    sink.text(" passed, ");
    sink.number(tally.failed.into());
    sink.text(" failed");
    if tally.skipped > 0 {
        sink.text(", ");
        sink.number(tally.skipped.into());
        sink.text(" skipped");
    }
}

/// Writes `END crc32 1a2b3c4d`.
pub fn end<S: Sink>(sink: &mut S, crc: u32) {
    sink.text("END crc32 ");
    sink.hex(crc);
}

/// The checksum of IEEE 802.3 (reflected, polynomial 0x04c11db7), computed a byte at a time.
///
/// The state is stored complemented: it begins as 0, which takes no byte of the file.
#[derive(Clone, Copy, Debug)]
pub struct Crc32(u32);

impl Crc32 {
    /// The polynomial of IEEE 802.3, reflected.
    pub const POLYNOMIAL: u32 = 0xedb8_8320;

    pub const fn new() -> Crc32 {
        Crc32(0)
    }

    pub fn byte(&mut self, byte: u8) {
        let mut state = !self.0 ^ u32::from(byte);
        for _ in 0..8 {
            state = (state >> 1) ^ (Self::POLYNOMIAL & (state & 1).wrapping_neg());
        }
        self.0 = !state;
    }

    pub fn value(self) -> u32 {
        self.0
    }
}

impl Default for Crc32 {
    fn default() -> Crc32 {
        Crc32::new()
    }
}

/// One line of a log. Reading is strict: a text that the ELF does not write is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    Header {
        version: &'a str,
        suite: u32,
        plan: u32,
    },
    Section {
        title: &'a str,
    },
    Check {
        verdict: Verdict,
        title: &'a str,
        note: Option<&'a str>,
    },
    Rule,
    Totals {
        label: &'a str,
        tally: Tally,
    },
    End {
        crc: u32,
    },
}

impl<'a> Line<'a> {
    /// Reads one line without its line feed.
    pub fn parse(line: &'a str) -> Option<Line<'a>> {
        if line == RULE {
            return Some(Line::Rule);
        }
        if let Some(rest) = line.strip_prefix("  [") {
            return parse_check(rest);
        }
        if let Some(title) = line
            .strip_prefix("=== ")
            .and_then(|rest| rest.strip_suffix(" ==="))
        {
            let known = KINDS.iter().any(|kind| {
                title
                    .strip_suffix(" tests")
                    .and_then(|t| t.strip_suffix(kind))
                    .is_some_and(|family| family.len() > 2 && family.ends_with(": "))
            });
            return known.then_some(Line::Section { title });
        }
        if let Some(crc) = line.strip_prefix("END crc32 ") {
            return Some(Line::End { crc: hex(crc)? });
        }
        if let Some(rest) = line.strip_prefix("posix-conformance ") {
            return parse_header(rest);
        }
        let (label, counts) = line.split_once(": ")?;
        let known = label == "SUMMARY" || Profile::ALL.map(Profile::name).contains(&label);
        known.then_some(Line::Totals {
            label,
            tally: parse_tally(counts)?,
        })
    }
}

fn parse_header(rest: &str) -> Option<Line<'_>> {
    let (version, rest) = rest.split_once(" log 1 suite ")?;
    let (suite, plan) = rest.split_once(" plan ")?;
    let plain = !version.is_empty() && !version.contains(' ');
    plain.then_some(Line::Header {
        version,
        suite: hex(suite)?,
        plan: decimal(plan)?,
    })
}

fn parse_check(rest: &str) -> Option<Line<'_>> {
    let (word, title) = rest.split_once("] ")?;
    let verdict = match word {
        "PASS" => Verdict::Pass,
        "FAIL" => Verdict::Fail,
        "SKIP" => Verdict::Skip,
        _ => return None,
    };
    let (title, note) = match verdict {
        Verdict::Pass => (title, None),
        Verdict::Fail => {
            let (title, got) = title.strip_suffix(')')?.rsplit_once(GOT)?;
            (title, Some(got))
        }
        Verdict::Skip => (title.strip_suffix(SKIPPED)?, Some(TOLD_TO_SKIP)),
    };
    Some(Line::Check {
        verdict,
        title,
        note,
    })
}

/// Reads `300 passed, 0 failed`, and `, 1 skipped` after it where that is not 0.
fn parse_tally(counts: &str) -> Option<Tally> {
    let mut parts = counts.split(", ");
    let mut take = |word: &str| parts.next().map(|part| decimal(part.strip_suffix(word)?));
    let passed = take(" passed")??;
    let failed = take(" failed")??;
    let skipped = match take(" skipped") {
        None => 0,
        Some(count) => count.filter(|&count| count > 0)?,
    };
    parts.next().is_none().then_some(Tally {
        passed,
        failed,
        skipped,
    })
}

/// Reads a decimal number without a sign and without leading zeros.
fn decimal(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok())?
}

/// Reads eight lower-case hexadecimal digits.
fn hex(text: &str) -> Option<u32> {
    let plain = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u32::from_str_radix(text, 16).ok())?
}
