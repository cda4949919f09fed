//! The row, and the macro for one.

use super::arena::ARENA_SIZE;
use super::call::{Callee, op};
use super::{Call, Place, Value, Want};

/// One step of a script: a call, its arguments and what it must return.
///
/// A row with a name is a check and prints one line. A row without a name is a step: it prints
/// nothing, and when it fails the checks after it up to the next `FRESH()` fail with its result.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub call: Call,
    pub args: &'static [Value],
    pub want: Want,
    /// The case, without the system call and the error. A name with a colon has a system call of
    /// its own: `"pipe2: bytes arrive unchanged"` on a `READ` row.
    pub name: Option<&'static str>,
    /// The row as it is written. The ELF does not contain it.
    pub written: Written,
}

/// The text of a row in its table, by which it is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The arguments, for example `&FDS, O_CLOEXEC`.
    pub args: &'static str,
    /// The text in the brackets after the want's name, for example `EBADF`.
    pub want: &'static str,
}

impl Row {
    /// Makes a row.
    ///
    /// It does not compile with a wrong number of arguments, or where the program itself would read
    /// or write memory for it that does not exist.
    pub const fn new(
        call: Call,
        args: &'static [Value],
        want: Want,
        name: Option<&'static str>,
        written: Written,
    ) -> Row {
        assert!(
            args.len() == call.arity as usize,
            "wrong number of arguments"
        );
        prove_memory(call, args);
        if let Want::Keep(place) = want {
            prove_place(place, place.width as i64);
        }
        Row {
            call,
            args,
            want,
            name,
            written,
        }
    }
}

impl Row {
    /// Fails to compile where a number that the program reads or writes is not aligned.
    pub(super) const fn prove_aligned(&self) {
        let mut i = 0;
        while i < self.args.len() {
            if let Value::Held(place) = self.args[i] {
                prove_multiple(place, place.width as i16);
            }
            i += 1;
        }
        if let Want::Keep(place) = self.want {
            prove_multiple(place, place.width as i16);
        }
        if !matches!(self.call.callee, Callee::Op) {
            return;
        }
        let size = match self.call.number as u8 {
            op::GET16 | op::PUT16 => 2,
            op::GET32 | op::PUT32 => 4,
            op::GET64 | op::PUT64 | op::PAIR => 8,
            _ => return,
        };
        if let Value::Address(place) = self.args[0] {
            prove_multiple(place, size);
        }
    }
}

/// Proves that a place is aligned to so many bytes.
const fn prove_multiple(place: Place, size: i16) {
    assert!(place.offset % size == 0, "a number that is not aligned");
}

/// Fails to compile where a pseudo-call reads or writes memory that does not exist.
const fn prove_memory(call: Call, args: &[Value]) {
    let mut i = 0;
    while i < args.len() {
        if let Value::Held(place) = args[i] {
            prove_place(place, place.width as i64);
        }
        i += 1;
    }
    if !matches!(call.callee, Callee::Op) {
        return;
    }
    match call.number as u8 {
        op::GET8 => prove_readable(args[0], 1),
        op::GET16 => prove_readable(args[0], 2),
        op::GET32 => prove_readable(args[0], 4),
        op::GET64 => prove_readable(args[0], 8),
        op::COUNT => prove_readable(args[0], size(args[2])),
        op::SAME => {
            prove_readable(args[0], size(args[2]));
            prove_readable(args[1], size(args[2]));
        }
        op::PUT8 => prove_writable(args[0], 1),
        op::PUT16 => prove_writable(args[0], 2),
        op::PUT32 => prove_writable(args[0], 4),
        op::PUT64 => prove_writable(args[0], 8),
        op::PAIR => prove_writable(args[0], 16),
        op::FILL => prove_writable(args[0], size(args[2])),
        _ => {}
    }
}

/// The number of bytes in an argument. A number in a place is taken for 0: the rows before must
/// bound it.
const fn size(value: Value) -> i64 {
    match value {
        Value::Int(size) => size,
        Value::Held(_) => 0,
        _ => panic!("an address for a size"),
    }
}

