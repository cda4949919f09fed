//! The bytecode of a suite: the packer writes it, and the ELF reads it.
//!
//! It is one stream of bytes, which is compressed ([`super::model`]). It starts with these tables:
//! - the constant bytes of the rows;
//! - for each call its arity, and flags;
//! - for each system call, in the order of their numbers, an [`index`]: the difference between its
//!   number and the one before;
//! - the values in three bytes each: the first bytes of all values, then the second bytes, then
//!   the third bytes;
//! - the 64-bit numbers that some values refer to;
//! - for each error number with a name the difference between it and the one before;
//! - the names of the system calls, of the error numbers, of the words of the log and of the
//!   families, each with a zero after it;
//! - the words of the titles, each with a zero after it.
//!
//! The rows follow. A group starts with `op::GROUP` and a byte of its profile, its kind, and
//! [`NEXT_FAMILY`]. A row is the id of its [`call`], the [`index`] of the value of each argument,
//! and the want. The title of a check follows its want: the [`index`] of each word, from 1 on, and
//! a zero. `op::ABOUT` and the index of a system call precede a check that is about another system
//! call than the last one. `op::END` is the last byte.
//!
//! The ids of calls count the pseudo-calls, then the routines, then the system calls.

use super::call::{OPS, op};
use super::{Kind, Profile, routine};
use crate::abi::errno;

/// The byte of an [`index`] that another byte follows.
pub const MORE: u8 = 255;

/// Reads an index: the sum of bytes up to the first one below [`MORE`].
pub fn index(mut next: impl FnMut() -> u8) -> usize {
    let mut index = 0;
    loop {
        let byte = next();
        index += usize::from(byte);
        if byte != MORE {
            return index;
        }
    }
}

/// Added to the first byte of a row that is a check.
pub const NAMED: u8 = 0x80;

/// The first id of a call that takes more than the first byte of a row: an index follows.
pub const LONG_CALL: u8 = 0x7f;

/// Reads the id of a call after the first byte of its row.
pub fn call(first: u8, next: impl FnMut() -> u8) -> usize {
    let id = first & !NAMED;
    if id == LONG_CALL {
        usize::from(id) + index(next)
    } else {
        id.into()
    }
}

/// The first byte of a want; a number between `DONE` and `EITHER` is the errno that is wanted.
pub mod want {
    pub const DONE: u8 = 0;
    /// Two error numbers follow.
    pub const EITHER: u8 = 133;
    /// The value follows.
    pub const IS: u8 = 134;
    /// The value follows that is the address of a place of four bytes, or of eight.
    pub const KEEP: u8 = 135;
    pub const KEEP_LONG: u8 = 136;
    /// The value follows.
    pub const AT_LEAST: u8 = 137;
    pub const AT_MOST: u8 = 138;
    /// From here on: the difference is the index of the value that is wanted.
    pub const IS_VALUE: u8 = 139;
}

/// The first byte of a value; the other two are a signed number, low byte first.
pub mod value {
    /// The number itself.
    pub const INT: u8 = 0;
    /// The index of a 64-bit number.
    pub const WIDE: u8 = 1;
    /// The arena's address plus the number.
    pub const ADDRESS: u8 = 2;
    /// The four bytes at that address, signed.
    pub const HELD: u8 = 3;
    /// The eight bytes at that address.
    pub const HELD_LONG: u8 = 4;
    /// The address of the constant bytes plus the number.
    pub const DATA: u8 = 5;
    /// The address of a function: 0 the signal handler, 1 the signal return trampoline,
    /// 2 read-only bytes.
    pub const ENTRY: u8 = 6;
}

/// The sets of the stream: the role of a byte; see [`super::model`].
pub mod set {
    /// The first byte of a row.
    pub const CALL: usize = 0;
    /// The first byte of a title.
    pub const TITLE: usize = 1;
    /// The first letter of a name or of a word.
    pub const NAME: usize = 2;
    /// The first of the sets of bytes that do not begin anything.
    pub const CONTINUED: usize = 3;
    /// A byte of the tables, or any other byte.
    pub const OTHER: usize = 3;
    const ARGUMENT: usize = 4;
    const WANT: usize = 7;
    /// The other bytes of a title.
    pub const WORD: usize = 10;
    /// The other letters of a name or of a word, and the zero after it.
    pub const LETTER: usize = 11;
    /// The number of sets.
    pub const COUNT: usize = 12;

    /// A byte of the argument in that place, from 0. The system call after `op::ABOUT` counts as
    /// the first argument.
    pub const fn argument(place: usize) -> usize {
        ARGUMENT + if place < 2 { place } else { 2 }
    }

    /// The first byte of a want.
    pub const fn want(is_check: bool, is_syscall: bool) -> usize {
        WANT + (is_check as usize) * (1 + is_syscall as usize)
    }
}

/// The bits of a call's arity in its byte of the first table.
pub const ARITY: u8 = 7;
/// Added to that byte where the result of the call may be a new descriptor.
pub const MAKES_DESCRIPTOR: u8 = 0x80;
/// Added to that byte where the call may change the signal mask.
pub const TOUCHES_MASK: u8 = 0x40;
/// The largest number of arguments of a call.
pub const ARGUMENTS_MAX: usize = 6;

/// The bits of the kind in the byte after `op::GROUP`.
pub const KIND: u8 = 3;
/// The position of the profile's bits in that byte.
pub const PROFILE_SHIFT: u32 = 2;
/// The bits of the profile, shifted to the right.
pub const PROFILE: u8 = 0x1f;
/// Added to that byte in the first group of a family.
pub const NEXT_FAMILY: u8 = 0x80;

const _: () = {
    assert!(Kind::ALL.len() <= KIND as usize + 1);
    assert!(Profile::ALL.len() <= PROFILE as usize + 1);
    assert!(PROFILE << PROFILE_SHIFT | KIND == !NEXT_FAMILY);
    assert!(ARGUMENTS_MAX <= ARITY as usize);
    // These take one byte.
    assert!(op::END < LONG_CALL && op::GROUP < LONG_CALL && op::ABOUT < LONG_CALL);
    let mut i = 0;
    while i < OPS.len() {
        assert!(OPS[i].number as usize == i && OPS[i].arity as usize <= ARGUMENTS_MAX);
        i += 1;
    }
    i = 0;
    while i < routine::CALLS.len() {
        let routine = routine::CALLS[i];
        assert!(routine.number as usize == i && routine.arity as usize <= ARGUMENTS_MAX);
        i += 1;
    }
    i = 0;
    while i < errno::ALL.len() {
        let errno = errno::ALL[i].0.0;
        assert!(want::DONE < errno && errno < want::EITHER);
        i += 1;
    }
};
