//! The address space of a program: the mapped ranges and their protection.
//!
//! Page tables are filled from it when a page is first touched.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::machine::{Frame, PAGE_SIZE, Protection, Tables};

/// The lowest address of a mapping: null pointers stay invalid.
pub(crate) const LOWEST: u64 = 0x1_0000;
/// The bytes at the end of the program's half that mappings without a hint leave free: the stack
/// is there.
pub(crate) const RESERVED: u64 = 0x0fff_f000;

/// The file of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub inode: usize,
    /// The offset in the file at which the region begins.
    pub offset: u64,
}

/// A mapped range, from its key to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub end: u64,
    pub protection: Protection,
    /// The file; `None` for zeros.
    pub source: Option<Source>,
    /// True where writes change the file: MAP_SHARED.
    pub shared: bool,
    /// True where `mprotect` may add write access.
    pub may_write: bool,
}

impl Region {
    /// A private region of zeros.
    pub(crate) fn zeros(end: u64, protection: Protection) -> Region {
        Region {
            end,
            protection,
            source: None,
            shared: false,
            may_write: true,
        }
    }

    /// The part of the region that begins at `start` where the region begins at `from`.
    fn from(self, from: u64, start: u64) -> Region {
        let source = self.source.map(|source| Source {
            offset: source.offset + (start - from),
            ..source
        });
        Region { source, ..self }
    }
}

/// A page that has a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub frame: Frame,
    /// True where the page tables let the program write, if its region does.
    pub writable: bool,
}

/// The mapped ranges of a program, its pages, and its break.
#[derive(Debug)]
pub(crate) struct AddressSpace {
    regions: BTreeMap<u64, Region>,
    /// The pages that were touched.
    pub pages: BTreeMap<u64, Page>,
    pub tables: Tables,
    /// The number of processes that share it (`vfork`).
    pub users: usize,
    /// The first address above the program's half.
    limit: u64,
    /// The first and the current break.
    pub break_start: u64,
    pub break_end: u64,
}

/// The address rounded up to a page; `None` above the last page.
pub(crate) fn round_up(address: u64) -> Option<u64> {
    Some(address.checked_add(PAGE_SIZE - 1)? & !(PAGE_SIZE - 1))
}

impl AddressSpace {
    /// An empty address space below `limit`.
    pub(crate) fn new(limit: u64, tables: Tables) -> AddressSpace {
        AddressSpace {
            regions: BTreeMap::new(),
            pages: BTreeMap::new(),
            tables,
            users: 1,
            limit,
            break_start: 0,
            break_end: 0,
        }
    }

    /// A space with the same regions, and no page yet.
    pub(crate) fn copy(&self, tables: Tables) -> AddressSpace {
        AddressSpace {
            regions: self.regions.clone(),
            pages: BTreeMap::new(),
            tables,
            users: 1,
            ..*self
        }
    }

    /// The region of an address, with its source at the address's page; `None` where nothing is
    /// mapped.
    pub(crate) fn region(&self, address: u64) -> Option<Region> {
        let (&start, region) = self.regions.range(..=address).next_back()?;
        let page = address & !(PAGE_SIZE - 1);
        (address < region.end).then(|| region.from(start, page.max(start)))
    }

    /// All regions with their starts.
    pub(crate) fn regions(&self) -> impl Iterator<Item = (u64, Region)> {
        self.regions.iter().map(|(&start, &region)| (start, region))
    }

    /// The regions of a range, cut to it.
    pub(crate) fn regions_in(&self, start: u64, end: u64) -> Vec<(u64, Region)> {
        let cut = |(from, region): (u64, Region)| {
            let begin = from.max(start);
            let region = region.from(from, begin);
            let end = region.end.min(end);
            (begin, Region { end, ..region })
        };
        self.overlapping(start, end).into_iter().map(cut).collect()
    }

    /// The start of each touched page in a range.
    pub(crate) fn touched(&self, start: u64, end: u64) -> Vec<u64> {
        if start >= end {
            return Vec::new();
        }
        self.pages
            .range(start..end)
            .map(|(&page, _)| page)
            .collect()
    }

    /// True where no page of the range is mapped.
    pub(crate) fn is_free(&self, start: u64, end: u64) -> bool {
        self.overlapping(start, end).is_empty()
    }

    /// The number of mapped bytes.
    pub(crate) fn size(&self) -> u64 {
        self.regions
            .iter()
            .map(|(start, region)| region.end - start)
            .sum()
    }

    fn overlapping(&self, start: u64, end: u64) -> Vec<(u64, Region)> {
        self.regions
            .range(..end)
            .filter(|(_, region)| region.end > start)
            .map(|(&from, &region)| (from, region))
            .collect()
    }

    /// Maps a range; replaces earlier mappings.
    pub(crate) fn insert(&mut self, start: u64, region: Region) {
        self.remove(start, region.end);
        self.regions.insert(start, region);
        self.join(start);
        self.join(region.end);
    }

