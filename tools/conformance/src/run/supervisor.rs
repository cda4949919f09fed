//! The supervisor of child processes: a command and all its descendants end when the tool ends.
//!
//! The tool starts itself again as a supervisor, in a session of its own. The supervisor reads a
//! pipe whose other end only the tool holds, so that it notices every end of the tool: Ctrl-C, a
//! closed terminal, SIGKILL. It is the subreaper of its descendants, so that none
//! escapes by leaving its group or by losing its parent. Between supervisor and command the tool
//! runs a third time, to ask the kernel that the command dies with its supervisor.
//!
//! Everything that the tool runs under a time limit runs here: boots (`boot.rs`) by [`Supervisor`],
//! a command whose output is wanted as a whole (`version.rs`) by [`capture`].

mod process;

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;

pub(crate) use self::process::{SUPERVISE, SUPERVISED, become_command, supervise};
use crate::error::{Error, Result};
use crate::run::interrupt::Interrupt;

/// The most bytes that one read takes.
const READ_MAX: usize = 1 << 16;
/// The most bytes of stderr that are gathered while stdout is silent.
const STDERR_MAX: usize = 1 << 20;
/// The wait for a command whose stdout is closed.
const CLOSED_WAIT: Duration = Duration::from_millis(1);
/// The wait for output of a captured command.
const CAPTURE_WAIT: Duration = Duration::from_millis(5);
/// The time for which the output of a captured command is read after the command's end.
const CAPTURE_REST: Duration = Duration::from_secs(1);

/// A command under a supervisor; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Supervisor {
    supervisor: Child,
    stdout: Pipe,
    stderr: Pipe,
    ended: Option<ExitStatus>,
}

/// The output of a command since the last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    pub stdout: Stdout,
    /// Empty where nothing came.
    pub stderr: Vec<u8>,
}

/// The standard output of a command since the last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stdout {
    Bytes(Vec<u8>),
    /// Nothing came, and the pipe is empty.
    Quiet,
    /// End of file: no process holds the other end.
    Closed,
}

impl Supervisor {
    /// Starts a command with these additions to the environment; its stdin is empty.
    ///
    /// # Errors
    /// The system starts no process. A command that cannot be executed ends with status 127.
    pub(crate) fn start(command: &[OsString], env: &[(String, String)]) -> Result<Supervisor> {
        // If this fails, only the descendants of a killed supervisor are left behind.
        let _ = prctl::set_child_subreaper(true);
        let problem = |error| Error::no_verdict(format!("cannot start the target: {error}"));
        let this = std::env::current_exe().map_err(problem)?;
        let mut supervisor = Command::new(this)
            .arg(SUPERVISE)
            .args(command)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(problem)?;
        Ok(Supervisor {
            stdout: Pipe::new(supervisor.stdout.take()),
            stderr: Pipe::new(supervisor.stderr.take()),
            supervisor,
            ended: None,
        })
    }

    /// Reads output: waits until stdout has bytes or is closed, but no longer than `patience`.
    ///
    /// # Errors
    /// The system does not wait.
    pub(crate) fn read(&mut self, patience: Duration) -> Result<Output> {
        let begun = Instant::now();
        let mut stderr = Vec::new();
        let patience = match self.stdout.is_closed() {
            true => CLOSED_WAIT.min(patience),
            false => patience,
        };
        loop {
            let left = patience.saturating_sub(begun.elapsed());
            let [out, err] = readable([&self.stdout, &self.stderr], left).map_err(|error| {
                Error::no_verdict(format!("cannot wait for the command: {error}"))
            })?;
            if err {
                self.stderr.read(&mut stderr);
            }
            let mut bytes = Vec::new();
            if out {
                self.stdout.read(&mut bytes);
            }
            let over = left.is_zero() || stderr.len() >= STDERR_MAX;
            let stdout = match (bytes.is_empty(), self.stdout.is_closed()) {
                (false, _) => Stdout::Bytes(bytes),
                (true, true) if out || over => Stdout::Closed,
                (true, false) if over => Stdout::Quiet,
                _ => continue,
            };
            return Ok(Output { stdout, stderr });
        }
    }

    /// The rest of stderr, read until end of file, but no longer than `patience`.
    pub(crate) fn rest_of_stderr(&mut self, patience: Duration) -> Vec<u8> {
        let begun = Instant::now();
        let mut rest = Vec::new();
        while !self.stderr.is_closed() && rest.len() < STDERR_MAX {
            let left = patience.saturating_sub(begun.elapsed());
            let closed = Pipe(None);
            match readable([&self.stderr, &closed], left) {
                Ok([true, _]) => self.stderr.read(&mut rest),
                _ if left.is_zero() => break,
                _ => {}
            }
        }
        rest
    }

    /// True where both streams are at end of file.
    fn is_closed(&self) -> bool {
        self.stdout.is_closed() && self.stderr.is_closed()
    }

    /// The command's exit status, once it and all its descendants are gone.
    ///
    /// # Errors
    /// The system does not know the supervisor.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            let status = self.supervisor.try_wait();
            self.ended = status.map_err(|error| {
                Error::no_verdict(format!("cannot wait for the command: {error}"))
            })?;
        }
        Ok(self.ended)
    }

    /// Ends the command and all its descendants.
    pub(crate) fn end(&mut self) {
        drop(self.supervisor.stdin.take());
        if self.ended.is_none() {
            self.ended = self.supervisor.wait().ok();
        }
        // A supervisor that was killed itself leaves its descendants to this process.
        if self.ended.is_some_and(|status| status.signal().is_some()) {
            process::reap_all();
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.end();
    }
}

