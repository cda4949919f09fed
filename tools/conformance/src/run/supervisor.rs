//! A supervisor: a command and all that comes of it end when this tool does, however it does.
//!
//! The tool starts itself again as a supervisor, in a session of its own. The supervisor holds the reading
//! end of a pipe whose other end only the tool has, so that it learns of the tool's end by whatever
//! means: Ctrl-C, a closed terminal, SIGKILL. It is the reaper of its descendants, so that none
//! escapes by changing its group or losing its parent. Between supervisor and command the tool stands
//! a third time, to ask the kernel for the command's death should the supervisor be killed.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid, getppid, setsid};

use crate::error::{Error, Result};

/// The first word of the tool as a supervisor.
pub const SUPERVISE: &str = "supervise";
/// The first word of the tool that is about to become the command.
pub const SUPERVISED: &str = "supervised";
/// The exit status of a command that cannot be run, as shells have it.
const NOT_RUN: u8 = 127;
/// How long processes that are killed may take to go.
const DYING_MAX: Duration = Duration::from_secs(10);
/// How soon processes that should be dead are killed again.
const KILL_AGAIN: Duration = Duration::from_millis(5);

/// A command on its supervisor; it ends when this is dropped.
#[derive(Debug)]
pub struct Supervisor {
    supervisor: Child,
    ended: Option<ExitStatus>,
}

impl Supervisor {
    /// Starts a command with its environment; its stdout and stderr are piped to us.
    pub fn start(words: &[OsString], env: &[(String, String)]) -> Result<Supervisor> {
        // Without it only what a killed supervisor kept would be left behind.
        let _ = prctl::set_child_subreaper(true);
        let problem = |error| Error::no_verdict(format!("the target does not start: {error}"));
        let this = std::env::current_exe().map_err(problem)?;
        let supervisor = Command::new(this)
            .arg(SUPERVISE)
            .args(words)
            .envs(env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(problem)?;
        Ok(Supervisor {
            supervisor,
            ended: None,
        })
    }

    /// What the command prints, once each.
    pub fn outputs(&mut self) -> (Option<impl Read + use<>>, Option<impl Read + use<>>) {
        (self.supervisor.stdout.take(), self.supervisor.stderr.take())
    }

    /// How the command ended, if all that came of it is gone.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            let status = self.supervisor.try_wait();
            self.ended = status
                .map_err(|error| Error::no_verdict(format!("waiting for the run: {error}")))?;
        }
        Ok(self.ended)
    }

    /// Ends the command and all that came of it.
    pub fn end(&mut self) {
        drop(self.supervisor.stdin.take());
        if self.ended.is_none() {
            self.ended = self.supervisor.wait().ok();
        }
        // Of a supervisor that was killed itself we inherit what it kept.
        if self.ended.is_some_and(|status| status.signal().is_some()) {
            reap_all();
        }
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.end();
    }
}

/// The tool as a supervisor: starts a command, ends as it ended, and leaves nothing of it behind.
pub fn keep(words: &[OsString]) -> u8 {
    // Each of these can only fail on a kernel that lacks it; the pipe serves even then.
    let _ = prctl::set_child_subreaper(true);
    let _ = setsid();
    let child = std::env::current_exe().and_then(|this| {
        Command::new(this)
            .arg(SUPERVISED)
            .arg(getpid().to_string())
            .args(words)
            .stdin(Stdio::null())
            .spawn()
    });
    let child = match child {
        Ok(child) => Pid::from_raw(child.id() as i32),
        Err(error) => return not_run(words, &error),
    };
    thread::spawn(|| {
        // Nothing is ever written there: the read ends when the tool does.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        loop {
            kill_descendants();
            thread::sleep(KILL_AGAIN);
        }
    });
    let status = wait_for(child);
    reap_all();
    match status {
        Some(status) => end_as(status),
        None => NOT_RUN,
    }
}

/// The tool about to become the command: it dies with its supervisor.
pub fn become_command(words: &[OsString]) -> u8 {
    let Some((supervisor, words)) = words.split_first() else {
        return NOT_RUN;
    };
    // Without the wish for death only a supervisor that is killed would leave the command behind.
    let _ = prctl::set_pdeathsig(Signal::SIGKILL);
    if *getppid().to_string() != **supervisor {
        // The supervisor was gone before the wish was made.
        return NOT_RUN;
    }
    let Some((program, rest)) = words.split_first() else {
        return NOT_RUN;
    };
    close_inherited();
    let error = Command::new(program).args(rest).exec();
    not_run(words, &error)
}

/// Closes what whoever started the tool has left open for us, beside the standard descriptors.
fn close_inherited() {
    let entries = std::fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    let open: Vec<i32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // One of them is that of the list, which is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

fn not_run(words: &[OsString], error: &io::Error) -> u8 {
    let program = words.first().cloned().unwrap_or_default();
    eprintln!("{}: {error}", program.display());
    NOT_RUN
}

/// Reaps whatever dies until it is the child itself.
fn wait_for(child: Pid) -> Option<ExitStatus> {
    loop {
        match waitpid(None, None) {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => {
                return Some(ExitStatus::from_raw(code << 8));
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                return Some(ExitStatus::from_raw(signal as i32));
            }
            Ok(_) | Err(Errno::EINTR) => {}
            Err(_) => return None,
        }
    }
}

/// Kills and reaps until no descendant is left.
fn reap_all() {
    let begun = Instant::now();
    while begun.elapsed() < DYING_MAX {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Err(Errno::ECHILD) => return,
            Ok(WaitStatus::StillAlive) => {
                kill_descendants();
                thread::sleep(KILL_AGAIN);
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// Ends this process in the same way.
fn end_as(status: ExitStatus) -> u8 {
    if let Some(signal) = status.signal().and_then(|n| Signal::try_from(n).ok()) {
        let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
        let _ = kill(getpid(), signal);
    }
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(NOT_RUN)
}

/// Kills all that came of this process.
fn kill_descendants() {
    for pid in descendants(getpid()) {
        // Whoever is gone already is what we want.
        let _ = kill(pid, Signal::SIGKILL);
    }
}

/// The processes below one, also those that left its group and session.
fn descendants(of: Pid) -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pairs: Vec<(Pid, Pid)> = entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in brackets may hold anything, brackets too.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((Pid::from_raw(pid), Pid::from_raw(parent)))
        })
        .collect();
    let mut found = vec![of];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        next += 1;
        found.extend(
            pairs
                .iter()
                .filter(|pair| pair.1 == parent)
                .map(|pair| pair.0),
        );
    }
    found.split_off(1)
}
