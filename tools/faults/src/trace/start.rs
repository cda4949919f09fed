//! The start of a program: fork, seccomp filter, seize, exec.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::thread;

use nix::libc;
use nix::sys::ptrace;
use nix::unistd::Pid;

use super::filter::{Filter, RESTART_SYSCALL};
use super::live_pid::LivePid;
use super::tracee::request;
use super::waiting::{queue, wait_for};
use crate::model::Fault;

/// The calls that send signals. They are watched under every fault, because a fault that changes a
/// process id must not make the program signal a process outside the run.
const SENDERS: [u16; 5] = [
    libc::SYS_kill as u16,
    libc::SYS_tkill as u16,
    libc::SYS_tgkill as u16,
    libc::SYS_rt_sigqueueinfo as u16,
    libc::SYS_rt_tgsigqueueinfo as u16,
];

/// Forks, seizes the child, and then lets it execute the program.
pub(crate) fn start(faults: &[&Fault], mut command: Command, pid: &LivePid) -> io::Result<Pid> {
    let (mut id_reader, id_writer) = io::pipe()?;
    let (go_reader, mut go_writer) = io::pipe()?;
    let mut numbers = vec![RESTART_SYSCALL];
    numbers.extend(SENDERS);
    numbers.extend(faults.iter().filter_map(|fault| fault.watched_call()));
    let filter = Filter::new(&numbers);
    let before_exec = move || {
        // SAFETY: setpgid(2) takes only numbers. Group 0 is a new group for the child.
        unsafe { libc::setpgid(0, 0) };
        // A faulty kernel may keep message queues, which would outlive the run. Without the
        // privilege for a namespace of its own the program shares them.
        // SAFETY: unshare(2) takes only numbers.
        unsafe { libc::unshare(libc::CLONE_NEWIPC) };
        send_id(&id_writer)?;
        await_byte(&go_reader)?;
        filter.install()
    };
    // SAFETY: between fork and exec the closure makes system calls and touches no lock or heap.
    unsafe { command.pre_exec(before_exec) };
    let spawning = thread::spawn(move || {
        let spawned = command.spawn();
        // Closes the child's ends of the pipes, so that a failed start gives end of file.
        drop(command);
        spawned.map(|child| child.id())
    });
    let mut id = [0; 4];
    let seized = id_reader.read_exact(&mut id).and_then(|()| {
        let child = Pid::from_raw(i32::from_ne_bytes(id));
        ptrace::seize(child, options())?;
        pid.set(child);
        Ok(child)
    });
    if let Ok(child) = &seized {
        go_writer.write_all(&[1])?;
        await_program(*child)?;
    }
    drop(go_writer);
    let spawned = spawning.join().map_err(|_| panicked())?;
    // The error of the start is more precise than the end of file of the pipe.
    spawned?;
    seized
}

/// Lets the child run until the program has replaced it, so that no fault acts before. The end of a
/// child that cannot execute the program is left to the thread that started it.
fn await_program(child: Pid) -> io::Result<()> {
    while has_stopped(child)? {
        let status = wait_for(child)?;
        if status >> 16 == libc::PTRACE_EVENT_EXEC {
            queue(child, status);
            return Ok(());
        }
        let signal = match status >> 16 {
            0 => libc::WSTOPSIG(status),
            _ => 0,
        };
        request(libc::PTRACE_CONT, child, signal)?;
    }
    Ok(())
}

/// Waits until a child stops or ends. False if it has ended. The next wait finds the status too.
fn has_stopped(child: Pid) -> io::Result<bool> {
    let options = libc::WEXITED | libc::WSTOPPED | libc::WNOWAIT | libc::__WALL;
    loop {
        // SAFETY: zeroes are a valid `siginfo_t`.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let id = child.as_raw() as libc::id_t;
        // SAFETY: waitid(2) writes one `siginfo_t` to `info`.
        let done = unsafe { libc::waitid(libc::P_PID, id, &raw mut info, options) };
        match nix::Error::result(done) {
            Ok(_) => {
                return Ok(
                    ![libc::CLD_EXITED, libc::CLD_KILLED, libc::CLD_DUMPED].contains(&info.si_code)
                );
            }
            // The other thread has waited for the child.
            Err(nix::Error::ECHILD) => return Ok(false),
            Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn panicked() -> io::Error {
    io::Error::other("the thread that starts the program has panicked")
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

/// Writes the process id of the caller. Async-signal-safe.
fn send_id(to: &PipeWriter) -> io::Result<()> {
    let id = std::process::id().to_ne_bytes();
    // SAFETY: the kernel reads four bytes of a living array.
    let written = unsafe { libc::write(to.as_raw_fd(), id.as_ptr().cast(), id.len()) };
    if written == id.len() as isize {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(libc::EPIPE))
    }
}

/// Waits for a byte of the tracer. Async-signal-safe.
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
