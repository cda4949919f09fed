//! What can stand in an argument register.

use super::Place;

/// One argument, before the program knows where its arena lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// The number itself.
    Int(i64),
    /// The address of a place on the arena, `&PLACE` in a row.
    Address(Place),
    /// What the place holds when the row runs, `*PLACE` in a row.
    Held(Place),
    /// The address of constant bytes in read-only memory, `[bytes]` in a row.
    Data(&'static [u8]),
    /// The address of a function of the ELF, by its number in [`Entry`].
    Entry(Entry),
}

/// Functions whose address a row may pass to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The signal handler that records what it was given.
    Handler,
    /// The `rt_sigreturn` trampoline.
    Restorer,
}
