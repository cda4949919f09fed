//! Scheduling: policies and priorities are stored and returned; threads run in turn.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::machine::Machine;

// <linux/sched.h>.
const SCHED_OTHER: i32 = 0;
const SCHED_FIFO: i32 = 1;
const SCHED_RR: i32 = 2;
const SCHED_BATCH: i32 = 3;
const SCHED_IDLE: i32 = 5;
const SCHED_RESET_ON_FORK: i32 = 0x4000_0000;
/// The time slice that `sched_rr_get_interval` reports, in nanoseconds.
const INTERVAL: u64 = 100_000_000;
const PRIO_PROCESS: i32 = 0;
const PRIO_USER: i32 = 2;

/// The priorities of a policy.
fn priorities(policy: i32) -> Option<core::ops::RangeInclusive<i32>> {
    match policy {
        SCHED_FIFO | SCHED_RR => Some(1..=99),
        SCHED_OTHER | SCHED_BATCH | SCHED_IDLE => Some(0..=0),
        _ => None,
    }
}

impl<M: Machine> Kernel<M> {
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

    pub(crate) fn getcpu(&mut self, processor: u64, node: u64) -> Reply {
        for place in [processor, node] {
            if place != 0 {
                self.write_u32(place, 0)?;
            }
        }
        Ok(0)
    }

    pub(crate) fn sched_setaffinity(&mut self, tid: i32, size: u32, set: u64) -> Reply {
        let mut bytes = [0; 8];
        let size = (size as usize).min(bytes.len());
        self.read_user(set, &mut bytes[..size])?;
        self.scheduled(tid)?;
        if bytes[0] & 1 == 0 {
            return Err(EINVAL.into());
        }
        Ok(0)
    }

    /// The thread of an id; 0 is the current one.
    fn scheduled(&mut self, tid: i32) -> Result<i32, Stop> {
        if tid < 0 {
            return Err(EINVAL.into());
        }
        let tid = if tid == 0 { self.current } else { tid };
        self.threads.get(&tid).ok_or(ESRCH)?;
        Ok(tid)
    }

    fn set_policy(&mut self, tid: i32, policy: Option<i32>, param: u64) -> Reply {
        if param == 0 || tid < 0 {
            return Err(EINVAL.into());
        }
        let priority = self.read_u32(param)? as i32;
        let tid = self.scheduled(tid)?;
        let is_root = self.process().user.effective == 0;
        let thread = self.threads.get_mut(&tid).ok_or(ESRCH)?;
        let policy = policy.unwrap_or(thread.policy);
        let range = priorities(policy & !SCHED_RESET_ON_FORK).ok_or(EINVAL)?;
        if !range.contains(&priority) {
            return Err(EINVAL.into());
        }
        if priority > 0 && !is_root {
            return Err(EPERM.into());
        }
        thread.policy = policy;
        thread.priority = priority;
        Ok(0)
    }

    pub(crate) fn sched_setscheduler(&mut self, tid: i32, policy: i32, param: u64) -> Reply {
        if policy < 0 {
            return Err(EINVAL.into());
        }
        self.set_policy(tid, Some(policy), param)
    }

    pub(crate) fn sched_setparam(&mut self, tid: i32, param: u64) -> Reply {
        self.set_policy(tid, None, param)
    }

    pub(crate) fn sched_getscheduler(&mut self, tid: i32) -> Reply {
        let tid = self.scheduled(tid)?;
        Ok(self.threads.get(&tid).ok_or(ESRCH)?.policy.into())
    }

    pub(crate) fn sched_getparam(&mut self, tid: i32, param: u64) -> Reply {
        if param == 0 {
            return Err(EINVAL.into());
        }
        let tid = self.scheduled(tid)?;
        let priority = self.threads.get(&tid).ok_or(ESRCH)?.priority;
        self.write_u32(param, priority as u32)
    }

    /// The highest or the lowest priority of a policy; `real_time` is that of SCHED_FIFO.
    pub(crate) fn sched_priority(&mut self, policy: i32, real_time: i64) -> Reply {
        match policy {
            SCHED_FIFO | SCHED_RR => Ok(real_time),
            _ => Ok(priorities(policy).map(|_| 0).ok_or(EINVAL)?),
        }
    }

    pub(crate) fn sched_rr_get_interval(&mut self, tid: i32, result: u64) -> Reply {
        self.scheduled(tid)?;
        self.write_words(result, &[0, INTERVAL])?;
        Ok(0)
    }

    /// Linux returns 20 minus the nice value, so that no result looks like an error.
    pub(crate) fn getpriority(&mut self, which: i32, id: i32) -> Reply {
        let pid = self.nice_process(which, id)?;
        let nice = self.processes.get(&pid).ok_or(ESRCH)?.nice;
        Ok((20 - nice).into())
    }

    pub(crate) fn setpriority(&mut self, which: i32, id: i32, nice: i32) -> Reply {
        let pid = self.nice_process(which, id)?;
        let is_root = self.process().user.effective == 0;
        let process = self.processes.get_mut(&pid).ok_or(ESRCH)?;
        let nice = nice.clamp(-20, 19);
        if nice < process.nice && !is_root {
            return Err(EACCES.into());
        }
        process.nice = nice;
        Ok(0)
    }

    /// The process whose nice value is meant; of a group or a user it is one of them.
    fn nice_process(&mut self, which: i32, id: i32) -> Result<i32, Stop> {
        if !(PRIO_PROCESS..=PRIO_USER).contains(&which) {
            return Err(EINVAL.into());
        }
        let own = self.thread().process;
        let group = self.process().group;
        let user = self.process().user.real;
        let mut all = self.processes.iter().map(|(&pid, one)| (pid, one));
        let found = match (which, id) {
            (PRIO_PROCESS, 0) => Some(own),
            (PRIO_PROCESS, id) => self.threads.get(&id).map(|thread| thread.process),
            (PRIO_USER, 0) => all.find(|(_, one)| one.user.real == user).map(|one| one.0),
            (PRIO_USER, id) => all
                .find(|(_, one)| one.user.real == id as u32)
                .map(|one| one.0),
            (_, id) => {
                let group = if id == 0 { group } else { id };
                all.find(|(_, one)| one.group == group).map(|one| one.0)
            }
        };
        Ok(found.ok_or(ESRCH)?)
    }
}
