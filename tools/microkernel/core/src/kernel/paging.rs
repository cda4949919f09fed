//! Pages of programs: allocated when they are first touched, copied when they are first written.

use alloc::vec;
use alloc::vec::Vec;

use crate::arch::Architecture;
use crate::kernel::Kernel;
use crate::machine::{Frame, Machine, PAGE_SIZE, Protection};
use crate::memory::space::{AddressSpace, Page, Region};

/// The kind of an access to memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    Execute,
}

/// The reason that an access is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Unmapped,
    Forbidden,
    /// Behind the end of the mapped file, or memory is full.
    NoPage,
}

/// The start of the page of an address.
pub(crate) fn page_of(address: u64) -> u64 {
    address & !(PAGE_SIZE - 1)
}

impl<M: Machine> Kernel<M> {
    /// The address space of the current process.
    pub(crate) fn space(&mut self) -> &mut AddressSpace {
        let at = self.process().space;
        self.spaces.get_mut(at).expect("a process has a space")
    }

    /// Checks that the region of an address allows an access.
    pub(crate) fn allowed(&mut self, address: u64, access: Access) -> Result<Region, Fault> {
        let region = self.space().region(address).ok_or(Fault::Unmapped)?;
        let protection = region.protection;
        let is_allowed = match access {
            Access::Read => protection.readable::<M::Context>(),
            Access::Write => protection.write,
            Access::Execute => protection.execute,
        };
        is_allowed.then_some(region).ok_or(Fault::Forbidden)
    }

    /// Makes the page of an address present for an access; returns its frame.
    pub(crate) fn touch(&mut self, address: u64, access: Access) -> Result<Frame, Fault> {
        let region = self.allowed(address, access)?;
        let page = page_of(address);
        let write = access == Access::Write;
        let present = self.space().pages.get(&page).copied();
        let frame = match present {
            Some(Page { frame, .. }) if region.shared || !write || self.owners.is_one(frame) => {
                frame
            }
            Some(Page { frame, .. }) => {
                let copy = self.copy_frame(frame).ok_or(Fault::NoPage)?;
                self.release_frame(frame);
                copy
            }
            None => self.first_touch(&region, write)?,
        };
        let writable = region.shared || self.owners.is_one(frame);
        let now = Page { frame, writable };
        if present != Some(now) {
            self.space().pages.insert(page, now);
        }
        if self.map_page(page, now, region.protection) {
            Ok(frame)
        } else {
            Err(Fault::NoPage)
        }
    }

    /// The frame of a page that was never touched: of zeros, or of the mapped file.
    fn first_touch(&mut self, region: &Region, write: bool) -> Result<Frame, Fault> {
        let Some(source) = region.source else {
            return self.machine.allocate().ok_or(Fault::NoPage);
        };
        let inode = self.objects.files.get(source.inode);
        let data = inode.and_then(|inode| inode.data());
        let Ok(data) = data else {
            return Err(Fault::NoPage);
        };
        let index = source.offset / PAGE_SIZE;
        if source.offset >= data.size {
            return Err(Fault::NoPage);
        }
        match data.pages.get(&index).copied() {
            Some(frame) if region.shared || !write => {
                self.owners.add(frame);
                Ok(frame)
            }
            Some(frame) => self.copy_frame(frame).ok_or(Fault::NoPage),
            None if region.shared => {
                let frame = self.file_frame(source.inode, index).ok_or(Fault::NoPage)?;
                self.owners.add(frame);
                Ok(frame)
            }
            None => self.machine.allocate().ok_or(Fault::NoPage),
        }
    }

    /// The frame of a page of a file; a hole gets one.
    pub(crate) fn file_frame(&mut self, inode: usize, index: u64) -> Option<Frame> {
        let data = self.objects.files.get(inode).ok()?.data().ok()?;
        if let Some(&frame) = data.pages.get(&index) {
            return Some(frame);
        }
        let frame = self.machine.allocate()?;
        let data = self.objects.files.get_mut(inode).ok()?.data_mut().ok()?;
        data.pages.insert(index, frame);
        Some(frame)
    }

    fn copy_frame(&mut self, frame: Frame) -> Option<Frame> {
        let copy = self.machine.allocate()?;
        let mut bytes = vec![0; PAGE_SIZE as usize];
        self.machine.load(frame, 0, &mut bytes);
        self.machine.store(copy, 0, &bytes);
        Some(copy)
    }

    /// Removes an owner of a frame; the last one frees it.
    pub(crate) fn release_frame(&mut self, frame: Frame) {
        if self.owners.remove(frame) {
            self.machine.free(frame);
        }
    }

    /// Enters a page in the page tables.
    fn map_page(&mut self, page: u64, entry: Page, protection: Protection) -> bool {
        let write = protection.write && entry.writable;
        // An access that the region allows and the page does not is decided at the next fault.
        let read = protection.read || protection.write;
        let protection = Protection {
            read,
            write,
            ..protection
        };
        let tables = self.space().tables;
        self.machine.map(tables, page, entry.frame, protection)
    }

