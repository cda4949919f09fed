//! Probes: registers after a call or a signal, and memory by the thread pointer.

use super::argument::{self, Argument};
use crate::arch;

/// A bit for each part of the registers that calls have lost; see [`arch::take_lost`].
pub fn lost_registers() -> isize {
    arch::take_lost().into()
}

/// Waits in user mode until a signal handler has run; returns a bit for each part that was lost.
pub fn lost_to_signal(args: &[Argument; 6]) -> isize {
    arch::take_lost();
    // SAFETY: the only row with this routine passes the place in which the handler counts.
    unsafe { arch::syscall(arch::WAIT_FOR_SIGNAL, argument::registers(args)) };
    lost_registers()
}

/// The byte at an address plus the thread pointer; see [`arch::thread_pointer_probe`].
pub fn byte_by_thread_pointer(address: Argument) -> isize {
    // SAFETY: the address is in the arena. The rows set thread pointers that lead to other pages of
    // the arena, and a thread pointer that was not set is 0.
    unsafe { arch::thread_pointer_probe(address.number()) }
}

/// Raises an exception of the processor; see [`arch::raise`].
pub fn raise(kind: Argument, address: Argument) -> isize {
    // SAFETY: the rows with this routine are those of a child process that ends here, whose memory
    // is a copy.
    unsafe { arch::raise(kind.number(), address.number()) }
}
