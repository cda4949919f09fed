//! x86-64.

use core::arch::{asm, global_asm};

/// `<asm/unistd_64.h>`.
pub(crate) struct Numbers;

impl Numbers {
    pub(crate) const WRITE: usize = 1;
    pub(crate) const IOCTL: usize = 16;
    pub(crate) const SOCKET: usize = 41;
    pub(crate) const CLOSE: usize = 3;
    pub(crate) const EXECVE: usize = 59;
    pub(crate) const EXIT: usize = 60;
}

global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "and rsp, -16",
    "call begin",
    "ud2",
);

/// Makes a system call with three arguments.
pub(crate) fn syscall3(number: usize, args: [usize; 3]) -> isize {
    let result;
    // SAFETY: the kernel only reads the memory that the arguments name, all of it in this program.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") args[0], in("rsi") args[1],
             in("rdx") args[2], lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}
