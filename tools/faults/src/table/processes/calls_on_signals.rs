//! Faults of calls on processes, across the families: signals, times, policies and messages.

use crate::table::prelude::*;

faults! {
    SYS_rt_sigpending "rt_sigpending" {
        "nothing-pends" ResultAltered exit [OK] [out(long(0, 0), 0)]
            "sigpending: the set of signals that are blocked and pending";
        "everything-pends" ResultAltered exit [OK] [out(long(0, 0), -1)]
            "sigpending: the set of signals that are blocked and pending";
        "size-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "rt_sigpending(2): EINVAL where the size is not that of a set";
    }
    SYS_rt_sigsuspend "rt_sigsuspend" {
        "mask-ignored" ArgumentChanged entry [readable(0, 7)] [Become(SYS_pause as u16, &[])]
            "sigsuspend: replaces the mask by the set";
        "size-unchecked" WrongErrno exit [err(EINVAL)] [wrong(EINTR)]
            "rt_sigsuspend(2): EINVAL where the size is not that of a set";
    }
    SYS_rt_sigtimedwait "rt_sigtimedwait" {
        "signal-stays" StateKept exit [SOME] [Then(SYS_tkill as u16, &[Own(Id::Thread), R])]
            "sigtimedwait: the signal is removed from the pending ones";
        "information-not-written" ResultAltered entry [given(1)] exit [SOME] [keep(1, 0, 128)]
            "sigtimedwait: the information is stored";
        "timeout-is-interrupted" WrongErrno exit [err(EAGAIN)] [wrong(EINTR)]
            "EAGAIN: no signal came within the time";
        "does-not-wait" TimeOff
            entry [given(2), Mem(long(2, 8), Gt(-1)), Mem(long(2, 8), Lt(SECOND))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "sigtimedwait: waits for the time";
        "takes-any-signal" ArgumentChanged entry [readable(0, 7)] [put(long(0, 0), -1)]
            "sigtimedwait: selects from the signals of set";
        "code-lost" ResultAltered entry [given(1)] exit [SOME] [out(word(1, 8), 99)]
            "sigtimedwait: si_code is the cause of the signal";
        "value-lost" ResultAltered entry [given(1)] exit [SOME] [out(long(1, 24), 0)]
            "sigtimedwait: si_value is the value that was queued";
    }
    SYS_rt_sigqueueinfo "rt_sigqueueinfo" {
        "value-lost" ArgumentChanged entry [readable(2, 31)] [put(long(2, 24), 0)]
            "sigqueue: the value is delivered with the signal";
        "does-nothing" FalseSuccess entry [above(1, 0)] exit [] [ret(0)]
            "ESRCH: there is no process of that id";
        "code-unchecked" FalseSuccess exit [err(EPERM)] [ret(0)]
            "rt_sigqueueinfo(2): EPERM where the code is that of the kernel";
    }
    SYS_pause "pause" {
        "returns-zero" ResultAltered exit [Interrupted] [ret(0)]
            "pause: always returns -1, with EINTR";
    }
    SYS_alarm "alarm" {
        "rest-lost" ResultAltered exit [SOME] [ret(0)]
            "alarm: returns the seconds left of the previous request";
        "minutes" TimeOff entry [] [Arg(0, Mul(60))]
            "alarm: SIGALRM is sent after so many seconds";
    }
    SYS_setitimer "setitimer" {
        "old-not-written" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 32)]
            "setitimer: the previous value is stored";
        "interval-dropped" ArgumentChanged
            entry [given(1), readable(1, 31)] [put(long(1, 0), 0), put(long(1, 8), 0)]
            "setitimer: the timer is set to it_interval when it expires";
        "virtual-is-real" ArgumentChanged entry [is(0, 1)] [arg(0, 0)]
            "ITIMER_VIRTUAL: counts the time of the process alone";
        "microseconds-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the number of microseconds is not valid";
    }
    SYS_getitimer "getitimer" {
        "interval-lost" ResultAltered exit [OK] [out(long(1, 0), 0), out(long(1, 8), 0)]
            "getitimer: it_interval is stored";
        "value-lost" ResultAltered exit [OK] [out(long(1, 16), 0), out(long(1, 24), 0)]
            "getitimer: it_value is the time left";
        "kind-ignored" ArgumentChanged entry [Int(0, Eq(1))] [arg(0, 0)]
            "getitimer: the timer is that of the argument";
    }
    SYS_clock_nanosleep "clock_nanosleep" {
        "absolute-dropped" FlagDropped entry [is(1, 1)] [arg(1, 0)]
            "TIMER_ABSTIME: the time is absolute";
        "returns-at-once" TimeOff
            entry [is(1, 0), readable(2, 15), Mem(long(2, 8), Gt(0)), Mem(long(2, 8),
            Lt(SECOND))] [skip(0)]
            "clock_nanosleep: suspends the thread for the interval";
        "clock-unchecked" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the clock or the time is not valid";
    }
    SYS_timer_gettime "timer_gettime" {
        "interval-not-stored" ResultAltered exit [OK] [out(long(1, 0), 0), out(long(1, 8), 0)]
            "timer_gettime: it_interval is the reload value";
        "value-not-stored" ResultAltered exit [OK] [out(long(1, 16), 0), out(long(1, 24), 0)]
            "timer_gettime: it_value is the time left";
    }
    SYS_timer_getoverrun "timer_getoverrun" {
        "always-zero" ResultAltered exit [SOME] [ret(0)]
            "timer_getoverrun: the expirations since the signal was queued";
        "one-too-many" ResultAltered exit [OK] [Ret(Add(1))]
            "timer_getoverrun: the expirations since the signal was queued";
        "missing-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: there is no timer of that id";
    }
    SYS_times "times" {
        "returns-zero" ResultAltered entry [given(0)] exit [OK] [ret(0)]
            "times: returns the elapsed time since a point in the past";
        "user-time-negative" ResultAltered entry [given(0)] exit [OK] [out(long(0, 0), -1)]
            "times: tms_utime is the user time of the process";
        "children-inherit" StateKept entry [given(0), IN_CHILD] exit [OK] [out(long(0, 16), 5)]
            "fork: the times of the child are 0";
    }
    SYS_getrusage "getrusage" {
        "microseconds-too-many" ResultAltered exit [OK] [out(long(1, 8), 1_000_000)]
            "getrusage: tv_usec is below 1000000";
        "memory-lost" ResultAltered exit [OK] [out(long(1, 32), 0)]
            "getrusage(2): ru_maxrss is the largest resident set";
        "kind-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: who is not valid";
    }
    SYS_gettimeofday "gettimeofday" {
        "seconds-off" ResultAltered entry [given(0)] exit [OK] [Out(long(0, 0), Add(100))]
            "gettimeofday: the time of CLOCK_REALTIME";
        "microseconds-too-many" ResultAltered
            entry [given(0)] exit [OK] [out(long(0, 8), 1_000_000)]
            "gettimeofday: tv_usec is below 1000000";
    }
    SYS_sched_get_priority_max "sched_get_priority_max" {
        "always-zero" ResultAltered exit [SOME] [ret(0)]
            "sched_get_priority_max: at least 32 priorities";
        "policy-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: policy is no defined policy";
    }
    SYS_sched_get_priority_min "sched_get_priority_min" {
        "policy-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: policy is no defined policy";
    }
    SYS_sched_setscheduler "sched_setscheduler" {
        "does-nothing" FalseSuccess entry [readable(2, 3)] exit [] [ret(0)]
            "EINVAL: policy or priority is not valid";
        "always-other" ArgumentChanged entry [Int(1, Gt(0))] [arg(1, 0)]
            "sched_setscheduler: sets the policy";
    }
    SYS_sched_getscheduler "sched_getscheduler" {
        "missing-succeeds" FalseSuccess exit [err(ESRCH)] [ret(0)]
            "ESRCH: there is no process of that id";
        "always-other" ResultAltered exit [SOME] [ret(0)]
            "sched_getscheduler: returns the policy";
    }
    SYS_sched_getparam "sched_getparam" {
        "priority-always-one" ResultAltered exit [OK] [out(word(1, 0), 1)]
            "sched_getparam: SCHED_OTHER has priority 0";
    }
    SYS_sched_rr_get_interval "sched_rr_get_interval" {
        "nanoseconds-too-many" ResultAltered exit [OK] [out(long(1, 8), SECOND)]
            "sched_rr_get_interval: tv_nsec is below 1000000000";
    }
    SYS_uname "uname" {
        "system-name-changed" ResultAltered exit [OK] [store(0, 0, b"Minix\0")]
            "uname(2): sysname is Linux";
        "release-not-terminated" ResultAltered exit [OK] [fill(0, 130, 65, b'x')]
            "uname: each array is terminated by a null byte";
        "machine-empty" ResultAltered exit [OK] [store(0, 260, b"\0")]
            "uname: machine is the name of the hardware type";
        "writes-after-the-names" ResultAltered exit [OK] [fill(0, 390, 8, 0)]
            "uname: the structure has six arrays of 65 bytes";
    }
    SYS_mlock "mlock" {
        "unmapped-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: pages of the range are not mapped";
    }
    SYS_munlock "munlock" {
        "unmapped-succeeds" FalseSuccess exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: pages of the range are not mapped";
    }
    SYS_mlockall "mlockall" {
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the flags are 0 or not known";
    }
    SYS_mq_open "mq_open" {
        "exclusive-dropped" FlagDropped entry [has(1, O_EXCL)] [drop(1, O_EXCL)]
            "EEXIST: O_CREAT and O_EXCL are set, and the queue exists";
        "attributes-ignored" ArgumentChanged entry [given(3)] [arg(3, 0)]
            "mq_open: mq_maxmsg and mq_msgsize are those of attr";
        "missing-is-made" FalseSuccess entry [lacks(1, O_CREAT)] [add(1, O_CREAT), arg(2, 0o600)]
            "ENOENT: O_CREAT is not set and the queue does not exist";
    }
    SYS_mq_timedsend "mq_timedsend" {
        "priority-lost" ArgumentChanged entry [] [arg(3, 0)]
            "mq_send: messages of a higher priority come first";
        "size-unchecked" MissingCheck exit [err(EMSGSIZE)] [ret(0)]
            "EMSGSIZE: the message is longer than mq_msgsize";
        "full-is-interrupted" WrongErrno exit [err(EAGAIN)] [wrong(EINTR)]
            "EAGAIN: O_NONBLOCK is set, and the queue is full";
        "timeout-is-again" WrongErrno exit [err(ETIMEDOUT)] [wrong(EAGAIN)]
            "ETIMEDOUT: the time has passed before there was room";
    }
    SYS_mq_timedreceive "mq_timedreceive" {
        "priority-not-written" ResultAltered entry [given(3)] exit [OK] [keep(3, 0, 4)]
            "mq_receive: the priority of the message is stored";
        "size-unchecked" MissingCheck exit [err(EMSGSIZE)] [ret(0)]
            "EMSGSIZE: the buffer is smaller than mq_msgsize";
        "timeout-is-again" WrongErrno exit [err(ETIMEDOUT)] [wrong(EAGAIN)]
            "ETIMEDOUT: no message came within the time";
    }
    SYS_mq_getsetattr "mq_getsetattr" {
        "old-not-written" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 64)]
            "mq_getattr: the attributes are stored";
        "flags-not-set" ArgumentChanged entry [given(1)] [arg(1, 0)]
            "mq_setattr: O_NONBLOCK is set";
    }
    SYS_mq_notify "mq_notify" {
        "second-succeeds" FalseSuccess exit [err(EBUSY)] [ret(0)]
            "EBUSY: another process is registered";
        "never-notifies" FalseSuccess entry [given(1)] [skip(0)]
            "mq_notify: a signal is sent when a message arrives";
    }
    SYS_mq_unlink "mq_unlink" {
        "keeps-the-queue" FalseSuccess entry [] exit [err(ENOENT)] [ret(0)]
            "ENOENT: the queue does not exist";
    }
    SYS_socketpair "socketpair" {
        "flags-dropped" FlagDropped entry [] [Arg(1, And(0xf))]
            "socketpair(2): SOCK_NONBLOCK and SOCK_CLOEXEC";
    }
    SYS_sendto "sendto" {
        "no-signal-dropped" FlagDropped entry [has(3, MSG_NOSIGNAL)] [drop(3, MSG_NOSIGNAL)]
            "MSG_NOSIGNAL: no SIGPIPE is sent";
    }
    SYS_recvfrom "recvfrom" {
        "peek-dropped" FlagDropped entry [has(3, MSG_PEEK)] [drop(3, MSG_PEEK)]
            "MSG_PEEK: the data are treated as unread";
        "no-wait-dropped" FlagDropped entry [has(3, MSG_DONTWAIT)] [drop(3, MSG_DONTWAIT)]
            "MSG_DONTWAIT (Linux): the call does not block";
        "truncated-length-lost" FlagDropped entry [has(3, MSG_TRUNC)] [drop(3, MSG_TRUNC)]
            "MSG_TRUNC (Linux): returns the length of the packet";
        "wait-for-all-dropped" FlagDropped entry [has(3, MSG_WAITALL)] [drop(3, MSG_WAITALL)]
            "MSG_WAITALL: waits for the full amount of data";
    }
    SYS_sendmsg "sendmsg" {
        "first-buffer-alone" ShortCount
            entry [readable(1, 31), Mem(long(1, 24), Gt(1))] [put(long(1, 24), 1)]
            "sendmsg: the data of all buffers are sent";
        "first-length-ignored" ArgumentChanged entry [readable(1, 31)] [put(behind(1, 16, 8, 8), 1)]
            "sendmsg: iov_len is the length of the buffer";
        "rights-lost" ArgumentChanged entry [readable(1, 47)] [put(long(1, 40), 0)]
            "SCM_RIGHTS: descriptors are sent with the message";
    }
    SYS_recvmsg "recvmsg" {
        "flags-not-written" ResultAltered exit [OK] [keep(1, 48, 4)]
            "recvmsg: msg_flags says that the message was truncated";
        "control-length-lost" ResultAltered exit [OK] [out(long(1, 40), 0)]
            "recvmsg: msg_controllen is the length of the ancillary data";
        "first-buffer-alone" ShortCount
            entry [readable(1, 31), Mem(long(1, 24), Gt(1))] [put(long(1, 24), 1)]
            "recvmsg: the data are scattered over all buffers";
    }
    SYS_shutdown "shutdown" {
        "does-nothing" FalseSuccess entry [] exit [] [ret(0)]
            "EINVAL: how is not valid";
        "write-end-stays" FlagDropped entry [is(1, 1)] [arg(1, 0)]
            "SHUT_WR: disables further sends";
        "both-for-one" ArgumentChanged entry [below(1, 2)] [arg(1, 2)]
            "SHUT_RD and SHUT_WR disable one direction";
    }
    SYS_getpeername "getpeername" {
        "unconnected-succeeds" FalseSuccess exit [err(ENOTCONN)] [ret(0)]
            "ENOTCONN: the socket is not connected";
        "length-not-written" ResultAltered exit [OK] [keep(2, 0, 4)]
            "getpeername: the length of the address is stored";
    }
    SYS_prctl "prctl" {
        "name-not-set" FalseSuccess entry [is(0, 15)] [skip(0)]
            "PR_SET_NAME: sets the name of the thread";
        "no-new-privileges-not-set" FalseSuccess entry [is(0, 38)] [skip(0)]
            "PR_SET_NO_NEW_PRIVS: sets the attribute";
        "parent-death-signal-dropped" FalseSuccess entry [is(0, 1)] [skip(0)]
            "PR_SET_PDEATHSIG: sends the signal at the parent's end";
        "subreaper-not-set" FalseSuccess entry [is(0, 36)] [skip(0)]
            "PR_SET_CHILD_SUBREAPER: orphans get the process as parent";
        "dumpable-not-set" FalseSuccess entry [is(0, 4)] [skip(0)]
            "PR_SET_DUMPABLE: sets the attribute";
        "operation-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "prctl(2): EINVAL for an unknown operation";
    }
    SYS_setuid "setuid" {
        "permits-everything" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the process may not become that user";
        "does-nothing" FalseSuccess entry [Int(0, Gt(0))] [skip(0)]
            "setuid: sets the user ids of the process";
    }
    SYS_setgid "setgid" {
        "permits-everything" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the process may not become that group";
    }
    SYS_getuid "getuid" {
        "always-another" ResultAltered exit [OK] [Ret(Xor(1))]
            "getuid: returns the real user id";
    }
    SYS_getresuid "getresuid" {
        "real-id-not-written" ResultAltered exit [OK] [keep(0, 0, 4)]
            "getresuid(2): the real id is stored";
        "saved-id-changed" ResultAltered exit [OK] [Out(word(2, 0), Xor(1))]
            "getresuid(2): the saved id is stored";
    }
    SYS_setresuid "setresuid" {
        "permits-everything" FalseSuccess exit [err(EPERM)] [ret(0)]
            "setresuid(2): EPERM where the process may not take the id";
    }
    SYS_setgroups "setgroups" {
        "permits-everything" FalseSuccess exit [err(EPERM)] [ret(0)]
            "setgroups(2): EPERM without the privilege";
    }
    SYS_setpriority "setpriority" {
        "not-clamped" ResultAltered entry [Int(2, Gt(19))] [fail(EINVAL)]
            "setpriority: a value above the limit is the limit";
        "does-nothing" FalseSuccess entry [] exit [] [ret(0)]
            "EINVAL or ESRCH: which or who is not valid";
    }
    SYS_getpriority "getpriority" {
        "always-default" ResultAltered exit [OK] [ret(20)]
            "getpriority: returns the nice value";
    }
    SYS_set_robust_list "set_robust_list" {
        "size-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "set_robust_list(2): EINVAL where the length is not expected";
        "not-set" FalseSuccess entry [Reg(1, Eq(24))] [skip(0)]
            "set_robust_list(2): records the head of the list";
    }
    SYS_get_robust_list "get_robust_list" {
        "size-lost" ResultAltered exit [OK] [out(long(2, 0), 0)]
            "get_robust_list(2): the length of the head is stored";
    }
    SYS_futex "futex" {
        "owner-unchecked-at-unlock" FalseSuccess
            entry [Int(1, Bits(0x7f, 7))] exit [err(EPERM)] [ret(0)]
            "FUTEX_UNLOCK_PI: EPERM where the caller is not the owner";
        "second-lock-by-owner-succeeds" FalseSuccess
            entry [Int(1, Bits(0x7f, 6))] exit [err(EDEADLK)] [ret(0)]
            "FUTEX_LOCK_PI: EDEADLK where the caller is the owner";
        "lock-unsupported" FalseError entry [Int(1, Bits(0x7f, 6))] [fail(ENOSYS)]
            "FUTEX_LOCK_PI: locks the futex";
        "try-waits-not-but-succeeds" FalseSuccess
            entry [Int(1, Bits(0x7f, 8))] exit [Got(Lt(0))] [ret(0)]
            "FUTEX_TRYLOCK_PI: fails where the futex is locked";
        "operation-on-second-word-lost" ArgumentChanged entry [Int(1, Bits(0x7f, 5))] [arg(5, 0)]
            "FUTEX_WAKE_OP: changes the second word";
    }
}
