//! `futex`.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::*;
use crate::machine::Machine;
use crate::thread::Call;
use crate::user::in_user_half;

impl<M: Machine> Kernel<M> {
    pub(crate) fn futex(&mut self, call: &mut Call) -> Reply {
        let [address, operation, value, timeout, second, third] = call.args;
        let operation = u64::from(operation as u32);
        let command = operation & !(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
        let value = value as u32;
        // Linux takes the fourth argument for a count where it is no time.
        let count = timeout as u32 as i32;
        match command {
            FUTEX_WAIT => self.futex_wait(call, value, u32::MAX),
            FUTEX_WAIT_BITSET => self.futex_wait(call, value, third as u32),
            _ if operation & FUTEX_CLOCK_REALTIME != 0 => Err(ENOSYS.into()),
            FUTEX_WAKE => self.futex_wake(address, value, u32::MAX),
            FUTEX_WAKE_BITSET => self.futex_wake(address, value, third as u32),
            FUTEX_REQUEUE => self.futex_requeue(address, value, count, second, None),
            FUTEX_CMP_REQUEUE => {
                self.futex_requeue(address, value, count, second, Some(third as u32))
            }
            _ => Err(ENOSYS.into()),
        }
    }

    /// A word that threads may wait at.
    fn futex_word(&mut self, address: u64) -> Result<(), Stop> {
        if !address.is_multiple_of(4) {
            return Err(EINVAL.into());
        }
        if !in_user_half(address, 4) {
            return Err(EFAULT.into());
        }
        Ok(())
    }

    fn futex_wait(&mut self, call: &mut Call, value: u32, bits: u32) -> Reply {
        let [address, operation, _, timeout, ..] = call.args;
        let thread = self.current;
        if call.queued {
            if !self.futexes.is_waiting(thread) {
                return Ok(0);
            }
            if self.is_over(call) {
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
        if self.is_over(call) {
            return Err(ETIMEDOUT.into());
        }
        self.futexes.wait(thread, address, bits);
        call.queued = true;
        Err(Stop::Wait)
    }

    fn futex_wake(&mut self, address: u64, most: u32, bits: u32) -> Reply {
        if bits == 0 {
            return Err(EINVAL.into());
        }
        self.futex_word(address)?;
        // Linux wakes one even where it is asked for none.
        let most = (most as i32).max(1) as u64;
        Ok(self.futexes.wake(address, most, bits) as i64)
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
        let woken = self.futexes.wake(address, wake.into(), u32::MAX);
        let moved = self.futexes.move_to(address, most as u64, target);
        Ok((woken + moved) as i64)
    }
}
