//! POSIX timers: `timer_create`, `timer_settime`, `timer_delete`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Timers",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
