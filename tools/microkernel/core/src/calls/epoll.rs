//! `epoll_create1`, `epoll_ctl`, `epoll_wait` and `epoll_pwait`.

use alloc::vec;
use alloc::vec::Vec;

use crate::arch::Architecture;
use crate::kernel::user::in_user_half;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{O_CLOEXEC, O_RDWR};
use crate::linux::{EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD};
use crate::machine::Machine;
use crate::objects::Object;
use crate::objects::epoll::{DEPTH_MAX, Epoll};
use crate::tasks::thread::Syscall;

impl<M: Machine> Kernel<M> {
    /// The size of `struct epoll_event` in bytes.
    const EVENT_SIZE: usize = M::Context::EPOLL_DATA + 8;

    pub(crate) fn epoll_create1(&mut self, flags: i32) -> Reply {
        if i64::from(flags) & !O_CLOEXEC != 0 {
            return Err(EINVAL.into());
        }
        let epoll = self.objects.epolls.insert(Epoll::default()).ok_or(EMFILE)?;
        let Some(description) = self.objects.describe(Object::Epoll(epoll), O_RDWR) else {
            self.objects.epolls.remove(epoll);
            return Err(ENFILE.into());
        };
        let installed = self.install(description, 0, flags != 0);
        if installed.is_err() {
            self.objects.release(description);
        }
        installed
    }

    pub(crate) fn epoll_ctl(&mut self, set: i32, operation: u64, fd: i32, event: u64) -> Reply {
        let operation = u64::from(operation as u32);
        let (events, data) = if operation == EPOLL_CTL_DEL {
            (0, 0)
        } else {
            let bytes = self.read_bytes(event, Self::EVENT_SIZE)?;
            let events = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
            let data = bytes[M::Context::EPOLL_DATA..].iter().rev();
            (
                events,
                data.fold(0, |word, &byte| word << 8 | u64::from(byte)),
            )
        };
        let (set_number, set) = self.lookup(set)?;
        let (number, target) = self.lookup(fd)?;
        let Object::Epoll(at) = set.object else {
            return Err(EINVAL.into());
        };
        // Files are always ready (`epoll_ctl(2)`, EPERM).
        if matches!(target.object, Object::File(_)) {
            return Err(EPERM.into());
        }
        if number == set_number {
            return Err(EINVAL.into());
        }
        let epoll = self.objects.epolls.get(at).ok_or(EBADF)?;
        let known = epoll.contains(fd, number);
        if operation == EPOLL_CTL_ADD
            && !known
            && let Object::Epoll(inner) = target.object
        {
            let loops = self.objects.reaches(inner, at, DEPTH_MAX + 1);
            if loops || self.objects.depth(inner, DEPTH_MAX) + 1 >= DEPTH_MAX {
                return Err(ELOOP.into());
            }
        }
        let epoll = self.objects.epolls.get_mut(at).ok_or(EBADF)?;
        match operation {
            EPOLL_CTL_ADD if known => Err(EEXIST.into()),
            EPOLL_CTL_ADD => {
                epoll.add(fd, number, events, data);
                Ok(0)
            }
            EPOLL_CTL_MOD | EPOLL_CTL_DEL if !known => Err(ENOENT.into()),
            EPOLL_CTL_MOD => {
                epoll.modify(fd, number, events, data);
                Ok(0)
            }
            EPOLL_CTL_DEL => {
                epoll.remove(fd, number);
                Ok(0)
            }
            _ => Err(EINVAL.into()),
        }
    }

    pub(crate) fn epoll_pwait(
        &mut self,
        call: &mut Syscall,
        set: i32,
        events: u64,
        [most, timeout]: [i32; 2],
        [mask, mask_size]: [u64; 2],
    ) -> Reply {
        self.begin_timed(call, 0, mask, mask_size)?;
        self.epoll_wait(call, set, events, most, timeout)
    }

    pub(crate) fn epoll_wait(
        &mut self,
        call: &mut Syscall,
        set: i32,
        events: u64,
        most: i32,
        timeout: i32,
    ) -> Reply {
        let most = usize::try_from(most).unwrap_or(0);
        if most == 0 || most > i32::MAX as usize / Self::EVENT_SIZE {
            return Err(EINVAL.into());
        }
        if !in_user_half::<M>(events, (most * Self::EVENT_SIZE) as u64) {
            return Err(EFAULT.into());
        }
        let (_, description) = self.lookup(set)?;
        let Object::Epoll(at) = description.object else {
            return Err(EINVAL.into());
        };
        if timeout >= 0 {
            self.set_deadline(call, timeout as u64 * 1_000_000);
        }
        let (reports, rest) = self.objects.collect(at, most).ok_or(EBADF)?;
        if reports.is_empty() {
            let signalled = self.is_signalled(self.current);
            if !signalled && self.is_expired(call) {
                return Ok(0);
            }
            return Err(Stop::Wait);
        }
        let bytes: Vec<u8> = reports
            .iter()
            .flat_map(|(events, data)| {
                let mut entry = vec![0; Self::EVENT_SIZE];
                entry[..4].copy_from_slice(&events.to_le_bytes());
                entry[M::Context::EPOLL_DATA..].copy_from_slice(&data.to_le_bytes());
                entry
            })
            .collect();
        self.write_user(events, &bytes)?;
        if let Some(epoll) = self.objects.epolls.get_mut(at) {
            *epoll = rest;
        }
        Ok(reports.len() as i64)
    }
}
