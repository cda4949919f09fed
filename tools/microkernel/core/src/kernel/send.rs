//! Sends signals, and selects those that a thread takes.

use crate::kernel::Kernel;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::{Set, SigInfo, bit};

impl<M: Machine> Kernel<M> {
    /// Sends a signal to a process; false where it is ignored or pending already.
    pub(crate) fn send(&mut self, pid: i32, info: SigInfo) -> bool {
        self.before_signal(pid, info.signal);
        let Some(process) = self.processes.get(&pid) else {
            return false;
        };
        let mut threads = self.threads.values().filter(|one| one.process == pid);
        let blocked = threads.all(|one| one.mask & bit(info.signal) != 0);
        if process.action(info.signal).ignores(info.signal) && !blocked {
            return false;
        }
        let process = self.processes.get_mut(&pid);
        process.is_some_and(|process| process.status.is_none() && process.pending.add(info))
    }

    /// Sends a signal to one thread; false where it is ignored or pending already.
    pub(crate) fn send_to(&mut self, tid: i32, info: SigInfo) -> bool {
        if let Some(pid) = self.threads.get(&tid).map(|thread| thread.process) {
            self.before_signal(pid, info.signal);
        }
        let Some(thread) = self.threads.get_mut(&tid) else {
            return false;
        };
        let blocked = thread.mask & bit(info.signal) != 0;
        let process = self.processes.get(&thread.process);
        let ignored = process.is_some_and(|one| one.action(info.signal).ignores(info.signal));
        if ignored && !blocked {
            return false;
        }
        thread.pending.add(info)
    }

    /// The pending signals of its process that a thread takes: those that are blocked in every
    /// thread with a lower id.
    pub(crate) fn shared_pending(&self, tid: i32) -> Set {
        let Some(thread) = self.threads.get(&tid) else {
            return 0;
        };
        let Some(process) = self.processes.get(&thread.process) else {
            return 0;
        };
        let taken = (self.threads.range(..tid))
            .filter(|(_, other)| other.process == thread.process)
            .fold(0, |taken, (_, other)| taken | !other.mask);
        process.pending.set() & !thread.mask & !taken
    }

    /// True where a pending signal interrupts the thread: one that is caught or that ends the
    /// process. One that stops it does not.
    pub(crate) fn is_signalled(&self, tid: i32) -> bool {
        let Some(thread) = self.threads.get(&tid) else {
            return false;
        };
        let Some(process) = self.processes.get(&thread.process) else {
            return false;
        };
        let set = thread.pending.set() & !thread.mask | self.shared_pending(tid);
        let interrupts = |one| {
            let action = process.action(one);
            !action.ignores(one) && !action.stops(one)
        };
        (1..=SIGNAL_MAX).any(|one| set & bit(one) != 0 && interrupts(one))
    }
}
