//! The system's name: `uname`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "System name",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The size of each of the six names.
const NAME: i64 = 65;

const POSITIVE: Table = shared_rows! {
    FRESH();
    UNAME(&BUF)                        => Is(0), "own system";
    SAME(&BUF, [*b"Linux\0"], 6)       => Is(0), "uname: name is Linux";
    COUNT(&BUF + (2 * NAME), 0, NAME)  => AtLeast(1), "uname: release has an end";
    GET8(&BUF + (4 * NAME))            => AtLeast(1);
    COUNT(&BUF + UTSNAME_SIZE, POISON, 64) => Is(64), "uname: nothing is written behind the result";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    UNAME(8)                           => Err(EFAULT), "unmapped result";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    UNAME(&EDGE - UTSNAME_SIZE)        => Is(0), "last bytes of a page";
    UNAME(&EDGE - 65)                  => Err(EFAULT), "result half unmapped";
};
