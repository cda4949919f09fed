//! The calls of rows: system calls, and pseudo-calls that the program answers itself.

mod files;
mod processes;

pub use files::*;
pub use processes::*;

use crate::abi::Processor;
use crate::abi::numbers::{ABSENT, generic, x86_64 as numbers};

/// A profile of IEEE 1003.13-2003, in the order in which the suite runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    Pse51,
    Pse52,
    Pse53,
    Pse54,
    /// No profile: what Linux alone has.
    Linux,
}

impl Profile {
    pub const ALL: [Profile; 5] = [
        Profile::Pse51,
        Profile::Pse52,
        Profile::Pse53,
        Profile::Pse54,
        Profile::Linux,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Profile::Pse51 => "PSE51",
            Profile::Pse52 => "PSE52",
            Profile::Pse53 => "PSE53",
            Profile::Pse54 => "PSE54",
            Profile::Linux => "Linux",
        }
    }
}

/// The part that answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// The kernel: a system call under test, of a profile.
    Tested(Profile),
    /// The kernel: a system call that is not under test and serves the others.
    Plumbing,
    /// The interpreter: a pseudo-call, by its number in [`op`].
    Op,
    /// A function in `routines`, by its number in `plan::routine`.
    Routine,
}

/// A call that a row can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// The name as Linux spells it. The name of a pseudo-call is never printed.
    pub name: &'static str,
    /// The number on x86-64, by which calls are told apart; that of a pseudo-call or a routine.
    pub number: u16,
    /// The number on the other processors, or [`ABSENT`].
    pub generic: u16,
    pub arity: u8,
    pub callee: Callee,
}

impl Call {
    /// The number on a processor, or nothing where the processor does not have the call.
    pub const fn number_on(self, processor: Processor) -> Option<u16> {
        let number = match processor {
            Processor::X86_64 => self.number,
            Processor::Aarch64 | Processor::Riscv64 => self.generic,
        };
        if number == ABSENT { None } else { Some(number) }
    }

    /// Returns whether the kernel answers.
    pub const fn is_syscall(self) -> bool {
        matches!(self.callee, Callee::Tested(_) | Callee::Plumbing)
    }

    /// Returns whether the call makes a descriptor: it is the result, or `pipe2` and `socketpair`
    /// write two to memory.
    pub const fn makes_descriptor(self) -> bool {
        use numbers as n;
        self.is_syscall()
            && matches!(
                self.number,
                n::PIPE2
                    | n::DUP
                    | n::DUP2
                    | n::DUP3
                    | n::FCNTL
                    | n::SOCKET
                    | n::ACCEPT
                    | n::EPOLL_CREATE1
                    | n::OPEN
                    | n::OPENAT
                    | n::CREAT
                    | n::MEMFD_CREATE
                    | n::SOCKETPAIR
                    | n::ACCEPT4
                    | n::EVENTFD2
                    | n::TIMERFD_CREATE
                    | n::SIGNALFD4
                    | n::MQ_OPEN
                    | n::PIDFD_OPEN
            )
    }

    /// Returns whether the call may change the signal mask.
    pub const fn touches_mask(self) -> bool {
        use numbers as n;
        self.is_syscall()
            && matches!(
                self.number,
                n::RT_SIGPROCMASK
                    | n::KILL
                    | n::TKILL
                    | n::TGKILL
                    | n::PPOLL
                    | n::PSELECT6
                    | n::RT_SIGSUSPEND
                    | n::RT_SIGQUEUEINFO
            )
    }
}

