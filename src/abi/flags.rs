//! Flags and other constants for arguments, named as in the C headers: those that are the same on
//! every processor.
//!
//! They are `i64`, the width of a register, so that a row can combine and truncate them freely.

constants! { FLAGS;
    // open(2), fcntl(2), pipe(2).
    "fcntl.h" {
        O_RDONLY = 0;
        O_WRONLY = 1;
        O_RDWR = 2;
        O_ACCMODE = 3;
        O_APPEND = 0o2000;
        O_NONBLOCK = 0o4000;
        O_CLOEXEC = 0o2000000;
        F_DUPFD = 0;
        F_GETFD = 1;
        F_SETFD = 2;
        F_GETFL = 3;
        F_SETFL = 4;
        F_DUPFD_CLOEXEC = 1030;
        FD_CLOEXEC = 1;
    }
    // mmap(2), mprotect(2).
    "sys/mman.h" {
        PROT_NONE = 0;
        PROT_READ = 1;
        PROT_WRITE = 2;
        PROT_EXEC = 4;
        MAP_SHARED = 0x01;
        MAP_PRIVATE = 0x02;
        MAP_FIXED = 0x10;
        MAP_ANONYMOUS = 0x20;
        MAP_FIXED_NOREPLACE = 0x100000;
    }
    // clock_gettime(2).
    "time.h" {
        CLOCK_REALTIME = 0;
        CLOCK_MONOTONIC = 1;
        CLOCK_PROCESS_CPUTIME_ID = 2;
        CLOCK_THREAD_CPUTIME_ID = 3;
        CLOCK_MONOTONIC_RAW = 4;
        CLOCK_REALTIME_COARSE = 5;
        CLOCK_MONOTONIC_COARSE = 6;
        CLOCK_BOOTTIME = 7;
        TIMER_ABSTIME = 1;
    }
    // wait4(2).
    "linux/wait.h" {
        WNOHANG = 1;
        WUNTRACED = 2;
    }
    // setitimer(2).
    "sys/time.h" {
        ITIMER_REAL = 0;
    }
    // signal(7), sigaction(2), sigprocmask(2).
    "asm/signal.h" {
        SIGHUP = 1;
        SIGKILL = 9;
        SIGUSR1 = 10;
        SIGSEGV = 11;
        SIGUSR2 = 12;
        SIGPIPE = 13;
        SIGALRM = 14;
        SIGCHLD = 17;
        SIGCONT = 18;
        SIGSTOP = 19;
        SIGURG = 23;
        SIG_DFL = 0;
        SIG_IGN = 1;
        SIG_BLOCK = 0;
        SIG_UNBLOCK = 1;
        SIG_SETMASK = 2;
        /// The size of the kernel's signal set in bytes, not of the C library's.
        SIGSET_SIZE: "sizeof(sigset_t)" = 8;
        SA_SIGINFO = 0x4;
        SA_RESTART = 0x1000_0000;
        SA_NODEFER = 0x4000_0000;
        SA_RESETHAND = 0x8000_0000;
    }
    // sigaction(2), timer_create(2): the codes and notifications.
    "asm/siginfo.h" {
        SI_USER = 0;
        SI_TIMER = -2;
        SI_TKILL = -6;
        SEGV_ACCERR = 2;
        SIGEV_SIGNAL = 0;
        SIGEV_NONE = 1;
        SIGEV_THREAD_ID = 4;
    }
    // futex(2).
    "linux/futex.h" {
        FUTEX_WAIT = 0;
        FUTEX_WAKE = 1;
        FUTEX_FD = 2;
        FUTEX_REQUEUE = 3;
        FUTEX_CMP_REQUEUE = 4;
        FUTEX_WAKE_OP = 5;
        FUTEX_WAIT_BITSET = 9;
        FUTEX_WAKE_BITSET = 10;
        FUTEX_PRIVATE_FLAG = 128;
        FUTEX_CLOCK_REALTIME = 256;
    }
    // clone(2).
    "linux/sched.h" {
        CLONE_VM = 0x100;
        CLONE_FS = 0x200;
        CLONE_FILES = 0x400;
        CLONE_SIGHAND = 0x800;
        CLONE_VFORK = 0x4000;
        CLONE_THREAD = 0x10000;
        CLONE_SYSVSEM = 0x40000;
        CLONE_PARENT_SETTID = 0x100000;
        CLONE_CHILD_CLEARTID = 0x200000;
    }
    // prlimit(2).
    "asm/resource.h" {
        RLIMIT_CPU = 0;
        RLIMIT_FSIZE = 1;
        RLIMIT_DATA = 2;
        RLIMIT_STACK = 3;
        RLIMIT_CORE = 4;
        RLIMIT_NOFILE = 7;
        RLIMIT_AS = 9;
        RLIMIT_SIGPENDING = 11;
        /// The number of limits, which is the first number that is not a limit.
        RLIM_NLIMITS = 16;
    }
    // stat(2).
    "linux/stat.h" {
        S_IFIFO = 0o10000;
        S_IFSOCK = 0o140000;
    }
    "sys/user.h" {
        PAGE_SIZE = 4096;
    }
    "linux/limits.h" {
        PIPE_BUF = 4096;
    }
    "limits.h" {
        IOV_MAX = 1024;
    }
    // poll(2).
    "poll.h" {
        POLLIN = 0x1;
        POLLOUT = 0x4;
        POLLERR = 0x8;
        POLLHUP = 0x10;
        POLLNVAL = 0x20;
        POLLRDNORM = 0x40;
    }
    // epoll_create1(2), epoll_ctl(2).
    "sys/epoll.h" {
        EPOLL_CLOEXEC = 0o2000000;
        EPOLL_CTL_ADD = 1;
        EPOLL_CTL_DEL = 2;
        EPOLL_CTL_MOD = 3;
        EPOLLIN = 0x1;
        EPOLLOUT = 0x4;
        EPOLLERR = 0x8;
        EPOLLHUP = 0x10;
        EPOLLRDHUP = 0x2000;
        EPOLLONESHOT = 1 << 30;
        EPOLLET = 1 << 31;
    }
    // getrandom(2).
    "sys/random.h" {
        GRND_NONBLOCK = 1;
    }
    // socket(2), socket(7), ip(7).
    "sys/socket.h" {
        AF_UNIX = 1;
        AF_INET = 2;
        SOCK_STREAM = 1;
        SOCK_DGRAM = 2;
        SOCK_NONBLOCK = 0o4000;
        SOCK_CLOEXEC = 0o2000000;
        SOL_SOCKET = 1;
        SO_REUSEADDR = 2;
        SO_TYPE = 3;
        SO_ERROR = 4;
        SO_SNDBUF = 7;
        SO_RCVBUF = 8;
        SO_KEEPALIVE = 9;
        SO_RCVTIMEO = 20;
        SO_SNDTIMEO = 21;
        SO_ACCEPTCONN = 30;
    }
    "linux/in.h" {
        IPPROTO_TCP = 6;
        IPPROTO_UDP = 17;
    }
}
