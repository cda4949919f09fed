//! `getdents64`, `fchdir` and `getcwd`.

use alloc::vec::Vec;

use crate::files::inode::FIRST_COOKIE;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::machine::Machine;
use crate::objects::Object;

/// The offset of the name in `struct linux_dirent64`.
const NAME: usize = 19;

impl<M: Machine> Kernel<M> {
    pub(crate) fn fchdir(&mut self, fd: i32) -> Reply {
        match self.lookup(fd)?.1.object {
            Object::File(inode) => self.enter_directory(inode),
            _ => Err(ENOTDIR.into()),
        }
    }

    pub(crate) fn getcwd(&mut self, buffer: u64, size: u64) -> Reply {
        let directory = self.working_directory();
        let path = self.objects.files.path_of(directory);
        let mut path = path.ok_or(ENOENT)?;
        path.push(0);
        if size < path.len() as u64 {
            return Err(ERANGE.into());
        }
        self.write_user(buffer, &path)?;
        Ok(path.len() as i64)
    }

    pub(crate) fn getdents64(&mut self, fd: i32, buffer: u64, size: u32) -> Reply {
        let (number, description) = self.lookup_open(fd)?;
        let Object::File(inode) = description.object else {
            return Err(ENOTDIR.into());
        };
        self.objects.files.get(inode)?.directory()?;
        if !self.objects.files.is_linked(inode) {
            return Err(ENOENT.into());
        }
        let mut bytes = Vec::new();
        let mut next = description.offset;
        for (cookie, inode, name) in self.entries(inode, next)? {
            let length = (NAME + name.len() + 1).next_multiple_of(8);
            if bytes.len() + length > size as usize {
                if bytes.is_empty() {
                    return Err(EINVAL.into());
                }
                break;
            }
            next = cookie + 1;
            let format = self.objects.files.get(inode)?.format();
            let start = bytes.len();
            bytes.extend((inode as u64 + 1).to_le_bytes());
            bytes.extend(next.to_le_bytes());
            bytes.extend((length as u16).to_le_bytes());
            bytes.push((format >> 12) as u8);
            bytes.extend(name);
            bytes.resize(start + length, 0);
        }
        self.write_user(buffer, &bytes)?;
        self.set_offset(number, next);
        self.note_access(inode);
        Ok(bytes.len() as i64)
    }

    /// The entries of a directory from a cookie on: cookie, inode and name.
    fn entries(&self, inode: usize, from: u64) -> Result<Vec<(u64, usize, Vec<u8>)>, Stop> {
        let directory = self.objects.files.get(inode)?.directory()?;
        let own = [
            (0, inode, b".".to_vec()),
            (1, directory.parent, b"..".to_vec()),
        ];
        debug_assert_eq!(own.len() as u64, FIRST_COOKIE);
        let others = directory.entries.iter();
        let others = others.map(|one| (one.cookie, one.inode, one.name.clone()));
        let all = own.into_iter().chain(others);
        Ok(all.filter(|entry| entry.0 >= from).collect())
    }
}
