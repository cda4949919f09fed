//! Record locks: `fcntl` with `F_SETLK`, `F_SETLKW` and `F_GETLK`, between processes.
//!
//! A child that holds locks writes a byte to the first pipe when it has them, and waits on the
//! second one.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Record locks",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const MS: i64 = 1_000_000;
const OFFSET_MAX: i64 = i64::MAX;
const FIVE_MS: [u8; 16] = timespec(0, 5 * MS);
const THIRTY_MS: [u8; 16] = timespec(0, 30 * MS);
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(MS, MS);

/// A lock for writing, a lock for reading, and no lock, of bytes from `start` on.
const fn w(start: i64, length: i64) -> [u8; 32] {
    flock(F_WRLCK, SEEK_SET, start, length)
}
const fn r(start: i64, length: i64) -> [u8; 32] {
    flock(F_RDLCK, SEEK_SET, start, length)
}
const fn u(start: i64, length: i64) -> [u8; 32] {
    flock(F_UNLCK, SEEK_SET, start, length)
}

const POSITIVE: Table = shared_rows! {
    // The child has a write lock of bytes 10 to 19, and a read lock of bytes 30 to 39.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(10, 10)]);
    FCNTL(3, F_SETLK, [r(30, 10)]);
    WRITE(*WR, [*b"hello"], 1);
    READ(*RD2, &BUF, 1);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                              => Is(1), "fcntl: child has its locks";
    PAIR(&LOCK, F_RDLCK, 0);
    PAIR(&LOCK + 16, 0, 0);
    FCNTL(3, F_GETLK, &LOCK)                        => Is(0), "F_GETLK";
    GET16(&LOCK)                                    => Is(F_WRLCK), "fcntl: F_GETLK, type";
    GET16(&LOCK + L_WHENCE)                         => Is(SEEK_SET), "fcntl: F_GETLK, whence";
    GET64(&LOCK + L_START)                          => Is(10), "fcntl: F_GETLK, start";
    GET64(&LOCK + L_LEN)                            => Is(10), "fcntl: F_GETLK, length";
    GET32(&LOCK + L_PID)                            => Is(*PID), "fcntl: F_GETLK, process";
    PAIR(&LOCK, F_RDLCK, 32);
    PAIR(&LOCK + 16, 1, 0);
    FCNTL(3, F_GETLK, &LOCK)                        => Is(0), "F_GETLK without a conflict";
    GET16(&LOCK)                        => Is(F_UNLCK), "fcntl: F_GETLK without a conflict, type";
    GET64(&LOCK + L_START)              => Is(32), "fcntl: F_GETLK without a conflict, start";
    FCNTL(3, F_SETLK, [w(10, 10)])      => Either(EAGAIN, EACCES), "F_SETLK of locked bytes";
    FCNTL(3, F_SETLK, [r(10, 10)]) => Either(EAGAIN, EACCES), "F_SETLK, read lock on a write lock";
    FCNTL(3, F_SETLK, [w(30, 10)]) => Either(EAGAIN, EACCES), "F_SETLK, write lock on a read lock";
    FCNTL(3, F_SETLK, [w(19, 1)])       => Either(EAGAIN, EACCES), "F_SETLK, last byte of a lock";
    FCNTL(3, F_SETLK, [w(9, 2)])        => Either(EAGAIN, EACCES), "F_SETLK, first byte of a lock";
    FCNTL(3, F_SETLK, [r(30, 10)])      => Is(0), "F_SETLK, read lock on a read lock";
    FCNTL(3, F_SETLK, [w(0, 10)])       => Is(0), "F_SETLK before a lock";
    FCNTL(3, F_SETLK, [w(20, 10)])      => Is(0), "F_SETLK behind a lock";
    FCNTL(3, F_SETLK, [w(0, 10)])       => Is(0), "F_SETLK of the process's own lock";
    KILL(*PID, SIGKILL);
    REAP(*PID)                                      => Is(256 + SIGKILL);
    FCNTL(3, F_SETLK, [w(10, 10)])      => Is(0), "F_SETLK after the holder was killed";

    // Parts of locks.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 10)]);
    FCNTL(3, F_SETLK, [u(4, 2)]);
    FCNTL(3, F_SETLK, [w(20, 5)]);
    FCNTL(3, F_SETLK, [w(25, 5)]);
    FCNTL(3, F_SETLK, [w(40, 10)]);
    FCNTL(3, F_SETLK, [r(43, 1)]);
    FCNTL(3, F_SETLK, [r(60, 10)]);
    FCNTL(3, F_SETLK, [w(60, 10)]);
    FCNTL(3, F_SETLK, [u(80, 0)]);
    WRITE(*WR, [*b"hello"], 1);
    READ(*RD2, &BUF, 1);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                  => Is(1), "fcntl: child has parts of locks";
    PAIR(&LOCK, F_RDLCK, 0);
    PAIR(&LOCK + 16, 10, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_LEN)                => Is(4), "fcntl: F_GETLK before an unlocked part";
    FCNTL(3, F_SETLK, [w(4, 2)])        => Is(0), "F_SETLK of an unlocked part";
    PAIR(&LOCK, F_RDLCK, 5);
    PAIR(&LOCK + 16, 10, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_START)              => Is(6), "fcntl: F_GETLK behind an unlocked part";
    PAIR(&LOCK, F_RDLCK, 22);
    PAIR(&LOCK + 16, 1, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_LEN)                => Is(10), "fcntl: F_GETLK of two locks that touch";
    FCNTL(3, F_SETLK, [r(43, 1)])       => Is(0), "F_SETLK, part lowered to a read lock";
    FCNTL(3, F_SETLK, [r(44, 1)])
        => Either(EAGAIN, EACCES), "F_SETLK behind the part lowered to a read lock";
    FCNTL(3, F_SETLK, [r(60, 1)])
        => Either(EAGAIN, EACCES), "F_SETLK, read lock raised to a write lock";
    FCNTL(3, F_SETLK, [w(70, 20)])      => Is(0), "F_SETLK of bytes that were never locked";

    // Where locks begin and end.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    WRITE(3, [*b"hello"], 5);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [flock(F_WRLCK, SEEK_END, -2, 1)]);
    LSEEK(3, 100, SEEK_SET);
    FCNTL(3, F_SETLK, [flock(F_WRLCK, SEEK_CUR, 10, -30)]);
    FCNTL(3, F_SETLK, [w(200, 0)]);
    WRITE(*WR, [*b"hello"], 1);
    READ(*RD2, &BUF, 1);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                  => Is(1), "fcntl: child has locks of each whence";
    PAIR(&LOCK, F_RDLCK, 0);
    PAIR(&LOCK + 16, 50, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_START)              => Is(3), "fcntl: F_SETLK from the end of the file";
    GET64(&LOCK + L_LEN)                => Is(1), "fcntl: F_SETLK of one byte";
    PAIR(&LOCK, F_RDLCK, 50);
    PAIR(&LOCK + 16, 50, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_START)              => Is(80), "fcntl: F_SETLK, negative length, start";
    GET64(&LOCK + L_LEN)                => Is(30), "fcntl: F_SETLK, negative length, length";
    PAIR(&LOCK, F_RDLCK, 1i64 << 40);
    PAIR(&LOCK + 16, 1, 0);
    FCNTL(3, F_GETLK, &LOCK);
    GET64(&LOCK + L_START)              => Is(200), "fcntl: F_SETLK, length 0 has no end";
    GET64(&LOCK + L_LEN)                => Is(0), "fcntl: F_GETLK, length 0 has no end";
    // From byte 100 on 20 bytes back, which are locked.
    FCNTL(3, F_SETLK, [flock(F_WRLCK, SEEK_CUR, 0, -20)])
        => Either(EAGAIN, EACCES), "F_SETLK back from the offset";
    FCNTL(3, F_SETLK, [flock(F_WRLCK, SEEK_CUR, 10, 90)])
        => Is(0), "F_SETLK from the offset, between two locks";

    // Releases. Children ask for the lock.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0);
    FCNTL(3, F_SETLK, [w(0, 0)])                    => Is(0), "F_SETLK";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)])                    => Either(EAGAIN, EACCES);
    PARENT();
    REAP(*PID)                                      => Is(0), "fcntl: child inherits no lock";
    CHILD(0)                                        => Keep(PID);
    CLOSE(3);
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR, 0)          => Is(3);
    FCNTL(3, F_SETLK, [w(0, 1)])                    => Either(EAGAIN, EACCES);
    PARENT();
    REAP(*PID)              => Is(0), "fcntl: close in a child, lock by the other name";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(4);
    CLOSE(4)                                        => Is(0), "other descriptor of a locked file";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)])                    => Is(0);
    PARENT();
    REAP(*PID)              => Is(0), "close: any descriptor of the file releases its locks";
    FCNTL(3, F_SETLK, [w(0, 1)])        => Is(0), "F_SETLK after the holder's end";
    DUP(3)                                          => Is(4);
    CLOSE(4);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)])                    => Is(0);
    PARENT();
    REAP(*PID)              => Is(0), "close: copy of the descriptor releases locks";
    FCNTL(3, F_SETLK, [w(0, 1)]);
    FCNTL(3, F_SETLK, [u(0, 1)])                    => Is(0), "F_UNLCK";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)])                    => Is(0);
    PARENT();
    REAP(*PID)                          => Is(0), "fcntl: lock of bytes after F_UNLCK";

    // A child waits; the byte that it reads was written before the release.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    PIPE2(&FDS, O_NONBLOCK);
    FCNTL(3, F_SETLK, [w(0, 1)]);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLKW, [w(0, 1)])                   => Is(0);
    READ(*RD, &BUF, 1)                              => Is(1);
    PARENT();
    CHILD(0)                                        => Keep(PID2);
    FCNTL(3, F_SETLKW, [r(0, 1)])                   => Is(0);
    PARENT();
    NANOSLEEP([FIVE_MS], 0);
    WRITE(*WR, [*b"hello"], 1);
    FCNTL(3, F_SETLK, [u(0, 1)]);
    REAP(*PID)              => Is(0), "fcntl: F_SETLKW waits for the release";
    REAP(*PID2)             => Is(0), "fcntl: F_SETLKW, second process that waits";
    FCNTL(3, F_SETLKW, [w(0, 1)])                   => Is(0), "F_SETLKW without a conflict";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLKW, [w(0, 1)])                   => Is(0);
    PARENT();
    NANOSLEEP([FIVE_MS], 0);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(6);
    CLOSE(6);
    REAP(*PID)              => Is(0), "fcntl: F_SETLKW ends with a close";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)]);
    WRITE(*WR, [*b"hello"], 1);
    NANOSLEEP([FIVE_MS], 0);
    PARENT();
    RETRY();
    READ(*RD, &BUF, 1)                              => Is(1);
    FCNTL(3, F_SETLKW, [w(0, 1)])       => Is(0), "F_SETLKW ends with the holder";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    PIPE2(&FDS, 0);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(5);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(6);
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY, 0)        => Is(7);
    FCNTL(-1, F_SETLK, [w(0, 1)])                   => Err(EBADF), "F_SETLK, descriptor -1";
    FCNTL(-1, F_GETLK, [w(0, 1)])                   => Err(EBADF), "F_GETLK, descriptor -1";
    FCNTL(6, F_SETLK, [w(0, 1)])            => Err(EBADF), "F_SETLK, write lock to read only";
    FCNTL(7, F_SETLK, [r(0, 1)])            => Err(EBADF), "F_SETLK, read lock to write only";
    FCNTL(6, F_SETLKW, [w(0, 1)])           => Err(EBADF), "F_SETLKW, write lock to read only";
    FCNTL(6, F_SETLK, [r(0, 1)])            => Is(0), "F_SETLK, read lock to read only";
    FCNTL(7, F_SETLK, [w(0, 1)])            => Is(0), "F_SETLK, write lock to write only";
    FCNTL(5, F_SETLK, [flock(3, SEEK_SET, 0, 1)])   => Err(EINVAL), "F_SETLK, unknown type";
    FCNTL(5, F_SETLK, [flock(F_RDLCK, 9, 0, 1)])    => Err(EINVAL), "F_SETLK, unknown whence";
    FCNTL(5, F_SETLK, [r(-1, 1)])           => Err(EINVAL), "F_SETLK before byte 0";
    FCNTL(5, F_SETLK, [r(5, -6)])           => Err(EINVAL), "F_SETLK back before byte 0";
    FCNTL(5, F_SETLK, [flock(F_RDLCK, SEEK_END, -1, 1)])
        => Err(EINVAL), "F_SETLK before an empty file";
    FCNTL(5, F_SETLK, [r(OFFSET_MAX, 2)])   => Err(EOVERFLOW), "F_SETLK past the last offset";
    FCNTL(5, F_SETLK, 8)                            => Err(EFAULT), "F_SETLK, unmapped lock";
    FCNTL(5, F_GETLK, 8)                            => Err(EFAULT), "F_GETLK, unmapped lock";
    PAIR(&LOCK, F_UNLCK, 0);
    PAIR(&LOCK + 16, 1, 0);
    FCNTL(5, F_GETLK, &LOCK)                        => Err(EINVAL), "F_GETLK of F_UNLCK";

    // Each has the byte that the other waits for.
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    PIPE2(&FDS, 0);
    FCNTL(3, F_SETLK, [w(0, 1)]);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(1, 1)]);
    WRITE(*WR, [*b"hello"], 1);
    FCNTL(3, F_SETLKW, [w(0, 1)])                   => Is(0);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                              => Is(1);
    NANOSLEEP([THIRTY_MS], 0);
    FCNTL(3, F_SETLKW, [w(1, 1)]) => Err(EDEADLK), "F_SETLKW of each other's bytes";
    FCNTL(3, F_SETLK, [u(0, 1)]);
    REAP(*PID)                          => Is(0), "fcntl: F_SETLKW goes on after a deadlock";

    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 1)]);
    WRITE(*WR, [*b"hello"], 1);
    READ(*RD2, &BUF, 1);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                              => Is(1);
    CATCH(SIGUSR1, 0, 0)                            => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    FCNTL(3, F_SETLKW, [w(0, 1)])                   => Err(EINTR), "F_SETLKW, caught signal";
};

const BOUNDARY: Table = shared_rows! {
    // The last byte, and all of them.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    FCNTL(3, F_SETLK, [w(OFFSET_MAX, 1)])           => Is(0), "F_SETLK of the last offset";
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 0)])                    => Either(EAGAIN, EACCES);
    FCNTL(3, F_SETLK, [w(0, OFFSET_MAX)])           => Is(0);
    PARENT();
    REAP(*PID)              => Is(0), "fcntl: F_SETLK, length 0 covers the last offset";
    FCNTL(3, F_SETLK, [u(0, 0)]);
    CHILD(0)                                        => Keep(PID);
    FCNTL(3, F_SETLK, [w(0, 0)])                    => Is(0);
    PARENT();
    REAP(*PID)              => Is(0), "fcntl: F_UNLCK of length 0 covers the last offset";
    CLOSE(3);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    AGAIN(30)               => Is(30), "fcntl: locks of 60 children leak nothing";
};
