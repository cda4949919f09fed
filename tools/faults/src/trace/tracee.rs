//! A stopped thread of the program, accessed through ptrace(2) and /proc.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::IoSliceMut;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use nix::libc::{self, c_int, c_long, c_void, user_regs_struct};
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::effects::{Process, Syscall};
use crate::model::{DescriptorKind, HandlerStart, Register};

/// The register set of the `XSAVE` area (`NT_X86_XSTATE`, `<linux/elf.h>`), and more than its size.
const XSTATE: usize = 0x202;
const XSTATE_MAX: usize = 16_384;
/// The bit of `/proc/PID/pagemap` for a page that is in memory or swapped out.
const PAGE_IN_USE: u64 = 3 << 62;
const PAGE_SIZE: u64 = 4096;
/// DF in `eflags`.
const DIRECTION: u64 = 1 << 10;
/// The size of the kernel's `struct rt_sigframe`: a return address, a `ucontext`, a `siginfo_t`.
const FRAME_SIZE: usize = 440;
/// The size of the `syscall` instruction in bytes.
const SYSCALL_SIZE: u64 = 2;
const SYSCALL_INSTRUCTION: [u8; 2] = [0x0f, 0x05];

/// A thread in a ptrace stop. Only the tracer resumes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracee(pub(crate) Pid);

impl Tracee {
    /// The call at whose entry the thread is stopped.
    pub(crate) fn entry(self) -> nix::Result<Syscall> {
        let regs = ptrace::getregs(self.0)?;
        Ok(Syscall {
            number: regs.orig_rax as u16,
            args: [regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9],
        })
    }

    /// Replaces the call by another.
    pub(crate) fn set_entry(self, call: Syscall) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.0)?;
        set_args(&mut regs, call.args);
        regs.orig_rax = call.number.into();
        regs.rax = call.number.into();
        ptrace::setregs(self.0, regs)
    }

    /// Cancels the call and sets its result.
    pub(crate) fn skip(self, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.0)?;
        regs.orig_rax = u64::MAX;
        regs.rax = result as u64;
        ptrace::setregs(self.0, regs)
    }

    /// The result of the call at whose exit the thread is stopped.
    pub(crate) fn result(self) -> nix::Result<i64> {
        Ok(ptrace::getregs(self.0)?.rax as i64)
    }

    /// Sets the result of a call that was made as the program asked.
    pub(crate) fn set_result(self, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.0)?;
        regs.rax = result as u64;
        ptrace::setregs(self.0, regs)
    }

    /// Sets the result, and the arguments as the program gave them. A kernel keeps the arguments,
    /// and a restarted call needs them.
    pub(crate) fn set_exit(self, given: Syscall, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.0)?;
        set_args(&mut regs, given.args);
        regs.orig_rax = given.number.into();
        regs.rax = result as u64;
        ptrace::setregs(self.0, regs)
    }

    /// Begins a handler in a wrong state, at its first instruction.
    pub(crate) fn begin(self, start: HandlerStart) {
        match start {
            HandlerStart::DirectionSet => self.change(|regs| regs.eflags |= DIRECTION),
            HandlerStart::Misaligned => self.misalign_frame(),
        }
    }

    /// Moves the signal frame down by 8 bytes. The floating-point state stays where it is: the
    /// frame holds its address.
    fn misalign_frame(mut self) {
        let Ok(regs) = ptrace::getregs(self.0) else {
            return;
        };
        let mut frame = vec![0; FRAME_SIZE];
        if self.read(regs.rsp, &mut frame) && self.write(regs.rsp - 8, &frame) {
            self.change(|regs| {
                for register in [&mut regs.rsp, &mut regs.rsi, &mut regs.rdx] {
                    *register -= 8;
                }
            });
        }
    }

    /// Changes registers. The thread may have been killed: then it needs none.
    fn change(self, change: impl FnOnce(&mut user_regs_struct)) {
        if let Ok(mut regs) = ptrace::getregs(self.0) {
            change(&mut regs);
            ptrace::setregs(self.0, regs).ok();
        }
    }

    /// Reads or writes the `XSAVE` area; the number of bytes.
    fn xstate(self, call: libc::c_uint, area: &mut [u8]) -> nix::Result<usize> {
        let mut slice = libc::iovec {
            iov_base: area.as_mut_ptr().cast(),
            iov_len: area.len(),
        };
        let place: *mut c_void = (&raw mut slice).cast();
        // SAFETY: the kernel reads or writes at most the length in `slice`, which is that of the
        // living `area`, and changes only the length in `slice`.
        let done = unsafe { libc::ptrace(call, self.0.as_raw(), XSTATE, place) };
        nix::Error::result(done).map(|_| slice.iov_len)
    }

    /// Makes another call at the exit of a call, with the same instruction.
    fn inject(self, number: u16, args: [u64; 6]) -> nix::Result<i64> {
        let before = ptrace::getregs(self.0)?;
        let mask = self.mask_or_err()?;
        self.replace_mask(u64::MAX)?;
        let mut regs = before;
        set_args(&mut regs, args);
        regs.rip -= SYSCALL_SIZE;
        regs.rax = number.into();
        regs.orig_rax = u64::MAX;
        ptrace::setregs(self.0, regs)?;
        self.run_to_exit()?;
        let after = ptrace::getregs(self.0)?;
        // The other call may set a base: both are kept.
        let back = user_regs_struct {
            fs_base: after.fs_base,
            gs_base: after.gs_base,
            ..before
        };
        ptrace::setregs(self.0, back)?;
        self.replace_mask(mask)?;
        Ok(after.rax as i64)
    }

    /// Runs to the entry of the next call and then to its exit. Signals are blocked, so the only
    /// other stop is that of the filter.
    fn run_to_exit(self) -> nix::Result<()> {
        let mut call_stops = 0;
        while call_stops < 2 {
            request(libc::PTRACE_SYSCALL, self.0, 0)?;
            let status = wait_for(self.0)?;
            if !libc::WIFSTOPPED(status) {
                // The loop over all stops needs this status too.
                QUEUED.with_borrow_mut(|queue| queue.push_back((self.0, status)));
                return Err(nix::Error::ESRCH);
            }
            call_stops += u32::from(libc::WSTOPSIG(status) == libc::SIGTRAP | 0x80);
        }
        Ok(())
    }

    fn mask_or_err(self) -> nix::Result<u64> {
        let mut mask = 0u64;
        let place: *mut c_void = (&raw mut mask).cast();
        // SAFETY: the kernel writes eight bytes, the size that is passed, to `mask`.
        let done = unsafe { libc::ptrace(libc::PTRACE_GETSIGMASK, self.0.as_raw(), 8usize, place) };
        nix::Error::result(done).map(|_| mask)
    }

    fn replace_mask(self, mask: u64) -> nix::Result<()> {
        let place: *const c_void = (&raw const mask).cast();
        // SAFETY: the kernel reads eight bytes, the size that is passed, from `mask`.
        let done = unsafe { libc::ptrace(libc::PTRACE_SETSIGMASK, self.0.as_raw(), 8usize, place) };
        nix::Error::result(done).map(drop)
    }

    /// The id of the process that the thread belongs to.
    fn process(self) -> Option<i32> {
        self.status("Tgid:")?.parse().ok()
    }

    /// A value of `/proc/PID/status`.
    fn status(self, name: &str) -> Option<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let value = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(value.trim().to_string())
    }

    /// A copy of one of the program's descriptors.
    fn descriptor(self, number: i32) -> Option<OwnedFd> {
        let process = self.process()?;
        // SAFETY: pidfd_open(2) takes only numbers.
        let pidfd = unsafe { libc::syscall(libc::SYS_pidfd_open, process, 0) };
        let pidfd = own(pidfd)?;
        // SAFETY: pidfd_getfd(2) takes only numbers.
        let copy = unsafe { libc::syscall(libc::SYS_pidfd_getfd, pidfd.as_raw_fd(), number, 0) };
        own(copy)
    }
}

