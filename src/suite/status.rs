//! File status: `fstat`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File status",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
