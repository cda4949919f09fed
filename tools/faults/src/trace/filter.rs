//! The seccomp filter. Watched system calls stop, all others run at full speed.

use std::io;

use nix::libc;

use crate::model::EVERY_CALL;

/// `restart_syscall(2)`, with which the kernel continues an interrupted call.
pub(crate) const RESTART_SYSCALL: u16 = 219;
const EXECVE: u16 = 59;
/// `AUDIT_ARCH_X86_64`: `EM_X86_64`, 64 bits, little-endian (`<linux/audit.h>`).
const ARCH: u32 = 0xc000_003e;
/// Offsets in `struct seccomp_data`, seccomp(2).
const NUMBER_OFFSET: u32 = 0;
const ARCH_OFFSET: u32 = 4;

/// A BPF program, ready to install after a fork.
#[derive(Clone, Debug)]
pub(crate) struct Filter(Vec<libc::sock_filter>);

impl Filter {
    /// A filter that stops at these system calls, at most 200, or at every one.
    pub(crate) fn new(numbers: &[u16]) -> Filter {
        let (trace, allow) = (libc::SECCOMP_RET_TRACE, libc::SECCOMP_RET_ALLOW);
        // Its registers are those of the new program.
        let (numbers, listed, others) = if numbers.contains(&EVERY_CALL) {
            (&[EXECVE][..], allow, trace)
        } else {
            (numbers, trace, allow)
        };
        let load = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
        let equal = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
        let exit = (libc::BPF_RET | libc::BPF_K) as u16;
        let step = |code, jt, jf, k| libc::sock_filter { code, jt, jf, k };
        let mut program = vec![
            step(load, 0, 0, ARCH_OFFSET),
            step(equal, 0, numbers.len() as u8 + 1, ARCH),
            step(load, 0, 0, NUMBER_OFFSET),
        ];
        for (i, number) in numbers.iter().enumerate() {
            let to_listed = (numbers.len() - i) as u8;
            program.push(step(equal, to_listed, 0, u32::from(*number)));
        }
        program.push(step(exit, 0, 0, others));
        program.push(step(exit, 0, 0, listed));
        Filter(program)
    }

    /// Installs the filter in the calling thread permanently. Async-signal-safe.
    pub(crate) fn install(&self) -> io::Result<()> {
        let program = libc::sock_fprog {
            len: self.0.len() as u16,
            filter: self.0.as_ptr().cast_mut(),
        };
        // With privileges the program keeps the right to gain some.
        if set(&program).is_ok() {
            return Ok(());
        }
        // SAFETY: prctl(2) with PR_SET_NO_NEW_PRIVS takes only numbers.
        let privileges = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) };
        if privileges != 0 {
            return Err(io::Error::last_os_error());
        }
        set(&program)
    }
}

fn set(program: &libc::sock_fprog) -> io::Result<()> {
    let program: *const libc::sock_fprog = program;
    // SAFETY: the kernel copies the program, which lives until the call returns.
    let installed =
        unsafe { libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, program) };
    match installed {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
