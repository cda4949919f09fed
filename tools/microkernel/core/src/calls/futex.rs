//! `futex`.

use crate::kernel::user::in_user_half;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::process::*;
use crate::linux::*;
use crate::machine::{Machine, PAGE_SIZE};
use crate::memory::space::Region;
use crate::tasks::futex::Key;
use crate::tasks::thread::Syscall;

impl<M: Machine> Kernel<M> {
    pub(crate) fn futex(&mut self, call: &mut Syscall) -> Reply {
        let [address, operation, value, timeout, second, third] = call.args;
        let operation = u64::from(operation as u32);
        let command = operation & !(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
        let value = value as u32;
        // Linux reads the fourth argument as a count where the operation has no timeout.
        let count = timeout as u32 as i32;
        match command {
            FUTEX_WAIT => self.futex_wait(call, value, u32::MAX),
            FUTEX_LOCK_PI => self.futex_lock(call, true, true),
            FUTEX_LOCK_PI2 => {
                let realtime = operation & FUTEX_CLOCK_REALTIME != 0;
                self.futex_lock(call, true, realtime)
            }
            FUTEX_TRYLOCK_PI => self.futex_lock(call, false, true),
            FUTEX_UNLOCK_PI => self.futex_unlock(address),
            FUTEX_WAIT_BITSET => self.futex_wait(call, value, third as u32),
            _ if operation & FUTEX_CLOCK_REALTIME != 0 => Err(ENOSYS.into()),
            FUTEX_WAKE => {
                self.futex_shared(address, operation)?;
                self.futex_wake(address, value, u32::MAX)
            }
            FUTEX_WAKE_BITSET => {
                self.futex_shared(address, operation)?;
                self.futex_wake(address, value, third as u32)
            }
            FUTEX_WAKE_OP => self.futex_wake_op(call, third as u32),
            FUTEX_REQUEUE => self.futex_requeue(address, value, count, second, None),
            FUTEX_CMP_REQUEUE => {
                self.futex_requeue(address, value, count, second, Some(third as u32))
            }
            _ => Err(ENOSYS.into()),
        }
    }

    /// The identity of a word: in shared memory it does not depend on where that is mapped.
    pub(crate) fn futex_key(&mut self, address: u64) -> Key {
        let space = self.process().space;
        match self.space().region(address) {
            Some(Region {
                shared: true,
                source: Some(source),
                ..
            }) => Key::Shared(source.inode, source.offset + address % PAGE_SIZE),
            _ => Key::Private(space, address),
        }
    }

    /// Checks that an address can be a futex: aligned, and in the program's half.
    pub(crate) fn futex_word(&mut self, address: u64) -> Result<(), Stop> {
        if !address.is_multiple_of(4) {
            return Err(EINVAL.into());
        }
        if !in_user_half::<M>(address, 4) {
            return Err(EFAULT.into());
        }
        Ok(())
    }

    /// A shared futex is identified by its memory, which must be mapped; a private one by its
    /// address (`futex(2)`, FUTEX_PRIVATE_FLAG).
    fn futex_shared(&mut self, address: u64, operation: u64) -> Result<(), Stop> {
        self.futex_word(address)?;
        if operation & FUTEX_PRIVATE_FLAG == 0 {
            self.read_u32(address)?;
        }
        Ok(())
    }

    /// Changes the second word, wakes at the first, and at the second if its old value compares
    /// true.
    fn futex_wake_op(&mut self, call: &Syscall, code: u32) -> Reply {
        let [first, _, most, most_second, second, _] = call.args;
        self.futex_word(first)?;
        self.futex_word(second)?;
        let signed = |bits: u32| (bits << 20) as i32 >> 20;
        let (kind, compare) = (code >> 28, code >> 24 & 15);
        let mut operand = signed(code >> 12 & 0xfff);
        if kind & 8 != 0 {
            operand = 1 << (operand & 31);
        }
        let old = self.read_u32(second)? as i32;
        let new = match kind & 7 {
            0 => operand,
            1 => old.wrapping_add(operand),
            2 => old | operand,
            3 => old & !operand,
            4 => old ^ operand,
            _ => return Err(ENOSYS.into()),
        };
        self.write_u32(second, new as u32)?;
        let limit = signed(code & 0xfff);
        let also = match compare {
            0 => old == limit,
            1 => old != limit,
            2 => old < limit,
            3 => old <= limit,
            4 => old > limit,
            5 => old >= limit,
            _ => return Err(ENOSYS.into()),
        };
        let mut woken = self.futex_wake(first, most as u32, u32::MAX)?;
        if also {
            woken += self.futex_wake(second, most_second as u32, u32::MAX)?;
        }
        Ok(woken)
    }

    fn futex_wait(&mut self, call: &mut Syscall, value: u32, bits: u32) -> Reply {
        let [address, operation, _, timeout, ..] = call.args;
        let thread = self.current;
        if call.queued {
            if !self.futexes.is_waiting(thread) {
                return Ok(0);
            }
            if self.is_expired(call) {
                self.futexes.forget(thread);
                return Err(ETIMEDOUT.into());
            }
            return Err(Stop::Wait);
        }
        if timeout != 0 {
            let time = self.read_time(timeout)?;
            let absolute = operation & 0x7f == FUTEX_WAIT_BITSET;
            if absolute {
                let realtime = operation & FUTEX_CLOCK_REALTIME != 0;
                let offset = if realtime { self.started } else { 0 };
                call.deadline = Some(time.saturating_sub(offset));
            } else {
                self.set_deadline(call, time);
            }
        }
        if bits == 0 {
            return Err(EINVAL.into());
        }
        self.futex_word(address)?;
        if self.read_u32(address)? != value {
            return Err(EAGAIN.into());
        }
        if self.is_expired(call) {
            return Err(ETIMEDOUT.into());
        }
        let key = self.futex_key(address);
        self.futexes.wait(thread, key, bits);
        call.queued = true;
        Err(Stop::Wait)
    }

    fn futex_wake(&mut self, address: u64, most: u32, bits: u32) -> Reply {
        if bits == 0 {
            return Err(EINVAL.into());
        }
        self.futex_word(address)?;
        // Linux wakes one thread even where the count is 0.
        let most = (most as i32).max(1) as u64;
        let key = self.futex_key(address);
        Ok(self.futexes.wake(key, most, bits) as i64)
    }

    fn futex_requeue(
        &mut self,
        address: u64,
        wake: u32,
        most: i32,
        target: u64,
        expected: Option<u32>,
    ) -> Reply {
        if (wake as i32) < 0 || most < 0 {
            return Err(EINVAL.into());
        }
        self.futex_word(address)?;
        self.futex_word(target)?;
        if let Some(expected) = expected
            && self.read_u32(address)? != expected
        {
            return Err(EAGAIN.into());
        }
        let (key, target) = (self.futex_key(address), self.futex_key(target));
        let woken = self.futexes.wake(key, wake.into(), u32::MAX);
        let moved = self.futexes.move_to(key, most as u64, target);
        Ok((woken + moved) as i64)
    }
}
