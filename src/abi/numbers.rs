//! System call numbers of Linux x86-64 (`syscalls(2)`, `<asm/unistd_64.h>`).

/// Declares the numbers and the table of them together, so that no fact stands twice.
macro_rules! numbers {
    ($($name:ident = $number:literal;)*) => {
        $(pub const $name: u16 = $number;)*

        /// Every number with its name in capitals.
        pub const ALL: &[(&str, u16)] = &[$((stringify!($name), $number),)*];
    };
}

numbers! {
    READ = 0;
    WRITE = 1;
    CLOSE = 3;
    FSTAT = 5;
    POLL = 7;
    MMAP = 9;
    MPROTECT = 10;
    MUNMAP = 11;
    BRK = 12;
    RT_SIGACTION = 13;
    RT_SIGPROCMASK = 14;
    RT_SIGRETURN = 15;
    READV = 19;
    WRITEV = 20;
    SELECT = 23;
    SCHED_YIELD = 24;
    DUP = 32;
    DUP2 = 33;
    NANOSLEEP = 35;
    SETITIMER = 38;
    GETPID = 39;
    SOCKET = 41;
    CONNECT = 42;
    ACCEPT = 43;
    BIND = 49;
    LISTEN = 50;
    GETSOCKNAME = 51;
    SETSOCKOPT = 54;
    GETSOCKOPT = 55;
    CLONE = 56;
    EXIT = 60;
    WAIT4 = 61;
    KILL = 62;
    FCNTL = 72;
    GETCWD = 79;
    CHDIR = 80;
    GETPPID = 110;
    ARCH_PRCTL = 158;
    GETTID = 186;
    TKILL = 200;
    FUTEX = 202;
    SCHED_GETAFFINITY = 204;
    EPOLL_CREATE1 = 291;
    TIMER_CREATE = 222;
    TIMER_SETTIME = 223;
    TIMER_GETOVERRUN = 225;
    TIMER_DELETE = 226;
    CLOCK_GETTIME = 228;
    CLOCK_GETRES = 229;
    EXIT_GROUP = 231;
    EPOLL_WAIT = 232;
    EPOLL_CTL = 233;
    TGKILL = 234;
    PSELECT6 = 270;
    PPOLL = 271;
    DUP3 = 292;
    PIPE2 = 293;
    PRLIMIT64 = 302;
    GETRANDOM = 318;
}
