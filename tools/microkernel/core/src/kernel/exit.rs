//! The end of threads and processes.

use alloc::rc::Rc;
use alloc::vec::Vec;
use core::cell::RefCell;

use crate::files::ROOT;
use crate::files::locks::Owner;
use crate::kernel::{Ending, KERNEL, Kernel, PROGRAM};
use crate::linux::process::SA_NOCLDWAIT;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::process::{Place, Process};
use crate::tasks::signal::SigInfo;
use crate::tasks::timer::Countdown;

impl<M: Machine> Kernel<M> {
    /// Ends the current thread, and its process where it was the last thread.
    pub(crate) fn end_thread(&mut self, status: i32) {
        let process = self.thread().process;
        self.remove_thread();
        if !self.threads.values().any(|one| one.process == process) {
            self.exit_process(process, status);
        }
    }

    /// Removes the current thread from its process.
    pub(crate) fn remove_thread(&mut self) {
        let tid = self.current;
        self.release_robust();
        let clear = self.thread().clear_tid;
        if clear != 0 && self.write_u32(clear, 0).is_ok() {
            let key = self.futex_key(clear);
            self.futexes.wake(key, 1, u32::MAX);
        }
        self.threads.remove(&tid);
        self.futexes.forget(tid);
        self.objects.fifo_waits.retain(|one| one.0 != tid);
        self.ready.retain(|&one| one != tid);
    }

    /// The threads of a process.
    pub(crate) fn threads_of(&self, process: i32) -> Vec<i32> {
        let threads = self.threads.iter();
        let own = threads.filter(|(_, thread)| thread.process == process);
        own.map(|(&tid, _)| tid).collect()
    }

    /// Ends all threads of a process; `status` has the format of `wait4`.
    pub(crate) fn end_process(&mut self, process: i32, status: i32) {
        for tid in self.threads_of(process) {
            self.current = tid;
            self.end_thread(status);
        }
    }

    /// Frees what a process without threads has, and tells its parent.
    fn exit_process(&mut self, pid: i32, status: i32) {
        if !self.processes.contains_key(&pid) {
            return;
        }
        self.free_process(pid, status);
        if pid == PROGRAM {
            self.ending = Some(match status & 0x7f {
                0 => Ending::Exit(status >> 8 & 0xff),
                signal => Ending::Signal(signal),
            });
            return;
        }
        let children: Vec<i32> = self.children(pid).map(|(child, _)| child).collect();
        let parent = self.adopter(pid);
        for child in children {
            self.adopt(child, parent);
        }
        self.report_end(pid, status);
        self.hang_up_orphans(pid);
    }

    pub(crate) fn children(&self, parent: i32) -> impl Iterator<Item = (i32, &Process)> {
        let all = self.processes.iter().map(|(&pid, process)| (pid, process));
        all.filter(move |(_, process)| process.parent == parent)
    }

    /// Closes the descriptors of a process, and frees its memory.
    fn free_process(&mut self, pid: i32, status: i32) {
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.status = Some(status);
        let pages = self
            .spaces
            .get(process.space)
            .map(|space| space.pages.len());
        process.pages.own = pages.unwrap_or(0);
        process.holds_parent = false;
        process.is_stopped = false;
        process.report = None;
        process.executable = None;
        process.alarms = [Countdown::default(); 3];
        let timers: Vec<usize> = process.timers.iter().map(|(id, _)| id).collect();
        for id in timers {
            process.timers.remove(id);
        }
        let files = core::mem::take(&mut process.files);
        let space = process.space;
        let (directory, umask) = (ROOT, 0);
        let unused = Rc::new(RefCell::new(Place { directory, umask }));
        let place = core::mem::replace(&mut process.place, unused);
        self.objects.locks.release_all(Owner::Process(pid));
        if Rc::strong_count(&files) == 1 {
            for descriptor in files.borrow().open() {
                self.objects.release(descriptor.description);
            }
        }
        if Rc::strong_count(&place) == 1 {
            self.objects.files.close(place.borrow().directory);
        }
        self.leave_space(space);
    }

    /// The process that adopts the children of one that has ended: the nearest ancestor that wants
    /// them, or the kernel.
    fn adopter(&self, pid: i32) -> i32 {
        let parent = |pid: i32| self.processes.get(&pid).map(|one| one.parent);
        let mut above = parent(pid);
        while let Some(pid) = above {
            if self.processes.get(&pid).is_some_and(|one| one.is_subreaper) {
                return pid;
            }
            above = parent(pid);
        }
        KERNEL
    }

    /// Gives a process whose parent has ended another one. The kernel waits for its children.
    fn adopt(&mut self, child: i32, parent: i32) {
        let Some(process) = self.processes.get_mut(&child) else {
            return;
        };
        process.parent = parent;
        let (signal, status) = (process.death_signal, process.status);
        match status {
            Some(status) => self.report_end(child, status),
            None if signal != 0 => {
                self.send(child, SigInfo::sent(signal, SI_USER, parent));
            }
            None => {}
        }
    }

    /// Signals the parent of a process that has ended; one that ignores SIGCHLD does not wait.
    fn report_end(&mut self, pid: i32, status: i32) {
        let Some(process) = self.processes.get(&pid) else {
            return;
        };
        let (parent, signal, user) = (process.parent, process.exit_signal, process.user.real);
        let killed = status & 0x7f != 0;
        let code = if killed { CLD_KILLED } else { CLD_EXITED };
        let status = if killed { status & 0x7f } else { status >> 8 };
        let action = self.processes.get(&parent).map(|one| one.action(SIGCHLD));
        let unwanted = action.is_none_or(|action| {
            let ignored = action.handler == flags::SIG_IGN as u64;
            signal == SIGCHLD && (ignored || action.flags & SA_NOCLDWAIT != 0)
        });
        if unwanted {
            self.processes.remove(&pid);
        }
        if signal != 0 {
            let mut info = SigInfo::of_child(code, pid, user, status);
            info.signal = signal;
            self.send(parent, info);
        }
    }
}
