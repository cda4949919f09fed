//! Tables of rows: written once, and made for each processor.

use super::call::FRESH;
use super::{Row, Want, Written};
use crate::abi::Processor;

/// The rows of a table on each processor.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub x86_64: &'static [Row],
    pub aarch64: &'static [Row],
    pub riscv64: &'static [Row],
}

impl Table {
    /// The same rows on every processor.
    pub const fn same(rows: &'static [Row]) -> Table {
        Table {
            x86_64: rows,
            aarch64: rows,
            riscv64: rows,
        }
    }

    /// The rows on x86-64, and none on the others.
    pub const fn only_x86_64(self) -> Table {
        Table {
            aarch64: &[],
            riscv64: &[],
            ..self
        }
    }

    /// The rows on a processor.
    pub const fn on(self, processor: Processor) -> &'static [Row] {
        match processor {
            Processor::X86_64 => self.x86_64,
            Processor::Aarch64 => self.aarch64,
            Processor::Riscv64 => self.riscv64,
        }
    }
}

/// The rows that a row of a table becomes on one processor.
///
/// A value and no slice: compilers make a slice of each row much slower.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    Nothing,
    Row(Row),
    /// The row after a step that it needs on this processor.
    Rows(Row, Row),
}

/// The number of rows in parts.
pub(crate) const fn length(parts: &[Part]) -> usize {
    let (mut length, mut i) = (0, 0);
    while i < parts.len() {
        length += match parts[i] {
            Part::Nothing => 0,
            Part::Row(_) => 1,
            Part::Rows(..) => 2,
        };
        i += 1;
    }
    length
}

/// The rows of parts, one after the other.
///
/// It does not compile where the program itself would load or store a number at an address that its
/// size does not divide, on a processor that wants it to.
pub(crate) const fn joined<const LENGTH: usize>(
    processor: Processor,
    parts: &[Part],
) -> [Row; LENGTH] {
    let written = Written { args: "", want: "" };
    let mut rows = [Row::new(FRESH, &[], Want::Done(), None, written); LENGTH];
    let (mut length, mut i) = (0, 0);
    while i < parts.len() {
        match parts[i] {
            Part::Nothing => {}
            Part::Row(row) => {
                rows[length] = row;
                length += 1;
            }
            Part::Rows(step, row) => {
                rows[length] = step;
                rows[length + 1] = row;
                length += 2;
            }
        }
        i += 1;
    }
    i = 0;
    while processor.wants_alignment() && i < LENGTH {
        rows[i].prove_aligned();
        i += 1;
    }
    rows
}

