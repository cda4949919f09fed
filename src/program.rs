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

// The profile of clippy unwinds, as tests do, and only the standard library supports that.
#[cfg(not(panic = "abort"))]
extern crate std;

/// Reports an internal error: one line and the exit status.
#[cfg_attr(panic = "abort", panic_handler)]
#[cfg_attr(
    not(panic = "abort"),
    expect(dead_code, reason = "std has the handler")
)]
fn panic(_: &PanicInfo) -> ! {
    runtime::console::say(b"posix-conformance: internal panic\n");
    runtime::kernel::exit(interpreter::INTERNAL_ERROR)
}