impl Process for Tracee {
    fn read(&mut self, address: u64, into: &mut [u8]) -> bool {
        let wanted = into.len();
        let remote = RemoteIoVec {
            base: address as usize,
            len: wanted,
        };
        process_vm_readv(self.0, &mut [IoSliceMut::new(into)], &[remote]) == Ok(wanted)
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        // Unlike process_vm_writev(2) this reaches the program's read-only memory too.
        let memory = File::options()
            .write(true)
            .open(format!("/proc/{}/mem", self.0));
        memory.is_ok_and(|memory| memory.write_all_at(bytes, address).is_ok())
    }

    fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind> {
        let link = fs::read_link(format!("/proc/{}/fd/{descriptor}", self.0)).ok()?;
        let link = link.to_string_lossy();
        [
            ("pipe:", DescriptorKind::Pipe),
            ("socket:", DescriptorKind::Socket),
            ("anon_inode:[eventpoll]", DescriptorKind::Epoll),
        ]
        .iter()
        .find(|(prefix, _)| link.starts_with(prefix))
        .map(|(_, kind)| *kind)
    }

    fn ready(&mut self, descriptor: i32, events: i16) -> Option<bool> {
        let copy = self.descriptor(descriptor)?;
        let mut poll = libc::pollfd {
            fd: copy.as_raw_fd(),
            events,
            revents: 0,
        };
        // SAFETY: the array has one element, and the kernel writes only its `revents`.
        let found = unsafe { libc::poll(&raw mut poll, 1, 0) };
        (found >= 0).then_some(poll.revents != 0)
    }

    fn mask(&mut self) -> u64 {
        self.mask_or_err().unwrap_or(0)
    }

    fn set_mask(&mut self, mask: u64) {
        // The thread may have been killed: then it needs no mask.
        self.replace_mask(mask).ok();
    }

    fn is_main(&mut self) -> bool {
        self.process() == Some(self.0.as_raw())
    }

