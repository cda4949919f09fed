//! The loop over the stops of all threads of the program.

use std::collections::{HashMap, HashSet};
use std::io;

use nix::libc::{self, c_int};
use nix::sys::ptrace;
use nix::unistd::Pid;

use super::filter::RESTART_SYSCALL;
use super::live_pid::{LivePid, kill};
use super::tracee::{Tracee, request};
use super::waiting::wait;
use crate::effects::{
    EntryEffect, ExitEffect, FaultState, Pending, Process, SignalEffect, Syscall,
};
use crate::model::{ExitAct, HandlerStart};

/// The calls of one thread that have not ended.
#[derive(Debug, Default)]
struct Progress {
    /// The call whose exit is watched.
    pending: Option<Box<Watched>>,
    /// The call that a signal interrupted and that `restart_syscall` may continue.
    interrupted: Option<Box<Watched>>,
    /// The wrong state in which the next handler begins, and the stack pointer before it.
    begin: Option<(HandlerStart, u64)>,
    /// A new program has replaced the one that made the pending call.
    replaced: bool,
}

/// A call whose exit is watched.
#[derive(Clone, Debug)]
struct Watched {
    /// The index of the fault that it is watched for.
    fault: usize,
    call: Pending,
}

pub(crate) struct Tracer<'b, 'f> {
    states: &'b mut [FaultState<'f>],
    main: Pid,
    /// Every thread and process of this run, including those that have ended.
    known: HashSet<Pid>,
    threads: HashMap<Pid, Progress>,
    /// The wrong states in which new threads begin.
    births: HashMap<Pid, Birth>,
    /// New threads that are stopped until the stop of the thread that created them.
    unnamed: HashSet<Pid>,
    /// The faulty kernel hangs: no thread is resumed.
    hung: bool,
    panicked: bool,
    /// The first process has ended: so do all others.
    ended: bool,
}

/// The acts in a new process or thread, before its first instruction.
struct Birth {
    acts: Vec<ExitAct>,
    watched: Box<Watched>,
}

/// The way in which a stopped thread is resumed.
enum Resume {
    Run,
    With(c_int),
    /// With a signal, to the first instruction of its handler.
    Into(c_int),
    Listen,
    Stay,
}

