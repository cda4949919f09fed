//! Decoding: bytes of the plan to arguments and expectations.
//!
//! `plan::bytecode` describes the format.

use posix_conformance::plan::arena::SELF;
use posix_conformance::plan::bytecode::{self as format, value, want};

use crate::runtime::argument::Argument;
use crate::runtime::bytecode::{self, DATA};
use crate::runtime::{arena, kernel, pid, signals};

/// A position in the rows of the plan.
pub struct Reader {
    /// The position of the next byte.
    pub at: usize,
    /// The position of the current row's first byte.
    pub row: usize,
    /// Set where the current row's call is made.
    pub made: bool,
}

impl Reader {
    pub const fn new() -> Reader {
        Reader {
            at: 0,
            row: 0,
            made: false,
        }
    }

    /// Reads a byte.
    pub fn next(&mut self) -> u8 {
        let byte = bytecode::byte(self.at);
        self.at += 1;
        byte
    }

    /// Reads a value; returns the argument that it stands for now.
    #[inline(never)]
    pub fn value(&mut self) -> Argument {
        let index = self.next();
        if index == format::INLINE {
            let bytes = [self.next(), self.next(), self.next()];
            return self.resolve(bytes);
        }
        self.resolve(bytecode::value(index))
    }

    /// The argument that an encoded value stands for now.
    #[inline(never)]
    fn resolve(&self, [kind, low, high]: [u8; 3]) -> Argument {
        let number = i16::from_le_bytes([low, high]);
        // SAFETY: the reader reads nothing but rows of the plan.
        let argument = |value| unsafe { Argument::of_row(value) };
        let held = || argument(arena::at(number)).address();
        argument(match kind {
            value::INT => number as usize,
            value::WIDE => bytecode::wide(number as usize),
            value::ADDRESS => arena::at(number),
            value::HELD => {
                if self.made && number == SELF.offset {
                    pid::cache_pid();
                }
                held().get::<i32>() as usize
            }
            value::HELD_LONG => held().get(),
            value::DATA => (DATA.as_ptr() as usize).wrapping_add(number as usize),
            _ => signals::entry(low),
        })
    }

    /// Reads a want; returns whether the result meets it.
    ///
    /// The result of a call that was not made is not kept.
    pub fn meets(&mut self, result: isize) -> bool {
        let first = self.next();
        let done = !kernel::is_error(result);
        match first {
            want::DONE => done,
            want::EITHER => {
                let (one, other) = (self.next(), self.next());
                [one, other]
                    .map(|errno| -isize::from(errno))
                    .contains(&result)
            }
            want::IS..=want::AT_MOST => {
                let value = self.value();
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
                let value = bytecode::value(first - want::IS_VALUE);
                result == self.resolve(value).number() as isize
            }
            errno => result == -isize::from(errno),
        }
    }
}
