//! Calls that open, copy, change and close descriptors.

use crate::files::locks::Owner;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::F_GETPIPE_SZ;
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::fs::{
    F_GETLK, F_OFD_GETLK, F_OFD_SETLK, F_OFD_SETLKW, F_SETLK, F_SETLKW, O_PATH,
};
use crate::machine::Machine;
use crate::objects::descriptors::Descriptor;
use crate::objects::pipe::{CAPACITY, Pipe};
use crate::objects::{Description, Object};
use crate::tasks::process::DESCRIPTORS_MAX;
use crate::tasks::thread::Syscall;

/// The status flags that F_SETFL changes; the other flags of Linux have no meaning for pipes.
const SETTABLE: i64 = O_APPEND | O_NONBLOCK;

// <asm-generic/ioctls.h>.
const FIONREAD: u32 = 0x541b;
const FIONBIO: u32 = 0x5421;
const FIONCLEX: u32 = 0x5450;
const FIOCLEX: u32 = 0x5451;

impl<M: Machine> Kernel<M> {
    /// The description that a descriptor refers to, and its number.
    pub(crate) fn lookup(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let descriptor = self.process().files.borrow().get(fd).ok_or(EBADF)?;
        let description = self.objects.descriptions.get(descriptor.description);
        Ok((descriptor.description, *description.ok_or(EBADF)?))
    }

    /// Gives a description the lowest free descriptor from `least` on.
    pub(crate) fn install(
        &mut self,
        description: usize,
        least: usize,
        close_on_exec: bool,
    ) -> Reply {
        let process = self.process();
        let limit = process.descriptors_max();
        let mut files = process.files.borrow_mut();
        let fd = files.lowest(least, limit).ok_or(EMFILE)?;
        let descriptor = Descriptor {
            description,
            close_on_exec,
        };
        files.set(fd, Some(descriptor));
        Ok(fd as i64)
    }

    pub(crate) fn close(&mut self, fd: i32) -> Reply {
        let descriptor = self.process().files.borrow().get(fd).ok_or(EBADF)?;
        self.process().files.borrow_mut().set(fd as usize, None);
        self.release(descriptor.description);
        Ok(0)
    }

    /// Removes a reference of the current process. A process that closes any descriptor of a file
    /// loses its record locks there (`fcntl_locking(2)`); of a message queue, its notification.
    pub(crate) fn release(&mut self, description: usize) {
        let pid = self.thread().process;
        let shared = self.objects.descriptions.get(description);
        match shared.map(|shared| shared.object) {
            Some(Object::File(inode)) => {
                self.objects.locks.release(inode, Owner::Process(pid));
            }
            Some(Object::Queue(at)) => {
                if let Some(queue) = self.objects.queues.get_mut(at) {
                    queue.notify.take_if(|one| one.0 == pid);
                }
            }
            _ => {}
        }
        self.objects.release(description);
    }

    pub(crate) fn dup(&mut self, fd: i32) -> Reply {
        self.duplicate(fd, 0, false)
    }

    fn duplicate(&mut self, fd: i32, least: usize, close_on_exec: bool) -> Reply {
        let (description, _) = self.lookup(fd)?;
        let copy = self.install(description, least, close_on_exec)?;
        self.objects.share(description);
        Ok(copy)
    }

    pub(crate) fn dup2(&mut self, fd: i32, to: i32) -> Reply {
        if self.options.dup2_negative_panics {
            // The first historic bug: only the upper bound of the index is checked.
            let process = self.process();
            if i64::from(to) < process.descriptors_max() as i64 {
                process.files.borrow().slot_unchecked(to as u32 as usize);
            }
        }
        self.lookup(fd)?;
        if fd == to {
            return Ok(to.into());
        }
        self.dup3(fd, to, 0)
    }

    pub(crate) fn dup3(&mut self, fd: i32, to: i32, flags: i32) -> Reply {
        if i64::from(flags) & !O_CLOEXEC != 0 || fd == to {
            return Err(EINVAL.into());
        }
        let (description, _) = self.lookup(fd)?;
        let limit = self.process().descriptors_max();
        let to = usize::try_from(to).ok().filter(|&to| to < limit);
        let to = to.ok_or(EBADF)?;
        self.objects.share(description);
        let descriptor = Descriptor {
            description,
            close_on_exec: flags != 0,
        };
        let old = self.process().files.borrow_mut().set(to, Some(descriptor));
        if let Some(old) = old {
            self.release(old.description);
        }
        Ok(to as i64)
    }

