//! File sizes: `truncate`, `ftruncate`, `fsync`, `fdatasync`.

use super::opening::NEW;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File sizes",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const FAR: i64 = 1 << 40;

const POSITIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Keep(FD_B);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FTRUNCATE(*FD_A, 2)                => Is(0), "cuts a file";
    FSTAT(*FD_A, &STAT)                => Is(0);
    GET64(&STAT + ST_SIZE)             => Is(2), "ftruncate: size of a file that was cut";
    READ(*FD_B, &BUF, 4096)            => Is(2), "ftruncate: bytes of a file that was cut";
    SAME(&BUF, [*b"he"], 2)            => Is(0), "ftruncate: bytes before the cut stay";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "ftruncate: offset is kept";
    FTRUNCATE(*FD_A, 5)                => Is(0), "grows a file";
    LSEEK(*FD_B, 0, SEEK_END)          => Is(5), "ftruncate: size of a file that grew";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(5);
    SAME(&BUF, [*b"he\0\0\0"], 5)      => Is(0), "ftruncate: bytes that were cut off are zero";
    FTRUNCATE(*FD_A, 0)                => Is(0), "empties a file";
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(10), "ftruncate: write behind the new end";
    SAME(&BUF, [*b"\0\0\0\0\0hello"], 10) => Is(0), "ftruncate: hole before the old offset";
    FSYNC(*FD_A)                       => Is(0), "file";
    FDATASYNC(*FD_A)                   => Is(0), "file";
    FSYNC(*FD_B)                       => Is(0), "file opened to read";
    FDATASYNC(*FD_B)                   => Is(0), "file opened to read";
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    FTRUNCATE(*FD_A, 7)                => Is(0), "file without a name";
    FSYNC(*FD_A)                       => Is(0), "file without a name";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    TRUNCATE([*b"a\0"], 2)             => Is(0), "cuts a file";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(2), "truncate: size of a file that was cut";
    TRUNCATE([*b"a\0"], 5)             => Is(0), "grows a file";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(5), "truncate: size of a file that grew";
    SAME(&BUF, [*b"he\0\0\0"], 5)      => Is(0), "truncate: bytes that were cut off are zero";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Keep(FD_B);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FTRUNCATE(*FD_A, -1)               => Err(EINVAL), "size -1";
    FTRUNCATE(*FD_B, 0)                => Either(EBADF, EINVAL), "file opened to read";
    FTRUNCATE(9, 0)                    => Err(EBADF), "closed descriptor";
    FTRUNCATE(-1, 0)                   => Err(EBADF), "descriptor -1";
    TRUNCATE([*b"a\0"], -1)            => Err(EINVAL), "size -1";
    TRUNCATE([*b"a/b\0"], 0)           => Err(ENOTDIR), "file in place of a directory";
    TRUNCATE([*b"a/\0"], 0)            => Err(ENOTDIR), "slash behind a file";
    TRUNCATE([*b"b\0"], 0)             => Err(ENOENT), "missing file";
    TRUNCATE([*b"\0"], 0)              => Err(ENOENT), "empty path";
    TRUNCATE([*b"d\0"], 0)             => Err(EISDIR), "directory";
    TRUNCATE(8, 0)                     => Err(EFAULT), "unmapped path";
    FSTAT(*FD_A, &STAT);
    GET64(&STAT + ST_SIZE)             => Is(5), "truncate: errors keep the size";
    FSYNC(9)                           => Err(EBADF), "closed descriptor";
    FSYNC(-1)                          => Err(EBADF), "descriptor -1";
    FDATASYNC(9)                       => Err(EBADF), "closed descriptor";
    FDATASYNC(-1)                      => Err(EBADF), "descriptor -1";
    PIPE2(&FDS, 0);
    FTRUNCATE(*WR, 0)                  => Err(EINVAL), "pipe";
    FSYNC(*WR)                         => Err(EINVAL), "pipe";
    FDATASYNC(*WR)                     => Err(EINVAL), "pipe";
    OPENAT(AT_FDCWD, [*b"d\0"], 0, 0)  => Keep(FD_C);
    FTRUNCATE(*FD_C, 0)                => Either(EBADF, EINVAL), "directory";
};

const BOUNDARY: Table = shared_rows! {
    // The cut is behind the first byte of the second page.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    FILL(&BUF, 1, 8192);
    WRITE(*FD_A, &BUF, 8192)           => Is(8192);
    FTRUNCATE(*FD_A, 4097)             => Is(0), "page and a byte";
    FTRUNCATE(*FD_A, 8192)             => Is(0);
    PREAD64(*FD_A, &BUF, 8192, 0)      => Is(8192), "ftruncate: two pages after a cut";
    COUNT(&BUF, 1, 8192)               => Is(4097), "ftruncate: bytes up to the cut stay";
    COUNT(&BUF2, 0, 4096)              => Is(4095), "ftruncate: rest of the page of a cut is zero";
    FTRUNCATE(*FD_A, 8192)             => Is(0), "size as it is";
    FTRUNCATE(*FD_A, 1)                => Is(0);
    PWRITE64(*FD_A, &BUF2, 1, 4096)    => Is(1);
    PREAD64(*FD_A, &BUF, 8192, 0)      => Is(4097);
    COUNT(&BUF, 0, 4096)               => Is(4095), "pwrite64: bytes that were cut off are zero";
    FTRUNCATE(*FD_A, FAR)              => Is(0), "size 2^40";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(FAR), "ftruncate: size 2^40 is kept";
    PREAD64(*FD_A, &BUF, 8, FAR - 1)   => Is(1), "last byte of 2^40";
    FILL(&BUF, b'a', 256);
    PUT8(&BUF + 256, 0);
    TRUNCATE(&BUF, 0)                  => Err(ENAMETOOLONG), "NAME_MAX + 1";
};
