//! Routines of the families that make descriptors.

use posix_conformance::abi::flags::{O_APPEND, O_CLOEXEC, O_NONBLOCK, O_RDWR, O_WRONLY};
use posix_conformance::abi::numbers;

use crate::runtime::kernel::{self, Source};

/// The flags of POSIX that a row sets. O_CLOEXEC is no status flag, and no row expects it.
const SPECIFIED: i64 = O_WRONLY | O_RDWR | O_APPEND | O_NONBLOCK | O_CLOEXEC;

/// Asks fcntl(2) for the access mode and the status flags; returns those that POSIX specifies, or
/// the error.
///
/// Code, not rows: a row that keeps the flags for the next one would end the script where it fails.
pub fn status_flags(descriptor: usize) -> isize {
    kernel::note(Source::call(numbers::FCNTL));
    let flags = kernel::status_flags(descriptor);
    if kernel::is_error(flags) {
        flags
    } else {
        flags & SPECIFIED as isize
    }
}
