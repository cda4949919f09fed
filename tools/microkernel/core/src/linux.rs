//! The words of the Linux ABI that the suite itself does not use, beside those that it does.

pub(crate) use posix_conformance::abi::{Errno, errno, flags, layout, numbers};

/// System calls that serve others, and are not among the tested ones (`<asm/unistd_64.h>`).
pub(crate) mod more {
    pub(crate) const GETITIMER: u16 = 36;
    pub(crate) const GETPEERNAME: u16 = 52;
    pub(crate) const UNAME: u16 = 63;
    pub(crate) const RT_SIGPENDING: u16 = 127;
    pub(crate) const RT_SIGSUSPEND: u16 = 130;
    pub(crate) const SIGALTSTACK: u16 = 131;
    pub(crate) const SET_TID_ADDRESS: u16 = 218;
    pub(crate) const TIMER_GETTIME: u16 = 224;
    pub(crate) const CLOCK_NANOSLEEP: u16 = 230;
    pub(crate) const ACCEPT4: u16 = 288;
}

// <signal.h>, beside those of the suite.
pub(crate) const SIGILL: i32 = 4;
pub(crate) const SIGTRAP: i32 = 5;
pub(crate) const SIGBUS: i32 = 7;
pub(crate) const SIGFPE: i32 = 8;
pub(crate) const SIGKILL: i32 = 9;
pub(crate) const SIGSEGV: i32 = 11;
pub(crate) const SIGPIPE: i32 = 13;
pub(crate) const SIGALRM: i32 = 14;
pub(crate) const SIGCHLD: i32 = 17;
pub(crate) const SIGCONT: i32 = 18;
pub(crate) const SIGSTOP: i32 = 19;
pub(crate) const SIGTSTP: i32 = 20;
pub(crate) const SIGTTIN: i32 = 21;
pub(crate) const SIGTTOU: i32 = 22;
pub(crate) const SIGURG: i32 = 23;
pub(crate) const SIGWINCH: i32 = 28;
/// The first real-time signal, which queues, and the last one.
pub(crate) const SIGRTMIN: i32 = 32;
pub(crate) const SIGNAL_MAX: i32 = 64;
pub(crate) const SA_ONSTACK: u64 = 0x0800_0000;
pub(crate) const SS_ONSTACK: i32 = 1;
pub(crate) const SS_DISABLE: i32 = 2;
pub(crate) const MINSIGSTKSZ: u64 = 2048;
// `si_code` of `<asm-generic/siginfo.h>`.
pub(crate) const SI_USER: i32 = 0;
pub(crate) const SI_KERNEL: i32 = 0x80;
pub(crate) const SI_TIMER: i32 = -2;
pub(crate) const SI_TKILL: i32 = -6;
pub(crate) const SEGV_MAPERR: i32 = 1;
pub(crate) const SEGV_ACCERR: i32 = 2;
pub(crate) const CLD_EXITED: i32 = 1;
pub(crate) const CLD_KILLED: i32 = 2;
pub(crate) const SIGEV_SIGNAL: i32 = 0;
pub(crate) const SIGEV_NONE: i32 = 1;
pub(crate) const SIGEV_THREAD: i32 = 2;
pub(crate) const SIGEV_THREAD_ID: i32 = 4;

// <poll.h>.
pub(crate) const POLLIN: u32 = 0x001;
pub(crate) const POLLPRI: u32 = 0x002;
pub(crate) const POLLOUT: u32 = 0x004;
pub(crate) const POLLERR: u32 = 0x008;
pub(crate) const POLLHUP: u32 = 0x010;
pub(crate) const POLLNVAL: u32 = 0x020;
pub(crate) const POLLRDNORM: u32 = 0x040;
pub(crate) const POLLWRNORM: u32 = 0x100;
pub(crate) const POLLRDHUP: u32 = 0x2000;

// epoll_ctl(2).
pub(crate) const EPOLL_CTL_ADD: u64 = 1;
pub(crate) const EPOLL_CTL_DEL: u64 = 2;
pub(crate) const EPOLL_CTL_MOD: u64 = 3;
pub(crate) const EPOLLONESHOT: u32 = 1 << 30;
pub(crate) const EPOLLET: u32 = 1 << 31;

// futex(2).
pub(crate) const FUTEX_WAIT: u64 = 0;
pub(crate) const FUTEX_WAKE: u64 = 1;
pub(crate) const FUTEX_REQUEUE: u64 = 3;
pub(crate) const FUTEX_CMP_REQUEUE: u64 = 4;
pub(crate) const FUTEX_WAKE_OP: u64 = 5;
pub(crate) const FUTEX_WAIT_BITSET: u64 = 9;
pub(crate) const FUTEX_WAKE_BITSET: u64 = 10;
pub(crate) const FUTEX_PRIVATE_FLAG: u64 = 128;
pub(crate) const FUTEX_CLOCK_REALTIME: u64 = 256;

// clone(2).
pub(crate) const CLONE_SETTLS: u64 = 0x0008_0000;
pub(crate) const CLONE_CHILD_SETTID: u64 = 0x0100_0000;

// fcntl(2) and stat(2).
pub(crate) const F_GETPIPE_SZ: i64 = 1032;
pub(crate) const S_IFIFO: u32 = 0o010000;
pub(crate) const S_IFCHR: u32 = 0o020000;

// <sys/socket.h>, beside those of the suite; the flags stand above a socket's type.
pub(crate) const AF_UNSPEC: i64 = 0;
pub(crate) const SOCK_TYPE_MASK: i64 = 0xf;
pub(crate) const SO_SNDBUF: i64 = 7;
pub(crate) const SO_SNDTIMEO: i64 = 21;

// prlimit(2).
pub(crate) const RLIM_INFINITY: u64 = u64::MAX;
pub(crate) const RLIMIT_STACK: usize = 3;
pub(crate) const RLIMIT_NOFILE: usize = 7;
pub(crate) const RLIMIT_AS: usize = 9;
pub(crate) const RLIMIT_SIGPENDING: usize = 11;
pub(crate) const RLIMITS: usize = 16;
