//! Messages, queues, policies and signals: further faults of the calls of these families.

use crate::table::prelude::*;

faults! {
    SYS_socketpair "socketpair" {
        "not-connected" FalseSuccess entry [above(0, 0)] exit [OK]
            [Then(SYS_shutdown as u16, &[M(word(3, 0)), N(2)])]
            "socketpair: the sockets are connected";
        "datagrams-are-a-stream" ArgumentChanged entry [is(1, SOCK_DGRAM)] [arg(1, 1)]
            "SOCK_DGRAM: messages keep their bounds";
        "packets-unknown" FalseError entry [is(1, SOCK_SEQPACKET)] [fail(EPROTONOSUPPORT)]
            "SOCK_SEQPACKET: packets over a connection";
        "protocol-unchecked" MissingCheck entry [is(2, 99)] [arg(2, 0)]
            "EPROTONOSUPPORT: the protocol is not supported";
        "family-is-invalid" WrongErrno exit [err(EAFNOSUPPORT)] [wrong(EINVAL)]
            "EAFNOSUPPORT: the family is not supported";
    }
    SYS_sendto "sendto" {
        "name-ignored" MissingCheck exit [err(EISCONN)] [ret(1)]
            "EISCONN: the socket is connected, and a name was given";
        "no-receiver-succeeds" FalseSuccess exit [err(ECONNREFUSED)] [ret(1)]
            "unix(7): ECONNREFUSED where nobody has the name";
        "pipe-is-bad" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
        "long-datagram-cut" FalseSuccess exit [err(EMSGSIZE)] [Ret(Set(A(2)))]
            "EMSGSIZE: the datagram is too long";
        "no-peer-succeeds" FalseSuccess exit [err(ENOTCONN)] [ret(1)]
            "ENOTCONN: the socket is not connected";
        "end-is-reset" WrongErrno exit [err(EPIPE)] [wrong(ECONNRESET)]
            "EPIPE: the socket is shut down for writing";
    }
    SYS_recvfrom "recvfrom" {
        "name-length-cut" ResultAltered entry [given(5)] exit [OK] [out(word(5, 0), 6)]
            "recvfrom: the length of the address is stored";
        "name-lost" ResultAltered entry [given(4)] exit [OK] [out(half(4, 0), 0)]
            "recvfrom: the address of the sender is stored";
        "name-overruns" ResultAltered entry [given(4)] exit [OK] [fill(4, 6, 8, 0)]
            "recvfrom: a longer address is truncated"
            unobservable "no row looks behind an address that is cut";
        "bytes-changed" ResultAltered exit [SOME] [out(byte(1, 0), 0)]
            "recvfrom: the message is stored";
    }
    SYS_recvmsg "recvmsg" {
        "close-on-exec-dropped" FlagDropped
            entry [has(2, MSG_CMSG_CLOEXEC)] [drop(2, MSG_CMSG_CLOEXEC)]
            "MSG_CMSG_CLOEXEC (Linux): sets FD_CLOEXEC of the descriptors";
        "control-type-lost" ResultAltered entry [readable(1, 47)] exit [SOME]
            [out(behind(1, 32, 12, 4), 0)]
            "recvmsg: cmsg_type is SCM_RIGHTS";
        "control-header-short" ResultAltered entry [readable(1, 47)] exit [SOME]
            [out(behind(1, 32, 0, 8), 16)]
            "recvmsg: cmsg_len counts the header and the data";
        "descriptor-is-stdout" ResultAltered entry [readable(1, 47)] exit [SOME]
            [out(behind(1, 32, 16, 4), 1)]
            "SCM_RIGHTS: the descriptor that was received";
        "pipe-is-bad" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
    }
    SYS_shutdown "shutdown" {
        "pipe-is-bad" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
        "one-for-both" ArgumentChanged entry [is(1, SHUT_RDWR)] [arg(1, 0)]
            "SHUT_RDWR: disables both directions";
    }
    SYS_getpeername "getpeername" {
        "own-name" ArgumentChanged entry [] [Become(SYS_getsockname as u16, &[A(0), A(1), A(2)])]
            "ENOTCONN: the socket is not connected";
    }
    SYS_mq_timedreceive "mq_timedreceive" {
        "empty-is-zero" FalseSuccess exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: O_NONBLOCK is set, and the queue is empty";
        "nanoseconds-unchecked" WrongErrno exit [err(EINVAL)] [wrong(ETIMEDOUT)]
            "EINVAL: tv_nsec is a whole second";
        "length-lost" ResultAltered exit [SOME] [ret(16)]
            "mq_receive: returns the length of the message";
    }
    SYS_mq_timedsend "mq_timedsend" {
        "priority-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: msg_prio is not below MQ_PRIO_MAX";
        "sends-nothing" FalseSuccess entry [readable(1, 0)] [skip(0)]
            "mq_send: adds the message to the queue";
    }
    SYS_mq_open "mq_open" {
        "no-messages-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: mq_maxmsg is not above 0";
    }
    SYS_sched_setparam "sched_setparam" {
        "missing-succeeds" FalseSuccess exit [err(ESRCH)] [ret(0)]
            "ESRCH: there is no process of that id";
    }
    SYS_sched_setscheduler "sched_setscheduler" {
        "priority-unchecked" FalseSuccess entry [above(1, 0), below(1, 3)]
            exit [err(EINVAL)] [ret(0)]
            "EINVAL: the priority is outside the range of the policy";
        "anybody-may" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the process has no privilege";
    }
    SYS_clock_settime "clock_settime" {
        "time-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the clock or the time is not valid";
    }
    SYS_clock_nanosleep "clock_nanosleep" {
        "rest-not-written" ResultAltered entry [given(3)] exit [Interrupted] [keep(3, 0, 16)]
            "EINTR: the time left is stored";
    }
    SYS_rt_sigtimedwait "rt_sigtimedwait" {
        "time-unchecked" WrongErrno exit [err(EINVAL)] [wrong(EAGAIN)]
            "EINVAL: tv_nsec is not valid";
        "sender-lost" ResultAltered entry [given(1)] exit [SOME] [out(word(1, 16), 0)]
            "sigtimedwait: si_pid is the sender";
    }
}
