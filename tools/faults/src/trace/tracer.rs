//! The loop over the stops of all threads of the program.

use std::collections::{HashMap, HashSet};
use std::io;

use nix::libc::{self, c_int};
use nix::sys::ptrace;
use nix::unistd::Pid;

use super::filter::RESTART_SYSCALL;
use super::live_pid::{LivePid, kill};
use super::tracee::{Tracee, request, wait};
use crate::effects::{EntryEffect, ExitEffect, FaultState, Pending, SignalEffect, Syscall};

/// Where a thread is on its way.
#[derive(Debug, Default)]
struct Progress {
    /// The call whose exit is waited for.
    pending: Option<Pending>,
    /// The call that a signal interrupted and that may go on by `restart_syscall`.
    interrupted: Option<Pending>,
}

pub(crate) struct Tracer<'b, 'f> {
    state: Option<&'b mut FaultState<'f>>,
    main: Pid,
    /// Every thread and process of this run, the ended ones too.
    ours: HashSet<Pid>,
    threads: HashMap<Pid, Progress>,
    /// Nothing runs any more.
    stuck: bool,
    panicked: bool,
}

/// How a stopped thread goes on.
enum Next {
    Run,
    With(c_int),
    Listen,
    Stay,
}

impl<'b, 'f> Tracer<'b, 'f> {
    pub(crate) fn new(state: Option<&'b mut FaultState<'f>>, main: Pid) -> Tracer<'b, 'f> {
        Tracer {
            state,
            main,
            ours: HashSet::from([main]),
            threads: HashMap::from([(main, Progress::default())]),
            stuck: false,
            panicked: false,
        }
    }

    pub(crate) fn has_panicked(&self) -> bool {
        self.panicked
    }

    /// Sees all threads through until none is left; the status of the first process.
    pub(crate) fn run_to_end(&mut self, pid: &LivePid) -> io::Result<c_int> {
        let mut end = None;
        loop {
            let (thread, status) = match wait() {
                Ok(stop) => stop,
                Err(nix::Error::ECHILD) => return end.ok_or_else(vanished),
                Err(error) => return Err(error.into()),
            };
            if libc::WIFSTOPPED(status) {
                self.stopped(thread, status);
                continue;
            }
            self.threads.remove(&thread);
            if thread == self.main {
                // The id was free from the moment that `wait` returned, but no process can have
                // taken it: ids are given in a circle.
                pid.clear();
                end = Some(status);
                self.threads.keys().for_each(|thread| kill(*thread));
            }
        }
    }

    fn stopped(&mut self, thread: Pid, status: c_int) {
        // A child may come to its first stop before its parent to the one that tells of it.
        self.ours.insert(thread);
        let next = self.next(thread, status);
        if self.stuck || self.panicked {
            return;
        }
        let pending = self
            .threads
            .get(&thread)
            .is_some_and(|progress| progress.pending.is_some());
        let run = if pending {
            libc::PTRACE_SYSCALL
        } else {
            libc::PTRACE_CONT
        };
        let resumed = match next {
            Next::Run => request(run, thread, 0),
            Next::With(signal) => request(run, thread, signal),
            Next::Listen => request(libc::PTRACE_LISTEN, thread, 0),
            Next::Stay => Ok(()),
        };
        // A thread that was killed in its stop is waited for like any other.
        resumed.ok();
    }

    fn next(&mut self, thread: Pid, status: c_int) -> Next {
        let signal = libc::WSTOPSIG(status);
        match status >> 16 {
            libc::PTRACE_EVENT_SECCOMP => self.entry(thread),
            libc::PTRACE_EVENT_CLONE | libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK => {
                if let Ok(new) = ptrace::getevent(thread) {
                    self.ours.insert(Pid::from_raw(new as i32));
                }
                Next::Run
            }
            libc::PTRACE_EVENT_EXEC => {
                // All other threads of the process are gone, one of them under this id.
                if let Ok(former) = ptrace::getevent(thread) {
                    self.threads.remove(&Pid::from_raw(former as i32));
                }
                self.threads.insert(thread, Progress::default());
                Next::Run
            }
            libc::PTRACE_EVENT_STOP => {
                self.threads.entry(thread).or_default();
                match signal {
                    libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => Next::Listen,
                    _ => Next::Run,
                }
            }
            0 if signal == libc::SIGTRAP | 0x80 => self.exit(thread),
            0 => self.delivery(thread, signal),
            _ => Next::Run,
        }
    }

