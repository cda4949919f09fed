//! Opening files: `openat`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Opening files",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3), "makes a file";
};

const NEGATIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0) => Err(ENOENT), "missing file";
};

const BOUNDARY: Table = rows! {};
