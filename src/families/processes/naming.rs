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

const POSITIVE: Table = rows! {
    FRESH();
    UNAME(&BUF)                        => Is(0), "names the system";
    SAME(&BUF, [*b"Linux\0"], 6)       => Is(0), "uname: sysname is Linux";
    COUNT(&BUF + (2 * NAME), 0, NAME)  => AtLeast(1), "uname: release ends in its array";
    GET8(&BUF + (2 * NAME))            => AtLeast(48), "uname: release begins with a digit";
    GET8(&BUF + (4 * NAME))            => AtLeast(48), "uname: machine has a name";
    COUNT(&BUF + UTSNAME_SIZE, POISON, 64) => Is(64), "uname: nothing is written behind the names";
};

const NEGATIVE: Table = rows! {
    FRESH();
    UNAME(8)                           => Err(EFAULT), "unmapped names";
    UNAME(-4096)                       => Err(EFAULT), "kernel half";
};

const BOUNDARY: Table = rows! {
    FRESH();
    UNAME(&EDGE - UTSNAME_SIZE)        => Is(0), "last bytes of a page";
    UNAME(&EDGE - 65)                  => Err(EFAULT), "names half unmapped";
};
