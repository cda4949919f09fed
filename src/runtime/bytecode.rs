//! The packed plan: where its tables lie, and access to them.

use super::{arena, unpack};

pub use super::tables::*;

/// The byte at a position of the unpacked plan.
pub fn byte(position: usize) -> u8 {
    arena::get(unpack::address(position))
}

/// The number of the system call of that place in the table.
pub fn number(index: usize) -> u16 {
    arena::get(unpack::address(NUMBERS + 2 * index))
}

/// The value of that index, as it is encoded.
pub fn value(index: u8) -> [u8; 3] {
    arena::get(unpack::address(VALUES + 3 * usize::from(index)))
}

/// The 64-bit number of that index.
pub fn wide(index: usize) -> usize {
    arena::get(unpack::address(WIDE + 8 * index))
}
