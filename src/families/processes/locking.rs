//! Memory locking: `mlock`, `munlock`, `mlockall`, `munlockall`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory locking",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const POSITIVE: Table = shared_rows! {
    FRESH();
    MLOCK(&BUF, 4096)                         => Is(0), "page";
    PUT64(&BUF, 7);
    MUNLOCK(&BUF, 4096)                       => Is(0), "page";
    GET64(&BUF)                               => Is(7), "munlock: page keeps its bytes";
    MUNLOCK(&BUF, 4096)                       => Is(0), "page that is not locked";
    MLOCK(&BUF, 0)                            => Is(0), "length 0";
    MLOCK(&BUF + 1, 1)                        => Is(0), "address inside a page";
    MLOCKALL(MCL_FUTURE)                      => Is(0), "MCL_FUTURE";
    MUNLOCKALL()                              => Is(0), "all pages";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    MLOCK(8, 4096)                            => Err(ENOMEM), "unmapped page";
    MLOCK(&EDGE - 4096, 8192)                 => Err(ENOMEM), "unmapped second page";
    MUNLOCK(8, 4096)                          => Err(ENOMEM), "unmapped page";
    MUNLOCK(&BUF, -4096)                      => Err(EINVAL), "length beyond the address space";
    MLOCKALL(0)                               => Err(EINVAL), "no flag";
    MLOCKALL(64)                              => Err(EINVAL), "unknown flag";
    MUNLOCKALL();
};
