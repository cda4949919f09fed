//! Sockets: `socket`, `bind`, `listen`, `accept`, `connect`, `setsockopt`, `getsockopt`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Sockets",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {};

const NEGATIVE: &[Row] = rows! {};

const BOUNDARY: &[Row] = rows! {};
