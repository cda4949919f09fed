//! Flags and other constants that stand in argument registers, named as in the C headers.
//!
//! They are `i64`, the width of a register, so that a row can combine and truncate them freely.

// <fcntl.h>: open(2), fcntl(2), pipe(2).
pub const O_RDONLY: i64 = 0;
pub const O_WRONLY: i64 = 1;
pub const O_RDWR: i64 = 2;
pub const O_ACCMODE: i64 = 3;
pub const O_APPEND: i64 = 0o2000;
pub const O_NONBLOCK: i64 = 0o4000;
pub const O_DIRECT: i64 = 0o40000;
pub const O_CLOEXEC: i64 = 0o2000000;
pub const F_DUPFD: i64 = 0;
pub const F_GETFD: i64 = 1;
pub const F_SETFD: i64 = 2;
pub const F_GETFL: i64 = 3;
pub const F_SETFL: i64 = 4;
pub const F_DUPFD_CLOEXEC: i64 = 1030;
pub const FD_CLOEXEC: i64 = 1;

// <sys/mman.h>: mmap(2), mprotect(2).
pub const PROT_NONE: i64 = 0;
pub const PROT_READ: i64 = 1;
pub const PROT_WRITE: i64 = 2;
pub const PROT_EXEC: i64 = 4;
pub const MAP_SHARED: i64 = 0x01;
pub const MAP_PRIVATE: i64 = 0x02;
pub const MAP_FIXED: i64 = 0x10;
pub const MAP_ANONYMOUS: i64 = 0x20;
pub const MAP_FIXED_NOREPLACE: i64 = 0x100000;

// <time.h>: clock_gettime(2).
pub const CLOCK_REALTIME: i64 = 0;
pub const CLOCK_MONOTONIC: i64 = 1;
pub const CLOCK_PROCESS_CPUTIME_ID: i64 = 2;
pub const CLOCK_THREAD_CPUTIME_ID: i64 = 3;

// <sys/time.h>: setitimer(2).
pub const ITIMER_REAL: i64 = 0;

// <signal.h>: signal(7), sigaction(2), sigprocmask(2).
pub const SIGHUP: i64 = 1;
pub const SIGKILL: i64 = 9;
pub const SIGUSR1: i64 = 10;
pub const SIGUSR2: i64 = 12;
pub const SIGPIPE: i64 = 13;
pub const SIGALRM: i64 = 14;
pub const SIGCHLD: i64 = 17;
pub const SIGSTOP: i64 = 19;
pub const SIG_DFL: i64 = 0;
pub const SIG_IGN: i64 = 1;
pub const SIG_BLOCK: i64 = 0;
pub const SIG_UNBLOCK: i64 = 1;
pub const SIG_SETMASK: i64 = 2;
pub const SA_SIGINFO: i64 = 0x4;
pub const SA_RESTORER: i64 = 0x0400_0000;
pub const SA_RESTART: i64 = 0x1000_0000;
pub const SA_NODEFER: i64 = 0x4000_0000;
pub const SA_RESETHAND: i64 = 0x8000_0000;

// <sched.h>: clone(2).
pub const CLONE_VM: i64 = 0x100;
pub const CLONE_FS: i64 = 0x200;
pub const CLONE_FILES: i64 = 0x400;
pub const CLONE_SIGHAND: i64 = 0x800;
pub const CLONE_VFORK: i64 = 0x4000;
pub const CLONE_THREAD: i64 = 0x10000;
pub const CLONE_SYSVSEM: i64 = 0x40000;
pub const CLONE_PARENT_SETTID: i64 = 0x100000;
pub const CLONE_CHILD_CLEARTID: i64 = 0x200000;

// <limits.h> and uio(7).
pub const PAGE_SIZE: i64 = 4096;
pub const PIPE_BUF: i64 = 4096;
pub const IOV_MAX: i64 = 1024;
/// The size of the kernel's `sigset_t` in bytes, not of the C library's.
pub const SIGSET_SIZE: i64 = 8;
