//! Processes: the state that threads share besides memory.

use alloc::rc::Rc;
use core::cell::RefCell;

use crate::linux::process::CONTINUED;
use crate::linux::*;
use crate::objects::descriptors::DescriptorTable;
use crate::slab::Slab;
use crate::tasks::signal::{Action, Pending};
use crate::tasks::timer::{Countdown, Timer};

/// The initial limit of descriptors.
const DESCRIPTORS: u64 = 1_024;
pub(crate) const DESCRIPTORS_MAX: u64 = 4_096;
const STACK_SIZE: u64 = 8 << 20;
const SIGNALS_MAX: u64 = 1_024;
/// The largest number of timers.
const TIMERS_MAX: usize = 1_024;
/// The size of a name (`prctl(2)`, PR_SET_NAME).
pub(crate) const NAME_SIZE: usize = 16;

/// The actions of all signals.
pub(crate) type Actions = [Action; SIGNAL_MAX as usize];

/// The users and groups of a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity {
    pub real: u32,
    pub effective: u32,
    pub saved: u32,
}

/// The place of a process in the file system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The inode of the working directory.
    pub directory: usize,
    pub umask: u32,
}

/// The processor time in nanoseconds of a process, and of its children that were waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Times {
    pub own: u64,
    pub children: u64,
}

/// The largest number of pages of a process, at its end, and of its children that were waited for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pages {
    pub own: usize,
    pub children: usize,
}

/// The event of a child that has not ended, which its parent is to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    Stopped(i32),
    Continued,
}

impl Report {
    /// The status for `wait4`.
    pub(crate) fn status(self) -> i32 {
        match self {
            Report::Stopped(signal) => signal << 8 | 0x7f,
            Report::Continued => CONTINUED,
        }
    }
}

/// A process. `clone` can make two processes share what is in an [`Rc`].
#[derive(Debug)]
pub(crate) struct Process {
    pub parent: i32,
    pub group: i32,
    pub session: i32,
    /// The number of its address space.
    pub space: usize,
    pub files: Rc<RefCell<DescriptorTable>>,
    pub place: Rc<RefCell<Place>>,
    pub actions: Rc<RefCell<Actions>>,
    pub user: Identity,
    pub group_id: Identity,
    pub pending: Pending,
    pub timers: Slab<Timer>,
    /// ITIMER_REAL, ITIMER_VIRTUAL and ITIMER_PROF.
    pub alarms: [Countdown; 3],
    /// Soft and hard limits.
    pub limits: [(u64, u64); RLIM_NLIMITS],
    pub times: Times,
    pub pages: Pages,
    /// The signal to its parent at its end; 0 is none.
    pub exit_signal: i32,
    /// The inode of the file that it executes.
    pub executable: Option<usize>,
    /// True after its first `execve`.
    pub has_executed: bool,
    /// True while the parent waits in `vfork`.
    pub holds_parent: bool,
    pub is_stopped: bool,
    pub report: Option<Report>,
    pub name: [u8; NAME_SIZE],
    /// The signal that it gets when its parent ends; 0 is none (`prctl(2)`, PR_SET_PDEATHSIG).
    pub death_signal: i32,
    pub no_new_privileges: bool,
    pub is_dumpable: bool,
    /// True where it adopts the children of its descendants (`prctl(2)`, PR_SET_CHILD_SUBREAPER).
    pub is_subreaper: bool,
    pub nice: i32,
    /// The status for `wait4`, once all threads have ended.
    pub status: Option<i32>,
}

impl Process {
    /// The first process: it is the leader of its group and of its session.
    pub(crate) fn new(pid: i32, parent: i32, space: usize, directory: usize) -> Process {
        let mut limits = [(RLIM_INFINITY, RLIM_INFINITY); RLIM_NLIMITS];
        limits[RLIMIT_NOFILE] = (DESCRIPTORS, DESCRIPTORS_MAX);
        limits[RLIMIT_STACK] = (STACK_SIZE, RLIM_INFINITY);
        limits[RLIMIT_SIGPENDING] = (SIGNALS_MAX, SIGNALS_MAX);
        let place = Place {
            directory,
            umask: 0o022,
        };
        Process {
            parent,
            group: pid,
            session: pid,
            space,
            files: Rc::default(),
            place: Rc::new(RefCell::new(place)),
            actions: Rc::new(RefCell::new([Action::default(); SIGNAL_MAX as usize])),
            user: Identity::default(),
            group_id: Identity::default(),
            pending: Pending::default(),
            timers: Slab::new(TIMERS_MAX),
            alarms: [Countdown::default(); 3],
            limits,
            times: Times::default(),
            pages: Pages::default(),
            exit_signal: SIGCHLD,
            executable: None,
            has_executed: false,
            holds_parent: false,
            is_stopped: false,
            report: None,
            name: *b"program\0\0\0\0\0\0\0\0\0",
            death_signal: 0,
            no_new_privileges: false,
            is_dumpable: true,
            is_subreaper: false,
            nice: 0,
            status: None,
        }
    }

    /// A child in another address space that shares nothing.
    pub(crate) fn child(&self, parent: i32, space: usize) -> Process {
        Process {
            parent,
            space,
            files: Rc::new(RefCell::new(self.files.borrow().clone())),
            place: Rc::new(RefCell::new(*self.place.borrow())),
            actions: Rc::new(RefCell::new(*self.actions.borrow())),
            pending: Pending::default(),
            timers: Slab::new(TIMERS_MAX),
            alarms: [Countdown::default(); 3],
            times: Times::default(),
            pages: Pages::default(),
            has_executed: false,
            holds_parent: false,
            is_stopped: false,
            report: None,
            death_signal: 0,
            is_subreaper: false,
            status: None,
            ..*self
        }
    }

    pub(crate) fn action(&self, signal: i32) -> Action {
        self.actions.borrow()[signal as usize - 1]
    }

    pub(crate) fn descriptors_max(&self) -> usize {
        self.limits[RLIMIT_NOFILE].0 as usize
    }
}
