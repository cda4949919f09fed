//! Routines of directories.

use posix_conformance::abi::files::{D_NAME, D_RECLEN};
use posix_conformance::abi::numbers;
use posix_conformance::plan::arena::{BUF, BUF2};

use crate::runtime::kernel::Source;
use crate::runtime::{arena, files, kernel};

/// The most calls that a directory takes.
const CALLS_MAX: usize = 64;
/// The size of an entry's record before its name.
const NAME: usize = D_NAME as usize;

/// Reads a directory to its end with buffers of so many bytes, and removes each file after it has
/// read its name, if asked to. Returns a hexadecimal digit for each name of one letter, the last
/// one for `a`: the number of times that it came; or the first error.
///
/// Code, not rows: a loop over records in an order that the kernel chooses.
pub fn entries(descriptor: usize, size: usize, remove: usize) -> isize {
    let mut seen = 0;
    for _ in 0..CALLS_MAX {
        kernel::note(Source::call(numbers::GETDENTS64));
        let end = files::getdents64(descriptor, BUF, size);
        if end <= 0 {
            return if end < 0 { end } else { seen };
        }
        let mut at = 0;
        while at + NAME + 2 <= (end as usize).min(BUF2.offset as usize - BUF.offset as usize) {
            let record = BUF.plus(at as i16);
            let name: [u8; 2] = arena::get(record.plus(D_NAME as i16));
            if name[1] == 0 && name[0].is_ascii_lowercase() {
                seen += 1 << (4 * (name[0] - b'a') % 64);
                if remove != 0 {
                    files::unlink_at(descriptor, &name);
                }
            }
            // A record of no bytes must not hold the loop.
            at += usize::from(arena::get::<u16>(record.plus(D_RECLEN as i16))).max(NAME);
        }
    }
    seen
}
