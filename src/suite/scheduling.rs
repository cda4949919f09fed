//! Scheduling: `sched_yield`, `sched_getaffinity`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Scheduling",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
