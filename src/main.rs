//! How the suite runs: the program that boots where nothing else does.
//!
//! No libc, no runtime, no argument vector: what it needs of a kernel stands in the README.

#![no_std]
#![no_main]

mod checks;
mod machine;

use core::panic::PanicInfo;

/// Runs the plan and ends the program; `machine::start` comes here.
extern "C" fn main() -> ! {
    machine::exit(machine::run(checks::call))
}

/// An internal error: one line and the exit status that says so.
#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    machine::say("posix-conformance: internal panic\n");
    machine::exit(machine::INTERNAL_ERROR)
}
