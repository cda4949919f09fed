//! Calls that set signal actions and masks, and that send signals.

use crate::arch::Architecture;
use crate::kernel::user::in_user_half;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGSET_SIZE};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::{Action, AltStack, SigInfo, unblockable};
use crate::tasks::thread::Syscall;

/// The flags that Linux knows on every processor; it clears others, so that a program can test for
/// them (`sigaction(2)`).
const ACTION_FLAGS: u64 = 0xd800_0807;

fn is_signal(signal: i32) -> bool {
    (1..=SIGNAL_MAX).contains(&signal)
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn rt_sigaction(&mut self, signal: i32, new: u64, old: u64, size: u64) -> Reply {
        if size != SIGSET_SIZE as u64 {
            return Err(EINVAL.into());
        }
        let has_restorer = M::Context::SA_RESTORER != 0;
        let wanted = match new {
            0 => None,
            new if has_restorer => Some(self.read_words::<4>(new)?),
            new => {
                let [handler, flags, mask] = self.read_words(new)?;
                Some([handler, flags, 0, mask])
            }
        };
        let fixed = matches!(signal, SIGKILL | SIGSTOP);
        if !is_signal(signal) || fixed && wanted.is_some() {
            return Err(EINVAL.into());
        }
        let before = self.process().action(signal);
        if let Some([handler, flags, restorer, mask]) = wanted {
            let action = Action {
                handler,
                flags: flags & (ACTION_FLAGS | M::Context::SA_RESTORER),
                restorer,
                mask: mask & !unblockable(),
            };
            self.process().actions.borrow_mut()[signal as usize - 1] = action;
            if action.ignores(signal) {
                self.forget(signal);
            }
        }
        if old != 0 {
            let Action {
                handler,
                flags,
                restorer,
                mask,
            } = before;
            if has_restorer {
                self.write_words(old, &[handler, flags, restorer, mask])?;
            } else {
                self.write_words(old, &[handler, flags, mask])?;
            }
        }
        Ok(0)
    }

    /// A signal that becomes ignored does not stay pending.
    fn forget(&mut self, signal: i32) {
        let pid = self.thread().process;
        let mut timers = self.process().pending.drop_all(signal);
        for thread in self.threads.values_mut().filter(|one| one.process == pid) {
            timers.extend(thread.pending.drop_all(signal));
        }
        for timer in timers {
            self.rearm_timer(timer);
        }
    }

    pub(crate) fn rt_sigprocmask(&mut self, how: i32, new: u64, old: u64, size: u64) -> Reply {
        if size != SIGSET_SIZE as u64 {
            return Err(EINVAL.into());
        }
        let before = self.thread().mask;
        if new != 0 {
            let [set] = self.read_words(new)?;
            let mask = match i64::from(how) {
                SIG_BLOCK => before | set,
                SIG_UNBLOCK => before & !set,
                SIG_SETMASK => set,
                _ => return Err(EINVAL.into()),
            };
            self.thread().mask = mask & !unblockable();
        }
        if old != 0 {
            self.write_words(old, &[before])?;
        }
        Ok(0)
    }

    pub(crate) fn rt_sigreturn(&mut self) -> Reply {
        let mut context = (*self.thread().context).clone();
        let mask = context.end_handler(&mut |at, into| self.read_user(at, into).is_ok());
        let Some(mask) = mask else {
            let process = self.thread().process;
            self.log_fatal(
                process,
                format_args!("microkernel: rt_sigreturn without a frame\n"),
            );
            self.end_process(process, SIGSEGV);
            return Err(Stop::NoReturn);
        };
        let thread = self.thread();
        *thread.context = context;
        thread.mask = mask & !unblockable();
        Err(Stop::NoReturn)
    }

    pub(crate) fn rt_sigpending(&mut self, result: u64, size: u64) -> Reply {
        if size > SIGSET_SIZE as u64 {
            return Err(EINVAL.into());
        }
        let shared = self.process().pending.set();
        let thread = self.thread();
        let set = (thread.pending.set() | shared) & thread.mask;
        self.write_user(result, &set.to_le_bytes()[..size as usize])?;
        Ok(0)
    }

    pub(crate) fn rt_sigsuspend(&mut self, call: &mut Syscall, mask: u64, size: u64) -> Reply {
        if !call.queued {
            if size != SIGSET_SIZE as u64 {
                return Err(EINVAL.into());
            }
            let [set] = self.read_words(mask)?;
            let thread = self.thread();
            call.old_mask = Some(core::mem::replace(&mut thread.mask, set & !unblockable()));
            call.queued = true;
        }
        Err(Stop::Wait)
    }

    pub(crate) fn sigaltstack(&mut self, new: u64, old: u64) -> Reply {
        let before = self.thread().alternate;
        let stack = self.thread().context.stack();
        let on_it = before.size > 0 && before.holds(stack);
        if new != 0 {
            let [start, flags, size] = self.read_words(new)?;
            let alternate = match flags as i32 {
                _ if on_it => return Err(EPERM.into()),
                SS_DISABLE => AltStack::default(),
                0 | SS_ONSTACK if size < MINSIGSTKSZ => return Err(ENOMEM.into()),
                0 | SS_ONSTACK => AltStack { start, size },
                _ => return Err(EINVAL.into()),
            };
            self.thread().alternate = alternate;
        }
        if old != 0 {
            let flags = match before.size {
                0 => SS_DISABLE,
                _ if on_it => SS_ONSTACK,
                _ => 0,
            };
            if !in_user_half::<M>(old, 24) {
                return Err(EFAULT.into());
            }
            self.write_words(old, &[before.start, flags as u64, before.size])?;
        }
        Ok(0)
    }

    pub(crate) fn kill(&mut self, pid: i32, signal: i32) -> Reply {
        let sender = self.thread().process;
        let mut info = SigInfo::sent(signal, SI_USER, sender);
        info.first |= u64::from(self.process().user.real) << 32;
        let targets = match pid {
            1.. => alloc::vec![pid],
            0 => {
                let own = self.process().group;
                self.group(own)
            }
            i32::MIN => return Err(ESRCH.into()),
            -1 => {
                let all = self.processes.keys().copied();
                all.filter(|&one| one != sender).collect()
            }
            group => self.group(-group),
        };
        self.kill_all(&targets, info)
    }

    /// The processes of a group, with those that have ended and are not waited for.
    fn group(&self, group: i32) -> alloc::vec::Vec<i32> {
        let all = self.processes.iter();
        let own = all.filter(|(_, one)| one.group == group);
        own.map(|(&pid, _)| pid).collect()
    }

    /// Sends a signal to processes; an error where none of them gets it.
    fn kill_all(&mut self, targets: &[i32], info: SigInfo) -> Reply {
        let mut found = Err(ESRCH.into());
        for &target in targets {
            if !self.processes.contains_key(&target) {
                continue;
            }
            if info.signal != 0 && !is_signal(info.signal) {
                return Err(EINVAL.into());
            }
            if !self.may_signal(target, info.signal) {
                if found != Ok(0) {
                    found = Err(EPERM.into());
                }
                continue;
            }
            found = Ok(0);
            if info.signal != 0 {
                self.send(target, info);
            }
        }
        found
    }

    /// True where the current process may send a signal to another one (`kill(2)`).
    fn may_signal(&mut self, target: i32, signal: i32) -> bool {
        let (own, session) = (self.process().user, self.process().session);
        let Some(target) = self.processes.get(&target) else {
            return false;
        };
        let theirs = [target.user.real, target.user.saved];
        own.effective == 0
            || theirs.contains(&own.real)
            || theirs.contains(&own.effective)
            || signal == SIGCONT && target.session == session
    }

    /// `rt_sigqueueinfo`, and `rt_tgsigqueueinfo` where a thread is given.
    pub(crate) fn rt_sigqueueinfo(
        &mut self,
        pid: i32,
        thread: Option<i32>,
        signal: i32,
        address: u64,
    ) -> Reply {
        let [_, code, sender, value] = self.read_words(address)?;
        let info = SigInfo {
            signal,
            code: code as u32 as i32,
            first: sender,
            value,
            timer: None,
        };
        // Only the kernel sends signals that look as if it had sent them.
        let own = self.thread().process;
        if (info.code >= 0 || info.code == SI_TKILL) && pid != own {
            return Err(EPERM.into());
        }
        if signal != 0 && !is_signal(signal) {
            return Err(EINVAL.into());
        }
        if pid <= 0 || thread.is_some_and(|tid| tid <= 0) {
            return Err(if thread.is_some() { EINVAL } else { ESRCH }.into());
        }
        if signal >= SIGRTMIN && !self.may_queue() {
            return Err(EAGAIN.into());
        }
        let Some(tid) = thread else {
            return self.kill_all(&[pid], info);
        };
        let target = self.threads.get(&tid).filter(|one| one.process == pid);
        target.ok_or(ESRCH)?;
        if signal != 0 {
            self.send_to(tid, info);
        }
        Ok(0)
    }

    pub(crate) fn rt_sigtimedwait(
        &mut self,
        call: &mut Syscall,
        set: u64,
        info: u64,
        timeout: u64,
        size: u64,
    ) -> Reply {
        if size != SIGSET_SIZE as u64 {
            return Err(EINVAL.into());
        }
        let [wanted] = self.read_words(set)?;
        let wanted = wanted & !unblockable();
        if timeout != 0 && call.deadline.is_none() {
            let time = self.read_time(timeout)?;
            self.set_deadline(call, time);
        }
        let private = self.thread().pending.take(wanted);
        let taken = private.or_else(|| self.process().pending.take(wanted));
        let Some(mut taken) = taken else {
            if self.is_expired(call) {
                return Err(EAGAIN.into());
            }
            return Err(Stop::Wait);
        };
        self.timer_delivered(&mut taken);
        if info != 0 {
            self.write_user(info, &taken.bytes())?;
        }
        Ok(taken.signal.into())
    }

    /// True where RLIMIT_SIGPENDING allows one more signal; each timer counts as one.
    pub(crate) fn may_queue(&mut self) -> bool {
        let pid = self.thread().process;
        let threads = self.threads.values().filter(|one| one.process == pid);
        let private: usize = threads.map(|one| one.pending.len()).sum();
        let process = self.process();
        let queued = private + process.pending.len() + process.timers.iter().count();
        (queued as u64) < process.limits[RLIMIT_SIGPENDING].0
    }

    pub(crate) fn tkill(&mut self, tid: i32, signal: i32) -> Reply {
        self.kill_thread(None, tid, signal)
    }

    pub(crate) fn tgkill(&mut self, process: i32, tid: i32, signal: i32) -> Reply {
        self.kill_thread(Some(process), tid, signal)
    }

    /// Sends a signal to one thread; where a process is given, the thread must be in it.
    fn kill_thread(&mut self, process: Option<i32>, tid: i32, signal: i32) -> Reply {
        if tid <= 0 || process.is_some_and(|process| process <= 0) {
            return Err(EINVAL.into());
        }
        let target = self.threads.get(&tid).ok_or(ESRCH)?.process;
        if process.is_some_and(|process| process != target) {
            return Err(ESRCH.into());
        }
        if signal == 0 {
            return Ok(0);
        }
        if !is_signal(signal) {
            return Err(EINVAL.into());
        }
        let sender = self.thread().process;
        if !self.may_signal(target, signal) {
            return Err(EPERM.into());
        }
        // A standard signal becomes pending even where the queue is full.
        if signal >= SIGRTMIN && !self.may_queue() {
            return Err(EAGAIN.into());
        }
        self.send_to(tid, SigInfo::sent(signal, SI_TKILL, sender));
        Ok(0)
    }
}
