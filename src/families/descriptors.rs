//! Descriptors: `dup`, `dup2`, `dup3`, `fcntl`.
//!
//! `FRESH()` leaves 3 as the lowest free descriptor, so a pipe's ends are 3 and 4.

use crate::plan::prelude::*;
use crate::plan::routine::STATUS_FLAGS;

pub const FAMILY: Family = Family {
    title: "Descriptors",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    FCNTL(*RD, F_SETFD, FD_CLOEXEC);
    FCNTL(*WR, F_SETFD, FD_CLOEXEC);
    WATCH();
    DUP(*RD)                           => Is(5), "lowest free descriptor";
    FCNTL(5, F_GETFD, 0)               => Is(0), "dup: copy is not close-on-exec";
    FCNTL(5, F_SETFL, 0);
    STATUS_FLAGS(*RD)                  => Is(0), "dup: file status flags are shared";
    CLOSE(*RD);
    WRITE(*WR, [*b"hello"], 5);
    READ(5, &BUF, 4096)                => Is(5), "dup: copy outlives the original";
    DUP(*WR)                           => Is(*RD), "fills a gap";
    FCNTL(*RD, F_SETFD, 0);
    FCNTL(*WR, F_GETFD, 0)             => Is(FD_CLOEXEC), "dup: FD_CLOEXEC is not shared";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    FCNTL(*RD, F_SETFD, FD_CLOEXEC);
    WATCH();
    #[only(x86_64)]
    DUP2(*RD, 9)                       => Is(9), "chosen descriptor";
    #[only(aarch64, riscv64)]
    DUP3(*RD, 9, 0)                    => Is(9);
    FCNTL(9, F_GETFD, 0)               => Is(0), "dup2: copy is not close-on-exec";
    #[only(x86_64)]
    DUP2(*RD, *RD)                     => Is(*RD), "onto itself";
    #[only(x86_64)]
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "dup2: onto itself, FD_CLOEXEC";
    WRITE(*WR, [*b"hello"], 5);
    READ(9, &BUF, 2)                   => Is(2);
    READ(*RD, &BUF, 4096)              => Is(3), "dup2: both read one stream";

    // The second pipe's read end takes the place of the first one's write end.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, O_NONBLOCK);
    WATCH();
    DUP2(*RD2, *WR)                    => Is(*WR);
    READ(*RD, &BUF, 4096)              => Is(0), "dup2: target is closed first";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, O_NONBLOCK);
    DUP3(*RD, 9, 0)                    => Is(9), "chosen descriptor";
    DUP3(*RD2, *WR, O_CLOEXEC)         => Is(*WR);
    FCNTL(*WR, F_GETFD, 0)             => Is(FD_CLOEXEC), "dup3: O_CLOEXEC sets FD_CLOEXEC";
    DUP3(*RD, *WR, 0);
    FCNTL(*WR, F_GETFD, 0)             => Is(0), "dup3: FD_CLOEXEC of the target is cleared";

    FRESH();
    PIPE2(&FDS, 0);
    FCNTL(*RD, F_SETFD, FD_CLOEXEC);
    FCNTL(*RD, F_DUPFD, 0)             => Is(5), "F_DUPFD 0";
    FCNTL(*RD, F_DUPFD, 9)             => Is(9), "F_DUPFD 9";
    FCNTL(*RD, F_DUPFD, 9)             => Is(10), "F_DUPFD 9 in use";
    FCNTL(9, F_GETFD, 0)               => Is(0), "F_DUPFD clears FD_CLOEXEC";
    FCNTL(5, F_DUPFD_CLOEXEC, 9)       => Is(11), "F_DUPFD_CLOEXEC 9";
    FCNTL(11, F_GETFD, 0)              => Is(FD_CLOEXEC), "F_DUPFD_CLOEXEC sets FD_CLOEXEC";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    FCNTL(*RD, F_SETFD, FD_CLOEXEC)    => Is(0);
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "F_SETFD is kept";
    STATUS_FLAGS(*WR)                  => Is(O_WRONLY), "fcntl: F_GETFL of a write end";
    FCNTL(*RD, F_SETFD, 0);
    FCNTL(*RD, F_GETFD, 0)             => Is(0), "F_SETFD clears FD_CLOEXEC";
    FCNTL(*RD, F_SETFL, O_NONBLOCK)    => Is(0);
    STATUS_FLAGS(*RD)                  => Is(O_NONBLOCK), "fcntl: F_SETFL is kept";
    STATUS_FLAGS(*WR)                  => Is(O_WRONLY), "fcntl: F_SETFL of the other end";
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "fcntl: empty pipe, O_NONBLOCK";
    FCNTL(*WR, F_SETFL, O_APPEND);
    STATUS_FLAGS(*WR)                  => Is(O_APPEND | O_WRONLY), "fcntl: F_SETFL of O_APPEND";

    FRESH();
    PIPE2(&FDS, 0);
    DUP(*WR)                           => Is(5);
    CLOSE(*WR)                         => Is(0);
    WRITE(5, [*b"hello"], 5)           => Is(5), "close: duplicate stays open";
    DUP(5)                             => Is(*WR), "close: number is free again";

    FRESH();
    PIPE2(&FDS, 0);
    DUP(*WR)                           => Is(5);
    CLOSE(5);
    CLOSE(*WR);
    CLOSE(*RD);
    AGAIN(300)                         => Is(300), "dup: 300 copies leak nothing";
    FRESH();
    PIPE2(&FDS, 0);
    DUP2(*RD, 9)                       => Is(9);
    CLOSE(*RD);
    CLOSE(*WR);
    AGAIN(300)                         => Is(300), "dup2: 300 targets leak nothing";
};

