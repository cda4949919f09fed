//! The program: a static ELF that runs the core suite.
//!
//! It uses no libc, no runtime and no argument vector. The README lists what it needs of a kernel.

#![no_std]
#![no_main]

mod arch;
mod interpreter;
mod routines;
mod runtime;

use core::panic::PanicInfo;

arch::start!(main);

/// Runs the plan and ends the program.
extern "C" fn main() -> ! {
    // SAFETY: `_start` calls this once.
    let status = unsafe { interpreter::run(routines::call) };
    runtime::kernel::exit(status)
}

/// Reports an internal error: one line and the exit status.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    runtime::console::say(b"posix-conformance: internal panic\n");
    runtime::kernel::exit(interpreter::INTERNAL_ERROR)
}
