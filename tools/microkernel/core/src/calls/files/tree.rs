//! Calls that change the tree: `mkdir`, `unlink`, `rename`, `link`, `symlink`; and `readlink`.

use crate::files::inode::{Data, Kind};
use crate::kernel::{Kernel, Reply};
use crate::linux::errno::*;
use crate::linux::fs::*;
use crate::linux::{S_IFIFO, flags};
use crate::machine::Machine;

impl<M: Machine> Kernel<M> {
    pub(crate) fn mkdirat(&mut self, directory: i32, path: u64, mode: u32) -> Reply {
        let path = self.read_path(path)?;
        let place = self.walk(directory, &path, false)?;
        // A directory has the sticky bit of `mkdir`, and no other of these bits.
        let mode = mode & (0o777 | S_ISVTX) & !self.umask();
        let who = self.who();
        self.objects.files.make_directory(&place, mode, who)?;
        Ok(0)
    }

    pub(crate) fn mknodat(&mut self, directory: i32, path: u64, mode: u32) -> Reply {
        let path = self.read_path(path)?;
        let place = self.walk(directory, &path, false)?;
        let kind = match mode & S_IFMT {
            0 | S_IFREG => Kind::Regular(Data::default()),
            format @ S_IFIFO => Kind::Special(format),
            format if i64::from(format) == flags::S_IFSOCK => Kind::Special(format),
            S_IFDIR => return Err(EPERM.into()),
            _ => return Err(EINVAL.into()),
        };
        let mode = mode & !self.umask();
        let who = self.who();
        self.objects.files.make(&place, kind, mode, who)?;
        Ok(0)
    }

    pub(crate) fn unlinkat(&mut self, directory: i32, path: u64, flags: u32) -> Reply {
        if flags & !AT_REMOVEDIR != 0 {
            return Err(EINVAL.into());
        }
        let path = self.read_path(path)?;
        let place = self.walk(directory, &path, false)?;
        let who = self.who();
        if flags & AT_REMOVEDIR != 0 {
            self.objects.files.remove_directory(&place, who)?;
        } else {
            self.objects.files.unlink(&place, who)?;
        }
        Ok(0)
    }

    pub(crate) fn renameat2(&mut self, from: (i32, u64), to: (i32, u64), flags: u32) -> Reply {
        let both = RENAME_NOREPLACE | RENAME_EXCHANGE;
        if flags & !both != 0 || flags == both {
            return Err(EINVAL.into());
        }
        let old = self.read_path(from.1)?;
        let new = self.read_path(to.1)?;
        let old = self.walk(from.0, &old, false)?;
        let new = self.walk(to.0, &new, false)?;
        let who = self.who();
        self.objects.files.rename(&old, &new, flags, who)?;
        Ok(0)
    }

    pub(crate) fn linkat(&mut self, from: (i32, u64), to: (i32, u64), flags: u32) -> Reply {
        if flags & !(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(EINVAL.into());
        }
        // `find_at` follows links unless it is told not to; `linkat` is the other way round.
        let follow = flags & AT_SYMLINK_FOLLOW != 0;
        let no_follow = if follow { 0 } else { AT_SYMLINK_NOFOLLOW };
        let inode = self.find_at(from.0, from.1, flags & AT_EMPTY_PATH | no_follow)?;
        let path = self.read_path(to.1)?;
        let place = self.walk(to.0, &path, false)?;
        let who = self.who();
        self.objects.files.link(inode.ok_or(EXDEV)?, &place, who)?;
        Ok(0)
    }

    pub(crate) fn symlinkat(&mut self, target: u64, directory: i32, path: u64) -> Reply {
        let target = self.read_path(target)?;
        if target.is_empty() {
            return Err(ENOENT.into());
        }
        let path = self.read_path(path)?;
        let place = self.walk(directory, &path, false)?;
        let who = self.who();
        let link = Kind::Symlink(target);
        self.objects.files.make(&place, link, 0o777, who)?;
        Ok(0)
    }

    pub(crate) fn readlinkat(
        &mut self,
        directory: i32,
        path: u64,
        buffer: u64,
        size: i32,
    ) -> Reply {
        if size <= 0 {
            return Err(EINVAL.into());
        }
        let flags = AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW;
        let inode = match self.read_path(path)?.is_empty() {
            // An empty path names an open link; a descriptor of O_PATH has one.
            true if directory == AT_FDCWD => return Err(ENOENT.into()),
            _ => self.find_at(directory, path, flags)?.ok_or(EINVAL)?,
        };
        let target = match &self.objects.files.get(inode)?.kind {
            Kind::Symlink(target) => target.clone(),
            _ => return Err(EINVAL.into()),
        };
        let target = &target[..target.len().min(size as usize)];
        self.write_user(buffer, target)?;
        Ok(target.len() as i64)
    }

    pub(crate) fn chdir(&mut self, path: u64) -> Reply {
        let path = self.read_path(path)?;
        let inode = self.find(AT_FDCWD, &path, true)?;
        self.enter_directory(inode)
    }

    /// Makes a directory the working directory.
    pub(super) fn enter_directory(&mut self, inode: usize) -> Reply {
        self.objects.files.get(inode)?.directory()?;
        let who = self.who();
        self.objects.files.check(inode, MAY_EXEC, who)?;
        self.objects.files.open(inode);
        let old = {
            let mut place = self.process().place.borrow_mut();
            core::mem::replace(&mut place.directory, inode)
        };
        self.objects.files.close(old);
        Ok(0)
    }
}
