//! `open`, `openat` and `creat`.

use crate::files::inode::{Data, Kind};
use crate::files::path::{Last, Place};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::S_IFIFO;
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY};
use crate::linux::fs::*;
use crate::machine::Machine;
use crate::objects::Object;

/// The flags that have a meaning with O_PATH.
const PATH_FLAGS: i64 = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// The size of the longest name of `memfd_create` in bytes, with the null byte.
const MEMFD_NAME_MAX: usize = 250;

impl<M: Machine> Kernel<M> {
    pub(crate) fn creat(&mut self, path: u64, mode: u32) -> Reply {
        let flags = (O_CREAT | O_WRONLY | O_TRUNC) as u32;
        self.openat(AT_FDCWD, path, flags, mode)
    }

    pub(crate) fn openat(&mut self, directory: i32, path: u64, flags: u32, mode: u32) -> Reply {
        let mut flags = i64::from(flags);
        let path = self.read_path(path)?;
        // A call that has no descriptor to return creates no file.
        let process = self.process();
        let limit = process.descriptors_max();
        process.files.borrow().lowest(0, limit).ok_or(EMFILE)?;
        if flags & O_PATH != 0 {
            flags &= PATH_FLAGS;
        }
        let is_temporary = flags & O_TMPFILE != 0;
        let creates = flags & O_CREAT != 0;
        if creates && flags & O_DIRECTORY != 0 {
            return Err(EINVAL.into());
        }
        if is_temporary && (flags & O_DIRECTORY == 0 || flags & O_ACCMODE == O_RDONLY) {
            return Err(EINVAL.into());
        }
        let exclusive = creates && flags & O_EXCL != 0;
        let follow = flags & O_NOFOLLOW == 0 && !exclusive;
        let place = self.walk(directory, &path, follow)?;
        if is_temporary {
            let above = self.objects.files.at(&place)?;
            return self.open_temporary(above, flags, mode);
        }
        let inode = match place.inode {
            Some(_) if exclusive => return Err(EEXIST.into()),
            Some(_) => self.open_existing(&place, flags)?,
            None if creates => self.create_file(&place, mode)?,
            None => return Err(ENOENT.into()),
        };
        let format = self.objects.files.get(inode)?.format();
        if format == S_IFIFO && flags & O_PATH == 0 {
            return self.open_fifo(inode, flags);
        }
        self.install_file(inode, flags)
    }

    /// Opens a FIFO. Without O_NONBLOCK a reader waits for a writer, and a writer for a reader.
    fn open_fifo(&mut self, inode: usize, flags: i64) -> Reply {
        let access = flags & O_ACCMODE;
        let (reads, writes) = (access != O_WRONLY, access != O_RDONLY);
        let thread = self.current;
        let waits = &mut self.objects.fifo_waits;
        waits.retain(|one| one.0 != thread);
        let is_awaited = waits.iter().any(|one| one.1 == inode && one.2 != writes);
        let pipe = self.objects.fifo(inode).ok_or(ENFILE)?;
        let has_other = if writes {
            pipe.readers > 0
        } else {
            pipe.writers > 0
        };
        let is_met = reads && writes || has_other || is_awaited;
        if !is_met && flags & O_NONBLOCK == 0 {
            self.objects.fifo_waits.push((thread, inode, writes));
            return Err(Stop::Wait);
        }
        if !is_met && writes {
            return Err(ENXIO.into());
        }
        pipe.open(reads, writes);
        let at = *self.objects.fifos.get(&inode).ok_or(ENXIO)?;
        let object = match (reads, writes) {
            (true, true) => Object::PipeBoth(at),
            (true, false) => Object::PipeReader(at),
            _ => Object::PipeWriter(at),
        };
        let status = flags & !O_CREATION | O_LARGEFILE;
        let description = self.objects.describe(object, status).ok_or(ENFILE)?;
        self.objects.files.open(inode);
        if let Some(description) = self.objects.descriptions.get_mut(description) {
            description.fifo = Some(inode);
        }
        let installed = self.install(description, 0, flags & O_CLOEXEC != 0);
        if installed.is_err() {
            self.objects.release(description);
        }
        installed
    }

