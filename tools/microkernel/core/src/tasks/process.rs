//! Processes: the state that threads share besides memory.

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

/// A process.
#[derive(Debug)]
pub(crate) struct Process {
    pub parent: i32,
    pub files: DescriptorTable,
    pub actions: [Action; SIGNAL_MAX as usize],
    pub pending: Pending,
    pub timers: Slab<Timer>,
    pub alarm: Countdown,
    /// Soft and hard limits.
    pub limits: [(u64, u64); RLIM_NLIMITS],
    /// The processor time of its threads in nanoseconds, with those that have ended.
    pub time: u64,
    /// The status for `wait4`, once all threads have ended.
    pub status: Option<i32>,
}

impl Process {
    pub(crate) fn new(parent: i32) -> Process {
        let mut limits = [(RLIM_INFINITY, RLIM_INFINITY); RLIM_NLIMITS];
        limits[RLIMIT_NOFILE] = (DESCRIPTORS, DESCRIPTORS_MAX);
        limits[RLIMIT_STACK] = (STACK_SIZE, RLIM_INFINITY);
        limits[RLIMIT_SIGPENDING] = (SIGNALS_MAX, SIGNALS_MAX);
        Process {
            parent,
            files: DescriptorTable::default(),
            actions: [Action::default(); SIGNAL_MAX as usize],
            pending: Pending::default(),
            timers: Slab::new(TIMERS_MAX),
            alarm: Countdown::default(),
            limits,
            time: 0,
            status: None,
        }
    }

    pub(crate) fn action(&self, signal: i32) -> &Action {
        &self.actions[signal as usize - 1]
    }

    pub(crate) fn descriptors_max(&self) -> usize {
        self.limits[RLIMIT_NOFILE].0 as usize
    }
}
