//! File contents: `read`, `write`, `readv`, `writev`, `lseek`, `pread64`, `pwrite64`.

use super::opening::NEW;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File contents",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// An offset whose low 32 bits are those of a small file.
const FAR: i64 = 1 << 40;

const POSITIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5), "empty file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "offset after a write";
    READ(*FD_A, &BUF, 4096)            => Is(0), "end of a file";
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0), "start of a file";
    READ(*FD_A, &BUF, 2)               => Is(2), "part of a file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(2), "offset after a read";
    READ(*FD_A, &BUF + 2, 4096)        => Is(3), "rest of a file";
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "read: bytes of a file";
    COUNT(&BUF + 5, POISON, 91)        => Is(91),
        "read: nothing is written behind the end of a file";
    LSEEK(*FD_A, -4, SEEK_END)         => Is(1), "back from the end";
    LSEEK(*FD_A, 2, SEEK_CUR)          => Is(3), "on from the offset";
    LSEEK(*FD_A, -1, SEEK_CUR)         => Is(2), "back from the offset";
    WRITE(*FD_A, [*b"LL"], 2)          => Is(2), "middle of a file";
    READ(*FD_A, &BUF, 4096)            => Is(1), "rest behind a write";
    PREAD64(*FD_A, &BUF, 4096, 1)      => Is(4), "middle of a file";
    SAME(&BUF, [*b"eLLo"], 4)          => Is(0), "write: other bytes of a file stay";
    PREAD64(*FD_A, &BUF2, 2, 2)        => Is(2);
    SAME(&BUF2, [*b"LL"], 2)           => Is(0), "pread64: bytes from the offset on";
    PREAD64(*FD_A, &BUF2, 4096, 5)     => Is(0), "end of a file";
    PREAD64(*FD_A, &BUF2, 4096, 9000)  => Is(0), "beyond the end of a file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "pread64: offset is kept";
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    PWRITE64(*FD_A, [*b"he"], 2, 2)    => Is(2), "middle of a file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(0), "pwrite64: offset is kept";
    READ(*FD_A, &BUF, 4096)            => Is(5);
    SAME(&BUF, [*b"heheo"], 5)         => Is(0), "pwrite64: bytes at the offset alone";
    PWRITE64(*FD_A, [*b"hello"], 5, 3) => Is(5), "across the end of a file";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(8), "pwrite64: size across the end";

    // Two descriptors of one open file, and one of another.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR, 0) => Keep(FD_C);
    DUP(*FD_A)                         => Keep(FD_B);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    WRITE(*FD_B, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(10), "dup: offset of a write is shared";
    LSEEK(*FD_B, 2, SEEK_SET)          => Is(2);
    READ(*FD_A, &BUF, 1)               => Is(1);
    GET8(&BUF)                         => Is(b'l'), "dup: offset is shared";
    LSEEK(*FD_C, 0, SEEK_CUR)          => Is(0), "offset of another open file";
    READ(*FD_C, &BUF, 4096)            => Is(10), "bytes of another descriptor";
    CLOSE(*FD_A);
    LSEEK(*FD_B, 0, SEEK_CUR)          => Is(3), "close: offset of the other copy";
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    LSEEK(*FD_B, 0, SEEK_SET)          => Is(0);
    READ(*FD_B, &BUF, 4096)            => Is(10), "file without a name";
    PWRITE64(*FD_B, [*b"hello"], 5, 0) => Is(5), "file without a name";
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    READ(*FD_A, &BUF, 4096)            => Is(0), "new file of the name of an open one";
    WRITE(*FD_A, [*b"hello"], 2)       => Is(2);
    LSEEK(*FD_C, 0, SEEK_END)          => Is(10), "file without a name keeps its size";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_APPEND, 0) => Keep(FD_B);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    READ(*FD_B, &BUF, 2)               => Is(2), "start of a file with O_APPEND";
    WRITE(*FD_B, [*b"he"], 2)          => Is(2);
    LSEEK(*FD_B, 0, SEEK_CUR)          => Is(7), "offset after a write with O_APPEND";
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(7);
    SAME(&BUF, [*b"hellohe"], 7)       => Is(0), "write: O_APPEND behind the bytes of another";
    PWRITE64(*FD_B, [*b"hello"], 5, 0) => Is(5);
    LSEEK(*FD_A, 0, SEEK_END)          => Is(12), "pwrite64: O_APPEND at the end";
    FCNTL(*FD_B, F_SETFL, 0);
    LSEEK(*FD_B, 0, SEEK_SET)          => Is(0);
    WRITE(*FD_B, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 0, SEEK_END)          => Is(12), "fcntl: F_SETFL ends O_APPEND";
    FCNTL(*FD_B, F_SETFL, O_APPEND);
    WRITE(*FD_B, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 0, SEEK_END)          => Is(17), "fcntl: F_SETFL of O_APPEND on a file";

    // Bytes between the end and a write beyond it.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 9000, SEEK_SET)       => Is(9000), "beyond the end";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(5), "offset keeps the size";
    LSEEK(*FD_A, 8000, SEEK_SET)       => Is(8000);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5), "beyond the end of a file";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(8005), "write: size beyond the end";
    PREAD64(*FD_A, &BUF, 8192, 0)      => Is(8005), "file with a hole";
    SAME(&BUF, [*b"hello\0"], 6)       => Is(0), "write: bytes before a hole";
    COUNT(&BUF, 0, 8000)               => Is(7995), "write: hole is zero";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    PAIR(&IOV, [*b"hello"], 5);
    PAIR(&IOV + 16, 0, 0);
    PAIR(&IOV + 32, [*b"he"], 2);
    WRITEV(*FD_A, &IOV, 3)             => Is(7), "file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(7), "writev: offset after a write";
    PAIR(&IOV, &BUF, 1);
    PAIR(&IOV + 16, &BUF + 8, 4096);
    PAIR(&IOV + 32, &BUF2, 4096);
    LSEEK(*FD_A, 0, SEEK_SET)          => Is(0);
    READV(*FD_A, &IOV, 3)              => Is(7), "file";
    SAME(&BUF + 8, [*b"ellohe"], 6)    => Is(0), "readv: second buffer of a file";
    GET8(&BUF2)                        => Is(POISON), "readv: buffer behind the end of a file";
    READV(*FD_A, &IOV, 3)              => Is(0), "end of a file";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, 2, SEEK_SET)          => Is(2);
    LSEEK(*FD_A, -1, SEEK_SET)         => Err(EINVAL), "offset -1";
    LSEEK(*FD_A, -3, SEEK_CUR)         => Err(EINVAL), "before the start from the offset";
    LSEEK(*FD_A, -6, SEEK_END)         => Err(EINVAL), "before the start from the end";
    LSEEK(*FD_A, 0, 91)                => Err(EINVAL), "unknown origin";
    LSEEK(9, 0, SEEK_CUR)              => Err(EBADF), "closed descriptor";
    LSEEK(-1, 0, SEEK_CUR)             => Err(EBADF), "descriptor -1";
    PREAD64(*FD_A, &BUF, 5, -1)        => Err(EINVAL), "offset -1";
    PWRITE64(*FD_A, &BUF, 5, -1)       => Err(EINVAL), "offset -1";
    PREAD64(9, &BUF, 5, 0)             => Err(EBADF), "closed descriptor";
    PWRITE64(9, &BUF, 5, 0)            => Err(EBADF), "closed descriptor";
    READ(*FD_A, &EDGE, 5)              => Err(EFAULT), "unmapped buffer of a file";
    WRITE(*FD_A, &EDGE, 5)             => Err(EFAULT), "unmapped buffer of a file";
    PREAD64(*FD_A, &EDGE, 5, 0)        => Err(EFAULT), "unmapped buffer";
    PWRITE64(*FD_A, &EDGE, 5, 0)       => Err(EFAULT), "unmapped buffer";
    PAIR(&IOV, &BUF, -1);
    READV(*FD_A, &IOV, 1)              => Err(EINVAL), "length -1 of a file";
    WRITEV(*FD_A, &IOV, 1)             => Err(EINVAL), "length -1 of a file";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(2), "errors keep the offset";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(5), "errors keep the size";
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Keep(FD_B);
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY, 0) => Keep(FD_C);
    WRITE(*FD_B, &BUF, 5)              => Err(EBADF), "file opened to read";
    PWRITE64(*FD_B, &BUF, 5, 0)        => Err(EBADF), "file opened to read";
    PAIR(&IOV, &BUF, 5);
    WRITEV(*FD_B, &IOV, 1)             => Err(EBADF), "file opened to read";
    READ(*FD_C, &BUF, 5)               => Err(EBADF), "file opened to write";
    PREAD64(*FD_C, &BUF, 5, 0)         => Err(EBADF), "file opened to write";
    READV(*FD_C, &IOV, 1)              => Err(EBADF), "file opened to write";
    OPENAT(AT_FDCWD, [*b".\0"], 0, 0)  => Keep(FD_B);
    PREAD64(*FD_B, &BUF, 5, 0)         => Err(EISDIR), "directory";
    PIPE2(&FDS, 0);
    LSEEK(*RD, 0, SEEK_CUR)            => Err(ESPIPE), "pipe";
    PREAD64(*RD, &BUF, 5, 0)           => Err(ESPIPE), "pipe";
    PWRITE64(*WR, &BUF, 5, 0)          => Err(ESPIPE), "pipe";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    PWRITE64(*FD_A, &BUF, 0, 9000)     => Is(0), "zero bytes beyond the end";
    LSEEK(*FD_A, 0, SEEK_END)          => Is(0), "pwrite64: zero bytes keep the size";
    FILL(&BUF, 1, 4096);
    PWRITE64(*FD_A, &BUF, 8192, 1)     => Is(8192), "two pages";
    READ(*FD_A, &BUF, 0)               => Is(0), "zero bytes of a file";
    READ(*FD_A, &BUF, 4097)            => Is(4097), "page and a byte of a file";
    COUNT(&BUF, 1, 4097)               => Is(4096), "read: bytes of a page and a byte";
    PREAD64(*FD_A, &EDGE - 5, 5, 0)    => Is(5), "last bytes of a page";
    PWRITE64(*FD_A, &EDGE - 5, 5, 0)   => Is(5), "last bytes of a page";
    PWRITE64(*FD_A, &BUF, 1, i64::MAX) => Either(EFBIG, EINVAL), "offset INT64_MAX";
    LSEEK(*FD_A, i64::MAX, SEEK_CUR)   => Either(EOVERFLOW, EINVAL), "offset beyond INT64_MAX";
    WRITEV(*FD_A, &IOV, 0)             => Is(0), "no buffers";
    READV(*FD_A, &IOV, 0)              => Is(0), "no buffers";

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    LSEEK(*FD_A, FAR, SEEK_SET)        => Is(FAR), "offset 2^40";
    PWRITE64(*FD_A, [*b"he"], 2, FAR)  => Is(2), "offset 2^40";
    READ(*FD_A, &BUF2, 4096)           => Is(2), "offset 2^40";
    SAME(&BUF2, [*b"he"], 2)           => Is(0), "read: bytes at the offset 2^40";
    PREAD64(*FD_A, &BUF, 5, 0)         => Is(5);
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "pwrite64: start of a file before 2^40";
};
