//! What the kernel's logic asks of the hardware.

/// The size of a page in bytes.
pub(crate) const PAGE_SIZE: u64 = 4096;
/// The first address that no program can use: one page below the canonical hole, as on Linux.
pub(crate) const USER_END: u64 = 0x7fff_ffff_f000;

/// What a program may do with a page.
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

    /// Whether any access is allowed: x86 pages that can be written or run can be read.
    pub fn readable(self) -> bool {
        self.read || self.write || self.execute
    }
}

/// The processor, its page tables and the devices, as seen from the kernel's logic.
///
/// Addresses of the program are checked before they come here; `load` and `store` stay within
/// one page.
pub trait Machine {
    /// Nanoseconds since the machine started; never goes back.
    fn now(&mut self) -> u64;
    /// Puts a fresh page of zeros there; false where memory is used up.
    fn map(&mut self, page: u64, protection: Protection) -> bool;
    /// Changes what may be done with the pages of a range that are there.
    fn protect(&mut self, start: u64, end: u64, protection: Protection);
    /// Takes back the pages of a range that are there.
    fn unmap(&mut self, start: u64, end: u64);
    /// Copies from a page of the program; false where the page is not there yet.
    fn load(&mut self, address: u64, into: &mut [u8]) -> bool;
    /// Copies into a page of the program; false where the page is not there yet.
    fn store(&mut self, address: u64, from: &[u8]) -> bool;
    /// Writes to the console.
    fn print(&mut self, bytes: &[u8]);
    /// Pages that can still be given out.
    fn free_pages(&self) -> u64;
}
