//! File status: `fstat` on pipes, which need no file system.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File status",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The place of the mode in `STAT`.
pub(super) const MODE: Place = Place {
    width: 4,
    ..STAT.plus(ST_MODE as i16)
};
/// `S_IFMT`: the mode without permissions. It is -4096, because other rows use that value too.
pub(super) const FILE_TYPE: i64 = !0xfff;

const POSITIVE: &[Row] = rows! {
    FRESH();
    PIPE2(&FDS, 0);
    FSTAT(*RD, &STAT)                  => Is(0), "pipe";
    AND(*MODE, FILE_TYPE)              => Is(S_IFIFO), "S_IFIFO";
    GET64(&STAT + ST_NLINK)            => Is(1), "st_nlink";
    GET64(&STAT + ST_BLKSIZE)          => AtLeast(1), "st_blksize";
    GET64(&STAT + ST_MTIM_NSEC)        => AtMost(999_999_999), "st_mtim";
    COUNT(&STAT + 120, 0, 24)          => Is(24), "reserved bytes";
    COUNT(&STAT + 144, POISON, 91)     => Is(91), "nothing is written behind the result";
    FSTAT(*WR, &STAT2)                 => Is(0);
    SAME(&STAT, &STAT2, 16)            => Is(0), "both ends are one file";
    PIPE2(&FDS2, 0);
    FSTAT(*RD2, &STAT2);
    SAME(&STAT, &STAT2, 16)            => AtLeast(1), "two pipes are two files";
};

const NEGATIVE: &[Row] = rows! {
    FRESH();
    FSTAT(3, &STAT)                    => Err(EBADF), "closed descriptor";
    FSTAT(-1, &STAT)                   => Err(EBADF), "descriptor -1";
    PIPE2(&FDS, 0);
    FSTAT(*RD, &EDGE)                  => Err(EFAULT), "unmapped result";
    FSTAT(*RD, -4096)                  => Err(EFAULT), "kernel half";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) => Keep(A);
    FSTAT(*RD, *A)                     => Err(EFAULT), "read-only result";
    MUNMAP(*A, 4096);
};

const BOUNDARY: &[Row] = rows! {
    FRESH();
    PIPE2(&FDS, 0);
    FSTAT(*RD, &EDGE - 144)            => Is(0), "last bytes of a page";
    FSTAT(*RD, &EDGE - 136)            => Err(EFAULT), "half of the result unmapped";
};
