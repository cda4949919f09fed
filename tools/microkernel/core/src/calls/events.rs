//! `eventfd2`, the calls for timers that are read, and `signalfd4`.

use alloc::vec::Vec;

use crate::kernel::user::Piece;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{
    CLOCK_BOOTTIME, CLOCK_MONOTONIC, CLOCK_REALTIME, O_CLOEXEC, O_NONBLOCK, O_RDWR, SIGSET_SIZE,
};
use crate::machine::Machine;
use crate::objects::event::{Counter, TimerFile};
use crate::objects::{Description, Object};
use crate::tasks::signal::{SigInfo, unblockable};
use crate::tasks::thread::Syscall;
use crate::tasks::timer::Countdown;

const EFD_SEMAPHORE: i64 = 1;
const TFD_TIMER_ABSTIME: u64 = 1;
const TFD_TIMER_CANCEL_ON_SET: u64 = 2;
/// The size of `struct signalfd_siginfo` in bytes.
const SIGNAL_SIZE: usize = 128;

impl<M: Machine> Kernel<M> {
    /// Gives an object a description and a descriptor; the object is closed where that fails.
    fn install_object(&mut self, object: Object, flags: i64) -> Reply {
        let status = O_RDWR | flags & O_NONBLOCK;
        let description = self.objects.describe(object, status);
        let description = description.ok_or(ENFILE)?;
        let installed = self.install(description, 0, flags & O_CLOEXEC != 0);
        if installed.is_err() {
            self.objects.release(description);
        }
        installed
    }

    pub(crate) fn eventfd2(&mut self, value: u32, flags: i32) -> Reply {
        let flags = i64::from(flags);
        if flags & !(EFD_SEMAPHORE | O_NONBLOCK | O_CLOEXEC) != 0 {
            return Err(EINVAL.into());
        }
        let counter = Counter {
            value: value.into(),
            is_semaphore: flags & EFD_SEMAPHORE != 0,
            edge_count: 0,
        };
        let at = self.objects.counters.insert(counter).ok_or(ENFILE)?;
        self.install_object(Object::Counter(at), flags)
    }

    pub(crate) fn timerfd_create(&mut self, clock: i32, flags: i32) -> Reply {
        let flags = i64::from(flags);
        let is_realtime = match i64::from(clock) {
            CLOCK_REALTIME => true,
            CLOCK_MONOTONIC | CLOCK_BOOTTIME => false,
            _ => return Err(EINVAL.into()),
        };
        if flags & !(O_NONBLOCK | O_CLOEXEC) != 0 {
            return Err(EINVAL.into());
        }
        let timer = TimerFile {
            is_realtime,
            ..TimerFile::default()
        };
        let at = self.objects.timers.insert(timer).ok_or(ENFILE)?;
        self.install_object(Object::Timer(at), flags)
    }

    /// The timer of a descriptor.
    fn timer_file(&mut self, fd: i32) -> Result<&mut TimerFile, Stop> {
        match self.lookup_open(fd)?.1.object {
            Object::Timer(at) => Ok(self.objects.timers.get_mut(at).ok_or(EBADF)?),
            _ => Err(EINVAL.into()),
        }
    }

    pub(crate) fn timerfd_settime(&mut self, fd: i32, flags: u64, new: u64, old: u64) -> Reply {
        let [seconds, nanos, first_seconds, first_nanos] = self.read_words(new)?;
        let interval = crate::calls::time::span(seconds, nanos)?;
        let first = crate::calls::time::span(first_seconds, first_nanos)?;
        if flags & !(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET) != 0 {
            return Err(EINVAL.into());
        }
        let (now, started) = (self.machine.now(), self.started);
        let timer = self.timer_file(fd)?;
        timer.advance(now);
        let before = Countdown {
            next: timer.next,
            interval: timer.interval,
        };
        let start = if timer.is_realtime { started } else { 0 };
        let next = match flags & TFD_TIMER_ABSTIME {
            0 => now.saturating_add(first),
            _ => first.saturating_sub(start),
        };
        timer.next = (first > 0).then_some(next);
        timer.interval = interval;
        timer.expired = 0;
        timer.advance(now);
        if old != 0 {
            self.write_countdown(before, now, old)?;
        }
        Ok(0)
    }

