//! Printing: titles, verdicts, and the notes of failed checks.

use core::ops::Range;

use posix_conformance::log::{self, Sink, Verdict, Word};
use posix_conformance::plan::arena::POISON;
use posix_conformance::plan::bytecode::{set, want};
use posix_conformance::plan::{Kind, Profile};

use super::decode::Reader;
use crate::runtime::bytecode::{
    CHECKS, ERRNOS, FIRST_FAMILY, FIRST_WORD, NAMES, SUITE_ID, SYSCALLS, VOCABULARY,
};
use crate::runtime::console::Line;
use crate::runtime::control;
use crate::runtime::kernel::{self, Source};

/// The upper halves of results that are addresses of memory, whatever returned them.
const ADDRESSES: Range<u32> = 1..1 << 15;
/// The result of a call that the watchdog ended, and of memory that the kernel did not write: four
/// bytes of poison, printed as `nothing`.
///
/// Two would be a process id or a time in microseconds that a kernel may well return.
pub const NOTHING: isize = i32::from_ne_bytes([POISON; 4]) as isize;
/// Results of the memory calls from here on are addresses.
const ADDRESS_MIN: isize = 4096;

/// A result that did not meet the expectation.
#[derive(Clone, Copy)]
pub struct Got {
    pub result: isize,
    pub source: Source,
    /// Set where the result is the check's own.
    pub asked: bool,
}

impl Got {
    /// Returns whether the result is four or eight bytes of poison, by the lower four.
    pub fn is_nothing(&self) -> bool {
        self.result as i32 == NOTHING as i32
    }
}

/// The line that is being printed, and the plan, which contains its texts.
#[repr(C)]
pub struct Printer {
    /// The number of families so far.
    families: usize,
    /// The current group's kind.
    kind: Kind,
    /// The system call that the next check is about, by the number of its name.
    pub about: usize,
    /// Set where the plan names that call, so that the next row's own call does not replace it.
    about_given: bool,
    line: Line,
    pub plan: Reader,
}

impl Printer {
    pub const fn new() -> Printer {
        Printer {
            families: 0,
            kind: Kind::Positive,
            about: 0,
            about_given: false,
            line: Line::new(),
            plan: Reader::new(),
        }
    }

    /// Prints the first line of the log.
    pub fn header(&mut self) {
        log::header(self, SUITE_ID, CHECKS, control::run());
        self.line.flush();
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

    /// Prints the line of a check, whose want and title are at these positions of the plan.
    pub fn check(&mut self, wanted: usize, title: usize, verdict: Verdict, got: Got) {
        log::verdict(self, verdict);
        self.name(self.about);
        self.byte(b':');
        self.plan.at = title;
        while let Some(word) = self.plan.word(set::WORD) {
            self.byte(b' ');
            self.text_of(VOCABULARY, word);
        }
        let kept = |after| self.plan.stream.kept(wanted + after);
        match kept(0) {
            want::DONE | want::IS..=want::AT_MOST | want::IS_VALUE.. => {}
            want::EITHER => {
                let other = kept(2);
                self.returns(kept(1));
                self.word(Word::Or);
                self.errno(other.into());
            }
            errno => self.returns(errno),
        }
        match verdict {
            Verdict::Pass => {}
            Verdict::Fail => self.failure(got),
            Verdict::Skip => self.word(Word::ToldToSkip),
        }
        self.line.flush();
    }

    /// Prints the line of a row's result.
    pub fn result(&mut self, got: &Got) {
        self.word(Word::Result);
        self.value(got);
        self.line.flush();
    }

    /// Prints the line that says why the suite has no folder: the call noted last.
    pub fn no_folder(&mut self, result: isize) {
        let got = Got {
            result,
            source: kernel::last_source(),
            asked: false,
        };
        self.word(Word::NoFolder);
        self.step(got.source);
        self.value(&got);
        self.line.flush();
    }

    /// Prints the line above and below the totals.
    pub fn rule(&mut self) {
        log::rule(self);
        self.line.flush();
    }

    /// Prints a line of totals.
    pub fn totals(&mut self, profile: Option<Profile>, tally: log::Tally) {
        log::totals(self, profile, tally);
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
        self.text_of(NAMES, number);
    }

    /// Prints the text that comes so many texts after a position of the tables.
    #[inline(never)]
    fn text_of(&mut self, mut position: usize, mut texts: usize) {
        loop {
            let letter = self.plan.stream.tables()[position];
            position += 1;
            match letter {
                0 if texts == 0 => return,
                0 => texts -= 1,
                _ if texts > 0 => {}
                b'%' => self.group_title(),
                _ => self.byte(letter),
            }
        }
    }

    fn returns(&mut self, errno: u8) {
        self.word(Word::Returns);
        self.errno(errno.into());
    }

    /// Prints what a failed check got, or why it was not asked.
    fn failure(&mut self, got: Got) {
        let word = got.source.word();
        let asked = got.asked && word.is_none();
        self.word(if asked { Word::Got } else { Word::NotAsked });
        match word {
            Some(word) => self.name(FIRST_WORD + word),
            None => {
                if !asked {
                    self.step(got.source);
                }
                self.value(&got);
            }
        }
        self.byte(b')');
    }

    /// Prints the part of a step's failure before the value.
    fn step(&mut self, source: Source) {
        let known = (0..SYSCALLS).find(|&name| source.is_call(self.plan.stream.number(name)));
        let word = match known {
            Some(name) => {
                self.name(name);
                Word::Returned
            }
            None => Word::StepFound,
        };
        self.word(word);
    }

    /// Prints a result: the name of an error, a number, or a word.
    fn value(&mut self, got: &Got) {
        let Got { result, source, .. } = *got;
        let memory = source.is_memory_call() && result >= ADDRESS_MIN;
        if got.is_nothing() {
            self.word(Word::Nothing);
        } else if memory || ADDRESSES.contains(&((result >> 32) as u32)) {
            // Two runs must print the same bytes, wherever the kernel maps memory.
            self.word(Word::Address);
        } else if source == Source::FOUND {
            self.signed(result);
        } else {
            self.errno(result.wrapping_neg());
        }
    }

    /// Prints the name of an error number, or the negative of a number that is none.
    fn errno(&mut self, number: isize) {
        let mut errno = 0;
        let known = self.plan.stream.tables()[ERRNOS..NAMES]
            .iter()
            .position(|&step| {
                errno += isize::from(step);
                errno == number
            });
        match known {
            Some(index) => self.name(SYSCALLS + index),
            None => self.signed(number.wrapping_neg()),
        }
    }

    fn signed(&mut self, number: isize) {
        if number < 0 {
            self.byte(b'-');
        }
        self.number(number.unsigned_abs() as u64);
    }
}

impl Sink for Printer {
    #[inline(never)]
    fn word(&mut self, word: Word) {
        self.name(FIRST_WORD + word as usize);
    }

    fn byte(&mut self, byte: u8) {
        self.line.byte(byte);
    }
}