    fn untouched(&mut self, address: u64) -> bool {
        let map = File::open(format!("/proc/{}/pagemap", self.0));
        let mut entry = [0; 8];
        let place = address / PAGE_SIZE * 8;
        // `pagemap` has an entry for an unmapped page too. A read of the memory tells the two
        // apart, but it touches the page.
        map.is_ok_and(|map| map.read_exact_at(&mut entry, place).is_ok())
            && u64::from_le_bytes(entry) & PAGE_IN_USE == 0
            && self.read(address, &mut [0])
    }

    fn is_zombie(&mut self, id: i32) -> bool {
        let state = Tracee(Pid::from_raw(id)).status("State:");
        state.is_some_and(|state| state.starts_with('Z'))
    }

    fn catches(&mut self, signal: i32) -> bool {
        let caught = self.status("SigCgt:");
        let caught = caught.and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        let bit = u32::try_from(signal - 1).unwrap_or(u32::MAX);
        caught.is_some_and(|mask| mask.checked_shr(bit).is_some_and(|mask| mask & 1 == 1))
    }

    fn in_user_mode(&mut self) -> bool {
        let Ok(regs) = ptrace::getregs(self.0) else {
            return false;
        };
        // In a system call this is its number, but after `rt_sigreturn` it is not: a signal that
        // comes then, when a call is about to return, is recognized by the instruction.
        let mut before = [0; 2];
        let at_call = self.read(regs.rip.wrapping_sub(SYSCALL_SIZE), &mut before)
            && before == SYSCALL_INSTRUCTION;
        regs.orig_rax == u64::MAX && !at_call
    }

    fn goes_down(&mut self) -> bool {
        ptrace::getregs(self.0).is_ok_and(|regs| regs.eflags & DIRECTION != 0)
    }

    fn stack_pointer(&mut self) -> u64 {
        ptrace::getregs(self.0).map_or(0, |regs| regs.rsp)
    }

    fn set_register(&mut self, register: Register, number: u64) {
        self.change(|regs| {
            let place = match register {
                Register::Rdx => &mut regs.rdx,
                Register::Rsi => &mut regs.rsi,
                Register::Rdi => &mut regs.rdi,
                Register::R8 => &mut regs.r8,
                Register::R9 => &mut regs.r9,
                Register::R10 => &mut regs.r10,
            };
            *place = number;
        });
    }

    fn flip_flags(&mut self, bits: u64) {
        self.change(|regs| regs.eflags ^= bits);
    }

    fn vector_state(&mut self) -> Vec<u8> {
        let mut area = vec![0; XSTATE_MAX];
        let size = self.xstate(libc::PTRACE_GETREGSET, &mut area);
        area.truncate(size.unwrap_or(0));
        area
    }

    fn set_vector_state(&mut self, state: &[u8]) {
        // The thread may have been killed: then it needs no registers.
        self.xstate(libc::PTRACE_SETREGSET, &mut state.to_vec())
            .ok();
    }

    fn syscall(&mut self, number: u16, args: [u64; 6]) -> i64 {
        self.inject(number, args).unwrap_or(-i64::from(libc::ESRCH))
    }
}

/// Resumes a stopped thread, with a signal or without. Unlike nix it takes real-time signals.
pub(crate) fn request(request: libc::c_uint, thread: Pid, signal: c_int) -> nix::Result<()> {
    let (nothing, data) = (std::ptr::null_mut::<c_void>(), c_long::from(signal));
    // SAFETY: PTRACE_CONT, PTRACE_SYSCALL and PTRACE_LISTEN take a number and no memory.
    let done = unsafe { libc::ptrace(request, thread.as_raw(), nothing, data) };
    nix::Error::result(done).map(drop)
}

thread_local! {
    /// Statuses of other threads that arrived while one thread was waited for.
    static QUEUED: RefCell<VecDeque<(Pid, c_int)>> = const { RefCell::new(VecDeque::new()) };
}

/// The next stop or end of one thread. Statuses of other threads are queued: a killed process ends
/// only when all its threads have been waited for.
fn wait_for(thread: Pid) -> nix::Result<c_int> {
    loop {
        let (found, status) = wait_for_any()?;
        if found == thread {
            return Ok(status);
        }
        QUEUED.with_borrow_mut(|queue| queue.push_back((found, status)));
    }
}

/// The next stop or end of any thread that the calling thread traces.
pub(crate) fn wait() -> nix::Result<(Pid, c_int)> {
    let first = QUEUED.with_borrow_mut(VecDeque::pop_front);
    first.map_or_else(wait_for_any, Ok)
}

fn wait_for_any() -> nix::Result<(Pid, c_int)> {
    let mut status = 0;
    loop {
        // SAFETY: waitpid(2) writes one number to `status`.
        let found = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
        match nix::Error::result(found) {
            Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error),
            Ok(found) => return Ok((Pid::from_raw(found), status)),
        }
    }
}

fn own(descriptor: c_long) -> Option<OwnedFd> {
    let descriptor = c_int::try_from(descriptor).ok().filter(|fd| *fd >= 0)?;
    // SAFETY: the kernel has just created the descriptor, and no other owner exists.
    Some(unsafe { OwnedFd::from_raw_fd(descriptor) })
}

fn set_args(regs: &mut user_regs_struct, args: [u64; 6]) {
    [regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9] = args;
}
