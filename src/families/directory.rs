//! Working directory: `getcwd`, `chdir`.
//!
//! The suite may start in any directory, even a removed one. From here on it is in `/`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Working directory",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = shared_rows! {
    FRESH();
    CHDIR([*b"/\0"])                   => Is(0), "root";
    GETCWD(&BUF, 4096)                 => Is(2), "counts the NUL";
    SAME(&BUF, [*b"/\0"], 2)           => Is(0), "root is a slash";
    COUNT(&BUF + 2, POISON, 91)        => Is(91), "nothing is written behind the result";
    CHDIR([*b".\0"])                   => Is(0), "dot";
    CHDIR([*b"..\0"])                  => Is(0), "dot dot of root";
    CHDIR([*b"/.././/./\0"])           => Is(0), "dots and slashes";
    GETCWD(&BUF2, 4096)                => Is(2);
    SAME(&BUF2, [*b"/\0"], 2)          => Is(0), "dots and slashes are resolved";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    CHDIR([*b"/\0"]);
    CHDIR([*b"missing\0"])             => Err(ENOENT), "missing directory";
    CHDIR([*b"/missing/..\0"])         => Err(ENOENT), "dots behind a missing directory";
    CHDIR([*b"\0"])                    => Err(ENOENT), "empty path";
    CHDIR(&EDGE)                       => Err(EFAULT), "unmapped path";
    GETCWD(&BUF, 4096)                 => Is(2), "chdir: errors keep the directory";

    FRESH();
    CHDIR([*b"/\0"]);
    GETCWD(&BUF, 1)                    => Err(ERANGE), "size 1";
    GETCWD(&BUF, 0)                    => Either(EINVAL, ERANGE), "size 0";
    GETCWD(&EDGE, 4096)                => Err(EFAULT), "unmapped buffer";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) => Keep(A);
    CHDIR(*A)                          => Err(ENOENT), "untouched memory";
    GETCWD(*A, 4096)                   => Err(EFAULT), "read-only buffer";
    MUNMAP(*A, 4096);
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    CHDIR([*b"/\0"]);
    GETCWD(&EDGE - 2, 2)               => Is(2), "last bytes of a page";
    GETCWD(&EDGE - 1, 2)               => Err(EFAULT), "half of the buffer unmapped";
    FILL(&EDGE - 2, b'/', 2);
    CHDIR(&EDGE - 2)                   => Err(EFAULT), "half of the path unmapped";

    FRESH();
    PUT16(&EDGE - 2, b'/');
    CHDIR(&EDGE - 2)                   => Is(0), "last bytes of a page";
    FILL(&BUF, b'/', 4096);
    CHDIR(&BUF + 1)                    => Err(ENAMETOOLONG), "PATH_MAX + 1";
    PUT8(&BUF2 - 1, 0);
    CHDIR(&BUF)                        => Is(0), "PATH_MAX";
    FILL(&BUF, b'a', 4096);
    PUT8(&BUF + 256, 0);
    CHDIR(&BUF)                        => Err(ENAMETOOLONG), "NAME_MAX + 1";
    PUT8(&BUF + 255, 0);
    CHDIR(&BUF)                        => Err(ENOENT), "NAME_MAX";
};
