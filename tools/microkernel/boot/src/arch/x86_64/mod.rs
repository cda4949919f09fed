//! x86-64: a PC that QEMU calls `pc`, started by PVH.

mod boot_info;
mod builtins;
mod clock;
mod cpu;
mod devices;
mod entry;
mod paging;
mod start;

pub(crate) use self::boot_info::read as boot_info;
pub(crate) use self::clock::Clock;
pub(crate) use self::cpu::{idle, run};
pub(crate) use self::devices::{exit, print, real_time};
pub(crate) use self::paging::{
    DIRECT, KERNEL, SPANS, entry_address, kernel_entry, large_entry, load_tables, page_entry,
    table_entry,
};

pub(crate) use microkernel_core::arch::x86_64::Context;

/// Prepares the processor for traps, and the devices.
pub(crate) fn init() {
    cpu::init();
    devices::init();
}
