//! The first and the last instruction.

use core::arch::global_asm;

use posix_conformance::abi::numbers;

use super::kernel;

global_asm!(
    ".section .text._start, \"ax\", @progbits",
    ".globl _start",
    "_start:",
    // The ABI's end of the chain of frames, and its alignment, whatever the kernel left.
    "xor ebp, ebp",
    "and rsp, -16",
    "call {main}",
    "ud2",
    ".previous",
    main = sym crate::main,
);

/// Ends the program, by whichever of the two calls the kernel has.
pub fn exit(status: i32) -> ! {
    loop {
        for number in [numbers::EXIT_GROUP, numbers::EXIT] {
            kernel::syscall4(number, status as usize, 0, 0, 0);
        }
    }
}
