//! The packed plan: where its tables lie, and access to them.

use super::arena::{Address, Pod};
use super::unpack;

pub use super::tables::*;

fn get<T: Pod>(address: usize) -> T {
    // SAFETY: the positions are those of the unpacked plan.
    unsafe { Address::new(address) }.get()
}

/// The byte at a position of the unpacked plan.
pub fn byte(position: usize) -> u8 {
    get(unpack::address(position))
}

/// The number of the system call of that place in the table.
pub fn number(index: usize) -> u16 {
    get(unpack::address(NUMBERS + 2 * index))
}

/// The value of that index, as it is encoded.
pub fn value(index: u8) -> [u8; 3] {
    get(unpack::address(VALUES + 3 * usize::from(index)))
}

/// The 64-bit number of that index.
pub fn wide(index: usize) -> usize {
    get(unpack::address(WIDE + 8 * index))
}
