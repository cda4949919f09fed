//! Calls to the firmware (RISC-V Supervisor Binary Interface, version 1.0).

use core::arch::asm;

// Extensions: timer, system reset.
const TIMER: u64 = 0x5449_4d45;
const SYSTEM_RESET: u64 = 0x5352_5354;

fn call(extension: u64, function: u64, first: u64, second: u64) {
    // SAFETY: the firmware keeps all registers but the two results.
    unsafe {
        asm!("ecall", inlateout("a0") first => _, inlateout("a1") second => _,
             in("a6") function, in("a7") extension, options(nostack));
    }
}

/// Requests the timer's interrupt at a time, in ticks; withdraws one that is pending.
pub(super) fn set_timer(at: u64) {
    call(TIMER, 0, at, 0);
}

/// Powers the machine off.
pub(super) fn shut_down() {
    call(SYSTEM_RESET, 0, 0, 0);
}
