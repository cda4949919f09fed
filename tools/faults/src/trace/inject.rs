//! System calls that the tracer makes in a stopped thread.

use nix::libc::{self, c_int, c_void, user_regs_struct};
use nix::sys::ptrace;

use super::tracee::{SYSCALL_INSTRUCTION, SYSCALL_SIZE, Tracee, request, set_args};
use super::waiting::{queue, wait_for};
use crate::effects::Process;

/// The stop to which a thread runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    /// The exit of the call at whose entry it is stopped.
    Exit,
    /// The entry of the next call, and its exit.
    NextExit,
    /// The stop of the filter at the next call.
    Filter,
}

impl Tracee {
    /// Makes another call at the exit of a call, or before the first instruction of a program.
    pub(super) fn inject(mut self, number: u16, args: [u64; 6]) -> nix::Result<i64> {
        let before = ptrace::getregs(self.thread)?;
        let mut regs = before;
        let mut replaced = [0; SYSCALL_SIZE as usize];
        let place = before.rip.wrapping_sub(SYSCALL_SIZE);
        if self.read(place, &mut replaced) && replaced == SYSCALL_INSTRUCTION {
            regs.rip = place;
        } else {
            // A new program has no such instruction before its first one.
            if !self.read(before.rip, &mut replaced) {
                return Err(nix::Error::EFAULT);
            }
            self.write(before.rip, &SYSCALL_INSTRUCTION);
        }
        let mask = self.mask_or_err()?;
        self.replace_mask(u64::MAX)?;
        set_args(&mut regs, args);
        regs.rax = number.into();
        regs.orig_rax = u64::MAX;
        ptrace::setregs(self.thread, regs)?;
        self.run(Until::NextExit)?;
        let after = ptrace::getregs(self.thread)?;
        if regs.rip == before.rip {
            self.write(before.rip, &replaced);
        }
        // The other call may set a base: both are kept.
        let back = user_regs_struct {
            fs_base: after.fs_base,
            gs_base: after.gs_base,
            ..before
        };
        ptrace::setregs(self.thread, back)?;
        self.replace_mask(mask)?;
        Ok(after.rax as i64)
    }

    /// Makes another call at the stop of the filter, and returns to that stop.
    pub(super) fn inject_before(self, number: u16, args: [u64; 6]) -> nix::Result<i64> {
        let before = ptrace::getregs(self.thread)?;
        let mask = self.mask_or_err()?;
        self.replace_mask(u64::MAX)?;
        let mut regs = before;
        set_args(&mut regs, args);
        regs.orig_rax = number.into();
        ptrace::setregs(self.thread, regs)?;
        self.run(Until::Exit)?;
        let after = ptrace::getregs(self.thread)?;
        // The instruction is executed once more: now for the call of the program.
        let again = user_regs_struct {
            fs_base: after.fs_base,
            gs_base: after.gs_base,
            rip: before.rip.wrapping_sub(SYSCALL_SIZE),
            rax: before.orig_rax,
            orig_rax: u64::MAX,
            ..before
        };
        ptrace::setregs(self.thread, again)?;
        self.run(Until::Filter)?;
        self.replace_mask(mask)?;
        Ok(after.rax as i64)
    }

    /// Runs to a stop. Signals are blocked, except those that stop or kill.
    fn run(self, until: Until) -> nix::Result<()> {
        let how = match until {
            Until::Filter => libc::PTRACE_CONT,
            Until::Exit | Until::NextExit => libc::PTRACE_SYSCALL,
        };
        let mut call_stops = u32::from(until == Until::Exit);
        let (mut stopping, mut interrupted) = (0, false);
        loop {
            request(how, self.thread, 0)?;
            let status = wait_for(self.thread)?;
            if !libc::WIFSTOPPED(status) {
                // The loop over all stops needs this status too.
                queue(self.thread, status);
                return Err(nix::Error::ESRCH);
            }
            let signal = libc::WSTOPSIG(status);
            match status >> 16 {
                0 if signal == libc::SIGTRAP | 0x80 => call_stops += 1,
                0 => stopping = signal,
                libc::PTRACE_EVENT_SECCOMP if until == Until::Filter => break,
                libc::PTRACE_EVENT_STOP => interrupted = true,
                _ => {}
            }
            if call_stops == 2 {
                break;
            }
        }
        self.stop_again(stopping, interrupted);
        Ok(())
    }

    /// Makes up for a stop that came during an injected call.
    fn stop_again(self, signal: c_int, interrupted: bool) {
        if signal != 0 {
            let process = self.process().unwrap_or(0);
            // SAFETY: tgkill(2) takes only numbers.
            unsafe { libc::syscall(libc::SYS_tgkill, process, self.thread.as_raw(), signal) };
        }
        if interrupted {
            // A thread of a stopped process reports its stop once more. It may have been killed.
            ptrace::interrupt(self.thread).ok();
        }
    }

    pub(super) fn mask_or_err(self) -> nix::Result<u64> {
        let mut mask = 0u64;
        let place: *mut c_void = (&raw mut mask).cast();
        let thread = self.thread.as_raw();
        // SAFETY: the kernel writes eight bytes, the size that is passed, to `mask`.
        let done = unsafe { libc::ptrace(libc::PTRACE_GETSIGMASK, thread, 8usize, place) };
        nix::Error::result(done).map(|_| mask)
    }

    pub(super) fn replace_mask(self, mask: u64) -> nix::Result<()> {
        let place: *const c_void = (&raw const mask).cast();
        let thread = self.thread.as_raw();
        // SAFETY: the kernel reads eight bytes, the size that is passed, from `mask`.
        let done = unsafe { libc::ptrace(libc::PTRACE_SETSIGMASK, thread, 8usize, place) };
        nix::Error::result(done).map(drop)
    }
}
