//! Calls on files that Linux alone has: `fallocate`, `statx`, `faccessat2`, `preadv`, `pwritev`,
//! `sendfile`, `copy_file_range`; `lseek` to data and holes, `epoll_ctl` on files.

use super::opening::NEW;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Files of Linux",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    FSTAT(*FD_A, &STAT)                => Is(0);
    STATX(AT_FDCWD, [*b"a\0"], 0, STATX_BASIC_STATS, &STAT2) => Is(0), "file";
    GET32(&STAT2)                      => Keep(WORD);
    AND(*WORD, STATX_BASIC_STATS)      => Is(STATX_BASIC_STATS), "statx: mask";
    GET64(&STAT2 + STX_SIZE)           => Is(5), "statx: size of a file";
    SAME(&STAT2 + STX_INO, &STAT + ST_INO, 8) => Is(0), "statx: one file";
    SAME(&STAT2 + STX_MODE, &STAT + ST_MODE, 2) => Is(0), "statx: mode";
    NEWFSTATAT(*FD_A, [*b"\0"], &STAT2, AT_EMPTY_PATH) => Is(0), "AT_EMPTY_PATH";
    SAME(&STAT, &STAT2, 16)            => Is(0), "newfstatat: file of AT_EMPTY_PATH";
    FACCESSAT2(AT_FDCWD, [*b"a\0"], R_OK | W_OK, AT_EACCESS) => Is(0), "R_OK and W_OK";
    OPENAT(AT_FDCWD, [*b"a\0"], O_PATH, 0) => Keep(FD_B), "O_PATH";
    READ(*FD_B, &BUF, 5)               => Err(EBADF), "descriptor of O_PATH";
    FSTAT(*FD_B, &STAT2)               => Is(0), "descriptor of O_PATH";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    PAIR(&IOV, [*b"hello"], 5);
    PAIR(&IOV + 16, [*b"he"], 2);
    PWRITEV(*FD_A, &IOV, 2, 3, 0)      => Is(7), "file";
    PAIR(&IOV, &BUF, 1);
    PAIR(&IOV + 16, &BUF + 8, 4096);
    PREADV(*FD_A, &IOV, 2, 3, 0)       => Is(7), "file";
    SAME(&BUF + 8, [*b"ellohe"], 6)    => Is(0), "preadv: second buffer";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(0), "preadv: offset is kept";
    FALLOCATE(*FD_A, 0, 5, 95)         => Is(0), "grows a file";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(100), "fallocate: size of a file that grew";
    SAME(&BUF, [*b"\0\0\0hellohe\0"], 11) => Is(0), "fallocate: bytes that were there stay";
    COUNT(&BUF, 0, 100)                => Is(93), "fallocate: new bytes are zero";
    FALLOCATE(*FD_A, FALLOC_FL_KEEP_SIZE, 0, 8192) => Is(0), "range beyond the end";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(100), "fallocate: range beyond the end keeps the size";
    FALLOCATE(*FD_A, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 4, 2)
        => Is(0), "hole";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(100);
    SAME(&BUF, [*b"\0\0\0h\0\0lohe\0"], 11) => Is(0), "fallocate: hole is zero";
    LSEEK(*FD_A, 0, SEEK_DATA)         => Is(0), "SEEK_DATA";
    LSEEK(*FD_A, 100, SEEK_DATA)       => Err(ENXIO), "SEEK_DATA at the end";

    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b"b\0"], NEW, 0o600) => Keep(FD_B);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    PUT64(&A, 1);
    SENDFILE(*FD_B, *FD_A, &A, 3)      => Is(3), "file to file";
    GET64(&A)                          => Is(4), "sendfile: offset in memory moves";
    LSEEK(*FD_B, 0, SEEK_CUR)          => Is(3), "sendfile: offset of the target moves";
    // The offset of the file has not moved.
    SENDFILE(*FD_B, *FD_A, 0, 4096)    => Is(5), "up to the end of a file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "sendfile: offset of the file moves";
    PREAD64(*FD_B, &BUF, 4096, 0)      => Is(8);
    SAME(&BUF, [*b"ellhello"], 8)      => Is(0), "sendfile: bytes";
    PIPE2(&FDS, O_NONBLOCK);
    PUT64(&A, 0);
    SENDFILE(*WR, *FD_A, &A, 5)        => Is(5), "file to pipe";

    PUT64(&A, 1);
    PUT64(&B, 6);
    COPY_FILE_RANGE(*FD_A, &A, *FD_B, &B, 3, 0) => Is(3), "two files";
    GET64(&A)                          => Is(4), "copy_file_range: offset in memory moves";
    GET64(&B)                          => Is(9), "copy_file_range: offset of the target moves";
    PREAD64(*FD_B, &BUF, 4096, 0)      => Is(9);
    SAME(&BUF, [*b"ellhelell"], 9)     => Is(0), "copy_file_range: bytes";
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    COPY_FILE_RANGE(*FD_A, 0, *FD_B, 0, 2, 0) => Is(2), "offsets of the files";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(2), "copy_file_range: offset of the file moves";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Keep(FD_B);
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY | O_APPEND, 0) => Keep(FD_C);
    PIPE2(&FDS, O_NONBLOCK);
    EPOLL_CREATE1(0)                   => Keep(FDS2);
    EPOLL_CTL(*FDS2, EPOLL_CTL_ADD, *FD_A, &EVENTS) => Err(EPERM), "file";
    OPENAT(AT_FDCWD, [*b".\0"], 0, 0)  => Keep(WR2);
    EPOLL_CTL(*FDS2, EPOLL_CTL_ADD, *WR2, &EVENTS) => Err(EPERM), "directory";
    PAIR(&IOV, &BUF, 5);
    PREADV(*FD_A, &IOV, 1, -1, -1)     => Err(EINVAL), "offset -1";
    PWRITEV(*FD_A, &IOV, 1, -1, -1)    => Err(EINVAL), "offset -1";
    PWRITEV(*FD_B, &IOV, 1, 0, 0)      => Err(EBADF), "file opened to read";
    PREADV(*RD, &IOV, 1, 0, 0)         => Err(ESPIPE), "pipe";
    PWRITEV(*WR, &IOV, 1, 0, 0)        => Err(ESPIPE), "pipe";
    FALLOCATE(*FD_A, 0, 0, 0)          => Err(EINVAL), "size 0";
    FALLOCATE(91, 0, 0, 5)              => Err(EBADF), "closed descriptor";
    FALLOCATE(*FD_B, 0, 0, 5)          => Err(EBADF), "file opened to read";
    STATX(AT_FDCWD, [*b"b\0"], 0, STATX_BASIC_STATS, &STAT) => Err(ENOENT), "missing file";
    STATX(AT_FDCWD, [*b"a\0"], 1, STATX_BASIC_STATS, &STAT) => Err(EINVAL), "unknown flag";
    STATX(AT_FDCWD, [*b"a\0"], 0, STATX_BASIC_STATS, &EDGE) => Err(EFAULT), "unmapped result";
    FACCESSAT2(AT_FDCWD, [*b"a\0"], F_OK, 1) => Err(EINVAL), "unknown flag";
    FACCESSAT2(AT_FDCWD, [*b"a\0"], X_OK, AT_EACCESS)
        => Err(EACCES), "X_OK of a file that cannot be executed";
    SENDFILE(*WR, 91, 0, 5)             => Err(EBADF), "closed descriptor";
    SENDFILE(*FD_B, *FD_A, 0, 5)       => Err(EBADF), "target opened to read";
    SENDFILE(*WR, *FD_C, 0, 5)         => Err(EBADF), "file opened to write";
    SENDFILE(*FD_C, *FD_A, 0, 5)       => Err(EINVAL), "target with O_APPEND";
    PUT64(&A, -1);
    SENDFILE(*WR, *FD_A, &A, 5)        => Err(EINVAL), "offset -1";
    COPY_FILE_RANGE(*FD_A, 0, *FD_B, 0, 5, 0) => Err(EBADF), "target opened to read";
    COPY_FILE_RANGE(*FD_A, 0, *FD_C, 0, 5, 0) => Err(EBADF), "target with O_APPEND";
    COPY_FILE_RANGE(*FD_A, 0, *WR, 0, 5, 0) => Err(EINVAL), "pipe";
    COPY_FILE_RANGE(*WR2, 0, *FD_A, 0, 5, 0) => Err(EISDIR), "directory";
    COPY_FILE_RANGE(*FD_B, 0, *FD_A, 0, 5, 1) => Err(EINVAL), "unknown flag";
    PUT64(&A, 0);
    PUT64(&B, 1);
    COPY_FILE_RANGE(*FD_A, &A, *FD_A, &B, 4, 0) => Err(EINVAL), "range over itself";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(5), "copy_file_range: errors keep the size";
};

const BOUNDARY: Table = rows! {};
