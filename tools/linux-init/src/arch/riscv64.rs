//! riscv64.

use core::arch::{asm, global_asm};

pub(crate) use super::generic::Numbers;

global_asm!(
    ".globl _start",
    "_start:",
    "li fp, 0",
    "call begin",
    "unimp",
);

/// Makes a system call with three arguments.
pub(crate) fn syscall3(number: usize, args: [usize; 3]) -> isize {
    let result;
    // SAFETY: the kernel only reads the memory that the arguments name, all of it in this program.
    unsafe {
        asm!("ecall", in("a7") number, inlateout("a0") args[0] => result, in("a1") args[1],
             in("a2") args[2], options(nostack));
    }
    result
}