    pub(crate) fn fcntl(&mut self, call: &mut Syscall) -> Reply {
        let [fd, command, argument, ..] = call.args;
        let (fd, command) = (fd as i32, command as i32);
        let (number, description) = self.lookup(fd)?;
        let is_path = description.flags & O_PATH != 0;
        match i64::from(command) {
            F_GETLK | F_SETLK | F_SETLKW | F_OFD_GETLK | F_OFD_SETLK | F_OFD_SETLKW if !is_path => {
                self.lock_record(call, number)
            }
            F_SETFL if is_path => Err(EBADF.into()),
            command @ (F_DUPFD | F_DUPFD_CLOEXEC) => {
                let limit = self.process().descriptors_max();
                // Linux reads the argument as unsigned: a negative one is above the limit.
                let least = argument as u32 as usize;
                if least >= limit {
                    return Err(EINVAL.into());
                }
                self.duplicate(fd, least, command == F_DUPFD_CLOEXEC)
            }
            F_GETFD => {
                let descriptor = self.process().files.borrow().get(fd).ok_or(EBADF)?;
                Ok(descriptor.close_on_exec.into())
            }
            F_SETFD => {
                let mut files = self.process().files.borrow_mut();
                let descriptor = files.get_mut(fd).ok_or(EBADF)?;
                descriptor.close_on_exec = argument as i64 & FD_CLOEXEC != 0;
                Ok(0)
            }
            F_GETFL => Ok(description.flags),
            F_SETFL => {
                if let Some(shared) = self.objects.descriptions.get_mut(number) {
                    shared.flags = shared.flags & !SETTABLE | argument as i64 & SETTABLE;
                }
                Ok(0)
            }
            F_GETPIPE_SZ => match description.object {
                Object::PipeReader(_) | Object::PipeWriter(_) | Object::PipeBoth(_) => {
                    Ok(CAPACITY as i64)
                }
                _ => Err(EBADF.into()),
            },
            _ => Err(EINVAL.into()),
        }
    }

    pub(crate) fn pipe2(&mut self, result: u64, flags: i32) -> Reply {
        let flags = i64::from(flags);
        // O_DIRECT (packets) is not supported; Linux too returns EINVAL where it is not.
        if flags & !(O_CLOEXEC | O_NONBLOCK) != 0 {
            return Err(EINVAL.into());
        }
        let status = flags & O_NONBLOCK;
        let pipe = self.objects.pipes.insert(Pipe::new()).ok_or(ENFILE)?;
        let ends = [
            (Object::PipeReader(pipe), O_RDONLY | status),
            (Object::PipeWriter(pipe), O_WRONLY | status),
        ];
        let [reader, writer] = ends.map(|(object, flags)| self.objects.describe(object, flags));
        let (Some(reader), Some(writer)) = (reader, writer) else {
            for description in [reader, writer].into_iter().flatten() {
                self.objects.release(description);
            }
            self.objects.pipes.remove(pipe);
            return Err(ENFILE.into());
        };
        let close_on_exec = flags & O_CLOEXEC != 0;
        let first = self.install(reader, 0, close_on_exec);
        let second = self.install(writer, 0, close_on_exec);
        let mut bytes = [0; 8];
        let written = match (first, second) {
            (Ok(first), Ok(second)) => {
                bytes[..4].copy_from_slice(&(first as i32).to_le_bytes());
                bytes[4..].copy_from_slice(&(second as i32).to_le_bytes());
                self.write_user(result, &bytes)
            }
            _ => Err(EMFILE.into()),
        };
        match written {
            Ok(()) => Ok(0),
            Err(stop) => {
                for (end, description) in [(first, reader), (second, writer)] {
                    match end {
                        Ok(fd) => drop(self.close(fd as i32)),
                        Err(_) => self.objects.release(description),
                    }
                }
                Err(stop)
            }
        }
    }

    pub(crate) fn close_range(&mut self, first: u32, last: u32, flags: u32) -> Reply {
        const CLOSE_RANGE_CLOEXEC: u32 = 4;
        if flags & !CLOSE_RANGE_CLOEXEC != 0 || first > last {
            return Err(EINVAL.into());
        }
        let limit = DESCRIPTORS_MAX as u32;
        for fd in first..=last.min(limit) {
            if flags != 0 {
                let mut files = self.process().files.borrow_mut();
                if let Some(descriptor) = files.get_mut(fd as i32) {
                    descriptor.close_on_exec = true;
                }
            } else {
                // Descriptors that are not open are no error.
                let _ = self.close(fd as i32);
            }
        }
        Ok(0)
    }

    pub(crate) fn ioctl(&mut self, fd: i32, request: u32, argument: u64) -> Reply {
        let (number, description) = self.lookup_open(fd)?;
        match request {
            FIONBIO => {
                let on = self.read_u32(argument)? != 0;
                if let Some(shared) = self.objects.descriptions.get_mut(number) {
                    let flag = if on { O_NONBLOCK } else { 0 };
                    shared.flags = shared.flags & !O_NONBLOCK | flag;
                }
                Ok(0)
            }
            FIOCLEX | FIONCLEX => {
                let mut files = self.process().files.borrow_mut();
                let descriptor = files.get_mut(fd).ok_or(EBADF)?;
                descriptor.close_on_exec = request == FIOCLEX;
                Ok(0)
            }
            FIONREAD => {
                let ready = match description.object {
                    Object::PipeReader(at) | Object::PipeWriter(at) | Object::PipeBoth(at) => self
                        .objects
                        .pipes
                        .get(at)
                        .map(|pipe| CAPACITY - pipe.room()),
                    _ => None,
                };
                self.write_u32(argument, ready.ok_or(ENOTTY)? as u32)
            }
            _ => Err(ENOTTY.into()),
        }
    }
}
