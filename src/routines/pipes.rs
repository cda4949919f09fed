//! Routines of the pipe families.

use posix_conformance::plan::arena::{BUF, BUF2};

use crate::runtime::{arena, kernel};

/// A chunk in bytes: no power of two, so that chunks lie across every edge of a ring or a page.
const CHUNK: usize = 1021;
/// How many chunks wait in the pipe: together they and the next are less than PIPE_BUF.
const WAITING: usize = 3;

/// How many of 100 chunks leave a pipe as they entered it, with some always waiting within.
///
/// Code, not rows: a loop over a pattern that repeats no earlier than after 64 KiB.
pub fn in_order(reader: usize, writer: usize) -> isize {
    let pattern = |chunk: usize, i: usize| {
        let position = chunk * CHUNK + i;
        (position ^ position >> 8) as u8
    };
    let mut intact = 0;
    for chunk in 0..100 + WAITING {
        for i in 0..CHUNK {
            arena::put(BUF.plus(i as i16), pattern(chunk, i));
        }
        kernel::write_arena(writer, BUF, CHUNK);
        if let Some(oldest) = chunk.checked_sub(WAITING) {
            let count = kernel::read_arena(reader, BUF2, CHUNK);
            let right =
                (0..CHUNK).all(|i| arena::get::<u8>(BUF2.plus(i as i16)) == pattern(oldest, i));
            intact += isize::from(right && count == CHUNK as isize);
        }
    }
    intact
}

/// Writes to a non-blocking pipe until not one byte more has room; how many had.
///
/// Code, not rows: a loop whose end is the kernel's to choose, within 4 MiB.
pub fn fill_up(writer: usize) -> isize {
    let mut total = 0;
    for size in [4096, 1] {
        for _ in 0..1024 {
            let taken = kernel::write_arena(writer, BUF, size);
            total += taken.max(0);
            if taken != size as isize {
                break;
            }
        }
    }
    total
}
