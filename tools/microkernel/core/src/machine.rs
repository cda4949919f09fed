//! The interface between the kernel's logic and the hardware.

use crate::arch::Architecture;

/// The size of a page in bytes.
pub(crate) const PAGE_SIZE: u64 = 4096;

/// The access that a program has to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Protection {
    pub read: bool,
    pub write: bool,
    pub execute: bool,
}

impl Protection {
    pub(crate) const READ_WRITE: Protection = Protection {
        read: true,
        write: true,
        execute: false,
    };

    /// True where the program can read: a page that can be written can be read, and on some
    /// processors also one that can be executed.
    pub fn readable<C: Architecture>(self) -> bool {
        self.read || self.write || self.execute && C::EXECUTE_GIVES_READ
    }
}

/// The processor, its page tables and the devices, as the kernel's logic uses them.
///
/// The caller checks the program's addresses; the range of `load` and `store` is within one page.
pub trait Machine {
    /// The registers of a thread, by which the ABI of the processor is known.
    type Context: Architecture;

    /// Nanoseconds since the start of the machine; never decreases.
    fn now(&mut self) -> u64;
    /// Maps a page of zeros unless one is mapped, and sets its protection; false where memory is
    /// full.
    fn map(&mut self, page: u64, protection: Protection) -> bool;
    /// Changes the protection of the mapped pages of a range.
    fn protect(&mut self, start: u64, end: u64, protection: Protection);
    /// Frees the mapped pages of a range.
    fn unmap(&mut self, start: u64, end: u64);
    /// Copies from a page of the program; false where the page is not mapped.
    fn load(&mut self, address: u64, into: &mut [u8]) -> bool;
    /// Copies to a page of the program; false where the page is not mapped.
    fn store(&mut self, address: u64, from: &[u8]) -> bool;
    /// Writes to the console.
    fn print(&mut self, bytes: &[u8]);
    /// The number of free pages.
    fn free_pages(&self) -> u64;
}
