//! The scheduler: runs threads in turn, serves their system calls, and dispatches blocked calls
//! again.

use alloc::vec::Vec;

use crate::arch::Architecture;
use crate::calls;
use crate::kernel::paging::{Access, Fault};
use crate::kernel::{Ending, Kernel, Stop};
use crate::linux::process::BUS_ADRERR;
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::{self, SigInfo};
use crate::tasks::thread::Syscall;
use crate::tasks::timer::SECOND;

/// The time slice in nanoseconds, while other threads are ready.
const SLICE: u64 = 5_000_000;
/// The largest number of passes over the blocked calls, of which each can unblock others.
const ROUNDS_MAX: usize = 64;

/// The reason that the program stopped running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trap {
    SystemCall,
    /// An interrupt of the timer or of another device.
    Interrupt,
    /// The program accessed a page that is not mapped or does not allow the access.
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

/// The next action of the processor.
pub enum Next<'a, C> {
    /// Run this thread, at the latest until the time given.
    Run(&'a mut C, Option<u64>),
    /// Wait for an interrupt, at the latest until the time given.
    Idle(Option<u64>),
    Ended(Ending),
}

impl<M: Machine> Kernel<M> {
    /// The next action until the next trap.
    pub fn decide(&mut self) -> Next<'_, M::Context> {
        loop {
            if let Some(ending) = self.ending {
                return Next::Ended(ending);
            }
            self.poll_blocked();
            let Some(first) = self.next_ready() else {
                if self.ending.is_some() {
                    continue;
                }
                return Next::Idle(self.next_event());
            };
            self.current = first;
            self.deliver();
            self.collect_files();
            let is_ready = self.ready.front() == Some(&first) && !self.is_stopped(first);
            if self.ending.is_some() || !is_ready {
                continue;
            }
            // The processor would fault in the kernel when it returns to such an address.
            let next = self.thread().context.instruction();
            if next < M::Context::USER_END {
                break;
            }
            self.force_signal(SIGSEGV, SEGV_MAPERR, next);
        }
        let now = self.machine.now();
        self.run_since = now;
        let slice = (self.ready.len() > 1).then_some(now + SLICE);
        let until = [self.next_event(), slice].into_iter().flatten().min();
        let tables = self.space().tables;
        self.machine.enter(tables);
        let thread = self.thread();
        thread.context.sanitize();
        Next::Run(&mut thread.context, until)
    }

    /// Brings the first ready thread whose process is not stopped to the front.
    fn next_ready(&mut self) -> Option<i32> {
        let at = self.ready.iter().position(|&tid| !self.is_stopped(tid))?;
        let tid = self.ready.remove(at)?;
        self.ready.push_front(tid);
        Some(tid)
    }

    /// Handles the trap of the thread that ran.
    pub fn trap(&mut self, trap: Trap) {
        let now = self.machine.now();
        let spent = now - self.run_since;
        self.thread().time += spent;
        self.process().times.own += spent;
        match trap {
            Trap::SystemCall => {
                let context = &mut self.thread().context;
                let number = context.number();
                match M::Context::call(number) {
                    Some(name) => {
                        let call = Syscall::new(name, number, context.arguments());
                        self.dispatch(call);
                    }
                    None => context.set_result(errno_result(errno::ENOSYS)),
                }
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
                let access = match (write, execute) {
                    (true, _) => Access::Write,
                    (false, true) => Access::Execute,
                    (false, false) => Access::Read,
                };
                let (signal, code) = match self.touch(address, access) {
                    Ok(_) => return,
                    Err(Fault::Unmapped) => (SIGSEGV, SEGV_MAPERR),
                    Err(Fault::Forbidden) => (SIGSEGV, SEGV_ACCERR),
                    Err(Fault::NoPage) => (SIGBUS, BUS_ADRERR),
                };
                self.force_signal(signal, code, address);
            }
            Trap::Exception { vector } => {
                let (signal, code) = M::Context::exception_signal(vector);
                let address = match code {
                    SI_KERNEL => 0,
                    _ => self.thread().context.instruction(),
                };
                self.force_signal(signal, code, address);
            }
        }
    }

    /// Dispatches a system call: stores its result, or blocks the thread.
    fn dispatch(&mut self, mut call: Syscall) {
        let thread = self.current;
        self.objects.files.now = (self.started + self.machine.now()) as i64;
        let shared = self.process().pending.set();
        self.objects.pending = self.thread().pending.set() | shared;
        let reply = calls::serve(self, &mut call);
        match reply {
            Ok(result) => self.finish(call, result),
            Err(Stop::Error(errno)) => self.finish(call, -i64::from(errno.0)),
            Err(Stop::Wait) if self.is_signalled(thread) && !holds(&call) => self.interrupt(call),
            Err(Stop::Wait) => {
                self.ready.retain(|&one| one != thread);
                self.thread().call = Some(call);
            }
            Err(Stop::NoReturn) => {}
        }
    }

    /// Stores the result of a call and makes the thread ready.
    fn finish(&mut self, call: Syscall, result: i64) {
        let thread = self.thread();
        thread.context.set_result(result as u64);
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

    /// A signal interrupts the current thread's call.
    fn interrupt(&mut self, mut call: Syscall) {
        let current = self.current;
        self.futexes.forget(current);
        let pid = self.thread().process;
        self.objects.locks.stop_waiting(pid);
        self.objects.fifo_waits.retain(|one| one.0 != current);
        let result = self.interrupted_result(&mut call);
        let thread = self.thread();
        thread.context.set_result(result as u64);
        thread.saved_mask = call.old_mask.take();
        thread.restarts = result == -i64::from(errno::EINTR.0) && restarts(&call);
        thread.call = Some(call);
        self.resume();
    }

    /// Fires timers, answers requests to connect, and dispatches blocked calls again, until none of
    /// them completes.
    fn poll_blocked(&mut self) {
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
                self.take_stop(tid);
                if self.is_stopped(tid) {
                    continue;
                }
                self.current = tid;
                // A call served before this one may have ended the thread.
                let call = self.threads.get_mut(&tid).and_then(|one| one.call.take());
                if let Some(call) = call {
                    self.dispatch(call);
                }
            }
            if self.ready.len() == before {
                break;
            }
        }
    }

    /// The time of the next timer or deadline.
    fn next_event(&mut self) -> Option<u64> {
        let deadlines = self
            .threads
            .iter()
            .filter(|(tid, _)| !self.ready.contains(tid) && !self.is_stopped(**tid))
            .filter_map(|(_, thread)| thread.call.as_ref()?.deadline);
        let deadline = deadlines.min();
        [deadline, self.next_timer()].into_iter().flatten().min()
    }

    /// The result of a call that a signal interrupted.
    fn interrupted_result(&mut self, call: &mut Syscall) -> i64 {
        if call.done > 0 {
            return call.done as i64;
        }
        let remainder = match call.name {
            Call::Nanosleep => call.args[1],
            // An absolute sleep has no remainder.
            Call::ClockNanosleep if call.args[1] & 1 == 0 => call.args[3],
            _ => 0,
        };
        let deadline = call.deadline.unwrap_or(0);
        let left = deadline.saturating_sub(self.machine.now());
        if remainder != 0
            && self
                .write_words(remainder, &[left / SECOND, left % SECOND])
                .is_err()
        {
            return -i64::from(errno::EFAULT.0);
        }
        -i64::from(errno::EINTR.0)
    }

    /// Sends the current thread a signal for its own exception; one that is not caught ends the
    /// process.
    pub(crate) fn force_signal(&mut self, signal: i32, code: i32, address: u64) {
        let info = SigInfo {
            signal,
            code,
            first: address,
            value: 0,
            timer: None,
        };
        let action = self.process().action(signal);
        let blocked = self.thread().mask & signal::bit(signal) != 0;
        if blocked || !action.is_caught() {
            let at = self.thread().context.instruction();
            let process = self.thread().process;
            let line =
                format_args!("microkernel: signal {signal} at {at:#x}, address {address:#x}\n");
            self.log_fatal(process, line);
            self.end_process(process, signal);
            return;
        }
        self.thread().pending.add(info);
    }
}

/// The result register's value for an error.
fn errno_result(errno: Errno) -> u64 {
    (-i64::from(errno.0)) as u64
}

/// True for a call that no signal interrupts: `vfork(2)`.
fn holds(call: &Syscall) -> bool {
    matches!(call.name, Call::Clone | Call::Vfork)
}

/// True where SA_RESTART makes the call again (`signal(7)`, "Interruption of system calls").
fn restarts(call: &Syscall) -> bool {
    let timed = call.deadline.is_some();
    match call.name {
        Call::Wait4 | Call::Waitid | Call::Flock => true,
        // F_SETLKW; every other command returns at once.
        Call::Fcntl => true,
        Call::Read | Call::Readv | Call::Write | Call::Writev => !timed,
        Call::Accept | Call::Accept4 | Call::Futex => !timed,
        Call::Sendto | Call::Recvfrom | Call::Sendmsg | Call::Recvmsg => !timed,
        Call::MqTimedsend | Call::MqTimedreceive => true,
        // Nor `connect`: its request stays queued (POSIX.1-2017, `connect`, EINTR).
        _ => false,
    }
}
