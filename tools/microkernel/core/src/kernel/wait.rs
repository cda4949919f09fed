//! How long a system call waits.

use crate::kernel::{Kernel, Stop};
use crate::linux::errno::EAGAIN;
use crate::linux::flags::O_NONBLOCK;
use crate::machine::Machine;
use crate::objects::Description;
use crate::tasks::thread::Call;

impl<M: Machine> Kernel<M> {
    /// Sets the deadline of a call that is made for the first time.
    pub(crate) fn set_deadline(&mut self, call: &mut Call, nanoseconds: u64) {
        if call.deadline.is_none() {
            call.deadline = Some(self.machine.now().saturating_add(nanoseconds));
        }
    }

    pub(crate) fn left(&mut self, call: &Call) -> u64 {
        let now = self.machine.now();
        call.deadline.map_or(0, |end| end.saturating_sub(now))
    }

    /// Whether a call's time is up.
    pub(crate) fn is_over(&mut self, call: &Call) -> bool {
        call.deadline
            .is_some_and(|deadline| deadline <= self.machine.now())
    }

    /// A call that would have to wait: it does, unless the description says otherwise, and for
    /// so many nanoseconds at most where that is not 0 (`socket(7)`, SO_RCVTIMEO).
    pub(crate) fn not_now(
        &mut self,
        call: &mut Call,
        description: Description,
        timeout: u64,
    ) -> Stop {
        if description.flags & O_NONBLOCK != 0 {
            return EAGAIN.into();
        }
        if timeout > 0 {
            self.set_deadline(call, timeout);
        }
        if self.is_over(call) {
            EAGAIN.into()
        } else {
            Stop::Wait
        }
    }
}