    pub(crate) fn timerfd_gettime(&mut self, fd: i32, result: u64) -> Reply {
        let now = self.machine.now();
        let timer = self.timer_file(fd)?;
        timer.advance(now);
        let countdown = Countdown {
            next: timer.next,
            interval: timer.interval,
        };
        self.write_countdown(countdown, now, result)
    }

    pub(crate) fn signalfd4(&mut self, fd: i32, mask: u64, size: u64, flags: i32) -> Reply {
        let flags = i64::from(flags);
        if size != SIGSET_SIZE as u64 || flags & !(O_NONBLOCK | O_CLOEXEC) != 0 {
            return Err(EINVAL.into());
        }
        let [set] = self.read_words(mask)?;
        let set = set & !unblockable();
        if fd == -1 {
            let at = self.objects.signal_sets.insert(set).ok_or(ENFILE)?;
            return self.install_object(Object::Signals(at), flags);
        }
        match self.lookup_open(fd)?.1.object {
            Object::Signals(at) => {
                *self.objects.signal_sets.get_mut(at).ok_or(EBADF)? = set;
                Ok(fd.into())
            }
            _ => Err(EINVAL.into()),
        }
    }

    /// Reads an object that carries events.
    pub(crate) fn read_event(
        &mut self,
        call: &mut Syscall,
        from: Description,
        pieces: &[Piece],
    ) -> Reply {
        let size = pieces.iter().map(|piece| piece.1).sum::<u64>() as usize;
        let least = match from.object {
            Object::Signals(_) => SIGNAL_SIZE,
            _ => 8,
        };
        if size < least {
            return Err(EINVAL.into());
        }
        let now = self.machine.now();
        let bytes = match from.object {
            Object::Counter(at) => {
                let counter = self.objects.counters.get_mut(at).ok_or(EBADF)?;
                counter.take().map(|value| value.to_le_bytes().to_vec())
            }
            Object::Timer(at) => {
                let timer = self.objects.timers.get_mut(at).ok_or(EBADF)?;
                timer.advance(now);
                let expired = core::mem::take(&mut timer.expired);
                (expired > 0).then(|| expired.to_le_bytes().to_vec())
            }
            Object::Signals(at) => {
                let set = *self.objects.signal_sets.get(at).ok_or(EBADF)?;
                let mut bytes = Vec::new();
                while bytes.len() + SIGNAL_SIZE <= size {
                    let private = self.thread().pending.take(set);
                    let taken = private.or_else(|| self.process().pending.take(set));
                    let Some(mut info) = taken else {
                        break;
                    };
                    self.timer_delivered(&mut info);
                    bytes.extend(signal_bytes(&info));
                }
                (!bytes.is_empty()).then_some(bytes)
            }
            _ => return Err(EINVAL.into()),
        };
        let Some(bytes) = bytes else {
            return Err(self.would_block(call, from, 0));
        };
        let mut done = 0;
        for &(address, size) in pieces {
            let end = bytes.len().min(done + size as usize);
            self.write_user(address, &bytes[done..end])?;
            done = end;
        }
        Ok(done as i64)
    }

    /// Adds to a counter.
    pub(crate) fn write_counter(
        &mut self,
        call: &mut Syscall,
        to: Description,
        at: usize,
        pieces: &[Piece],
    ) -> Reply {
        let first = pieces.iter().find(|piece| piece.1 >= 8);
        let [number] = self.read_words(first.ok_or(EINVAL)?.0)?;
        if number == u64::MAX {
            return Err(EINVAL.into());
        }
        let counter = self.objects.counters.get_mut(at).ok_or(EBADF)?;
        if counter.add(number) {
            return Ok(8);
        }
        Err(self.would_block(call, to, 0))
    }
}

/// Encodes a `struct signalfd_siginfo`.
fn signal_bytes(info: &SigInfo) -> [u8; SIGNAL_SIZE] {
    let mut bytes = [0; SIGNAL_SIZE];
    let mut put = |at: usize, value: u32| {
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
    };
    put(0, info.signal as u32);
    put(8, info.code as u32);
    if info.timer.is_some() {
        put(24, info.first as u32);
        put(32, (info.first >> 32) as u32);
    } else {
        put(12, info.first as u32);
        put(16, (info.first >> 32) as u32);
    }
    put(40, info.value as u32);
    put(44, info.value as u32);
    bytes[48..56].copy_from_slice(&info.value.to_le_bytes());
    bytes
}
