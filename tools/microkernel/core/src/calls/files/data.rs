//! The bytes of files: reading, writing, offsets and sizes.

use alloc::vec::Vec;

use crate::kernel::user::Piece;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::Errno;
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_APPEND, O_RDONLY, RLIMIT_FSIZE};
use crate::linux::fs::*;
use crate::linux::process::SIGXFSZ;
use crate::linux::{RLIM_INFINITY, SI_USER};
use crate::machine::{Machine, PAGE_SIZE};
use crate::objects::{Description, Object};
use crate::tasks::signal::SigInfo;

/// The largest size of a file in bytes.
const SIZE_MAX: u64 = i64::MAX as u64;
/// The frames that files leave to programs.
const RESERVE: u64 = 64;
/// The time in nanoseconds after which a read changes the access time again (`mount(8)`,
/// relatime).
const DAY: i64 = 86_400_000_000_000;

impl<M: Machine> Kernel<M> {
    /// Reads from a file; returns the number of bytes.
    pub(crate) fn read_file(
        &mut self,
        inode: usize,
        offset: u64,
        into: &mut [u8],
    ) -> Result<usize, Errno> {
        let data = self.objects.files.get(inode)?.data()?;
        let left = data.size.saturating_sub(offset);
        let size = left.min(into.len() as u64) as usize;
        let mut done = 0;
        while done < size {
            let at = offset + done as u64;
            let in_page = (at % PAGE_SIZE) as usize;
            let piece = (PAGE_SIZE as usize - in_page).min(size - done);
            let bytes = &mut into[done..done + piece];
            let data = self.objects.files.get(inode)?.data()?;
            match data.pages.get(&(at / PAGE_SIZE)) {
                Some(&frame) => self.machine.load(frame, in_page, bytes),
                None => bytes.fill(0),
            }
            done += piece;
        }
        Ok(size)
    }

    /// Writes to a file; returns the number of bytes, which is smaller where memory is full.
    pub(crate) fn write_file(
        &mut self,
        inode: usize,
        offset: u64,
        from: &[u8],
    ) -> Result<usize, Errno> {
        let mut done = 0;
        while done < from.len() {
            let at = offset + done as u64;
            let in_page = (at % PAGE_SIZE) as usize;
            let piece = (PAGE_SIZE as usize - in_page).min(from.len() - done);
            let frame = match self.machine.free_frames() > RESERVE {
                true => self.file_frame(inode, at / PAGE_SIZE),
                false => None,
            };
            let Some(frame) = frame else {
                break;
            };
            self.machine
                .store(frame, in_page, &from[done..done + piece]);
            done += piece;
        }
        if done == 0 && !from.is_empty() {
            return Err(ENOSPC);
        }
        let now = self.objects.files.now;
        let file = self.objects.files.get_mut(inode)?;
        file.modified = now;
        file.changed = now;
        file.mode &= !S_ISUID;
        let data = file.data_mut()?;
        data.size = data.size.max(offset + done as u64);
        Ok(done)
    }

    /// The number of bytes that may be written at an offset: RLIMIT_FSIZE bounds the size.
    fn writable_size(&mut self, offset: u64, size: u64) -> Result<u64, Stop> {
        let (limit, _) = self.process().limits[RLIMIT_FSIZE as usize];
        if limit != RLIM_INFINITY && offset >= limit {
            let (tid, pid) = (self.current, self.thread().process);
            self.send_to(tid, SigInfo::sent(SIGXFSZ, SI_USER, pid));
            return Err(EFBIG.into());
        }
        let limit = limit.min(SIZE_MAX);
        if offset >= limit {
            return Err(EFBIG.into());
        }
        Ok(size.min(limit - offset))
    }

