//! The row and the macro that writes tables of them.

use super::{Call, Value, Want};

/// One step of a script: a call, its arguments and what it must return.
///
/// A row with a name is a check and prints one line. A row without one is a step: silent while it
/// succeeds; once it fails, the checks behind it up to the next `FRESH()` fail with its result.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub call: Call,
    pub args: &'static [Value],
    pub want: Want,
    /// The case, without the system call and the error. A name with a colon brings its own
    /// system call: `"pipe2: bytes arrive unchanged"` on a `READ` row.
    pub name: Option<&'static str>,
}

impl Row {
    /// A row whose number of arguments is that of its call, which is proven at compile time.
    pub const fn new(
        call: Call,
        args: &'static [Value],
        want: Want,
        name: Option<&'static str>,
    ) -> Row {
        assert!(
            args.len() == call.arity as usize,
            "wrong number of arguments"
        );
        Row {
            call,
            args,
            want,
            name,
        }
    }
}

/// A table of rows: `CALL(arguments) => Want(..), "name";`.
///
/// An argument is a number, `&PLACE` (its address, also `&PLACE + 8` or `&STAT + ST_SIZE`),
/// `*PLACE` (what it holds), `[bytes]` (the address of constant bytes) or `@Entry` (the address of
/// a function). Without `=> Want(..)` any result that is no error will do; without a name the row
/// is a step.
macro_rules! rows {
    ($($call:ident ($($args:tt)*) $(=> $want:ident ($($wanted:tt)*))? $(, $name:literal)?;)*) => {
        &[$($crate::plan::Row::new(
            $call,
            $crate::plan::values!([] $($args)*),
            $crate::plan::want!($($want $($wanted)*)?),
            [$(Some($name),)? None][0],
        ),)*]
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
        $crate::plan::Want::$want($crate::plan::values!([] $($value)*)[0])
    };
}

pub(crate) use {rows, values, want};
