//! Routines of the polling families.

use posix_conformance::plan::arena::POISON;

use crate::runtime::kernel::{self, Source};

/// The result where the count of poll(2) does not match the `revents`; the count is subtracted.
const MISMATCH: isize = -65_536;

/// Polls one descriptor; returns its `revents`, the error, or [`MISMATCH`] less the count.
///
/// Code, not rows: it replaces the four rows that a `pollfd` needs, about thirty times.
pub fn poll_one(descriptor: usize, events: usize) -> isize {
    let poisoned = u16::from_ne_bytes([POISON; 2]);
    let mut entry = [descriptor as u32, events as u32 | u32::from(poisoned) << 16];
    kernel::note(Source::call(kernel::POLL));
    let count = kernel::poll(&mut entry);
    let revents = (entry[1] >> 16) as u16;
    if kernel::is_error(count) {
        count
    } else if count == isize::from(revents != 0) {
        kernel::note(Source::FOUND);
        revents as isize
    } else {
        MISMATCH.wrapping_sub(count)
    }
}
