//! Constants of the Linux ABI: those of the suite, and those that only the kernel needs.

/// The suite's constants in the types that the kernel computes in; `$module` is where the suite has
/// them.
macro_rules! typed {
    ($module:ident; $($type:ty: $($name:ident)+;)+) => {
        $($(
            pub(crate) const $name: $type = posix_conformance::abi::$module::$name as $type;
        )+)+
    };
}

mod calls;
pub(crate) mod fs;
pub(crate) mod messages;
pub(crate) mod process;

pub use self::calls::Call;
pub(crate) use posix_conformance::abi::{Errno, errno, flags, layout};

typed! {
    flags;
    i32:
        SIGKILL SIGPIPE SIGALRM SIGCHLD SIGSTOP SI_USER SI_TIMER SI_TKILL
        SIGEV_SIGNAL SIGEV_NONE SIGEV_THREAD_ID;
    u32:
        POLLIN POLLOUT POLLERR POLLHUP POLLNVAL POLLRDNORM EPOLLONESHOT EPOLLET S_IFIFO;
    u64:
        EPOLL_CTL_ADD EPOLL_CTL_DEL EPOLL_CTL_MOD
        FUTEX_WAIT FUTEX_WAKE FUTEX_REQUEUE FUTEX_CMP_REQUEUE FUTEX_WAKE_OP
        FUTEX_WAIT_BITSET FUTEX_WAKE_BITSET FUTEX_PRIVATE_FLAG FUTEX_CLOCK_REALTIME
        TIMER_ABSTIME;
    usize:
        RLIMIT_STACK RLIMIT_NOFILE RLIMIT_AS RLIMIT_SIGPENDING RLIM_NLIMITS;
}

// <asm/signal.h>.
pub(crate) const SIGILL: i32 = 4;
pub(crate) const SIGTRAP: i32 = 5;
pub(crate) const SIGBUS: i32 = 7;
pub(crate) const SIGFPE: i32 = 8;
pub(crate) const SIGSEGV: i32 = 11;
pub(crate) const SIGCONT: i32 = 18;
pub(crate) const SIGTSTP: i32 = 20;
pub(crate) const SIGTTIN: i32 = 21;
pub(crate) const SIGTTOU: i32 = 22;
pub(crate) const SIGURG: i32 = 23;
pub(crate) const SIGWINCH: i32 = 28;
/// The first real-time signal: from it on signals queue.
pub(crate) const SIGRTMIN: i32 = 32;
/// The last signal.
pub(crate) const SIGNAL_MAX: i32 = 64;
pub(crate) const SA_ONSTACK: u64 = 0x0800_0000;
pub(crate) const SS_ONSTACK: i32 = 1;
pub(crate) const SS_DISABLE: i32 = 2;
pub(crate) const MINSIGSTKSZ: u64 = 2048;
// <asm-generic/siginfo.h>.
pub(crate) const SI_KERNEL: i32 = 0x80;
pub(crate) const SEGV_MAPERR: i32 = 1;
pub(crate) const SEGV_ACCERR: i32 = 2;
pub(crate) const CLD_EXITED: i32 = 1;
pub(crate) const CLD_KILLED: i32 = 2;
pub(crate) const SIGEV_THREAD: i32 = 2;
// <asm-generic/poll.h>.
pub(crate) const POLLPRI: u32 = 0x002;
pub(crate) const POLLWRNORM: u32 = 0x100;
pub(crate) const POLLRDHUP: u32 = 0x2000;
// clone(2).
pub(crate) const CLONE_SETTLS: u64 = 0x0008_0000;
pub(crate) const CLONE_CHILD_SETTID: u64 = 0x0100_0000;
// fcntl(2) and stat(2).
pub(crate) const F_GETPIPE_SZ: i64 = 1032;
pub(crate) const S_IFCHR: u32 = 0o020000;
// <sys/socket.h>.
pub(crate) const AF_UNSPEC: i64 = 0;
/// The bits of a socket's type below its flags.
pub(crate) const SOCK_TYPE_MASK: i64 = 0xf;
pub(crate) const SO_SNDBUF: i64 = 7;
pub(crate) const SO_SNDTIMEO: i64 = 21;
// prlimit(2).
pub(crate) const RLIM_INFINITY: u64 = u64::MAX;
