//! Files between processes: mappings and the working directory of a child, and permissions that the
//! child of an ordinary user lacks.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Files between processes",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
/// A user without rights; a program of another user cannot change to it and has none either.
const NOBODY: i64 = 65534;
/// A file of the dead child's memory would be in the way of the folder's end.
const NO_CORE: [u8; 16] = pair(0, 0);

const POSITIVE: Table = shared_rows! {
    // A is a shared mapping, B a private one.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    FTRUNCATE(3, 4096);
    MMAP(0, 4096, RW, MAP_SHARED, 3, 0)             => Keep(A);
    MMAP(0, 4096, RW, MAP_PRIVATE, 3, 0)            => Keep(B);
    PUT8(*B, b'p');
    CHILD(0)                                        => Keep(PID);
    GET8(*B)                                        => Is(b'p');
    PUT8(*A, b's');
    PUT8(*B, b'c');
    PARENT();
    REAP(*PID)                  => Is(0), "mmap: child has a copy of the private mapping";
    GET8(*A)                    => Is(b's'), "mmap: child's store to the shared mapping";
    GET8(*B)                    => Is(b'p'), "mmap: child's store to its private mapping";
    PREAD64(3, &BUF, 1, 0);
    GET8(&BUF)                  => Is(b's'), "mmap: child's store is in the file";
    CHILD(0)                                        => Keep(PID);
    MUNMAP(*A, 4096);
    PARENT();
    REAP(*PID)                                      => Is(0);
    GET8(*A)                    => Is(b's'), "munmap: mapping of the parent";
    MUNMAP(*A, 4096);
    MUNMAP(*B, 4096);

    // Working directories.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    CHILD(0)                                        => Keep(PID);
    CHDIR([*b"d\0"]);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600);
    PARENT();
    REAP(*PID)                                      => Is(0);
    NEWFSTATAT(AT_FDCWD, [*b"d/a\0"], &STAT, 0)     => Is(0), "chdir: directory of a child";
    CHDIR([*b"d\0"]);
    CHILD(0)                                        => Keep(PID);
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Is(0);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0)                => Is(0);
    UNLINKAT(AT_FDCWD, [*b"../d\0"], AT_REMOVEDIR)  => Is(0);
    PARENT();
    REAP(*PID)                  => Is(0), "chdir: child inherits the directory";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(4);
    MMAP(0, 4096, PROT_READ, MAP_SHARED, 4, 0)      => Keep(A);
    MPROTECT(*A, 4096, RW)      => Err(EACCES), "shared mapping of a file to read only";
    MUNMAP(*A, 4096);
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, 4, 0)     => Keep(A);
    MPROTECT(*A, 4096, RW)      => Is(0), "private mapping of a file to read only";
    MUNMAP(*A, 4096);
    MMAP(0, 4096, RW, MAP_SHARED, 3, 0)             => Keep(A);
    CHILD(0)                                        => Keep(PID);
    PRLIMIT64(0, RLIMIT_CORE, [NO_CORE], 0)         => AtLeast(-4095);
    GET8(*A);
    PARENT();
    REAP(*PID)                  => Is(256 + SIGBUS), "mmap: load from a page behind the end";
    CHILD(0)                                        => Keep(PID);
    PRLIMIT64(0, RLIMIT_CORE, [NO_CORE], 0)         => AtLeast(-4095);
    PUT8(*A, 1);
    PARENT();
    REAP(*PID)                  => Is(256 + SIGBUS), "mmap: store to a page behind the end";
    FTRUNCATE(3, 4096);
    PUT8(*A, 1);
    FTRUNCATE(3, 0);
    CHILD(0)                                        => Keep(PID);
    PRLIMIT64(0, RLIMIT_CORE, [NO_CORE], 0)         => AtLeast(-4095);
    GET8(*A);
    PARENT();
    REAP(*PID)                  => Is(256 + SIGBUS), "mmap: load from a page that the file lost";
    MUNMAP(*A, 4096);

    // A child of an ordinary user may not search d, and not change e.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0);
    MKDIRAT(AT_FDCWD, [*b"e\0"], 0o555);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o666) => Is(3);
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    CHDIR([*b"d\0"]) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "chdir: no search permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    MKDIRAT(AT_FDCWD, [*b"d/a\0"], 0o700) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "mkdirat: no search permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    UNLINKAT(AT_FDCWD, [*b"d/a\0"], 0) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "unlinkat: no search permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    OPENAT(AT_FDCWD, [*b"d\0"], O_RDONLY, 0) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "openat: directory without read permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    MKDIRAT(AT_FDCWD, [*b"e/a\0"], 0o700) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "mkdirat: no write permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    OPENAT(AT_FDCWD, [*b"e/a\0"], O_RDWR | O_CREAT, 0o600) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "openat: directory without write permission is EACCES";
    CHILD(0)                                        => Keep(PID);
    SETUID(NOBODY)                                  => AtLeast(-4095);
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"e/a\0"], 0) => Err(EACCES);
    PARENT();
    REAP(*PID) => Is(0), "renameat2: no write permission is EACCES";
};

const BOUNDARY: Table = rows! {};
