//! Calls for identity, ends, limits and names of processes.

mod clone;
mod exec;
pub(super) mod identity;
mod scheduling;
mod wait;

use crate::arch::Architecture;
use crate::kernel::load::TICKS;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::process::*;
use crate::linux::*;
use crate::machine::{Machine, PAGE_SIZE};
use crate::tasks::process::{self, DESCRIPTORS_MAX};
use crate::tasks::timer::SECOND;

/// The size of each name in `struct new_utsname`.
const NAME_SIZE: usize = 65;

impl<M: Machine> Kernel<M> {
    pub(crate) fn getpid(&mut self) -> Reply {
        Ok(self.thread().process.into())
    }

    pub(crate) fn gettid(&mut self) -> Reply {
        Ok(self.current.into())
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

    pub(crate) fn uname(&mut self, result: u64) -> Reply {
        let mut bytes = [0; 6 * NAME_SIZE];
        let names = [
            // Programs look here for the system calls that they can make.
            "Linux",
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

    pub(crate) fn setrlimit(&mut self, resource: u32, new: u64) -> Reply {
        if new == 0 {
            return Err(EFAULT.into());
        }
        self.prlimit64(0, resource, new, 0)
    }

    pub(crate) fn sysinfo(&mut self, result: u64) -> Reply {
        let free = self.machine.free_frames() * PAGE_SIZE;
        let mut bytes = [0; 112];
        let mut put = |at: usize, value: u64| {
            bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        };
        put(0, self.machine.now() / SECOND);
        put(32, self.total_memory);
        put(40, free);
        put(80, self.processes.len() as u64);
        // The unit of the sizes is a byte.
        put(104, 1);
        self.write_user(result, &bytes)?;
        Ok(0)
    }

    pub(crate) fn prctl(&mut self, option: i32, args: [u64; 4]) -> Reply {
        let [value, rest @ ..] = args;
        match option {
            PR_SET_NAME => {
                let name = self.read_string(value, process::NAME_SIZE - 1)?;
                let name = match name {
                    Some(name) => name,
                    None => self.read_bytes(value, process::NAME_SIZE - 1)?,
                };
                let kept = &mut self.process().name;
                *kept = [0; process::NAME_SIZE];
                kept[..name.len()].copy_from_slice(&name);
                Ok(0)
            }
            PR_GET_NAME => {
                let name = self.process().name;
                self.write_user(value, &name)?;
                Ok(0)
            }
            PR_GET_DUMPABLE => Ok(self.process().is_dumpable.into()),
            PR_SET_DUMPABLE if value <= 1 => {
                self.process().is_dumpable = value == 1;
                Ok(0)
            }
            PR_SET_CHILD_SUBREAPER => {
                self.process().is_subreaper = value != 0;
                Ok(0)
            }
            PR_GET_CHILD_SUBREAPER => {
                let is_subreaper = self.process().is_subreaper;
                self.write_u32(value, is_subreaper.into())
            }
            PR_SET_PDEATHSIG if value <= SIGNAL_MAX as u64 => {
                self.process().death_signal = value as i32;
                Ok(0)
            }
            PR_GET_PDEATHSIG => {
                let signal = self.process().death_signal;
                self.write_u32(value, signal as u32)
            }
            PR_SET_NO_NEW_PRIVS if value == 1 && rest == [0; 3] => {
                self.process().no_new_privileges = true;
                Ok(0)
            }
            PR_GET_NO_NEW_PRIVS if args == [0; 4] => Ok(self.process().no_new_privileges.into()),
            _ => Err(EINVAL.into()),
        }
    }

    /// The list is stored only: no thread ends while it holds a robust futex of this kernel.
    pub(crate) fn set_robust_list(&mut self, head: u64, size: u64) -> Reply {
        if size != 24 {
            return Err(EINVAL.into());
        }
        self.thread().robust_list = head;
        Ok(0)
    }

    pub(crate) fn get_robust_list(&mut self, tid: i32, head: u64, size: u64) -> Reply {
        let tid = if tid == 0 { self.current } else { tid };
        let list = self.threads.get(&tid).ok_or(ESRCH)?.robust_list;
        self.write_words(size, &[24])?;
        self.write_words(head, &[list])?;
        Ok(0)
    }

    /// Processor time, which is counted as that of the program, not of the kernel.
    pub(crate) fn times(&mut self, result: u64) -> Reply {
        let ticks = |time: u64| time / (SECOND / TICKS);
        if result != 0 {
            let times = self.process().times;
            self.write_words(result, &[ticks(times.own), 0, ticks(times.children), 0])?;
        }
        Ok(ticks(self.machine.now()) as i64)
    }

    pub(crate) fn getrusage(&mut self, who: i32, result: u64) -> Reply {
        let pages = self.space().pages.len();
        let process = self.process();
        let (own, children) = (process.times, process.pages.children);
        let (time, pages) = match who {
            RUSAGE_SELF => (own.own, pages),
            RUSAGE_CHILDREN => (own.children, children),
            RUSAGE_THREAD => (self.thread().time, pages),
            _ => return Err(EINVAL.into()),
        };
        self.write_usage(result, time, pages)?;
        Ok(0)
    }
}
