//! Runs a program under faults, passes on its output and enforces the time limits.

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

/// The interval at which a program that does not end is killed again.
const KILL_AGAIN: Duration = Duration::from_millis(20);

/// The time limits of a run.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimits {
    /// From its start to its end.
    pub total: Duration,
    /// Without a byte on its standard output.
    pub silence: Duration,
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceEnd {
    /// The program ended by itself with this status.
    Exited(i32),
    /// A signal killed it.
    Killed(i32),
    /// The faulty kernel panicked.
    Panicked,
    /// It printed nothing for too long and was killed.
    Silent,
    /// It ran for too long and was killed.
    Late,
    /// The reader of its output ended the run.
    Stopped,
}

/// The result of a run.
#[derive(Clone, Copy, Debug)]
pub struct TraceResult {
    pub end: TraceEnd,
    /// The number of times the faults triggered.
    pub triggered: u64,
    pub elapsed: Duration,
}

/// Runs a program as if the kernel had this fault, or none. Passes its standard output on as it
/// arrives, and after it the message of a kernel panic. Each run is a new boot.
///
/// # Errors
/// The program cannot be started or traced.
pub fn run(
    fault: Option<&Fault>,
    command: Command,
    limits: TimeLimits,
    on_output: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<TraceResult> {
    run_with_all(fault.as_slice(), command, limits, on_output)
}

/// As [`run`], with several faults at once. Where two watch the same call or signal, the first one
/// whose conditions hold has its effect.
///
/// # Errors
/// The program cannot be started or traced.
pub fn run_with_all(
    faults: &[&Fault],
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
            let end = trace(faults, command, pid);
            // The reader gets end of file here, even if the program closes its stdout earlier.
            drop(writer);
            sender.send(end).ok();
        });
        let forced = follow(console, limits, start, pid, &mut on_output)?;
        let (end, triggered) = ended.recv().map_err(|_| lost())??;
        if end == TraceEnd::Panicked {
            let ids: Vec<&str> = faults.iter().map(|fault| fault.id).collect();
            let message = format!("Kernel panic - not syncing: fault {}\n", ids.join(", "));
            // The run has ended: there is nothing to stop.
            let _ = on_output(message.as_bytes());
        }
        Ok(TraceResult {
            end: if end == TraceEnd::Panicked {
                end
            } else {
                forced.unwrap_or(end)
            },
            triggered,
            elapsed: start.elapsed(),
        })
    })
}

fn lost() -> io::Error {
    io::Error::other("the tracing thread has panicked")
}

/// Passes output on until end of file. Kills the program at a limit and returns that limit.
fn follow(
    mut console: PipeReader,
    limits: TimeLimits,
    start: Instant,
    pid: &LivePid,
    on_output: &mut impl FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<Option<TraceEnd>> {
    let mut forced = None;
    let mut last_output = Instant::now();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let total = limits.total.saturating_sub(start.elapsed());
        let silence = limits.silence.saturating_sub(last_output.elapsed());
        if forced.is_none() && (total.is_zero() || silence.is_zero()) {
            forced = Some(if total.is_zero() {
                TraceEnd::Late
            } else {
                TraceEnd::Silent
            });
        }
        if forced.is_some() {
            pid.kill();
        }
        let timeout = if forced.is_some() {
            KILL_AGAIN
        } else {
            total.min(silence)
        };
        if !readable(&console, timeout)? {
            continue;
        }
        let count = console.read(&mut buffer)?;
        if count == 0 {
            return Ok(forced);
        }
        last_output = Instant::now();
        if forced.is_none() && on_output(&buffer[..count]).is_break() {
            forced = Some(TraceEnd::Stopped);
        }
    }
}

/// Waits until the console has output or end of file.
fn readable(console: &PipeReader, timeout: Duration) -> io::Result<bool> {
    let milliseconds = timeout.as_millis().clamp(1, 60_000) as u16;
    let mut polled = [PollFd::new(console.as_fd(), PollFlags::POLLIN)];
    match poll(&mut polled, PollTimeout::from(milliseconds)) {
        Ok(ready) => Ok(ready > 0),
        Err(nix::Error::EINTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Starts the program with this thread as its tracer and traces it to its end.
fn trace(faults: &[&Fault], command: Command, pid: &LivePid) -> io::Result<(TraceEnd, u64)> {
    let mut states: Vec<FaultState> = faults.iter().copied().map(FaultState::new).collect();
    let main = start(faults, command, pid)?;
    let mut tracer = Tracer::new(&mut states, main);
    let status = tracer.run_to_end(pid)?;
    let end = if tracer.has_panicked() {
        TraceEnd::Panicked
    } else if libc::WIFEXITED(status) {
        TraceEnd::Exited(libc::WEXITSTATUS(status))
    } else {
        TraceEnd::Killed(libc::WTERMSIG(status))
    };
    Ok((end, states.iter().map(FaultState::triggered).sum()))
}