    /// Brings the page tables in line with the protection of a range.
    pub(crate) fn remap(&mut self, start: u64, end: u64) {
        for page in self.space().touched(start, end) {
            let space = self.space();
            if let (Some(&entry), Some(region)) = (space.pages.get(&page), space.region(page)) {
                // An entry that exists takes no memory.
                self.map_page(page, entry, region.protection);
            }
        }
    }

    /// Frees the pages of a range; its regions stay.
    pub(crate) fn discard(&mut self, start: u64, end: u64) {
        let at = self.process().space;
        self.discard_of(at, start, end);
    }

    /// Frees the pages of a range of an address space.
    pub(crate) fn discard_of(&mut self, at: usize, start: u64, end: u64) {
        let Some(space) = self.spaces.get_mut(at) else {
            return;
        };
        let tables = space.tables;
        let mut frames = Vec::new();
        for page in space.touched(start, end) {
            frames.extend(space.pages.remove(&page).map(|page| page.frame));
            self.machine.unmap(tables, page);
        }
        for frame in frames {
            self.release_frame(frame);
        }
    }

    /// Unmaps a range.
    pub(crate) fn unmap(&mut self, start: u64, end: u64) {
        self.discard(start, end);
        self.space().remove(start, end);
    }

    /// Creates an empty address space; `None` where memory is full.
    pub(crate) fn new_space(&mut self) -> Option<usize> {
        let tables = self.machine.new_tables()?;
        let space = AddressSpace::new(M::Context::USER_END, tables);
        let inserted = self.spaces.insert(space);
        if inserted.is_none() {
            self.machine.free_tables(tables);
        }
        inserted
    }

    /// Copies the current address space: private pages are shared until one process writes them.
    pub(crate) fn copy_space(&mut self) -> Option<usize> {
        let tables = self.machine.new_tables()?;
        let mut child = self.space().copy(tables);
        child.pages = self.space().pages.clone();
        for (&page, entry) in &mut child.pages {
            self.owners.add(entry.frame);
            let region = self.space().region(page);
            entry.writable = region.is_some_and(|region| region.shared);
        }
        let pages = child.pages.clone();
        let Some(at) = self.spaces.insert(child) else {
            for page in pages.values() {
                self.release_frame(page.frame);
            }
            self.machine.free_tables(tables);
            return None;
        };
        // The parent's next write has to fault, so that it copies the page. The child's pages are
        // entered in its tables as it touches them.
        self.space().pages = pages;
        self.remap(0, M::Context::USER_END);
        Some(at)
    }

    /// Removes a process from an address space; the last one frees it.
    pub(crate) fn leave_space(&mut self, at: usize) {
        let Some(space) = self.spaces.get_mut(at) else {
            return;
        };
        space.users -= 1;
        if space.users > 0 {
            return;
        }
        let tables = space.tables;
        let pages = core::mem::take(&mut space.pages);
        self.spaces.remove(at);
        self.machine.free_tables(tables);
        for page in pages.values() {
            self.release_frame(page.frame);
        }
    }

    /// Unmaps the pages behind the new end of a file wherever they are mapped: an access there is
    /// SIGBUS from now on.
    pub(crate) fn unmap_behind(&mut self, inode: usize, size: u64) {
        self.unmap_file(inode, size.div_ceil(PAGE_SIZE) * PAGE_SIZE, u64::MAX);
    }

    /// Unmaps the whole pages of a range of a file, which have become holes.
    pub(crate) fn unmap_holes(&mut self, inode: usize, start: u64, end: u64) {
        self.unmap_file(inode, start.div_ceil(PAGE_SIZE) * PAGE_SIZE, page_of(end));
    }

    /// Unmaps the pages of a range of a file wherever they are mapped.
    fn unmap_file(&mut self, inode: usize, start: u64, end: u64) {
        let mut cut = Vec::new();
        for (at, space) in self.spaces.iter() {
            for (from, region) in space.regions() {
                if let Some(source) = region.source.filter(|source| source.inode == inode) {
                    let place = |offset: u64| {
                        let behind = offset.saturating_sub(source.offset);
                        from.saturating_add(behind).min(region.end)
                    };
                    cut.push((at, place(start), place(end)));
                }
            }
        }
        for (at, start, end) in cut {
            self.discard_of(at, start, end);
        }
    }

    /// Removes the files that nobody can reach any more.
    pub(crate) fn collect_files(&mut self) {
        if !self.objects.files.has_orphans() {
            return;
        }
        let spaces = &self.spaces;
        let mapped = |inode| {
            let mut regions = spaces.iter().flat_map(|(_, space)| space.regions());
            regions.any(|(_, region)| region.source.is_some_and(|one| one.inode == inode))
        };
        for frame in self.objects.files.collect(mapped) {
            self.release_frame(frame);
        }
    }
}
