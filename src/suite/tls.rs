//! Thread-local storage: `arch_prctl`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Thread-local storage",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