    /// Reads a file into a list of buffers; `at` is the offset of `pread64`, which leaves that of
    /// the description.
    pub(crate) fn read_data(
        &mut self,
        number: usize,
        from: Description,
        inode: usize,
        pieces: &[Piece],
        at: Option<u64>,
    ) -> Reply {
        self.objects.files.get(inode)?.data()?;
        let start = at.unwrap_or(from.offset);
        let mut bytes = alloc::vec![0; PAGE_SIZE as usize];
        let mut total = 0;
        'pieces: for &(address, size) in pieces {
            let mut done = 0;
            while done < size {
                let wanted = (size - done).min(PAGE_SIZE) as usize;
                let taken = self.read_file(inode, start + total, &mut bytes[..wanted])?;
                if taken == 0 {
                    break 'pieces;
                }
                match self.write_user(address + done, &bytes[..taken]) {
                    Err(_) if total > 0 => break 'pieces,
                    written => written?,
                }
                done += taken as u64;
                total += taken as u64;
            }
        }
        if at.is_none() {
            self.set_offset(number, start + total);
        }
        self.note_access(inode);
        Ok(total as i64)
    }

    /// Writes a list of buffers to a file; `at` is the offset of `pwrite64`.
    pub(crate) fn write_data(
        &mut self,
        number: usize,
        to: Description,
        inode: usize,
        pieces: &[Piece],
        at: Option<u64>,
    ) -> Reply {
        let size: u64 = pieces.iter().map(|piece| piece.1).sum();
        if size == 0 {
            return Ok(0);
        }
        let start = match to.flags & O_APPEND {
            // Linux appends also where `pwrite64` gives an offset (`pwrite(2)`, BUGS).
            0 => at.unwrap_or(to.offset),
            _ => self.objects.files.get(inode)?.size(),
        };
        let mut left = self.writable_size(start, size)?;
        let mut total = 0;
        'pieces: for &(address, size) in pieces {
            let mut done = 0;
            while done < size && left > 0 {
                let wanted = (size - done).min(PAGE_SIZE).min(left) as usize;
                let bytes = match self.read_bytes(address + done, wanted) {
                    Err(_) if total > 0 => break 'pieces,
                    bytes => bytes?,
                };
                let written = match self.write_file(inode, start + total, &bytes) {
                    Err(_) if total > 0 => break 'pieces,
                    written => written?,
                };
                done += written as u64;
                total += written as u64;
                left -= written as u64;
                if written < wanted {
                    break 'pieces;
                }
            }
        }
        if at.is_none() {
            self.set_offset(number, start + total);
        }
        Ok(total as i64)
    }

    pub(crate) fn set_offset(&mut self, number: usize, offset: u64) {
        if let Some(description) = self.objects.descriptions.get_mut(number) {
            description.offset = offset;
        }
    }

    /// A read changes the access time where the file has changed since, or once a day.
    pub(crate) fn note_access(&mut self, inode: usize) {
        let now = self.objects.files.now;
        if let Ok(file) = self.objects.files.get_mut(inode) {
            let since = file.modified.max(file.changed);
            if file.accessed <= since || now.saturating_sub(file.accessed) >= DAY {
                file.accessed = now;
            }
        }
    }

    pub(crate) fn lseek(&mut self, fd: i32, offset: i64, whence: u32) -> Reply {
        let (number, description) = self.lookup_open(fd)?;
        let Object::File(inode) = description.object else {
            return Err(ESPIPE.into());
        };
        let file = self.objects.files.get(inode)?;
        let base = match whence {
            SEEK_SET => 0,
            SEEK_CUR => description.offset,
            SEEK_END => file.size(),
            SEEK_DATA | SEEK_HOLE => {
                let data = file.data().map_err(|_| EINVAL)?;
                let at = u64::try_from(offset).map_err(|_| ENXIO)?;
                if at >= data.size {
                    return Err(ENXIO.into());
                }
                let found = match whence {
                    SEEK_DATA => data.next_data(at).ok_or(ENXIO)?,
                    _ => data.next_hole(at),
                };
                self.set_offset(number, found);
                return Ok(found as i64);
            }
            _ => return Err(EINVAL.into()),
        };
        let at = (base as i64).checked_add(offset).ok_or(EOVERFLOW)?;
        if at < 0 {
            return Err(EINVAL.into());
        }
        self.set_offset(number, at as u64);
        Ok(at)
    }

    pub(crate) fn truncate(&mut self, path: u64, size: i64) -> Reply {
        if size < 0 {
            return Err(EINVAL.into());
        }
        let path = self.read_path(path)?;
        let inode = self.find(AT_FDCWD, &path, true)?;
        self.objects.files.get(inode)?.data()?;
        let who = self.who();
        self.objects.files.check(inode, MAY_WRITE, who)?;
        let mut processes = self.processes.values();
        if processes.any(|one| one.executable == Some(inode)) {
            return Err(ETXTBSY.into());
        }
        self.resize(inode, size as u64)
    }

    pub(crate) fn ftruncate(&mut self, fd: i32, size: i64) -> Reply {
        if size < 0 {
            return Err(EINVAL.into());
        }
        let (_, description) = self.lookup_open(fd)?;
        let Object::File(inode) = description.object else {
            return Err(EINVAL.into());
        };
        let is_regular = self.objects.files.get(inode)?.data().is_ok();
        if !is_regular || description.flags & O_ACCMODE == O_RDONLY {
            return Err(EINVAL.into());
        }
        self.resize(inode, size as u64)
    }

    fn resize(&mut self, inode: usize, size: u64) -> Reply {
        let now = self.objects.files.get(inode)?.size();
        if size > now {
            self.writable_size(size - 1, 1)?;
        }
        self.set_size(inode, size)?;
        Ok(0)
    }

    /// Sets the size of a file; what is behind it is gone, also in mappings.
    pub(crate) fn set_size(&mut self, inode: usize, size: u64) -> Result<(), Stop> {
        let now = self.objects.files.now;
        let file = self.objects.files.get_mut(inode)?;
        file.modified = now;
        file.changed = now;
        let data = file.data_mut()?;
        let frames = data.cut(size);
        let last = data.pages.get(&(size / PAGE_SIZE)).copied();
        if let Some(frame) = last {
            let in_page = (size % PAGE_SIZE) as usize;
            let zeros = alloc::vec![0; PAGE_SIZE as usize - in_page];
            self.machine.store(frame, in_page, &zeros);
        }
        self.unmap_behind(inode, size);
        for frame in frames {
            self.release_frame(frame);
        }
        Ok(())
    }

    pub(crate) fn fallocate(&mut self, fd: i32, mode: u32, offset: i64, size: i64) -> Reply {
        if offset < 0 || size <= 0 {
            return Err(EINVAL.into());
        }
        let (_, description) = self.lookup_open(fd)?;
        let keeps_size = mode & FALLOC_FL_KEEP_SIZE != 0;
        let punches = mode & FALLOC_FL_PUNCH_HOLE != 0;
        let zeroes = mode & FALLOC_FL_ZERO_RANGE != 0;
        let known = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE;
        if mode & !known != 0 || punches && (!keeps_size || zeroes) {
            return Err(EOPNOTSUPP.into());
        }
        if description.flags & O_ACCMODE == O_RDONLY {
            return Err(EBADF.into());
        }
        let inode = match description.object {
            Object::File(inode) => inode,
            Object::PipeReader(_) | Object::PipeWriter(_) | Object::PipeBoth(_) => {
                return Err(ESPIPE.into());
            }
            _ => return Err(ENODEV.into()),
        };
        self.objects.files.get(inode)?.data()?;
        let (start, end) = (offset as u64, offset as u64 + size as u64);
        if end > SIZE_MAX {
            return Err(EFBIG.into());
        }
        if punches || zeroes {
            self.zero_range(inode, start, end)?;
        }
        let now = self.objects.files.get(inode)?.size();
        if !punches {
            if !keeps_size && end > now {
                self.writable_size(end - 1, 1)?;
            }
            self.fill_range(inode, start, end)?;
        }
        if !punches && !keeps_size && end > now {
            self.objects.files.get_mut(inode)?.data_mut()?.size = end;
        }
        let now = self.objects.files.now;
        let file = self.objects.files.get_mut(inode)?;
        file.modified = now;
        file.changed = now;
        Ok(0)
    }

    /// Allocates the pages of a range.
    fn fill_range(&mut self, inode: usize, start: u64, end: u64) -> Result<(), Stop> {
        let pages = start / PAGE_SIZE..end.div_ceil(PAGE_SIZE);
        let room = self.machine.free_frames().saturating_sub(RESERVE);
        if pages.end - pages.start > room {
            return Err(ENOSPC.into());
        }
        for page in pages {
            self.file_frame(inode, page).ok_or(ENOSPC)?;
        }
        Ok(())
    }

    /// Makes a range read as zeros: whole pages become holes.
    fn zero_range(&mut self, inode: usize, start: u64, end: u64) -> Result<(), Stop> {
        let data = self.objects.files.get_mut(inode)?.data_mut()?;
        let frames = data.punch(start, end);
        let pages = data.pages.range(start / PAGE_SIZE..end.div_ceil(PAGE_SIZE));
        let edges: Vec<_> = pages
            .map(|(&page, &frame)| (page * PAGE_SIZE, frame))
            .collect();
        for (page, frame) in edges {
            let from = start.max(page) - page;
            let to = end.min(page + PAGE_SIZE) - page;
            let zeros = alloc::vec![0; to.saturating_sub(from) as usize];
            self.machine.store(frame, from as usize, &zeros);
        }
        self.unmap_holes(inode, start, end);
        for frame in frames {
            self.release_frame(frame);
        }
        Ok(())
    }

    /// `fsync`, `fdatasync` and `syncfs`: memory is all the storage there is.
    pub(crate) fn fsync(&mut self, fd: i32, syncs_any: bool) -> Reply {
        match self.lookup_open(fd)?.1.object {
            Object::File(_) => Ok(0),
            _ if syncs_any => Ok(0),
            _ => Err(EINVAL.into()),
        }
    }

    /// Advice has no effect: all files are in memory.
    pub(crate) fn fadvise64(&mut self, fd: i32, size: i64, advice: i32) -> Reply {
        match self.lookup_open(fd)?.1.object {
            Object::PipeReader(_) | Object::PipeWriter(_) | Object::PipeBoth(_) => {
                Err(ESPIPE.into())
            }
            _ if size < 0 || !(0..=5).contains(&advice) => Err(EINVAL.into()),
            _ => Ok(0),
        }
    }
}