/// Proves memory that is read: constant bytes, or memory that may be written.
const fn prove_readable(value: Value, size: i64) {
    match value {
        Value::Data(bytes) => assert!(
            0 <= size && size <= bytes.len() as i64,
            "more than the constant has"
        ),
        _ => prove_writable(value, size),
    }
}

/// Proves memory that is written: a part of the arena. An address that the kernel returned is
/// accepted: the rows before must prove it (invariant 5 of CONTRIBUTING.md).
const fn prove_writable(value: Value, size: i64) {
    match value {
        Value::Address(place) => prove_place(place, size),
        Value::Held(place) => assert!(place.width == 8, "half an address"),
        _ => panic!("no address of memory"),
    }
}

/// Proves that `size` bytes from a place on are within the arena.
const fn prove_place(place: Place, size: i64) {
    assert!(
        place.offset >= 0 && size >= 0 && place.offset as i64 + size <= ARENA_SIZE as i64,
        "outside the arena"
    );
}

/// A row: `CALL(arguments) => Want(..), "name"`.
///
/// An argument is a number, `&PLACE` (the place's address, also `&PLACE + 8` or `&STAT + ST_SIZE`),
/// `*PLACE` (the value in the place), `[bytes]` (the address of constant bytes) or `@Entry` (the
/// address of a function). Without `=> Want(..)` the row accepts any result that is no error.
/// Without a name the row is a step.
macro_rules! row {
    ($call:ident ($($args:tt)*) $(=> $want:ident ($($wanted:tt)*))? $(, $name:literal)?) => {
        $crate::plan::Row::new(
            $call,
            $crate::plan::values!([] $($args)*),
            $crate::plan::want!($($want $($wanted)*)?),
            $crate::plan::name!($($name)?),
            $crate::plan::Written {
                args: stringify!($($args)*),
                want: concat!($(stringify!($($wanted)*))?),
            },
        )
    };
}

/// The arguments of one row, read from the left.
macro_rules! values {
    ([$($done:expr,)*]) => { &[$($done),*] };
    ([$($done:expr,)*] & $place:ident + $offset:tt $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Address($place.plus($offset as i16)),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] & $place:ident - $offset:tt $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Address($place.plus(-($offset as i16))),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] & $place:ident $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Address($place),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] * $place:ident $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Held($place),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] [$data:expr] $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Data(&$data),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] @ $entry:ident $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Entry($crate::plan::Entry::$entry),
        ] $($($rest)*)?)
    };
    ([$($done:expr,)*] $int:expr $(, $($rest:tt)*)?) => {
        $crate::plan::values!([
            $($done,)* $crate::plan::Value::Int(($int) as i64),
        ] $($($rest)*)?)
    };
}

/// The expectation of one row.
macro_rules! want {
    () => { $crate::plan::Want::Done() };
    (Done) => { $crate::plan::Want::Done() };
    (Err $errno:ident) => { $crate::plan::Want::Err($errno) };
    (Either $one:ident, $other:ident) => { $crate::plan::Want::Either($one, $other) };
    (Keep $place:ident) => { $crate::plan::Want::Keep($place) };
    ($want:ident $($value:tt)*) => {
        $crate::plan::Want::$want($crate::plan::value!($($value)*))
    };
}

/// The value of an expectation.
macro_rules! value {
    (& $place:ident + $offset:tt) => {
        $crate::plan::Value::Address($place.plus($offset as i16))
    };
    (& $place:ident) => {
        $crate::plan::Value::Address($place)
    };
    (* $place:ident) => {
        $crate::plan::Value::Held($place)
    };
    (@ $entry:ident) => {
        $crate::plan::Value::Entry($crate::plan::Entry::$entry)
    };
    ($int:expr) => {
        $crate::plan::Value::Int(($int) as i64)
    };
}

/// The name of one row.
macro_rules! name {
    () => {
        None
    };
    ($name:literal) => {
        Some($name)
    };
}

pub(crate) use {name, row, value, values, want};
