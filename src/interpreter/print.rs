//! Printing: titles, verdicts, and the notes of failed checks.

use core::ops::Range;

use posix_conformance::log::{self, Sink, Verdict};
use posix_conformance::plan::Kind;
use posix_conformance::plan::bytecode::{set, want};

use crate::runtime::bytecode::{
    CHECKS, ERRNO_COUNT, FIRST_FAMILY, NAME_COUNT, NAMES, SUITE_ID, SYSCALLS, TITLES_STREAM,
};
use crate::runtime::console::Line;
use crate::runtime::unpack::Stream;

/// Results that are taken for addresses of memory.
const ADDRESSES: Range<isize> = 1 << 32..1 << 47;
/// The number that is printed for each of them.
const ANY_ADDRESS: isize = 4096;

/// A result that did not meet the expectation.
#[derive(Clone, Copy)]
pub struct Got {
    pub result: isize,
    /// The number of the system call that returned it; [`ITS_OWN`] where that is the check's.
    pub from: u16,
}

/// A number that no system call has.
pub const ITS_OWN: u16 = u16::MAX;

/// The line that is being printed, and the titles.
#[repr(C)]
pub struct Printer {
    /// The position of the next title.
    title: usize,
    /// The number of families so far.
    families: usize,
    /// The current group's kind.
    kind: Kind,
    /// The system call that the next check is about, by the number of its name.
    pub about: usize,
    /// Set where the plan names that call, so that the next row's own call does not replace it.
    about_given: bool,
    line: Line,
    /// The stream of titles.
    stream: Stream,
}

impl Printer {
    pub const fn new() -> Printer {
        Printer {
            title: 0,
            families: 0,
            kind: Kind::Positive,
            about: 0,
            about_given: false,
            line: Line::new(),
            stream: Stream::new(),
        }
    }

    /// Prints the first line of the log.
    pub fn header(&mut self) {
        log::header(self, SUITE_ID, CHECKS);
        self.line.flush();
    }

    /// Unpacks the names and goes to the first title.
    pub fn begin(&mut self) {
        self.stream.start(TITLES_STREAM);
        self.title = self.after(NAMES, NAME_COUNT);
    }

    /// Prints the line that begins a group.
    pub fn section(&mut self, kind: Kind, next_family: bool) {
        self.families += usize::from(next_family);
        self.kind = kind;
        log::section(self, Printer::group_title);
        self.line.flush();
    }

    /// Sets the system call that the next check is about.
    pub fn set_about(&mut self, name: usize) {
        self.about = name;
        self.about_given = true;
    }

    /// Notes a row's own system call: the next check is about it unless another one is set.
    pub fn note_call(&mut self, syscall: Option<usize>) {
        let given = core::mem::take(&mut self.about_given);
        if let Some(name) = syscall
            && !given
        {
            self.about = name;
        }
    }

    /// Prints the line of the next check, whose want is at the position `wanted` of the rows.
    #[inline(never)]
    pub fn check(&mut self, rows: &Stream, wanted: usize, verdict: Verdict, got: Got) {
        log::verdict(self, verdict);
        self.name(self.about);
        self.text(": ");
        self.title = self.letters(self.title, true);
        match rows.kept(wanted) {
            want::DONE | want::IS..=want::AT_MOST | want::IS_VALUE.. => {}
            want::EITHER => {
                self.returns(rows.kept(wanted + 1));
                self.text(log::OR);
                self.errno(rows.kept(wanted + 2).into());
            }
            errno => self.returns(errno),
        }
        match verdict {
            Verdict::Pass => {}
            Verdict::Fail => self.got(rows, got),
            Verdict::Skip => self.text(log::SKIPPED),
        }
        self.line.flush();
    }

    /// Prints the line above and below the totals.
    pub fn rule(&mut self) {
        self.text(log::RULE);
        self.line.flush();
    }

    /// Prints a line of totals.
    pub fn totals(&mut self, label: &str, tally: log::Tally) {
        log::totals(self, label, tally);
        self.line.flush();
    }

    /// Prints the last line of the log; returns whether the console took every line whole.
    pub fn end(&mut self) -> bool {
        let crc = self.line.crc();
        log::end(self, crc);
        self.line.flush();
        self.line.intact()
    }

    /// Prints the current group's title, `FAMILY: KIND tests`.
    fn group_title(&mut self) {
        let (family, kind) = (FIRST_FAMILY - 1 + self.families, self.kind);
        log::group(self, |printer| printer.name(family), kind);
    }

    /// Prints the name of that number: system calls come first, then errnos, then families.
    #[inline(never)]
    fn name(&mut self, number: usize) {
        let position = self.after(NAMES, number);
        self.letters(position, true);
    }

    /// The position that is so many texts after another one.
    fn after(&mut self, mut position: usize, texts: usize) -> usize {
        for _ in 0..texts {
            position = self.letters(position, false);
        }
        position
    }

    /// Reads the text at a position, and prints it if `printed` is set; returns the position after
    /// it.
    #[inline(never)]
    fn letters(&mut self, mut position: usize, printed: bool) -> usize {
        let mut before = 0;
        loop {
            let letter = self.stream.byte(position, set::of_letter(before));
            before = letter;
            position += 1;
            match letter {
                0 => return position,
                _ if !printed => {}
                b'%' => self.group_title(),
                _ => self.byte(letter),
            }
        }
    }

    fn returns(&mut self, errno: u8) {
        self.text(log::RETURNS);
        self.errno(errno.into());
    }

    /// Prints ` (got X)`, and ` from CALL` where another call returned the result.
    fn got(&mut self, rows: &Stream, got: Got) {
        self.text(log::GOT);
        self.errno(got.result.wrapping_neg());
        if let Some(name) = (0..SYSCALLS).find(|&name| rows.number(name) == got.from) {
            self.text(log::FROM);
            self.name(name);
        }
        self.byte(b')');
    }

    /// Prints the name of an error number, or the negative of a number that is none.
    fn errno(&mut self, number: isize) {
        let mut errno = 0;
        let known = self.stream.tables()[..ERRNO_COUNT]
            .iter()
            .position(|&step| {
                errno += isize::from(step);
                errno == number
            });
        match known {
            Some(index) => self.name(SYSCALLS + index),
            None => {
                let mut result = number.wrapping_neg();
                // Two runs must print the same bytes, wherever the kernel maps memory.
                if ADDRESSES.contains(&result) {
                    result = ANY_ADDRESS;
                }
                if result < 0 {
                    self.byte(b'-');
                }
                self.number(result.unsigned_abs() as u64);
            }
        }
    }
}

impl Sink for Printer {
    fn byte(&mut self, byte: u8) {
        self.line.byte(byte);
    }
}
