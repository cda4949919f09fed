//! Places in the memory of the program, and the numbers that acts use.

use std::convert::Infallible;

use super::files::Property;

/// A place in the program's memory: `offset` bytes after the address in argument `arg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    pub arg: u8,
    /// The address is not in the argument, but in the eight bytes at this offset after it.
    pub through: Option<i64>,
    pub offset: i64,
    /// 1, 2, 4 or 8 bytes, read as a signed number.
    pub width: u8,
}

/// The address from which memory is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// The address in an argument.
    Arg(u8),
    /// The address that the call returned.
    Result,
}

/// A number that an act uses. `L` holds those that are known only at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand<L> {
    N(i64),
    /// An argument as the program gave it.
    A(u8),
    /// The number in memory that an argument points to.
    M(At),
    /// The address in an argument, plus a number of bytes.
    P(u8, i64),
    /// The number of times the fault has triggered before.
    Count,
    /// The number that `EntryAct::First` or `ExitAct::Note` stored last in the calling process, or
    /// else in any process.
    Noted,
    /// The address of these bytes: a path, a structure. They are there until the call returns.
    Bytes(&'static [u8]),
    /// An id of the calling thread.
    Own(Id),
    /// A property of what the descriptor of an argument refers to; 0 for a closed one.
    Of(u8, Property),
    /// The address of a path of what the descriptor of an argument refers to: `/proc/self/fd/N`.
    FdPath(u8),
    Late(L),
}

/// A number that is known at the entry of a call.
pub type EntryOperand = Operand<Infallible>;

/// A number that is known at the exit of a call.
pub type ExitOperand = Operand<ExitValue>;

/// A number that is known only at the exit of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitValue {
    /// The result of the call.
    Result,
}

/// An id of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    Thread,
    Process,
    Parent,
    Group,
    Session,
}

/// A change of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op<N> {
    Set(N),
    Add(i64),
    /// Adds a number that is known when the call is made.
    Plus(N),
    /// Subtracts a number that is known when the call is made.
    Minus(N),
    /// Rounds down to a multiple.
    Down(i64),
    Or(i64),
    And(i64),
    Xor(i64),
    Neg,
    Mul(i64),
    Div(i64),
}

impl<N> Op<N> {
    /// The same change with its number resolved.
    pub(crate) fn map(self, number: impl FnOnce(N) -> i64) -> Op<i64> {
        match self {
            Op::Set(other) => Op::Set(number(other)),
            Op::Plus(other) => Op::Plus(number(other)),
            Op::Minus(other) => Op::Minus(number(other)),
            Op::Add(other) => Op::Add(other),
            Op::Down(step) => Op::Down(step),
            Op::Or(bits) => Op::Or(bits),
            Op::And(bits) => Op::And(bits),
            Op::Xor(bits) => Op::Xor(bits),
            Op::Neg => Op::Neg,
            Op::Mul(by) => Op::Mul(by),
            Op::Div(by) => Op::Div(by),
        }
    }
}

impl Op<i64> {
    /// The changed number.
    pub(crate) fn apply(self, number: i64) -> i64 {
        match self {
            Op::Set(other) => other,
            Op::Add(other) | Op::Plus(other) => number.wrapping_add(other),
            Op::Minus(other) => number.wrapping_sub(other),
            Op::Down(step) => number - number.checked_rem(step).unwrap_or(0),
            Op::Or(bits) => number | bits,
            Op::And(bits) => number & bits,
            Op::Xor(bits) => number ^ bits,
            Op::Neg => number.wrapping_neg(),
            Op::Mul(by) => number.wrapping_mul(by),
            Op::Div(by) => number.checked_div(by).unwrap_or(number),
        }
    }
}
