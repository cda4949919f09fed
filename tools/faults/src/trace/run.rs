//! Runs a program under one fault: its output, and the time limits around it.

use std::io::{self, PipeReader, Read};
use std::ops::ControlFlow;
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use nix::libc;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::live_pid::LivePid;
use super::start::start;
use super::tracer::Tracer;
use crate::effects::FaultState;
use crate::model::Fault;

/// How soon a program that should be dead is killed again.
const KILL_AGAIN: Duration = Duration::from_millis(20);

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
    let pid = LivePid::default();
    thread::scope(|scope| {
        let (sender, ended) = mpsc::channel();
        let pid = &pid;
        scope.spawn(move || {
            let end = trace(fault, command, pid);
            // The reader sees the end of the output only now, however early the program closed it.
            drop(writer);
            sender.send(end).ok();
        });
        let cut = follow(console, limits, start, pid, &mut on_output)?;
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

/// Hands over output until there is none left; kills the program at a limit and says which.
fn follow(
    mut console: PipeReader,
    limits: TimeLimits,
    start: Instant,
    pid: &LivePid,
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
            pid.kill();
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
fn trace(fault: Option<&Fault>, command: Command, pid: &LivePid) -> io::Result<(TraceEnd, u64)> {
    let mut state = fault.map(FaultState::new);
    let main = start(fault, command, pid)?;
    let mut tracer = Tracer::new(state.as_mut(), main);
    let status = tracer.run_to_end(pid)?;
    let end = if tracer.has_panicked() {
        TraceEnd::Panicked
    } else if libc::WIFEXITED(status) {
        TraceEnd::Exited(libc::WEXITSTATUS(status))
    } else {
        TraceEnd::Killed(libc::WTERMSIG(status))
    };
    Ok((end, state.map_or(0, |state| state.triggered())))
}
