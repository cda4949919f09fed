//! Routines of the pipe families.

use posix_conformance::abi::numbers;

use crate::machine::{bench, kernel};

/// How many of the 256 byte values cross a pipe unchanged.
///
/// Code, not rows: a loop over 256 values.
pub fn every_byte(reader: usize, writer: usize) -> isize {
    let mut intact = 0;
    for sent in 0..=u8::MAX {
        let mut received = !sent;
        kernel::plumb(numbers::WRITE, writer, &raw const sent as usize, 1, 0);
        kernel::plumb(numbers::READ, reader, &raw mut received as usize, 1, 0);
        intact += isize::from(bench::get::<u8>(&raw const received as usize) == sent);
    }
    intact
}
