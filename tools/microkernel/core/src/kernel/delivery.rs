//! Delivers signals to the thread that is about to run.

use crate::arch::{Architecture, Handler};
use crate::kernel::Kernel;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::{self, Action, SigInfo, bit};

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
            if self.is_stopped(tid) {
                return;
            }
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
        let action = self.process().action(info.signal);
        self.timer_delivered(&mut info);
        if action.ignores(info.signal) {
            return;
        }
        let process = self.thread().process;
        if action.stops(info.signal) {
            self.stop_process(process, info.signal);
            return;
        }
        if !action.is_caught() {
            let signal = info.signal;
            self.log_fatal(
                process,
                format_args!("microkernel: ended by signal {signal}\n"),
            );
            self.end_process(process, info.signal);
            return;
        }
        self.restart_interrupted(action.has(flags::SA_RESTART));
        let mut context = (*self.thread().context).clone();
        let handler = self.handler(&info, &action, context.stack());
        let written = handler.is_some_and(|handler| {
            context.begin_handler(&handler, &mut |at, bytes| {
                self.write_user(at, bytes).is_ok()
            })
        });
        let thread = self.thread();
        *thread.context = context;
        thread.mask |= action.mask;
        if !action.has(flags::SA_NODEFER) {
            thread.mask |= bit(info.signal);
        }
        thread.mask &= !signal::unblockable();
        if action.has(flags::SA_RESETHAND) {
            let mut actions = self.process().actions.borrow_mut();
            actions[info.signal as usize - 1].handler = flags::SIG_DFL as u64;
        }
        if !written {
            self.log_fatal(
                process,
                format_args!("microkernel: no room for a signal frame\n"),
            );
            self.end_process(process, SIGSEGV);
        }
    }

    /// The call of the handler; `None` where it would have no address to return to.
    fn handler(&mut self, info: &SigInfo, action: &Action, stack: u64) -> Option<Handler> {
        let thread = self.thread();
        let mask = thread.saved_mask.take().unwrap_or(thread.mask);
        let alternate = thread.alternate;
        let back = match M::Context::SA_RESTORER {
            0 => Self::signal_return(),
            flag if action.flags & flag != 0 => action.restorer,
            _ => return None,
        };
        let enabled = alternate.size > 0;
        let switches = action.flags & SA_ONSTACK != 0 && enabled && !alternate.holds(stack);
        let state = if enabled { 0 } else { SS_DISABLE };
        Some(Handler {
            address: action.handler,
            back,
            signal: info.signal,
            info: info.bytes(),
            mask,
            alternate: [alternate.start, state as u64, alternate.size],
            top: switches.then(|| alternate.start.wrapping_add(alternate.size)),
        })
    }

    /// Decides the result of an interrupted call: it is made again, or returns EINTR.
    fn restart_interrupted(&mut self, again: bool) {
        let thread = self.thread();
        let restarts = core::mem::take(&mut thread.restarts);
        if let Some(call) = thread.call.take()
            && again
            && restarts
        {
            thread.context.restart(call.number, call.args[0]);
        }
    }
}