    /// A watched call is about to be made.
    fn entry(&mut self, thread: Pid) -> Next {
        let mut tracee = Tracee(thread);
        let Ok(call) = tracee.entry() else {
            return Next::Run;
        };
        let progress = self.threads.entry(thread).or_default();
        let interrupted = progress.interrupted.take();
        if call.number == RESTART_SYSCALL {
            progress.pending = interrupted;
            return Next::Run;
        }
        let effect = match self.state.as_deref_mut() {
            Some(state) if state.watches(call.number) => state.enter(call, &mut tracee),
            _ => EntryEffect::Ignore,
        };
        let made = match &effect {
            EntryEffect::Follow(pending) => pending.made,
            _ => call,
        };
        match effect {
            EntryEffect::Panic => self.panic(),
            EntryEffect::HangAll => self.hang_all(),
            _ if self.signals_outsider(made) => {
                tracee.skip(-i64::from(libc::ESRCH)).ok();
                Next::Run
            }
            EntryEffect::Ignore => Next::Run,
            EntryEffect::Follow(pending) => {
                let set = match pending.skipped {
                    Some(result) => tracee.skip(result),
                    None if pending.made != call => tracee.set_entry(pending.made),
                    None => Ok(()),
                };
                set.ok();
                self.threads.entry(thread).or_default().pending = Some(pending);
                Next::Run
            }
        }
    }

    /// Whether a call sends a signal to anything that is not of this run.
    fn signals_outsider(&self, call: Syscall) -> bool {
        let [first, second, third, ..] = call.args.map(|arg| arg as i32);
        let (target, signal) = match i64::from(call.number) {
            libc::SYS_tgkill => (second, third),
            libc::SYS_kill | libc::SYS_tkill => (first, second),
            _ => return false,
        };
        // What is no id at all the kernel refuses by itself.
        let ours = target == 0
            || (target < 0 && i64::from(call.number) != libc::SYS_kill)
            || self.ours.contains(&Pid::from_raw(target))
            || target.checked_neg() == Some(self.main.as_raw());
        signal != 0 && !ours
    }

    /// A watched call has been made.
    fn exit(&mut self, thread: Pid) -> Next {
        let mut tracee = Tracee(thread);
        let progress = self.threads.entry(thread).or_default();
        let (Some(state), Ok(result), Some(pending)) = (
            self.state.as_deref_mut(),
            tracee.result(),
            progress.pending.take(),
        ) else {
            return Next::Run;
        };
        match state.leave(&pending, result, &mut tracee) {
            ExitEffect::Panic => return self.panic(),
            ExitEffect::HangAll => return self.hang_all(),
            ExitEffect::Result(changed) => {
                let untouched = pending.skipped.is_none() && pending.made == pending.given;
                if changed != result || !untouched {
                    tracee.set_exit(pending.given, changed).ok();
                }
                if changed == RESTART_BLOCK {
                    progress.interrupted = Some(pending);
                }
            }
        }
        Next::Run
    }

    /// A signal is on its way.
    fn delivery(&mut self, thread: Pid, signal: c_int) -> Next {
        let (Some(state), Ok(mut info)) = (self.state.as_deref_mut(), ptrace::getsiginfo(thread))
        else {
            return Next::With(signal);
        };
        match state.deliver(bytes_of(&mut info)) {
            SignalEffect::Unchanged => Next::With(signal),
            SignalEffect::Changed => {
                ptrace::setsiginfo(thread, &info).ok();
                Next::With(signal)
            }
            SignalEffect::Drop => Next::Run,
            SignalEffect::Other(other) => Next::With(other),
        }
    }

    fn panic(&mut self) -> Next {
        self.panicked = true;
        self.threads.keys().for_each(|thread| kill(*thread));
        Next::Stay
    }

    fn hang_all(&mut self) -> Next {
        self.stuck = true;
        for thread in self.threads.keys() {
            // One that is stopped or gone needs no stopping.
            ptrace::interrupt(*thread).ok();
        }
        Next::Stay
    }
}

fn vanished() -> io::Error {
    io::Error::other("the program's first process ended without a status")
}

/// `ERESTART_RESTARTBLOCK`: the call goes on by `restart_syscall` unless a handler runs first.
const RESTART_BLOCK: i64 = -516;

fn bytes_of(info: &mut libc::siginfo_t) -> &mut [u8] {
    let place: *mut u8 = (&raw mut *info).cast();
    // SAFETY: the kernel has filled the whole structure, any bytes are valid in it, and the slice
    // borrows it.
    unsafe { std::slice::from_raw_parts_mut(place, size_of::<libc::siginfo_t>()) }
}
