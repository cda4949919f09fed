//! Locks of open files, which Linux has: `flock`, and `fcntl` with `F_OFD_SETLK`, `F_OFD_SETLKW`
//! and `F_OFD_GETLK`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Locks of open files",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const WRITE_LOCK: [u8; 32] = flock(F_WRLCK, SEEK_SET, 0, 1);
const READ_LOCK: [u8; 32] = flock(F_RDLCK, SEEK_SET, 0, 1);
const NO_LOCK: [u8; 32] = flock(F_UNLCK, SEEK_SET, 0, 1);
const LOCK_OF_A_PROCESS: [u8; 32] = four(F_RDLCK, 0, 1, 1);

const POSITIVE: Table = shared_rows! {
    // 3 and 4 are two opens, 5 is a copy of 3.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(4);
    DUP(3)                                          => Is(5);
    FLOCK(3, LOCK_EX)                               => Is(0), "LOCK_EX";
    FLOCK(4, LOCK_EX | LOCK_NB)                     => Err(EAGAIN), "LOCK_EX of another open";
    FLOCK(4, LOCK_SH | LOCK_NB)                     => Err(EAGAIN), "LOCK_SH beside LOCK_EX";
    FLOCK(5, LOCK_EX | LOCK_NB)                     => Is(0), "LOCK_EX of a copy";
    CLOSE(5);
    FLOCK(4, LOCK_EX | LOCK_NB)                     => Err(EAGAIN), "LOCK_EX after close of a copy";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(5);
    CLOSE(5);
    FLOCK(4, LOCK_EX | LOCK_NB)             => Err(EAGAIN), "LOCK_EX after close of a third open";
    FCNTL(4, F_SETLK, [READ_LOCK])                  => Is(0), "F_SETLK beside flock";
    FLOCK(3, LOCK_SH | LOCK_NB)                     => Is(0), "LOCK_EX lowered to LOCK_SH";
    FLOCK(4, LOCK_SH | LOCK_NB)                     => Is(0), "LOCK_SH beside LOCK_SH";
    FLOCK(3, LOCK_EX | LOCK_NB)             => Err(EAGAIN), "LOCK_SH raised beside LOCK_SH";
    FLOCK(4, LOCK_UN)                               => Is(0), "LOCK_UN";
    FLOCK(3, LOCK_EX | LOCK_NB)                     => Is(0), "LOCK_SH raised to LOCK_EX";
    CHILD(0)                                        => Keep(PID);
    FLOCK(4, LOCK_EX | LOCK_NB)                     => Err(EAGAIN);
    FLOCK(3, LOCK_EX | LOCK_NB)                     => Is(0);
    CLOSE(3);
    PARENT();
    REAP(*PID)                                      => Is(0), "flock: child shares the lock";
    FLOCK(4, LOCK_EX | LOCK_NB) => Err(EAGAIN), "LOCK_EX after close in a child";
    CHILD(0)                                        => Keep(PID);
    FLOCK(3, LOCK_UN)                               => Is(0);
    PARENT();
    REAP(*PID)                                      => Is(0), "flock: child releases the lock";
    FLOCK(4, LOCK_EX | LOCK_NB)                     => Is(0), "LOCK_EX after a child's LOCK_UN";
    CLOSE(4);
    FLOCK(3, LOCK_EX | LOCK_NB)                     => Is(0), "LOCK_EX after the last close";

    // A thread waits.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0)          => Is(4);
    FLOCK(3, LOCK_EX);
    LATER(0, 0);
    FLOCK(4, LOCK_EX);
    LATER(1, 20);
    FLOCK(3, LOCK_UN);
    JOIN(0)                                         => Is(0), "flock: LOCK_UN ends a wait";
    JOIN(1)                                         => Is(0);
    LATER(0, 0);
    FLOCK(3, LOCK_EX);
    LATER(1, 20);
    CLOSE(4);
    JOIN(0)                                         => Is(0), "flock: close ends a wait";

    // OFD locks: 3 and 4 are two opens, 5 is a copy of 3.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0)          => Is(4);
    DUP(3)                                          => Is(5);
    FLOCK(4, LOCK_EX);
    FCNTL(3, F_OFD_SETLK, [WRITE_LOCK])             => Is(0), "F_OFD_SETLK beside flock";
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK])             => Err(EAGAIN), "F_OFD_SETLK of another open";
    FCNTL(4, F_OFD_SETLK, [READ_LOCK]) => Err(EAGAIN), "F_OFD_SETLK, read on write lock";
    FCNTL(4, F_SETLK, [WRITE_LOCK])                 => Err(EAGAIN), "F_SETLK on an OFD lock";
    FCNTL(5, F_OFD_SETLK, [WRITE_LOCK])             => Is(0), "F_OFD_SETLK of a copy";
    PAIR(&LOCK, F_RDLCK, 0);
    PAIR(&LOCK + 16, 9, 0);
    FCNTL(4, F_OFD_GETLK, &LOCK)                    => Is(0), "F_OFD_GETLK";
    GET16(&LOCK)                                    => Is(F_WRLCK), "fcntl: F_OFD_GETLK, type";
    GET64(&LOCK + L_LEN)                            => Is(1), "fcntl: F_OFD_GETLK, length";
    GET32(&LOCK + L_PID)                            => Is(-1), "fcntl: F_OFD_GETLK, process";
    CLOSE(5);
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK])     => Err(EAGAIN), "F_OFD_SETLK after close of a copy";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0)          => Is(5);
    CLOSE(5);
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK]) => Err(EAGAIN), "F_OFD_SETLK after close of a third open";
    CHILD(0)                                        => Keep(PID);
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK])             => Err(EAGAIN);
    FCNTL(3, F_OFD_SETLK, [NO_LOCK])                => Is(0);
    PARENT();
    REAP(*PID)                              => Is(0), "fcntl: child shares the OFD lock";
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK])     => Is(0), "F_OFD_SETLK after a child's release";
    LATER(0, 0);
    FCNTL(3, F_OFD_SETLKW, [WRITE_LOCK]);
    LATER(1, 20);
    FCNTL(4, F_OFD_SETLK, [NO_LOCK]);
    JOIN(0)                                 => Is(0), "fcntl: F_OFD_SETLKW ends with the release";
    JOIN(1)                                         => Is(0);
    CLOSE(3);
    FCNTL(4, F_OFD_SETLK, [WRITE_LOCK])     => Is(0), "F_OFD_SETLK after the last close";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY | O_CREAT, 0o600) => Is(3);
    FLOCK(3, 0)                                     => Err(EINVAL), "no operation";
    FLOCK(3, LOCK_NB)                               => Err(EINVAL), "LOCK_NB alone";
    FLOCK(3, LOCK_SH | LOCK_EX)                     => Err(EINVAL), "LOCK_SH and LOCK_EX";
    FLOCK(-1, LOCK_EX)                              => Err(EBADF), "descriptor -1";
    FLOCK(3, LOCK_UN)                               => Is(0), "LOCK_UN without a lock";
    FLOCK(3, LOCK_EX)                               => Is(0), "LOCK_EX to read only";
    FCNTL(3, F_OFD_SETLK, [WRITE_LOCK])     => Err(EBADF), "F_OFD_SETLK, write lock to read only";
    FCNTL(3, F_OFD_SETLK, [LOCK_OF_A_PROCESS])      => Err(EINVAL), "F_OFD_SETLK, process id 1";
    FCNTL(3, F_OFD_SETLK, 8)                        => Err(EFAULT), "F_OFD_SETLK, unmapped lock";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    FLOCK(3, LOCK_EX);
    FLOCK(4, LOCK_EX | LOCK_NB)                     => Is(0), "LOCK_EX of another file";
    CLOSE(4);
    CLOSE(3);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    AGAIN(100)                                      => Is(100), "flock: 200 locks leak nothing";
};
