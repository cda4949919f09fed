//! Calls that open, copy, change and close descriptors.

use crate::arch::{Architecture, Stat};
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::*;
use crate::linux::{F_GETPIPE_SZ, S_IFCHR, S_IFIFO};
use crate::machine::{Machine, PAGE_SIZE};
use crate::objects::descriptors::Descriptor;
use crate::objects::pipe::{CAPACITY, Pipe};
use crate::objects::{Description, Object};
use crate::tasks::timer::SECOND;

/// The status flags that F_SETFL changes; the other flags of Linux have no meaning for pipes.
const SETTABLE: i64 = O_APPEND | O_NONBLOCK;

impl<M: Machine> Kernel<M> {
    /// The description that a descriptor refers to, and its number.
    pub(crate) fn lookup(&mut self, fd: i32) -> Result<(usize, Description), Stop> {
        let descriptor = self.process().files.get(fd).ok_or(EBADF)?;
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
        let fd = process.files.lowest(least, limit).ok_or(EMFILE)?;
        let descriptor = Descriptor {
            description,
            close_on_exec,
        };
        process.files.set(fd, Some(descriptor));
        Ok(fd as i64)
    }

    pub(crate) fn close(&mut self, fd: i32) -> Reply {
        let process = self.process();
        let descriptor = process.files.get(fd).ok_or(EBADF)?;
        process.files.set(fd as usize, None);
        self.objects.release(descriptor.description);
        Ok(0)
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
                process.files.slot_unchecked(to as u32 as usize);
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
        if let Some(old) = self.process().files.set(to, Some(descriptor)) {
            self.objects.release(old.description);
        }
        Ok(to as i64)
    }

    pub(crate) fn fcntl(&mut self, fd: i32, command: i32, argument: u64) -> Reply {
        let (number, description) = self.lookup(fd)?;
        match i64::from(command) {
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
                let descriptor = self.process().files.get(fd).ok_or(EBADF)?;
                Ok(descriptor.close_on_exec.into())
            }
            F_SETFD => {
                let descriptor = self.process().files.get_mut(fd).ok_or(EBADF)?;
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
                Object::PipeReader(_) | Object::PipeWriter(_) => Ok(CAPACITY as i64),
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

    pub(crate) fn fstat(&mut self, fd: i32, result: u64) -> Reply {
        let (number, description) = self.lookup(fd)?;
        let (device, inode, mode, special) = match description.object {
            Object::Console => (1, 1, S_IFCHR | 0o620, 0x440),
            Object::PipeReader(pipe) | Object::PipeWriter(pipe) => {
                (2, pipe as u64 + 1, S_IFIFO | 0o600, 0)
            }
            Object::Epoll(_) => (3, number as u64 + 1, 0o600, 0),
            Object::Socket(socket) => (4, socket as u64 + 1, S_IFSOCK as u32 | 0o777, 0),
        };
        let now = self.started + self.machine.now();
        let bytes = M::Context::stat(&Stat {
            device,
            inode,
            mode,
            special,
            block_size: PAGE_SIZE,
            time: [now / SECOND, now % SECOND],
        });
        self.write_user(result, &bytes)?;
        Ok(0)
    }
}
