//! Calls for files. This file resolves paths that a program gives.

mod copy;
pub(crate) mod data;
mod directory;
mod locks;
mod modes;
mod open;
mod status;
mod tree;

use alloc::vec::Vec;

use crate::files::ROOT;
use crate::files::path::Place;
use crate::kernel::{Kernel, Stop};
use crate::linux::errno::*;
use crate::linux::fs::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_PATH};
use crate::machine::{Machine, PAGE_SIZE};
use crate::objects::{Description, Object};

/// The size of the longest path in bytes, with the null byte.
const PATH_MAX: usize = 4_096;

impl<M: Machine> Kernel<M> {
    /// Reads a string; `None` where it has more than `most` bytes with its null byte.
    pub(crate) fn read_string(
        &mut self,
        address: u64,
        most: usize,
    ) -> Result<Option<Vec<u8>>, Stop> {
        let mut text = Vec::new();
        while text.len() < most {
            let at = address.checked_add(text.len() as u64).ok_or(EFAULT)?;
            let in_page = (PAGE_SIZE - at % PAGE_SIZE) as usize;
            let mut piece = alloc::vec![0; in_page.min(most - text.len())];
            self.read_user(at, &mut piece)?;
            if let Some(end) = piece.iter().position(|&byte| byte == 0) {
                text.extend(&piece[..end]);
                return Ok(Some(text));
            }
            text.extend(piece);
        }
        Ok(None)
    }

    pub(crate) fn read_path(&mut self, address: u64) -> Result<Vec<u8>, Stop> {
        Ok(self.read_string(address, PATH_MAX)?.ok_or(ENAMETOOLONG)?)
    }

    /// The inode of the working directory.
    pub(crate) fn working_directory(&mut self) -> usize {
        self.process().place.borrow().directory
    }

    /// The directory where a path begins that is relative to a descriptor.
    fn base(&mut self, directory: i32, path: &[u8]) -> Result<usize, Stop> {
        if path.starts_with(b"/") {
            return Ok(ROOT);
        }
        if directory == AT_FDCWD {
            return Ok(self.working_directory());
        }
        match self.lookup(directory)?.1.object {
            Object::File(inode) => Ok(inode),
            _ => Err(ENOTDIR.into()),
        }
    }

    pub(crate) fn walk(
        &mut self,
        directory: i32,
        path: &[u8],
        follow: bool,
    ) -> Result<Place, Stop> {
        if path.is_empty() {
            return Err(ENOENT.into());
        }
        let base = self.base(directory, path)?;
        let who = self.who();
        Ok(self.objects.files.walk(base, path, follow, who)?)
    }

    /// The file of a path.
    pub(crate) fn find(
        &mut self,
        directory: i32,
        path: &[u8],
        follow: bool,
    ) -> Result<usize, Stop> {
        let place = self.walk(directory, path, follow)?;
        Ok(self.objects.files.at(&place)?)
    }

    /// The file of a path, with the flags AT_EMPTY_PATH and AT_SYMLINK_NOFOLLOW; `None` where the
    /// path is empty and the descriptor refers to no file of the file system.
    fn find_at(&mut self, directory: i32, path: u64, flags: u32) -> Result<Option<usize>, Stop> {
        let empty_allowed = flags & AT_EMPTY_PATH != 0;
        let path = match path {
            0 if empty_allowed => Vec::new(),
            path => self.read_path(path)?,
        };
        if path.is_empty() && empty_allowed {
            if directory == AT_FDCWD {
                return Ok(Some(self.working_directory()));
            }
            return Ok(match self.lookup(directory)?.1.object {
                Object::File(inode) => Some(inode),
                _ => None,
            });
        }
        let follow = flags & AT_SYMLINK_NOFOLLOW == 0;
        self.find(directory, &path, follow).map(Some)
    }

    /// The description of a descriptor that is not one of O_PATH.
    pub(crate) fn lookup_open(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let (number, description) = self.lookup(fd)?;
        if description.flags & O_PATH != 0 {
            return Err(EBADF.into());
        }
        Ok((number, description))
    }
}
