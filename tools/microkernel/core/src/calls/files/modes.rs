//! Calls that check and change the attributes of files: `access`, `chmod`, `chown`, `utimensat`.

use crate::files::Who;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::fs::*;
use crate::machine::Machine;
use crate::objects::Object;
use crate::tasks::timer::SECOND;

/// The owner or group that `chown` leaves as it is.
const KEEP: u32 = u32::MAX;

impl<M: Machine> Kernel<M> {
    pub(crate) fn faccessat2(
        &mut self,
        directory: i32,
        path: u64,
        wanted: u32,
        flags: u32,
    ) -> Reply {
        let known = AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH;
        if wanted & !(MAY_READ | MAY_WRITE | MAY_EXEC) != 0 || flags & !known != 0 {
            return Err(EINVAL.into());
        }
        let process = self.process();
        let effective = (process.user, process.group_id);
        // The check is made for the real user (`access(2)`), the search too.
        if flags & AT_EACCESS == 0 {
            process.user.effective = process.user.real;
            process.group_id.effective = process.group_id.real;
        }
        let found = self.find_at(directory, path, flags);
        let who = self.who();
        let process = self.process();
        (process.user, process.group_id) = effective;
        if let Some(inode) = found? {
            self.objects.files.check(inode, wanted, who)?;
        }
        Ok(0)
    }

    /// The file of a descriptor whose attributes are to change; `None` for another object.
    fn file_of(&mut self, fd: i32) -> Result<Option<usize>, Stop> {
        match self.lookup_open(fd)?.1.object {
            Object::File(inode) => Ok(Some(inode)),
            _ => Ok(None),
        }
    }

    pub(crate) fn fchmod(&mut self, fd: i32, mode: u32) -> Reply {
        match self.file_of(fd)? {
            Some(inode) => self.set_mode(inode, mode),
            None => Ok(0),
        }
    }

    pub(crate) fn fchmodat(&mut self, directory: i32, path: u64, mode: u32) -> Reply {
        let path = self.read_path(path)?;
        let inode = self.find(directory, &path, true)?;
        self.set_mode(inode, mode)
    }

    fn set_mode(&mut self, inode: usize, mode: u32) -> Reply {
        let who = self.check_owner(inode)?;
        let now = self.objects.files.now;
        let file = self.objects.files.get_mut(inode)?;
        file.mode = mode & FILE_MODE;
        // Only a member of the group makes a file run as that group.
        if !who.is_root() && who.group != file.group {
            file.mode &= !S_ISGID;
        }
        file.changed = now;
        Ok(0)
    }

    /// Checks that the user owns a file.
    fn check_owner(&mut self, inode: usize) -> Result<Who, Stop> {
        let who = self.who();
        if !who.is_root() && who.user != self.objects.files.get(inode)?.user {
            return Err(EPERM.into());
        }
        Ok(who)
    }

    pub(crate) fn fchown(&mut self, fd: i32, user: u32, group: u32) -> Reply {
        match self.file_of(fd)? {
            Some(inode) => self.set_owner(inode, user, group),
            None => Ok(0),
        }
    }

    pub(crate) fn fchownat(
        &mut self,
        directory: i32,
        path: u64,
        [user, group]: [u32; 2],
        flags: u32,
    ) -> Reply {
        if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(EINVAL.into());
        }
        match self.find_at(directory, path, flags)? {
            Some(inode) => self.set_owner(inode, user, group),
            None => Ok(0),
        }
    }

    fn set_owner(&mut self, inode: usize, user: u32, group: u32) -> Reply {
        let who = self.who();
        let now = self.objects.files.now;
        let file = self.objects.files.get_mut(inode)?;
        let same_user = user == KEEP || user == file.user && who.user == user;
        let own_group = group == KEEP || who.user == file.user && group == who.group;
        let allowed = who.is_root() || same_user && own_group;
        if !allowed {
            return Err(EPERM.into());
        }
        if user != KEEP {
            file.user = user;
        }
        if group != KEEP {
            file.group = group;
        }
        if !file.is_directory() && file.mode & 0o111 != 0 {
            file.mode &= !(S_ISUID | S_ISGID);
        }
        file.changed = now;
        Ok(0)
    }

    pub(crate) fn set_umask(&mut self, mask: u32) -> Reply {
        let mut place = self.process().place.borrow_mut();
        Ok(core::mem::replace(&mut place.umask, mask & 0o777).into())
    }

    pub(crate) fn utimensat(&mut self, directory: i32, path: u64, times: u64, flags: u32) -> Reply {
        if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(EINVAL.into());
        }
        let times = match times {
            0 => [0, UTIME_NOW, 0, UTIME_NOW],
            times => self.read_words::<4>(times)?,
        };
        let now = self.objects.files.now;
        let time = |seconds: u64, nanos: u64| match nanos {
            UTIME_NOW => Ok(Some(now)),
            UTIME_OMIT => Ok(None),
            0..SECOND => {
                let seconds = (seconds as i64).saturating_mul(SECOND as i64);
                Ok(Some(seconds.saturating_add(nanos as i64)))
            }
            _ => Err(EINVAL),
        };
        let accessed = time(times[0], times[1])?;
        let modified = time(times[2], times[3])?;
        if (accessed, modified) == (None, None) {
            return Ok(0);
        }
        let inode = match path {
            // Without a path the descriptor names the file (`futimens`).
            0 if directory == AT_FDCWD => return Err(EFAULT.into()),
            0 => self.file_of(directory)?,
            path => self.find_at(directory, path, flags)?,
        };
        let Some(inode) = inode else {
            return Ok(0);
        };
        if times[1] == UTIME_NOW && times[3] == UTIME_NOW {
            let who = self.who();
            let owns = who.user == self.objects.files.get(inode)?.user;
            if !owns {
                self.objects.files.check(inode, MAY_WRITE, who)?;
            }
        } else {
            self.check_owner(inode)?;
        }
        let file = self.objects.files.get_mut(inode)?;
        file.accessed = accessed.unwrap_or(file.accessed);
        file.modified = modified.unwrap_or(file.modified);
        file.changed = now;
        Ok(0)
    }
}
