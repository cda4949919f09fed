//! riscv64: a machine that QEMU calls `virt`, started by OpenSBI in supervisor mode.

mod boot_info;
mod clock;
mod cpu;
mod devices;
mod entry;
mod paging;
mod sbi;
mod start;

pub(crate) use self::boot_info::read as boot_info;
pub(crate) use self::clock::Clock;
pub(crate) use self::cpu::{idle, run};
pub(crate) use self::devices::{exit, print, real_time};
pub(crate) use self::paging::{
    DIRECT, KERNEL, SPANS, entry_address, kernel_entry, large_entry, load_tables, page_entry,
    table_entry,
};
pub(crate) use microkernel_core::arch::riscv64::Context;

/// Prepares the processor for traps, and the devices.
pub(crate) fn init() {
    cpu::init();
    devices::init();
}
