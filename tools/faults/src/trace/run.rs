//! Runs a program under one fault: the loop over its stops, and the limits around it.

use std::collections::{HashMap, HashSet};
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::ops::ControlFlow;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use nix::libc::{self, c_int};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::ptrace;
use nix::unistd::Pid;

use super::filter::{Filter, RESTART_SYSCALL};
use super::tracee::{Tracee, request, wait};
use crate::effects::{EntryEffect, ExitEffect, FaultState, Pending, SignalEffect, Syscall};
use crate::model::Fault;

/// How soon a program that should be dead is killed again.
const KILL_AGAIN: Duration = Duration::from_millis(20);

/// The calls that send signals. A kernel that lies about process ids must not make a program
/// signal strangers, so these are watched under every fault.
const SENDERS: [u16; 3] = [
    libc::SYS_kill as u16,
    libc::SYS_tkill as u16,
    libc::SYS_tgkill as u16,
];

/// How long a program may run.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// From its start to its end.
    pub total: Duration,
    /// Without a byte on its standard output.
    pub silence: Duration,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceEnd {
    /// The program ended by itself with this status.
    Exited(i32),
    /// A signal killed it.
    Killed(i32),
    /// The faulty kernel died.
    Panicked,
    /// It printed nothing for too long and was killed.
    Silent,
    /// It ran for too long and was killed.
    Late,
    /// Whoever reads its output had enough.
    Stopped,
}

/// What became of a run.
#[derive(Clone, Copy, Debug)]
pub struct TraceResult {
    pub end: TraceEnd,
    /// How often the fault showed.
    pub triggered: u64,
    pub elapsed: Duration,
}

/// Runs a program as if the kernel had this fault, or none, and hands over its standard output
/// as it comes, with the kernel's last words behind it. A new boot each time.
///
/// # Errors
/// The program cannot be started or traced.
pub fn run(
    fault: Option<&Fault>,
    mut command: Command,
    limits: TimeLimits,
    mut on_output: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<TraceResult> {
    let start = Instant::now();
    let (console, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?);
    let target = Mutex::new(None);
    thread::scope(|scope| {
        let (sender, ended) = mpsc::channel();
        let target = &target;
        scope.spawn(move || {
            let end = trace(fault, command, target);
            // The reader sees the end of the output only now, however early the program closed it.
            drop(writer);
            sender.send(end).ok();
        });
        let cut = follow(console, limits, start, target, &mut on_output)?;
        let (end, triggered) = ended.recv().map_err(|_| lost())??;
        if let (TraceEnd::Panicked, Some(fault)) = (end, fault) {
            let words = format!("Kernel panic - not syncing: fault {}\n", fault.id);
            // Nothing is left to be stopped.
            let _ = on_output(words.as_bytes());
        }
        Ok(TraceResult {
            end: if end == TraceEnd::Panicked {
                end
            } else {
                cut.unwrap_or(end)
            },
            triggered,
            elapsed: start.elapsed(),
        })
    })
}

fn lost() -> io::Error {
    io::Error::other("the tracing thread ended without a word")
}

/// The program's process while it may be killed: taken away before its id is free again.
type Target = Mutex<Option<Pid>>;

fn kill_target(target: &Target) {
    let pid = target.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pid) = *pid {
        kill(pid);
    }
}

fn kill(pid: Pid) {
    // SAFETY: kill(2) takes numbers alone. The process may be gone already.
    unsafe { libc::kill(pid.as_raw(), libc::SIGKILL) };
}

/// Hands over output until there is none left; kills the program at a limit and says which.
fn follow(
    mut console: PipeReader,
    limits: TimeLimits,
    start: Instant,
    target: &Target,
    on_output: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<Option<TraceEnd>> {
    let mut cut = None;
    let mut heard = Instant::now();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let total = limits.total.saturating_sub(start.elapsed());
        let silence = limits.silence.saturating_sub(heard.elapsed());
        if cut.is_none() && (total.is_zero() || silence.is_zero()) {
            cut = Some(if total.is_zero() {
                TraceEnd::Late
            } else {
                TraceEnd::Silent
            });
        }
        if cut.is_some() {
            kill_target(target);
        }
        let patience = if cut.is_some() {
            KILL_AGAIN
        } else {
            total.min(silence)
        };
        if !readable(&console, patience)? {
            continue;
        }
        let count = console.read(&mut buffer)?;
        if count == 0 {
            return Ok(cut);
        }
        heard = Instant::now();
        if cut.is_none() && on_output(&buffer[..count]).is_break() {
            cut = Some(TraceEnd::Stopped);
        }
    }
}

