//! Delivers signals to the thread that is about to run.

use crate::kernel::Kernel;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::frame;
use crate::tasks::signal::{self, SigInfo, bit};

impl<M: Machine> Kernel<M> {
    /// Delivers the pending signals of the current thread, the lowest first; each further signal
    /// interrupts the handler of the one before it, as on Linux.
    pub(crate) fn deliver(&mut self) {
        let tid = self.current;
        while let Some(thread) = self.threads.get_mut(&tid) {
            let private = !thread.mask;
            let taken = thread.pending.take(private);
            let info = match taken {
                Some(info) => Some(info),
                None => {
                    let shared = self.shared_pending(tid);
                    self.process().pending.take(shared)
                }
            };
            let Some(info) = info else {
                break;
            };
            self.deliver_one(info);
        }
        if self.threads.contains_key(&tid) {
            self.restart_interrupted(true);
            let thread = self.thread();
            if let Some(mask) = thread.saved_mask.take() {
                thread.mask = mask;
            }
        }
    }

    /// Delivers one signal to the current thread.
    fn deliver_one(&mut self, mut info: SigInfo) {
        let action = *self.process().action(info.signal);
        self.timer_delivered(&mut info);
        if action.ignores(info.signal) {
            return;
        }
        if !action.is_caught() {
            let process = self.thread().process;
            // The line says why the run ends: a child's end is its parent's business.
            if process == super::PROGRAM {
                self.log(format_args!(
                    "microkernel: ended by signal {}\n",
                    info.signal
                ));
            }
            self.end_process(process, info.signal);
            return;
        }
        self.restart_interrupted(action.has(flags::SA_RESTART));
        let thread = self.thread();
        let mask = thread.saved_mask.take().unwrap_or(thread.mask);
        let alternate = thread.alternate;
        let frame = frame::build(&mut thread.context, &info, &action, mask, alternate);
        let fpu = thread.context.fpu;
        frame::reset_fpu(&mut thread.context);
        thread.mask |= action.mask;
        if !action.has(flags::SA_NODEFER) {
            thread.mask |= bit(info.signal);
        }
        thread.mask &= !signal::unblockable();
        if action.has(flags::SA_RESETHAND) {
            self.process().actions[info.signal as usize - 1].handler = flags::SIG_DFL as u64;
        }
        let restorable = action.has(flags::SA_RESTORER);
        let written = self.write_user(frame.fpu_address, &fpu).is_ok()
            && self.write_user(frame.address, &frame.bytes).is_ok();
        if !restorable || !written {
            let process = self.thread().process;
            self.log(format_args!("microkernel: no room for a signal frame\n"));
            self.end_process(process, SIGSEGV);
        }
    }

    /// Decides the result of an interrupted call: it is made again, or returns EINTR.
    fn restart_interrupted(&mut self, again: bool) {
        /// The length of the `syscall` instruction in bytes.
        const SYSCALL_SIZE: u64 = 2;
        let thread = self.thread();
        let restarts = core::mem::take(&mut thread.restarts);
        if let Some(call) = thread.call.take()
            && again
            && restarts
        {
            thread.context.rax = call.number.into();
            thread.context.rip = thread.context.rip.wrapping_sub(SYSCALL_SIZE);
        }
    }
}
