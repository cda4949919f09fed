//! Every option, limit and flag acts.

use crate::table::prelude::*;

/// The option of `setsockopt` and `getsockopt`.
const fn option(number: i32) -> EntryCond {
    is(2, number)
}

history! { Options;
    SYS_setsockopt "setsockopt" "receive-timeout-unknown" FalseError entry [option(SO_RCVTIMEO)]
        [fail(ENOPROTOOPT)]
        "SO_RCVTIMEO: a receive waits at most this long"
        from "Zephyr" "zephyrproject-rtos/zephyr" 29711 "2020-11-02"
        saw "A receive cannot be given a limit of time.";
    SYS_setsockopt "setsockopt" "send-timeout-ignored" StateKept entry [option(SO_SNDTIMEO)]
        [skip(0)]
        "SO_SNDTIMEO: a send or a connect waits at most this long"
        from "Nanos" "nanovms/nanos" 2122 "2025-12-28"
        saw "The limits of time for sends, receives, accepts and connects have no effect.";
    SYS_setsockopt "setsockopt" "receive-timeout-zero-is-none" ArgumentChanged
        entry [option(SO_RCVTIMEO), Mem(long(3, 0), Eq(0)), Mem(long(3, 8), Eq(0))]
        [put(long(3, 8), 1)]
        "SO_RCVTIMEO: 0 means that the receive has no limit"
        from "LiteOS" "LiteOS/LiteOS_Lab" 93 "2019-06-17"
        saw "A receive timeout of 0 makes reads non-blocking instead of unlimited.";
    SYS_getsockopt "getsockopt" "receive-timeout-unreadable" FalseError entry [option(SO_RCVTIMEO)]
        [fail(ENOPROTOOPT)]
        "SO_RCVTIMEO: the timeout can be read"
        from "gVisor" "google/gvisor" 6603 "2021-09-16"
        saw "The receive timeout can be set but not read.";
    SYS_getsockopt "getsockopt" "error-unreadable" FalseError entry [option(SO_ERROR)]
        [fail(ENOPROTOOPT)]
        "SO_ERROR: the pending error"
        from "Nanos" "nanovms/nanos" 1006 "2019-11-08"
        saw "SO_ERROR is not known: no one can tell how a non-blocking connect ended.";
    SYS_getsockopt "getsockopt" "error-still-in-progress" StateKept entry [option(SO_ERROR)]
        exit [After(word(3, 0), Eq(0))] [out(word(3, 0), EINPROGRESS as i64)]
        "SO_ERROR: 0 if no error is pending"
        from "libctru" "devkitPro/libctru" 412 "2018-08-27"
        saw "SO_ERROR still says EINPROGRESS when the connection is there.";
    SYS_accept "accept" "takes-nonblock-along" FlagDropped exit [OK]
        [Then(SYS_fcntl as u16, &[R, N(F_SETFL as i64), N(O_NONBLOCK as i64)])]
        "accept(2) (Linux): status flags are not inherited"
        from "clib4" "AmigaLabs/clib4" 455 "2026-08-06"
        saw "A socket accepted from a non-blocking listener does not block either.";
    SYS_listen "listen" "shared-port-accepted" MissingCheck exit [err(EADDRINUSE)] [ret(0)]
        "EADDRINUSE: another socket listens at the address"
        from "Asterinas" "asterinas/asterinas" 1690 "2024-12-16"
        saw "Two sockets with SO_REUSEADDR listen at one port.";
    SYS_prlimit64 "prlimit64" "descriptors-unlimited" MissingCheck exit [err(EPERM)] [ret(0)]
        "EPERM (Linux): a limit of descriptors above the system's"
        from "Asterinas" "asterinas/asterinas" 2783 "2025-12-22"
        saw "A huge limit of descriptors is taken, and the table then uses up all memory.";
    SYS_prlimit64 "prlimit64" "address-space-unlimited" StateKept
        entry [is(1, RLIMIT_AS as i32), given(2)] [skip(0)]
        "RLIMIT_AS: mmap and brk fail above the limit"
        from "StarryOS" "rcore-os/tgoskits" 1797 "2026-07-31"
        saw "mmap does not look at RLIMIT_AS: the address space grows without a limit.";
    SYS_prlimit64 "prlimit64" "data-unlimited" StateKept
        entry [is(1, RLIMIT_DATA as i32), given(2)] [skip(0)]
        "RLIMIT_DATA: brk fails above the limit"
        from "StarryOS" "rcore-os/tgoskits" 237 "2026-04-17"
        saw "brk does not look at RLIMIT_DATA.";
    SYS_fcntl "fcntl" "full-table-is-bad" WrongErrno entry [Int(1, Eq(F_DUPFD as i64))]
        exit [err(EMFILE)] [wrong(EBADF)]
        "EMFILE: all descriptors are in use"
        from "Lind" "Lind-Project/lind-wasm" 1372 "2026-09-06"
        saw "F_DUPFD with a full table says that the descriptor is not open.";
    SYS_fcntl "fcntl" "minimum-past-limit-is-bad" WrongErrno entry [Int(1, Eq(F_DUPFD as i64))]
        exit [err(EINVAL)] [wrong(EBADF)]
        "EINVAL: the minimum is not below OPEN_MAX"
        from "LiteBox" "microsoft/litebox" 801 "2026-04-23"
        saw "F_DUPFD and dup2 give the same error for a number past the limit.";
    SYS_dup3 "dup3" "limit-unread" MissingCheck entry [Int(1, Gt(2)), Int(2, Eq(0))]
        exit [err(EBADF)] [Ret(Set(A(1)))]
        "EBADF: the new descriptor is not below the limit"
        from "Gramine" "gramineproject/gramine" 887 "2022-09-06"
        saw "dup3 makes descriptors at or above RLIMIT_NOFILE.";
    SYS_dup2 "dup2" "bad-source-closes-target" StateKept exit [err(EBADF)]
        [Then(SYS_close as u16, &[A(1)])]
        "dup2: if fildes is not valid, fildes2 is not closed"
        from "Asterinas" "asterinas/asterinas" 3027 "2026-03-10"
        saw "A dup2 from a closed descriptor has closed its target.";
}
