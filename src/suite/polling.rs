//! Polling: `poll`, `ppoll`, `select`, `pselect6`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Polling",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
