//! The calls of the `stat` family.

use crate::arch::{Architecture, Stat};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::S_IFSOCK;
use crate::linux::fs::*;
use crate::linux::{S_IFCHR, S_IFIFO};
use crate::machine::{Machine, PAGE_SIZE};
use crate::objects::{Description, Object};
use crate::tasks::timer::SECOND;

/// The size of `struct statx` and of `struct statfs` in bytes.
const STATX_SIZE: usize = 256;
const STATFS_SIZE: usize = 120;
/// STATX_BASIC_STATS: what this kernel knows of a file.
const STATX_BASIC: u32 = 0x7ff;
/// The bit of the mask that no call may set.
const STATX_RESERVED: u32 = 0x8000_0000;
/// The devices of the file system, and of other objects.
const FILES: u64 = 5;

/// Seconds and nanoseconds of a time.
fn timespec(time: i64) -> [u64; 2] {
    let second = SECOND as i64;
    [
        time.div_euclid(second) as u64,
        time.rem_euclid(second) as u64,
    ]
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn fstat(&mut self, fd: i32, result: u64) -> Reply {
        let (number, description) = self.lookup(fd)?;
        let stat = self.stat_of(number, &description)?;
        self.write_stat(&stat, result)
    }

    pub(crate) fn newfstatat(
        &mut self,
        directory: i32,
        path: u64,
        result: u64,
        flags: u32,
    ) -> Reply {
        let stat = self.stat_at(directory, path, flags)?;
        self.write_stat(&stat, result)
    }

    fn stat_at(&mut self, directory: i32, path: u64, flags: u32) -> Result<Stat, Stop> {
        let known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE;
        if flags & !known != 0 {
            return Err(EINVAL.into());
        }
        match self.find_at(directory, path, flags)? {
            Some(inode) => self.stat_file(inode),
            None => {
                let (number, description) = self.lookup(directory)?;
                self.stat_of(number, &description)
            }
        }
    }

    fn write_stat(&mut self, stat: &Stat, result: u64) -> Reply {
        self.write_user(result, &M::Context::stat(stat))?;
        Ok(0)
    }

    fn stat_file(&mut self, inode: usize) -> Result<Stat, Stop> {
        let file = self.objects.files.get(inode)?;
        Ok(Stat {
            device: FILES,
            inode: inode as u64 + 1,
            mode: file.format() | file.mode,
            links: file.links,
            user: file.user,
            group: file.group,
            special: 0,
            size: file.size(),
            block_size: PAGE_SIZE,
            blocks: file.blocks(),
            times: [file.accessed, file.modified, file.changed].map(timespec),
        })
    }

    fn stat_of(&mut self, number: usize, description: &Description) -> Result<Stat, Stop> {
        if let Some(inode) = description.fifo {
            return self.stat_file(inode);
        }
        let (device, inode, mode, special) = match description.object {
            Object::File(inode) => return self.stat_file(inode),
            Object::Console => (1, 1, S_IFCHR | 0o620, 0x440),
            Object::PipeReader(pipe) | Object::PipeWriter(pipe) => {
                (2, pipe as u64 + 1, S_IFIFO | 0o600, 0)
            }
            Object::Socket(socket) => (4, socket as u64 + 1, S_IFSOCK as u32 | 0o777, 0),
            _ => (3, number as u64 + 1, 0o600, 0),
        };
        Ok(Stat {
            device,
            inode,
            mode,
            links: 1,
            user: 0,
            group: 0,
            special,
            size: 0,
            block_size: PAGE_SIZE,
            blocks: 0,
            times: [timespec(self.objects.files.now); 3],
        })
    }

    pub(crate) fn statx(
        &mut self,
        directory: i32,
        path: u64,
        flags: u32,
        mask: u32,
        result: u64,
    ) -> Reply {
        let both = flags & AT_STATX_SYNC_TYPE == AT_STATX_SYNC_TYPE;
        if mask & STATX_RESERVED != 0 || both {
            return Err(EINVAL.into());
        }
        let stat = self.stat_at(directory, path, flags)?;
        let mut bytes = [0; STATX_SIZE];
        let mut put = |at: usize, value: &[u8]| {
            bytes[at..at + value.len()].copy_from_slice(value);
        };
        put(0, &STATX_BASIC.to_le_bytes());
        put(4, &(stat.block_size as u32).to_le_bytes());
        for (at, value) in [(16, stat.links), (20, stat.user), (24, stat.group)] {
            put(at, &value.to_le_bytes());
        }
        put(28, &(stat.mode as u16).to_le_bytes());
        for (at, value) in [(32, stat.inode), (40, stat.size), (48, stat.blocks)] {
            put(at, &value.to_le_bytes());
        }
        let [accessed, modified, changed] = stat.times;
        for (at, [seconds, nanos]) in [(64, accessed), (96, changed), (112, modified)] {
            put(at, &seconds.to_le_bytes());
            put(at + 8, &(nanos as u32).to_le_bytes());
        }
        for (at, device) in [(128, stat.special), (136, stat.device)] {
            put(at, &(device as u32 >> 8).to_le_bytes());
            put(at + 4, &(device as u32 & 0xff).to_le_bytes());
        }
        self.write_user(result, &bytes)?;
        Ok(0)
    }

    pub(crate) fn statfs(&mut self, path: u64, result: u64) -> Reply {
        let path = self.read_path(path)?;
        self.find(AT_FDCWD, &path, true)?;
        self.write_statfs(result)
    }

    pub(crate) fn fstatfs(&mut self, fd: i32, result: u64) -> Reply {
        self.lookup(fd)?;
        self.write_statfs(result)
    }

    fn write_statfs(&mut self, result: u64) -> Reply {
        let free = self.machine.free_frames();
        let used = self.objects.files.count() as u64;
        let all = crate::files::INODES_MAX as u64;
        let name_max = crate::files::path::NAME_MAX as u64;
        let mut words = [0; STATFS_SIZE / 8];
        let members = [
            TMPFS_MAGIC,
            PAGE_SIZE,
            2 * free,
            free,
            free,
            all,
            all - used,
            FILES,
            name_max,
            PAGE_SIZE,
        ];
        words[..members.len()].copy_from_slice(&members);
        self.write_words(result, &words)?;
        Ok(0)
    }
}
