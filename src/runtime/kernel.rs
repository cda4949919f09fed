//! System calls: those of rows, and those that the suite makes itself.
//!
//! The suite's own calls are safe functions: memory that a call reads or writes is a reference or a
//! place of the arena.

use core::sync::atomic::{AtomicBool, AtomicU16, Ordering};

use posix_conformance::abi::flags::{
    CLOCK_MONOTONIC, F_DUPFD, F_GETFD, F_GETFL, F_SETFL, ITIMER_REAL, SIG_DFL, SIG_SETMASK,
    SIGCHLD, SIGSET_SIZE,
};
use posix_conformance::abi::numbers::ABSENT;
use posix_conformance::abi::processes::SS_DISABLE;
use posix_conformance::abi::{errno, numbers};
use posix_conformance::log::Word;
use posix_conformance::plan::Place;
use posix_conformance::plan::arena::{EDGE, WORD, WORD2};
use posix_conformance::plan::call::BY_FORK;
use posix_conformance::plan::routine::Routine;

use super::argument::{self, Argument};
use super::{arena, files};
use crate::arch::{self, Action, syscall1, syscall2, syscall3, syscall4, syscall5};
use crate::tables::{HAS_PATHS, ROUTINES};

/// The source of a row's result.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Source(u16);

impl Source {
    /// The program itself: it looked at memory, or counted.
    pub const FOUND: Source = Source(0xff00);

    /// A system call.
    pub const fn call(number: u16) -> Source {
        Source(number)
    }

    /// No result: a reason why there is none.
    pub const fn no_result(reason: Word) -> Source {
        Source(0xff01 + reason as u16)
    }

    /// The number of the [`Word`] that is the reason, where there is no result.
    pub fn word(self) -> Option<usize> {
        self.0.checked_sub(0xff01).map(usize::from)
    }

    pub fn is_call(self, number: u16) -> bool {
        self.0 == number
    }

    /// Returns whether the source is a call that returns an address.
    pub fn is_memory_call(self) -> bool {
        is_memory_call(self.0)
    }
}

/// Returns whether a call maps, protects or unmaps memory.
pub fn is_memory_call(number: u16) -> bool {
    use numbers::{BRK, MMAP, MPROTECT, MUNMAP};
    matches!(number, MMAP | MPROTECT | MUNMAP | BRK)
}

/// The source of the last result.
static LAST: AtomicU16 = AtomicU16::new(0);

/// The source of the last result that a row of the main thread had.
pub fn last_source() -> Source {
    Source(LAST.load(Ordering::Relaxed))
}

/// Notes the source of a result, before the call is made.
pub fn note(source: Source) {
    LAST.store(source.0, Ordering::Relaxed);
}

/// The calls that have returned 0 to a row, by the lower bits of their numbers.
///
/// The program makes some calls on its own account only then: before, they might end the program,
/// or hang.
static PROVEN: [AtomicBool; 512] = [const { AtomicBool::new(false) }; 512];

/// Notes that a call has returned 0 to a row.
pub fn note_proven(number: u16) {
    PROVEN[usize::from(number % 512)].store(true, Ordering::Relaxed);
}

/// Returns whether a call has returned 0 to a row.
pub fn is_proven(number: u16) -> bool {
    PROVEN[usize::from(number % 512)].load(Ordering::Relaxed)
}

/// Makes a system call of a row and notes it.
pub fn call(number: u16, args: &[Argument; 6]) -> isize {
    note(Source::call(number));
    call_elsewhere(number, args)
}

/// Makes a system call of a row without noting its number, for handlers and threads.
pub fn call_elsewhere(number: u16, args: &[Argument; 6]) -> isize {
    let (number, args) = (number as isize, argument::registers(args));
    if ROUTINES[Routine::LOST as usize] {
        // SAFETY: rows pass the kernel only the arena, constants, and memory that they mapped.
        unsafe { arch::syscall(number, args) }
    } else {
        // SAFETY: as before.
        unsafe { arch::plain_syscall(number, args) }
    }
}

/// Notes that a row has no result; returns an error that no row wants.
pub fn no_result(reason: Word) -> isize {
    note(Source::no_result(reason));
    -4095
}

