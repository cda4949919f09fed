//! Threads: `gettid`, `sched_yield`.
//!
//! The calls have no errors, and so no negative checks.

use crate::plan::prelude::*;
use crate::plan::routine::LOST;

pub const FAMILY: Family = Family {
    title: "Threads",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    SCHED_YIELD()         => Is(0), "first thread";
    GETTID()              => Keep(A);
    GETTID()              => AtLeast(1), "above 0";
    TGKILL(*SELF, *A, 0)  => Is(0), "gettid: tgkill finds the thread";
    LATER(0, 0);
    GETTID()              => Keep(B);
    JOIN(0)               => Is(*B), "gettid: what clone told of a second thread";
    JOIN(0)               => Keep(B);
    SAME(&A, &B, 8)       => AtLeast(1), "gettid: two threads differ";

    // Two threads with different registers.
    FRESH();
    LOST();
    LATER(0, 0);
    SCHED_YIELD();
    SCHED_YIELD();
    #[only(x86_64)]
    LOST()                => Is(0), "sched_yield: registers survive";
    #[only(aarch64, riscv64)]
    LOST()                => Keep(A);
    #[only(aarch64, riscv64)]
    AND(*A, 63)           => Is(0), "sched_yield: registers survive";
    #[only(aarch64, riscv64)]
    AND(*A, 64)           => Is(0), "sched_yield: thread pointer survives";
};

const NEGATIVE: Table = shared_rows! {};

const BOUNDARY: Table = rows! {
    FRESH();
    SCHED_YIELD()         => Is(0);
    AGAIN(300)            => Is(300), "sched_yield: 300 times";
};
