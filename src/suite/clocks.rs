//! Clocks and sleeping: `clock_gettime`, `clock_getres`, `nanosleep`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Clocks",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
