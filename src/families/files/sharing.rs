//! Files of several processes, files at a limit, and `poll` and `select` on files.

use super::opening::NEW;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Shared files",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A limit of the size of files that the log never reaches.
const GIB: i64 = 1 << 30;
/// The events of a file.
const READY: i64 = POLLIN | POLLOUT;

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    CHILD(0)                           => Keep(PID);
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    PARENT();
    REAP(*PID)                         => Is(0), "write: descriptor from the parent";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(10), "offset of a child's write is shared";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(10), "bytes of a child";
    CHILD(0)                           => Keep(PID);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0) => Keep(FD_B);
    READ(*FD_B, &BUF, 4096)            => Is(10);
    CLOSE(*FD_A);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    PARENT();
    REAP(*PID)                         => Is(0), "openat: file in a child";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(10), "offset of a child's own open file";
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    READ(*FD_A, &BUF, 4096)            => Is(10), "file that a child closed and unlinked";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b".\0"], 0, 0)  => Keep(FD_B);
    PUT32(&POLLFDS, *FD_A);
    PUT16(&POLLFDS + 4, READY);
    PUT32(&POLLFDS + 8, *FD_B);
    PUT16(&POLLFDS + 12, POLLIN);
    POLL(&POLLFDS, 2, 0)               => Is(2), "empty file and a directory";
    GET16(&POLLFDS + 6)                => Is(READY), "poll: file is readable and writable";
    GET16(&POLLFDS + 14)               => Is(POLLIN), "poll: directory is readable";
    BIT(*FD_A)                         => Keep(A);
    PUT64(&SET, *A);
    PUT64(&SET2, *A);
    PAIR(&TIME, 0, 0);
    SELECT(64, &SET, &SET2, 0, &TIME) => Is(2), "empty file";
    GET64(&SET)                        => Is(*A), "select: file is readable";
    GET64(&SET2)                       => Is(*A), "select: file is writable";
};

const NEGATIVE: Table = rows! {
    // With a limit of 4 the last number is 3.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Is(3);
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 4, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    OPENAT(AT_FDCWD, [*b"b\0"], NEW, 0o600) => Err(EMFILE), "full table";
    #[only(x86_64)]
    OPEN([*b"b\0"], NEW, 0o600)        => Err(EMFILE), "full table";
    PRLIMIT64(0, RLIMIT_NOFILE, &A, 0);
    OPENAT(AT_FDCWD, [*b"b\0"], 0, 0)  => Err(ENOENT), "file of a full table";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    CATCH(SIGXFSZ, 0, 0)               => Is(1);
    PRLIMIT64(0, RLIMIT_FSIZE, 0, &A);
    PAIR(&C, GIB, *B);
    PRLIMIT64(0, RLIMIT_FSIZE, &C, 0);
    PWRITE64(*FD_A, &BUF, 5, GIB)      => Err(EFBIG), "RLIMIT_FSIZE";
    GET32(&CAUGHT_SIGNO)               => Is(SIGXFSZ), "pwrite64: RLIMIT_FSIZE raises SIGXFSZ";
    LSEEK(*FD_A, GIB, SEEK_SET)        => Is(GIB), "offset RLIMIT_FSIZE";
    WRITE(*FD_A, &BUF, 5)              => Err(EFBIG), "RLIMIT_FSIZE";
    PAIR(&IOV, &BUF, 5);
    WRITEV(*FD_A, &IOV, 1)             => Err(EFBIG), "RLIMIT_FSIZE";
    FTRUNCATE(*FD_A, GIB + 1)          => Err(EFBIG), "RLIMIT_FSIZE";
    TRUNCATE([*b"a\0"], GIB + 1)       => Err(EFBIG), "RLIMIT_FSIZE";
    GET32(&CAUGHT)                     => Is(5), "truncate: RLIMIT_FSIZE raises SIGXFSZ";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(0), "size with RLIMIT_FSIZE";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    CATCH(SIGXFSZ, 0, 0)               => Is(1);
    PRLIMIT64(0, RLIMIT_FSIZE, 0, &A);
    PAIR(&C, GIB, *B);
    PRLIMIT64(0, RLIMIT_FSIZE, &C, 0);
    FTRUNCATE(*FD_A, GIB)              => Is(0), "size RLIMIT_FSIZE";
    PWRITE64(*FD_A, &BUF, 5, GIB - 2)  => Is(2), "part up to RLIMIT_FSIZE";
    GET32(&CAUGHT)                     => Is(0), "pwrite64: part raises no signal";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(GIB), "size up to RLIMIT_FSIZE";
};
