//! The address space of a program: the mapped ranges and their protection.
//!
//! Page tables are filled from it when a page is first touched.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::machine::{PAGE_SIZE, Protection};

/// The lowest address of a mapping: null pointers stay invalid.
pub(crate) const LOWEST: u64 = 0x1_0000;
/// The bytes at the end of the program's half that mappings without a hint leave free: the stack
/// is there.
pub(crate) const RESERVED: u64 = 0x0fff_f000;

/// A mapped range, from its key to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Region {
    end: u64,
    protection: Protection,
}

/// The mapped ranges of a program, and its break.
#[derive(Debug)]
pub(crate) struct AddressSpace {
    regions: BTreeMap<u64, Region>,
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
    pub(crate) fn new(limit: u64) -> AddressSpace {
        AddressSpace {
            regions: BTreeMap::new(),
            limit,
            break_start: 0,
            break_end: 0,
        }
    }

    /// The protection at an address; `None` where nothing is mapped.
    pub(crate) fn protection(&self, address: u64) -> Option<Protection> {
        let (_, region) = self.regions.range(..=address).next_back()?;
        (address < region.end).then_some(region.protection)
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
    pub(crate) fn insert(&mut self, start: u64, end: u64, protection: Protection) {
        self.remove(start, end);
        self.regions.insert(start, Region { end, protection });
        self.join(start);
        self.join(end);
    }

    /// Joins the region that begins at an address with the one before it, if their protection is
    /// equal.
    fn join(&mut self, at: u64) {
        let Some(&region) = self.regions.get(&at) else {
            return;
        };
        let before = self.regions.range_mut(..at).next_back();
        if let Some((_, before)) = before
            && before.end == at
            && before.protection == region.protection
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
                self.regions.insert(end, region);
            }
        }
    }

    /// Changes the protection up to the first hole; true where there is none.
    pub(crate) fn protect(&mut self, start: u64, end: u64, protection: Protection) -> bool {
        let mut at = start;
        for (from, region) in self.overlapping(start, end) {
            if from > at {
                return false;
            }
            let until = region.end.min(end);
            self.insert(at, until, protection);
            at = until;
        }
        at == end
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

    #[test]
    fn a_hole_in_the_middle_leaves_both_neighbours() {
        let mut space = AddressSpace::new(0x7fff_ffff_f000);
        space.insert(0x10000, 0x13000, RW);
        space.remove(0x11000, 0x12000);
        assert_eq!(space.protection(0x10fff), Some(RW));
        assert_eq!(space.protection(0x11000), None);
        assert_eq!(space.protection(0x12000), Some(RW));
        space.insert(0x11000, 0x12000, RW);
        assert_eq!(space.regions.len(), 1);
    }

    #[test]
    fn protection_stops_at_a_hole() {
        let mut space = AddressSpace::new(0x7fff_ffff_f000);
        space.insert(0x10000, 0x11000, RW);
        space.insert(0x12000, 0x13000, RW);
        assert!(!space.protect(0x10000, 0x13000, NONE));
        assert_eq!(space.protection(0x10000), Some(NONE));
        assert_eq!(space.protection(0x12000), Some(RW));
        assert!(!space.protect(0x11000, 0x13000, NONE));
        assert!(space.protect(0x12000, 0x13000, NONE));
    }

    #[test]
    fn free_ranges_are_found_between_others() {
        let mut space = AddressSpace::new(0x7fff_ffff_f000);
        let top = space.find(0, 0x1000).expect("room");
        space.insert(top, top + 0x1000, RW);
        let next = space.find(top, 0x2000).expect("room");
        assert_eq!(next, top - 0x2000, "a hint that is taken is passed over");
        space.insert(next, next + 0x2000, RW);
        space.remove(top, top + 0x1000);
        assert_eq!(space.find(0, 0x1000), Some(top));
        assert_eq!(space.find(0x5000_0123, 0x1000), Some(0x5000_0000));
        assert_eq!(space.find(0, 1 << 62), None);
        assert_eq!(space.find(u64::MAX, u64::MAX), None);
    }
}
