//! Job control: processes that stop and continue, and groups without a parent that could continue
//! them (POSIX.1-2017, section 3.264, "Orphaned Process Group").

use alloc::vec::Vec;

use crate::kernel::Kernel;
use crate::linux::process::{CLD_CONTINUED, CLD_STOPPED, SA_NOCLDSTOP};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::process::Report;
use crate::tasks::signal::{Set, SigInfo, bit, stop_signals};

impl<M: Machine> Kernel<M> {
    /// The processes of a group that have not ended.
    pub(crate) fn members(&self, group: i32) -> Vec<i32> {
        let all = self.processes.iter();
        let own = all.filter(|(_, one)| one.group == group && one.status.is_none());
        own.map(|(&pid, _)| pid).collect()
    }

    /// True where no member of a group has a parent in another group of its session.
    fn is_orphaned(&self, group: i32) -> bool {
        let mut members = self.processes.values().filter(|one| one.group == group);
        !members.any(|one| {
            let parent = self.processes.get(&one.parent);
            parent.is_some_and(|parent| parent.group != group && parent.session == one.session)
        })
    }

    /// Stops a process. The signals of a terminal do not stop an orphaned group.
    pub(crate) fn stop_process(&mut self, pid: i32, signal: i32) {
        let group = self.processes.get(&pid).map_or(0, |one| one.group);
        if signal != SIGSTOP && self.is_orphaned(group) {
            return;
        }
        if let Some(process) = self.processes.get_mut(&pid) {
            process.is_stopped = true;
            process.report = Some(Report::Stopped(signal));
        }
        self.report_change(pid, CLD_STOPPED, signal);
    }

    /// The effects of a signal when it is sent: SIGCONT continues a process, and stop signals and
    /// SIGCONT discard each other.
    pub(crate) fn before_signal(&mut self, pid: i32, signal: i32) {
        if stop_signals() & bit(signal) != 0 {
            self.discard_pending(pid, bit(SIGCONT));
        }
        if signal != SIGCONT && signal != SIGKILL {
            return;
        }
        if signal == SIGCONT {
            self.discard_pending(pid, stop_signals());
        }
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        let was_stopped = core::mem::take(&mut process.is_stopped);
        if was_stopped && signal == SIGCONT {
            process.report = Some(Report::Continued);
            self.report_change(pid, CLD_CONTINUED, SIGCONT);
        }
    }

    fn discard_pending(&mut self, pid: i32, set: Set) {
        let threads = self.threads.values_mut();
        let own = threads.filter(|one| one.process == pid);
        let private = own.map(|one| &mut one.pending);
        let shared = self.processes.get_mut(&pid).map(|one| &mut one.pending);
        for pending in private.chain(shared) {
            for signal in 1..=SIGNAL_MAX {
                if set & bit(signal) != 0 {
                    pending.drop_all(signal);
                }
            }
        }
    }

    /// Signals the parent of a process that has stopped or goes on, unless it has SA_NOCLDSTOP.
    fn report_change(&mut self, pid: i32, code: i32, status: i32) {
        let Some(process) = self.processes.get(&pid) else {
            return;
        };
        let (parent, user) = (process.parent, process.user.real);
        let action = self.processes.get(&parent).map(|one| one.action(SIGCHLD));
        if action.is_some_and(|action| action.flags & SA_NOCLDSTOP == 0) {
            self.send(parent, SigInfo::of_child(code, pid, user, status));
        }
    }

    /// Stops the process of a blocked thread where a stop signal is pending; its call goes on
    /// when the process is continued.
    pub(crate) fn take_stop(&mut self, tid: i32) {
        let shared = self.shared_pending(tid);
        let Some(thread) = self.threads.get_mut(&tid) else {
            return;
        };
        let pid = thread.process;
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        let stops = (1..=SIGNAL_MAX).filter(|&one| process.action(one).stops(one));
        let stops = stops.fold(0, |set, one| set | bit(one));
        let private = stops & !thread.mask;
        let taken = thread.pending.take(private);
        let taken = taken.or_else(|| process.pending.take(shared & stops));
        if let Some(info) = taken {
            self.stop_process(pid, info.signal);
        }
    }

    /// After the end of a process: stopped groups that are orphaned by it get SIGHUP and SIGCONT.
    pub(crate) fn hang_up_orphans(&mut self, pid: i32) {
        let ended = self.processes.get(&pid).map(|one| one.group);
        let adopted = self
            .children(crate::kernel::KERNEL)
            .map(|(_, one)| one.group);
        let mut groups: Vec<i32> = adopted.chain(ended).collect();
        groups.sort_unstable();
        groups.dedup();
        for group in groups {
            let members = self.members(group);
            let is_stopped = |pid: &i32| self.processes.get(pid).is_some_and(|one| one.is_stopped);
            if !members.iter().any(is_stopped) || !self.is_orphaned(group) {
                continue;
            }
            for member in members {
                for signal in [flags::SIGHUP as i32, SIGCONT] {
                    self.send(member, SigInfo::sent(signal, SI_KERNEL, 0));
                }
            }
        }
    }
}
