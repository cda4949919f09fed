//! Decoding: bytes of the plan to arguments and expectations.
//!
//! `plan::bytecode` describes the format.

use posix_conformance::plan::arena::SELF;
use posix_conformance::plan::bytecode::{self as format, LONG_CALL, NAMED, set, value, want};

use crate::runtime::argument::Argument;
use crate::runtime::bytecode::{CALLS, NAMES, ROWS};
use crate::runtime::unpack::Stream;
use crate::runtime::{arena, kernel, pid, signals};

/// A position in the plan.
pub struct Reader {
    /// The position of the next byte.
    pub at: usize,
    /// The position of the current row's first byte.
    pub row: usize,
    /// Set where the current row's call is made.
    pub made: bool,
    pub stream: Stream,
}

impl Reader {
    pub const fn new() -> Reader {
        Reader {
            at: 0,
            row: 0,
            made: false,
            stream: Stream::new(),
        }
    }

    /// Unpacks the tables and goes to the first row.
    pub fn begin(&mut self) {
        while self.at < NAMES {
            self.next(set::OTHER);
        }
        let mut set = set::NAME;
        while self.at < ROWS {
            set = match self.next(set) {
                0 => set::NAME,
                _ => set::LETTER,
            };
        }
    }

    /// Reads a byte that has that set.
    #[inline(never)]
    pub fn next(&mut self, set: usize) -> u8 {
        let byte = self.stream.byte(self.at, set);
        self.at += 1;
        byte
    }

    /// Reads an index whose bytes have that set.
    pub fn index(&mut self, set: usize) -> usize {
        format::index(|| self.next(set))
    }

    /// Reads the next word of a title, whose first byte has that set: its place in the vocabulary,
    /// or nothing at the end.
    pub fn word(&mut self, mut set: usize) -> Option<usize> {
        let byte = || self.next(core::mem::replace(&mut set, set::WORD));
        format::index(byte).checked_sub(1)
    }

    /// Goes on to the byte after a title, where there is one; returns the position before it.
    #[inline(always)]
    pub fn title(&mut self, named: bool) -> usize {
        let title = self.at;
        let mut role = set::TITLE;
        while named && self.word(role).is_some() {
            role = set::WORD;
        }
        title
    }

    /// Reads the id of a call after the first byte of its row.
    ///
    /// The condition is constant: a suite whose ids all fit into the first byte saves 88 bytes.
    pub fn call(&mut self, first: u8) -> usize {
        if CALLS > LONG_CALL.into() {
            format::call(first, || self.next(set::OTHER))
        } else {
            usize::from(first & !NAMED)
        }
    }

    /// Reads the index of a value; returns the argument that the value is now.
    #[inline(always)]
    pub fn value(&mut self, set: usize) -> Argument {
        let index = self.index(set);
        self.resolve(index)
    }

    /// The argument that a value is now.
    #[inline(never)]
    fn resolve(&self, index: usize) -> Argument {
        let [kind, low, high] = self.stream.value(index);
        let number = i16::from_le_bytes([low, high]);
        // SAFETY: the reader reads nothing but rows of the plan.
        let argument = |value| unsafe { Argument::of_row(value) };
        let held = || argument(arena::at(number)).address();
        argument(match kind {
            value::INT => number as usize,
            value::WIDE => self.stream.wide(number as usize),
            value::ADDRESS => arena::at(number),
            value::HELD => {
                if self.made && number == SELF.offset {
                    pid::cache_pid();
                }
                held().get::<i32>() as usize
            }
            value::HELD_LONG => held().get(),
            value::DATA => (self.stream.tables().as_ptr() as usize).wrapping_add(number as usize),
            _ => signals::entry(low),
        })
    }

    /// Returns whether the want at the position wants an error. It must have been read before,
    /// unless it is the next byte.
    pub fn wants_error(&mut self, set: usize) -> bool {
        matches!(self.stream.byte(self.at, set), 1..want::IS)
    }

    /// Reads a want, whose first byte has that set; returns whether the result meets it.
    ///
    /// The result of a call that was not made is not kept.
    pub fn meets(&mut self, set: usize, result: isize) -> bool {
        let first = self.next(set);
        let done = !kernel::is_error(result);
        match first {
            want::DONE => done,
            want::EITHER => {
                // An array and a search in it would take 60 bytes more.
                let one = result == -isize::from(self.next(set::OTHER));
                one | (result == -isize::from(self.next(set::OTHER)))
            }
            want::IS..=want::AT_MOST => {
                let value = self.value(set::OTHER);
                let bound = value.number() as isize;
                match first {
                    want::IS => result == bound,
                    want::AT_LEAST => result >= bound,
                    want::AT_MOST => done && result <= bound,
                    _ => {
                        match first {
                            _ if !self.made => {}
                            want::KEEP => value.address().put(result as i32),
                            _ => value.address().put(result),
                        }
                        done
                    }
                }
            }
            want::IS_VALUE.. => {
                let index = usize::from(first - want::IS_VALUE);
                result == self.resolve(index).number() as isize
            }
            errno => result == -isize::from(errno),
        }
    }
}
