//! Page tables: the program in the lower half of the addresses, the kernel in the upper half.

use microkernel_core::Protection;

use crate::arch::{
    DIRECT, KERNEL, SPANS, entry_address, kernel_entry, large_entry, load_tables, page_entry,
    pointer, table_entry,
};
use crate::frames::{FRAME_SIZE, Frames};

const ENTRIES: u64 = 512;
/// The level whose entries are pages.
const LAST: usize = SPANS.len() - 1;
/// The bytes of physical memory that are mapped for the kernel.
const MAPPED: u64 = 4 << 30;

/// An address space.
pub(crate) struct PageTables {
    root: u64,
}

/// The entry of an address in a table.
fn entry(table: u64, level: usize, address: u64) -> *mut u64 {
    let index = address / SPANS[level] % ENTRIES;
    pointer::<u64>(table).wrapping_add(index as usize)
}

fn read(entry: *mut u64) -> u64 {
    // SAFETY: entries are in frames of page tables, all within the direct map.
    unsafe { entry.read() }
}

fn write(entry: *mut u64, value: u64) {
    // SAFETY: as above.
    unsafe { entry.write(value) }
}

unsafe extern "C" {
    static kernel_text_start: u8;
    static kernel_text_end: u8;
    static kernel_data_start: u8;
    static kernel_end: u8;
}

/// The physical address of the kernel's end.
pub(crate) fn kernel_end_address() -> u64 {
    &raw const kernel_end as u64 - KERNEL
}

impl PageTables {
    /// An address space with an empty lower half. The kernel is mapped in pages: code without write
    /// access, constants, data without execute access.
    pub(crate) fn new(frames: &mut Frames) -> Option<PageTables> {
        let mut tables = PageTables {
            root: frames.alloc()?,
        };
        for address in (0..MAPPED).step_by(SPANS[LAST - 1] as usize) {
            let place = tables.make(frames, DIRECT + address, LAST - 1, false)?;
            write(place, large_entry(address));
        }
        let edges = [
            &raw const kernel_text_start as u64,
            &raw const kernel_text_end as u64,
            &raw const kernel_data_start as u64,
            &raw const kernel_end as u64,
        ];
        // Write and execute access.
        let kinds = [(false, true), (false, false), (true, false)];
        for (edge, (write_access, execute)) in edges.windows(2).zip(kinds) {
            for page in (edge[0]..edge[1]).step_by(FRAME_SIZE as usize) {
                let place = tables.make(frames, page, LAST, false)?;
                write(place, kernel_entry(page - KERNEL, write_access, execute));
            }
        }
        load_tables(tables.root);
        Some(tables)
    }

    /// The entry of an address at a level; missing tables are allocated.
    fn make(
        &mut self,
        frames: &mut Frames,
        address: u64,
        level: usize,
        user: bool,
    ) -> Option<*mut u64> {
        let mut table = self.root;
        for level in 0..level {
            let place = entry(table, level, address);
            if read(place) == 0 {
                write(place, table_entry(frames.alloc()?, user));
            }
            table = entry_address(read(place));
        }
        Some(entry(table, level, address))
    }

    /// The entry of a page, or the span in bytes that a missing table leaves unmapped.
    fn find(&self, page: u64) -> Result<*mut u64, u64> {
        let mut table = self.root;
        for (level, span) in SPANS.iter().enumerate().take(LAST) {
            let value = read(entry(table, level, page));
            if value == 0 {
                return Err(*span);
            }
            table = entry_address(value);
        }
        Ok(entry(table, LAST, page))
    }

    /// Maps a page of zeros unless one is mapped, and sets its protection; false where memory is
    /// full.
    pub(crate) fn map(&mut self, frames: &mut Frames, page: u64, protection: Protection) -> bool {
        let Some(place) = self.make(frames, page, LAST, true) else {
            return false;
        };
        let mut frame = entry_address(read(place));
        if frame == 0 {
            match frames.alloc() {
                Some(fresh) => frame = fresh,
                None => return false,
            }
        }
        write(place, page_entry(frame, protection));
        load_tables(self.root);
        true
    }

    /// Replaces the entry of each mapped page in a range by the result of `to`.
    fn change(&mut self, start: u64, end: u64, mut to: impl FnMut(u64) -> u64) {
        let mut page = start;
        while page < end {
            match self.find(page) {
                Ok(place) => {
                    let value = read(place);
                    if value != 0 {
                        write(place, to(value));
                    }
                    page += FRAME_SIZE;
                }
                // A missing table: continue where the next one could begin.
                Err(span) => page = (page & !(span - 1)).saturating_add(span),
            }
        }
        load_tables(self.root);
    }

    /// Changes the protection of the mapped pages.
    pub(crate) fn protect(&mut self, start: u64, end: u64, protection: Protection) {
        self.change(start, end, |value| {
            page_entry(entry_address(value), protection)
        });
    }

    /// Frees the mapped pages.
    pub(crate) fn unmap(&mut self, frames: &mut Frames, start: u64, end: u64) {
        self.change(start, end, |value| {
            frames.free(entry_address(value));
            0
        });
    }

    /// The pointer to an address of the program, if its page is mapped.
    pub(crate) fn translate(&self, address: u64) -> Option<*mut u8> {
        let value = read(self.find(address).ok()?);
        (value != 0).then(|| pointer(entry_address(value) + address % FRAME_SIZE))
    }
}
