//! Message queues: `mq_open`, `mq_unlink`, `mq_timedsend`, `mq_timedreceive`, `mq_notify`,
//! `mq_getsetattr`.

use alloc::vec::Vec;

use crate::files::path::NAME_MAX;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{O_ACCMODE, O_CLOEXEC, O_NONBLOCK, O_RDONLY, O_WRONLY};
use crate::linux::fs::{FILE_MODE, MAY_READ, MAY_WRITE, O_CREAT, O_EXCL};
use crate::linux::*;
use crate::machine::Machine;
use crate::objects::queue::Queue;
use crate::objects::{Description, Object};
use crate::tasks::signal::SigInfo;
use crate::tasks::thread::Syscall;

/// The sizes of a queue that is created without attributes, and the limits of a user
/// (`mq_overview(7)`, "/proc interfaces"); root may exceed them.
const MESSAGES: usize = 10;
const SIZE: usize = 8_192;
/// The limits of root here: a queue is in the kernel's memory.
const HARD_MESSAGES: usize = 1_024;
const HARD_SIZE: usize = 65_536;
/// The first priority that is too high.
const PRIORITIES: u32 = 32_768;
/// The code of the signal of a message (`<asm-generic/siginfo.h>`).
const SI_MESGQ: i32 = -3;

impl<M: Machine> Kernel<M> {
    fn queue_name(&mut self, name: u64) -> Result<Vec<u8>, Stop> {
        let name = self.read_path(name)?;
        match name.len() {
            0 => Err(ENOENT.into()),
            _ if name.contains(&b'/') => Err(EACCES.into()),
            length if length > NAME_MAX => Err(ENAMETOOLONG.into()),
            _ => Ok(name),
        }
    }

    fn find_queue(&self, name: &[u8]) -> Option<usize> {
        let mut queues = self.objects.queues.iter();
        let found = queues.find(|(_, queue)| queue.name.as_deref() == Some(name));
        found.map(|(at, _)| at)
    }

    pub(crate) fn mq_open(&mut self, name: u64, flags: i32, mode: u32, attributes: u64) -> Reply {
        let flags = i64::from(flags);
        let wanted = match attributes {
            0 => None,
            attributes => Some(self.read_words::<4>(attributes)?),
        };
        let name = self.queue_name(name)?;
        let access = flags & O_ACCMODE;
        if access > 2 {
            return Err(EINVAL.into());
        }
        let at = match self.find_queue(&name) {
            Some(_) if flags & O_CREAT != 0 && flags & O_EXCL != 0 => return Err(EEXIST.into()),
            Some(at) => {
                self.check_queue(at, access)?;
                at
            }
            None if flags & O_CREAT == 0 => return Err(ENOENT.into()),
            None => self.create_queue(name, mode, wanted)?,
        };
        let status = flags & (O_ACCMODE | O_NONBLOCK);
        let description = self.objects.describe(Object::Queue(at), status);
        let description = description.ok_or(ENFILE)?;
        // The descriptor is closed by `execve` always (`mq_open(3)`).
        let installed = self.install(description, 0, O_CLOEXEC != 0);
        if installed.is_err() {
            self.objects.release(description);
        }
        installed
    }

    fn check_queue(&mut self, at: usize, access: i64) -> Result<(), Stop> {
        let who = self.who();
        let queue = self.objects.queues.get(at).ok_or(ENOENT)?;
        let shift = match who {
            who if who.user == queue.user => 6,
            who if who.group == queue.group => 3,
            _ => 0,
        };
        let read = if access == O_WRONLY { 0 } else { MAY_READ };
        let write = if access == O_RDONLY { 0 } else { MAY_WRITE };
        if !who.is_root() && (read | write) & !(queue.mode >> shift) != 0 {
            return Err(EACCES.into());
        }
        Ok(())
    }

    fn create_queue(
        &mut self,
        name: Vec<u8>,
        mode: u32,
        wanted: Option<[u64; 4]>,
    ) -> Result<usize, Stop> {
        let who = self.who();
        let (most, size) = match wanted {
            None => (MESSAGES, SIZE),
            Some([_, most, size, _]) => (most as usize, size as usize),
        };
        let (most_allowed, size_allowed) = match who.is_root() {
            true => (HARD_MESSAGES, HARD_SIZE),
            false => (MESSAGES, SIZE),
        };
        if !(1..=most_allowed).contains(&most) || !(1..=size_allowed).contains(&size) {
            return Err(EINVAL.into());
        }
        let mut queue = Queue::new(name, most, size);
        queue.mode = mode & FILE_MODE & !self.process().place.borrow().umask;
        queue.user = who.user;
        queue.group = who.group;
        Ok(self.objects.queues.insert(queue).ok_or(ENOSPC)?)
    }

    pub(crate) fn mq_unlink(&mut self, name: u64) -> Reply {
        let name = self.queue_name(name)?;
        let at = self.find_queue(&name).ok_or(ENOENT)?;
        let who = self.who();
        let queue = self.objects.queues.get_mut(at).ok_or(ENOENT)?;
        if !who.is_root() && who.user != queue.user {
            return Err(EACCES.into());
        }
        queue.name = None;
        self.objects.drop_queue(at);
        Ok(0)
    }

    /// The queue of a descriptor that allows an access.
    fn queue_of(&mut self, fd: i32, forbidden: i64) -> Result<(usize, Description), Stop> {
        let (_, description) = self.lookup_open(fd)?;
        match description.object {
            Object::Queue(at) if description.flags & O_ACCMODE != forbidden => {
                Ok((at, description))
            }
            _ => Err(EBADF.into()),
        }
    }

