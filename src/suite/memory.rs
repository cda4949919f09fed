//! Memory: `mmap`, `munmap`, `brk`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
