//! The devices of QEMU's `virt`: console, real-time clock, exit (QEMU, `hw/riscv/virt.c`).

use super::cpu::wait;
use super::sbi;
use crate::arch::pointer;

const TEST: u64 = 0x0010_0000;
const CLOCK: u64 = 0x0010_1000;
const SERIAL: u64 = 0x1000_0000;

// Registers of the 16550.
const LINE_STATUS: u64 = SERIAL + 5;
const CAN_SEND: u8 = 0x20;
/// The bytes that the serial port takes at once when it is empty.
const FIFO_SIZE: usize = 16;
/// The command of SiFive's test device that ends QEMU with the status in the upper half.
const FAIL: u32 = 0x3333;

fn write<T>(register: u64, value: T) {
    // SAFETY: the callers name registers of devices that every `virt` has, with values that they
    // take; the direct map reaches them.
    unsafe { pointer::<T>(register).write_volatile(value) };
}

fn read<T>(register: u64) -> T {
    // SAFETY: as above; reading these registers has no effect on memory.
    unsafe { pointer::<T>(register).read_volatile() }
}

/// Initializes the serial port.
pub(super) fn init() {
    // 8 bits, no parity, no interrupts, FIFOs enabled; the firmware has set the speed.
    for (register, value) in [(1, 0_u8), (3, 0x03), (2, 0x07), (4, 0x03)] {
        write(SERIAL + register, value);
    }
}

/// Writes to the console.
pub(crate) fn print(bytes: &[u8]) {
    for chunk in bytes.chunks(FIFO_SIZE) {
        while read::<u8>(LINE_STATUS) & CAN_SEND == 0 {}
        for &byte in chunk {
            write(SERIAL, byte);
        }
    }
}

/// Ends QEMU with the exit status `2 * code + 1`.
pub(crate) fn exit(code: u8) -> ! {
    write(TEST, FAIL | (2 * u32::from(code) + 1) << 16);
    // There is no such device.
    sbi::shut_down();
    loop {
        wait();
    }
}

/// Seconds since 1970 of the real-time clock.
pub(crate) fn real_time() -> u64 {
    nanoseconds() / 1_000_000_000
}

/// Nanoseconds since 1970; reading the lower half latches the upper one.
pub(super) fn nanoseconds() -> u64 {
    let low = read::<u32>(CLOCK);
    u64::from(read::<u32>(CLOCK + 4)) << 32 | u64::from(low)
}
