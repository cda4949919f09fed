//! Advice on memory: `madvise`, over `posix_madvise()`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory advice",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;

const POSITIVE: Table = shared_rows! {
    FRESH();
    MMAP(0, 8192, RW, ANON, -1, 0)            => Keep(A);
    MINUS(*A, -4096)                          => Keep(B);
    CLOCK_GETTIME(CLOCK_MONOTONIC, *A);
    CLOCK_GETTIME(CLOCK_MONOTONIC, *B);
    FILL(*A, 7, 8192);
    MADVISE(*A, 4096, MADV_DONTNEED)          => Is(0), "MADV_DONTNEED";
    COUNT(*A, 0, 4096)                        => Is(4096), "madvise: MADV_DONTNEED zeroes memory";
    COUNT(*B, 7, 4096)                        => Is(4096), "madvise: next page keeps its bytes";
    MUNMAP(*A, 8192);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    MADVISE(&BUF, 4096, 99)                   => Err(EINVAL), "unknown advice";
    MADVISE(&BUF + 1, 4096, MADV_NORMAL)      => Err(EINVAL), "address inside a page";
    MADVISE(4096, 4096, MADV_NORMAL)          => Err(ENOMEM), "unmapped page";
};
