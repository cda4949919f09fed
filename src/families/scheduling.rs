//! Scheduling: `sched_getaffinity`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Scheduling",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// Room for 1,024 processors.
const SET_SIZE: i64 = 128;

const POSITIVE: Table = shared_rows! {
    FRESH();
    SCHED_GETAFFINITY(0, SET_SIZE, &BUF)        => Keep(A);
    MINUS(*A, 0)                                => AtLeast(8);
    AND(*A, 7)                                  => Is(0), "sched_getaffinity: size in whole words";
    MINUS(*A, 0)                                => AtMost(SET_SIZE);
    COUNT(&BUF, 0, *A)                          => Keep(B);
    MINUS(*A, *B) => AtLeast(1), "sched_getaffinity: at least one processor";
    MINUS(192, *A)                              => Keep(B);
    COUNT(&BUF, POISON, 192)
        => AtLeast(*B), "sched_getaffinity: nothing is written behind the set";
    FILL(&BUF2, 0, SET_SIZE);
    SCHED_GETAFFINITY(*SELF, SET_SIZE, &BUF2)   => Is(*A), "own thread ID";
    SAME(&BUF, &BUF2, *A)                       => Is(0), "sched_getaffinity: whole set is written";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    SCHED_GETAFFINITY(0, 0, &BUF)               => Err(EINVAL), "length 0";
    SCHED_GETAFFINITY(0, 127, &BUF)             => Err(EINVAL), "size of no whole words";
    SCHED_GETAFFINITY(-1, SET_SIZE, &BUF)       => Err(ESRCH), "thread -1";
    SCHED_GETAFFINITY(0, SET_SIZE, 8)           => Err(EFAULT), "unmapped buffer";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    SCHED_GETAFFINITY(0, SET_SIZE, &EDGE - 128) => AtLeast(8), "last bytes of a page";
};