    /// Gives a file a description and a descriptor.
    fn install_file(&mut self, inode: usize, flags: i64) -> Reply {
        // Every program of a 64-bit processor opens large files.
        let large = if flags & O_PATH != 0 { 0 } else { O_LARGEFILE };
        let status = flags & !O_CREATION | large;
        let description = self.objects.describe(Object::File(inode), status);
        let description = description.ok_or(ENFILE)?;
        let installed = self.install(description, 0, flags & O_CLOEXEC != 0);
        if installed.is_err() {
            self.objects.release(description);
        }
        installed
    }

    /// Checks that a file may be opened, and truncates it where O_TRUNC asks for that.
    fn open_existing(&mut self, place: &Place, flags: i64) -> Result<usize, Stop> {
        let creates = flags & O_CREAT != 0;
        let access = flags & O_ACCMODE;
        let writes = access == O_WRONLY || access == O_RDWR;
        let files = &self.objects.files;
        let inode = place.inode.ok_or(ENOENT)?;
        let file = files.get(inode)?;
        if creates && (place.slash || file.is_directory() || place.last != Last::Name) {
            return Err(EISDIR.into());
        }
        if flags & O_DIRECTORY != 0 && !file.is_directory() {
            return Err(ENOTDIR.into());
        }
        files.at(place)?;
        if flags & O_PATH != 0 {
            return Ok(inode);
        }
        let truncates = flags & O_TRUNC != 0;
        match &file.kind {
            Kind::Symlink(_) => return Err(ELOOP.into()),
            Kind::Directory(_) if writes || truncates => return Err(EISDIR.into()),
            Kind::Special(S_IFIFO) | Kind::Directory(_) | Kind::Regular(_) => {}
            Kind::Special(_) => return Err(ENXIO.into()),
        }
        let read = if access == O_WRONLY { 0 } else { MAY_READ };
        let write = if writes || truncates { MAY_WRITE } else { 0 };
        let who = self.who();
        self.objects.files.check(inode, read | write, who)?;
        if write != 0 && self.is_executed(inode) {
            return Err(ETXTBSY.into());
        }
        let is_regular = self.objects.files.get(inode)?.data().is_ok();
        if truncates && is_regular {
            self.set_size(inode, 0)?;
        }
        Ok(inode)
    }

    fn is_executed(&self, inode: usize) -> bool {
        let mut processes = self.processes.values();
        processes.any(|one| one.executable == Some(inode))
    }

    fn create_file(&mut self, place: &Place, mode: u32) -> Result<usize, Stop> {
        if place.slash {
            return Err(EISDIR.into());
        }
        let mode = mode & !self.umask();
        let who = self.who();
        let empty = Kind::Regular(Data::default());
        Ok(self.objects.files.make(place, empty, mode, who)?)
    }

    /// A file without a name, as a descriptor.
    pub(crate) fn memfd_create(&mut self, name: u64, flags: u32) -> Reply {
        // MFD_CLOEXEC and MFD_ALLOW_SEALING.
        if flags & !3 != 0 {
            return Err(EINVAL.into());
        }
        self.read_string(name, MEMFD_NAME_MAX)?.ok_or(EINVAL)?;
        let who = self.who();
        let empty = Kind::Regular(Data::default());
        let inode = self.objects.files.create(empty, 0o777, who)?;
        let close_on_exec = if flags & 1 != 0 { O_CLOEXEC } else { 0 };
        self.install_file(inode, O_RDWR | close_on_exec)
    }

    pub(super) fn umask(&mut self) -> u32 {
        self.process().place.borrow().umask
    }

    /// O_TMPFILE: a file without a name in a directory.
    fn open_temporary(&mut self, above: usize, flags: i64, mode: u32) -> Reply {
        let who = self.who();
        self.objects.files.get(above)?.directory()?;
        self.objects.files.check(above, MAY_WRITE | MAY_EXEC, who)?;
        let mode = mode & !self.umask();
        let empty = Kind::Regular(Data::default());
        let inode = self.objects.files.create(empty, mode, who)?;
        self.install_file(inode, flags & !(O_TMPFILE | O_DIRECTORY))
    }
}
