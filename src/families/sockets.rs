//! Sockets: `socket`, `bind`, `listen`, `accept`, `connect`, `setsockopt`, `getsockopt`.

use super::status::FILE_TYPE;
use crate::plan::prelude::*;
use crate::plan::routine::{FILL_UP, POLL_ONE, STATUS_FLAGS};

pub const FAMILY: Family = Family {
    title: "Sockets",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The loopback address with a port that the kernel chooses, so that runs do not share one.
const LOOPBACK: [u8; 16] = sockaddr_in([127, 0, 0, 1], 0);
/// An address that no interface has: RFC 5737 reserves it for documentation.
const FOREIGN: [u8; 16] = sockaddr_in([192, 0, 2, 1], 0);
/// The first two bytes of a local socket's address: its family.
const LOCAL: [u8; 2] = (AF_UNIX as u16).to_ne_bytes();
/// The address of a local socket in a directory that does not exist.
const MISSING: [u8; 10] = *b"\x01\x00/none/x\x00";
const ON: [u8; 4] = 1i32.to_ne_bytes();
/// A timer that expires every half millisecond, as in the polling family.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(500_000, 500_000);

const POSITIVE: Table = rows! {
    {
        /// An edge of data, or the end of the peer.
        const EDGE_OR_END: [u8; EPOLL_EVENT_SIZE as usize] =
            epoll_event(EPOLLIN | EPOLLRDHUP | EPOLLET, 0);
        const MODE: Place = STAT.plus(ST_MODE as i16).half();
    }
    // A connection over the loopback interface, from socket to close.
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_A), "TCP";
    GET32(&FD_A)                       => Is(3), "socket: takes the lowest free descriptor";
    BIND(*FD_A, [LOOPBACK], 16);
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    COUNT(&ADDR + 2, 0, 2)             => AtMost(1), "bind: port 0 chooses a port";
    LISTEN(*FD_A, 1);
    SOCKET(AF_INET, SOCK_STREAM, IPPROTO_TCP) => Keep(FD_B);
    POLL_ONE(*FD_B, POLLOUT)           => Is(POLLOUT | POLLHUP), "poll: unconnected TCP socket";
    STATUS_FLAGS(*FD_B)                => Is(O_RDWR), "socket: no flag leaves O_NONBLOCK clear";
    FCNTL(*FD_B, F_GETFD, 0)           => Is(0), "socket: no flag leaves FD_CLOEXEC clear";
    CONNECT(*FD_B, &ADDR, 16)          => Is(0), "to a listening socket";
    RETRY();
    POLL_ONE(*FD_A, POLLIN)            => Is(POLLIN), "listen: waiting connection is readable";
    PUT32(&LEN, 64);
    ACCEPT(*FD_A, &ADDR2, &LEN)        => Keep(FD_C), "waiting connection";
    GET32(&FD_C)                       => AtLeast(3);
    GET32(&LEN)                        => Is(16), "accept: address length is that of the peer";
    COUNT(&ADDR2 + 16, POISON, 48)     => Is(48), "accept: nothing is written behind the address";
    GETSOCKNAME(*FD_B, &ADDR, &LEN);
    SAME(&ADDR, &ADDR2, 8)             => Is(0), "accept: address is that of the peer";
    WRITE(*FD_B, [*b"hello"], 5)       => Is(5);
    READ(*FD_C, &BUF, 2)               => Is(2), "accept: stream is read in pieces";
    READ(*FD_C, &BUF + 2, 4096)        => Is(3);
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "accept: bytes arrive unchanged";
    WRITE(*FD_C, [*b"hello"], 5);
    READ(*FD_B, &BUF, 4096)            => Is(5), "connect: bytes come back from the peer";
    CLOSE(*FD_B);
    READ(*FD_C, &BUF, 4096)            => Is(0), "accept: end of file after the peer's close";
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) => Keep(FD_A);
    STATUS_FLAGS(*FD_A)                => Is(O_RDWR | O_NONBLOCK), "socket: SOCK_NONBLOCK";
    FCNTL(*FD_A, F_GETFD, 0)           => Is(FD_CLOEXEC), "socket: SOCK_CLOEXEC";
    BIND(*FD_A, [LOOPBACK], 16);
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    LISTEN(*FD_A, -1)                  => Is(0), "negative backlog";
    LISTEN(*FD_A, 1);
    ACCEPT(*FD_A, 0, 0)                => Err(EAGAIN), "empty backlog";
    SOCKET(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 16)          => Err(EINPROGRESS), "non-blocking socket";
    RETRY();
    POLL_ONE(*FD_B, POLLOUT)           => Is(POLLOUT), "connect: success is writable";
    RETRY();
    ACCEPT(*FD_A, 0, 0)                => Keep(FD_C);
    GET32(&FD_C)                       => Is(5), "accept: takes the lowest free descriptor";
    STATUS_FLAGS(*FD_C)                => Is(O_RDWR), "accept: O_NONBLOCK is not inherited";
    FCNTL(*FD_C, F_GETFD, 0)           => Is(0), "accept: FD_CLOEXEC is not inherited";
    // A blocking accept, and a refused connection that is reported later.
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    BIND(*FD_A, [LOOPBACK], 16);
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    SOCKET(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 16)          => Err(EINPROGRESS);
    RETRY();
    POLL_ONE(*FD_B, POLLOUT)           => AtLeast(POLLOUT);
    PUT32(&LEN2, 4);
    GETSOCKOPT(*FD_B, SOL_SOCKET, SO_ERROR, &WORD, &LEN2);
    GET32(&WORD)                       => Is(ECONNREFUSED.0), "getsockopt: SO_ERROR of a refusal";
    GETSOCKOPT(*FD_B, SOL_SOCKET, SO_ERROR, &WORD, &LEN2);
    GET32(&WORD)                       => Is(0), "getsockopt: SO_ERROR is cleared by reading";
    LISTEN(*FD_A, 1);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_B);
    LATER(0, 1);
    CONNECT(*FD_B, &ADDR, 16);
    PUT32(&LEN2, 2);
    ACCEPT(*FD_A, &ADDR2, &LEN2)       => Done(), "waits for a connection";
    GET16(&ADDR2)                      => Is(AF_INET);
    COUNT(&ADDR2 + 2, POISON, 14)      => Is(14), "accept: address is cut to its length";
    JOIN(0)                            => Is(0);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    ACCEPT(*FD_A, 0, 0)                => Err(EINTR), "caught signal";
    CATCH(SIGUSR1, SA_RESTART, 0)      => Is(1);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_B);
    LATER(0, 8);
    CONNECT(*FD_B, &ADDR, 16);
    ACCEPT(*FD_A, 0, 0)                => Done(), "rt_sigaction: SA_RESTART carries an accept on";

    // Datagrams.
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_DGRAM, 0)     => Keep(FD_A);
    BIND(*FD_A, [LOOPBACK], 16);
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    SOCKET(AF_INET, SOCK_DGRAM, 0)     => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 16);
    WRITE(*FD_B, [*b"hello"], 5);
    WRITE(*FD_B, [*b"hello"], 4);
    READ(*FD_A, &BUF, 2)               => Is(2), "socket: datagram is cut to the buffer";
    READ(*FD_A, &BUF, 4096)            => Is(4), "socket: datagrams keep their bounds";
    GETSOCKNAME(*FD_B, &ADDR2, &LEN);
    CONNECT(*FD_A, &ADDR2, 16);
    SOCKET(AF_INET, SOCK_DGRAM, 0)     => Keep(FD_C);
    CONNECT(*FD_C, &ADDR, 16);
    // 10 us, as a `struct timeval`.
    SETSOCKOPT(*FD_C, SOL_SOCKET, SO_RCVTIMEO, [timespec(0, 10)], 16);
    READ(*FD_C, &BUF, 4096)            => Err(EAGAIN), "setsockopt: SO_RCVTIMEO ends a read";
    SETSOCKOPT(*FD_B, SOL_SOCKET, SO_RCVTIMEO, [[0; 16]], 16);
    LATER(0, 40);
    WRITE(*FD_A, [*b"hello"], 4);
    READ(*FD_B, &BUF, 4096)            => Is(4), "setsockopt: SO_RCVTIMEO 0 waits for data";
    WRITE(*FD_C, [*b"hello"], 5);
    WRITE(*FD_B, [*b"hello"], 4);
    READ(*FD_A, &BUF, 4096)            => Is(4), "connect: UDP socket hears its peer alone";
    CONNECT(*FD_B, [[0; 16]], 16);
    WRITE(*FD_B, [*b"hello"], 5)       => Err(EDESTADDRREQ), "connect: AF_UNSPEC takes its peer";
    GETSOCKOPT(*FD_C, SOL_SOCKET, SO_RCVTIMEO, &TIME, &LEN);
    GET64(&TIME + 8)                   => AtLeast(10), "getsockopt: SO_RCVTIMEO is read back";

    // Local sockets need no interface. The name is abstract and of this process alone. An accepted
    // descriptor must not be a standard one.
    FRESH();
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_A);
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    BIND(*FD_A, &ADDR, 8);
    LISTEN(*FD_A, 1);
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 8);
    ACCEPT(*FD_A, 0, 0)                => Keep(FD_C);
    GET32(&FD_C)                       => AtLeast(3);
    WRITE(*FD_C, [*b"hello"], 5);
    READ(*FD_B, &BUF, 4096)            => Is(5), "accept: local bytes arrive";
    CLOSE(*FD_A);
    CLOSE(*FD_B);
    CLOSE(*FD_C);
    AGAIN(300)                         => Is(300), "accept: 300 connections leak nothing";

    // A local socket under select, in an epoll, full, and without a peer.
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_A);
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    BIND(*FD_A, &ADDR, 8);
    LISTEN(*FD_A, 1);
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 8);
    ACCEPT(*FD_A, 0, 0)                => Keep(FD_C);
    GET32(&FD_C)                       => Is(5);
    BIT(*FD_B)                         => Keep(A);
    PUT64(&SET, *A);
    LATER(0, 1);
    WRITE(*FD_C, [*b"hello"], 5);
    SELECT(5, &SET, 0, 0, 0)           => Is(1), "data of a socket end the wait";
    JOIN(0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *FD_B, [EDGE_OR_END]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "socket with data";
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "edge of a socket is reported once";
    FCNTL(*FD_C, F_SETFL, O_NONBLOCK);
    // So little that one read makes it empty: Linux wakes a writer when most has been read.
    PUT32(&WORD, 4096);
    SETSOCKOPT(*FD_C, SOL_SOCKET, SO_SNDBUF, &WORD, 4);
    FILL_UP(*FD_C)                     => AtLeast(1);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "more data in a socket are an edge";
    PUT64(&SET, 32);
    PAIR(&TIME, 0, 0);
    SELECT(6, 0, &SET, 0, &TIME)       => Is(0), "full socket is not writable";
    FCNTL(*FD_C, F_SETFL, 0);
    SETSOCKOPT(*FD_C, SOL_SOCKET, SO_SNDTIMEO, [timespec(0, 10)], 16);
    WRITE(*FD_C, &BUF, 1)              => Err(EAGAIN), "setsockopt: SO_SNDTIMEO ends a write";
    SETSOCKOPT(*FD_C, SOL_SOCKET, SO_SNDTIMEO, [[0; 16]], 16);
    LATER(0, 1);
    READ(*FD_B, &BUF, 12288);
    WRITE(*FD_C, &BUF, 1)              => Is(1), "write: full socket waits for room";
    JOIN(0);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0);
    LATER(0, 1);
    CLOSE(*FD_C);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, -1) => Is(1), "close of the peer ends the wait";
    GET32(&EVENTS) => Is(EPOLLIN | EPOLLRDHUP | EPOLLHUP), "epoll_wait: peer that has closed";
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    WRITE(*FD_B, [*b"hello"], 5)       => Err(EPIPE);
    GET32(&CAUGHT_SIGNO)               => Is(SIGPIPE), "write: no peer raises SIGPIPE";
    FRESH();
    SOCKET(AF_INET, SOCK_DGRAM, 0)     => Keep(FD_A);
    BIND(*FD_A, [LOOPBACK], 16);
    CLOSE(*FD_A);
    AGAIN(300)                         => Is(300), "bind: 300 ports leak nothing";

    // Options.
    FRESH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    PUT32(&LEN, 16);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_TYPE, &A, &LEN);
    GET32(&A)                          => Is(SOCK_STREAM), "getsockopt: SO_TYPE of TCP";
    GET32(&LEN)                        => Is(4), "getsockopt: length is that of the value";
    COUNT(&A + 4, POISON, 4)           => Is(4), "getsockopt: nothing is written behind the value";
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_REUSEADDR, [ON], 4);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_REUSEADDR, &A, &LEN);
    GET32(&A)                          => AtLeast(1), "setsockopt: SO_REUSEADDR is read back";
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_KEEPALIVE, [ON], 4);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_KEEPALIVE, &A, &LEN);
    GET32(&A)                          => AtLeast(1), "setsockopt: SO_KEEPALIVE is read back";
    PUT32(&WORD, 4096);
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_RCVBUF, &WORD, 4);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_RCVBUF, &A, &LEN);
    GET32(&A)                          => AtLeast(4096), "setsockopt: SO_RCVBUF is read back";
    LISTEN(*FD_A, 1);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_ACCEPTCONN, &A, &LEN);
    GET32(&A)                          => AtLeast(1), "getsockopt: SO_ACCEPTCONN after listen";
    FSTAT(*FD_A, &STAT);
    AND(*MODE, FILE_TYPE)              => Is(S_IFSOCK), "S_IFSOCK";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    SOCKET(-1, SOCK_STREAM, 0)         => Err(EAFNOSUPPORT), "family -1";
    SOCKET(AF_INET, 4096, 0)           => Err(EINVAL), "unknown flag";
    SOCKET(AF_INET, SOCK_STREAM, IPPROTO_UDP) => Err(EPROTONOSUPPORT), "protocol of another type";
    SOCKET(AF_UNIX, SOCK_STREAM, IPPROTO_TCP) => Err(EPROTONOSUPPORT), "protocol of another family";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 3, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Err(EMFILE), "full descriptor table";
    PRLIMIT64(0, RLIMIT_NOFILE, &A, 0);

    // A number that is no descriptor, and a descriptor that is no socket.
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    BIND(-1, [LOOPBACK], 16)           => Err(EBADF), "descriptor -1";
    BIND(*RD, [LOOPBACK], 16)          => Err(ENOTSOCK), "pipe";
    LISTEN(-1, 1)                      => Err(EBADF), "descriptor -1";
    LISTEN(*RD, 1)                     => Err(ENOTSOCK), "pipe";
    ACCEPT(-1, 0, 0)                   => Err(EBADF), "descriptor -1";
    ACCEPT(*RD, 0, 0)                  => Err(ENOTSOCK), "pipe";
    CONNECT(-1, [LOOPBACK], 16)        => Err(EBADF), "descriptor -1";
    CONNECT(*RD, [LOOPBACK], 16)       => Err(ENOTSOCK), "pipe";
    SETSOCKOPT(-1, SOL_SOCKET, SO_KEEPALIVE, [ON], 4) => Err(EBADF), "descriptor -1";
    SETSOCKOPT(*RD, SOL_SOCKET, SO_KEEPALIVE, [ON], 4) => Err(ENOTSOCK), "pipe";
    GETSOCKOPT(-1, SOL_SOCKET, SO_TYPE, &A, &LEN) => Err(EBADF), "descriptor -1";
    GETSOCKOPT(*RD, SOL_SOCKET, SO_TYPE, &A, &LEN) => Err(ENOTSOCK), "pipe";

    // UDP sockets, which do not listen.
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_DGRAM, 0)     => Keep(FD_A);
    LISTEN(*FD_A, 1)                   => Err(EOPNOTSUPP), "UDP";
    ACCEPT(*FD_A, 0, 0)                => Err(EOPNOTSUPP), "UDP";

    // Addresses, before and after bind, listen and connect.
    FRESH();
    WATCH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    ACCEPT(*FD_A, 0, 0)                => Err(EINVAL), "socket that does not listen";
    BIND(*FD_A, [LOCAL], 16)           => Err(EAFNOSUPPORT), "address of another family";
    BIND(*FD_A, [FOREIGN], 16)         => Err(EADDRNOTAVAIL), "address of another machine";
    BIND(*FD_A, 8, 16)                 => Err(EFAULT), "unmapped address";
    BIND(*FD_A, [LOOPBACK], 15)        => Err(EINVAL), "address of 15 bytes";
    BIND(*FD_A, [LOOPBACK], -1)        => Err(EINVAL), "address of -1 bytes";
    BIND(*FD_A, [LOOPBACK], 16);
    BIND(*FD_A, [LOOPBACK], 16)        => Err(EINVAL), "bound socket";
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_B);
    BIND(*FD_B, &ADDR, 16)             => Err(EADDRINUSE), "port in use";
    CONNECT(*FD_B, [LOCAL], 16)        => Err(EAFNOSUPPORT), "address of another family";
    CONNECT(*FD_B, 8, 16)              => Err(EFAULT), "unmapped address";
    CONNECT(*FD_B, &ADDR, 15)          => Err(EINVAL), "address of 15 bytes";
    READ(*FD_B, &BUF, 1)               => Err(ENOTCONN), "unconnected socket";
    CONNECT(*FD_B, &ADDR, 16)          => Err(ECONNREFUSED), "nobody listens";
    LISTEN(*FD_A, 1);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_C);
    CONNECT(*FD_C, &ADDR, 16);
    CONNECT(*FD_C, &ADDR, 16)          => Err(EISCONN), "connected socket";
    LISTEN(*FD_C, 1)                   => Err(EINVAL), "connected socket";
    ACCEPT(*FD_A, 8, &LEN)             => Err(EFAULT), "unmapped address";
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 16);
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 3, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    ACCEPT(*FD_A, 0, 0)                => Err(EMFILE), "full descriptor table";
    PRLIMIT64(0, RLIMIT_NOFILE, &A, 0);

    // A path that does not exist, and a local socket whose backlog is full.
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_STREAM, 0)    => Keep(FD_A);
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    WRITE(*FD_A, [*b"hello"], 5)       => Either(ENOTCONN, EPIPE), "unconnected socket";
    CONNECT(*FD_A, [MISSING], 10)      => Err(ENOENT), "missing path";
    BIND(*FD_A, [MISSING], 10)         => Err(ENOENT), "missing directory";
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_STREAM, 0)    => Keep(FD_A);
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    BIND(*FD_A, &ADDR, 8);
    LISTEN(*FD_A, 0);
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 8);
    SOCKET(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0) => Keep(FD_C);
    CONNECT(*FD_C, &ADDR, 8)           => Err(EAGAIN), "full backlog";
    FCNTL(*FD_C, F_SETFL, 0);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    CONNECT(*FD_C, &ADDR, 8)           => Err(EINTR), "wait for room, caught signal";
    PUT32(&LEN2, -1);
    ACCEPT(*FD_A, &ADDR2, &LEN2)       => Err(EINVAL), "length -1";

    // Options.
    FRESH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    SETSOCKOPT(*FD_A, SOL_SOCKET, 4096, [ON], 4) => Err(ENOPROTOOPT), "unknown option";
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_KEEPALIVE, [ON], 3) => Err(EINVAL), "value of 3 bytes";
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_KEEPALIVE, 8, 4) => Err(EFAULT), "unmapped value";
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_RCVTIMEO, [timespec(0, -1)], 16) => Err(EDOM), "tv_usec -1";
    PUT32(&LEN, 4);
    GETSOCKOPT(*FD_A, SOL_SOCKET, 4096, &A, &LEN) => Err(ENOPROTOOPT), "unknown option";
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_TYPE, 8, &LEN) => Err(EFAULT), "unmapped value";
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_TYPE, &A, 8) => Err(EFAULT), "unmapped length";
    PUT32(&LEN, -1);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_TYPE, &A, &LEN) => Err(EINVAL), "length -1";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    BIND(*FD_A, [LOOPBACK], 16);
    PUT32(&LEN, 16);
    GETSOCKNAME(*FD_A, &ADDR, &LEN);
    CLOSE(*FD_A);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    BIND(*FD_A, &ADDR, 16)             => Is(0), "port is free again after close";
    // Linux lets two sockets with SO_REUSEADDR have one port as long as none listens.
    SETSOCKOPT(*FD_A, SOL_SOCKET, SO_REUSEADDR, [ON], 4);
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_B);
    SETSOCKOPT(*FD_B, SOL_SOCKET, SO_REUSEADDR, [ON], 4);
    BIND(*FD_B, &ADDR, 16)             => Is(0), "SO_REUSEADDR shares a port";
    LISTEN(*FD_A, 1);
    LISTEN(*FD_B, 1)                   => Err(EADDRINUSE), "port that is listened at";
    PUT32(&LEN, 2);
    GETSOCKOPT(*FD_A, SOL_SOCKET, SO_TYPE, &WORD, &LEN);
    GET16(&WORD)                       => Is(SOCK_STREAM), "getsockopt: value is cut to the length";
    COUNT(&WORD + 2, POISON, 2)        => Is(2), "getsockopt: nothing is written behind the length";

    FRESH();
    SOCKET(AF_INET, SOCK_STREAM, 0)    => Keep(FD_A);
    BIND(*FD_A, &EDGE - 15, 16)        => Err(EFAULT), "last byte of the address is unmapped";
};
