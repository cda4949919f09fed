//! The end of threads and processes.

use alloc::vec::Vec;

use crate::kernel::{Ending, Kernel, PROGRAM};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::SigInfo;

impl<M: Machine> Kernel<M> {
    /// Ends the current thread, and its process where it was the last thread.
    pub(crate) fn end_thread(&mut self, status: i32) {
        let tid = self.current;
        let (clear, process) = (self.thread().clear_tid, self.thread().process);
        if clear != 0 && self.write_u32(clear, 0).is_ok() {
            self.futexes.wake(clear, 1, u32::MAX);
        }
        self.threads.remove(&tid);
        self.futexes.forget(tid);
        self.ready.retain(|&one| one != tid);
        if !self.threads.values().any(|one| one.process == process) {
            self.exit_process(process, status);
        }
    }

    /// Ends all threads of a process; `status` has the format of `wait4`.
    pub(crate) fn end_process(&mut self, process: i32, status: i32) {
        let threads = self.threads.iter();
        let threads: Vec<i32> = threads
            .filter(|(_, thread)| thread.process == process)
            .map(|(&tid, _)| tid)
            .collect();
        for tid in threads {
            self.current = tid;
            self.end_thread(status);
        }
    }

    /// Closes the descriptors of a process that has no thread left, and signals its parent.
    fn exit_process(&mut self, pid: i32, status: i32) {
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.status = Some(status);
        let files = core::mem::take(&mut process.files);
        let parent = process.parent;
        for descriptor in files.open() {
            self.objects.release(descriptor.description);
        }
        if pid == PROGRAM {
            self.ending = Some(match status & 0x7f {
                0 => Ending::Exit(status >> 8 & 0xff),
                signal => Ending::Signal(signal),
            });
            return;
        }
        let killed = status & 0x7f != 0;
        let code = if killed { CLD_KILLED } else { CLD_EXITED };
        let status = if killed { status & 0x7f } else { status >> 8 };
        let mut info = SigInfo::sent(SIGCHLD, code, pid);
        info.value = status as u64;
        self.send(parent, info);
    }
}
