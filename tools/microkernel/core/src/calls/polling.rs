//! `poll`, `ppoll`, `select` and `pselect6`.

use alloc::vec;

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::unblockable;
use crate::tasks::thread::Syscall;
use crate::tasks::timer::SECOND;

const POLLFD_SIZE: usize = 8;
/// The conditions for each of the three sets of `select` (`select(2)`, NOTES).
const SET_EVENTS: [u32; 3] = [
    POLLIN | POLLRDNORM | POLLHUP | POLLERR,
    POLLOUT | POLLWRNORM | POLLERR,
    POLLPRI,
];

impl<M: Machine> Kernel<M> {
    pub(crate) fn poll(
        &mut self,
        call: &mut Syscall,
        list: u64,
        count: u64,
        timeout: i32,
    ) -> Reply {
        if timeout >= 0 {
            self.set_deadline(call, timeout as u64 * 1_000_000);
        }
        self.poll_list(call, list, count)
    }

    pub(crate) fn ppoll(&mut self, call: &mut Syscall, args: [u64; 5]) -> Reply {
        let [list, count, timeout, mask, mask_size] = args;
        self.begin_timed(call, timeout, mask, mask_size)?;
        let reply = self.poll_list(call, list, count);
        self.write_time_left(call, timeout, reply)
    }

    fn poll_list(&mut self, call: &mut Syscall, list: u64, count: u64) -> Reply {
        if count > self.process().descriptors_max() as u64 {
            return Err(EINVAL.into());
        }
        let count = count as usize;
        let mut entries = self.read_bytes(list, count * POLLFD_SIZE)?;
        let mut ready = 0;
        for entry in entries.chunks_exact_mut(POLLFD_SIZE) {
            let fd = i32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let wanted = u32::from(u16::from_le_bytes([entry[4], entry[5]]));
            let events = match self.lookup(fd) {
                _ if fd < 0 => 0,
                Ok((number, _)) => self.objects.readiness(number).0 & (wanted | POLLERR | POLLHUP),
                Err(_) => POLLNVAL,
            };
            entry[6..8].copy_from_slice(&(events as u16).to_le_bytes());
            ready += i64::from(events != 0);
        }
        if ready == 0 {
            self.wait_or_nothing(call)?;
        }
        // Only the results are written: the program may have changed the rest while the call
        // waited.
        for (index, entry) in entries.chunks_exact(POLLFD_SIZE).enumerate() {
            self.write_user(list + (index * POLLFD_SIZE) as u64 + 6, &entry[6..8])?;
        }
        Ok(ready)
    }

    /// Nothing is ready: returns where the deadline has passed, else the call waits or is
    /// interrupted.
    fn wait_or_nothing(&mut self, call: &Syscall) -> Result<(), Stop> {
        let signalled = self.is_signalled(self.current);
        if !signalled && self.is_expired(call) {
            Ok(())
        } else {
            Err(Stop::Wait)
        }
    }

    pub(crate) fn select(
        &mut self,
        call: &mut Syscall,
        count: i32,
        sets: [u64; 3],
        timeout: u64,
    ) -> Reply {
        if timeout != 0 && call.deadline.is_none() {
            let [seconds, micros] = self.read_words(timeout)?;
            let (seconds, micros) = (seconds as i64, micros as i64);
            if seconds < 0 || micros < 0 {
                return Err(EINVAL.into());
            }
            let nanos = (seconds as u64).saturating_mul(SECOND);
            let nanos = nanos.saturating_add((micros as u64).saturating_mul(1_000));
            self.set_deadline(call, nanos);
        }
        let reply = self.select_sets(call, count, sets);
        if timeout != 0 && !matches!(reply, Err(Stop::Wait)) {
            let left = self.time_left(call);
            // A timeout that cannot be written is no error.
            let _ = self.write_words(timeout, &[left / SECOND, left % SECOND / 1_000]);
        }
        reply
    }

    pub(crate) fn pselect6(
        &mut self,
        call: &mut Syscall,
        count: i32,
        sets: [u64; 3],
        timeout: u64,
        mask: u64,
    ) -> Reply {
        let [mask, mask_size] = match mask {
            0 => [0, 0],
            mask => self.read_words(mask)?,
        };
        self.begin_timed(call, timeout, mask, mask_size)?;
        let reply = self.select_sets(call, count, sets);
        self.write_time_left(call, timeout, reply)
    }

    fn select_sets(&mut self, call: &mut Syscall, count: i32, sets: [u64; 3]) -> Reply {
        let count = usize::try_from(count).map_err(|_| EINVAL)?;
        let count = count.min(self.process().descriptors_max());
        let size = count.div_ceil(64) * 8;
        let mut wanted = [const { vec::Vec::new() }; 3];
        for (bits, set) in wanted.iter_mut().zip(sets) {
            *bits = match set {
                0 => vec![0; size],
                set => self.read_bytes(set, size)?,
            };
        }
        let mut found = [vec![0_u8; size], vec![0; size], vec![0; size]];
        let mut ready = 0;
        for fd in 0..count {
            let (byte, bit) = (fd / 8, 1 << (fd % 8));
            if wanted.iter().all(|bits| bits[byte] & bit == 0) {
                continue;
            }
            let (number, _) = self.lookup(fd as i32)?;
            let (events, _) = self.objects.readiness(number);
            for (index, events_of_set) in SET_EVENTS.iter().enumerate() {
                if wanted[index][byte] & bit != 0 && events & events_of_set != 0 {
                    found[index][byte] |= bit;
                    ready += 1;
                }
            }
        }
        if ready == 0 {
            self.wait_or_nothing(call)?;
        }
        for (bits, set) in found.iter().zip(sets) {
            if set != 0 {
                self.write_user(set, bits)?;
            }
        }
        Ok(ready)
    }

    /// The start of `ppoll`, `pselect6` and `epoll_pwait`: computes the deadline and installs the
    /// call's mask.
    pub(super) fn begin_timed(
        &mut self,
        call: &mut Syscall,
        timeout: u64,
        mask: u64,
        mask_size: u64,
    ) -> Result<(), Stop> {
        if call.queued {
            return Ok(());
        }
        if timeout != 0 {
            let time = self.read_time(timeout)?;
            self.set_deadline(call, time);
        }
        if mask != 0 {
            if mask_size != flags::SIGSET_SIZE as u64 {
                return Err(EINVAL.into());
            }
            let [new] = self.read_words(mask)?;
            let thread = self.thread();
            call.old_mask = Some(core::mem::replace(&mut thread.mask, new & !unblockable()));
        }
        call.queued = true;
        Ok(())
    }

    /// Linux writes the time that is left, unlike POSIX (`select(2)`, "C library/kernel
    /// differences").
    fn write_time_left(&mut self, call: &Syscall, timeout: u64, reply: Reply) -> Reply {
        if timeout != 0 && !matches!(reply, Err(Stop::Wait)) {
            let left = self.time_left(call);
            let _ = self.write_words(timeout, &[left / SECOND, left % SECOND]);
        }
        reply
    }
}
