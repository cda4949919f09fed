//! `clone`, `fork` and `vfork`.

use alloc::rc::Rc;

use crate::arch::Architecture;
use crate::kernel::{Kernel, PROCESSES_MAX, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{
    CLONE_CHILD_CLEARTID, CLONE_FILES, CLONE_FS, CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_SYSVSEM,
    CLONE_THREAD, CLONE_VFORK, CLONE_VM,
};
use crate::linux::process::{CLONE_PARENT, RLIMIT_NPROC};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::process::Process;
use crate::tasks::signal::AltStack;
use crate::tasks::thread::{Syscall, Thread};

/// The flags of a thread: all that it must share with its creator.
const THREAD: i64 = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
/// Flags without effect here: CLONE_DETACHED, CLONE_UNTRACED and CLONE_IO.
const IGNORED: u64 = 0x0040_0000 | 0x0080_0000 | 0x8000_0000;
/// The bits of the signal that a child sends at its end.
const EXIT_SIGNAL: u64 = 0xff;
/// Clone flags that are served, and those that have no effect here.
const KNOWN: u64 =
    (THREAD | CLONE_FS | CLONE_SYSVSEM | CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
        as u64
        | CLONE_SETTLS
        | CLONE_CHILD_SETTID
        | CLONE_PARENT
        | IGNORED
        | EXIT_SIGNAL;

impl<M: Machine> Kernel<M> {
    pub(crate) fn fork(&mut self, call: &mut Syscall) -> Reply {
        call.args = [SIGCHLD as u64, 0, 0, 0, 0, 0];
        self.clone_task(call)
    }

    pub(crate) fn vfork(&mut self, call: &mut Syscall) -> Reply {
        call.args = [
            (CLONE_VM | CLONE_VFORK) as u64 | SIGCHLD as u64,
            0,
            0,
            0,
            0,
            0,
        ];
        self.clone_task(call)
    }

    /// `clone` for threads and processes; Rust's trait `Clone` has the method `clone`.
    pub(crate) fn clone_task(&mut self, call: &mut Syscall) -> Reply {
        let [flags, _, parent_tid, ..] = call.args;
        let tls = call.args[M::Context::CLONE_TLS];
        if call.queued {
            return self.vfork_wait(call);
        }
        let has = |flag: u64| flags & flag != 0;
        let is_thread = has(CLONE_THREAD as u64);
        let shares = |mask: i64| flags as i64 & mask == mask;
        if is_thread && !shares(CLONE_SIGHAND) || has(CLONE_SIGHAND as u64) && !shares(CLONE_VM) {
            return Err(EINVAL.into());
        }
        // No thread has descriptors of its own.
        if is_thread && !shares(THREAD) {
            return Err(ENOSYS.into());
        }
        // As of a Linux without namespaces.
        if flags & !KNOWN != 0 || flags & EXIT_SIGNAL > SIGNAL_MAX as u64 {
            return Err(EINVAL.into());
        }
        // The processor would fault in the kernel when it loads a larger one; `arch_prctl` checks
        // it too.
        if has(CLONE_SETTLS) && tls > M::Context::THREAD_POINTER_MAX {
            return Err(EPERM.into());
        }
        let tid = self.new_id();
        let process = if is_thread {
            self.thread().process
        } else {
            self.add_child(tid, flags)?
        };
        if has(CLONE_PARENT_SETTID as u64) {
            // The child exists: an address that cannot be written is no error (`kernel/fork.c`).
            let _ = self.write_u32(parent_tid, tid as u32);
        }
        self.add_thread(call, tid, process);
        if has(CLONE_VFORK as u64) {
            if let Some(child) = self.processes.get_mut(&tid) {
                child.holds_parent = true;
            }
            call.queued = true;
            call.done = tid as u64;
            return Err(Stop::Wait);
        }
        Ok(tid.into())
    }

    /// Creates the thread of a call of `clone`.
    fn add_thread(&mut self, call: &Syscall, tid: i32, process: i32) {
        let [flags, stack, ..] = call.args;
        let child_tid = call.args[M::Context::CLONE_CHILD_TID];
        let has = |flag: u64| flags & flag != 0;
        let creator = self.current;
        let parent = self.thread();
        let mut context = (*parent.context).clone();
        context.set_result(0);
        if stack != 0 {
            context.set_stack(stack);
        }
        if has(CLONE_SETTLS) {
            context.set_thread_pointer(call.args[M::Context::CLONE_TLS]);
        }
        let mut thread = Thread::new(process, context);
        thread.mask = parent.mask;
        // A child with a copy of the memory has the alternate stack too (`sigaltstack(2)`).
        if !has(CLONE_VM as u64) || has(CLONE_VFORK as u64) {
            thread.alternate = parent.alternate;
        } else {
            thread.alternate = AltStack::default();
        }
        if has(CLONE_CHILD_CLEARTID as u64) {
            thread.clear_tid = child_tid;
        }
        self.threads.insert(tid, thread);
        self.ready.push_back(tid);
        if has(CLONE_CHILD_SETTID) {
            // In the memory of the child, which may be another one.
            self.current = tid;
            let _ = self.write_u32(child_tid, tid as u32);
            self.current = creator;
        }
    }

    fn new_id(&mut self) -> i32 {
        // Ids are not reused: 31 bits last longer than any run.
        self.highest_id = self.highest_id.wrapping_add(1).max(3);
        self.highest_id
    }

    /// Creates a process with copies of all that is not shared.
    fn add_child(&mut self, pid: i32, flags: u64) -> Result<i32, Stop> {
        let has = |flag: i64| flags & flag as u64 != 0;
        if self.processes.len() >= PROCESSES_MAX || self.is_over_limit() {
            return Err(EAGAIN.into());
        }
        let creator = self.thread().process;
        let space = if has(CLONE_VM) {
            self.space().users += 1;
            self.process().space
        } else {
            self.copy_space().ok_or(ENOMEM)?
        };
        let parent = self.process();
        let mut child = parent.child(creator, space);
        if flags & CLONE_PARENT != 0 {
            child.parent = parent.parent;
        }
        child.exit_signal = (flags & EXIT_SIGNAL) as i32;
        if has(CLONE_FILES) {
            child.files = Rc::clone(&parent.files);
        }
        if has(CLONE_FS) {
            child.place = Rc::clone(&parent.place);
        }
        if has(CLONE_SIGHAND) {
            child.actions = Rc::clone(&parent.actions);
        }
        self.share_files(&child, flags);
        self.processes.insert(pid, child);
        Ok(pid)
    }

    /// True where the user has as many threads as RLIMIT_NPROC allows; root may exceed it.
    fn is_over_limit(&mut self) -> bool {
        let process = self.process();
        let (user, limit) = (process.user, process.limits[RLIMIT_NPROC as usize].0);
        let threads = self.threads.values();
        let owners = threads.filter_map(|thread| self.processes.get(&thread.process));
        let count = owners.filter(|owner| owner.user.real == user.real).count();
        user.effective != 0 && count as u64 >= limit
    }

    /// Counts the references of a child to descriptions and to its directory.
    fn share_files(&mut self, child: &Process, flags: u64) {
        if flags & CLONE_FILES as u64 == 0 {
            for descriptor in child.files.borrow().open() {
                self.objects.share(descriptor.description);
            }
        }
        if flags & CLONE_FS as u64 == 0 {
            self.objects.files.open(child.place.borrow().directory);
        }
    }

    /// The parent waits until its child ends or executes a file; no signal interrupts it
    /// (`vfork(2)`).
    fn vfork_wait(&mut self, call: &Syscall) -> Reply {
        let child = call.done as i32;
        let process = self.processes.get(&child);
        if process.is_some_and(|process| process.holds_parent) {
            return Err(Stop::Wait);
        }
        Ok(child.into())
    }

    pub(crate) fn getppid(&mut self) -> Reply {
        Ok(self.process().parent.into())
    }
}
