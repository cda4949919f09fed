//! Calls that move, flush, advise and inspect mappings.

use crate::arch::Architecture;
use crate::kernel::paging::Access;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::fs::{MS_ASYNC, MS_INVALIDATE, MS_SYNC};
use crate::machine::{Machine, PAGE_SIZE};
use crate::memory::space::{Region, round_up};

// mremap(2).
const MREMAP_MAYMOVE: u64 = 1;
const MREMAP_FIXED: u64 = 2;
// madvise(2).
const MADV_DONTNEED: i32 = 4;
const MADV_FREE: i32 = 8;
const MADV_REMOVE: i32 = 9;
/// The advice without an effect here: MADV_NORMAL to MADV_WILLNEED, and those about copies, huge
/// pages, dumps and reclaim.
const MADV_IGNORED: &[i32] = &[0, 1, 2, 3, 10, 11, 14, 15, 16, 17, 20, 21];

impl<M: Machine> Kernel<M> {
    /// The end of a range that begins at a page.
    fn range_end(&mut self, start: u64, size: u64) -> Result<u64, Stop> {
        if !start.is_multiple_of(PAGE_SIZE) {
            return Err(EINVAL.into());
        }
        let end = round_up(size).and_then(|size| start.checked_add(size));
        Ok(end
            .filter(|&end| end <= M::Context::USER_END)
            .ok_or(ENOMEM)?)
    }

    /// True where the whole range is mapped.
    fn is_mapped(&mut self, start: u64, end: u64) -> bool {
        let regions = self.space().regions_in(start, end);
        regions
            .iter()
            .map(|(from, region)| region.end - from)
            .sum::<u64>()
            == end - start
    }

    /// A shared mapping is the file itself: there is nothing to write back.
    pub(crate) fn msync(&mut self, start: u64, size: u64, flags: u32) -> Reply {
        let both = MS_ASYNC | MS_SYNC;
        if flags & !(both | MS_INVALIDATE) != 0 || flags & both == both {
            return Err(EINVAL.into());
        }
        let end = self.range_end(start, size)?;
        if self.is_mapped(start, end) {
            Ok(0)
        } else {
            Err(ENOMEM.into())
        }
    }

    /// The mapped pages that hold a range.
    fn whole_pages(&mut self, start: u64, size: u64) -> Result<(u64, u64), Stop> {
        let first = start & !(PAGE_SIZE - 1);
        let end = size.checked_add(start - first).and_then(round_up);
        let end = end.and_then(|size| first.checked_add(size)).ok_or(EINVAL)?;
        if self.is_mapped(first, end) {
            Ok((first, end))
        } else {
            Err(ENOMEM.into())
        }
    }

    /// No page leaves the memory: a page that is locked is one that was touched.
    pub(crate) fn mlock(&mut self, start: u64, size: u64) -> Reply {
        let (first, end) = self.whole_pages(start, size)?;
        if (end - first) / PAGE_SIZE > self.machine.free_frames() {
            return Err(ENOMEM.into());
        }
        for page in (first..end).step_by(PAGE_SIZE as usize) {
            // A page without access stays as it is.
            let _ = self.touch(page, Access::Read);
        }
        Ok(0)
    }

    pub(crate) fn munlock(&mut self, start: u64, size: u64) -> Reply {
        self.whole_pages(start, size)?;
        Ok(0)
    }

    pub(crate) fn mlockall(&mut self, flags: u32) -> Reply {
        // MCL_CURRENT, MCL_FUTURE and MCL_ONFAULT, which needs one of the others.
        if flags & !7 != 0 || flags & 3 == 0 {
            return Err(EINVAL.into());
        }
        Ok(0)
    }

    pub(crate) fn madvise(&mut self, start: u64, size: u64, advice: i32) -> Reply {
        let frees = matches!(advice, MADV_DONTNEED | MADV_FREE);
        if !frees && advice != MADV_REMOVE && !MADV_IGNORED.contains(&advice) {
            return Err(EINVAL.into());
        }
        let end = self.range_end(start, size).map_err(|_| EINVAL)?;
        if frees {
            self.discard(start, end);
        }
        if self.is_mapped(start, end) {
            Ok(0)
        } else {
            Err(ENOMEM.into())
        }
    }

    pub(crate) fn mincore(&mut self, start: u64, size: u64, result: u64) -> Reply {
        let end = self.range_end(start, size)?;
        let pages = ((end - start) / PAGE_SIZE) as usize;
        if !crate::kernel::user::in_user_half::<M>(result, pages as u64) {
            return Err(EFAULT.into());
        }
        if !self.is_mapped(start, end) {
            return Err(ENOMEM.into());
        }
        let mut bytes = alloc::vec![0; pages];
        for page in self.space().touched(start, end) {
            bytes[((page - start) / PAGE_SIZE) as usize] = 1;
        }
        self.write_user(result, &bytes)?;
        Ok(0)
    }

    pub(crate) fn mremap(
        &mut self,
        start: u64,
        old: u64,
        new: u64,
        flags: u64,
        target: u64,
    ) -> Reply {
        let may_move = flags & MREMAP_MAYMOVE != 0;
        let fixed = flags & MREMAP_FIXED != 0;
        if flags & !(MREMAP_MAYMOVE | MREMAP_FIXED) != 0 || fixed && !may_move {
            return Err(EINVAL.into());
        }
        let (old, new) = (round_up(old).ok_or(EINVAL)?, round_up(new).ok_or(ENOMEM)?);
        if !start.is_multiple_of(PAGE_SIZE) || new == 0 || old == 0 {
            return Err(EINVAL.into());
        }
        let end = start.checked_add(old).ok_or(EINVAL)?;
        let region = self.space().region(start).ok_or(EFAULT)?;
        if region.end < end {
            return Err(EFAULT.into());
        }
        if fixed {
            let to = target.checked_add(new).ok_or(EINVAL)?;
            let overlaps = target < end && start < to;
            if !target.is_multiple_of(PAGE_SIZE) || to > M::Context::USER_END || overlaps {
                return Err(EINVAL.into());
            }
            self.unmap(target, to);
            return self.move_mapping(start, region, old.min(new), (target, new), old);
        }
        if new <= old {
            self.unmap(start + new, end);
            return Ok(start as i64);
        }
        let grown = start.checked_add(new).ok_or(ENOMEM)?;
        if (new - old) / PAGE_SIZE > self.machine.free_frames() {
            return Err(ENOMEM.into());
        }
        if grown <= M::Context::USER_END && self.space().is_free(end, grown) {
            self.space().insert(
                start,
                Region {
                    end: grown,
                    ..region
                },
            );
            return Ok(start as i64);
        }
        if !may_move {
            return Err(ENOMEM.into());
        }
        let target = self.space().find(0, new).ok_or(ENOMEM)?;
        self.move_mapping(start, region, old, (target, new), old)
    }

    /// Moves the first `kept` bytes of a region to a free range, and unmaps the rest.
    fn move_mapping(
        &mut self,
        start: u64,
        region: Region,
        kept: u64,
        (target, size): (u64, u64),
        old: u64,
    ) -> Reply {
        for page in self.space().touched(start, start + kept) {
            let tables = self.space().tables;
            if let Some(entry) = self.space().pages.remove(&page) {
                self.machine.unmap(tables, page);
                self.space().pages.insert(page - start + target, entry);
            }
        }
        self.unmap(start, start + old);
        self.space().insert(
            target,
            Region {
                end: target + size,
                ..region
            },
        );
        Ok(target as i64)
    }
}
