//! File status: `fstat` on pipes, which need no file system.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File status",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// `S_IFMT`: the mode without permissions. It is -4096, because other rows use that value too.
pub(super) const FILE_TYPE: i64 = !0xfff;

const POSITIVE: Table = rows! {
    {
        const MODE: Place = STAT.plus(ST_MODE as i16).half();
    }
    FRESH();
    PIPE2(&FDS, 0);
    FSTAT(*RD, &STAT)                  => Is(0), "pipe";
    AND(*MODE, FILE_TYPE)              => Is(S_IFIFO), "S_IFIFO";
    #[only(x86_64)]
    GET64(&STAT + ST_NLINK)            => Is(1), "st_nlink";
    #[only(aarch64, riscv64)]
    GET32(&STAT + ST_NLINK)            => Is(1), "st_nlink";
    #[only(x86_64)]
    GET64(&STAT + ST_BLKSIZE)          => AtLeast(1), "st_blksize";
    #[only(aarch64, riscv64)]
    GET32(&STAT + ST_BLKSIZE)          => AtLeast(1), "st_blksize";
    GET64(&STAT + ST_MTIM_NSEC)        => AtMost(999_999_999), "st_mtim";
    COUNT(&STAT + ST_UNUSED, 0, STAT_SIZE - ST_UNUSED) => Is(STAT_SIZE - ST_UNUSED),
        "reserved bytes";
    COUNT(&STAT + STAT_SIZE, POISON, 91) => Is(91), "nothing is written behind the result";
    FSTAT(*WR, &STAT2)                 => Is(0);
    SAME(&STAT, &STAT2, 16)            => Is(0), "both ends are one file";
    PIPE2(&FDS2, 0);
    FSTAT(*RD2, &STAT2);
    SAME(&STAT, &STAT2, 16)            => AtLeast(1), "two pipes are two files";
};

const NEGATIVE: Table = shared_rows! {
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

const BOUNDARY: Table = rows! {
    FRESH();
    PIPE2(&FDS, 0);
    FSTAT(*RD, &EDGE - STAT_SIZE)      => Is(0), "last bytes of a page";
    FSTAT(*RD, &EDGE - (STAT_SIZE - 8)) => Err(EFAULT), "half of the result unmapped";
};
