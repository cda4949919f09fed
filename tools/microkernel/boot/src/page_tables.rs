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

/// The page tables of the kernel, and those that are in use.
pub(crate) struct PageTables {
    /// A root without pages of a program: the upper half of every other one is a copy of its own.
    kernel: u64,
    current: u64,
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

/// The entry of an address at a level; missing tables are allocated.
fn make(
    frames: &mut Frames,
    root: u64,
    address: u64,
    level: usize,
    user: bool,
) -> Option<*mut u64> {
    let mut table = root;
    for level in 0..level {
        let place = entry(table, level, address);
        if read(place) == 0 {
            write(place, table_entry(frames.alloc()?, user));
        }
        table = entry_address(read(place));
    }
    Some(entry(table, level, address))
}

/// The entry of a page; `None` where a table is missing.
fn find(root: u64, page: u64) -> Option<*mut u64> {
    let mut table = root;
    for level in 0..LAST {
        let value = read(entry(table, level, page));
        if value == 0 {
            return None;
        }
        table = entry_address(value);
    }
    Some(entry(table, LAST, page))
}

impl PageTables {
    /// Page tables with an empty lower half. The kernel is mapped in pages: code without write
    /// access, constants, data without execute access.
    pub(crate) fn new(frames: &mut Frames) -> Option<PageTables> {
        let root = frames.alloc()?;
        for address in (0..MAPPED).step_by(SPANS[LAST - 1] as usize) {
            let place = make(frames, root, DIRECT + address, LAST - 1, false)?;
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
                let place = make(frames, root, page, LAST, false)?;
                write(place, kernel_entry(page - KERNEL, write_access, execute));
            }
        }
        load_tables(root);
        Some(PageTables {
            kernel: root,
            current: root,
        })
    }

    /// Creates page tables with an empty lower half; `None` where memory is full.
    pub(crate) fn create(&self, frames: &mut Frames) -> Option<u64> {
        let root = frames.alloc()?;
        for index in ENTRIES / 2..ENTRIES {
            let address = index * SPANS[0];
            write(
                entry(root, 0, address),
                read(entry(self.kernel, 0, address)),
            );
        }
        Some(root)
    }

    /// Frees the tables of the lower half.
    pub(crate) fn destroy(&mut self, frames: &mut Frames, root: u64) {
        if self.current == root {
            self.enter(self.kernel);
        }
        for index in 0..ENTRIES / 2 {
            let value = read(entry(root, 0, index * SPANS[0]));
            if value != 0 {
                free_table(frames, entry_address(value), 1);
            }
        }
        frames.free(root);
    }

    /// Makes page tables the current ones.
    pub(crate) fn enter(&mut self, root: u64) {
        if self.current != root {
            self.current = root;
            load_tables(root);
        }
    }

    /// Maps a page, or changes its frame and protection; false where memory is full.
    pub(crate) fn map(
        &mut self,
        frames: &mut Frames,
        root: u64,
        page: u64,
        frame: u64,
        protection: Protection,
    ) -> bool {
        let Some(place) = make(frames, root, page, LAST, true) else {
            return false;
        };
        write(place, page_entry(frame, protection));
        self.flush(root);
        true
    }

    /// Unmaps a page, if it is mapped.
    pub(crate) fn unmap(&mut self, root: u64, page: u64) {
        if let Some(place) = find(root, page) {
            write(place, 0);
            self.flush(root);
        }
    }

    /// Makes the processor forget the translations of the current tables.
    fn flush(&self, root: u64) {
        if self.current == root {
            load_tables(root);
        }
    }
}

/// Frees a table and the tables below it; the last level refers to pages, which stay.
fn free_table(frames: &mut Frames, table: u64, level: usize) {
    for index in 0..ENTRIES {
        let value = read(entry(table, level, index * SPANS[level]));
        if level < LAST && value != 0 {
            free_table(frames, entry_address(value), level + 1);
        }
    }
    frames.free(table);
}
