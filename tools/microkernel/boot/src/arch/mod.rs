//! All that differs by processor and machine: a folder for each, with the same names in each.
//!
//! | name | is |
//! |---|---|
//! | [`Context`] | the registers of a thread, which the logic gives to [`run`] |
//! | [`init`] | prepares the processor for traps, and the devices |
//! | [`boot_info`] | reads what the loader says of the machine |
//! | [`run`] | runs a thread until it traps |
//! | [`idle`] | waits for an interrupt |
//! | [`Clock`] | the time since the start, and the alarm that interrupts a thread |
//! | [`real_time`] | the real-time clock, in seconds since 1970 |
//! | [`print`] | writes to the console |
//! | [`exit`] | ends QEMU |
//! | [`DIRECT`] | the address at which all physical memory up to 4 GiB is mapped |
//! | [`KERNEL`] | the distance between a kernel address and its physical address |
//! | [`SPANS`] | the bytes that one entry of a page table spans, from the highest level |
//! | [`table_entry`], [`page_entry`], [`kernel_entry`], [`large_entry`] | entries of page tables |
//! | [`entry_address`] | the physical address in an entry |
//! | [`load_tables`] | makes page tables the current ones |
//!
//! A folder also has the first instructions, which call `kernel_main` with the address of the
//! loader's structure, and `kernel.ld`, the memory layout. Another processor is one more `cfg_attr`
//! below and a folder that defines these names.

#[cfg_attr(target_arch = "riscv64", path = "riscv64/mod.rs")]
#[cfg_attr(target_arch = "x86_64", path = "x86_64/mod.rs")]
mod processor;

use core::fmt;

pub(crate) use processor::{
    Clock, Context, DIRECT, KERNEL, SPANS, boot_info, entry_address, exit, idle, init,
    kernel_entry, large_entry, load_tables, page_entry, print, real_time, run, table_entry,
};

/// The boot information that the kernel uses; addresses are physical.
pub(crate) struct BootInfo {
    /// The end of the memory range that holds the kernel.
    pub memory_end: u64,
    pub module: Option<(u64, u64)>,
    pub command_line: &'static str,
    /// Random numbers, as good as the machine has them.
    pub seed: [u32; 8],
}

/// The pointer to a physical address.
pub(crate) fn pointer<T>(address: u64) -> *mut T {
    (DIRECT + address) as *mut T
}

/// The console as a target of formatted text.
pub(crate) struct Console;

impl fmt::Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        print(text.as_bytes());
        Ok(())
    }
}
