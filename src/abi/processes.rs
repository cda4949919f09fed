//! Flags and other constants of processes, signals, scheduling and messages, named as in the C
//! headers.

constants! { PROCESSES;
    "asm/signal.h" {
        SIGINT = 2;
        SIGQUIT = 3;
        SIGILL = 4;
        SIGTRAP = 5;
        SIGABRT = 6;
        SIGBUS = 7;
        SIGFPE = 8;
        SIGTERM = 15;
        SIGTSTP = 20;
        SIGTTIN = 21;
        SIGTTOU = 22;
        SIGXCPU = 24;
        SIGXFSZ = 25;
        SIGVTALRM = 26;
        SIGPROF = 27;
        SIGWINCH = 28;
        SIGIO = 29;
        SIGSYS = 31;
        SA_NOCLDSTOP = 0x1;
        SA_NOCLDWAIT = 0x2;
        SA_ONSTACK = 0x8000000;
    }
    "linux/signal.h" {
        SS_ONSTACK = 1;
        SS_DISABLE = 2;
    }
    "asm/siginfo.h" {
        SI_QUEUE = -1;
        SI_MESGQ = -3;
        SI_KERNEL = 128;
        CLD_EXITED = 1;
        CLD_KILLED = 2;
        CLD_DUMPED = 3;
        CLD_TRAPPED = 4;
        CLD_STOPPED = 5;
        CLD_CONTINUED = 6;
        SEGV_MAPERR = 1;
        BUS_ADRALN = 1;
        BUS_ADRERR = 2;
        FPE_INTDIV = 1;
        ILL_ILLOPC = 1;
        ILL_ILLOPN = 2;
        TRAP_BRKPT = 1;
    }
    "linux/wait.h" {
        WEXITED = 4;
        WCONTINUED = 8;
        WNOWAIT = 0x1000000;
        WSTOPPED = 2;
        WALL: "__WALL" = 0x40000000;
        P_ALL = 0;
        P_PID = 1;
        P_PGID = 2;
    }
    "linux/sched.h" {
        CLONE_PARENT = 0x8000;
        CLONE_SETTLS = 0x80000;
        CLONE_CHILD_SETTID = 0x1000000;
        CLONE_NEWNS = 0x20000;
        SCHED_NORMAL = 0;
        SCHED_FIFO = 1;
        SCHED_RR = 2;
        SCHED_BATCH = 3;
        SCHED_IDLE = 5;
    }
    "asm/resource.h" {
        RLIMIT_NPROC = 6;
        RLIMIT_MEMLOCK = 8;
        RLIMIT_MSGQUEUE = 12;
        RLIMIT_NICE = 13;
        RLIMIT_RTPRIO = 14;
    }
    "linux/resource.h" {
        RUSAGE_SELF = 0;
        RUSAGE_CHILDREN = -1;
        RUSAGE_THREAD = 1;
        PRIO_PROCESS = 0;
        PRIO_PGRP = 1;
        PRIO_USER = 2;
    }
    "sys/time.h" {
        ITIMER_VIRTUAL = 1;
        ITIMER_PROF = 2;
    }
    "time.h" {
        CLOCK_REALTIME_ALARM = 8;
        CLOCK_TAI = 11;
    }
    "linux/futex.h" {
        FUTEX_LOCK_PI = 6;
        FUTEX_UNLOCK_PI = 7;
        FUTEX_TRYLOCK_PI = 8;
        FUTEX_WAIT_REQUEUE_PI = 11;
        FUTEX_CMP_REQUEUE_PI = 12;
        FUTEX_OWNER_DIED = 0x40000000;
        FUTEX_WAITERS = 0x80000000;
        FUTEX_TID_MASK = 0x3fffffff;
        FUTEX_OP_SET = 0;
        FUTEX_OP_ADD = 1;
        FUTEX_OP_OR = 2;
        FUTEX_OP_ANDN = 3;
        FUTEX_OP_XOR = 4;
        FUTEX_OP_CMP_EQ = 0;
        FUTEX_OP_CMP_NE = 1;
        FUTEX_OP_CMP_LT = 2;
        FUTEX_OP_CMP_LE = 3;
        FUTEX_OP_CMP_GT = 4;
        FUTEX_OP_CMP_GE = 5;
    }
    "sys/socket.h" {
        SOCK_SEQPACKET = 5;
        SOCK_RAW = 3;
        SCM_RIGHTS = 1;
        SCM_CREDENTIALS = 2;
        MSG_OOB = 0x1;
        MSG_PEEK = 0x2;
        MSG_DONTROUTE = 0x4;
        MSG_CTRUNC = 0x8;
        MSG_TRUNC = 0x20;
        MSG_DONTWAIT = 0x40;
        MSG_EOR = 0x80;
        MSG_WAITALL = 0x100;
        MSG_NOSIGNAL = 0x4000;
        MSG_CMSG_CLOEXEC = 0x40000000;
        SHUT_RD = 0;
        SHUT_WR = 1;
        SHUT_RDWR = 2;
        SO_DOMAIN = 39;
        SO_PROTOCOL = 38;
        SO_PASSCRED = 16;
        SO_PEERCRED = 17;
    }
    "sys/eventfd.h" {
        EFD_SEMAPHORE = 0o1;
        EFD_CLOEXEC = 0o2000000;
        EFD_NONBLOCK = 0o4000;
    }
    "sys/timerfd.h" {
        TFD_CLOEXEC = 0o2000000;
        TFD_NONBLOCK = 0o4000;
        TFD_TIMER_ABSTIME = 1;
    }
    "sys/signalfd.h" {
        SFD_CLOEXEC = 0o2000000;
        SFD_NONBLOCK = 0o4000;
    }
    "sys/mman.h" {
        MREMAP_MAYMOVE = 1;
        MREMAP_FIXED = 2;
        MADV_NORMAL = 0;
        MADV_RANDOM = 1;
        MADV_SEQUENTIAL = 2;
        MADV_WILLNEED = 3;
        MADV_DONTNEED = 4;
        MADV_FREE = 8;
        MCL_CURRENT = 1;
        MCL_FUTURE = 2;
        MAP_LOCKED = 8192;
        MAP_NORESERVE = 16384;
        MAP_GROWSDOWN = 256;
    }
    "linux/prctl.h" {
        PR_SET_PDEATHSIG = 1;
        PR_GET_PDEATHSIG = 2;
        PR_GET_DUMPABLE = 3;
        PR_SET_DUMPABLE = 4;
        PR_SET_NAME = 15;
        PR_GET_NAME = 16;
        PR_SET_NO_NEW_PRIVS = 38;
        PR_GET_NO_NEW_PRIVS = 39;
        PR_SET_CHILD_SUBREAPER = 36;
        PR_GET_CHILD_SUBREAPER = 37;
        PR_SET_TIMERSLACK = 29;
        PR_GET_TIMERSLACK = 30;
    }
    "linux/auxvec.h" {
        AT_NULL = 0;
        AT_PHDR = 3;
        AT_PHENT = 4;
        AT_PHNUM = 5;
        AT_PAGESZ = 6;
        AT_ENTRY = 9;
        AT_UID = 11;
        AT_EUID = 12;
        AT_GID = 13;
        AT_EGID = 14;
        AT_SECURE = 23;
        AT_RANDOM = 25;
        AT_EXECFN = 31;
    }
    "linux/signal.h" {
        STACK_T_SIZE: "sizeof(stack_t)" = 24;
        SS_FLAGS: "offsetof(stack_t, ss_flags)" = 8;
        SS_SIZE: "offsetof(stack_t, ss_size)" = 16;
        SIGINFO_SIZE: "sizeof(siginfo_t)" = 128;
        SI_ERRNO: "offsetof(siginfo_t, si_errno)" = 4;
        SI_CODE: "offsetof(siginfo_t, si_code)" = 8;
        SI_PID: "offsetof(siginfo_t, _sifields._sigchld._pid)" = 16;
        SI_UID: "offsetof(siginfo_t, _sifields._sigchld._uid)" = 20;
        SI_STATUS: "offsetof(siginfo_t, _sifields._sigchld._status)" = 24;
        SI_ADDR: "offsetof(siginfo_t, _sifields._sigfault._addr)" = 16;
        SI_VALUE: "offsetof(siginfo_t, _sifields._rt._sigval)" = 24;
    }
    "sys/socket.h" {
        MSGHDR_SIZE: "sizeof(struct msghdr)" = 56;
        MSG_NAMELEN: "offsetof(struct msghdr, msg_namelen)" = 8;
        MSG_IOV: "offsetof(struct msghdr, msg_iov)" = 16;
        MSG_IOVLEN: "offsetof(struct msghdr, msg_iovlen)" = 24;
        MSG_CONTROL: "offsetof(struct msghdr, msg_control)" = 32;
        MSG_CONTROLLEN: "offsetof(struct msghdr, msg_controllen)" = 40;
        MSG_FLAGS: "offsetof(struct msghdr, msg_flags)" = 48;
        CMSG_LEVEL: "offsetof(struct cmsghdr, cmsg_level)" = 8;
        CMSG_TYPE: "offsetof(struct cmsghdr, cmsg_type)" = 12;
        CMSG_DATA_AT: "sizeof(struct cmsghdr)" = 16;
    }
    "linux/resource.h" {
        RUSAGE_SIZE: "sizeof(struct rusage)" = 144;
        RU_STIME: "offsetof(struct rusage, ru_stime)" = 16;
        RU_MAXRSS: "offsetof(struct rusage, ru_maxrss)" = 32;
    }
    "linux/utsname.h" {
        UTSNAME_SIZE: "sizeof(struct new_utsname)" = 390;
    }
}
