//! The packed form of the plan, which the build script writes and the machine reads.
//!
//! Tables, one behind the other, compressed together (`plan::model`):
//!
//! - the rows. A group: `op::GROUP` and a byte `profile << 2 | kind`. A row: the number of its
//!   call, with [`NAMED`] added where it is a check; for each argument the index of its value, or
//!   [`INLINE`] and the value itself; the want. A call's number is that of its pseudo-call, or
//!   `op::HOW_MANY` plus that of its routine, or behind these its place among the system calls.
//!   `op::ABOUT` and such a place come before a check that is about another call than the last.
//! - for each call how many arguments it has and what it changes;
//! - the numbers of the system calls, and the error numbers that have names;
//! - the values, three bytes each, and the 64-bit numbers that some of them stand for;
//! - the names of the system calls and of the error numbers, a zero behind each;
//! - the titles in the order of the rows: each group's family, then the cases of its checks.

/// The index of a value that has no place in the table: its three bytes follow.
pub const INLINE: u8 = 255;

/// Added to a row's call where the row is a check.
pub const NAMED: u8 = 0x80;

/// The want byte; every value between `DONE` and `IS` is the errno wanted.
pub mod want {
    pub const DONE: u8 = 0;
    /// The value follows.
    pub const IS: u8 = 134;
    /// The value that is the place's address follows: four bytes, or eight.
    pub const KEEP: u8 = 135;
    pub const KEEP_LONG: u8 = 136;
    /// The value follows.
    pub const AT_LEAST: u8 = 137;
    pub const AT_MOST: u8 = 138;
    /// Two error numbers follow.
    pub const EITHER: u8 = 139;
    /// From here on: exactly the value whose index is the byte less this.
    pub const IS_VALUE: u8 = 140;
}

/// The first byte of a value of three bytes; the other two are a signed number, low byte first.
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
    /// The address of a function: 0 the signal handler, 1 the signal return trampoline.
    pub const ENTRY: u8 = 6;
}

/// Added to a call's arity where its result may be a new descriptor.
pub const MAKES_DESCRIPTOR: u8 = 0x80;
/// Added to a call's arity where it may change the signal mask.
pub const TOUCHES_MASK: u8 = 0x40;
