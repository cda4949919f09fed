//! System calls of fewer than four arguments, where 0 for the others takes no more bytes.

use super::syscall4;

/// Makes a system call of one argument; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall1(number: u16, first: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { syscall4(number, first, 0, 0, 0) }
}

/// Makes a system call of two arguments; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall2(number: u16, first: usize, second: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { syscall4(number, first, second, 0, 0) }
}

/// Makes a system call of three arguments; see [`syscall4`].
///
/// # Safety
///
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn syscall3(number: u16, first: usize, second: usize, third: usize) -> isize {
    // SAFETY: as for `syscall`.
    unsafe { syscall4(number, first, second, third, 0) }
}
