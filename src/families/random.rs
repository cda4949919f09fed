//! Random numbers: `getrandom`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Random numbers",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = shared_rows! {
    FRESH();
    GETRANDOM(&BUF, 64, 0)            => Is(64), "64 bytes";
    COUNT(&BUF + 64, POISON, 64)      => Is(64), "getrandom: nothing is written behind the bytes";
    GETRANDOM(&BUF2, 64, 0);
    SAME(&BUF, &BUF2, 64)             => AtLeast(57), "getrandom: two answers differ";
    GETRANDOM(&BUF, 64, GRND_NONBLOCK) => Is(64), "GRND_NONBLOCK";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    GETRANDOM(&BUF, 64, 64)           => Err(EINVAL), "unknown flag";
    GETRANDOM(8, 64, 0)               => Err(EFAULT), "unmapped buffer";
    GETRANDOM(@ReadOnly, 4, 0)        => Err(EFAULT), "read-only buffer";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    GETRANDOM(&BUF, 0, 0)             => Is(0), "length 0";
    GETRANDOM(&BUF, 1, 0)             => Is(1), "one byte";
    COUNT(&BUF + 1, POISON, 16)       => Is(16), "getrandom: one byte alone is written";
    GETRANDOM(&BUF2 - 64, 256, 0)     => Is(256), "256 bytes across two pages";
    COUNT(&BUF2 + 184, POISON, 8)     => AtMost(4), "getrandom: last bytes are written";
};
