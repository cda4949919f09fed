//! System calls: which was the last, what its result means, and the end of the program.

use core::sync::atomic::{AtomicU16, Ordering};

use posix_conformance::abi::numbers;

use crate::arch;

pub use crate::arch::syscall4;

/// The number of the last system call, to name it where its result fails a step.
static LAST: AtomicU16 = AtomicU16::new(0);

/// The number of the last system call that the main thread made.
pub fn last_number() -> u16 {
    LAST.load(Ordering::Relaxed)
}

/// Notes a system call that was made elsewhere.
pub fn note(number: u16) {
    LAST.store(number, Ordering::Relaxed);
}

/// Makes a system call of a row, and notes it.
pub fn call(number: u16, args: &[usize; 6]) -> isize {
    note(number);
    arch::syscall(number, args)
}

/// Whether a result is an error: the last page of addresses, and no other negative number.
pub fn is_error(result: isize) -> bool {
    // Written so that it is one comparison: 30 bytes less than a range.
    result as usize > -4096isize as usize
}

/// Ends the program, by whichever of the two calls the kernel has.
pub fn exit(status: i32) -> ! {
    loop {
        for number in [numbers::EXIT_GROUP, numbers::EXIT] {
            syscall4(number, status as usize, 0, 0, 0);
        }
    }
}
