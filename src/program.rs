//! The start and the end of a program, which those of all suites share.

use core::panic::PanicInfo;

use crate::{arch, interpreter, routines, runtime};

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
