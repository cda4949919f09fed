//! The processes between tool and command: the supervisor, and the command before its execve.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::prctl;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid, getppid, setsid};
use signal_hook::consts::SIGCHLD;

/// The first argument of the tool as a supervisor.
pub(crate) const SUPERVISE: &str = "supervise";
/// The first argument of the tool that is about to become the command.
pub(crate) const SUPERVISED: &str = "supervised";
/// The exit status of a command that cannot be executed, as in shells.
const NOT_RUN: u8 = 127;
/// The exit status for a signal that cannot be passed on is higher than it by this, as in shells.
const SIGNALED: i32 = 128;
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

/// Kills and reaps what a supervisor that was killed left to this process: all children but the
/// supervisors of other commands.
pub(crate) fn reap_orphans(supervisors: &BTreeSet<u32>) {
    let begun = Instant::now();
    while begun.elapsed() < DYING_MAX {
        let parents = parents();
        let is_orphan = |pair: &&(Pid, Pid)| {
            pair.1 == getpid() && !supervisors.contains(&pair.0.as_raw().unsigned_abs())
        };
        let orphans: Vec<Pid> = parents
            .iter()
            .filter(is_orphan)
            .map(|pair| pair.0)
            .collect();
        if orphans.is_empty() {
            return;
        }
        for orphan in orphans {
            for pid in descendants(orphan, &parents) {
                let _ = kill(pid, Signal::SIGKILL);
            }
            let _ = kill(orphan, Signal::SIGKILL);
            let _ = waitpid(orphan, Some(WaitPidFlag::WNOHANG));
        }
        thread::sleep(KILL_AGAIN);
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

/// Ends this process by the same signal, or gives the same status.
fn end_as(status: ExitStatus) -> u8 {
    let Some(signal) = status.signal() else {
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return code.unwrap_or(NOT_RUN);
    };
    // The command has left its own core file, if anybody wants one.
    let _ = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
    let _ = prctl::set_dumpable(false);
    // The standard library handles SIGSEGV and SIGBUS, and its handler returns from a signal that
    // was sent: the default action has to come back first.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    // Signals that the call above does not know have no handler.
    if let Ok(signal) = Signal::try_from(signal) {
        let _ = kill(getpid(), signal);
    }
    u8::try_from(SIGNALED + signal).unwrap_or(NOT_RUN)
}

/// Makes the system keep the status of children that end, where the parent of this process left
/// SIGCHLD ignored. Children start with the default action.
///
/// # Errors
/// The system installs no handler.
pub(crate) fn keep_children() -> io::Result<()> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Without /proc nobody knows, and a handler does no harm.
    if ignored.is_none_or(|mask| mask >> (SIGCHLD - 1) & 1 == 1) {
        signal_hook::flag::register(SIGCHLD, Arc::default())?;
    }
    Ok(())
}

/// Kills all descendants of this process.
fn kill_descendants() {
    for pid in descendants(getpid(), &parents()) {
        // An error means that it is gone already.
        let _ = kill(pid, Signal::SIGKILL);
    }
}

/// Each process and its parent.
fn parents() -> Vec<(Pid, Pid)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            // The name in brackets may hold any bytes, brackets too.
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((Pid::from_raw(pid), Pid::from_raw(parent)))
        })
        .collect()
}

/// All descendants of a process, those that left its group and session included.
fn descendants(of: Pid, parents: &[(Pid, Pid)]) -> Vec<Pid> {
    let mut found = vec![of];
    let mut next = 0;
    while let Some(&parent) = found.get(next) {
        next += 1;
        let children = parents.iter().filter(|pair| pair.1 == parent);
        found.extend(children.map(|pair| pair.0));
    }
    found.split_off(1)
}
