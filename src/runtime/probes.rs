//! Probes: what a signal leaves as it was, and where the thread pointer leads.

use posix_conformance::plan::arena::CAUGHT;

use super::arena;
use super::argument::Argument;
use crate::arch;

/// Waits in user mode for a signal handler to run; a bit for each part that survived it.
pub fn surviving_registers() -> isize {
    // SAFETY: the handler counts there.
    unsafe { arch::register_probe(arena::address(CAUGHT)) }
}

/// The byte at an address plus the thread pointer.
pub fn byte_by_thread_pointer(address: Argument) -> isize {
    // SAFETY: the rows set thread pointers that lead to other pages of the arena, and one that
    // was not set is 0.
    unsafe { arch::thread_pointer_probe(address.number()) }
}
