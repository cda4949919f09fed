//! Threads take turns, system calls are answered, and those that cannot be are asked again.

mod delivery;
pub mod load;
pub mod user;

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec::Vec;

use crate::chacha::Generator;
use crate::kernel::load::PROGRAM;
use crate::linux::*;
use crate::machine::{Machine, USER_END};
use crate::memory::space::Space;
use crate::objects::Objects;
use crate::options::Options;
use crate::tasks::context::Context;
use crate::tasks::futex::Queues;
use crate::tasks::process::Process;
use crate::tasks::signal::{self, Info};
use crate::tasks::thread::{Call, Thread};

/// How long a thread may keep others waiting, in nanoseconds.
const SLICE: u64 = 5_000_000;
/// How often one event may lead to another before the program goes on.
const ROUNDS_MAX: usize = 64;

/// What a system call returns: a result, or why there is none.
pub(crate) type Reply = Result<i64, Stop>;

/// Why a system call has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Error(Errno),
    /// Not now: to be asked again when something has happened or the deadline has passed.
    Wait,
    /// The thread is gone, or goes on elsewhere.
    Elsewhere,
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Stop {
        Stop::Error(errno)
    }
}

/// Why the program stopped running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    SystemCall,
    /// The timer, or another device.
    Interrupt,
    /// The program touched a page that is not there, or not so.
    PageFault {
        address: u64,
        write: bool,
        execute: bool,
    },
    /// Another exception of the processor.
    Exception {
        vector: u64,
    },
}

/// What the processor is to do next.
pub enum Next<'a> {
    /// Run this thread, until the time given at the latest.
    Run(&'a mut Context, Option<u64>),
    /// Nothing to do until then, or for ever.
    Idle(Option<u64>),
    Ended(Ending),
}

/// How the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Exit(i32),
    Signal(i32),
}

/// The kernel.
pub struct Kernel<M> {
    pub(crate) machine: M,
    pub(crate) options: Options,
    pub(crate) random: Generator,
    /// What the real-time clock showed when the machine started, in nanoseconds since 1970.
    pub(crate) started: u64,
    pub(crate) space: Space,
    pub(crate) threads: BTreeMap<i32, Thread>,
    pub(crate) processes: BTreeMap<i32, Process>,
    /// Threads that can run; the first one does.
    pub(crate) ready: VecDeque<i32>,
    /// The thread whose call is being answered.
    pub(crate) current: i32,
    pub(crate) objects: Objects,
    pub(crate) futexes: Queues,
    pub(crate) highest_id: i32,
    ending: Option<Ending>,
    /// When the thread that runs was let go.
    run_since: u64,
}

impl<M: Machine> Kernel<M> {
    pub fn new(machine: M, options: Options, random: Generator, started: u64) -> Kernel<M> {
        Kernel {
            machine,
            options,
            random,
            started,
            space: Space::default(),
            threads: BTreeMap::new(),
            processes: BTreeMap::new(),
            ready: VecDeque::new(),
            current: PROGRAM,
            objects: Objects::new(options.pipe_close_leaks),
            futexes: Queues::default(),
            highest_id: PROGRAM,
            ending: None,
            run_since: 0,
        }
    }

    /// Access to the hardware between two traps.
    pub fn machine(&mut self) -> &mut M {
        &mut self.machine
    }

    pub(crate) fn thread(&mut self) -> &mut Thread {
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

    /// What to do until the next trap.
    pub fn decide(&mut self) -> Next<'_> {
        loop {
            if let Some(ending) = self.ending {
                return Next::Ended(ending);
            }
            self.settle();
            let Some(&first) = self.ready.front() else {
                if self.ending.is_some() {
                    continue;
                }
                return Next::Idle(self.next_event());
            };
            self.current = first;
            self.deliver();
            if self.ending.is_some() || self.ready.front() != Some(&first) {
                continue;
            }
            // The processor itself would fault on its way there, in the kernel.
            let next = self.thread().context.rip;
            if next < USER_END {
                break;
            }
            self.fault(SIGSEGV, SEGV_MAPERR, next);
        }
        let now = self.machine.now();
        self.run_since = now;
        let slice = (self.ready.len() > 1).then_some(now + SLICE);
        let until = [self.next_event(), slice].into_iter().flatten().min();
        let thread = self.thread();
        thread.context.sanitize();
        Next::Run(&mut thread.context, until)
    }

    /// The thread that ran has stopped.
    pub fn trap(&mut self, trap: Trap) {
        let now = self.machine.now();
        let spent = now - self.run_since;
        self.thread().time += spent;
        self.process().time += spent;
        match trap {
            Trap::SystemCall => {
                let context = &self.thread().context;
                // A number that does not fit is that of no call.
                let number = u16::try_from(context.rax).unwrap_or(u16::MAX);
                let call = Call::new(number, context.arguments());
                self.attempt(call);
            }
            Trap::Interrupt => {
                if let Some(first) = self.ready.pop_front() {
                    self.ready.push_back(first);
                }
            }
            Trap::PageFault {
                address,
                write,
                execute,
            } => {
                if !self.page_in(address, write, execute) {
                    let mapped = self.space.protection(address).is_some();
                    let code = if mapped { SEGV_ACCERR } else { SEGV_MAPERR };
                    self.fault(SIGSEGV, code, address);
                }
            }
            Trap::Exception { vector } => {
                let signal = match vector {
                    0 | 16 | 19 => SIGFPE,
                    1 | 3 => SIGTRAP,
                    6 => SIGILL,
                    17 => SIGBUS,
                    _ => SIGSEGV,
                };
                let address = self.thread().context.rip;
                self.fault(signal, SI_KERNEL, address);
            }
        }
    }

