//! Epoll: `epoll_create1`, `epoll_ctl`, `epoll_wait`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Epoll",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
