//! System call numbers of the processors that came to Linux late, aarch64 and riscv64
//! (`<asm-generic/unistd.h>`).
//!
//! Calls that another call replaces are absent: these kernels never had a program that needs them.

use super::ABSENT;

numbers! {
    GETCWD = 17;
    EPOLL_CREATE1 = 20;
    EPOLL_CTL = 21;
    EPOLL_PWAIT = 22;
    DUP = 23;
    DUP3 = 24;
    FCNTL = 25;
    CHDIR = 49;
    CLOSE = 57;
    PIPE2 = 59;
    READ = 63;
    WRITE = 64;
    READV = 65;
    WRITEV = 66;
    PSELECT6 = 72;
    PPOLL = 73;
    FSTAT = 80;
    EXIT = 93;
    EXIT_GROUP = 94;
    FUTEX = 98;
    NANOSLEEP = 101;
    SETITIMER = 103;
    TIMER_CREATE = 107;
    TIMER_GETOVERRUN = 109;
    TIMER_SETTIME = 110;
    TIMER_DELETE = 111;
    CLOCK_GETTIME = 113;
    CLOCK_GETRES = 114;
    SCHED_GETAFFINITY = 123;
    SCHED_YIELD = 124;
    KILL = 129;
    TKILL = 130;
    TGKILL = 131;
    RT_SIGACTION = 134;
    RT_SIGPROCMASK = 135;
    RT_SIGRETURN = 139;
    GETRLIMIT = 163;
    SETRLIMIT = 164;
    GETPID = 172;
    GETPPID = 173;
    GETTID = 178;
    SOCKET = 198;
    BIND = 200;
    LISTEN = 201;
    ACCEPT = 202;
    CONNECT = 203;
    GETSOCKNAME = 204;
    SETSOCKOPT = 208;
    GETSOCKOPT = 209;
    BRK = 214;
    MUNMAP = 215;
    CLONE = 220;
    MMAP = 222;
    MPROTECT = 226;
    WAIT4 = 260;
    PRLIMIT64 = 261;
    GETRANDOM = 278;
}

/// Defines the numbers of the calls that only x86-64 has.
macro_rules! absent {
    ($($name:ident)*) => {$(
        pub const $name: u16 = ABSENT;
    )*};
}

absent! { ARCH_PRCTL DUP2 EPOLL_CREATE EPOLL_WAIT PIPE POLL SELECT }
