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

/// A page frame of physical memory; [`Machine::allocate`] gives out its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frame(pub u64);

/// Page tables; [`Machine::new_tables`] gives out their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tables(pub u64);

/// The processor, its page tables and the devices, as the kernel's logic uses them.
///
/// The logic decides which frame each page has; page tables hold no more than it has mapped.
pub trait Machine {
    /// The registers of a thread, by which the ABI of the processor is known.
    type Context: Architecture;

    /// Nanoseconds since the start of the machine; never decreases.
    fn now(&mut self) -> u64;
    /// Allocates a frame of zeros; `None` where memory is full.
    fn allocate(&mut self) -> Option<Frame>;
    /// Frees a frame that no page tables map.
    fn free(&mut self, frame: Frame);
    /// Copies from a frame; the range is within it.
    fn load(&mut self, frame: Frame, offset: usize, into: &mut [u8]);
    /// Copies to a frame; the range is within it.
    fn store(&mut self, frame: Frame, offset: usize, from: &[u8]);
    /// Creates page tables without a page of a program; `None` where memory is full.
    fn new_tables(&mut self) -> Option<Tables>;
    /// Frees page tables; the frames that they map stay allocated.
    fn free_tables(&mut self, tables: Tables);
    /// Makes page tables those of the thread that runs next.
    fn enter(&mut self, tables: Tables);
    /// Maps a page, or changes its frame and protection; false where memory is full.
    fn map(&mut self, tables: Tables, page: u64, frame: Frame, protection: Protection) -> bool;
    /// Unmaps a page, if it is mapped.
    fn unmap(&mut self, tables: Tables, page: u64);
    /// Writes to the console.
    fn print(&mut self, bytes: &[u8]);
    /// The number of free frames.
    fn free_frames(&self) -> u64;
}
