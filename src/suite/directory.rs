//! Working directory: `getcwd`, `chdir`.
//!
//! The suite may start in any directory, even one that is gone; from here on it is in `/`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Working directory",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: &[Row] = rows! {
    FRESH();
    CHDIR([*b"/\0"])                   => Is(0), "root";
    GETCWD(&BUF, 4096)                 => Is(2), "counts the NUL";
    SAME(&BUF, [*b"/\0"], 2)           => Is(0), "root is one slash and a NUL";
    COUNT(&BUF + 2, POISON, 91)        => Is(91), "nothing is written behind the NUL";
    CHDIR([*b".\0"])                   => Is(0), "dot";
    CHDIR([*b"/.././/./\0"])           => Is(0), "dots and slashes";
    GETCWD(&BUF2, 4096)                => Is(2);
    SAME(&BUF2, [*b"/\0"], 2)          => Is(0), "dot dot of root is root";
};

const NEGATIVE: &[Row] = rows! {
    FRESH();
    CHDIR([*b"/\0"]);
    CHDIR([*b"missing\0"])             => Err(ENOENT), "missing directory";
    CHDIR([*b"/missing/..\0"])         => Err(ENOENT), "dot dot behind a missing directory";
    CHDIR([*b"\0"])                    => Err(ENOENT), "empty path";
    CHDIR(&EDGE)                       => Err(EFAULT), "unmapped path";
    CHDIR(-4096)                       => Err(EFAULT), "kernel path";
    GETCWD(&BUF, 4096)                 => Is(2), "chdir: errors keep the directory";

    FRESH();
    CHDIR([*b"/\0"]);
    GETCWD(&BUF, 1)                    => Err(ERANGE), "no room for the NUL";
    GETCWD(&BUF, 0)                    => Either(EINVAL, ERANGE), "size 0";
    GETCWD(&EDGE, 4096)                => Err(EFAULT), "unmapped buffer";
    GETCWD(-4096, 4096)                => Err(EFAULT), "kernel buffer";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) => Keep(A);
    GETCWD(*A, 4096)                   => Err(EFAULT), "read-only buffer";
    MUNMAP(*A, 4096);
};

const BOUNDARY: &[Row] = rows! {
    FRESH();
    CHDIR([*b"/\0"]);
    GETCWD(&BUF, 2)                    => Is(2), "buffer that just fits";
    GETCWD(&EDGE - 2, 2)               => Is(2), "buffer ends with its page";
    GETCWD(&EDGE - 2, 4096)            => Is(2), "only the path needs room";
    GETCWD(&EDGE - 1, 2)               => Err(EFAULT), "buffer runs into an unmapped page";
    CHDIR(&EDGE - 2)                   => Err(EFAULT), "path runs into an unmapped page";

    FRESH();
    PUT16(&EDGE - 2, b'/');
    CHDIR(&EDGE - 2)                   => Is(0), "path ends with its page";
    FILL(&BUF, b'/', 4096);
    CHDIR(&BUF + 1)                    => Err(ENAMETOOLONG), "path longer than PATH_MAX";
    PUT8(&BUF2 - 1, 0);
    CHDIR(&BUF)                        => Is(0), "path of PATH_MAX bytes";
    FILL(&BUF, b'a', 4096);
    PUT8(&BUF + 256, 0);
    CHDIR(&BUF)                        => Err(ENAMETOOLONG), "name longer than NAME_MAX";
    PUT8(&BUF + 255, 0);
    CHDIR(&BUF)                        => Err(ENOENT), "name of NAME_MAX bytes";
};