/// The reading end of a pipe; none after end of file.
#[derive(Debug)]
struct Pipe(Option<File>);

impl Pipe {
    fn new(end: Option<impl Into<OwnedFd>>) -> Pipe {
        Pipe(end.map(|end| File::from(end.into())))
    }

    fn is_closed(&self) -> bool {
        self.0.is_none()
    }

    /// Adds what one read gives; an error is an end of file.
    fn read(&mut self, bytes: &mut Vec<u8>) {
        let Some(file) = &mut self.0 else { return };
        let before = bytes.len();
        bytes.resize(before + READ_MAX, 0);
        let result = file.read(&mut bytes[before..]);
        bytes.truncate(before + result.as_ref().map_or(0, |count| *count));
        match result {
            Ok(1..) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => self.0 = None,
        }
    }
}

/// Waits until one of the pipes can be read or is at end of file; true for each that is.
fn readable(pipes: [&Pipe; 2], patience: Duration) -> io::Result<[bool; 2]> {
    let open = pipes.map(|pipe| pipe.0.as_ref());
    let files = open.iter().flatten();
    let mut polled: Vec<PollFd> = files
        .map(|file| PollFd::new(file.as_fd(), PollFlags::POLLIN))
        .collect();
    let milliseconds = patience.as_micros().div_ceil(1000).min(60_000) as u16;
    match poll(&mut polled, PollTimeout::from(milliseconds)) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(error) => return Err(error.into()),
    }
    let mut ready = polled.iter().map(|file| file.any().unwrap_or(true));
    Ok(open.map(|file| file.is_some() && ready.next().unwrap_or(false)))
}

/// A command that has ended.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    pub status: ExitStatus,
    /// The beginning of its output, up to [`CaptureLimits::bytes`].
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// The limits of a captured command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CaptureLimits {
    /// From its start to its end.
    pub time: Duration,
    /// The bytes of each stream that are kept; the rest is read and dropped.
    pub bytes: usize,
}

/// Runs a command to its end and keeps its output.
///
/// # Errors
/// The reason why there is no output: the command does not start or end in time, or the user wants
/// the tool to end.
pub(crate) fn capture(
    command: &[OsString],
    limits: CaptureLimits,
    interrupt: &Interrupt,
) -> std::result::Result<Captured, String> {
    let mut supervisor = Supervisor::start(command, &[]).map_err(|problem| problem.text)?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut read = |supervisor: &mut Supervisor| {
        let output = supervisor.read(CAPTURE_WAIT).map_err(|error| error.text)?;
        if let Stdout::Bytes(bytes) = output.stdout {
            stdout.extend(bytes);
        }
        stderr.extend(output.stderr);
        stdout.truncate(limits.bytes);
        stderr.truncate(limits.bytes);
        Ok::<(), String>(())
    };
    let begun = Instant::now();
    let status = loop {
        read(&mut supervisor)?;
        if let Some(status) = supervisor.ended().map_err(|problem| problem.text)? {
            break status;
        }
        if interrupt.came() {
            return Err("interrupted".to_string());
        }
        if begun.elapsed() > limits.time {
            return Err(format!("not done after {} s", limits.time.as_secs()));
        }
    };
    let ended = Instant::now();
    while !supervisor.is_closed() && ended.elapsed() < CAPTURE_REST {
        read(&mut supervisor)?;
    }
    Ok(Captured {
        status,
        stdout,
        stderr,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Long enough that only a call that waits in vain takes so long.
    const PATIENCE: Duration = Duration::from_secs(10);

    fn pipe() -> (Pipe, io::PipeWriter) {
        let (reader, writer) = io::pipe().expect("a pipe");
        (Pipe::new(Some(reader)), writer)
    }

    fn ready(pipes: [&Pipe; 2], patience: Duration) -> [bool; 2] {
        readable(pipes, patience).expect("poll works")
    }

    #[test]
    fn bytes_and_end_of_file_are_readable_and_silence_is_not() {
        let (mut one, mut to_one) = pipe();
        let (mut other, to_other) = pipe();
        assert_eq!(ready([&one, &other], Duration::ZERO), [false, false]);
        to_one.write_all(b"abc").expect("room");
        assert_eq!(ready([&one, &other], PATIENCE), [true, false]);
        let mut bytes = b"-".to_vec();
        one.read(&mut bytes);
        assert_eq!(bytes, b"-abc");
        assert_eq!(ready([&one, &other], Duration::ZERO), [false, false]);
        drop(to_other);
        assert_eq!(ready([&one, &other], PATIENCE), [false, true]);
        other.read(&mut bytes);
        assert_eq!((&bytes[..], other.is_closed()), (&b"-abc"[..], true));
        // A closed pipe is never readable, so that nobody waits for it in a busy loop.
        drop(to_one);
        assert_eq!(ready([&other, &one], PATIENCE), [false, true]);
    }

    #[test]
    fn wait_for_silent_pipes_lasts_as_long_as_it_was_asked_for() {
        let ((one, _to_one), closed) = (pipe(), Pipe(None));
        for pipes in [[&one, &closed], [&closed, &closed]] {
            let begun = Instant::now();
            assert_eq!(ready(pipes, Duration::from_micros(1500)), [false, false]);
            assert!(begun.elapsed() >= Duration::from_micros(1500));
        }
    }
}
