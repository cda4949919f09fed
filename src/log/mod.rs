//! The grammar of the log, version 2. Only this file writes and reads its lines.
//!
//! The ELF writes to a [`Sink`] piece by piece, because its names are packed. The host tool reads
//! with [`Line::parse`]. Every line is plain ASCII and ends in a line feed.

mod read;

use crate::plan::{Kind, Profile};

pub use read::{VARIES, is_result};
use read::{hex, is_step, parse_check, parse_header, parse_tally};

/// The line above and below the totals.
pub const RULE: &str = "============================================================";
/// The kinds in a section line, in the order of [`Kind`].
pub const KINDS: [&str; 3] = [
    Kind::Positive.name(),
    Kind::Negative.name(),
    Kind::Boundary.name(),
];
/// The note after a skipped check.
pub const SKIPPED: &str = Word::ToldToSkip.text();
/// That note without its brackets.
pub const TOLD_TO_SKIP: &str = "told to skip";

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident $text:expr;)*) => {
        /// A text in the lines of a log. The ELF has them among its packed names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Word { $($(#[$doc])* $name,)* }

        impl Word {
            /// Every text, in the order of the variants.
            pub const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

words! {
    /// The parts of the header line.
    Header concat!("posix-conformance ", env!("CARGO_PKG_VERSION"), " log 2 suite ");
    Plan " plan ";
    Run " run ";
    /// The start of the line of a row's result, before the result.
    Result "  = ";
    /// The starts of check lines, in the order of [`Verdict`].
    Pass "  [PASS] ";
    Fail "  [FAIL] ";
    Skip "  [SKIP] ";
    /// The ends of groups' titles, in the order of [`Kind`].
    Positive ": positive tests";
    Negative ": negative tests";
    Boundary ": boundary tests";
    /// The start and the end of a section line.
    Section "=== ";
    SectionEnd " ===";
    /// The starts of lines of totals: a profile, in the order of [`Profile`], and all of them.
    Pse51 "PSE51: ";
    Pse52 "PSE52: ";
    Pse53 "PSE53: ";
    Summary "SUMMARY: ";
    /// The parts of a line of totals.
    Passed " passed, ";
    Failed " failed";
    Comma ", ";
    Skipped " skipped";
    /// The start of the last line.
    End "END crc32 ";
    /// The start of the note, before what the check's own call returned or what was counted.
    Got " (got ";
    /// The start of the note where the check was not asked.
    NotAsked " (not asked: ";
    /// The separator between a call before the check and its result.
    Returned " returned ";
    /// The text before a result that no call returned: a step looked at memory, or counted.
    StepFound "a step found ";
    /// The value of memory that the kernel did not write, and of a call that did not return before
    /// the watchdog ended it.
    Nothing "nothing";
    /// The value of a result that is an address of memory.
    Address "an address";
    /// The separator before the error that a check expects.
    Returns " returns ";
    /// The separator between two errors, either of which will do.
    Or " or ";
    /// The note after a skipped check.
    ToldToSkip " (told to skip)";
    /// No result: a thread or a child process of the script lasts.
    ThreadLasts "a thread did not end";
    /// No result: clone(2) returned 0 to its caller.
    NoThread "a thread did not start";
    /// No result: a step was skipped, or it would have closed a standard descriptor.
    StepLeftOut "a step was left out";
    /// No result: the kernel accepted a signal handler and does not report it.
    NoHandler "a handler was not installed";
    /// The texts from here on are not in the core suite.
    ///
    /// No result: the call that makes a child process returned 0 to its caller.
    NoChild "a child did not start";
    /// No result: a child process lasts.
    ChildLasts "a child did not end";
    /// The start of the line that says why no folder can be made, before the call.
    NoFolder "no folder: ";
    Pse54 "PSE54: ";
    Linux "Linux: ";
}

impl Word {
    /// The reasons why a check was not asked that are whole texts.
    pub const REASONS: [Word; 6] = [
        Word::ThreadLasts,
        Word::NoThread,
        Word::StepLeftOut,
        Word::NoHandler,
        Word::NoChild,
        Word::ChildLasts,
    ];
    /// The texts that a log of the core suite may have.
    pub const CORE: &[&str] = Word::TEXTS.split_at(Word::NoChild as usize).0;

    pub const fn text(self) -> &'static str {
        Word::TEXTS[self as usize]
    }
}

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

    fn word(&mut self, word: Word) {
        self.text(word.text());
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

/// Writes `posix-conformance 0.2.0 log 2 suite 8c41f0d2 plan 512`, and ` run 5f3a11c0` after it
/// where the run id is not 0.
pub fn header<S: Sink>(sink: &mut S, suite: u32, plan: u32, run: u32) {
    sink.word(Word::Header);
    sink.hex(suite);
    sink.word(Word::Plan);
    sink.number(plan.into());
    if run != 0 {
        sink.word(Word::Run);
        sink.hex(run);
    }
}

/// Writes `=== FAMILY: KIND tests ===`; `title` writes the text between the equals signs.
pub fn section<S: Sink>(sink: &mut S, title: impl FnOnce(&mut S)) {
    sink.word(Word::Section);
    title(sink);
    sink.word(Word::SectionEnd);
}

/// Writes the title of a group, `FAMILY: KIND tests`; `family` writes the first part.
pub fn group<S: Sink>(sink: &mut S, family: impl FnOnce(&mut S), kind: Kind) {
    family(sink);
    sink.word(match kind {
        Kind::Positive => Word::Positive,
        Kind::Negative => Word::Negative,
        Kind::Boundary => Word::Boundary,
    });
}

/// Writes the start of a check line, before the title.
pub fn verdict<S: Sink>(sink: &mut S, verdict: Verdict) {
    sink.word(match verdict {
        Verdict::Pass => Word::Pass,
        Verdict::Fail => Word::Fail,
        Verdict::Skip => Word::Skip,
    });
}

/// Writes `PSE51: 300 passed, 0 failed` or, without a profile, `SUMMARY: ..`, with skipped checks
/// where there are any.
pub fn totals<S: Sink>(sink: &mut S, profile: Option<Profile>, tally: Tally) {
    sink.word(match profile {
        Some(Profile::Pse51) => Word::Pse51,
        Some(Profile::Pse52) => Word::Pse52,
        Some(Profile::Pse53) => Word::Pse53,
        Some(Profile::Pse54) => Word::Pse54,
        Some(Profile::Linux) => Word::Linux,
        None => Word::Summary,
    });
    sink.number(tally.passed.into());
    sink.word(Word::Passed);
    sink.number(tally.failed.into());
    sink.word(Word::Failed);
    if tally.skipped > 0 {
        sink.word(Word::Comma);
        sink.number(tally.skipped.into());
        sink.word(Word::Skipped);
    }
}

/// Writes [`RULE`].
pub fn rule<S: Sink>(sink: &mut S) {
    // The text would cost 50 bytes.
    for _ in 0..RULE.len() {
        sink.byte(b'=');
    }
}

/// Writes `END crc32 1a2b3c4d`.
pub fn end<S: Sink>(sink: &mut S, crc: u32) {
    sink.word(Word::End);
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
        /// The run id, which is not 0.
        run: Option<u32>,
    },
    /// The reason why the suite has no folder to work in: it is right after the header, if at all.
    NoFolder {
        reason: &'a str,
    },
    Section {
        title: &'a str,
    },
    Check {
        verdict: Verdict,
        title: &'a str,
        /// The text in brackets at the end of the line; [`Note::parse`] reads that of a failed
        /// check.
        note: Option<&'a str>,
    },
    /// The result of a row, in a boot that traces.
    Result {
        value: &'a str,
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

/// The note of a failed check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note<'a> {
    /// The value that the check's own call returned, or that was counted.
    Got(&'a str),
    /// A call before the check returned this value; the check was not asked.
    Returned { call: &'a str, value: &'a str },
    /// The check was not asked for a reason that is no call's result: these words.
    NotAsked(&'a str),
}

impl<'a> Note<'a> {
    /// Reads the text in brackets, `got EINVAL` or `not asked: pipe2 returned ENOSYS`.
    pub fn parse(note: &'a str) -> Option<Note<'a>> {
        if let Some(value) = note.strip_prefix("got ") {
            return Some(Note::Got(value));
        }
        let words = note.strip_prefix("not asked: ")?;
        Some(match words.split_once(Word::Returned.text()) {
            Some((call, value)) => Note::Returned { call, value },
            None => Note::NotAsked(words),
        })
    }
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
        if let Some(value) = line.strip_prefix(Word::Result.text()) {
            return is_result(value).then_some(Line::Result { value });
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
        if let Some(reason) = line.strip_prefix(Word::NoFolder.text()) {
            return is_step(reason).then_some(Line::NoFolder { reason });
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