/// Defines calls; a call has the name of its number, or another name before it.
macro_rules! syscalls {
    ($(#[$doc:meta])* $list:ident: $callee:expr;
     $($name:ident $(= $number:ident)? $text:literal $arity:literal;)*) => {
        $(pub const $name: Call = $crate::plan::call::syscalls!(
            @one ($name $($number)?) $text $arity $callee
        );)*
        $(#[$doc])* pub const $list: &[Call] = &[$($name),*];
    };
    (@one ($name:ident) $text:literal $arity:literal $callee:expr) => {
        Call {
            name: $text, number: numbers::$name, generic: generic::$name, arity: $arity,
            callee: $callee,
        }
    };
    (@one ($name:ident $number:ident) $($rest:tt)*) => {
        $crate::plan::call::syscalls!(@one ($number) $($rest)*)
    };
}
pub(crate) use syscalls;

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $number:literal ($($arg:ident),*);)*) => {
        /// The numbers of the pseudo-calls.
        pub mod op {
            $($(#[$doc])* pub const $name: u8 = $number;)*
            /// The number of pseudo-calls; their numbers are 0 to one less.
            pub const HOW_MANY: u8 = [$($number),*].len() as u8;
        }
        /// Every pseudo-call, in the order of the numbers.
        pub const OPS: &[Call] = &[$($name),*];
        $($(#[$doc])* pub const $name: Call = Call {
            name: stringify!($name), number: op::$name as u16, generic: op::$name as u16,
            arity: { const ARGS: &[&str] = &[$(stringify!($arg)),*]; ARGS.len() as u8 },
            callee: Callee::Op,
        };)*
    };
}

syscalls! {
    /// The calls of PSE51.
    PSE51: Callee::Tested(Profile::Pse51);
    MMAP "mmap" 6;
    MUNMAP "munmap" 2;
    BRK "brk" 1;
    ARCH_PRCTL "arch_prctl" 2;
    FUTEX "futex" 6;
    GETTID "gettid" 0;
    TKILL "tkill" 2;
    TGKILL "tgkill" 3;
    SCHED_YIELD "sched_yield" 0;
    RT_SIGACTION "rt_sigaction" 4;
    RT_SIGPROCMASK "rt_sigprocmask" 4;
    KILL "kill" 2;
    CLOCK_GETTIME "clock_gettime" 2;
    CLOCK_GETRES "clock_getres" 2;
    NANOSLEEP "nanosleep" 2;
    TIMER_CREATE "timer_create" 3;
    TIMER_SETTIME "timer_settime" 4;
    TIMER_DELETE "timer_delete" 1;
    READ "read" 3;
    WRITE "write" 3;
    READV "readv" 3;
    WRITEV "writev" 3;
    CLOSE "close" 1;
    GETRANDOM "getrandom" 3;
}

syscalls! {
    /// The calls of PSE52.
    PSE52: Callee::Tested(Profile::Pse52);
    DUP "dup" 1;
    DUP2 "dup2" 2;
    DUP3 "dup3" 3;
    FCNTL "fcntl" 3;
    FSTAT "fstat" 2;
    GETCWD "getcwd" 2;
    CHDIR "chdir" 1;
}

syscalls! {
    /// The calls of PSE53.
    PSE53: Callee::Tested(Profile::Pse53);
    GETPID "getpid" 0;
    GETPPID "getppid" 0;
    EXIT_GROUP "exit_group" 1;
    PRLIMIT64 "prlimit64" 4;
    MPROTECT "mprotect" 3;
    SCHED_GETAFFINITY "sched_getaffinity" 3;
    PIPE2 "pipe2" 2;
    POLL "poll" 3;
    PPOLL "ppoll" 5;
    SELECT "select" 5;
    PSELECT6 "pselect6" 6;
    EPOLL_CREATE1 "epoll_create1" 1;
    EPOLL_CTL "epoll_ctl" 4;
    EPOLL_WAIT "epoll_wait" 4;
    SOCKET "socket" 3;
    BIND "bind" 3;
    LISTEN "listen" 2;
    ACCEPT "accept" 3;
    CONNECT "connect" 3;
    SETSOCKOPT "setsockopt" 5;
    GETSOCKOPT "getsockopt" 5;
}

syscalls! {
    /// The calls that serve the others.
    PLUMBING: Callee::Plumbing;
    SETITIMER "setitimer" 3;
    GETSOCKNAME "getsockname" 3;
    CLONE "clone" 5;
    EXIT "exit" 1;
    WAIT4 "wait4" 4;
    TIMER_GETOVERRUN "timer_getoverrun" 1;
}

syscalls! {
    /// The calls that are made in place of those that a processor does not have, and are tested on
    /// such a processor only.
    SUBSTITUTES: Callee::Tested(Profile::Pse53);
    EPOLL_PWAIT "epoll_pwait" 6;
}

/// The call by which a processor does what the call of that name does elsewhere.
///
/// `plan::table` translates the rows.
pub fn name_on(processor: Processor, name: &str) -> &str {
    match name {
        _ if processor == Processor::X86_64 => name,
        "dup2" => DUP3.name,
        "poll" => PPOLL.name,
        "select" => PSELECT6.name,
        "epoll_wait" => EPOLL_PWAIT.name,
        _ => name,
    }
}

/// The number of second threads, numbered from 0.
pub const THREADS: i64 = 2;

/// The value of `quarters` that makes [`LATER`] start a child process instead of a thread.
pub const PROCESS: i64 = -1;

/// The value of `flags` that makes [`CHILD`] call fork(2), which x86-64 alone has.
pub const BY_FORK: i64 = -1;

ops! {
    /// Ends the rows; it is in packed rows only.
    END 0 ();
    /// Begins a group; it is in packed rows only.
    GROUP 1 ();
    /// Sets the system call that the next check is about; it is in packed rows only.
    ABOUT 2 ();
    /// Begins a script: closes the descriptors of the last one, empties the signal mask, stops the
    /// watchdog, poisons the arena and forgets failed steps.
    FRESH 3 ();
    /// The number of bytes, of `size`, that differ between two addresses.
    SAME 4 (left, right, size);
    /// The number of bytes, of `size` from an address on, that are equal to `byte`.
    COUNT 5 (address, byte, size);
    /// The signed byte, 16-bit, 32-bit or 64-bit number at an address.
    GET8 6 (address);
    GET16 7 (address);
    GET32 8 (address);
    GET64 9 (address);
    /// Stores a number at an address.
    PUT8 10 (address, value);
    PUT16 11 (address, value);
    PUT32 12 (address, value);
    PUT64 13 (address, value);
    /// Stores two 64-bit numbers, as in `struct iovec` and `struct timespec`.
    PAIR 14 (address, first, second);
    /// Fills memory with a byte.
    FILL 15 (address, byte, size);
    /// The first number less the second.
    MINUS 16 (first, second);
    /// The bits that two numbers have in common.
    AND 17 (first, second);
    /// Repeats the rows since the last `FRESH()` up to so many times and prints nothing. Returns
    /// the number of rounds before the first one with a failing row.
    AGAIN 18 (rounds);
    /// Defers the next row: a new thread of that number waits so many quarters of a
    /// millisecond and then makes the row's call. With `PROCESS` for the quarters a child process
    /// makes it, which shares the memory and has its own descriptors; `WAIT4` may wait for its end.
    LATER 19 (thread, quarters);
    /// Waits up to about a second for a thread's end; returns the result of its call.
    JOIN 20 (thread);
    /// Defers the next row: the signal handler makes its call the next time that it runs.
    IN_HANDLER 21 ();
    /// Installs the recording handler for a signal with these flags and this mask. Returns 1 if the
    /// kernel reports the handler installed: only then may a signal be sent.
    CATCH 22 (signo, flags, mask);
    /// Starts the watchdog: up to the next `FRESH()` it ends a blocked call by `SIGALRM`. The call
    /// is made again, and at the fifth end, after about a second on an idle machine, the row fails
    /// whatever it wants.
    WATCH 23 ();
    /// The microseconds of the monotonic clock since the last `CLOCK()`.
    CLOCK 24 ();
    /// Repeats the next row's call, with pauses of a twentieth of a millisecond, until the row's
    /// want is met, for up to about a second. It waits for a change that another thread makes.
    RETRY 25 ();
    /// The 64-bit word in which only that bit is set.
    BIT 26 (number);
    /// Starts a child process by clone(2) with these flags and SIGCHLD, without shared memory, or
    /// with [`BY_FORK`] by fork(2). `CLONE_PARENT_SETTID` stores the id in `WORD`, and
    /// `CLONE_CHILD_SETTID` in the child's `WORD2`. Returns its id. The child runs the rows up
    /// to `PARENT()` and
    /// prints nothing; it ends with the status 0 there, or at the first row whose want is not met,
    /// with the place of that row after `CHILD()`, from 1. The parent goes on after `PARENT()`.
    CHILD 27 (flags);
    /// Ends the rows of a child process.
    PARENT 28 ();
    /// Waits up to about a second for a child process's end; returns 0 where all of its rows were
    /// met, the place of the first one that was not, or 256 plus the signal that ended it.
    REAP 29 (pid);
    /// Goes to an empty folder that the suite makes for the script; returns 0 or the error.
    FOLDER 30 ();
}
