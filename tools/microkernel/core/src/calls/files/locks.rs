//! `flock`, and the record locks of `fcntl`.

use crate::files::locks::{Lock, Owner};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_RDONLY, O_WRONLY};
use crate::linux::fs::*;
use crate::machine::Machine;
use crate::objects::{Description, Object};
use crate::tasks::thread::Syscall;

/// The last byte of a lock whose length is 0.
const END: u64 = i64::MAX as u64;

impl<M: Machine> Kernel<M> {
    pub(crate) fn flock(&mut self, fd: i32, operation: i32) -> Reply {
        let (number, description) = self.lookup_open(fd)?;
        let exclusive = match operation & !LOCK_NB {
            LOCK_SH => Some(false),
            LOCK_EX => Some(true),
            LOCK_UN => None,
            _ => return Err(EINVAL.into()),
        };
        let Object::File(inode) = description.object else {
            return Ok(0);
        };
        let owner = Owner::Description(number);
        let Some(exclusive) = exclusive else {
            self.objects.locks.unlock_file(inode, owner);
            return Ok(0);
        };
        if self.objects.locks.lock_file(inode, owner, exclusive) {
            return Ok(0);
        }
        // A lock that is to be converted is released first (`flock(2)`).
        self.objects.locks.unlock_file(inode, owner);
        if operation & LOCK_NB != 0 {
            Err(EAGAIN.into())
        } else {
            Err(Stop::Wait)
        }
    }

    /// The commands of `fcntl` for record locks.
    pub(crate) fn lock_record(&mut self, call: &mut Syscall, number: usize) -> Reply {
        let [fd, command, address, ..] = call.args;
        let (_, description) = self.lookup(fd as i32)?;
        let command = i64::from(command as i32);
        let is_open = matches!(command, F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW);
        let waits = matches!(command, F_SETLKW | F_OFD_SETLKW);
        let queries = matches!(command, F_GETLK | F_OFD_GETLK);
        let words = self.read_words::<4>(address)?;
        let kind = words[0] as u16;
        if is_open && words[3] as u32 != 0 {
            return Err(EINVAL.into());
        }
        let pid = self.thread().process;
        let owner = if is_open {
            Owner::Description(number)
        } else {
            Owner::Process(pid)
        };
        let Object::File(inode) = description.object else {
            return Err(EINVAL.into());
        };
        let (start, end) = self.lock_range(&description, inode, &words)?;
        let lock = Lock {
            inode,
            owner,
            start,
            end,
            is_write: kind == F_WRLCK,
        };
        match kind {
            F_RDLCK | F_WRLCK if queries => return self.query_lock(&lock, address),
            F_RDLCK if description.flags & O_ACCMODE == O_WRONLY => return Err(EBADF.into()),
            F_WRLCK if description.flags & O_ACCMODE == O_RDONLY => return Err(EBADF.into()),
            F_RDLCK | F_WRLCK => {}
            F_UNLCK if !queries => {
                self.objects.locks.set(lock, true);
                return Ok(0);
            }
            _ => return Err(EINVAL.into()),
        }
        let Some(other) = self.objects.locks.conflict(&lock) else {
            self.objects.locks.stop_waiting(pid);
            self.objects.locks.set(lock, false);
            return Ok(0);
        };
        if !waits {
            return Err(EAGAIN.into());
        }
        if !is_open {
            self.objects.locks.wait(pid, other.owner)?;
        }
        Err(Stop::Wait)
    }

    /// The first and the last byte that a `struct flock` names.
    fn lock_range(
        &mut self,
        description: &Description,
        inode: usize,
        words: &[u64; 4],
    ) -> Result<(u64, u64), Stop> {
        let base = match (words[0] >> 16) as u16 {
            0 => 0,
            1 => description.offset,
            2 => self.objects.files.get(inode)?.size(),
            _ => return Err(EINVAL.into()),
        };
        let (offset, length) = (words[1] as i64, words[2] as i64);
        let start = (base as i64).checked_add(offset).ok_or(EOVERFLOW)?;
        let (start, end) = match length {
            0 => (start, END as i64),
            1.. => (start, start.checked_add(length - 1).ok_or(EOVERFLOW)?),
            _ => (start.checked_add(length).ok_or(EINVAL)?, start - 1),
        };
        if start < 0 {
            return Err(EINVAL.into());
        }
        Ok((start as u64, end as u64))
    }

    /// Writes the lock that is in the way, or F_UNLCK.
    fn query_lock(&mut self, wanted: &Lock, address: u64) -> Reply {
        let Some(other) = self.objects.locks.conflict(wanted) else {
            self.write_user(address, &F_UNLCK.to_le_bytes())?;
            return Ok(0);
        };
        let kind = if other.is_write { F_WRLCK } else { F_RDLCK };
        let length = match other.end {
            END => 0,
            end => end - other.start + 1,
        };
        let pid = match other.owner {
            Owner::Process(pid) => pid,
            Owner::Description(_) => -1,
        };
        self.write_words(address, &[kind.into(), other.start, length])?;
        self.write_u32(address + 24, pid as u32)
    }
}
