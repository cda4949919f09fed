//! Sockets: `socket`, `bind`, `listen`, `accept`, `connect`, `setsockopt`, `getsockopt`.

use super::prelude::*;

/// The type of a socket without its flags.
const fn kind(number: i32) -> EntryCond {
    Int(1, Bits(0xf, number as i64))
}
/// The option of `setsockopt` and `getsockopt`.
const fn option(number: i32) -> EntryCond {
    is(2, number)
}

faults! {
    SYS_socket "socket" {
        "empty-datagram-dropped" StateKept @ SYS_write entry [On(0, Socket), Reg(2, Eq(0))]
            [skip(0)]
            "SOCK_DGRAM: each datagram is sent, an empty one too";
        "unknown-family-succeeds" MissingCheck exit [err(EAFNOSUPPORT)] [ret(3)]
            "EAFNOSUPPORT: the address family is not supported";
        "unknown-family-is-invalid" WrongErrno exit [err(EAFNOSUPPORT)] [wrong(EINVAL)]
            "EAFNOSUPPORT: the address family is not supported";
        "unknown-family-panics" Panic exit [err(EAFNOSUPPORT)] [Panic]
            "EAFNOSUPPORT: the address family is not supported";
        "unknown-type-is-stream" MissingCheck exit [err(EINVAL)]
            [Then(SYS_socket as u16, &[A(0), N(1), N(0)]), ret(3)]
            "EINVAL (Linux): an unknown type";
        "unknown-type-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL (Linux): an unknown type";
        "unknown-protocol-accepted" MissingCheck exit [err(EPROTONOSUPPORT)] [ret(3)]
            "EPROTONOSUPPORT: the protocol is not supported";
        "unknown-protocol-is-family" WrongErrno exit [err(EPROTONOSUPPORT)] [wrong(EAFNOSUPPORT)]
            "EPROTONOSUPPORT: the protocol is not supported";
        "unfitting-protocol-is-ignored" ArgumentChanged entry [isnt(2, 0)] [arg(2, 0)]
            "EPROTONOSUPPORT: the protocol does not fit the type";
        "close-on-exec-dropped" FlagDropped entry [has(1, SOCK_CLOEXEC)] [drop(1, SOCK_CLOEXEC)]
            "SOCK_CLOEXEC: FD_CLOEXEC is set";
        "close-on-exec-always" FlagDropped entry [lacks(1, SOCK_CLOEXEC)] [add(1, SOCK_CLOEXEC)]
            "socket: without SOCK_CLOEXEC FD_CLOEXEC is clear";
        "nonblock-dropped" FlagDropped entry [has(1, SOCK_NONBLOCK)] [drop(1, SOCK_NONBLOCK)]
            "SOCK_NONBLOCK: O_NONBLOCK is set";
        "sockets-leak" StateKept entry [Past(128)] [fail(ENOBUFS)]
            "close: a socket is freed with its last descriptor";
        "few-sockets-leak" StateKept entry [Past(40)] [fail(EMFILE)]
            "close: a socket is freed with its last descriptor";
        "not-the-lowest" StateKept exit [OK] [Renumber(None, N(30))]
            "socket: the lowest descriptor that is free";
        "datagram-is-stream" ArgumentChanged entry [kind(SOCK_DGRAM)] [Arg(1, Xor(3))]
            "SOCK_DGRAM: datagrams, connectionless";
        "stream-is-datagram" ArgumentChanged entry [kind(SOCK_STREAM)] [Arg(1, Xor(3))]
            "SOCK_STREAM: a reliable byte stream";
    }
    SYS_bind "bind" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(0)]
            "ENOTSOCK: the descriptor is no socket";
        "no-socket-is-bad-descriptor" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
        "no-socket-panics" Panic exit [err(ENOTSOCK)] [Panic]
            "ENOTSOCK: the descriptor is no socket";
        "twice-accepted" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the socket is already bound";
        "invalid-is-in-use" WrongErrno exit [err(EINVAL)] [wrong(EADDRINUSE)]
            "EINVAL: the socket is already bound";
        "used-address-accepted" MissingCheck exit [err(EADDRINUSE)] [ret(0)]
            "EADDRINUSE: the address is in use";
        "used-address-forbidden" WrongErrno exit [err(EADDRINUSE)] [wrong(EACCES)]
            "EADDRINUSE: the address is in use";
        "foreign-address-accepted" MissingCheck exit [err(EADDRNOTAVAIL)] [ret(0)]
            "EADDRNOTAVAIL: the address is not this machine's";
        "foreign-address-is-invalid" WrongErrno exit [err(EADDRNOTAVAIL)] [wrong(EINVAL)]
            "EADDRNOTAVAIL: the address is not this machine's";
        "other-family-accepted" MissingCheck exit [err(EAFNOSUPPORT)] [ret(0)]
            "EAFNOSUPPORT: the address is not of the socket's family";
        "length-unchecked" MissingCheck entry [Reg(2, Lt(16))] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the address length is invalid";
        "unmapped-address-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the address is not mapped";
        "unmapped-address-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the address is not mapped";
        "does-nothing" StateKept entry [above(0, 2), On(0, Socket)] [skip(0)]
            "bind: assigns the address";
        "port-ignored" ArgumentChanged
            entry [Mem(half(1, 0), Eq(AF_INET as i64)), Mem(half(1, 2), Ne(0))] [put(half(1, 2), 0)]
            "bind: assigns the address, its port too";
    }
    SYS_listen "listen" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(0)]
            "ENOTSOCK: the descriptor is no socket";
        "no-socket-panics" Panic exit [err(ENOTSOCK)] [Panic]
            "ENOTSOCK: the descriptor is no socket";
        "datagram-succeeds" MissingCheck exit [err(EOPNOTSUPP)] [ret(0)]
            "EOPNOTSUPP: the socket's type does not listen";
        "datagram-is-invalid" WrongErrno exit [err(EOPNOTSUPP)] [wrong(EINVAL)]
            "EOPNOTSUPP: the socket's type does not listen";
        "does-nothing" StateKept entry [On(0, Socket)] [skip(0)]
            "listen: connections are accepted";
        "negative-backlog-refused" FalseError entry [below(1, 0)] [fail(EINVAL)]
            "listen: a negative backlog is as 0";
        "zero-backlog-refused" FalseError entry [is(1, 0)] [fail(EINVAL)]
            "listen: with backlog 0 connections may be accepted";
        "twice-refused" FalseError entry [Met(2)] exit [OK] [wrong(EINVAL)]
            "listen: may be called again with another backlog";
        "no-socket-is-bad-descriptor" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
    }
    SYS_accept "accept" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(3)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(3)]
            "ENOTSOCK: the descriptor is no socket";
        "no-socket-panics" Panic exit [err(ENOTSOCK)] [Panic]
            "ENOTSOCK: the descriptor is no socket";
        "not-listening-blocks" Hang exit [err(EINVAL)] [HangAll]
            "EINVAL: the socket does not listen";
        "not-listening-succeeds" MissingCheck exit [err(EINVAL)] [ret(3)]
            "EINVAL: the socket does not listen";
        "not-listening-is-unconnected" WrongErrno exit [err(EINVAL)] [wrong(ENOTCONN)]
            "EINVAL: the socket does not listen";
        "datagram-is-invalid" WrongErrno exit [err(EOPNOTSUPP)] [wrong(EINVAL)]
            "EOPNOTSUPP: the socket's type does not accept";
        "nonblocking-blocks" Hang exit [err(EAGAIN)] [HangAll]
            "EAGAIN: O_NONBLOCK and no connection waits";
        "nonblocking-is-in-progress" WrongErrno exit [err(EAGAIN)] [wrong(EINPROGRESS)]
            "EAGAIN: O_NONBLOCK and no connection waits";
        "returns-the-listener" ResultAltered exit [OK]
            [Then(SYS_close as u16, &[R]), Ret(Set(A(0)))]
            "accept: a new descriptor";
        "not-the-lowest" StateKept exit [OK] [Renumber(None, N(30))]
            "accept: the lowest descriptor that is free";
        "inherits-nonblock" FlagDropped exit [OK]
            [Then(SYS_fcntl as u16, &[R, N(F_SETFL as i64), N((O_NONBLOCK | O_RDWR) as i64)])]
            "accept(2): the new descriptor's O_NONBLOCK is clear";
        "closes-on-exec" FlagDropped exit [OK]
            [Then(SYS_fcntl as u16, &[R, N(F_SETFD as i64), N(1)])]
            "accept: FD_CLOEXEC is clear in the new descriptor";
        "address-unwritten" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 16)]
            "accept: the peer's address is stored";
        "length-unwritten" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 4)]
            "accept: the length of the address is stored";
        "length-is-zero" ResultAltered entry [given(2)] exit [OK] [out(word(2, 0), 0)]
            "accept: the length of the address is stored";
        "address-too-long" MissingCheck entry [given(1), Mem(word(2, 0), Lt(16))] exit [OK]
            [fill(1, 0, 16, 0)]
            "accept: a long address is truncated to the length given";
        "null-address-panics" Panic entry [null(1)] exit [OK] [Panic]
            "accept: the address may be null";
        "negative-length-accepted" MissingCheck entry [Mem(word(2, 0), Lt(0))] exit [err(EINVAL)]
            [ret(3)]
            "EINVAL (Linux): the length is negative";
        "unmapped-address-succeeds" MissingCheck exit [err(EFAULT)] [ret(3)]
            "EFAULT: the address is not mapped";
        "interrupted-succeeds" FalseSuccess exit [Interrupted] [ret(3)]
            "EINTR: a signal interrupted accept";
    }
    SYS_connect "connect" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(0)]
            "ENOTSOCK: the descriptor is no socket";
        "no-socket-is-bad-descriptor" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
        "refused-succeeds" MissingCheck exit [err(ECONNREFUSED)] [ret(0)]
            "ECONNREFUSED: no socket listens at the address";
        "refused-is-timeout" WrongErrno exit [err(ECONNREFUSED)] [wrong(ETIMEDOUT)]
            "ECONNREFUSED: no socket listens at the address";
        "refused-panics" Panic exit [err(ECONNREFUSED)] [Panic]
            "ECONNREFUSED: no socket listens at the address";
        "refused-blocks" Hang exit [err(ECONNREFUSED)] [HangAll]
            "ECONNREFUSED: no socket listens at the address";
        "twice-succeeds" MissingCheck exit [err(EISCONN)] [ret(0)]
            "EISCONN: the socket is connected";
        "twice-is-invalid" WrongErrno exit [err(EISCONN)] [wrong(EINVAL)]
            "EISCONN: the socket is connected";
        "nonblocking-succeeds" FalseSuccess exit [err(EINPROGRESS)] [ret(0)]
            "EINPROGRESS (Linux, over loopback): the connection is not there yet";
        "nonblocking-is-again" WrongErrno exit [err(EINPROGRESS)] [wrong(EAGAIN)]
            "EINPROGRESS: O_NONBLOCK and the connection is not there yet";
        "other-family-succeeds" MissingCheck exit [err(EAFNOSUPPORT)] [ret(0)]
            "EAFNOSUPPORT: the address is not of the socket's family";
        "other-family-is-invalid" WrongErrno exit [err(EAFNOSUPPORT)] [wrong(EINVAL)]
            "EAFNOSUPPORT: the address is not of the socket's family";
        "length-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the address length is invalid";
        "unmapped-address-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the address is not mapped";
        "unmapped-address-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the address is not mapped";
        "missing-name-refused" WrongErrno exit [err(ENOENT)] [wrong(ECONNREFUSED)]
            "ENOENT: the name of an AF_UNIX socket does not exist";
        "does-nothing" StateKept entry [On(0, Socket)] exit [OK] [Ret(Set(N(-(EISCONN as i64))))]
            "connect: returns 0";
    }
    SYS_setsockopt "setsockopt" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(0)]
            "ENOTSOCK: the descriptor is no socket";
        "unknown-option-succeeds" MissingCheck exit [err(ENOPROTOOPT)] [ret(0)]
            "ENOPROTOOPT: the option is not supported";
        "unknown-option-is-invalid" WrongErrno exit [err(ENOPROTOOPT)] [wrong(EINVAL)]
            "ENOPROTOOPT: the option is not supported";
        "unknown-option-panics" Panic exit [err(ENOPROTOOPT)] [Panic]
            "ENOPROTOOPT: the option is not supported";
        "length-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the length is invalid";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the length is invalid";
        "unmapped-value-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the value is not mapped";
        "unmapped-value-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the value is not mapped";
        "reuse-ignored" StateKept entry [option(SO_REUSEADDR)] [skip(0)]
            "SO_REUSEADDR: the option is set";
        "keepalive-ignored" StateKept entry [option(SO_KEEPALIVE)] [skip(0)]
            "SO_KEEPALIVE: the option is set";
        "everything-ignored" StateKept entry [On(0, Socket)] [skip(0)]
            "setsockopt: sets the option";
        "clearing-ignored" StateKept entry [Mem(word(3, 0), Eq(0))] [skip(0)]
            "setsockopt: the value 0 clears an option";
        "timeout-ignored" StateKept entry [option(SO_RCVTIMEO)] [skip(0)]
            "SO_RCVTIMEO: a receive waits at most this long";
    }
    SYS_getsockopt "getsockopt" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "no-socket-succeeds" MissingCheck exit [err(ENOTSOCK)] [ret(0)]
            "ENOTSOCK: the descriptor is no socket";
        "unknown-option-succeeds" MissingCheck exit [err(ENOPROTOOPT)] [ret(0)]
            "ENOPROTOOPT: the option is not supported";
        "unknown-option-is-invalid" WrongErrno exit [err(ENOPROTOOPT)] [wrong(EINVAL)]
            "ENOPROTOOPT: the option is not supported";
        "negative-length-accepted" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the length is negative";
        "unmapped-value-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the value is not mapped";
        "unmapped-value-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the value is not mapped";
        "value-unwritten" ResultAltered exit [OK] [keep(3, 0, 4)]
            "getsockopt: the value is stored";
        "value-is-zero" ResultAltered exit [OK] [out(word(3, 0), 0)]
            "getsockopt: the value is stored";
        "value-is-one" ResultAltered exit [OK] [out(word(3, 0), 1)]
            "getsockopt: the value is stored";
        "length-unwritten" ResultAltered exit [OK] [keep(4, 0, 4)]
            "getsockopt: the length becomes that of the value";
        "length-exceeded" MissingCheck entry [Mem(word(4, 0), Lt(4))] exit [OK] [fill(3, 0, 4, 0)]
            "getsockopt: a long value is truncated to the length given";
        "type-is-stream" ResultAltered entry [option(SO_TYPE)] exit [OK]
            [out(word(3, 0), SOCK_STREAM as i64)]
            "SO_TYPE: the socket's type";
        "error-stays" StateKept entry [option(SO_ERROR), Met(1)] exit [OK]
            [out(word(3, 0), ECONNREFUSED as i64)]
            "SO_ERROR: reading it clears it";
        "error-lost" StateKept entry [option(SO_ERROR)] exit [OK] [out(word(3, 0), 0)]
            "SO_ERROR: the pending error";
        "listening-unknown" ResultAltered entry [option(SO_ACCEPTCONN)] exit [OK]
            [out(word(3, 0), 0)]
            "SO_ACCEPTCONN: whether the socket listens";
    }
}