impl<'b, 'f> Tracer<'b, 'f> {
    pub(crate) fn new(states: &'b mut [FaultState<'f>], main: Pid) -> Tracer<'b, 'f> {
        Tracer {
            states,
            main,
            known: HashSet::from([main]),
            threads: HashMap::from([(main, Progress::default())]),
            births: HashMap::new(),
            unnamed: HashSet::new(),
            hung: false,
            panicked: false,
            ended: false,
        }
    }

    pub(crate) fn has_panicked(&self) -> bool {
        self.panicked
    }

    /// Traces all threads to their end. Returns the wait status of the first process.
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
            // Its children may wait for a stop that it does not reach.
            for child in std::mem::take(&mut self.unnamed) {
                self.resume(child, Resume::Run);
            }
            if thread == self.main {
                // The id has been free since `wait` returned, but it has not been reused: Linux
                // assigns ids in ascending order and starts again only at the maximum.
                pid.clear();
                end = Some(status);
                self.ended = true;
                self.threads.keys().for_each(|thread| kill(*thread));
            }
        }
    }

    fn stopped(&mut self, thread: Pid, status: c_int) {
        if self.ended || self.panicked {
            // A process that was created while the others were killed.
            kill(thread);
        }
        let resume = self.handle(thread, status);
        if !self.hung && !self.panicked {
            self.resume(thread, resume);
        }
    }

    fn resume(&self, thread: Pid, how: Resume) {
        let progress = self.threads.get(&thread);
        let run = if progress.is_some_and(|progress| progress.pending.is_some()) {
            libc::PTRACE_SYSCALL
        } else {
            libc::PTRACE_CONT
        };
        let resumed = match how {
            Resume::Run => request(run, thread, 0),
            Resume::With(signal) => request(run, thread, signal),
            Resume::Into(signal) => request(libc::PTRACE_SINGLESTEP, thread, signal),
            Resume::Listen => request(libc::PTRACE_LISTEN, thread, 0),
            Resume::Stay => Ok(()),
        };
        // A thread that was killed in its stop cannot be resumed. Its end is reported by `wait`.
        resumed.ok();
    }

    fn tracee(&self, thread: Pid) -> Tracee {
        Tracee {
            thread,
            first: self.main,
        }
    }

    fn handle(&mut self, thread: Pid, status: c_int) -> Resume {
        let signal = libc::WSTOPSIG(status);
        match status >> 16 {
            libc::PTRACE_EVENT_SECCOMP => self.entry(thread),
            libc::PTRACE_EVENT_CLONE | libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK => {
                if let Ok(new) = ptrace::getevent(thread) {
                    self.named(thread, Pid::from_raw(new as i32));
                }
                Resume::Run
            }
            libc::PTRACE_EVENT_EXEC => {
                self.replaced(thread);
                Resume::Run
            }
            libc::PTRACE_EVENT_STOP => {
                let is_new = !self.threads.contains_key(&thread);
                self.threads.entry(thread).or_default();
                match signal {
                    libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU => Resume::Listen,
                    _ if is_new => self.first_stop(thread),
                    _ => Resume::Run,
                }
            }
            0 if signal == libc::SIGTRAP | 0x80 => self.exit(thread),
            0 => self.delivery(thread, signal),
            _ => Resume::Run,
        }
    }

    /// A thread has created another one.
    fn named(&mut self, thread: Pid, new: Pid) {
        self.known.insert(new);
        let watched = self.threads.get(&thread);
        if let Some(watched) = watched.and_then(|progress| progress.pending.clone()) {
            let state = &self.states[watched.fault];
            let mut tracee = self.tracee(thread);
            let acts = state.acts_of_child(&watched.call, new.as_raw().into(), &mut tracee);
            if !acts.is_empty() {
                self.births.insert(new, Birth { acts, watched });
            }
        }
        if self.unnamed.remove(&new) {
            self.begin_child(new);
            self.resume(new, Resume::Run);
        }
    }

    /// The first stop of a new thread. It may be reported before the stop of the thread that
    /// created it.
    fn first_stop(&mut self, thread: Pid) -> Resume {
        let is_named = !self.known.insert(thread);
        let begins_wrongly = self.states.iter().any(FaultState::acts_in_children);
        if begins_wrongly && !is_named && !self.ended {
            self.unnamed.insert(thread);
            return Resume::Stay;
        }
        self.begin_child(thread);
        Resume::Run
    }

    /// Performs the acts in a new thread.
    fn begin_child(&mut self, thread: Pid) {
        if let Some(Birth { acts, watched }) = self.births.remove(&thread) {
            let mut tracee = self.tracee(thread);
            let state = &mut self.states[watched.fault];
            let result = state.begin_child(&acts, &watched.call, &mut tracee);
            if result != 0 {
                tracee.set_result(result).ok();
            }
        }
    }

    /// A new program has replaced that of a process.
    fn replaced(&mut self, thread: Pid) {
        // All other threads of the process have ended. The caller has the id of the first.
        let former = ptrace::getevent(thread).map_or(thread, |id| Pid::from_raw(id as i32));
        let mut progress = self.threads.remove(&former).unwrap_or_default();
        if let Some(watched) = &mut progress.pending {
            watched.call.forget_memory();
        }
        let progress = Progress {
            replaced: progress.pending.is_some(),
            pending: progress.pending,
            ..Progress::default()
        };
        self.threads.insert(thread, progress);
    }

    /// A watched call is about to be made.
    fn entry(&mut self, thread: Pid) -> Resume {
        let mut tracee = self.tracee(thread);
        let Ok(call) = tracee.entry() else {
            return Resume::Run;
        };
        let progress = self.threads.entry(thread).or_default();
        let interrupted = progress.interrupted.take();
        if call.number == RESTART_SYSCALL {
            progress.pending = interrupted;
            return Resume::Run;
        }
        let (mut fault, mut effect) = (0, EntryEffect::Ignore);
        for (index, state) in self.states.iter_mut().enumerate() {
            if state.watches(call.number) && matches!(effect, EntryEffect::Ignore) {
                (fault, effect) = (index, state.enter(call, &mut tracee));
            }
        }
        let made = match &effect {
            EntryEffect::Follow(pending) => pending.made,
            _ => call,
        };
        match effect {
            EntryEffect::Panic => self.panic(),
            EntryEffect::HangAll => self.hang_all(),
            _ if self.signals_outsider(made) => {
                tracee.skip(-i64::from(libc::ESRCH)).ok();
                Resume::Run
            }
            EntryEffect::Ignore => Resume::Run,
            EntryEffect::Follow(pending) => {
                let set = match pending.skipped {
                    Some(result) => tracee.skip(result),
                    None if pending.made != call => tracee.set_entry(pending.made),
                    None => Ok(()),
                };
                set.ok();
                let pending = Watched {
                    fault,
                    call: *pending,
                };
                self.threads.entry(thread).or_default().pending = Some(Box::new(pending));
                Resume::Run
            }
        }
    }

    /// True if a call sends a signal to a process outside this run.
    fn signals_outsider(&self, call: Syscall) -> bool {
        let [first, second, third, ..] = call.args.map(|arg| arg as i32);
        let (target, signal) = match i64::from(call.number) {
            libc::SYS_tgkill | libc::SYS_rt_tgsigqueueinfo => (second, third),
            libc::SYS_kill | libc::SYS_tkill | libc::SYS_rt_sigqueueinfo => (first, second),
            _ => return false,
        };
        // The kernel itself rejects invalid ids.
        let insider = target == 0
            || (target < 0 && i64::from(call.number) != libc::SYS_kill)
            || self.known.contains(&Pid::from_raw(target.wrapping_abs()));
        signal != 0 && !insider
    }

    /// A watched call has been made.
    fn exit(&mut self, thread: Pid) -> Resume {
        let mut tracee = self.tracee(thread);
        let progress = self.threads.entry(thread).or_default();
        let replaced = std::mem::take(&mut progress.replaced);
        let (Ok(result), Some(watched)) = (tracee.result(), progress.pending.take()) else {
            return Resume::Run;
        };
        let pending = &watched.call;
        match self.states[watched.fault].leave(pending, result, &mut tracee) {
            ExitEffect::Panic => return self.panic(),
            ExitEffect::HangAll => return self.hang_all(),
            ExitEffect::Result(changed) => {
                let untouched = pending.skipped.is_none() && pending.made == pending.given;
                if !untouched && !replaced {
                    tracee.set_exit(pending.given, changed).ok();
                } else if changed != result {
                    tracee.set_result(changed).ok();
                }
                if changed == RESTART_BLOCK {
                    progress.interrupted = Some(watched);
                }
            }
        }
        Resume::Run
    }

    /// A signal is about to be delivered.
    fn delivery(&mut self, thread: Pid, signal: c_int) -> Resume {
        let mut tracee = self.tracee(thread);
        let begin = self.threads.entry(thread).or_default().begin.take();
        if let Some((start, former)) = begin {
            // A signal without a handler lets the thread run one instruction.
            if tracee.stack_pointer() < former {
                tracee.begin(start);
            }
            return Resume::Run;
        }
        let Ok(mut info) = ptrace::getsiginfo(thread) else {
            return Resume::With(signal);
        };
        if signal != libc::SIGCONT && tracee.is_ignored(signal) {
            tracee.restart();
        }
        let effects = self.states.iter_mut();
        let mut effects = effects.map(|state| state.deliver(bytes_of(&mut info), &mut tracee));
        let effect = effects.find(|effect| *effect != SignalEffect::Unchanged);
        match effect.unwrap_or(SignalEffect::Unchanged) {
            SignalEffect::Unchanged => Resume::With(signal),
            SignalEffect::Changed => {
                ptrace::setsiginfo(thread, &info).ok();
                Resume::With(signal)
            }
            SignalEffect::Drop => Resume::Run,
            SignalEffect::Other(other) => Resume::With(other),
            SignalEffect::Panic => self.panic(),
            SignalEffect::Begin(start) => {
                let progress = self.threads.entry(thread).or_default();
                progress.begin = Some((start, tracee.stack_pointer()));
                Resume::Into(signal)
            }
        }
    }

    fn panic(&mut self) -> Resume {
        self.panicked = true;
        self.threads.keys().for_each(|thread| kill(*thread));
        Resume::Stay
    }

    fn hang_all(&mut self) -> Resume {
        self.hung = true;
        for thread in self.threads.keys() {
            // A thread that is stopped or has ended needs no interrupt.
            ptrace::interrupt(*thread).ok();
        }
        Resume::Stay
    }
}

fn vanished() -> io::Error {
    io::Error::other("the program's first process ended without a status")
}

/// `ERESTART_RESTARTBLOCK`: `restart_syscall` continues the call unless a handler runs first.
const RESTART_BLOCK: i64 = -516;

fn bytes_of(info: &mut libc::siginfo_t) -> &mut [u8] {
    let place: *mut u8 = (&raw mut *info).cast();
    // SAFETY: the kernel has filled the whole structure, any bytes are valid in it, and the slice
    // borrows it.
    unsafe { std::slice::from_raw_parts_mut(place, size_of::<libc::siginfo_t>()) }
}
