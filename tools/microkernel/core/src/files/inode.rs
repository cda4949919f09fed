//! Files: their attributes, and what each kind of them holds.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use crate::files::Who;
use crate::linux::Errno;
use crate::linux::errno::{EINVAL, EISDIR, ENOTDIR};
use crate::linux::fs::{S_IFDIR, S_IFLNK, S_IFREG};
use crate::machine::{Frame, PAGE_SIZE};

/// A file of any kind.
#[derive(Debug)]
pub(crate) struct Inode {
    pub kind: Kind,
    /// The permissions, without the kind.
    pub mode: u32,
    pub user: u32,
    pub group: u32,
    /// The number of names.
    pub links: u32,
    /// The number of descriptions, and of working directories.
    pub opens: u32,
    /// In nanoseconds since 1970.
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
}

/// The kind of a file.
#[derive(Debug)]
pub(crate) enum Kind {
    Regular(Data),
    Directory(Directory),
    Symlink(Vec<u8>),
    /// Another kind, without contents: the bits of its mode.
    Special(u32),
}

/// The contents of a regular file; a page without a frame is a hole.
#[derive(Debug, Default)]
pub(crate) struct Data {
    pub size: u64,
    pub pages: BTreeMap<u64, Frame>,
}

/// A name in a directory.
#[derive(Debug)]
pub(crate) struct Entry {
    pub name: Vec<u8>,
    pub inode: usize,
    /// The place in the order of `getdents64`; it stays as others come and go.
    pub cookie: u64,
}

/// The contents of a directory.
#[derive(Debug)]
pub(crate) struct Directory {
    pub parent: usize,
    /// In the order of their cookies.
    pub entries: Vec<Entry>,
    next_cookie: u64,
}

/// The cookie of the first entry after `.` and `..`.
pub(crate) const FIRST_COOKIE: u64 = 2;

impl Inode {
    pub(crate) fn new(kind: Kind, mode: u32, who: Who, now: i64) -> Inode {
        Inode {
            kind,
            mode,
            user: who.user,
            group: who.group,
            links: 0,
            opens: 0,
            accessed: now,
            modified: now,
            changed: now,
        }
    }

    pub(crate) fn is_directory(&self) -> bool {
        matches!(self.kind, Kind::Directory(_))
    }

    /// The bits of the mode for the kind.
    pub(crate) fn format(&self) -> u32 {
        match self.kind {
            Kind::Regular(_) => S_IFREG,
            Kind::Directory(_) => S_IFDIR,
            Kind::Symlink(_) => S_IFLNK,
            Kind::Special(format) => format,
        }
    }

    pub(crate) fn size(&self) -> u64 {
        match &self.kind {
            Kind::Regular(data) => data.size,
            Kind::Directory(directory) => (directory.entries.len() as u64 + 2) * 32,
            Kind::Symlink(target) => target.len() as u64,
            Kind::Special(_) => 0,
        }
    }

    /// The number of blocks of 512 bytes.
    pub(crate) fn blocks(&self) -> u64 {
        match &self.kind {
            Kind::Regular(data) => data.pages.len() as u64 * (PAGE_SIZE / 512),
            _ => 0,
        }
    }

    pub(crate) fn directory(&self) -> Result<&Directory, Errno> {
        match &self.kind {
            Kind::Directory(directory) => Ok(directory),
            _ => Err(ENOTDIR),
        }
    }

    pub(crate) fn directory_mut(&mut self) -> Result<&mut Directory, Errno> {
        match &mut self.kind {
            Kind::Directory(directory) => Ok(directory),
            _ => Err(ENOTDIR),
        }
    }

    pub(crate) fn data(&self) -> Result<&Data, Errno> {
        match &self.kind {
            Kind::Regular(data) => Ok(data),
            Kind::Directory(_) => Err(EISDIR),
            _ => Err(EINVAL),
        }
    }

    pub(crate) fn data_mut(&mut self) -> Result<&mut Data, Errno> {
        match &mut self.kind {
            Kind::Regular(data) => Ok(data),
            Kind::Directory(_) => Err(EISDIR),
            _ => Err(EINVAL),
        }
    }
}

impl Data {
    /// Removes the pages behind a new size; returns their frames.
    pub(crate) fn cut(&mut self, size: u64) -> Vec<Frame> {
        self.size = size;
        let cut = self.pages.split_off(&size.div_ceil(PAGE_SIZE));
        cut.into_values().collect()
    }

    /// Removes the whole pages of a range; returns their frames.
    pub(crate) fn punch(&mut self, start: u64, end: u64) -> Vec<Frame> {
        let pages = start.div_ceil(PAGE_SIZE)..end / PAGE_SIZE;
        let inside = self.pages.keys().filter(|page| pages.contains(page));
        let inside: Vec<u64> = inside.copied().collect();
        let frames = inside.iter().filter_map(|page| self.pages.remove(page));
        frames.collect()
    }

    /// The first offset from `at` on that has data (SEEK_DATA).
    pub(crate) fn next_data(&self, at: u64) -> Option<u64> {
        let (&page, _) = self.pages.range(at / PAGE_SIZE..).next()?;
        Some(at.max(page * PAGE_SIZE)).filter(|&found| found < self.size)
    }

    /// The first offset from `at` on that is in a hole; the end of the file is one (SEEK_HOLE).
    pub(crate) fn next_hole(&self, at: u64) -> u64 {
        let mut page = at / PAGE_SIZE;
        while self.pages.contains_key(&page) {
            page += 1;
        }
        at.max(page * PAGE_SIZE).min(self.size)
    }
}

impl Directory {
    pub(crate) fn new(parent: usize) -> Directory {
        Directory {
            parent,
            entries: Vec::new(),
            next_cookie: FIRST_COOKIE,
        }
    }

    pub(crate) fn get(&self, name: &[u8]) -> Option<usize> {
        let entry = self.entries.iter().find(|entry| entry.name == name)?;
        Some(entry.inode)
    }

    pub(crate) fn add(&mut self, name: &[u8], inode: usize) {
        self.entries.push(Entry {
            name: name.to_vec(),
            inode,
            cookie: self.next_cookie,
        });
        self.next_cookie += 1;
    }

    pub(crate) fn remove(&mut self, name: &[u8]) {
        self.entries.retain(|entry| entry.name != name);
    }

    /// Makes a name refer to another file.
    pub(crate) fn replace(&mut self, name: &[u8], inode: usize) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.name == name) {
            entry.inode = inode;
        }
    }
}
