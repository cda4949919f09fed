//! Futexes that know their owner: those of FUTEX_LOCK_PI, and those that a thread holds at its end
//! (`set_robust_list(2)`).
//!
//! The word holds the owner's thread id. Threads run in turn, so that no priority is inherited.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::process::{FUTEX_OWNER_DIED, FUTEX_TID_MASK, FUTEX_WAITERS};
use crate::machine::Machine;
use crate::tasks::thread::Syscall;

/// The bits of a thread in a queue that only FUTEX_UNLOCK_PI wakes.
const NO_BITS: u32 = 0;
/// The most futexes in a list, so that a list without an end ends.
const LIST_MAX: usize = 2_048;

impl<M: Machine> Kernel<M> {
    /// FUTEX_LOCK_PI, and FUTEX_TRYLOCK_PI where `waits` is false.
    pub(crate) fn futex_lock(&mut self, call: &mut Syscall, waits: bool, realtime: bool) -> Reply {
        let [address, _, _, timeout, ..] = call.args;
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
        if waits && timeout != 0 {
            let time = self.read_time(timeout)?;
            let start = if realtime { self.started } else { 0 };
            call.deadline = Some(time.saturating_sub(start));
        }
        self.futex_word(address)?;
        let word = self.read_u32(address)?;
        let owner = word & FUTEX_TID_MASK;
        if owner == thread as u32 {
            return Err(EDEADLK.into());
        }
        if owner == 0 {
            let kept = word & (FUTEX_OWNER_DIED | FUTEX_WAITERS);
            return self.write_u32(address, thread as u32 | kept);
        }
        if !waits {
            return Err(EAGAIN.into());
        }
        if !self.threads.contains_key(&(owner as i32)) {
            return Err(ESRCH.into());
        }
        self.write_u32(address, word | FUTEX_WAITERS)?;
        if self.is_expired(call) {
            return Err(ETIMEDOUT.into());
        }
        let key = self.futex_key(address);
        self.futexes.wait(thread, key, NO_BITS);
        call.queued = true;
        Err(Stop::Wait)
    }

    /// FUTEX_UNLOCK_PI: the thread that has waited longest is the owner now.
    pub(crate) fn futex_unlock(&mut self, address: u64) -> Reply {
        self.futex_word(address)?;
        let word = self.read_u32(address)?;
        if word & FUTEX_TID_MASK != self.current as u32 {
            return Err(EPERM.into());
        }
        let key = self.futex_key(address);
        let waiting = self.futexes.waiting(key);
        let next = match waiting.as_slice() {
            [] => 0,
            [one] => *one as u32,
            [one, ..] => *one as u32 | FUTEX_WAITERS,
        };
        self.write_u32(address, next)?;
        if let Some(&one) = waiting.first() {
            self.futexes.forget(one);
        }
        Ok(0)
    }

    /// Releases the futexes that the current thread holds at its end.
    pub(crate) fn release_robust(&mut self) {
        let head = self.thread().robust_list;
        if head == 0 {
            return;
        }
        let Ok([mut entry, offset, pending]) = self.read_words(head) else {
            return;
        };
        for _ in 0..LIST_MAX {
            if entry & !1 == head || entry == 0 {
                break;
            }
            let next = self.read_words(entry & !1);
            if entry != pending {
                self.owner_died((entry & !1).wrapping_add(offset));
            }
            match next {
                Ok([next]) => entry = next,
                Err(_) => break,
            }
        }
        if pending != 0 {
            self.owner_died((pending & !1).wrapping_add(offset));
        }
    }

    /// Marks a futex whose owner has ended, and wakes a thread that waits for it.
    fn owner_died(&mut self, address: u64) {
        let Ok(word) = self.read_u32(address) else {
            return;
        };
        if word & FUTEX_TID_MASK != self.current as u32 {
            return;
        }
        let kept = word & FUTEX_WAITERS | FUTEX_OWNER_DIED;
        if self.write_u32(address, kept).is_ok() && word & FUTEX_WAITERS != 0 {
            let key = self.futex_key(address);
            self.futexes.wake(key, 1, u32::MAX);
        }
    }
}
