//! Traps and privileged instructions.

use core::arch::asm;

use microkernel_core::Trap;
use microkernel_core::arch::riscv64::Context;

use super::entry::{kernel_enter, kernel_trap};
use super::sbi;

/// The bit of `sie` for the timer's interrupt.
const TIMER_ENABLED: u64 = 1 << 5;
/// The bit of `scounteren` for the time.
const TIME_READABLE: u64 = 1 << 1;
/// The bit of `scause` that tells interrupts from exceptions.
const INTERRUPT: u64 = 1 << 63;
/// The length of `ecall` in bytes.
const SYSTEM_CALL_SIZE: u64 = 4;

// Codes of `scause` (RISC-V privileged architecture, section 4.1.8).
const SYSTEM_CALL: u64 = 8;
const FETCH_FAULT: u64 = 12;
const LOAD_FAULT: u64 = 13;
const STORE_FAULT: u64 = 15;

/// Sets the entry of traps and enables the timer's interrupt, which arrives while a program runs. A
/// program may read the time, as on Linux.
pub(super) fn init() {
    sbi::set_timer(u64::MAX);
    let entry = kernel_trap as *const () as u64;
    // SAFETY: the entry is aligned, and `sscratch` is 0 while the kernel runs.
    unsafe { asm!("csrw stvec, {}", in(reg) entry, options(nomem, nostack)) };
    // SAFETY: the register only says which counters a program may read.
    unsafe { asm!("csrw scounteren, {}", in(reg) TIME_READABLE, options(nomem, nostack)) };
    // SAFETY: interrupts are disabled in the kernel.
    unsafe { asm!("csrw sie, {}", in(reg) TIMER_ENABLED, options(nomem, nostack)) };
}

/// Runs a thread until it traps; returns the reason.
pub(crate) fn run(context: &mut Context) -> Trap {
    // SAFETY: the context has the layout that the code relies on, and stays in place until the
    // program traps.
    unsafe { kernel_enter(context) };
    match context.cause {
        SYSTEM_CALL => {
            // The processor leaves the program counter at the instruction.
            context.registers[0] = context.registers[0].wrapping_add(SYSTEM_CALL_SIZE);
            Trap::SystemCall
        }
        cause @ (FETCH_FAULT | LOAD_FAULT | STORE_FAULT) => Trap::PageFault {
            address: context.value,
            write: cause == STORE_FAULT,
            execute: cause == FETCH_FAULT,
        },
        INTERRUPT.. => {
            sbi::set_timer(u64::MAX);
            Trap::Interrupt
        }
        vector => Trap::Exception { vector },
    }
}

/// Waits for an interrupt.
pub(crate) fn idle() {
    wait();
    sbi::set_timer(u64::MAX);
}

/// Waits until an interrupt is pending, also where interrupts are disabled.
pub(super) fn wait() {
    // SAFETY: the instruction only waits.
    unsafe { asm!("wfi", options(nomem, nostack)) };
}

/// The time in ticks.
pub(super) fn ticks() -> u64 {
    let ticks;
    // SAFETY: the instruction only reads the counter.
    unsafe { asm!("rdtime {}", out(reg) ticks, options(nomem, nostack)) };
    ticks
}
