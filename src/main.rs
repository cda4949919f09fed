//! How the suite runs: the program that boots where nothing else does.
//!
//! No libc, no runtime, no argument vector: what it needs of a kernel stands in the README.

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
    // SAFETY: the first instruction comes here, once.
    let status = unsafe { interpreter::run(routines::call) };
    runtime::kernel::exit(status)
}

/// An internal error: one line and the exit status that says so.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    runtime::console::say("posix-conformance: internal panic\n");
    runtime::kernel::exit(interpreter::INTERNAL_ERROR)
}
