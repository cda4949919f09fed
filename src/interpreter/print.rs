//! Printing: titles, verdicts, and the notes of failed checks.

use core::ops::Range;

use posix_conformance::log::{self, Sink, Verdict};
use posix_conformance::plan::Kind;
use posix_conformance::plan::bytecode::want;

use crate::runtime::bytecode::{
    self, CHECKS, ERRNO_COUNT, ERRNOS, NAMES, SUITE_ID, SYSCALLS, TITLES,
};
use crate::runtime::console::Line;

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
    /// The position of the current group's title.
    group: usize,
    /// The current group's kind.
    kind: Kind,
    /// The system call that the next check is about, by the number of its name.
    pub about: u8,
    /// Set where the plan names that call, so that the next row's own call does not replace it.
    about_given: bool,
    line: Line,
}

impl Printer {
    pub const fn new() -> Printer {
        Printer {
            title: 0,
            group: 0,
            kind: Kind::Positive,
            about: 0,
            about_given: false,
            line: Line::new(),
        }
    }

    /// Prints the first line of the log.
    pub fn header(&mut self) {
        log::header(self, SUITE_ID, CHECKS);
        self.line.flush();
    }

    /// Goes to the first title; the plan must be unpacked.
    pub fn begin(&mut self) {
        self.title = TITLES;
    }

    /// Prints the line that begins a group.
    pub fn section(&mut self, kind: Kind) {
        self.group = self.title;
        self.kind = kind;
        self.title = after(self.title);
        log::section(self, Printer::group_title);
        self.line.flush();
    }

    /// Sets the system call that the next check is about.
    pub fn set_about(&mut self, name: u8) {
        self.about = name;
        self.about_given = true;
    }

    /// Notes a row's own system call: the next check is about it unless another one is set.
    pub fn note_call(&mut self, syscall: Option<u8>) {
        let given = core::mem::take(&mut self.about_given);
        if let Some(name) = syscall
            && !given
        {
            self.about = name;
        }
    }

    /// Prints the line of the next check, whose want is at the position `wanted`.
    #[inline(never)]
    pub fn check(&mut self, wanted: usize, verdict: Verdict, got: Got) {
        log::verdict(self, verdict);
        self.name(self.about.into());
        self.text(": ");
        self.title = self.packed(self.title);
        match bytecode::byte(wanted) {
            want::DONE | want::IS..=want::AT_MOST | want::IS_VALUE.. => {}
            want::EITHER => {
                self.returns(bytecode::byte(wanted + 1));
                self.text(log::OR);
                self.errno(bytecode::byte(wanted + 2).into());
            }
            errno => self.returns(errno),
        }
        match verdict {
            Verdict::Pass => {}
            Verdict::Fail => self.got(got),
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
        let (group, kind) = (self.group, self.kind);
        let family = |printer: &mut Printer| {
            printer.packed(group);
        };
        log::group(self, family, kind);
    }

    /// Prints the text at a position of the plan; returns the position after it.
    fn packed(&mut self, mut position: usize) -> usize {
        loop {
            let letter = bytecode::byte(position);
            position += 1;
            match letter {
                0 => return position,
                b'%' => self.group_title(),
                _ => self.byte(letter),
            }
        }
    }

    /// Prints the name of that number: system calls come first, then errnos.
    fn name(&mut self, number: usize) {
        let mut position = NAMES;
        for _ in 0..number {
            position = after(position);
        }
        self.packed(position);
    }

    fn returns(&mut self, errno: u8) {
        self.text(log::RETURNS);
        self.errno(errno.into());
    }

    /// Prints ` (got X)`, and ` from CALL` where another call returned the result.
    fn got(&mut self, got: Got) {
        self.text(log::GOT);
        self.errno(got.result.wrapping_neg());
        if let Some(name) = (0..SYSCALLS).find(|&name| bytecode::number(name) == got.from) {
            self.text(log::FROM);
            self.name(name);
        }
        self.byte(b')');
    }

    /// Prints the name of an error number, or the negative of a number that is none.
    fn errno(&mut self, number: isize) {
        let known =
            (0..ERRNO_COUNT).find(|&index| isize::from(bytecode::byte(ERRNOS + index)) == number);
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

/// The position after the text at a position.
fn after(mut position: usize) -> usize {
    while bytecode::byte(position) != 0 {
        position += 1;
    }
    position + 1
}
