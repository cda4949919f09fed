//! The values of arguments.

use super::Place;

/// One argument, before the program knows the address of its arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The number itself.
    Int(i64),
    /// The address of a place in the arena, `&PLACE` in a row.
    Address(Place),
    /// The value in a place when the row runs, `*PLACE` in a row.
    Held(Place),
    /// The address of constant bytes in read-only memory, `[bytes]` in a row.
    Data(&'static [u8]),
    /// The address of a function of the ELF, `@Entry` in a row.
    Entry(Entry),
}

/// The functions whose address a row may pass to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The signal handler, which records its arguments in the arena.
    Handler,
    /// The `rt_sigreturn` trampoline.
    Restorer,
    /// Read-only bytes, 32 at least, aligned to 8; nobody misses them if a kernel writes there.
    ReadOnly,
}
