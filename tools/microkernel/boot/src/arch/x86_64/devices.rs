//! Devices with I/O ports: console, interrupt controllers, real-time clock, QEMU's exit.

use core::arch::asm;

const COM1: u16 = 0x3f8;
const LINE_STATUS: u16 = COM1 + 5;
const CAN_SEND: u8 = 0x20;
/// The bytes that the serial port takes at once when it is empty.
const FIFO_SIZE: usize = 16;
const EXIT: u16 = 0xf4;
const CMOS: u16 = 0x70;
const CONTROLLERS: [u16; 2] = [0x20, 0xa0];
/// The vector of the first interrupt.
const FIRST_VECTOR: u8 = 32;

fn write(port: u16, value: u8) {
    // SAFETY: the callers name ports of devices that every PC has, with values that they take.
    unsafe { asm!("out dx, al", in("dx") port, in("al") value, options(nostack, preserves_flags)) };
}

fn read(port: u16) -> u8 {
    let value;
    // SAFETY: as above; reading these ports has no effect on memory.
    unsafe { asm!("in al, dx", in("dx") port, out("al") value, options(nostack, preserves_flags)) };
    value
}

/// Initializes the devices; the only interrupt that is not masked is the timer's.
pub(crate) fn init() {
    // 115,200 baud, 8 bits, no parity, FIFOs enabled.
    for (register, value) in [
        (1, 0),
        (3, 0x80),
        (0, 1),
        (1, 0),
        (3, 0x03),
        (2, 0x07),
        (4, 0x03),
    ] {
        write(COM1 + register, value);
    }
    for (index, controller) in CONTROLLERS.into_iter().enumerate() {
        let wiring = [4, 2][index];
        let masked = [0xfe, 0xff][index];
        write(controller, 0x11);
        for value in [FIRST_VECTOR + 8 * index as u8, wiring, 1, masked] {
            write(controller + 1, value);
        }
    }
}

/// Acknowledges the timer's interrupt.
pub(crate) fn end_interrupt() {
    write(CONTROLLERS[0], 0x20);
}

/// Writes to the console.
pub(crate) fn print(bytes: &[u8]) {
    for chunk in bytes.chunks(FIFO_SIZE) {
        while read(LINE_STATUS) & CAN_SEND == 0 {}
        for &byte in chunk {
            write(COM1, byte);
        }
    }
}

/// Ends QEMU with the exit status `2 * code + 1`.
pub(crate) fn exit(code: u8) -> ! {
    write(EXIT, code);
    loop {
        // There is no exit device: halt.
        // SAFETY: interrupts are disabled, so that nothing else runs.
        unsafe { asm!("hlt", options(nomem, nostack)) };
    }
}

/// Seconds since 1970 of the real-time clock.
pub(crate) fn real_time() -> u64 {
    let register = |number: u8| {
        write(CMOS, number);
        read(CMOS + 1)
    };
    let read_all = || [0, 2, 4, 7, 8, 9].map(register);
    // Equal twice: no update between the registers.
    let mut time = read_all();
    loop {
        let again = read_all();
        if again == time {
            break;
        }
        time = again;
    }
    let binary = register(11) & 4 != 0;
    let [second, minute, hour, day, month, year] = time.map(|value| {
        let decimal = if binary {
            value
        } else {
            value / 16 * 10 + value % 16
        };
        u64::from(decimal)
    });
    let days = days_before(2000 + year, month) + day - 1;
    ((days * 24 + hour) * 60 + minute) * 60 + second
}

/// The days from 1970 to the first of a month.
fn days_before(year: u64, month: u64) -> u64 {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leaps = (year - 1) / 4 - 1969 / 4;
    let leap_day = u64::from(month > 2 && year.is_multiple_of(4));
    let before = BEFORE[(month as usize).clamp(1, 12) - 1];
    (year - 1970) * 365 + leaps + before + leap_day
}
