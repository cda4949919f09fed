//! What a row can call: system calls, and pseudo-calls that the machine answers itself.

use crate::abi::numbers;

/// A profile of IEEE 1003.13-2003, in the order in which the suite runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    Pse51,
    Pse52,
    Pse53,
}

impl Profile {
    pub const ALL: [Profile; 3] = [Profile::Pse51, Profile::Pse52, Profile::Pse53];

    pub const fn name(self) -> &'static str {
        match self {
            Profile::Pse51 => "PSE51",
            Profile::Pse52 => "PSE52",
            Profile::Pse53 => "PSE53",
        }
    }
}

/// Who answers a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callee {
    /// The kernel: a system call under test, filed under a profile.
    Tested(Profile),
    /// The kernel: a system call outside the plan that only serves others.
    Plumbing,
    /// The machine: a pseudo-call, by its number in [`op`].
    Op,
    /// A function in `checks`, by its number in `plan::routine`.
    Routine,
}

/// Something a row can call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// As Linux spells it; a pseudo-call's is never printed.
    pub name: &'static str,
    pub number: u16,
    pub arity: u8,
    pub callee: Callee,
}

impl Call {
    /// Whether the kernel answers.
    pub const fn is_syscall(self) -> bool {
        matches!(self.callee, Callee::Tested(_) | Callee::Plumbing)
    }

    /// Whether a good result is a new descriptor (`pipe2` writes its two to memory).
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
            )
    }

    /// Whether the signal mask may be another one afterwards.
    pub const fn touches_mask(self) -> bool {
        use numbers as n;
        self.is_syscall()
            && matches!(
                self.number,
                n::RT_SIGPROCMASK | n::KILL | n::TKILL | n::TGKILL | n::PPOLL | n::PSELECT6
            )
    }
}

macro_rules! syscalls {
    ($(#[$doc:meta])* $list:ident: $callee:expr; $($name:ident $text:literal $arity:literal;)*) => {
        $(pub const $name: Call = Call {
            name: $text, number: numbers::$name, arity: $arity, callee: $callee,
        };)*
        $(#[$doc])* pub const $list: &[Call] = &[$($name),*];
    };
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident $number:literal ($($arg:ident),*);)*) => {
        /// The numbers of the pseudo-calls; 0 ends the program of the suite.
        pub mod op {
            $($(#[$doc])* pub const $name: u8 = $number;)*
            /// How many there are; the numbers are 0 to this less one.
            pub const HOW_MANY: u8 = [$($number),*].len() as u8;
        }
        /// Every pseudo-call, in the order of the numbers.
        pub const OPS: &[Call] = &[$($name),*];
        $($(#[$doc])* pub const $name: Call = Call {
            name: stringify!($name), number: op::$name as u16,
            arity: { const ARGS: &[&str] = &[$(stringify!($arg)),*]; ARGS.len() as u8 },
            callee: Callee::Op,
        };)*
    };
}

syscalls! {
    /// Those filed under PSE51.
    PSE51: Callee::Tested(Profile::Pse51);
    MMAP "mmap" 6;
    MUNMAP "munmap" 2;
    BRK "brk" 1;
    ARCH_PRCTL "arch_prctl" 2;
    FUTEX "futex" 6;
    GETTID "gettid" 0;
    TKILL "tkill" 2;
    TGKILL "tgkill" 3;
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
    /// Those filed under PSE52.
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
    /// Those filed under PSE53.
    PSE53: Callee::Tested(Profile::Pse53);
    GETPID "getpid" 0;
    GETPPID "getppid" 0;
    EXIT_GROUP "exit_group" 1;
    PRLIMIT64 "prlimit64" 4;
    MPROTECT "mprotect" 3;
    SCHED_YIELD "sched_yield" 0;
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
    /// Those that only serve others.
    PLUMBING: Callee::Plumbing;
    SETITIMER "setitimer" 3;
    GETSOCKNAME "getsockname" 3;
    CLONE "clone" 5;
    EXIT "exit" 1;
    WAIT4 "wait4" 4;
    TIMER_GETOVERRUN "timer_getoverrun" 1;
}

/// In place of the quarters of [`LATER`]: not a thread but a child process.
pub const CHILD: i64 = -1;

ops! {
    /// Ends the program of the suite; packed only.
    END 0 ();
    /// Begins a group: two bytes, profile and kind, then the family's title; packed only.
    GROUP 1 ();
    /// Names the system call that the next pseudo-call's check is about; packed only.
    ABOUT 2 ();
    /// Begins a new script: closes what the last one opened, empties the signal mask, stops the
    /// watchdog, poisons the arena, forgets failed steps.
    FRESH 3 ();
    /// How many of `size` bytes differ between two addresses.
    SAME 4 (left, right, size);
    /// How many of `size` bytes from an address hold the value.
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
    /// Stores two 64-bit numbers, the shape of an `iovec` or `timespec`.
    PAIR 14 (address, first, second);
    /// Fills memory with a byte.
    FILL 15 (address, byte, size);
    /// The first number less the second.
    MINUS 16 (first, second);
    /// The bits that two numbers have in common.
    AND 17 (first, second);
    /// Runs the rows since the last `FRESH()` so many times again, silently; returns how many
    /// rounds went through without a failing row, and stops at the first that did not.
    AGAIN 18 (rounds);
    /// Puts off the next row: a new thread of that number (0 or 1) waits so many quarters
    /// of a millisecond, then makes its call. With [`CHILD`] for them a child process makes it,
    /// which shares the memory and has descriptors of its own; `WAIT4` may ask for its end.
    LATER 19 (thread, quarters);
    /// Waits for that thread to end, at most a second or so; returns what its call returned.
    JOIN 20 (thread);
    /// Puts off the next row: the signal handler makes its call, once, the next time it runs.
    IN_HANDLER 21 ();
    /// Installs the recording handler for a signal with these flags and this mask, and fails
    /// unless the kernel says it is there: no signal is sent on the strength of a lie.
    CATCH 22 (signo, flags, mask);
    /// From here to the next `FRESH()` a blocked call is ended by `SIGALRM` after most of a
    /// second, and its row fails whatever it wants.
    WATCH 23 ();
    /// Microseconds of the monotonic clock since the last `CLOCK()`; it starts anew.
    CLOCK 24 ();
    /// Makes the next row's call again, up to so many times with pauses of a twentieth of a
    /// millisecond, until it gives what the row wants: for what another thread brings about.
    RETRY 25 (times);
    /// The 64-bit word in which only the bit of that number is set.
    BIT 26 (number);
}
