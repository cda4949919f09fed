//! Routines of the pipe families.

use posix_conformance::abi::numbers;
use posix_conformance::plan::arena::{BUF, BUF2};

use crate::runtime::kernel::Source;
use crate::runtime::{arena, kernel};

/// The size of a chunk in bytes. It is not a power of two, so that chunks cross every edge of a
/// ring buffer or a page.
const CHUNK: usize = 1021;
/// The number of chunks that are always in the pipe: with one more they are less than PIPE_BUF.
const WAITING: usize = 3;

/// Sends 100 chunks through a pipe; returns the number of chunks that arrive unchanged, or
/// the error of the first write(2) or read(2).
///
/// Code, not rows: a loop over a pattern that repeats after 64 KiB.
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
        let sent = kernel::write_arena(writer, BUF, CHUNK);
        if sent < 0 && chunk == 0 {
            kernel::note(Source::call(numbers::WRITE));
            return sent;
        }
        if let Some(oldest) = chunk.checked_sub(WAITING) {
            let count = kernel::read_arena(reader, BUF2, CHUNK);
            if count < 0 && oldest == 0 {
                kernel::note(Source::call(numbers::READ));
                return count;
            }
            let right =
                (0..CHUNK).all(|i| arena::get::<u8>(BUF2.plus(i as i16)) == pattern(oldest, i));
            intact += isize::from(right && count == CHUNK as isize);
        }
    }
    intact
}

/// Fills a non-blocking pipe to the last byte; returns the number of bytes written, or the
/// error of the first write(2).
///
/// Code, not rows: a loop whose length depends on the kernel, up to 8 MiB.
pub fn fill_up(writer: usize) -> isize {
    let mut total = 0;
    let mut size = 4096;
    for _ in 0..2048 {
        let taken = kernel::write_arena(writer, BUF, size);
        if taken < 0 && total == 0 {
            kernel::note(Source::call(numbers::WRITE));
            return taken;
        }
        total += taken.max(0);
        if taken != size as isize {
            if size == 1 {
                break;
            }
            size = 1;
        }
    }
    total
}
