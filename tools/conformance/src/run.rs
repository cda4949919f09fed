//! Runs a command that prints a log, and ends it with all its descendants when it is silent.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::compare::Judged;
use crate::model::{Flaw, Outcome, Problem, Result};
use crate::plan::Plan;
use crate::progress::Progress;
use crate::reader::Reader;

/// How often the clock is looked at while nothing comes.
const TICK: Duration = Duration::from_millis(50);
/// The exit status by which the ELF says that it failed, not the kernel.
const INTERNAL_ERROR: i32 = 101;

/// How long a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Without a byte.
    pub silence: Duration,
    /// Over all.
    pub total: Duration,
}

/// How a run came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    Exited(ExitStatus),
    Silent,
    OutOfTime,
    Interrupted,
}

/// A run that has ended.
#[derive(Debug)]
pub struct Ran {
    pub judged: Judged,
    pub end: End,
    pub elapsed: Duration,
}

/// A child that does not outlive us.
struct Leash {
    child: Child,
    ended: bool,
}

impl Leash {
    fn pid(&self) -> Pid {
        Pid::from_raw(self.child.id() as i32)
    }

    fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait();
        self.ended = true;
        status.map_err(|error| Problem::no_verdict(format!("waiting for the run: {error}")))
    }

    /// Kills the child and all that came of it.
    fn kill(&mut self) {
        let descendants = descendants(self.pid());
        // Whoever is gone already is what we want.
        let _ = killpg(self.pid(), Signal::SIGKILL);
        for pid in descendants {
            let _ = kill(pid, Signal::SIGKILL);
        }
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        if !self.ended {
            self.kill();
            let _ = self.child.wait();
        }
    }
}

/// The processes below one, also those that left its group.
fn descendants(of: Pid) -> Vec<Pid> {
    let mut found = vec![of];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        next += 1;
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten()
            .flatten();
        for task in tasks {
            let children = std::fs::read_to_string(task.path().join("children"));
            let children = children.unwrap_or_default();
            let pids = children
                .split_whitespace()
                .filter_map(|word| word.parse().ok());
            found.extend(pids.map(Pid::from_raw));
        }
    }
    found
}

/// Runs a command, reads its stdout as a log and copies it to `copy` as it comes.
pub fn run(
    plan: &Plan,
    command: &mut Command,
    limits: Limits,
    mut copy: Option<&mut dyn Write>,
) -> Result<Ran> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))
            .map_err(|error| Problem::no_verdict(format!("signals: {error}")))?;
    }
    let begun = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| Problem::no_verdict(format!("the target does not start: {error}")))?;
    let stdout = child.stdout.take();
    let mut leash = Leash {
        child,
        ended: false,
    };
    let (sender, pieces) = sync_channel(64);
    thread::spawn(move || stdout.map(|stdout| pump(stdout, &sender)));

    let mut reader = Reader::new(plan);
    let mut progress = Progress::new();
    let mut heard = Instant::now();
    let stopped = loop {
        match next(&pieces) {
            Next::Piece(bytes) => {
                heard = Instant::now();
                if let Some(copy) = copy.as_deref_mut() {
                    copy.write_all(&bytes)
                        .map_err(|error| Problem::usage(format!("writing the log: {error}")))?;
                }
                reader.feed(&bytes, &mut |event| progress.event(&event));
            }
            Next::Nothing => {}
            Next::Closed => break None,
        }
        progress.draw(plan);
        if interrupted.load(Ordering::Relaxed) {
            break Some(End::Interrupted);
        } else if begun.elapsed() > limits.total {
            break Some(End::OutOfTime);
        } else if heard.elapsed() > limits.silence {
            break Some(End::Silent);
        }
    };
    let end = match stopped {
        Some(end) => end,
        None => wait(&mut leash, limits.silence)?,
    };
    leash.kill();
    if !leash.ended {
        leash.wait()?;
    }
    progress.clear();
    let judged = judge(plan, reader, &end, limits);
    Ok(Ran {
        judged,
        end,
        elapsed: begun.elapsed(),
    })
}

enum Next {
    Piece(Vec<u8>),
    Nothing,
    Closed,
}

fn next(pieces: &Receiver<Vec<u8>>) -> Next {
    match pieces.recv_timeout(TICK) {
        Ok(piece) => Next::Piece(piece),
        Err(RecvTimeoutError::Timeout) => Next::Nothing,
        Err(RecvTimeoutError::Disconnected) => Next::Closed,
    }
}

/// Hands on what a program prints until it closes its end, or nobody listens any more.
fn pump(mut stdout: impl Read, pieces: &SyncSender<Vec<u8>>) {
    let mut buffer = [0; 8192];
    loop {
        match stdout.read(&mut buffer) {
            Ok(0) => return,
            Ok(count) => {
                if pieces.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => return,
        }
    }
}

/// The exit status of a child that has closed its stdout; it gets no longer than a silence.
fn wait(leash: &mut Leash, limit: Duration) -> Result<End> {
    let begun = Instant::now();
    while begun.elapsed() < limit {
        match leash.child.try_wait() {
            Ok(Some(status)) => {
                leash.ended = true;
                return Ok(End::Exited(status));
            }
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(error) => return Err(Problem::no_verdict(format!("waiting: {error}"))),
        }
    }
    Ok(End::Silent)
}

/// What the log and the end of the run say together.
fn judge(plan: &Plan, reader: Reader, end: &End, limits: Limits) -> Judged {
    let guilty = reader.current().and_then(|boot| boot.next_check());
    let inside = reader.current().is_some();
    let mut judged = Judged::of(plan, &reader.finish());
    let seconds = |limit: Duration| limit.as_secs_f64();
    let (outcome, flaw) = match end {
        End::Exited(status) if inside => (
            Some(Outcome::Crash),
            Some(format!("the run died: {}", described(*status))),
        ),
        End::Exited(status) => (None, disagreement(&judged, *status)),
        End::Silent => {
            let text = format!("nothing came for {} s; killed", seconds(limits.silence));
            (Some(Outcome::Hang), Some(text))
        }
        End::OutOfTime => {
            let text = format!("not done after {} s; killed", seconds(limits.total));
            (Some(Outcome::Hang), Some(text))
        }
        End::Interrupted => (None, Some("interrupted".to_string())),
    };
    if let (Some(check), Some(outcome)) = (guilty, outcome) {
        judged.outcomes[check] = outcome;
    }
    judged.flaws.splice(0..0, flaw.map(Flaw::Runner));
    judged
}

/// Why the exit status of a run that came to its end is not what its lines say.
fn disagreement(judged: &Judged, status: ExitStatus) -> Option<String> {
    let all_passed = judged
        .outcomes
        .iter()
        .all(|outcome| *outcome == Outcome::Pass);
    let wanted = i32::from(!all_passed);
    if status.code() == Some(wanted) {
        return None;
    }
    Some(format!(
        "the program ended with {}, its lines say {wanted}",
        described(status)
    ))
}

fn described(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(INTERNAL_ERROR), _) => format!("status {INTERNAL_ERROR}, an internal error"),
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => match Signal::try_from(signal) {
            Ok(signal) => signal.to_string(),
            Err(_) => format!("signal {signal}"),
        },
        (None, None) => "no status".to_string(),
    }
}
