//! The first program of a Linux that boots for one run of the suite: it sets the loopback
//! interface up, which the kernel leaves down, and becomes `/posix-conformance`.
//!
//! In an initramfs it is `/init`, beside the suite, which so is process 1 as before.

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
/// `struct ifreq`: a name of 16 bytes, then the flags.
const IFREQ_SIZE: usize = 40;
const IFR_FLAGS: usize = 16;

const SUITE: &[u8] = b"/posix-conformance\0";
const COMPLAINT: &[u8] = b"linux-init: cannot run /posix-conformance\n";

global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "and rsp, -16",
    "call {main}",
    "ud2",
    main = sym main,
);

fn call(number: usize, args: [usize; 3]) -> isize {
    let result;
    // SAFETY: the kernel reads only what the arguments name, all of it in this program.
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
    // Where there is no network, the suite's own checks say so.
    let socket = call(SOCKET, [AF_INET, SOCK_DGRAM, 0]);
    if socket >= 0 {
        call(
            IOCTL,
            [socket as usize, SIOCSIFFLAGS, request.as_ptr() as usize],
        );
        call(CLOSE, [socket as usize, 0, 0]);
    }
    let args = [SUITE.as_ptr() as usize, 0];
    call(
        EXECVE,
        [args[0], args.as_ptr() as usize, &raw const args[1] as usize],
    );
    call(WRITE, [1, COMPLAINT.as_ptr() as usize, COMPLAINT.len()]);
    loop {
        call(EXIT, [1, 0, 0]);
    }
}

/// Nothing here panics.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {
        call(EXIT, [101, 0, 0]);
    }
}

/// The compiler may ask for it to clear the request.
#[unsafe(no_mangle)]
extern "C" fn memset(to: *mut u8, byte: i32, size: usize) -> *mut u8 {
    // SAFETY: the compiler passes a valid range.
    unsafe {
        asm!("rep stosb", inout("rcx") size => _, inout("rdi") to => _, in("al") byte as u8,
             options(nostack, preserves_flags));
    }
    to
}
