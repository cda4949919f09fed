//! The state of the kernel, and operations on it that several system calls share.

mod delivery;
mod exit;
mod jobs;
pub(crate) mod load;
pub(crate) mod paging;
mod send;
mod timers;
pub(crate) mod user;
mod wait;

use alloc::collections::{BTreeMap, VecDeque};

use crate::chacha::Generator;
use crate::linux::*;
use crate::machine::{Machine, PAGE_SIZE};
use crate::memory::frames::Owners;
use crate::memory::space::AddressSpace;
use crate::objects::Objects;
use crate::options::Options;
use crate::slab::Slab;
use crate::tasks::futex::Queues;
use crate::tasks::process::Process;
use crate::tasks::thread::Thread;

/// The id of the kernel, which adopts processes without a parent.
pub(crate) const KERNEL: i32 = 1;
/// The id of the first process; the kernel is its parent.
pub(crate) const PROGRAM: i32 = 2;

/// The largest number of processes, with those that have ended and are not waited for.
pub(crate) const PROCESSES_MAX: usize = 256;

/// The result of a system call, or the reason that it has none.
pub(crate) type Reply = Result<i64, Stop>;

/// The reason that a system call has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Error(Errno),
    /// The call is to be dispatched again after an event, at the latest at its deadline.
    Wait,
    /// The thread has ended, or its registers were replaced: there is no result to store.
    NoReturn,
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Stop {
        Stop::Error(errno)
    }
}

/// The end of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Exit(i32),
    Signal(i32),
}

/// The kernel.
pub struct Kernel<M: Machine> {
    pub(crate) machine: M,
    pub(crate) options: Options,
    pub(crate) random: Generator,
    /// The real-time clock at the start of the machine, in nanoseconds since 1970.
    pub(crate) started: u64,
    /// The address spaces of processes, and the owners of the frames in them and in files.
    pub(crate) spaces: Slab<AddressSpace>,
    pub(crate) owners: Owners,
    pub(crate) threads: BTreeMap<i32, Thread<M::Context>>,
    pub(crate) processes: BTreeMap<i32, Process>,
    /// Threads that can run; the first one is to run next.
    pub(crate) ready: VecDeque<i32>,
    /// The thread whose call is served.
    pub(crate) current: i32,
    pub(crate) objects: Objects,
    pub(crate) futexes: Queues,
    pub(crate) highest_id: i32,
    pub(crate) ending: Option<Ending>,
    /// The bytes of memory at the start.
    pub(crate) total_memory: u64,
    /// The time at which the current thread began to run, in nanoseconds since the start.
    pub(crate) run_since: u64,
}

impl<M: Machine> Kernel<M> {
    pub fn new(machine: M, options: Options, random: Generator, started: u64) -> Kernel<M> {
        let total_memory = machine.free_frames() * PAGE_SIZE;
        Kernel {
            machine,
            options,
            random,
            started,
            spaces: Slab::new(PROCESSES_MAX),
            owners: Owners::default(),
            threads: BTreeMap::new(),
            processes: BTreeMap::new(),
            ready: VecDeque::new(),
            current: PROGRAM,
            objects: Objects::new(options.pipe_close_leaks),
            futexes: Queues::default(),
            highest_id: PROGRAM,
            ending: None,
            total_memory,
            run_since: 0,
        }
    }

    /// Access to the hardware between two traps.
    pub fn machine(&mut self) -> &mut M {
        &mut self.machine
    }

    pub(crate) fn thread(&mut self) -> &mut Thread<M::Context> {
        self.threads
            .get_mut(&self.current)
            .expect("the current thread exists")
    }

    pub(crate) fn process(&mut self) -> &mut Process {
        let process = self.thread().process;
        self.processes
            .get_mut(&process)
            .expect("a thread has a process")
    }

    /// True where the process of a thread is stopped.
    pub(crate) fn is_stopped(&self, tid: i32) -> bool {
        let thread = self.threads.get(&tid);
        let process = thread.and_then(|one| self.processes.get(&one.process));
        process.is_some_and(|process| process.is_stopped)
    }

    /// Prints why a process ends, where the run ends with it: a child's end is its parent's
    /// business.
    pub(crate) fn log_fatal(&mut self, process: i32, line: core::fmt::Arguments<'_>) {
        if process == PROGRAM {
            let line = alloc::fmt::format(line);
            self.machine.print(line.as_bytes());
        }
    }
}