/// A table of rows: `CALL(arguments) => Want(..), "name";`, as [`row`](super::row) describes them.
///
/// The rows are made once for each processor. A constant of `abi` that differs by processor has the
/// processor's value. `#[only(x86_64)]` before a row leaves it out elsewhere. A call that a
/// processor does not have is made by another one; see [`translated`]. The items in the braces
/// before the rows are made for each processor too.
macro_rules! rows {
    (
        $({ $($item:item)* })?
        $(
            $(#[only($($on:ident),+)])?
            $call:ident ($($args:tt)*) $(=> $want:ident ($($wanted:tt)*))? $(, $name:literal)?;
        )*
    ) => {
        $crate::plan::Table {
            x86_64: $crate::plan::rows_on!(x86_64 { $($($item)*)? } $({
                [$($($on)+)?] $call ($($args)*) $(=> $want ($($wanted)*))? $(, $name)?
            })*),
            aarch64: $crate::plan::rows_on!(aarch64 { $($($item)*)? } $({
                [$($($on)+)?] $call ($($args)*) $(=> $want ($($wanted)*))? $(, $name)?
            })*),
            riscv64: $crate::plan::rows_on!(riscv64 { $($($item)*)? } $({
                [$($($on)+)?] $call ($($args)*) $(=> $want ($($wanted)*))? $(, $name)?
            })*),
        }
    };
}

/// A table of rows that are the same on every processor, which takes a compiler a third of the time
/// of [`rows`](super::rows). A constant that differs by processor is not in its scope.
macro_rules! shared_rows {
    ($($call:ident ($($args:tt)*) $(=> $want:ident ($($wanted:tt)*))? $(, $name:literal)?;)*) => {{
        const PARTS: &[$crate::plan::Part] = &[
            $($crate::plan::shared!($call ($($args)*) $(=> $want ($($wanted)*))? $(, $name)?),)*
        ];
        const ROWS: [$crate::plan::Row; $crate::plan::length(PARTS)] =
            $crate::plan::joined($crate::abi::Processor::Aarch64, PARTS);
        $crate::plan::Table::same(&ROWS)
    }};
}

/// A row that is the same on every processor: of no call that [`translated`] makes by another one.
macro_rules! shared {
    (DUP2 $($row:tt)*) => { compile_error!("DUP2 differs by processor: use rows!") };
    (SELECT $($row:tt)*) => { compile_error!("SELECT differs by processor: use rows!") };
    (POLL $($row:tt)*) => { compile_error!("POLL differs by processor: use rows!") };
    (EPOLL_WAIT $($row:tt)*) => { compile_error!("EPOLL_WAIT differs by processor: use rows!") };
    ($($row:tt)*) => { $crate::plan::Part::Row($crate::plan::row!($($row)*)) };
}

/// The rows of a table on one processor.
macro_rules! rows_on {
    ($processor:ident { $($item:item)* } $({ [$($on:ident)*] $($row:tt)* })*) => {{
        use $crate::abi::$processor::*;
        $($item)*
        const PARTS: &[$crate::plan::Part] = &[
            $($crate::plan::row_on!($processor [$($on)*] $($row)*),)*
        ];
        const ROWS: [$crate::plan::Row; $crate::plan::length(PARTS)] =
            $crate::plan::joined(PROCESSOR, PARTS);
        &ROWS
    }};
}

/// A row on one processor: none where other processors alone have it.
macro_rules! row_on {
    (x86_64 [] $($row:tt)*) => { $crate::plan::Part::Row($crate::plan::row!($($row)*)) };
    ($processor:ident [] $($row:tt)*) => { $crate::plan::translated!($($row)*) };
    (x86_64 [x86_64 $($on:ident)*] $($row:tt)*) => { $crate::plan::row_on!(x86_64 [] $($row)*) };
    (aarch64 [aarch64 $($on:ident)*] $($row:tt)*) => { $crate::plan::row_on!(aarch64 [] $($row)*) };
    (riscv64 [riscv64 $($on:ident)*] $($row:tt)*) => { $crate::plan::row_on!(riscv64 [] $($row)*) };
    ($processor:ident [$other:ident] $($row:tt)*) => { $crate::plan::Part::Nothing };
    ($processor:ident [$other:ident $($on:ident)+] $($row:tt)*) => {
        $crate::plan::row_on!($processor [$($on)+] $($row)*)
    };
}

/// A row on a processor without dup2(2), poll(2), select(2) and epoll_wait(2): dup3(2), ppoll(2),
/// pselect6(2) and epoll_pwait(2) do the same.
///
/// A timeout of ppoll(2) is in memory, which the kernel may change: a step stores it before. The
/// timeouts of select(2) that rows store are 0, or longer than the call lasts.
macro_rules! translated {
    (DUP2 ($($args:tt)*) $($rest:tt)*) => {
        $crate::plan::Part::Row($crate::plan::row!(DUP3 ($($args)*, 0) $($rest)*))
    };
    (SELECT ($($args:tt)*) $($rest:tt)*) => {
        $crate::plan::Part::Row($crate::plan::row!(PSELECT6 ($($args)*, 0) $($rest)*))
    };
    (EPOLL_WAIT ($($args:tt)*) $($rest:tt)*) => {
        $crate::plan::Part::Row($crate::plan::row!(EPOLL_PWAIT ($($args)*, 0, 0) $($rest)*))
    };
    (POLL (& $place:ident - $bytes:literal, $count:expr, $time:expr) $($rest:tt)*) => {
        $crate::plan::translated!(@ppoll [& $place - $bytes] [$count] [$time] $($rest)*)
    };
    (POLL (& $place:ident, $count:expr, -1) $($rest:tt)*) => {
        $crate::plan::Part::Row($crate::plan::row!(PPOLL (& $place, $count, 0, 0, 0) $($rest)*))
    };
    (POLL (& $place:ident, $count:expr, $time:expr) $($rest:tt)*) => {
        $crate::plan::translated!(@ppoll [& $place] [$count] [$time] $($rest)*)
    };
    (POLL (@ $entry:ident, $count:expr, $time:expr) $($rest:tt)*) => {
        $crate::plan::translated!(@ppoll [@ $entry] [$count] [$time] $($rest)*)
    };
    (POLL ($array:literal, $count:expr, -1) $($rest:tt)*) => {
        $crate::plan::Part::Row($crate::plan::row!(PPOLL ($array, $count, 0, 0, 0) $($rest)*))
    };
    (POLL ($array:literal, $count:expr, $time:expr) $($rest:tt)*) => {
        $crate::plan::translated!(@ppoll [$array] [$count] [$time] $($rest)*)
    };
    (@ppoll [$($array:tt)*] [$count:expr] [$time:expr] $($rest:tt)*) => {
        $crate::plan::Part::Rows(
            $crate::plan::row!(PAIR (&TIMEOUT, $time / 1000, $time % 1000 * 1_000_000)),
            $crate::plan::row!(PPOLL ($($array)*, $count, &TIMEOUT, 0, 0) $($rest)*),
        )
    };
    ($($row:tt)*) => { $crate::plan::Part::Row($crate::plan::row!($($row)*)) };
}

pub(crate) use {row_on, rows, rows_on, shared, shared_rows, translated};
