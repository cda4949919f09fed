//! Child processes: `fork`, `wait4`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Child processes",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    PUT32(&WORD, 1);
    CHILD(0) => Keep(PID), "clone: makes a child";
    GET32(&WORD) => Is(1);
    PUT32(&WORD, 2);
    PARENT();
    REAP(*PID) => Is(0), "clone: child has a copy of the memory";
    GET32(&WORD) => Is(1), "clone: child writes to its copy alone";
};

const NEGATIVE: Table = rows! {
    FRESH();
    WAIT4(-1, &WORD, 0, 0) => Err(ECHILD), "no child";
};

const BOUNDARY: Table = rows! {};
