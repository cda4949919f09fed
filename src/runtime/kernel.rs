//! The system call instruction and what it returns.

use core::arch::asm;
use core::sync::atomic::{AtomicU16, Ordering};

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

/// Makes a system call of up to six arguments; returns `rax` as it comes.
///
/// Arguments that a call does not take are whatever the caller passes: a kernel must not look.
pub fn call(number: u16, args: &[usize; 6]) -> isize {
    note(number);
    raw(number, args)
}

/// Makes a system call without noting it, for handlers and threads.
#[inline(never)]
pub fn raw(number: u16, args: &[usize; 6]) -> isize {
    let result;
    // SAFETY: the suite passes the kernel only memory that nothing else of the program relies on
    // (the arena, constants), and the instruction clobbers what is declared.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") usize::from(number) => result,
            in("rdi") args[0],
            in("rsi") args[1],
            in("rdx") args[2],
            in("r10") args[3],
            in("r8") args[4],
            in("r9") args[5],
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Makes a system call of up to four arguments on the machine's own account.
///
/// Passed in registers, where an array would cost 20 bytes a call.
#[inline(never)]
pub fn syscall4(number: u16, first: usize, second: usize, third: usize, fourth: usize) -> isize {
    let result;
    // SAFETY: as for `raw`.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") usize::from(number) => result,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result
}

/// Whether a result is an error: the last page of addresses, and no other negative number.
pub fn is_error(result: isize) -> bool {
    // Written so that it is one comparison: 30 bytes less than a range.
    result as usize > -4096isize as usize
}
