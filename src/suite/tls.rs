//! Thread-local storage: `arch_prctl`, which sets the bases of FS and GS.
//!
//! The ELF itself has no thread-local storage. The bases are small, and added to an address of the
//! bench: a kernel that does not set them leads the load to another page of the bench.

use crate::plan::prelude::*;
use crate::suite::routine::SEGMENTS;

pub const FAMILY: Family = Family {
    title: "Thread-local storage",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// No address space reaches as far.
const HUGE: i64 = 1 << 62;
/// What `SEGMENTS(&BUF)` gives where FS begins at 4096 and GS at 8192: a byte of the second page
/// and one of the third.
const BOTH: i64 = 2 + 256 * 3;

const POSITIVE: &[Row] = rows! {
    FRESH();
    ARCH_PRCTL(ARCH_GET_FS, &A);
    ARCH_PRCTL(ARCH_SET_FS, 4096)         => Is(0), "ARCH_SET_FS";
    ARCH_PRCTL(ARCH_SET_GS, 8192)         => Is(0), "ARCH_SET_GS";
    ARCH_PRCTL(ARCH_GET_FS, &B);
    GET64(&B)                             => Is(4096), "arch_prctl: FS is read back";
    ARCH_PRCTL(ARCH_GET_GS, &B);
    GET64(&B)                             => Is(8192), "arch_prctl: GS is read back";
    PUT8(&BUF2, 2);
    PUT8(&LAST_PAGE, 3);
    SEGMENTS(&BUF)                        => Is(BOTH), "arch_prctl: loads use both bases";
    NANOSLEEP([timespec(0, 1_000_000)], 0);
    SEGMENTS(&BUF)                        => Is(BOTH), "arch_prctl: bases survive a sleep";
    LATER(0, 0);
    ARCH_PRCTL(ARCH_SET_FS, 8192);
    JOIN(0);
    SEGMENTS(&BUF)                        => Is(BOTH), "arch_prctl: second thread has its own base";
    CATCH(SIGUSR1, 0, 0)                  => Is(1);
    KILL(*SELF, SIGUSR1);
    SEGMENTS(&BUF)                        => Is(BOTH), "arch_prctl: bases survive a signal";
    ARCH_PRCTL(ARCH_SET_GS, 0);
    ARCH_PRCTL(ARCH_SET_FS, *A);
};

const NEGATIVE: &[Row] = rows! {
    FRESH();
    ARCH_PRCTL(1, 0)                      => Err(EINVAL), "unknown code";
    ARCH_PRCTL(ARCH_GET_FS, 8)            => Err(EFAULT), "unmapped result";
    ARCH_PRCTL(ARCH_GET_FS, &A);
    ARCH_PRCTL(ARCH_SET_FS, HUGE)         => Err(EPERM), "FS base of 2^62";
    ARCH_PRCTL(ARCH_SET_GS, HUGE)         => Err(EPERM), "GS base of 2^62";
    ARCH_PRCTL(ARCH_SET_FS, -4096)        => Err(EPERM), "FS base in the kernel half";
    ARCH_PRCTL(ARCH_GET_FS, &B);
    SAME(&A, &B, 8)                       => Is(0), "arch_prctl: failed calls leave the base";
};

const BOUNDARY: &[Row] = rows! {
    FRESH();
    ARCH_PRCTL(ARCH_GET_FS, &EDGE - 8)    => Is(0), "last bytes of a page";
    ARCH_PRCTL(ARCH_GET_FS, &EDGE - 4)    => Err(EFAULT), "half of the result unmapped";
};
