//! Thread-local storage: `arch_prctl`, which sets the bases of FS and GS.
//!
//! The ELF itself has no thread-local storage. The bases are small and are added to an address in
//! the arena: where a kernel does not set them, the load reads another page of the arena.
//!
//! Only x86-64 has the call: on the others the thread pointer is a register of the program's.

use crate::plan::prelude::*;
use crate::plan::routine::SEGMENT_BYTES;

pub const FAMILY: Family = Family {
    title: "Thread-local storage",
    profile: Profile::Pse51,
    positive: POSITIVE.only_x86_64(),
    negative: NEGATIVE.only_x86_64(),
    boundary: BOUNDARY.only_x86_64(),
};

/// An address outside every address space.
const HUGE: i64 = 1 << 62;
/// The result of `SEGMENT_BYTES(&BUF)` with FS at 4096 and GS at 0: a byte of the second page, plus
/// 256 times a byte of the first one.
const BY_FS: i64 = 2 + 256 * POISON as i64;
/// The upper byte of that result with GS at 4096; FS is where an earlier script set it.
const BY_GS: i64 = 256 * 2;

const POSITIVE: Table = shared_rows! {
    FRESH();
    ARCH_PRCTL(ARCH_GET_FS, &A);
    PUT8(&BUF2, 2);
    ARCH_PRCTL(ARCH_SET_FS, 4096)      => Is(0), "ARCH_SET_FS";
    ARCH_PRCTL(ARCH_GET_FS, &B);
    GET64(&B)                          => Is(4096), "arch_prctl: FS is read back";
    SEGMENT_BYTES(&BUF)                => Is(BY_FS), "arch_prctl: loads use the base of FS";
    NANOSLEEP([timespec(0, 1_000_000)], 0);
    SEGMENT_BYTES(&BUF)                => Is(BY_FS), "arch_prctl: base survives a sleep";
    LATER(0, 0);
    ARCH_PRCTL(ARCH_SET_FS, 8192);
    JOIN(0)                            => Is(0);
    SEGMENT_BYTES(&BUF)                => Is(BY_FS), "arch_prctl: second thread has its own base";
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    KILL(*SELF, SIGUSR1);
    SEGMENT_BYTES(&BUF)                => Is(BY_FS), "arch_prctl: base survives a signal";
    ARCH_PRCTL(ARCH_SET_FS, *A);

    FRESH();
    ARCH_PRCTL(ARCH_GET_FS, &A);
    PUT8(&BUF2, 2);
    ARCH_PRCTL(ARCH_SET_FS, 4096);
    SEGMENT_BYTES(&BUF)                => Is(BY_FS);
    ARCH_PRCTL(ARCH_SET_FS, 0);
    SEGMENT_BYTES(&BUF)                => Keep(B);
    AND(*B, 0xff)                      => Is(POISON as i64), "arch_prctl: FS base of 0 is loaded";
    ARCH_PRCTL(ARCH_SET_FS, *A);

    FRESH();
    PUT8(&BUF2, 2);
    ARCH_PRCTL(ARCH_SET_GS, 4096);
    ARCH_PRCTL(ARCH_GET_GS, &B);
    GET64(&B)                          => Is(4096), "arch_prctl: GS is read back";
    SEGMENT_BYTES(&BUF)                => Keep(B);
    AND(*B, 0xff00)                    => Is(BY_GS), "arch_prctl: loads use the base of GS";
    ARCH_PRCTL(ARCH_SET_GS, 0);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    ARCH_PRCTL(1, 0)                      => Err(EINVAL), "unknown code";
    ARCH_PRCTL(ARCH_GET_FS, 8)            => Err(EFAULT), "unmapped result";
    // A base that a failed call could clear must not be 0 already.
    ARCH_PRCTL(ARCH_SET_FS, 4096);
    ARCH_PRCTL(ARCH_SET_FS, HUGE)         => Err(EPERM), "FS base of 2^62";
    ARCH_PRCTL(ARCH_SET_GS, HUGE)         => Err(EPERM), "GS base of 2^62";
    ARCH_PRCTL(ARCH_SET_FS, -4096)        => Err(EPERM), "FS base in the kernel half";
    ARCH_PRCTL(ARCH_GET_FS, &B);
    ARCH_PRCTL(ARCH_SET_FS, 0);
    GET64(&B)                             => Is(4096), "arch_prctl: failed calls leave the base";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    ARCH_PRCTL(ARCH_GET_FS, &EDGE - 8)    => Is(0), "last bytes of a page";
    ARCH_PRCTL(ARCH_GET_FS, &EDGE - 4)    => Err(EFAULT), "half of the result unmapped";
};
