//! Sends signals, and delivers them to the thread that is about to run.

use crate::kernel::Kernel;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::{self, Info, Set, bit};
use crate::tasks::thread::Call;
use crate::tasks::timer::SECOND;

impl<M: Machine> Kernel<M> {
    /// Sends a signal to a process.
    pub(crate) fn send(&mut self, pid: i32, info: Info) -> bool {
        let Some(process) = self.processes.get(&pid) else {
            return false;
        };
        let mut threads = self.threads.values().filter(|one| one.process == pid);
        let blocked = threads.all(|one| one.mask & bit(info.signal) != 0);
        if process.action(info.signal).ignores(info.signal) && !blocked {
            return false;
        }
        let process = self.processes.get_mut(&pid);
        process.is_some_and(|process| process.pending.add(info))
    }

    /// Sends a signal to one thread.
    pub(crate) fn send_to(&mut self, tid: i32, info: Info) -> bool {
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

    /// The signals of its process that a thread is to take: those which no thread with a lower
    /// number takes.
    fn shared(&self, tid: i32) -> Set {
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

    /// Whether a signal waits that will end the thread's wait: one that is caught, or deadly.
    pub(crate) fn is_signalled(&self, tid: i32) -> bool {
        let Some(thread) = self.threads.get(&tid) else {
            return false;
        };
        let Some(process) = self.processes.get(&thread.process) else {
            return false;
        };
        let set = thread.pending.set() & !thread.mask | self.shared(tid);
        (1..=SIGNAL_MAX).any(|one| set & bit(one) != 0 && !process.action(one).ignores(one))
    }

    /// What a call returns that a signal ended.
    pub(crate) fn interrupted(&mut self, call: &mut Call) -> i64 {
        if call.done > 0 && call.number != numbers::CLONE {
            return call.done as i64;
        }
        let remainder = match call.number {
            numbers::NANOSLEEP => call.args[1],
            // An absolute sleep has no remainder.
            more::CLOCK_NANOSLEEP if call.args[1] & 1 == 0 => call.args[3],
            _ => 0,
        };
        let deadline = call.deadline.unwrap_or(0);
        let left = deadline.saturating_sub(self.machine.now());
        if remainder != 0
            && self
                .write_words(remainder, &[left / SECOND, left % SECOND])
                .is_err()
        {
            return -i64::from(errno::EFAULT.0);
        }
        -i64::from(errno::EINTR.0)
    }

    /// Delivers what is pending for the current thread, the lowest signal first; each further
    /// one interrupts the handler before it, as on Linux.
    pub(crate) fn deliver(&mut self) {
        let tid = self.current;
        while let Some(thread) = self.threads.get_mut(&tid) {
            let private = !thread.mask;
            let taken = thread.pending.take(private);
            let info = match taken {
                Some(info) => Some(info),
                None => {
                    let shared = self.shared(tid);
                    self.process().pending.take(shared)
                }
            };
            let Some(info) = info else {
                break;
            };
            self.act(info);
        }
        if self.threads.contains_key(&tid) {
            self.made_again(true);
            let thread = self.thread();
            if let Some(mask) = thread.saved_mask.take() {
                thread.mask = mask;
            }
        }
    }

    /// Acts on one signal of the current thread.
    fn act(&mut self, mut info: Info) {
        let action = *self.process().action(info.signal);
        self.timer_delivered(&mut info);
        if action.ignores(info.signal) {
            return;
        }
        if !action.is_caught() {
            let process = self.thread().process;
            self.say(format_args!(
                "microkernel: ended by signal {}\n",
                info.signal
            ));
            self.end_process(process, info.signal);
            return;
        }
        self.made_again(action.has(flags::SA_RESTART));
        let thread = self.thread();
        let mask = thread.saved_mask.take().unwrap_or(thread.mask);
        let alternate = thread.alternate;
        let frame = signal::enter(&mut thread.context, &info, &action, mask, alternate);
        let fpu = thread.context.fpu;
        signal::clean_fpu(&mut thread.context);
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
            self.say(format_args!("microkernel: no room for a signal frame\n"));
            self.end_process(process, SIGSEGV);
        }
    }

    /// Settles what becomes of a call that was interrupted: made again, or EINTR.
    fn made_again(&mut self, again: bool) {
        /// The length of the `syscall` instruction.
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