/// Returns whether a result is an error: a number from -4095 to -1.
pub fn is_error(result: isize) -> bool {
    // One comparison takes 30 bytes less than a range.
    result as usize > -4096isize as usize
}

/// Defines calls that take no memory.
macro_rules! calls {
    ($(
        $(#[$doc:meta])*
        $name:ident($($arg:ident),*) = $make:ident($number:ident $(, $value:expr)*);
    )*) => {$(
        $(#[$doc])*
        pub fn $name($($arg: usize),*) -> isize {
            // SAFETY: the call neither reads nor writes memory of the program.
            unsafe { $make(numbers::$number $(, $value)*) }
        }
    )*};
}

calls! {
    /// close(2).
    close(descriptor) = syscall1(CLOSE, descriptor);
    /// dup(2).
    dup(descriptor) = syscall1(DUP, descriptor);
    /// fcntl(2) with `F_GETFD`.
    descriptor_flags(descriptor) = syscall2(FCNTL, descriptor, F_GETFD as usize);
    /// fcntl(2) with `F_SETFL`.
    set_flags(descriptor, flags) = syscall3(FCNTL, descriptor, F_SETFL as usize, flags);
    /// fcntl(2) with `F_GETFL`.
    status_flags(descriptor) = syscall2(FCNTL, descriptor, F_GETFL as usize);
    /// tgkill(2).
    tgkill(process, thread, signo) = syscall3(TGKILL, process, thread, signo);
    /// getpid(2); [`own_ids`] for one of its numbers takes 16 bytes more.
    getpid() = syscall1(GETPID, 0);
    /// sched_yield(2).
    sched_yield() = syscall1(SCHED_YIELD, 0);
    /// kill(2).
    kill(process, signo) = syscall2(KILL, process, signo);
    /// umask(2).
    umask(mask) = syscall1(UMASK, mask);
    /// timer_delete(2).
    timer_delete(timer) = syscall1(TIMER_DELETE, timer);
    /// exit(2): ends the calling thread.
    exit_thread(status) = syscall1(EXIT, status);
    /// exit_group(2).
    exit_group(status) = syscall1(EXIT_GROUP, status);
}

/// getpid(2) and gettid(2).
pub fn own_ids() -> [i32; 2] {
    // SAFETY: the calls neither read nor write memory of the program.
    let ask = |number| unsafe { syscall1(number, 0) } as i32;
    [ask(numbers::GETPID), ask(numbers::GETTID)]
}

/// clone(2) with these flags, and SIGCHLD at the child's end; fork(2) for [`BY_FORK`], and where
/// there is no clone(2) for no flag. Notes the call. `CLONE_PARENT_SETTID` has the place [`WORD`],
/// and `CLONE_CHILD_SETTID` has [`WORD2`].
pub fn fork(flags: usize) -> isize {
    let missing = -isize::from(errno::ENOSYS.0);
    let mut result = missing;
    if numbers::FORK == ABSENT || flags != BY_FORK as usize {
        note(Source::call(numbers::CLONE));
        // The child's word is the fourth argument or the fifth: the other one, for CLONE_SETTLS, is
        // not read.
        let [parent, child] = [WORD, WORD2].map(arena::address);
        let flags = flags | SIGCHLD as usize;
        // SAFETY: the child has a copy of the memory: no row asks for shared memory. The words are
        // in the arena.
        result = unsafe { syscall5(numbers::CLONE, [flags, 0, parent, child, child]) };
    }
    // Either it, which is -1, or no flag.
    let is_plain = flags.wrapping_sub(BY_FORK as usize) < 2;
    if numbers::FORK != ABSENT && is_plain && result == missing {
        note(Source::call(numbers::FORK));
        // SAFETY: as before.
        result = unsafe { syscall1(numbers::FORK, 0) };
    }
    result
}

/// wait4(2) without the use of resources; the status is the first word.
#[inline(never)]
pub fn wait4(process: usize, status: &mut [u32; 2], options: usize) -> isize {
    let status = status.as_mut_ptr() as usize;
    // SAFETY: the call writes the status.
    unsafe { syscall4(numbers::WAIT4, process, status, options, 0) }
}

/// sigaltstack(2): the thread has no alternate stack.
pub fn drop_signal_stack() {
    let stack = [0, SS_DISABLE as usize, 0];
    // SAFETY: the call reads the `stack_t`.
    unsafe { syscall2(numbers::SIGALTSTACK, stack.as_ptr() as usize, 0) };
}

/// Ends the program by exit_group(2), or by exit(2) where the kernel has no exit_group(2).
pub fn exit(status: i32) -> ! {
    loop {
        exit_group(status as usize);
        exit_thread(status as usize);
    }
}

/// Makes another call in place of one that the kernel does not have; returns its result.
#[inline(never)]
pub fn replace(number: u16, args: &[Argument; 6]) -> isize {
    let &[first, second, third, fourth, ..] = argument::registers(args);
    let (number, [first, second, third]) = match number {
        numbers::PIPE2 if numbers::PIPE != ABSENT => return pipe(args),
        // The id of a process is that of its first thread.
        numbers::KILL => (numbers::TKILL, [first, second, 0]),
        numbers::TGKILL => (numbers::TKILL, [second, third, 0]),
        numbers::PRLIMIT64 if third != 0 => (numbers::SETRLIMIT, [second, third, 0]),
        numbers::PRLIMIT64 => (numbers::GETRLIMIT, [second, fourth, 0]),
        numbers::DUP => (numbers::FCNTL, [first, F_DUPFD as usize, 0]),
        numbers::EPOLL_CREATE1 if numbers::EPOLL_CREATE != ABSENT => {
            (numbers::EPOLL_CREATE, [1, 0, 0])
        }
        _ if HAS_PATHS => return files::replace(number, args),
        _ => return -isize::from(errno::ENOSYS.0),
    };
    // SAFETY: as in `call_elsewhere`: the arguments are those of a row.
    unsafe { syscall3(number, first, second, third) }
}

/// pipe(2), and `O_NONBLOCK` of pipe2(2) by fcntl(2); returns 0 or an error.
pub fn pipe(args: &[Argument; 6]) -> isize {
    let [ends, flags, ..] = argument::registers(args);
    let result = call_elsewhere(numbers::PIPE, args);
    match arena::inside_pair(*ends) {
        Some([reader, writer]) if result == 0 => {
            set_flags(reader as usize, *flags) | set_flags(writer as usize, *flags)
        }
        _ => result,
    }
}

/// write(2).
pub fn write(descriptor: usize, bytes: &[u8]) -> isize {
    let from = bytes.as_ptr() as usize;
    // SAFETY: the call reads the bytes.
    unsafe { syscall3(numbers::WRITE, descriptor, from, bytes.len()) }
}

/// write(2) from the arena.
pub fn write_arena(descriptor: usize, from: Place, size: usize) -> isize {
    // SAFETY: the call only reads memory, and fails where none is mapped.
    unsafe { syscall3(numbers::WRITE, descriptor, arena::address(from), size) }
}

/// read(2) into the arena.
pub fn read_arena(descriptor: usize, to: Place, size: usize) -> isize {
    assert!(arena::holds(to, size));
    // SAFETY: the call writes into the arena.
    unsafe { syscall3(numbers::READ, descriptor, arena::address(to), size) }
}

/// The call by which [`poll`] asks.
pub const POLL: u16 = if numbers::POLL == ABSENT {
    numbers::PPOLL
} else {
    numbers::POLL
};

/// poll(2) of one `struct pollfd` with a timeout of 0, or ppoll(2) where there is no poll(2).
pub fn poll(entry: &mut [u32; 2]) -> isize {
    let entry = entry.as_mut_ptr() as usize;
    if POLL == numbers::POLL {
        // SAFETY: the call reads and writes the entry.
        return unsafe { syscall2(POLL, entry, 1) };
    }
    let mut timeout = [0usize; 2];
    let arguments = [
        entry,
        1,
        timeout.as_mut_ptr() as usize,
        0,
        SIGSET_SIZE as usize,
    ];
    // SAFETY: the call reads and writes the entry and the timeout.
    unsafe { syscall5(POLL, arguments) }
}

/// nanosleep(2) for a `struct timespec`; the remainder is not asked for.
pub fn nanosleep(time: &[usize; 2]) -> isize {
    // SAFETY: the call reads the time.
    unsafe { syscall1(numbers::NANOSLEEP, time.as_ptr() as usize) }
}

/// clock_gettime(2) of the monotonic clock into a `struct timespec`.
fn clock_gettime(now: &mut [isize; 2]) -> isize {
    let to = now.as_mut_ptr() as usize;
    // SAFETY: the call writes the time.
    unsafe { syscall2(numbers::CLOCK_GETTIME, CLOCK_MONOTONIC as usize, to) }
}

/// The microseconds of the monotonic clock, or the error.
pub fn microseconds() -> isize {
    let mut now = [0isize; 2];
    let result = clock_gettime(&mut now);
    if result != 0 {
        return result;
    }
    now[0].wrapping_mul(1_000_000).wrapping_add(now[1] / 1000)
}

/// setitimer(2) of `ITIMER_REAL` to a `struct itimerval`.
pub fn setitimer(value: &[u64; 4]) -> isize {
    let new = value.as_ptr() as usize;
    // SAFETY: the call reads the value.
    unsafe { syscall2(numbers::SETITIMER, ITIMER_REAL as usize, new) }
}

/// timer_settime(2) to a relative `struct itimerspec`.
pub fn timer_settime(timer: usize, value: &[usize; 4]) -> isize {
    let new = value.as_ptr() as usize;
    // SAFETY: the call reads the value.
    unsafe { syscall3(numbers::TIMER_SETTIME, timer, 0, new) }
}

/// munmap(2) of the page after the arena: a loader may have mapped it.
pub fn unmap_edge() {
    // SAFETY: nothing of the program is in the hole after the arena.
    unsafe { syscall2(numbers::MUNMAP, arena::address(EDGE), 4096) };
}

/// prlimit64(2): sets the limits of a resource to those in the arena.
pub fn set_limits(resource: usize, limits: Place) {
    let new = arena::address(limits);
    // SAFETY: the call reads memory of the arena.
    if unsafe { syscall3(numbers::PRLIMIT64, 0, resource, new) } != 0 {
        // SAFETY: as before.
        unsafe { syscall2(numbers::SETRLIMIT, resource, new) };
    }
}

/// The words for a signal mask: as many as a C library's has, since a kernel may write these by
/// mistake.
pub const MASK_WORDS: usize = 16;
/// The words for a `struct sigaction`, with the same room for its mask.
pub const ACTION_WORDS: usize = size_of::<Action>() / size_of::<usize>() + MASK_WORDS;

/// rt_sigprocmask(2): reads the signal mask, and sets it where a new one is given.
///
/// The old mask is the first word.
pub fn rt_sigprocmask(new: Option<&u64>, old: &mut [u64; MASK_WORDS]) -> isize {
    let new = new.map_or(0, |mask| &raw const *mask as usize);
    let (how, old) = (SIG_SETMASK as usize, old.as_mut_ptr() as usize);
    // SAFETY: the call reads the new mask and writes the old one.
    unsafe { syscall4(numbers::RT_SIGPROCMASK, how, new, old, SIGSET_SIZE as usize) }
}

/// rt_sigaction(2): sets the action of a signal.
pub fn set_action(signo: usize, new: &Action) -> isize {
    let new = &raw const *new as usize;
    // SAFETY: the call reads the action, whose handler is from `arch`.
    unsafe { syscall4(numbers::RT_SIGACTION, signo, new, 0, SIGSET_SIZE as usize) }
}

/// rt_sigaction(2): gives a signal its default action.
pub fn set_default_action(signo: usize) {
    let action = [SIG_DFL as usize; 4];
    let new = action.as_ptr() as usize;
    // SAFETY: the call reads the action.
    unsafe { syscall4(numbers::RT_SIGACTION, signo, new, 0, SIGSET_SIZE as usize) };
}

/// rt_sigaction(2): reads the action of a signal, whose handler is the first word.
pub fn action(signo: usize, old: &mut [usize; ACTION_WORDS]) -> isize {
    let old = old.as_mut_ptr() as usize;
    // SAFETY: the call writes the action.
    unsafe { syscall4(numbers::RT_SIGACTION, signo, 0, old, SIGSET_SIZE as usize) }
}