    /// Joins the region that begins at an address with the one before it, if one mapping would
    /// make both.
    fn join(&mut self, at: u64) {
        let Some(&region) = self.regions.get(&at) else {
            return;
        };
        let before = self.regions.range_mut(..at).next_back();
        if let Some((&start, before)) = before
            && before.end == at
            && before.from(start, at)
                == (Region {
                    end: before.end,
                    ..region
                })
        {
            before.end = region.end;
            self.regions.remove(&at);
        }
    }

    /// Unmaps a range.
    pub(crate) fn remove(&mut self, start: u64, end: u64) {
        for (from, region) in self.overlapping(start, end) {
            self.regions.remove(&from);
            if from < start {
                let end = start;
                self.regions.insert(from, Region { end, ..region });
            }
            if region.end > end {
                self.regions.insert(end, region.from(from, end));
            }
        }
    }

    /// Changes the protection up to the first hole, or the first region that may not be written;
    /// returns the address there.
    pub(crate) fn protect(&mut self, start: u64, end: u64, protection: Protection) -> u64 {
        let mut at = start;
        for (from, region) in self.regions_in(start, end) {
            if from > at || protection.write && !region.may_write {
                break;
            }
            at = region.end;
            self.insert(
                from,
                Region {
                    protection,
                    ..region
                },
            );
        }
        at
    }

    /// A free range of the size: at the hint if that is free, else the highest one.
    pub(crate) fn find(&self, hint: u64, size: u64) -> Option<u64> {
        let hint = hint & !(PAGE_SIZE - 1);
        let behind = hint.checked_add(size);
        if hint >= LOWEST && behind.is_some_and(|end| end <= self.limit && self.is_free(hint, end))
        {
            return Some(hint);
        }
        let mut end = self.limit - RESERVED;
        for (&start, region) in self.regions.range(..end).rev() {
            if region.end < end && end - region.end >= size {
                break;
            }
            end = end.min(start);
        }
        let start = end.checked_sub(size)?;
        (start >= LOWEST && self.is_free(start, end)).then_some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RW: Protection = Protection::READ_WRITE;
    const NONE: Protection = Protection {
        read: false,
        write: false,
        execute: false,
    };

    impl AddressSpace {
        fn protection(&self, address: u64) -> Option<Protection> {
            self.region(address).map(|region| region.protection)
        }
    }

    fn empty() -> AddressSpace {
        AddressSpace::new(0x7fff_ffff_f000, Tables(0))
    }

    fn rw(end: u64) -> Region {
        Region::zeros(end, RW)
    }

    #[test]
    fn a_hole_in_the_middle_leaves_both_neighbours() {
        let mut space = empty();
        space.insert(0x10000, rw(0x13000));
        space.remove(0x11000, 0x12000);
        assert_eq!(space.protection(0x10fff), Some(RW));
        assert_eq!(space.protection(0x11000), None);
        assert_eq!(space.protection(0x12000), Some(RW));
        space.insert(0x11000, rw(0x12000));
        assert_eq!(space.regions.len(), 1);
    }

    #[test]
    fn protection_stops_at_a_hole() {
        let mut space = empty();
        space.insert(0x10000, rw(0x11000));
        space.insert(0x12000, rw(0x13000));
        assert_eq!(space.protect(0x10000, 0x13000, NONE), 0x11000);
        assert_eq!(space.protection(0x10000), Some(NONE));
        assert_eq!(space.protection(0x12000), Some(RW));
        assert_eq!(space.protect(0x11000, 0x13000, NONE), 0x11000);
        assert_eq!(space.protect(0x12000, 0x13000, NONE), 0x13000);
    }

    #[test]
    fn the_parts_of_a_file_keep_their_offsets() {
        let mut space = empty();
        let region = Region {
            source: Some(Source {
                inode: 3,
                offset: 0x1000,
            }),
            may_write: false,
            ..Region::zeros(0x14000, NONE)
        };
        let offset = |space: &AddressSpace, at| space.region(at)?.source.map(|one| one.offset);
        space.insert(0x10000, region);
        space.remove(0x11000, 0x12000);
        assert_eq!(offset(&space, 0x10fff), Some(0x1000));
        assert_eq!(offset(&space, 0x12000), Some(0x3000));
        assert_eq!(offset(&space, 0x13010), Some(0x4000));
        assert_eq!(space.protect(0x12000, 0x13000, RW), 0x12000, "not writable");
        let middle = Region {
            end: 0x12000,
            source: Some(Source {
                inode: 3,
                offset: 0x2000,
            }),
            ..region
        };
        space.insert(0x11000, middle);
        assert_eq!(space.regions.len(), 1);
    }

    #[test]
    fn free_ranges_are_found_between_others() {
        let mut space = empty();
        let top = space.find(0, 0x1000).expect("room");
        space.insert(top, rw(top + 0x1000));
        let next = space.find(top, 0x2000).expect("room");
        assert_eq!(next, top - 0x2000, "a hint that is taken is passed over");
        space.insert(next, rw(next + 0x2000));
        space.remove(top, top + 0x1000);
        assert_eq!(space.find(0, 0x1000), Some(top));
        assert_eq!(space.find(0x5000_0123, 0x1000), Some(0x5000_0000));
        assert_eq!(space.find(0, 1 << 62), None);
        assert_eq!(space.find(u64::MAX, u64::MAX), None);
    }
}
