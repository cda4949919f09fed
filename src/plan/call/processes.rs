//! The calls that the suite `processes` adds to those of the core suite.

use super::{Call, Callee, Profile, syscalls};
use crate::abi::numbers::{generic, x86_64 as numbers};

syscalls! {
    /// The calls of PSE51 that the suite `processes` adds.
    PROCESSES_PSE51: Callee::Tested(Profile::Pse51);
    RT_SIGSUSPEND "rt_sigsuspend" 2;
    RT_SIGPENDING "rt_sigpending" 2;
    RT_SIGTIMEDWAIT "rt_sigtimedwait" 4;
    RT_SIGQUEUEINFO "rt_sigqueueinfo" 3;
    PAUSE "pause" 0;
    ALARM "alarm" 1;
    CLOCK_NANOSLEEP "clock_nanosleep" 4;
    TIMER_GETTIME "timer_gettime" 2;
    CLOCK_SETTIME "clock_settime" 2;
    SCHED_GET_PRIORITY_MAX "sched_get_priority_max" 1;
    SCHED_GET_PRIORITY_MIN "sched_get_priority_min" 1;
    MLOCK "mlock" 2;
    MUNLOCK "munlock" 2;
    MLOCKALL "mlockall" 1;
    MUNLOCKALL "munlockall" 0;
    UNAME "uname" 1;
}

syscalls! {
    /// The calls of PSE52 that the suite `processes` adds.
    PROCESSES_PSE52: Callee::Tested(Profile::Pse52);
    MQ_OPEN "mq_open" 4;
    MQ_UNLINK "mq_unlink" 1;
    MQ_TIMEDSEND "mq_timedsend" 5;
    MQ_TIMEDRECEIVE "mq_timedreceive" 5;
    MQ_NOTIFY "mq_notify" 2;
    MQ_GETSETATTR "mq_getsetattr" 3;
}

syscalls! {
    /// The calls of PSE53 that the suite `processes` adds.
    PROCESSES_PSE53: Callee::Tested(Profile::Pse53);
    FORK "fork" 0;
    VFORK "vfork" 0;
    EXECVE "execve" 3;
    WAITID "waitid" 5;
    SETSID "setsid" 0;
    TIMES "times" 1;
    SCHED_SETSCHEDULER "sched_setscheduler" 3;
    SCHED_GETSCHEDULER "sched_getscheduler" 1;
    SCHED_SETPARAM "sched_setparam" 2;
    SCHED_GETPARAM "sched_getparam" 2;
    SCHED_RR_GET_INTERVAL "sched_rr_get_interval" 2;
    SOCKETPAIR "socketpair" 4;
    SENDTO "sendto" 6;
    RECVFROM "recvfrom" 6;
    SENDMSG "sendmsg" 3;
    RECVMSG "recvmsg" 3;
    SHUTDOWN "shutdown" 2;
    GETPEERNAME "getpeername" 3;
    GETUID "getuid" 0;
    GETEUID "geteuid" 0;
    GETGID "getgid" 0;
    GETEGID "getegid" 0;
    SETUID "setuid" 1;
    SETGID "setgid" 1;
}

syscalls! {
    /// The calls of PSE54 that the suite `processes` adds.
    PROCESSES_PSE54: Callee::Tested(Profile::Pse54);
    SETPGID "setpgid" 2;
    GETPGID "getpgid" 1;
    GETPGRP "getpgrp" 0;
    GETSID "getsid" 1;
    SIGALTSTACK "sigaltstack" 2;
    GETITIMER "getitimer" 2;
    GETRUSAGE "getrusage" 2;
    GETTIMEOFDAY "gettimeofday" 2;
    GETPRIORITY "getpriority" 2;
    SETPRIORITY "setpriority" 3;
    MADVISE "madvise" 3;
    GETGROUPS "getgroups" 2;
    SETGROUPS "setgroups" 2;
}

syscalls! {
    /// The calls of Linux alone that the suite `processes` adds.
    PROCESSES_LINUX: Callee::Tested(Profile::Linux);
    SCHED_SETAFFINITY "sched_setaffinity" 3;
    SET_ROBUST_LIST "set_robust_list" 2;
    GET_ROBUST_LIST "get_robust_list" 3;
    SET_TID_ADDRESS "set_tid_address" 1;
    ACCEPT4 "accept4" 4;
    EVENTFD2 "eventfd2" 2;
    TIMERFD_CREATE "timerfd_create" 2;
    TIMERFD_SETTIME "timerfd_settime" 4;
    TIMERFD_GETTIME "timerfd_gettime" 2;
    SIGNALFD4 "signalfd4" 4;
    MREMAP "mremap" 5;
    MINCORE "mincore" 3;
    SYSINFO "sysinfo" 1;
    PRCTL "prctl" 5;
    SETRESUID "setresuid" 3;
    GETRESUID "getresuid" 3;
    SETRESGID "setresgid" 3;
    GETRESGID "getresgid" 3;
    GETCPU "getcpu" 3;
    MEMBARRIER "membarrier" 3;
    PIDFD_OPEN "pidfd_open" 2;
    PIDFD_SEND_SIGNAL "pidfd_send_signal" 4;
}
