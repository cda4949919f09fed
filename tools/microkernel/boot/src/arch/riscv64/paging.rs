//! The format of page tables: Sv39 (RISC-V privileged architecture, section 4.4).

use core::arch::asm;

use microkernel_core::Protection;
use microkernel_core::arch::riscv64::Context;

/// The address at which all physical memory up to 4 GiB is mapped.
pub(crate) const DIRECT: u64 = 0xffff_ffc0_0000_0000;
/// The distance between a kernel address and its physical address.
pub(crate) const KERNEL: u64 = 0xffff_ffff_0000_0000;
/// The bytes that one entry of each level spans, from the highest level.
pub(crate) const SPANS: [u64; 3] = [1 << 30, 1 << 21, 1 << 12];

const VALID: u64 = 1;
const READABLE: u64 = 1 << 1;
const WRITABLE: u64 = 1 << 2;
const EXECUTABLE: u64 = 1 << 3;
const USER: u64 = 1 << 4;
/// Accessed and dirty: set beforehand, since a processor may fault where they are clear.
const TOUCHED: u64 = 3 << 6;
/// A bit free for software: the page is mapped, also where the program has no access.
const OWNED: u64 = 1 << 8;
const NUMBER: u64 = (1 << 44) - 1;
/// The mode of `satp` for Sv39.
const SV39: u64 = 8 << 60;

fn encoded(address: u64) -> u64 {
    address >> 12 << 10
}

/// The entry for the next table; the entries of its pages say which of them are the program's.
pub(crate) fn table_entry(address: u64, _user: bool) -> u64 {
    encoded(address) | VALID
}

/// The entry for a page of the program.
pub(crate) fn page_entry(address: u64, protection: Protection) -> u64 {
    let mut bits = OWNED | USER | TOUCHED;
    if protection.readable::<Context>() {
        bits |= VALID | READABLE;
    }
    // Write access without read access is reserved.
    if protection.write {
        bits |= WRITABLE;
    }
    if protection.execute {
        bits |= VALID | EXECUTABLE;
    }
    encoded(address) | bits
}

/// The entry for a page of the kernel.
pub(crate) fn kernel_entry(address: u64, write: bool, execute: bool) -> u64 {
    let write = if write { WRITABLE } else { 0 };
    let execute = if execute { EXECUTABLE } else { 0 };
    encoded(address) | VALID | READABLE | TOUCHED | write | execute
}

/// The entry for the kernel's data in a whole span of the lowest level but one.
pub(crate) fn large_entry(address: u64) -> u64 {
    kernel_entry(address, true, false)
}

/// The physical address in an entry.
pub(crate) fn entry_address(entry: u64) -> u64 {
    (entry >> 10 & NUMBER) << 12
}

/// Makes an address space the current one; `table` is the physical address of its root.
pub(crate) fn load_tables(table: u64) {
    let value = SV39 | table >> 12;
    // SAFETY: the table maps the kernel as the one in use does. The fences make the processor
    // forget translations and instructions that it has read before.
    unsafe {
        asm!("csrw satp, {}", "sfence.vma", "fence.i", in(reg) value, options(nostack));
    }
}
