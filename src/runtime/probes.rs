//! Probes: registers after a signal, and memory by the thread pointer.

use posix_conformance::plan::arena::CAUGHT;

use super::arena;
use super::argument::Argument;
use crate::arch;

/// Waits in user mode until a signal handler has run; returns a bit for each part that survived.
pub fn surviving_registers() -> isize {
    // SAFETY: the handler counts in that place.
    unsafe { arch::register_probe(arena::address(CAUGHT)) }
}

/// The byte at an address plus the thread pointer; see [`arch::thread_pointer_probe`].
pub fn byte_by_thread_pointer(address: Argument) -> isize {
    // SAFETY: the address is in the arena. The rows set thread pointers that lead to other pages of
    // the arena, and a thread pointer that was not set is 0.
    unsafe { arch::thread_pointer_probe(address.number()) }
}
