//! A stopped thread of the program, accessed through ptrace(2) and /proc.

use std::fs::{self, File};
use std::io::IoSliceMut;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;

use nix::libc::{self, c_int, c_long, c_void, user_regs_struct};
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use super::files;
use crate::effects::{Process, Syscall};
use crate::model::{DescriptorKind, HandlerStart, Id, Property, Register};

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
pub(super) const SYSCALL_SIZE: u64 = 2;
pub(super) const SYSCALL_INSTRUCTION: [u8; 2] = [0x0f, 0x05];

/// `ERESTARTNOHAND`: the call starts again unless a handler runs.
const RESTART_UNLESS_HANDLED: i64 = -514;

/// A thread in a ptrace stop. Only the tracer resumes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tracee {
    pub(crate) thread: Pid,
    /// The first process of the program.
    pub(crate) first: Pid,
}

impl Tracee {
    /// The call at whose entry the thread is stopped.
    pub(crate) fn entry(self) -> nix::Result<Syscall> {
        let regs = ptrace::getregs(self.thread)?;
        Ok(Syscall {
            number: regs.orig_rax as u16,
            args: [regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9],
        })
    }

    /// Replaces the call by another.
    pub(crate) fn set_entry(self, call: Syscall) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.thread)?;
        set_args(&mut regs, call.args);
        regs.orig_rax = call.number.into();
        regs.rax = call.number.into();
        ptrace::setregs(self.thread, regs)
    }

    /// Cancels the call and sets its result.
    pub(crate) fn skip(self, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.thread)?;
        regs.orig_rax = u64::MAX;
        regs.rax = result as u64;
        ptrace::setregs(self.thread, regs)
    }

    /// The result of the call at whose exit the thread is stopped.
    pub(crate) fn result(self) -> nix::Result<i64> {
        Ok(ptrace::getregs(self.thread)?.rax as i64)
    }

    /// Sets the result of a call that was made as the program asked.
    pub(crate) fn set_result(self, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.thread)?;
        regs.rax = result as u64;
        ptrace::setregs(self.thread, regs)
    }

    /// Sets the result, and the arguments as the program gave them. A kernel keeps the arguments,
    /// and a restarted call needs them.
    pub(crate) fn set_exit(self, given: Syscall, result: i64) -> nix::Result<()> {
        let mut regs = ptrace::getregs(self.thread)?;
        set_args(&mut regs, given.args);
        regs.orig_rax = given.number.into();
        regs.rax = result as u64;
        ptrace::setregs(self.thread, regs)
    }

    /// True if a signal has no effect on the process.
    pub(crate) fn is_ignored(mut self, signal: c_int) -> bool {
        let no_effect = [libc::SIGCHLD, libc::SIGURG, libc::SIGWINCH];
        self.ignores(signal) || (no_effect.contains(&signal) && !self.catches(signal))
    }

    /// Lets a call start again that a signal without an effect has interrupted. Linux discards such
    /// a signal at once, but not that of a traced thread. Calls that never restart would fail.
    pub(crate) fn restart(self) {
        self.change(|regs| {
            let is_call = i64::from_ne_bytes(regs.orig_rax.to_ne_bytes()) >= 0;
            if is_call && regs.rax as i64 == -i64::from(libc::EINTR) {
                regs.rax = RESTART_UNLESS_HANDLED as u64;
            }
        });
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
        let Ok(regs) = ptrace::getregs(self.thread) else {
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
        if let Ok(mut regs) = ptrace::getregs(self.thread) {
            change(&mut regs);
            ptrace::setregs(self.thread, regs).ok();
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
        let done = unsafe { libc::ptrace(call, self.thread.as_raw(), XSTATE, place) };
        nix::Error::result(done).map(|_| slice.iov_len)
    }

    /// The id of the process that the thread belongs to.
    pub(super) fn process(self) -> Option<i32> {
        self.status("Tgid:")?.parse().ok()
    }

    /// A value of `/proc/PID/status`.
    pub(super) fn status(self, name: &str) -> Option<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.thread)).ok()?;
        let value = status.lines().find_map(|line| line.strip_prefix(name))?;
        Some(value.trim().to_string())
    }

    /// True if a mask of signals in `/proc/PID/status` has this one.
    fn has_signal(self, name: &str, signal: i32) -> bool {
        let mask = self.status(name);
        let mask = mask.and_then(|mask| u64::from_str_radix(&mask, 16).ok());
        let bit = u32::try_from(signal.wrapping_sub(1)).unwrap_or(u32::MAX);
        mask.is_some_and(|mask| mask.checked_shr(bit).is_some_and(|mask| mask & 1 == 1))
    }
}

