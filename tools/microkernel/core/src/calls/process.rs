//! Calls for threads, children, limits, scheduling, the working directory and identity.

use crate::arch::Architecture;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{
    CLONE_CHILD_CLEARTID, CLONE_FILES, CLONE_FS, CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_SYSVSEM,
    CLONE_THREAD, CLONE_VFORK, CLONE_VM,
};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::process::{DESCRIPTORS_MAX, Process};
use crate::tasks::thread::{Syscall, Thread};
use crate::tasks::timer::Countdown;

/// The flags of a thread: all that it must share with its creator.
const THREAD: i64 = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
/// Clone flags that are served, and those that have no effect here.
const KNOWN: u64 =
    (THREAD | CLONE_FS | CLONE_SYSVSEM | CLONE_VFORK | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
        as u64
        | CLONE_SETTLS
        | CLONE_CHILD_SETTID
        | 0xff;
/// The size of each name in `struct new_utsname`.
const NAME_SIZE: usize = 65;
const PATH_MAX: usize = 4_096;
const NAME_MAX: usize = 255;
const WNOHANG: u32 = 1;

impl<M: Machine> Kernel<M> {
    pub(crate) fn getpid(&mut self) -> Reply {
        Ok(self.thread().process.into())
    }

    pub(crate) fn getppid(&mut self) -> Reply {
        Ok(self.process().parent.into())
    }

    pub(crate) fn gettid(&mut self) -> Reply {
        Ok(self.current.into())
    }

    /// `clone` for threads and `vfork`; Rust's trait `Clone` has the method `clone`.
    pub(crate) fn clone_thread(&mut self, call: &mut Syscall) -> Reply {
        let [flags, stack, parent_tid, ..] = call.args;
        let child_tid = call.args[M::Context::CLONE_CHILD_TID];
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
        // A second address space is not served, nor are descriptors shared by two processes.
        if flags & !KNOWN != 0 || !shares(CLONE_VM) || is_thread != shares(THREAD) {
            return Err(ENOSYS.into());
        }
        // The processor would fault in the kernel when it loads a larger one; `arch_prctl` checks
        // it too.
        if has(CLONE_SETTLS) && tls > M::Context::THREAD_POINTER_MAX {
            return Err(EPERM.into());
        }
        let tid = self.new_id();
        if has(CLONE_PARENT_SETTID as u64) {
            self.write_u32(parent_tid, tid as u32)?;
        }
        if has(CLONE_CHILD_SETTID) {
            self.write_u32(child_tid, tid as u32)?;
        }
        let process = if is_thread {
            self.thread().process
        } else {
            self.add_child(tid)
        };
        let parent = self.thread();
        let mut context = (*parent.context).clone();
        context.set_result(0);
        if stack != 0 {
            context.set_stack(stack);
        }
        if has(CLONE_SETTLS) {
            context.set_thread_pointer(tls);
        }
        let mut thread = Thread::new(process, context);
        thread.mask = parent.mask;
        if has(CLONE_CHILD_CLEARTID as u64) {
            thread.clear_tid = child_tid;
        }
        self.threads.insert(tid, thread);
        self.ready.push_back(tid);
        if has(CLONE_VFORK as u64) {
            call.queued = true;
            call.done = tid as u64;
            return Err(Stop::Wait);
        }
        Ok(tid.into())
    }

    fn new_id(&mut self) -> i32 {
        // Ids are not reused: 31 bits last longer than any run.
        self.highest_id = self.highest_id.wrapping_add(1).max(3);
        self.highest_id
    }

    /// Creates a process with copies of all that is not shared.
    fn add_child(&mut self, pid: i32) -> i32 {
        let mut child = Process::new(self.thread().process);
        let parent = self.process();
        child.files = parent.files.clone();
        child.actions = parent.actions;
        child.limits = parent.limits;
        child.alarm = Countdown::default();
        for descriptor in child.files.open() {
            self.objects.share(descriptor.description);
        }
        self.processes.insert(pid, child);
        pid
    }

    /// The parent waits for its child; no signal interrupts it (`vfork(2)`).
    fn vfork_wait(&mut self, call: &Syscall) -> Reply {
        let child = call.done as i32;
        if self.threads.contains_key(&child) {
            return Err(Stop::Wait);
        }
        Ok(child.into())
    }

    pub(crate) fn wait4(&mut self, pid: i32, status: u64, options: u32, usage: u64) -> Reply {
        let parent = self.thread().process;
        let mut children = self.processes.iter().filter(|(child, process)| {
            process.parent == parent && (pid == -1 || pid == 0 || **child == pid)
        });
        let found = children.next().ok_or(ECHILD)?;
        let (&child, process) = match found.1.status {
            Some(_) => found,
            None => children.find(|one| one.1.status.is_some()).unwrap_or(found),
        };
        let Some(ended) = process.status else {
            if options & WNOHANG != 0 {
                return Ok(0);
            }
            return Err(Stop::Wait);
        };
        if status != 0 {
            self.write_u32(status, ended as u32)?;
        }
        if usage != 0 {
            self.write_user(usage, &[0; 144])?;
        }
        self.processes.remove(&child);
        Ok(child.into())
    }

    pub(crate) fn exit(&mut self, status: i32) -> Reply {
        self.end_thread((status & 0xff) << 8);
        Err(Stop::NoReturn)
    }

    pub(crate) fn exit_group(&mut self, status: i32) -> Reply {
        let process = self.thread().process;
        self.end_process(process, (status & 0xff) << 8);
        Err(Stop::NoReturn)
    }

    pub(crate) fn set_tid_address(&mut self, address: u64) -> Reply {
        self.thread().clear_tid = address;
        Ok(self.current.into())
    }

    pub(crate) fn sched_yield(&mut self) -> Reply {
        if let Some(first) = self.ready.pop_front() {
            self.ready.push_back(first);
        }
        Ok(0)
    }

    /// There is one processor, and every thread may run on it.
    pub(crate) fn sched_getaffinity(&mut self, tid: i32, size: u32, result: u64) -> Reply {
        if size < 8 || !size.is_multiple_of(8) {
            return Err(EINVAL.into());
        }
        if tid != 0 && !self.threads.contains_key(&tid) {
            return Err(ESRCH.into());
        }
        self.write_words(result, &[1])?;
        Ok(8)
    }

    pub(crate) fn prlimit64(&mut self, pid: i32, resource: u32, new: u64, old: u64) -> Reply {
        let resource = resource as usize;
        let wanted = match new {
            0 => None,
            new => Some(self.read_words::<2>(new)?),
        };
        if pid != 0 && !self.threads.contains_key(&pid) {
            return Err(ESRCH.into());
        }
        if resource >= RLIM_NLIMITS {
            return Err(EINVAL.into());
        }
        let before = self.process().limits[resource];
        if let Some([soft, hard]) = wanted {
            if soft > hard {
                return Err(EINVAL.into());
            }
            if hard > before.1 || resource == RLIMIT_NOFILE && hard > DESCRIPTORS_MAX {
                return Err(EPERM.into());
            }
            self.process().limits[resource] = (soft, hard);
        }
        if old != 0 {
            self.write_words(old, &[before.0, before.1])?;
        }
        Ok(0)
    }

    /// The only directory is `/`.
    pub(crate) fn getcwd(&mut self, buffer: u64, size: u64) -> Reply {
        if size < 2 {
            return Err(ERANGE.into());
        }
        self.write_user(buffer, b"/\0")?;
        Ok(2)
    }

    pub(crate) fn chdir(&mut self, path: u64) -> Reply {
        let mut text = [0; PATH_MAX];
        let mut length = 0;
        loop {
            let byte = text.get_mut(length).ok_or(ENAMETOOLONG)?;
            let mut one = [0];
            self.read_user(path.checked_add(length as u64).ok_or(EFAULT)?, &mut one)?;
            *byte = one[0];
            if one[0] == 0 {
                break;
            }
            length += 1;
        }
        let text = &text[..length];
        if text.is_empty() {
            return Err(ENOENT.into());
        }
        for name in text.split(|&byte| byte == b'/') {
            match name {
                b"" | b"." | b".." => {}
                name if name.len() > NAME_MAX => return Err(ENAMETOOLONG.into()),
                _ => return Err(ENOENT.into()),
            }
        }
        Ok(0)
    }

    pub(crate) fn uname(&mut self, result: u64) -> Reply {
        let mut bytes = [0; 6 * NAME_SIZE];
        let names = [
            "microkernel",
            "microkernel",
            env!("CARGO_PKG_VERSION"),
            "posix-conformance",
            M::Context::NAME,
            "",
        ];
        for (room, name) in bytes.chunks_exact_mut(NAME_SIZE).zip(names) {
            room[..name.len()].copy_from_slice(name.as_bytes());
        }
        self.write_user(result, &bytes)?;
        Ok(0)
    }
}
