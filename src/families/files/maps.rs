//! Mapped files: `mmap` of files, `msync`, `munmap`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Mapped files",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;

const POSITIVE: Table = shared_rows! {
    // A is a shared mapping, B another one, C a private one.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    WRITE(3, [*b"hello"], 5);
    MMAP(0, 4096, RW, MAP_SHARED, 3, 0)             => Keep(A), "file";
    SAME(*A, [*b"hello"], 5)                        => Is(0), "mmap: bytes of a file";
    COUNT(*A, 0, 4096) => Is(4091), "mmap: zero from the end of the file to the end of the page";
    MMAP(0, 4096, RW, MAP_SHARED, 3, 0)             => Keep(B);
    MMAP(0, 4096, RW, MAP_PRIVATE, 3, 0)            => Keep(C), "private mapping of a file";
    SAME(*C, [*b"hello"], 5)                        => Is(0), "mmap: bytes of a private mapping";
    PUT8(*C, b'p');
    GET8(*A)                    => Is(b'h'), "mmap: store to a private mapping is not shared";
    PREAD64(3, &BUF, 1, 0);
    GET8(&BUF)                  => Is(b'h'), "mmap: store to a private mapping is not in the file";
    PUT8(*A, b's');
    GET8(*B)                    => Is(b's'), "mmap: store to the other shared mapping";
    GET8(*C)                    => Is(b'p'), "mmap: private mapping keeps its store";
    PREAD64(3, &BUF, 1, 0);
    GET8(&BUF)                  => Is(b's'), "mmap: store to a shared mapping is read";
    PWRITE64(3, [*b"w"], 1, 0);
    GET8(*A)                    => Is(b'w'), "mmap: write is in the shared mapping";
    MSYNC(*A, 4096, MS_SYNC)                        => Is(0), "MS_SYNC";
    MSYNC(*A, 4096, MS_ASYNC)                       => Is(0), "MS_ASYNC";
    MSYNC(*A, 4096, MS_SYNC | MS_INVALIDATE)        => Is(0), "MS_SYNC and MS_INVALIDATE";
    FSTAT(3, &STAT);
    GET64(&STAT + ST_SIZE)      => Is(5), "mmap: size of a mapped file";
    CLOSE(3);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    PUT8(*A, b'u');
    GET8(*B)                    => Is(b'u'), "mmap: shared mapping after close and unlink";
    MUNMAP(*A, 4096);
    GET8(*B)                    => Is(b'u'), "munmap: other mapping of the file";
    MUNMAP(*B, 4096);
    MUNMAP(*C, 4096);

    // The second page of a file, and pages that a file gets after they are mapped.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    MMAP(0, 8192, RW, MAP_SHARED, 3, 0)             => Keep(A), "empty file";
    FTRUNCATE(3, 8192);
    COUNT(*A, 0, 8192)          => Is(8192), "mmap: page of a file that grew";
    FILL(*A, b'1', 4096);
    MINUS(*A, -4096)                                => Keep(B);
    FILL(*B, b'2', 4096);
    MMAP(0, 4096, PROT_READ, MAP_SHARED, 3, 4096)   => Keep(C), "second page";
    COUNT(*C, b'2', 4096)       => Is(4096), "mmap: bytes of the second page";
    PREAD64(3, &BUF, 8192, 0);
    COUNT(&BUF, b'1', 8192)     => Is(4096), "mmap: stores to two pages";
    MMAP(*A, 4096, RW, MAP_SHARED | MAP_FIXED, 3, 4096) => Is(*A), "MAP_FIXED of the second page";
    PUT8(*A, b'3');
    GET8(*C)                    => Is(b'3'), "mmap: MAP_FIXED of the second page is shared";
    MUNMAP(*A, 8192);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(4);
    PREAD64(4, &BUF, 1, 4096);
    GET8(&BUF)                  => Is(b'3'), "munmap: stores stay in the file";
    MUNMAP(*C, 4096);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDONLY, 0)        => Is(4);
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY, 0)        => Is(5);
    OPENAT(AT_FDCWD, [*b".\0"], O_RDONLY, 0)        => Is(6);
    MMAP(0, 4096, RW, MAP_SHARED, 4, 0) => Err(EACCES), "shared and writable, file to read only";
    MMAP(0, 4096, PROT_READ, MAP_SHARED, 5, 0)      => Err(EACCES), "file to write only";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, 5, 0)     => Err(EACCES), "private, file to write only";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, 6, 0)     => Err(ENODEV), "directory";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, 7, 0)     => Err(EBADF), "closed descriptor";
    MMAP(0, 4096, PROT_READ, MAP_SHARED, 3, 1)      => Err(EINVAL), "file, offset inside a page";
    MMAP(0, 0, PROT_READ, MAP_SHARED, 3, 0)         => Err(EINVAL), "file, length 0";
    MMAP(0, 4096, PROT_READ, 0, 3, 0)       => Err(EINVAL), "file, neither shared nor private";
    MMAP(0, 8192, PROT_READ, MAP_SHARED, 3, -4096)  => Err(EOVERFLOW), "offset past the last one";
    MMAP(0, 8192, RW, MAP_PRIVATE, 4, 0)    => Keep(A), "private and writable, file to read only";
    MSYNC(*A, 4096, MS_SYNC | MS_ASYNC)             => Err(EINVAL), "MS_SYNC and MS_ASYNC";
    MSYNC(*A, 4096, 8)                              => Err(EINVAL), "unknown flag";
    MINUS(*A, -1)                                   => Keep(B);
    MSYNC(*B, 4096, MS_SYNC)                        => Err(EINVAL), "address inside a page";
    MUNMAP(*A, 4096);
    MSYNC(*A, 8192, MS_SYNC)                        => Err(ENOMEM), "range with a hole";
    MSYNC(*A, 4096, MS_ASYNC)                       => Err(ENOMEM), "unmapped page";
    MSYNC(*A, 0, MS_SYNC)                           => Is(0), "length 0";
    MINUS(*A, -4096)                                => Keep(A);
    MUNMAP(*A, 4096);
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    FTRUNCATE(3, 4097);
    MMAP(0, 4097, RW, MAP_SHARED, 3, 0)             => Keep(A), "last byte on a second page";
    MINUS(*A, -4096)                                => Keep(B);
    FILL(*B, b'e', 4096);
    FSTAT(3, &STAT);
    GET64(&STAT + ST_SIZE)      => Is(4097), "mmap: stores behind the end do not extend the file";
    PREAD64(3, &BUF, 8192, 4096)                    => Is(1), "file with stores behind its end";
    MUNMAP(*A, 8192);
    CLOSE(3);
    AGAIN(100)                  => Is(100), "mmap: 100 mappings of files leak nothing";
};