impl Process for Tracee {
    fn read(&mut self, address: u64, into: &mut [u8]) -> bool {
        let wanted = into.len();
        let remote = RemoteIoVec {
            base: address as usize,
            len: wanted,
        };
        process_vm_readv(self.thread, &mut [IoSliceMut::new(into)], &[remote]) == Ok(wanted)
    }

    fn write(&mut self, address: u64, bytes: &[u8]) -> bool {
        // Unlike process_vm_writev(2) this reaches the program's read-only memory too.
        let memory = File::options()
            .write(true)
            .open(format!("/proc/{}/mem", self.thread));
        memory.is_ok_and(|memory| memory.write_all_at(bytes, address).is_ok())
    }

    fn descriptor_kind(&mut self, descriptor: i32) -> Option<DescriptorKind> {
        files::kind(self.thread, descriptor)
    }

    fn ready(&mut self, descriptor: i32, events: i16) -> Option<bool> {
        let copy = files::copy(self.process()?, descriptor)?;
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
        self.process() == Some(self.thread.as_raw())
    }

    fn is_first(&mut self) -> bool {
        self.process() == Some(self.first.as_raw())
    }

    fn untouched(&mut self, address: u64) -> bool {
        let map = File::open(format!("/proc/{}/pagemap", self.thread));
        let mut entry = [0; 8];
        let place = address / PAGE_SIZE * 8;
        // `pagemap` has an entry for an unmapped page too. A read of the memory tells the two
        // apart, but it touches the page.
        map.is_ok_and(|map| map.read_exact_at(&mut entry, place).is_ok())
            && u64::from_le_bytes(entry) & PAGE_IN_USE == 0
            && self.read(address, &mut [0])
    }

    fn is_zombie(&mut self, id: i32) -> bool {
        let thread = Pid::from_raw(id);
        let state = Tracee { thread, ..*self }.status("State:");
        state.is_some_and(|state| state.starts_with('Z'))
    }

    fn catches(&mut self, signal: i32) -> bool {
        self.has_signal("SigCgt:", signal)
    }

    fn ignores(&mut self, signal: i32) -> bool {
        self.has_signal("SigIgn:", signal)
    }

    fn has_pending(&mut self, signal: i32) -> bool {
        ["SigPnd:", "ShdPnd:"]
            .iter()
            .any(|name| self.has_signal(name, signal))
    }

    fn in_user_mode(&mut self) -> bool {
        let Ok(regs) = ptrace::getregs(self.thread) else {
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
        ptrace::getregs(self.thread).is_ok_and(|regs| regs.eflags & DIRECTION != 0)
    }

    fn stack_pointer(&mut self) -> u64 {
        ptrace::getregs(self.thread).map_or(0, |regs| regs.rsp)
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

    fn syscall_before(&mut self, number: u16, args: [u64; 6]) -> i64 {
        let result = self.inject_before(number, args);
        result.unwrap_or(-i64::from(libc::ESRCH))
    }

    fn id(&mut self, id: Id) -> i64 {
        let process = || self.process().unwrap_or(0);
        let number = match id {
            Id::Thread => self.thread.as_raw(),
            Id::Process => process(),
            Id::Parent => {
                let parent = self.status("PPid:");
                parent.and_then(|id| id.parse().ok()).unwrap_or(0)
            }
            // SAFETY: getpgid(2) takes only a number.
            Id::Group => unsafe { libc::getpgid(process()) },
            // SAFETY: getsid(2) takes only a number.
            Id::Session => unsafe { libc::getsid(process()) },
        };
        number.into()
    }

    fn descriptors(&mut self) -> Vec<i32> {
        files::descriptors(self.thread)
    }

    fn descriptor_property(&mut self, descriptor: i32, property: Property) -> Option<i64> {
        files::descriptor_property(self.thread, descriptor, property)
    }

    fn file_property(
        &mut self,
        directory: Option<i32>,
        path: &[u8],
        property: Property,
    ) -> Option<i64> {
        files::file_property(self.thread, directory, path, property)
    }
}

/// Resumes a stopped thread, with a signal or without. Unlike nix it takes real-time signals.
pub(crate) fn request(request: libc::c_uint, thread: Pid, signal: c_int) -> nix::Result<()> {
    let (nothing, data) = (std::ptr::null_mut::<c_void>(), c_long::from(signal));
    // SAFETY: PTRACE_CONT, PTRACE_SYSCALL and PTRACE_LISTEN take a number and no memory.
    let done = unsafe { libc::ptrace(request, thread.as_raw(), nothing, data) };
    nix::Error::result(done).map(drop)
}

pub(super) fn set_args(regs: &mut user_regs_struct, args: [u64; 6]) {
    [regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9] = args;
}
