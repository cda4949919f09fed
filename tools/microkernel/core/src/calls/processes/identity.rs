//! Users, groups, process groups and sessions.

use crate::files::Who;
use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::machine::Machine;
use crate::tasks::process::{Identity, Process};

/// The id that leaves a value as it is.
const KEEP: u32 = u32::MAX;

/// The users of a process, or its groups.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    User,
    Group,
}

impl Which {
    fn of(self, process: &mut Process) -> &mut Identity {
        match self {
            Which::User => &mut process.user,
            Which::Group => &mut process.group_id,
        }
    }
}

impl<M: Machine> Kernel<M> {
    /// The user whose permissions decide.
    pub(crate) fn who(&mut self) -> Who {
        let process = self.process();
        Who {
            user: process.user.effective,
            group: process.group_id.effective,
        }
    }

    pub(crate) fn identity(&mut self, which: Which) -> Identity {
        *which.of(self.process())
    }

    /// `setuid` and `setgid`.
    pub(crate) fn set_id(&mut self, which: Which, id: u32) -> Reply {
        if id == KEEP {
            return Err(EINVAL.into());
        }
        let is_root = self.process().user.effective == 0;
        let now = which.of(self.process());
        if is_root {
            *now = Identity {
                real: id,
                effective: id,
                saved: id,
            };
        } else if id == now.real || id == now.saved {
            now.effective = id;
        } else {
            return Err(EPERM.into());
        }
        Ok(0)
    }

    /// `setreuid` and `setregid`.
    pub(crate) fn set_two_ids(&mut self, which: Which, real: u32, effective: u32) -> Reply {
        let is_root = self.process().user.effective == 0;
        let now = *which.of(self.process());
        let real_allowed = [KEEP, now.real, now.effective].contains(&real);
        let allowed = [KEEP, now.real, now.effective, now.saved].contains(&effective);
        let allowed = is_root || real_allowed && allowed;
        if !allowed {
            return Err(EPERM.into());
        }
        let pick = |new: u32, old: u32| if new == KEEP { old } else { new };
        let mut next = Identity {
            real: pick(real, now.real),
            effective: pick(effective, now.effective),
            saved: now.saved,
        };
        if real != KEEP || effective != KEEP && effective != now.real {
            next.saved = next.effective;
        }
        *which.of(self.process()) = next;
        Ok(0)
    }

    /// `setresuid` and `setresgid`.
    pub(crate) fn set_three_ids(&mut self, which: Which, ids: [u32; 3]) -> Reply {
        let is_root = self.process().user.effective == 0;
        let now = *which.of(self.process());
        let own = [KEEP, now.real, now.effective, now.saved];
        if !is_root && !ids.iter().all(|id| own.contains(id)) {
            return Err(EPERM.into());
        }
        let pick = |new: u32, old: u32| if new == KEEP { old } else { new };
        *which.of(self.process()) = Identity {
            real: pick(ids[0], now.real),
            effective: pick(ids[1], now.effective),
            saved: pick(ids[2], now.saved),
        };
        Ok(0)
    }

    /// `getresuid` and `getresgid`.
    pub(crate) fn get_three_ids(&mut self, which: Which, places: [u64; 3]) -> Reply {
        let now = *which.of(self.process());
        for (place, id) in places.into_iter().zip([now.real, now.effective, now.saved]) {
            self.write_u32(place, id)?;
        }
        Ok(0)
    }

    /// There are no supplementary groups.
    pub(crate) fn getgroups(&mut self, size: i32) -> Reply {
        if size < 0 {
            return Err(EINVAL.into());
        }
        Ok(0)
    }

    pub(crate) fn setgroups(&mut self, size: i32) -> Reply {
        if self.process().user.effective != 0 {
            return Err(EPERM.into());
        }
        if size == 0 { Ok(0) } else { Err(EINVAL.into()) }
    }

    fn pid_or_own(&mut self, pid: i32) -> Result<i32, Stop> {
        let pid = if pid == 0 { self.thread().process } else { pid };
        if self.processes.contains_key(&pid) {
            Ok(pid)
        } else {
            Err(ESRCH.into())
        }
    }

    pub(crate) fn getpgid(&mut self, pid: i32) -> Reply {
        let pid = self.pid_or_own(pid)?;
        Ok(self.processes.get(&pid).map_or(0, |one| one.group).into())
    }

    pub(crate) fn getsid(&mut self, pid: i32) -> Reply {
        let pid = self.pid_or_own(pid)?;
        Ok(self.processes.get(&pid).map_or(0, |one| one.session).into())
    }

    pub(crate) fn setpgid(&mut self, pid: i32, group: i32) -> Reply {
        if group < 0 {
            return Err(EINVAL.into());
        }
        let pid = self.pid_or_own(pid)?;
        let group = if group == 0 { pid } else { group };
        let caller = self.thread().process;
        let session = self.process().session;
        let process = self.processes.get(&pid).ok_or(ESRCH)?;
        if process.parent == caller {
            if process.session != session {
                return Err(EPERM.into());
            }
            if process.has_executed {
                return Err(EACCES.into());
            }
        } else if pid != caller {
            return Err(ESRCH.into());
        }
        if process.session == pid {
            return Err(EPERM.into());
        }
        let mut others = self.processes.values();
        if group != pid && !others.any(|one| one.group == group && one.session == session) {
            return Err(EPERM.into());
        }
        if let Some(process) = self.processes.get_mut(&pid) {
            process.group = group;
        }
        Ok(0)
    }

    pub(crate) fn setsid(&mut self) -> Reply {
        let pid = self.thread().process;
        if self.processes.values().any(|one| one.group == pid) {
            return Err(EPERM.into());
        }
        let process = self.process();
        process.group = pid;
        process.session = pid;
        Ok(pid.into())
    }
}