const NEGATIVE: Table = rows! {
    FRESH();
    DUP(3)                             => Err(EBADF), "closed descriptor";
    DUP(-1)                            => Err(EBADF), "descriptor -1";
    DUP(1024)                          => Err(EBADF), "descriptor past the table";
    #[only(x86_64)]
    DUP2(3, 9)                         => Err(EBADF), "closed descriptor";
    #[only(x86_64)]
    DUP2(3, 3)                         => Err(EBADF), "closed descriptor onto itself";
    DUP2(-1, 9)                        => Err(EBADF), "descriptor -1";
    #[only(x86_64)]
    DUP2(1, -1)                        => Err(EBADF), "target -1";
    #[only(x86_64)]
    DUP2(1, i32::MAX)                  => Err(EBADF), "target INT_MAX";
    DUP3(1, i32::MAX, 0)               => Err(EBADF), "target INT_MAX";
    DUP3(3, 9, 0)                      => Err(EBADF), "closed descriptor";
    DUP3(1, -1, 0)                     => Err(EBADF), "target -1";
    DUP3(1, 1, 0)                      => Err(EINVAL), "onto itself";
    DUP3(1, 9, 1)                      => Err(EINVAL), "unknown flag";
    FCNTL(3, F_GETFD, 0)               => Err(EBADF), "F_GETFD, closed descriptor";
    FCNTL(3, F_DUPFD, 0)               => Err(EBADF), "F_DUPFD, closed descriptor";
    FCNTL(-1, F_GETFD, 0)              => Err(EBADF), "descriptor -1";
    FCNTL(1024, F_GETFD, 0)            => Err(EBADF), "descriptor past the table";
    FCNTL(1, F_DUPFD, -1)              => Err(EINVAL), "F_DUPFD -1";
    FCNTL(1, F_DUPFD, i32::MAX)        => Err(EINVAL), "F_DUPFD INT_MAX";
    FCNTL(1, 91, 0)                    => Err(EINVAL), "unknown command";
    DUP(1)                             => Is(3), "errors leave no descriptor open";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    DUP2(-1, *RD)                      => Err(EBADF);
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "dup2: target after a bad source";
};

const BOUNDARY: Table = rows! {
    // F_SETFL ignores the access mode and the flags that are for open(2) alone.
    FRESH();
    PIPE2(&FDS, 0);
    FCNTL(*RD, F_SETFD, -1);
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "F_SETFD of all bits";
    FCNTL(*RD, F_SETFD, 0);
    FCNTL(*RD, F_SETFL, O_RDWR | O_CLOEXEC);
    STATUS_FLAGS(*RD)                  => Is(O_RDONLY), "fcntl: F_SETFL keeps the access mode";
    FCNTL(*RD, F_GETFD, 0)             => Is(0), "F_SETFL of O_CLOEXEC";
    DUP2(*RD, 63)                      => Is(63), "far descriptor";
    DUP(0x1_0000_0004)                 => Is(5), "upper half of the register";
};
