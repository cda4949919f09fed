//! Routines of the polling families.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::arena::POISON;

use crate::runtime::kernel;

/// Polls one descriptor; returns its `revents`, or the error, which is EPROTO where the count of
/// poll(2) does not match.
///
/// Code, not rows: it replaces the four rows that a `pollfd` needs, about thirty times.
pub fn poll_one(descriptor: usize, events: usize) -> isize {
    let poisoned = u16::from_ne_bytes([POISON; 2]);
    let mut entry = [descriptor as u32, events as u32 | u32::from(poisoned) << 16];
    kernel::note(numbers::POLL);
    let count = kernel::poll(&mut entry);
    let revents = (entry[1] >> 16) as i16;
    if count == isize::from(revents != 0) {
        revents.into()
    } else if kernel::is_error(count) {
        count
    } else {
        -isize::from(errno::EPROTO.0)
    }
}