    /// Answers a call, or notes that it waits.
    pub(crate) fn attempt(&mut self, mut call: Call) {
        let thread = self.current;
        let reply = self.serve(&mut call);
        match reply {
            Ok(result) => self.finish(call, result),
            Err(Stop::Error(errno)) => self.finish(call, -i64::from(errno.0)),
            Err(Stop::Wait) if self.is_signalled(thread) => self.interrupt(call),
            Err(Stop::Wait) => {
                self.ready.retain(|&one| one != thread);
                self.thread().call = Some(call);
            }
            Err(Stop::Elsewhere) => {}
        }
    }

    /// The call has its result: the thread goes on.
    fn finish(&mut self, call: Call, result: i64) {
        let thread = self.thread();
        thread.context.rax = result as u64;
        if let Some(mask) = call.old_mask {
            thread.mask = mask;
        }
        self.resume();
    }

    fn resume(&mut self) {
        if !self.ready.contains(&self.current) {
            self.ready.push_back(self.current);
        }
    }

    /// A signal ends the wait of the current thread's call.
    fn interrupt(&mut self, mut call: Call) {
        let current = self.current;
        self.futexes.forget(current);
        let result = self.interrupted(&mut call);
        let thread = self.thread();
        thread.context.rax = result as u64;
        thread.saved_mask = call.old_mask.take();
        thread.restarts = result == -i64::from(errno::EINTR.0) && restarts(&call);
        thread.call = Some(call);
        self.resume();
    }

    /// Lets everything happen that can: timers fire, requests to connect arrive, calls that
    /// waited are answered.
    fn settle(&mut self) {
        self.fire_timers();
        for _ in 0..ROUNDS_MAX {
            self.objects.network.deliver();
            let waiting = self.threads.iter();
            let waiting: Vec<i32> = waiting
                .filter(|(tid, thread)| thread.call.is_some() && !self.ready.contains(tid))
                .map(|(&tid, _)| tid)
                .collect();
            let before = self.ready.len();
            for tid in waiting {
                self.current = tid;
                // A call answered before this one may have ended the thread.
                let call = self.threads.get_mut(&tid).and_then(|one| one.call.take());
                if let Some(call) = call {
                    self.attempt(call);
                }
            }
            if self.ready.len() == before {
                break;
            }
        }
    }

    /// When the next timer fires or the next wait ends.
    fn next_event(&mut self) -> Option<u64> {
        let deadlines = self
            .threads
            .iter()
            .filter(|(tid, _)| !self.ready.contains(tid))
            .filter_map(|(_, thread)| thread.call.as_ref()?.deadline);
        let deadline = deadlines.min();
        [deadline, self.next_timer()].into_iter().flatten().min()
    }

    /// Whether a call's time is up.
    pub(crate) fn is_over(&mut self, call: &Call) -> bool {
        call.deadline
            .is_some_and(|deadline| deadline <= self.machine.now())
    }

    /// A signal that the current thread brought upon itself: what it cannot handle ends it.
    pub(crate) fn fault(&mut self, signal: i32, code: i32, address: u64) {
        let info = Info {
            signal,
            code,
            first: address,
            value: 0,
            timer: None,
        };
        let action = *self.process().action(signal);
        let blocked = self.thread().mask & signal::bit(signal) != 0;
        if blocked || !action.is_caught() {
            let rip = self.thread().context.rip;
            self.say(format_args!(
                "microkernel: signal {signal} at {rip:#x}, address {address:#x}\n"
            ));
            let process = self.thread().process;
            self.end_process(process, signal);
            return;
        }
        self.thread().pending.add(info);
    }

    /// A line of the kernel's own.
    pub(crate) fn say(&mut self, line: core::fmt::Arguments<'_>) {
        let line = alloc::fmt::format(line);
        self.machine.print(line.as_bytes());
    }

    /// Ends the current thread; its process with the last one.
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
            self.bury(process, status);
        }
    }

    /// Ends all threads of a process; `status` as `wait4` tells it.
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

    /// A process has no thread left: its descriptors are closed, its parent is told.
    fn bury(&mut self, pid: i32, status: i32) {
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
        let mut info = Info::sent(SIGCHLD, code, pid);
        info.value = status as u64;
        self.send(parent, info);
    }
}

/// Whether SA_RESTART lets the call be made again (`signal(7)`, "Interruption of system calls").
fn restarts(call: &Call) -> bool {
    let timed = call.deadline.is_some();
    match call.number {
        numbers::WAIT4 => true,
        numbers::READ | numbers::READV | numbers::WRITE | numbers::WRITEV => !timed,
        numbers::ACCEPT | more::ACCEPT4 | numbers::FUTEX => !timed,
        // Nor `connect`: its request goes on without it (POSIX.1-2017, `connect`, EINTR).
        _ => false,
    }
}
