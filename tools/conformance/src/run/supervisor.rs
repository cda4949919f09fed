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
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::prctl;
use rustix::buffer::spare_capacity;

pub(crate) use self::process::{SUPERVISE, SUPERVISED, become_command, keep_children, supervise};
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
/// The capacity of a pipe whose own cannot be read: that of Linux without `F_SETPIPE_SZ`.
const PIPE_SIZE: usize = 1 << 16;

/// The supervisors that have not ended, by their process id.
static SUPERVISORS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Keeps all programs from starting until it is dropped: a child process has the files of its
/// parent until it runs its program, and Linux runs no program that a process has open for writing.
pub(crate) fn hold_starts() -> MutexGuard<'static, BTreeSet<u32>> {
    supervisors()
}

fn supervisors() -> MutexGuard<'static, BTreeSet<u32>> {
    SUPERVISORS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command under a supervisor; it is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct Supervisor {
    supervisor: Child,
    stdout: Pipe,
    stderr: Pipe,
    ended: Option<ExitStatus>,
    /// The most bytes of the tree that can be unread in stdout, once the tree is gone.
    unread: usize,
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
    /// Nothing more will come: end of file, or the command and all its descendants are gone and
    /// everything that they printed has been read.
    Closed,
}

impl Supervisor {
    /// Starts a command with these additions to the environment, in a folder or in the current
    /// directory; its stdin is empty.
    ///
    /// # Errors
    /// The system starts no process. A command that cannot be executed ends with status 127.
    pub(crate) fn start(
        command: &[OsString],
        env: &[(String, String)],
        folder: Option<&Path>,
    ) -> Result<Supervisor> {
        // If this fails, only the descendants of a killed supervisor are left behind.
        let _ = prctl::set_child_subreaper(true);
        let problem = |error| Error::no_verdict(format!("cannot start the target: {error}"));
        let this = std::env::current_exe().map_err(problem)?;
        // The lock is held meanwhile: nobody takes the new supervisor for an orphan.
        let mut supervisors = supervisors();
        let mut supervisor = Command::new(this)
            .arg(SUPERVISE)
            .args(command)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .current_dir(folder.unwrap_or(Path::new(".")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(problem)?;
        supervisors.insert(supervisor.id());
        Ok(Supervisor {
            stdout: Pipe::new(supervisor.stdout.take()),
            stderr: Pipe::new(supervisor.stderr.take()),
            supervisor,
            ended: None,
            unread: 0,
        })
    }

    /// Reads output: waits until stdout has bytes or is closed, but no longer than `patience`.
    ///
    /// After the end of the command it does not wait: the bytes of the command are in the pipe,
    /// and a process that is no descendant of the command may hold the pipe open for ever.
    ///
    /// # Errors
    /// The system does not wait.
    pub(crate) fn read(&mut self, patience: Duration) -> Result<Output> {
        if self.ended.is_some() {
            return self.read_rest();
        }
        let begun = Instant::now();
        let mut stderr = Vec::new();
        let patience = match self.stdout.is_closed() {
            true => CLOSED_WAIT.min(patience),
            false => patience,
        };
        loop {
            let left = patience.saturating_sub(begun.elapsed());
            let [out, err] = readable([&self.stdout, &self.stderr], left).map_err(cannot_wait)?;
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

    /// Reads output of a command that is gone with all its descendants.
    fn read_rest(&mut self) -> Result<Output> {
        let stderr = self.rest_of_stderr();
        let none = Pipe(None);
        let mut bytes = Vec::new();
        while bytes.is_empty() && self.unread > 0 {
            let [out, _] = readable([&self.stdout, &none], Duration::ZERO).map_err(cannot_wait)?;
            if !out {
                break;
            }
            self.stdout.read(&mut bytes);
        }
        self.unread = self.unread.saturating_sub(bytes.len());
        let stdout = match bytes.is_empty() {
            true => Stdout::Closed,
            false => Stdout::Bytes(bytes),
        };
        Ok(Output { stdout, stderr })
    }

    /// The rest of stderr of a command that is gone with all its descendants.
    pub(crate) fn rest_of_stderr(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        let none = Pipe(None);
        let most = self.stderr.capacity().min(STDERR_MAX);
        while rest.len() < most {
            match readable([&self.stderr, &none], Duration::ZERO) {
                Ok([true, _]) => self.stderr.read(&mut rest),
                _ => break,
            }
        }
        rest
    }

    /// The command's exit status, once it and all its descendants are gone.
    ///
    /// # Errors
    /// The system does not know the supervisor.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none()
            && let Some(status) = self.supervisor.try_wait().map_err(cannot_wait)?
        {
            self.gone(status);
        }
        Ok(self.ended)
    }

    /// Ends the command and all its descendants.
    pub(crate) fn end(&mut self) {
        drop(self.supervisor.stdin.take());
        if self.ended.is_none()
            && let Ok(status) = self.supervisor.wait()
        {
            self.gone(status);
        }
    }

    /// Takes the status of the supervisor, which ends after all its descendants.
    fn gone(&mut self, status: ExitStatus) {
        supervisors().remove(&self.supervisor.id());
        // A supervisor that was killed itself leaves its descendants to this process.
        if status.signal().is_some() {
            process::reap_orphans(&supervisors());
        }
        self.unread = self.stdout.capacity();
        self.ended = Some(status);
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

    /// The most bytes that it holds; none after end of file.
    fn capacity(&self) -> usize {
        self.0.as_ref().map_or(0, |file| {
            let size = fcntl(file, FcntlArg::F_GETPIPE_SZ).ok();
            size.and_then(|size| usize::try_from(size).ok())
                .unwrap_or(PIPE_SIZE)
        })
    }

    /// Adds what one read gives; an error is an end of file.
    fn read(&mut self, bytes: &mut Vec<u8>) {
        let Some(file) = &mut self.0 else { return };
        bytes.reserve_exact(READ_MAX);
        match rustix::io::read(file, spare_capacity(bytes)) {
            Ok(1..) | Err(rustix::io::Errno::INTR) => {}
            Ok(0) | Err(_) => self.0 = None,
        }
    }
}

fn cannot_wait(error: io::Error) -> Error {
    Error::no_verdict(format!("cannot wait for the command: {error}"))
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
    folder: Option<&Path>,
    limits: CaptureLimits,
    interrupt: &Interrupt,
) -> std::result::Result<Captured, String> {
    let supervisor = Supervisor::start(command, &[], folder);
    let mut supervisor = supervisor.map_err(|problem| problem.text)?;
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut read = |supervisor: &mut Supervisor| {
        let output = supervisor.read(CAPTURE_WAIT).map_err(|error| error.text)?;
        let closed = output.stdout == Stdout::Closed;
        if let Stdout::Bytes(bytes) = output.stdout {
            stdout.extend(bytes);
        }
        stderr.extend(output.stderr);
        stdout.truncate(limits.bytes);
        stderr.truncate(limits.bytes);
        Ok::<bool, String>(closed)
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
    while !read(&mut supervisor)? {}
    Ok(Captured {
        status,
        stdout,
        stderr,
    })
}
