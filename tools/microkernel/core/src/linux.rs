//! The words of the Linux ABI that the suite itself does not use, beside those that it does.

pub use posix_conformance::abi::{Errno, errno, flags, layout, numbers};

/// System calls that serve others, and are not among the tested ones (`<asm/unistd_64.h>`).
pub mod more {
    pub const RT_SIGRETURN: u16 = 15;
    pub const GETITIMER: u16 = 36;
    pub const GETPEERNAME: u16 = 52;
    pub const UNAME: u16 = 63;
    pub const RT_SIGPENDING: u16 = 127;
    pub const RT_SIGSUSPEND: u16 = 130;
    pub const SIGALTSTACK: u16 = 131;
    pub const SET_TID_ADDRESS: u16 = 218;
    pub const TIMER_GETTIME: u16 = 224;
    pub const TIMER_GETOVERRUN: u16 = 225;
    pub const CLOCK_NANOSLEEP: u16 = 230;
    pub const ACCEPT4: u16 = 288;
}

// <signal.h>, beside those of the suite.
pub const SIGILL: i32 = 4;
pub const SIGTRAP: i32 = 5;
pub const SIGBUS: i32 = 7;
pub const SIGFPE: i32 = 8;
pub const SIGKILL: i32 = 9;
pub const SIGSEGV: i32 = 11;
pub const SIGPIPE: i32 = 13;
pub const SIGALRM: i32 = 14;
pub const SIGCHLD: i32 = 17;
pub const SIGCONT: i32 = 18;
pub const SIGSTOP: i32 = 19;
pub const SIGTSTP: i32 = 20;
pub const SIGTTIN: i32 = 21;
pub const SIGTTOU: i32 = 22;
pub const SIGURG: i32 = 23;
pub const SIGWINCH: i32 = 28;
/// The first real-time signal, which queues, and the last one.
pub const SIGRTMIN: i32 = 32;
pub const SIGNAL_MAX: i32 = 64;
pub const SA_ONSTACK: u64 = 0x0800_0000;
pub const SS_ONSTACK: i32 = 1;
pub const SS_DISABLE: i32 = 2;
pub const MINSIGSTKSZ: u64 = 2048;
// `si_code` of `<asm-generic/siginfo.h>`.
pub const SI_USER: i32 = 0;
pub const SI_KERNEL: i32 = 0x80;
pub const SI_TIMER: i32 = -2;
pub const SI_TKILL: i32 = -6;
pub const SEGV_MAPERR: i32 = 1;
pub const SEGV_ACCERR: i32 = 2;
pub const CLD_EXITED: i32 = 1;
pub const CLD_KILLED: i32 = 2;
pub const SIGEV_SIGNAL: i32 = 0;
pub const SIGEV_NONE: i32 = 1;
pub const SIGEV_THREAD: i32 = 2;
pub const SIGEV_THREAD_ID: i32 = 4;

// <poll.h>.
pub const POLLIN: u32 = 0x001;
pub const POLLPRI: u32 = 0x002;
pub const POLLOUT: u32 = 0x004;
pub const POLLERR: u32 = 0x008;
pub const POLLHUP: u32 = 0x010;
pub const POLLNVAL: u32 = 0x020;
pub const POLLRDNORM: u32 = 0x040;
pub const POLLWRNORM: u32 = 0x100;
pub const POLLRDHUP: u32 = 0x2000;

// epoll_ctl(2).
pub const EPOLL_CTL_ADD: u64 = 1;
pub const EPOLL_CTL_DEL: u64 = 2;
pub const EPOLL_CTL_MOD: u64 = 3;
pub const EPOLLONESHOT: u32 = 1 << 30;
pub const EPOLLET: u32 = 1 << 31;

// futex(2).
pub const FUTEX_WAIT: u64 = 0;
pub const FUTEX_WAKE: u64 = 1;
pub const FUTEX_REQUEUE: u64 = 3;
pub const FUTEX_CMP_REQUEUE: u64 = 4;
pub const FUTEX_WAKE_OP: u64 = 5;
pub const FUTEX_WAIT_BITSET: u64 = 9;
pub const FUTEX_WAKE_BITSET: u64 = 10;
pub const FUTEX_PRIVATE_FLAG: u64 = 128;
pub const FUTEX_CLOCK_REALTIME: u64 = 256;

// clone(2).
pub const CLONE_SETTLS: u64 = 0x0008_0000;
pub const CLONE_CHILD_SETTID: u64 = 0x0100_0000;

// fcntl(2) and stat(2).
pub const F_SETPIPE_SZ: i64 = 1031;
pub const F_GETPIPE_SZ: i64 = 1032;
pub const S_IFIFO: u32 = 0o010000;
pub const S_IFCHR: u32 = 0o020000;

// <sys/socket.h>, beside those of the suite; the flags stand above a socket's type.
pub const AF_UNSPEC: i64 = 0;
pub const SOCK_TYPE_MASK: i64 = 0xf;
pub const SO_SNDBUF: i64 = 7;
pub const SO_SNDTIMEO: i64 = 21;

// prlimit(2).
pub const RLIM_INFINITY: u64 = u64::MAX;
pub const RLIMIT_STACK: usize = 3;
pub const RLIMIT_NOFILE: usize = 7;
pub const RLIMIT_AS: usize = 9;
pub const RLIMIT_SIGPENDING: usize = 11;
pub const RLIMITS: usize = 16;
