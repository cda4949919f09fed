//! The processes between tool and command: the supervisor, and the command before its execve.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid, getppid, setsid};

/// The first argument of the tool as a supervisor.
pub(crate) const SUPERVISE: &str = "supervise";
/// The first argument of the tool that is about to become the command.
pub(crate) const SUPERVISED: &str = "supervised";
/// The exit status of a command that cannot be executed, as in shells.
const NOT_RUN: u8 = 127;
/// The time after which processes that do not die are given up.
const DYING_MAX: Duration = Duration::from_secs(10);
/// The interval at which processes that should be dead are killed again.
const KILL_AGAIN: Duration = Duration::from_millis(5);

/// The tool as a supervisor: runs a command, ends as it ended, and leaves no descendant behind.
pub(crate) fn supervise(command: &[OsString]) -> u8 {
    // Each of these fails only on a kernel that lacks it; the pipe works without them.
    let _ = prctl::set_child_subreaper(true);
    let _ = setsid();
    let child = std::env::current_exe().and_then(|this| {
        Command::new(this)
            .arg(SUPERVISED)
            .arg(getpid().to_string())
            .args(command)
            .stdin(Stdio::null())
            .spawn()
    });
    let child = match child {
        Ok(child) => Pid::from_raw(child.id() as i32),
        Err(error) => return not_run(command, &error),
    };
    thread::spawn(|| {
        // Nobody writes there: the read returns when the tool has ended.
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

/// The tool that is about to become the command, which dies with its supervisor.
pub(crate) fn become_command(arguments: &[OsString]) -> u8 {
    let Some((supervisor, command)) = arguments.split_first() else {
        return NOT_RUN;
    };
    // If this fails, only a supervisor that is killed leaves the command behind.
    let _ = prctl::set_pdeathsig(Signal::SIGKILL);
    if *getppid().to_string() != **supervisor {
        // The supervisor ended before the call above.
        return NOT_RUN;
    }
    let Some((program, rest)) = command.split_first() else {
        return NOT_RUN;
    };
    close_inherited();
    let error = Command::new(program).args(rest).exec();
    not_run(command, &error)
}

/// Closes all inherited descriptors but the standard ones.
fn close_inherited() {
    let entries = std::fs::read_dir("/proc/self/fd")
        .into_iter()
        .flatten()
        .flatten();
    let open: Vec<i32> = entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // One of them was the directory's own and is closed already.
        let _ = nix::unistd::close(descriptor);
    }
}

fn not_run(command: &[OsString], error: &io::Error) -> u8 {
    let program = command.first().cloned().unwrap_or_default();
    eprintln!("{}: {error}", program.display());
    NOT_RUN
}

/// Reaps every process that ends, until the child does; its status.
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
pub(super) fn reap_all() {
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

/// Ends this process by the same signal, or gives the same status.
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

/// Kills all descendants of this process.
fn kill_descendants() {
    for pid in descendants(getpid()) {
        // An error means that it is gone already.
        let _ = kill(pid, Signal::SIGKILL);
    }
}

/// All descendants of a process, those that left its group and session included.
fn descendants(of: Pid) -> Vec<Pid> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let pairs: Vec<(Pid, Pid)> = entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in brackets may hold any bytes, brackets too.
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
