//! Page tables: the program in the lower half of the addresses, the kernel in the upper half.

use microkernel_core::Protection;

use crate::frames::{DIRECT, FRAME_SIZE, Frames, pointer};
use crate::processor::load_tables;

// Bits of an entry (AMD64 manual, volume 2, section 5.4.1).
const PRESENT: u64 = 1;
const WRITABLE: u64 = 2;
const USER: u64 = 4;
/// A bit free for software: the page is mapped, also where the program has no access.
const OWNED: u64 = 1 << 9;
const NO_EXECUTE: u64 = 1 << 63;
const ADDRESS: u64 = 0x000f_ffff_ffff_f000;
const ENTRIES: u64 = 512;
/// The bytes that one entry of each level spans, from the highest level.
const SPANS: [u64; 4] = [1 << 39, 1 << 30, 1 << 21, 1 << 12];
/// The distance between a kernel address and its physical address.
const KERNEL: u64 = 0xffff_ffff_8000_0000;

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

fn bits(protection: Protection) -> u64 {
    let mut bits = OWNED | USER;
    if protection.readable() {
        bits |= PRESENT;
    }
    if protection.write {
        bits |= WRITABLE;
    }
    if !protection.execute {
        bits |= NO_EXECUTE;
    }
    bits
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
        let direct = entry(tables.root, 0, DIRECT);
        let directory = frames.alloc()?;
        for gigabyte in 0..4 {
            let pages = frames.alloc()?;
            for index in 0..ENTRIES {
                let large = PRESENT | WRITABLE | 0x80;
                let address = gigabyte * SPANS[1] + index * SPANS[2];
                write(entry(pages, 2, address), address | large);
            }
            write(
                entry(directory, 1, gigabyte * SPANS[1]),
                pages | PRESENT | WRITABLE,
            );
        }
        write(direct, directory | PRESENT | WRITABLE | NO_EXECUTE);
        let edges = [
            &raw const kernel_text_start as u64,
            &raw const kernel_text_end as u64,
            &raw const kernel_data_start as u64,
            &raw const kernel_end as u64,
        ];
        let kinds = [
            PRESENT,
            PRESENT | NO_EXECUTE,
            PRESENT | WRITABLE | NO_EXECUTE,
        ];
        for (edge, kind) in edges.windows(2).zip(kinds) {
            for page in (edge[0]..edge[1]).step_by(FRAME_SIZE as usize) {
                let place = tables.make(frames, page, PRESENT | WRITABLE)?;
                write(place, (page - KERNEL) | kind);
            }
        }
        load_tables(tables.root);
        Some(tables)
    }

    /// The entry of a page; missing tables are allocated.
    fn make(&mut self, frames: &mut Frames, page: u64, way: u64) -> Option<*mut u64> {
        let mut table = self.root;
        for level in 0..3 {
            let place = entry(table, level, page);
            if read(place) == 0 {
                write(place, frames.alloc()? | way);
            }
            table = read(place) & ADDRESS;
        }
        Some(entry(table, 3, page))
    }

    /// The entry of a page, or the span in bytes that a missing table leaves unmapped.
    fn find(&self, page: u64) -> Result<*mut u64, u64> {
        let mut table = self.root;
        for (level, span) in SPANS.iter().enumerate().take(3) {
            let value = read(entry(table, level, page));
            if value == 0 {
                return Err(*span);
            }
            table = value & ADDRESS;
        }
        Ok(entry(table, 3, page))
    }

    /// Maps a page of zeros unless one is mapped, and sets its protection; false where memory is
    /// full.
    pub(crate) fn map(&mut self, frames: &mut Frames, page: u64, protection: Protection) -> bool {
        let Some(place) = self.make(frames, page, PRESENT | WRITABLE | USER) else {
            return false;
        };
        let mut frame = read(place) & ADDRESS;
        if frame == 0 {
            match frames.alloc() {
                Some(fresh) => frame = fresh,
                None => return false,
            }
        }
        write(place, frame | bits(protection));
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
        self.change(start, end, |value| value & ADDRESS | bits(protection));
    }

    /// Frees the mapped pages.
    pub(crate) fn unmap(&mut self, frames: &mut Frames, start: u64, end: u64) {
        self.change(start, end, |value| {
            frames.free(value & ADDRESS);
            0
        });
    }

    /// The pointer to an address of the program, if its page is mapped.
    pub(crate) fn translate(&self, address: u64) -> Option<*mut u8> {
        let value = read(self.find(address).ok()?);
        (value != 0).then(|| pointer((value & ADDRESS) + address % FRAME_SIZE))
    }
}
