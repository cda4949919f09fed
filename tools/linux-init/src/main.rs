//! The init program of a Linux that boots for one run of the suite.
//!
//! It enables the loopback interface, which the kernel leaves down, and executes
//! `/posix-conformance`, which so is process 1. In the initramfs it is `/init`.

#![no_std]
#![no_main]

use core::arch::{asm, global_asm};
use core::panic::PanicInfo;

// System calls (`<asm/unistd_64.h>`).
const WRITE: usize = 1;
const IOCTL: usize = 16;
const SOCKET: usize = 41;
const CLOSE: usize = 3;
const EXECVE: usize = 59;
const EXIT: usize = 60;
// netdevice(7).
const AF_INET: usize = 2;
const SOCK_DGRAM: usize = 2;
const SIOCSIFFLAGS: usize = 0x8914;
const IFF_UP: u8 = 1;
/// The size of `struct ifreq` in bytes, and the offset of its flags; the name comes first.
const IFREQ_SIZE: usize = 40;
const IFR_FLAGS: usize = 16;

const SUITE: &[u8] = b"/posix-conformance\0";
const MESSAGE: &[u8] = b"linux-init: cannot execute /posix-conformance\n";

global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "and rsp, -16",
    "call {main}",
    "ud2",
    main = sym main,
);

/// Makes a system call with three arguments; returns rax.
fn syscall3(number: usize, args: [usize; 3]) -> isize {
    let result;
    // SAFETY: the kernel only reads the memory that the arguments name, all of it in this program.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") args[0], in("rsi") args[1],
             in("rdx") args[2], lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}

extern "C" fn main() -> ! {
    let mut request = [0_u8; IFREQ_SIZE];
    [request[0], request[1]] = *b"lo";
    request[IFR_FLAGS] = IFF_UP;
    // Without a network the checks of it fail; the suite runs all the same.
    let socket = syscall3(SOCKET, [AF_INET, SOCK_DGRAM, 0]);
    if socket >= 0 {
        syscall3(
            IOCTL,
            [socket as usize, SIOCSIFFLAGS, request.as_ptr() as usize],
        );
        syscall3(CLOSE, [socket as usize, 0, 0]);
    }
    let args = [SUITE.as_ptr() as usize, 0];
    syscall3(
        EXECVE,
        [args[0], args.as_ptr() as usize, &raw const args[1] as usize],
    );
    syscall3(WRITE, [1, MESSAGE.as_ptr() as usize, MESSAGE.len()]);
    loop {
        syscall3(EXIT, [1, 0, 0]);
    }
}

/// The handler that `no_std` requires; nothing here panics.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {
        syscall3(EXIT, [101, 0, 0]);
    }
}

/// Fills bytes; the compiler calls it to clear the request.
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes a valid range.
    unsafe {
        asm!("rep stosb", inout("rcx") size => _, inout("rdi") to => _, in("al") byte as u8,
             options(nostack, preserves_flags));
    }
    to
}
