//! The format of page tables.

use core::arch::asm;

use microkernel_core::Protection;
use microkernel_core::arch::x86_64::Context;

/// The address at which all physical memory up to 4 GiB is mapped.
pub(crate) const DIRECT: u64 = 0xffff_8000_0000_0000;
/// The distance between a kernel address and its physical address.
pub(crate) const KERNEL: u64 = 0xffff_ffff_8000_0000;
/// The bytes that one entry of each level spans, from the highest level.
pub(crate) const SPANS: [u64; 4] = [1 << 39, 1 << 30, 1 << 21, 1 << 12];

// Bits of an entry (AMD64 manual, volume 2, section 5.4.1).
const PRESENT: u64 = 1;
const WRITABLE: u64 = 2;
const USER: u64 = 4;
const LARGE: u64 = 1 << 7;
/// A bit free for software: the page is mapped, also where the program has no access.
const OWNED: u64 = 1 << 9;
const NO_EXECUTE: u64 = 1 << 63;
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;

/// The entry for the next table; `user` where the program's pages are below it.
pub(crate) fn table_entry(address: u64, user: bool) -> u64 {
    let access = if user { USER } else { 0 };
    address | PRESENT | WRITABLE | access
}

/// The entry for a page of the program.
pub(crate) fn page_entry(address: u64, protection: Protection) -> u64 {
    let mut bits = OWNED | USER;
    if protection.readable::<Context>() {
        bits |= PRESENT;
    }
    if protection.write {
        bits |= WRITABLE;
    }
    if !protection.execute {
        bits |= NO_EXECUTE;
    }
    address | bits
}

/// The entry for a page of the kernel.
pub(crate) fn kernel_entry(address: u64, write: bool, execute: bool) -> u64 {
    let write = if write { WRITABLE } else { 0 };
    let execute = if execute { 0 } else { NO_EXECUTE };
    address | PRESENT | write | execute
}

/// The entry for the kernel's data in a whole span of the lowest level but one.
pub(crate) fn large_entry(address: u64) -> u64 {
    kernel_entry(address, true, false) | LARGE
}

/// The physical address in an entry.
pub(crate) fn entry_address(entry: u64) -> u64 {
    entry & ADDRESS
}

/// Makes an address space the current one; `table` is the physical address of its root.
pub(crate) fn load_tables(table: u64) {
    // SAFETY: the table maps the kernel as the one in use does.
    unsafe { asm!("mov cr3, {}", in(reg) table, options(nostack, preserves_flags)) };
}
