//! `wait4` and `waitid`.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::process::*;
use crate::linux::*;
use crate::machine::{Machine, PAGE_SIZE};
use crate::tasks::process::{Process, Report};
use crate::tasks::signal::SigInfo;

/// The options that both calls know.
const COMMON: u32 = WNOHANG | WCONTINUED | WNOTHREAD | WCLONE | WALL;

/// The children that a call waits for.
#[derive(Clone, Copy, Debug)]
enum Selection {
    Any,
    Process(i32),
    Group(i32),
}

/// A change of a child.
#[derive(Clone, Copy, Debug)]
struct Change {
    child: i32,
    user: u32,
    /// The format of `wait4`.
    status: i32,
    /// The processor time of the child and of its own children.
    time: u64,
    /// The largest number of pages of one of them.
    pages: usize,
}

impl Change {
    /// The code and the status of `waitid`.
    fn code(&self) -> (i32, i32) {
        match self.status {
            CONTINUED => (CLD_CONTINUED, SIGCONT),
            status if status & 0xff == 0x7f => (CLD_STOPPED, status >> 8),
            status if status & 0x7f != 0 => (CLD_KILLED, status & 0x7f),
            status => (CLD_EXITED, status >> 8),
        }
    }
}

impl<M: Machine> Kernel<M> {
    pub(crate) fn wait4(&mut self, pid: i32, status: u64, options: u32, usage: u64) -> Reply {
        if options & !(COMMON | WUNTRACED) != 0 {
            return Err(EINVAL.into());
        }
        let selection = match pid {
            i32::MIN => return Err(ESRCH.into()),
            -1 => Selection::Any,
            0 => Selection::Group(self.process().group),
            1.. => Selection::Process(pid),
            _ => Selection::Group(-pid),
        };
        let Some(change) = self.change(selection, options | WEXITED)? else {
            return Ok(0);
        };
        if status != 0 {
            self.write_u32(status, change.status as u32)?;
        }
        if usage != 0 {
            self.write_usage(usage, change.time, change.pages)?;
        }
        Ok(change.child.into())
    }

    pub(crate) fn waitid(&mut self, kind: u32, id: i32, options: u32, args: [u64; 2]) -> Reply {
        let [info, usage] = args;
        let wanted = WEXITED | WSTOPPED | WCONTINUED;
        if options & !(COMMON | WNOWAIT | wanted) != 0 || options & wanted == 0 {
            return Err(EINVAL.into());
        }
        let selection = match kind {
            P_ALL => Selection::Any,
            P_PID if id > 0 => Selection::Process(id),
            P_PGID if id > 0 => Selection::Group(id),
            P_PGID if id == 0 => Selection::Group(self.process().group),
            _ => return Err(EINVAL.into()),
        };
        let change = self.change(selection, options)?;
        if let Some(change) = change
            && usage != 0
        {
            self.write_usage(usage, change.time, change.pages)?;
        }
        if info != 0 {
            let bytes = change.map_or([0; crate::arch::INFO_SIZE], |change| {
                let (code, status) = change.code();
                SigInfo::of_child(code, change.child, change.user, status).bytes()
            });
            self.write_user(info, &bytes)?;
        }
        Ok(0)
    }

    /// The change of a child that is waited for; `None` with WNOHANG where there is none yet.
    fn change(&mut self, selection: Selection, options: u32) -> Result<Option<Change>, Stop> {
        let parent = self.thread().process;
        let is_wanted = |pid: i32, process: &Process| {
            let is_clone = process.exit_signal != SIGCHLD;
            let kind = options & WALL != 0 || is_clone == (options & WCLONE != 0);
            kind && match selection {
                Selection::Any => true,
                Selection::Process(wanted) => wanted == pid,
                Selection::Group(group) => process.group == group,
            }
        };
        let mut is_parent = false;
        let mut found = None;
        for (pid, process) in self.children(parent) {
            if !is_wanted(pid, process) {
                continue;
            }
            is_parent = true;
            if let Some(status) = news(process, options) {
                found = Some(Change {
                    child: pid,
                    user: process.user.real,
                    status,
                    time: process.times.own + process.times.children,
                    pages: process.pages.own.max(process.pages.children),
                });
                break;
            }
        }
        match found {
            Some(change) if options & WNOWAIT == 0 => self.take_change(change),
            None if !is_parent => return Err(ECHILD.into()),
            None if options & WNOHANG == 0 => return Err(Stop::Wait),
            _ => {}
        }
        Ok(found)
    }

    /// A change that is waited for is not reported again.
    fn take_change(&mut self, change: Change) {
        let child = self.processes.get_mut(&change.child);
        let Some(child) = child else {
            return;
        };
        child.report = None;
        if child.status.is_some() {
            self.processes.remove(&change.child);
            let parent = self.process();
            parent.times.children += change.time;
            parent.pages.children = parent.pages.children.max(change.pages);
        }
    }

    /// Writes a `struct rusage` of which the processor time and the memory are known.
    pub(crate) fn write_usage(
        &mut self,
        address: u64,
        time: u64,
        pages: usize,
    ) -> Result<(), Stop> {
        let mut words = [0; 18];
        words[0] = time / 1_000_000_000;
        words[1] = time % 1_000_000_000 / 1_000;
        // `ru_maxrss`, in KiB.
        words[4] = pages as u64 * (PAGE_SIZE / 1_024);
        self.write_words(address, &words)
    }
}

/// The status of the change of a process that the options ask for.
fn news(process: &Process, options: u32) -> Option<i32> {
    if let Some(status) = process.status {
        return (options & WEXITED != 0).then_some(status);
    }
    let report = process.report?;
    let wanted = match report {
        Report::Stopped(_) => WSTOPPED,
        Report::Continued => WCONTINUED,
    };
    (options & wanted != 0).then(|| report.status())
}
