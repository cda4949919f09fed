//! Messages between sockets: `socketpair`, `sendto`, `recvfrom`, `sendmsg`, `recvmsg`, `shutdown`,
//! `getpeername`.
//!
//! The sockets are local ones, which need no interface.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Messages",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

/// The level and the type of control data with a descriptor, as one word, and its length.
const RIGHTS: i64 = SOL_SOCKET | SCM_RIGHTS << 32;
const ONE_DESCRIPTOR: i64 = CMSG_DATA_AT + 4;
const SPACE: i64 = CMSG_DATA_AT + 8;
/// The descriptor that was received.
const PASSED: Place = CONTROL.plus(CMSG_DATA_AT as i16).half();

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 0, &FDS) => Is(0), "stream";
    SENDTO(*WR, [*b"hello"], 5, 0, 0, 0)      => Is(5), "connected socket";
    RECVFROM(*RD, &BUF, 4096, MSG_PEEK, 0, 0) => Is(5), "MSG_PEEK";
    RECVFROM(*RD, &BUF2, 4096, 0, 0, 0)       => Is(5), "bytes after MSG_PEEK";
    SAME(&BUF2, [*b"hello"], 5)               => Is(0), "socketpair: bytes arrive unchanged";
    RECVFROM(*RD, &BUF, 1, MSG_DONTWAIT, 0, 0) => Err(EAGAIN), "MSG_DONTWAIT, no data";
    SENDTO(*WR, [*b"hello"], 2, 0, 0, 0);
    LATER(0, 4);
    WRITE(*WR, [*b"hello"], 3);
    RECVFROM(*RD, &BUF, 5, MSG_WAITALL, 0, 0) => Is(5), "MSG_WAITALL";
    JOIN(0);
    PUT32(&LEN, 16);
    GETPEERNAME(*RD, &ADDR, &LEN)             => Is(0), "socket of a pair";
    SOCKETPAIR(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, &FDS2) => Is(0), "flags";
    FCNTL(*RD2, F_GETFD, 0)                      => Is(FD_CLOEXEC), "socketpair: SOCK_CLOEXEC";
    // The peer has no name: its address is a family.
    GET32(&LEN)                               => Is(2);
    READ(*WR2, &BUF, 1)                       => Err(EAGAIN), "socketpair: SOCK_NONBLOCK";

    // Ends of a stream.
    FRESH();
    WATCH();
    CATCH(SIGPIPE, 0, 0)                      => Is(1);
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 0, &FDS);
    SENDTO(*WR, [*b"hello"], 5, 0, 0, 0);
    SHUTDOWN(*WR, SHUT_WR)                    => Is(0), "SHUT_WR";
    SENDTO(*WR, [*b"hello"], 5, MSG_NOSIGNAL, 0, 0) => Err(EPIPE), "MSG_NOSIGNAL after SHUT_WR";
    GET32(&CAUGHT)                            => Is(0), "sendto: MSG_NOSIGNAL raises no signal";
    SENDTO(*WR, [*b"hello"], 5, 0, 0, 0)      => Err(EPIPE), "socket after SHUT_WR";
    GET32(&CAUGHT)                            => Is(1), "sendto: SHUT_WR raises SIGPIPE";
    READ(*RD, &BUF, 4096)                     => Is(5), "shutdown: data before SHUT_WR";
    READ(*RD, &BUF, 4096)                     => Is(0), "shutdown: end after SHUT_WR";
    SENDTO(*RD, [*b"hello"], 5, 0, 0, 0);
    READ(*WR, &BUF, 4096)                     => Is(5), "shutdown: other direction after SHUT_WR";
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 0, &FDS2);
    LATER(0, 4);
    SHUTDOWN(*WR2, SHUT_RDWR);
    READ(*RD2, &BUF, 4096)                    => Is(0), "shutdown: SHUT_RDWR ends a blocked read";
    JOIN(0)                                   => Is(0);

    // Datagrams and packets.
    FRESH();
    WATCH();
    SOCKETPAIR(AF_UNIX, SOCK_DGRAM, 0, &FDS)  => Is(0), "datagrams";
    SENDTO(*WR, [*b"hello"], 5, 0, 0, 0);
    SENDTO(*WR, [*b"hello"], 3, 0, 0, 0);
    RECVFROM(*RD, &BUF, 2, MSG_TRUNC, 0, 0)   => Is(5), "MSG_TRUNC";
    RECVFROM(*RD, &BUF, 4096, 0, 0, 0)        => Is(3), "datagram after a cut one";
    SENDTO(*WR, 0, 0, 0, 0, 0);
    RECVFROM(*RD, &BUF, 4096, MSG_DONTWAIT, 0, 0) => Is(0), "datagram of 0 bytes";
    SOCKETPAIR(AF_UNIX, SOCK_SEQPACKET, 0, &FDS2) => Is(0), "packets";
    SENDTO(*WR2, [*b"hello"], 5, 0, 0, 0);
    SENDTO(*WR2, [*b"hello"], 3, 0, 0, 0);
    RECVFROM(*RD2, &BUF, 4096, 0, 0, 0)       => Is(5), "packets keep their bounds";
    CLOSE(*WR2);
    PUT32(&WORD, 4096);
    SETSOCKOPT(*WR, SOL_SOCKET, SO_SNDBUF, &WORD, 4);
    SENDTO(*WR, &BUF, 12288, MSG_DONTWAIT, 0, 0) => Err(EMSGSIZE), "datagram of 12288 bytes";

    // Datagrams by name. The name is abstract and of this process alone.
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_DGRAM, 0)            => Keep(FD_A);
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    BIND(*FD_A, &ADDR, 8);
    SOCKET(AF_UNIX, SOCK_DGRAM, 0)            => Keep(FD_B);
    SENDTO(*FD_B, [*b"hello"], 5, 0, &ADDR, 8) => Is(5), "datagram to a name";
    PUT32(&LEN, 16);
    RECVFROM(*FD_A, &BUF, 4096, 0, &ADDR2, &LEN);
    SENDTO(*FD_A, [*b"hello"], 3, 0, &ADDR, 8);
    PUT32(&LEN, 6);
    RECVFROM(*FD_A, &BUF, 4096, 0, &ADDR2, &LEN);
    GET32(&LEN)                               => Is(8), "recvfrom: length of the name";
    SAME(&ADDR, &ADDR2, 6)                    => Is(0), "recvfrom: name of the sender";

    // Several buffers.
    FRESH();
    WATCH();
    SOCKETPAIR(AF_UNIX, SOCK_DGRAM, 0, &FDS);
    PAIR(&IOV, [*b"hello"], 2);
    PAIR(&IOV + 16, [*b"hello"], 3);
    PAIR(&MSG, 0, 0);
    PAIR(&MSG + MSG_IOV, &IOV, 2);
    PAIR(&MSG + MSG_CONTROL, 0, 0);
    SENDMSG(*WR, &MSG, 0)                     => Is(5), "two buffers";
    SENDMSG(*WR, &MSG, 0);
    PAIR(&IOV, &BUF, 3);
    PAIR(&IOV + 16, &BUF2, 3);
    RECVMSG(*RD, &MSG, 0)                     => Is(5), "two buffers";
    SAME(&BUF, [*b"heh"], 3)                  => Is(0), "recvmsg: first buffer";
    SAME(&BUF2, [*b"el"], 2)                  => Is(0), "recvmsg: second buffer";
    PAIR(&IOV + 16, &BUF2, 1);
    RECVMSG(*RD, &MSG, 0);
    GET32(&MSG + MSG_FLAGS) => Is(MSG_TRUNC), "recvmsg: MSG_TRUNC of a cut datagram";

    // Descriptors in messages.
    FRESH();
    WATCH();
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 0, &FDS);
    PIPE2(&FDS2, 0);
    PAIR(&IOV, &BUF, 1);
    PAIR(&MSG, 0, 0);
    PAIR(&MSG + MSG_IOV, &IOV, 1);
    PAIR(&MSG + MSG_CONTROL, &CONTROL, SPACE);
    PAIR(&CONTROL, ONE_DESCRIPTOR, RIGHTS);
    PUT32(&PASSED, *WR2);
    SENDMSG(*WR, &MSG, 0)                     => Is(1), "SCM_RIGHTS";
    FILL(&CONTROL, POISON, 24);
    RECVMSG(*RD, &MSG, 0)                     => Is(1), "SCM_RIGHTS";
    GET64(&CONTROL)                           => Is(ONE_DESCRIPTOR), "recvmsg: cmsg_len";
    GET64(&CONTROL + CMSG_LEVEL)              => Is(RIGHTS), "recvmsg: cmsg_level and cmsg_type";
    WRITE(*PASSED, [*b"hello"], 5);
    READ(*RD2, &BUF2, 5)                      => Is(5), "recvmsg: descriptor is of the same pipe";
    CLOSE(*WR2);
    SENDMSG(*WR, &MSG, 0);
    CLOSE(*PASSED);
    FILL(&CONTROL, POISON, 24);
    RECVMSG(*RD, &MSG, MSG_CMSG_CLOEXEC);
    FCNTL(*PASSED, F_GETFD, 0)                   => Is(FD_CLOEXEC), "recvmsg: MSG_CMSG_CLOEXEC";
    WRITE(*PASSED, [*b"hello"], 5)            => Is(5), "sendmsg: descriptor outlives its close";
    SENDMSG(*WR, &MSG, 0);
    PAIR(&MSG + MSG_CONTROL, &CONTROL, CMSG_DATA_AT);
    RECVMSG(*RD, &MSG, 0);
    GET32(&MSG + MSG_FLAGS) => Is(MSG_CTRUNC), "recvmsg: MSG_CTRUNC of lost descriptors";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    SOCKETPAIR(-1, SOCK_STREAM, 0, &FDS)      => Err(EAFNOSUPPORT), "family -1";
    SOCKETPAIR(AF_INET, SOCK_STREAM, 0, &FDS) => Err(EOPNOTSUPP), "family without pairs";
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 99, &FDS) => Err(EPROTONOSUPPORT), "unknown protocol";

    // A number that is no descriptor, and a descriptor that is no socket.
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    PAIR(&IOV, &BUF, 1);
    PAIR(&MSG, 0, 0);
    PAIR(&MSG + MSG_IOV, &IOV, 1);
    PAIR(&MSG + MSG_CONTROL, 0, 0);
    PUT32(&LEN, 16);
    SENDTO(-1, &BUF, 1, 0, 0, 0)              => Err(EBADF), "descriptor -1";
    SENDTO(*WR, &BUF, 1, 0, 0, 0)             => Err(ENOTSOCK), "pipe";
    RECVFROM(-1, &BUF, 1, 0, 0, 0)            => Err(EBADF), "descriptor -1";
    SENDMSG(-1, &MSG, 0)                      => Err(EBADF), "descriptor -1";
    RECVMSG(-1, &MSG, 0)                      => Err(EBADF), "descriptor -1";
    RECVMSG(*RD, &MSG, 0)                     => Err(ENOTSOCK), "pipe";
    SHUTDOWN(-1, SHUT_WR)                     => Err(EBADF), "descriptor -1";
    SHUTDOWN(*WR, SHUT_WR)                    => Err(ENOTSOCK), "pipe";
    GETPEERNAME(-1, &ADDR, &LEN)              => Err(EBADF), "descriptor -1";

    // Sockets without a peer.
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_STREAM, 0)           => Keep(FD_A);
    PUT32(&LEN, 16);
    GETPEERNAME(*FD_A, &ADDR, &LEN)           => Err(ENOTCONN), "unconnected socket";
    SOCKET(AF_UNIX, SOCK_DGRAM, 0)            => Keep(FD_B);
    SENDTO(*FD_B, &BUF, 1, 0, 0, 0)           => Either(ENOTCONN, EDESTADDRREQ), "no peer";
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    SENDTO(*FD_B, &BUF, 1, 0, &ADDR, 8)       => Err(ECONNREFUSED), "name that nobody has";

    FRESH();
    WATCH();
    SOCKETPAIR(AF_UNIX, SOCK_STREAM, 0, &FDS);
    SHUTDOWN(*RD, 3)                          => Err(EINVAL), "unknown direction";
    PUT32(&ADDR, AF_UNIX);
    SENDTO(*WR, &BUF, 1, 0, &ADDR, 8)         => Err(EISCONN), "connected socket, name";
    SENDTO(*WR, 8, 1, 0, 0, 0)                => Err(EFAULT), "unmapped bytes";
    SENDTO(*WR, &BUF, 2, 0, 0, 0);
    PUT32(&LEN, 16);
    GETPEERNAME(*RD, &ADDR, 8)                => Err(EFAULT), "unmapped length";
    SENDMSG(*WR, 8, 0)                        => Err(EFAULT), "unmapped message";
    PAIR(&IOV, &BUF, 1);
    PAIR(&MSG, 0, 0);
    PAIR(&MSG + MSG_IOV, &IOV, 1);
    PAIR(&MSG + MSG_CONTROL, &CONTROL, SPACE);
    PAIR(&CONTROL, ONE_DESCRIPTOR, RIGHTS);
    PUT32(&PASSED, -1);
    SENDMSG(*WR, &MSG, 0)                     => Err(EBADF), "SCM_RIGHTS of descriptor -1";
};
