//! Threads: `gettid`.
//!
//! The call has no errors, and so no negative checks.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Threads",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {
    FRESH();
    GETTID()              => Keep(A);
    GETTID()              => AtLeast(1), "above 0";
    TGKILL(*SELF, *A, 0)  => Is(0), "gettid: tgkill finds the thread";
    LATER(0, 0);
    GETTID()              => Keep(B);
    JOIN(0)               => Is(*B), "gettid: what clone told of a second thread";
    SAME(&A, &B, 8)       => AtLeast(1), "gettid: two threads differ";
};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {
    FRESH();
    GETTID()              => Keep(A);
    GETTID()              => Is(*A);
    AGAIN(300)            => Is(300), "gettid: 300 times the same";
};
