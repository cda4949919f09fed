//! The time that a system call waits.

use crate::kernel::{Kernel, Stop};
use crate::linux::errno::EAGAIN;
use crate::linux::flags::O_NONBLOCK;
use crate::machine::Machine;
use crate::objects::Description;
use crate::tasks::thread::Syscall;

impl<M: Machine> Kernel<M> {
    /// Sets the deadline of a call that has none yet.
    pub(crate) fn set_deadline(&mut self, call: &mut Syscall, nanoseconds: u64) {
        if call.deadline.is_none() {
            call.deadline = Some(self.machine.now().saturating_add(nanoseconds));
        }
    }

    pub(crate) fn time_left(&mut self, call: &Syscall) -> u64 {
        let now = self.machine.now();
        call.deadline.map_or(0, |end| end.saturating_sub(now))
    }

    /// True where the deadline of a call has passed.
    pub(crate) fn is_expired(&mut self, call: &Syscall) -> bool {
        call.deadline
            .is_some_and(|deadline| deadline <= self.machine.now())
    }

    /// The answer of a call that cannot proceed: EAGAIN for a non-blocking description or after the
    /// timeout, else to wait. `timeout` is in nanoseconds; 0 is no limit (`socket(7)`,
    /// SO_RCVTIMEO).
    pub(crate) fn would_block(
        &mut self,
        call: &mut Syscall,
        description: Description,
        timeout: u64,
    ) -> Stop {
        if description.flags & O_NONBLOCK != 0 {
            return EAGAIN.into();
        }
        if timeout > 0 {
            self.set_deadline(call, timeout);
        }
        if self.is_expired(call) {
            EAGAIN.into()
        } else {
            Stop::Wait
        }
    }
}