/// Waits until the console has something to read, or its end.
fn readable(console: &PipeReader, patience: Duration) -> io::Result<bool> {
    let milliseconds = patience.as_millis().clamp(1, 60_000) as u16;
    let mut polled = [PollFd::new(console.as_fd(), PollFlags::POLLIN)];
    match poll(&mut polled, PollTimeout::from(milliseconds)) {
        Ok(ready) => Ok(ready > 0),
        Err(nix::Error::EINTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Starts the program under this thread's eye and sees it through to its end.
fn trace(fault: Option<&Fault>, command: Command, target: &Target) -> io::Result<(TraceEnd, u64)> {
    let mut state = fault.map(FaultState::new);
    let main = start(fault, command, target)?;
    let mut tracer = Tracer {
        state: state.as_mut(),
        main,
        ours: HashSet::from([main]),
        threads: HashMap::from([(main, Progress::default())]),
        stuck: false,
        panicked: false,
    };
    let status = tracer.until_end_of(main, target)?;
    let end = if tracer.panicked {
        TraceEnd::Panicked
    } else if libc::WIFEXITED(status) {
        TraceEnd::Exited(libc::WEXITSTATUS(status))
    } else {
        TraceEnd::Killed(libc::WTERMSIG(status))
    };
    Ok((end, state.map_or(0, |state| state.triggered())))
}

/// Forks, seizes the child before it becomes the program, and lets it.
fn start(fault: Option<&Fault>, mut command: Command, target: &Target) -> io::Result<Pid> {
    let (mut hello, says_hello) = io::pipe()?;
    let (waits, mut go) = io::pipe()?;
    let watched = fault.filter(|fault| !fault.watches_signals());
    let mut numbers = vec![RESTART_SYSCALL];
    numbers.extend(SENDERS);
    numbers.extend(watched.map(|fault| fault.number));
    let filter = Filter::new(&numbers);
    let before_exec = move || {
        // SAFETY: setpgid(2) takes numbers alone; a group of its own is what `0` means to it.
        unsafe { libc::setpgid(0, 0) };
        tell_id(&says_hello)?;
        await_byte(&waits)?;
        filter.install()
    };
    // SAFETY: between fork and exec the closure makes system calls and touches no lock or heap.
    unsafe { command.pre_exec(before_exec) };
    let spawning = thread::spawn(move || {
        let spawned = command.spawn();
        // Frees the child's ends of the pipes, so that a failure is not waited for.
        drop(command);
        spawned.map(|child| child.id())
    });
    let mut id = [0; 4];
    let seized = hello.read_exact(&mut id).and_then(|()| {
        let child = Pid::from_raw(i32::from_ne_bytes(id));
        ptrace::seize(child, options())?;
        *target.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
        Ok(child)
    });
    if seized.is_ok() {
        go.write_all(&[1])?;
    }
    drop(go);
    let spawned = spawning.join().map_err(|_| lost())?;
    // Why the program did not start says more than that nobody said hello.
    spawned?;
    seized
}

fn options() -> ptrace::Options {
    use ptrace::Options as O;
    O::PTRACE_O_EXITKILL
        | O::PTRACE_O_TRACESYSGOOD
        | O::PTRACE_O_TRACESECCOMP
        | O::PTRACE_O_TRACECLONE
        | O::PTRACE_O_TRACEFORK
        | O::PTRACE_O_TRACEVFORK
        | O::PTRACE_O_TRACEEXEC
}

/// Writes the own process id. Async-signal-safe.
fn tell_id(to: &PipeWriter) -> io::Result<()> {
    let id = std::process::id().to_ne_bytes();
    // SAFETY: the kernel reads four bytes of a living array.
    let written = unsafe { libc::write(to.as_raw_fd(), id.as_ptr().cast(), id.len()) };
    if written == id.len() as isize {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(libc::EPIPE))
    }
}

/// Waits until the tracer says so. Async-signal-safe.
fn await_byte(from: &PipeReader) -> io::Result<()> {
    let mut byte = 0u8;
    let place: *mut u8 = &raw mut byte;
    loop {
        // SAFETY: the kernel writes at most one byte to `byte`.
        let count = unsafe { libc::read(from.as_raw_fd(), place.cast(), 1) };
        match count {
            1 => return Ok(()),
            0 => return Err(io::Error::from_raw_os_error(libc::EPERM)),
            _ => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
}

/// Where a thread is on its way.
#[derive(Debug, Default)]
struct Progress {
    /// The call whose exit is waited for.
    pending: Option<Pending>,
    /// The call that a signal interrupted and that may go on by `restart_syscall`.
    interrupted: Option<Pending>,
}

struct Tracer<'b, 'f> {
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

impl Tracer<'_, '_> {
    /// Sees all threads through until none is left; the status of the first process.
    fn until_end_of(&mut self, main: Pid, target: &Target) -> io::Result<c_int> {
        let mut end = None;
        loop {
            let (thread, status) = match wait() {
                Ok(stop) => stop,
                Err(nix::Error::ECHILD) => return end.ok_or_else(lost),
                Err(error) => return Err(error.into()),
            };
            if libc::WIFSTOPPED(status) {
                self.stopped(thread, status);
                continue;
            }
            self.threads.remove(&thread);
            if thread == main {
                // The id was free from the moment that `wait` returned, but no process can have
                // taken it: ids are given in a circle.
                target.lock().unwrap_or_else(PoisonError::into_inner).take();
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
            SignalEffect::Panic => self.panic(),
            SignalEffect::HangAll => self.hang_all(),
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

/// `ERESTART_RESTARTBLOCK`: the call goes on by `restart_syscall` unless a handler runs first.
const RESTART_BLOCK: i64 = -516;

fn bytes_of(info: &mut libc::siginfo_t) -> &mut [u8] {
    let place: *mut u8 = (&raw mut *info).cast();
    // SAFETY: the kernel has filled the whole structure, any bytes are valid in it, and the slice
    // borrows it.
    unsafe { std::slice::from_raw_parts_mut(place, size_of::<libc::siginfo_t>()) }
}
