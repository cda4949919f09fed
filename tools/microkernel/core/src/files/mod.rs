//! The file system: a tree of inodes in memory.
//!
//! It holds the frames of its files and their sizes; the kernel copies the bytes. A file without
//! a name lives as long as it is open or mapped.

pub(crate) mod inode;
pub(crate) mod locks;
pub(crate) mod path;
#[cfg(test)]
mod tests;
mod tree;

use alloc::vec::Vec;

use crate::files::inode::{Directory, Inode, Kind};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::fs::{FILE_MODE, MAY_EXEC, MAY_READ, MAY_WRITE};
use crate::machine::Frame;
use crate::slab::Slab;

/// The largest number of files.
pub(crate) const INODES_MAX: usize = 16_384;
/// The number of the root directory.
pub(crate) const ROOT: usize = 0;

/// The user who asks, and the permissions of a new file.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Who {
    pub user: u32,
    pub group: u32,
}

impl Who {
    pub(crate) fn is_root(self) -> bool {
        self.user == 0
    }
}

/// All files.
#[derive(Debug)]
pub(crate) struct FileSystem {
    inodes: Slab<Inode>,
    /// Files without a name that nobody has open; a mapping may keep them.
    orphans: Vec<usize>,
    /// The time of the call that is served, in nanoseconds since 1970.
    pub now: i64,
}

impl FileSystem {
    /// A file system with an empty root directory.
    pub(crate) fn new() -> FileSystem {
        let mut inodes = Slab::new(INODES_MAX);
        let root = Kind::Directory(Directory::new(ROOT));
        let mut root = Inode::new(root, 0o755, Who::default(), 0);
        root.links = 2;
        inodes.insert(root);
        FileSystem {
            inodes,
            orphans: Vec::new(),
            now: 0,
        }
    }

    pub(crate) fn get(&self, at: usize) -> Result<&Inode, Errno> {
        self.inodes.get(at).ok_or(ENOENT)
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Result<&mut Inode, Errno> {
        self.inodes.get_mut(at).ok_or(ENOENT)
    }

    /// The number of files.
    pub(crate) fn count(&self) -> usize {
        self.inodes.iter().count()
    }

    /// Creates a file without a name; nobody has it open.
    pub(crate) fn create(&mut self, kind: Kind, mode: u32, who: Who) -> Result<usize, Errno> {
        let inode = Inode::new(kind, mode & FILE_MODE, who, self.now);
        let at = self.inodes.insert(inode).ok_or(ENOSPC)?;
        self.orphans.push(at);
        Ok(at)
    }

    /// Notes one more description of a file.
    pub(crate) fn open(&mut self, at: usize) {
        if let Some(inode) = self.inodes.get_mut(at) {
            inode.opens += 1;
            self.orphans.retain(|&one| one != at);
        }
    }

    /// Notes one description less.
    pub(crate) fn close(&mut self, at: usize) {
        if let Some(inode) = self.inodes.get_mut(at) {
            inode.opens -= 1;
        }
        self.note_orphan(at);
    }

    /// Notes a file that may be removed.
    fn note_orphan(&mut self, at: usize) {
        let unused = |inode: &Inode| inode.links == 0 && inode.opens == 0;
        if self.inodes.get(at).is_some_and(unused) && !self.orphans.contains(&at) {
            self.orphans.push(at);
        }
    }

    pub(crate) fn has_orphans(&self) -> bool {
        !self.orphans.is_empty()
    }

    /// Removes the files that nobody can reach; returns their frames.
    pub(crate) fn collect(&mut self, is_mapped: impl Fn(usize) -> bool) -> Vec<Frame> {
        let mut frames = Vec::new();
        let orphans = core::mem::take(&mut self.orphans);
        for at in orphans {
            if is_mapped(at) {
                self.orphans.push(at);
            } else if let Some(inode) = self.inodes.remove(at)
                && let Kind::Regular(data) = inode.kind
            {
                frames.extend(data.pages.into_values());
            }
        }
        frames
    }

    /// Checks that a user may access a file; `wanted` holds the bits of `access(2)`.
    pub(crate) fn check(&self, at: usize, wanted: u32, who: Who) -> Result<(), Errno> {
        let inode = self.get(at)?;
        if who.is_root() {
            let any = inode.mode & 0o111 != 0 || inode.is_directory();
            return if wanted & MAY_EXEC != 0 && !any {
                Err(EACCES)
            } else {
                Ok(())
            };
        }
        let shift = if who.user == inode.user {
            6
        } else if who.group == inode.group {
            3
        } else {
            0
        };
        let all = MAY_READ | MAY_WRITE | MAY_EXEC;
        if wanted & all & !(inode.mode >> shift) != 0 {
            return Err(EACCES);
        }
        Ok(())
    }
}