    /// Sets the deadline of a call whose timeout is a time of the real-time clock.
    fn set_realtime(&mut self, call: &mut Syscall, timeout: u64) -> Result<(), Stop> {
        if timeout != 0 && call.deadline.is_none() {
            let time = self.read_time(timeout)?;
            call.deadline = Some(time.saturating_sub(self.started));
        }
        Ok(())
    }

    /// The answer of a call that has to wait.
    fn queue_wait(&mut self, call: &mut Syscall, description: Description) -> Stop {
        if description.flags & O_NONBLOCK == 0 && self.is_expired(call) {
            return ETIMEDOUT.into();
        }
        self.would_block(call, description, 0)
    }

    pub(crate) fn mq_timedsend(&mut self, call: &mut Syscall) -> Reply {
        let [fd, message, size, priority, timeout, _] = call.args;
        let priority = priority as u32;
        if priority >= PRIORITIES {
            return Err(EINVAL.into());
        }
        self.set_realtime(call, timeout)?;
        let (at, description) = self.queue_of(fd as i32, O_RDONLY)?;
        let queue = self.objects.queues.get(at).ok_or(EBADF)?;
        if size > queue.size as u64 {
            return Err(EMSGSIZE.into());
        }
        let is_full = queue.is_full();
        let bytes = self.read_bytes(message, size as usize)?;
        if is_full {
            return Err(self.queue_wait(call, description));
        }
        let is_awaited = self.is_awaited(at);
        let (sender, user) = (self.thread().process, self.process().user.real);
        let queue = self.objects.queues.get_mut(at).ok_or(EBADF)?;
        let was_empty = queue.len() == 0;
        queue.push(priority, bytes);
        if was_empty
            && !is_awaited
            && let Some((process, signal, value)) = queue.notify.take()
            && signal != 0
        {
            let mut info = SigInfo::sent(signal, SI_MESGQ, sender);
            info.first |= u64::from(user) << 32;
            info.value = value;
            self.send(process, info);
        }
        Ok(0)
    }

    /// True where a thread waits for a message of a queue.
    fn is_awaited(&self, at: usize) -> bool {
        self.threads.values().any(|thread| {
            let call = thread.call.as_ref();
            let call = call.filter(|call| call.name == Call::MqTimedreceive);
            let process = self.processes.get(&thread.process);
            let fd = call.map(|call| call.args[0] as i32);
            let description = process.zip(fd).and_then(|(process, fd)| {
                let descriptor = process.files.borrow().get(fd)?;
                self.objects.descriptions.get(descriptor.description)
            });
            description.is_some_and(|one| one.object == Object::Queue(at))
        })
    }

    pub(crate) fn mq_timedreceive(&mut self, call: &mut Syscall) -> Reply {
        let [fd, buffer, size, priority, timeout, _] = call.args;
        self.set_realtime(call, timeout)?;
        let (at, description) = self.queue_of(fd as i32, O_WRONLY)?;
        let queue = self.objects.queues.get(at).ok_or(EBADF)?;
        if size < queue.size as u64 {
            return Err(EMSGSIZE.into());
        }
        let Some((rank, bytes)) = queue.first().cloned() else {
            return Err(self.queue_wait(call, description));
        };
        if priority != 0 {
            self.write_u32(priority, rank)?;
        }
        self.write_user(buffer, &bytes)?;
        if let Some(queue) = self.objects.queues.get_mut(at) {
            queue.drop_first();
        }
        Ok(bytes.len() as i64)
    }

    pub(crate) fn mq_notify(&mut self, fd: i32, event: u64) -> Reply {
        let wanted = match event {
            0 => None,
            event => {
                let words = self.read_words::<2>(event)?;
                let (signal, kind) = (words[1] as u32 as i32, (words[1] >> 32) as i32);
                match kind {
                    SIGEV_NONE => Some((0, words[0])),
                    SIGEV_SIGNAL if (1..=SIGNAL_MAX).contains(&signal) => Some((signal, words[0])),
                    _ => return Err(EINVAL.into()),
                }
            }
        };
        // Any access will do: no description has this one.
        let (at, _) = self.queue_of(fd, -1)?;
        let process = self.thread().process;
        let queue = self.objects.queues.get_mut(at).ok_or(EBADF)?;
        match (wanted, queue.notify) {
            (Some(_), Some(_)) => return Err(EBUSY.into()),
            (Some((signal, value)), None) => queue.notify = Some((process, signal, value)),
            (None, Some((owner, ..))) if owner == process => queue.notify = None,
            (None, _) => {}
        }
        Ok(0)
    }

    pub(crate) fn mq_getsetattr(&mut self, fd: i32, new: u64, old: u64) -> Reply {
        let wanted = match new {
            0 => None,
            new => Some(self.read_words::<4>(new)?[0]),
        };
        if wanted.is_some_and(|flags| flags & !(O_NONBLOCK as u64) != 0) {
            return Err(EINVAL.into());
        }
        let (at, description) = self.queue_of(fd, -1)?;
        let (number, _) = self.lookup(fd)?;
        let queue = self.objects.queues.get(at).ok_or(EBADF)?;
        let words = [
            (description.flags & O_NONBLOCK) as u64,
            queue.most as u64,
            queue.size as u64,
            queue.len() as u64,
        ];
        if let Some(flags) = wanted
            && let Some(shared) = self.objects.descriptions.get_mut(number)
        {
            shared.flags = shared.flags & !O_NONBLOCK | flags as i64;
        }
        if old != 0 {
            let mut result = [0; 8];
            result[..4].copy_from_slice(&words);
            self.write_words(old, &result)?;
        }
        Ok(0)
    }
}
