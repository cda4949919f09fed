//! Pipes: `pipe2` and what its two ends do.

use crate::plan::prelude::*;
use crate::suite::routine::EVERY_BYTE;

pub const FAMILY: Family = Family {
    title: "Pipes",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {
    FRESH();
    PIPE2(&FDS, 0)                     => Is(0), "opens two descriptors";
    WRITE(*WR, [*b"hello"], 5)         => Is(5), "pipe2: write end takes bytes";
    READ(*RD, &BUF, 4096)              => Is(5), "pipe2: read end gives what was written";
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "pipe2: bytes arrive unchanged";
    COUNT(&BUF + 5, POISON, 91)        => Is(91), "pipe2: nothing is written behind the bytes";
    EVERY_BYTE(*RD, *WR)               => Is(256), "pipe2: all 256 byte values survive";

    FRESH();
    PIPE2(&FDS, O_CLOEXEC);
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "pipe2: O_CLOEXEC sets FD_CLOEXEC";
    FRESH();
    PIPE2(&FDS, 0);
    CLOSE(*RD);
    CLOSE(*WR);
    AGAIN(300)                         => Is(300), "pipe2: 300 pairs opened and closed leak nothing";
    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    READ(*RD, &BUF, 4096)              => Is(5), "pipe2: read blocks until data come";
    JOIN(0)                            => Is(5), "pipe2: the writer's count";
};

const NEGATIVE: &[Row] = rows! {
    FRESH();
    PIPE2(&FDS, 1)                     => Err(EINVAL), "unknown flag";
    PIPE2(8, 0)                        => Err(EFAULT), "unmapped result array";
};

const BOUNDARY: &[Row] = rows! {};
