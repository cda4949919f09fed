//! The init program of a Linux that boots for one run of the suite.
//!
//! It enables the loopback interface, which the kernel leaves down, and executes
//! `/posix-conformance`, which so is process 1. In the initramfs it is `/init`.

#![no_std]
#![no_main]

mod arch;

use core::panic::PanicInfo;

use arch::{Numbers, syscall3};

// netdevice(7).
const AF_INET: usize = 2;
const SOCK_DGRAM: usize = 2;
const SIOCSIFFLAGS: usize = 0x8914;
const IFF_UP: u8 = 1;
/// The size of `struct ifreq` in bytes, and the offset of its flags; the name comes first.
const IFREQ_SIZE: usize = 40;
const IFR_FLAGS: usize = 16;

/// The request that enables the loopback interface. The kernel only reads it. It is a constant,
/// because this program has no `memset` to clear a variable.
static REQUEST: [u8; IFREQ_SIZE] = {
    let mut request = [0; IFREQ_SIZE];
    [request[0], request[1]] = *b"lo";
    request[IFR_FLAGS] = IFF_UP;
    request
};
const SUITE: &[u8] = b"/posix-conformance\0";
const MESSAGE: &[u8] = b"linux-init: cannot execute /posix-conformance\n";

/// The entry of each processor calls it by its name.
#[unsafe(no_mangle)]
extern "C" fn begin() -> ! {
    // Without a network the checks of it fail; the suite runs all the same.
    let socket = syscall3(Numbers::SOCKET, [AF_INET, SOCK_DGRAM, 0]);
    if socket >= 0 {
        let request = REQUEST.as_ptr() as usize;
        syscall3(Numbers::IOCTL, [socket as usize, SIOCSIFFLAGS, request]);
        syscall3(Numbers::CLOSE, [socket as usize, 0, 0]);
    }
    let args = [SUITE.as_ptr() as usize, 0];
    syscall3(
        Numbers::EXECVE,
        [args[0], args.as_ptr() as usize, &raw const args[1] as usize],
    );
    let message = MESSAGE.as_ptr() as usize;
    syscall3(Numbers::WRITE, [1, message, MESSAGE.len()]);
    loop {
        syscall3(Numbers::EXIT, [1, 0, 0]);
    }
}

// The profile of clippy unwinds, as tests do, and only the standard library supports that.
#[cfg(not(panic = "abort"))]
extern crate std;

/// The handler that `no_std` requires; nothing here panics.
#[cfg_attr(panic = "abort", panic_handler)]
#[cfg_attr(
    not(panic = "abort"),
    expect(dead_code, reason = "std has the handler")
)]
fn panic(_: &PanicInfo) -> ! {
    loop {
        syscall3(Numbers::EXIT, [101, 0, 0]);
    }
}
