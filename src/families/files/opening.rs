//! Opening files: `openat`, `open`, `creat`, `close`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Opening files",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The flags that make a file.
pub(super) const NEW: i64 = O_RDWR | O_CREAT;

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A), "O_CREAT makes a file";
    MINUS(*FD_A, 0)                    => Is(3), "openat: lowest free descriptor";
    READ(*FD_A, &BUF, 4096)            => Is(0), "openat: new file is empty";
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5), "openat: O_RDWR writes";
    FCNTL(*FD_A, F_GETFL, 0)           => Keep(A);
    AND(*A, O_ACCMODE)                 => Is(O_RDWR), "openat: access mode";
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Keep(FD_B), "file that exists";
    READ(*FD_B, &BUF, 4096)            => Is(5), "openat: offset of its own";
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "openat: bytes of a file";
    FCNTL(*FD_B, F_GETFD, 0)           => Is(0), "openat: no FD_CLOEXEC";
    CLOSE(*FD_A)                       => Is(0), "file";
    READ(*FD_B, &BUF, 4096)            => Is(0), "close: another descriptor stays open";
    OPENAT(AT_FDCWD, [*b"b\0"], NEW | O_EXCL | O_CLOEXEC, 0)
        => Is(*FD_A), "lowest free descriptor below another";
    FCNTL(*FD_A, F_GETFD, 0)           => Is(FD_CLOEXEC), "openat: O_CLOEXEC is FD_CLOEXEC";
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5), "openat: O_RDWR of a file with mode 0";
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_C);
    READ(*FD_C, &BUF, 4096)            => Is(5), "openat: O_CREAT keeps the bytes";
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY | O_APPEND, 0) => Keep(FDS);
    FCNTL(*FDS, F_GETFL, 0)            => Keep(A);
    AND(*A, O_ACCMODE | O_APPEND)
        => Is(O_WRONLY | O_APPEND), "openat: access mode with O_APPEND";
    WRITE(*FDS, [*b"hello"], 5);
    READ(*FD_C, &BUF, 4096)            => Is(5), "openat: O_APPEND writes at the end";
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY | O_TRUNC, 0) => Is(7);
    LSEEK(*FD_C, 0, SEEK_END)          => Is(0), "openat: O_TRUNC empties a file";

    // A directory, by its path and by its descriptor.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"d\0"], O_DIRECTORY, 0) => Keep(FD_A), "O_DIRECTORY opens a directory";
    OPENAT(*FD_A, [*b"a\0"], NEW, 0o600) => Keep(FD_B), "path below a descriptor";
    WRITE(*FD_B, [*b"hello"], 5);
    OPENAT(AT_FDCWD, [*b"d/a\0"], O_NOFOLLOW, 0) => Keep(FD_C), "O_NOFOLLOW opens a file";
    READ(*FD_C, &BUF, 4096)            => Is(5), "openat: bytes below a descriptor";
    OPENAT(-1, [*b"/\0"], 0, 0)        => AtLeast(3), "absolute path";
    OPENAT(*FD_A, [*b"../d/./a\0"], 0, 0) => AtLeast(3), "dots in a path";
    OPENAT(AT_FDCWD, [*b"d/\0"], 0, 0) => AtLeast(3), "slash behind a directory";

    FRESH();
    FOLDER();
    #[only(x86_64)]
    CREAT([*b"a\0"], 0o600)            => Keep(FD_A), "makes a file";
    #[only(x86_64)]
    FCNTL(*FD_A, F_GETFL, 0)           => Keep(A);
    #[only(x86_64)]
    AND(*A, O_ACCMODE)                 => Is(O_WRONLY), "creat: access mode";
    #[only(x86_64)]
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    #[only(x86_64)]
    OPEN([*b"a\0"], 0, 0)              => Keep(FD_B), "file that exists";
    #[only(x86_64)]
    READ(*FD_B, &BUF, 2)               => Is(2), "open: offset of its own";
    #[only(x86_64)]
    CREAT([*b"a\0"], 0o600)            => AtLeast(3);
    #[only(x86_64)]
    READ(*FD_B, &BUF, 4096)            => Is(0), "creat: empties a file";
    #[only(x86_64)]
    OPEN([*b"b\0"], NEW, 0o600)        => Keep(FD_C), "O_CREAT makes a file";
    #[only(x86_64)]
    OPEN([*b"b\0"], NEW | O_EXCL, 0o600) => Err(EEXIST), "O_EXCL of a file";
    #[only(x86_64)]
    OPEN([*b"c\0"], 0, 0)              => Err(ENOENT), "missing file";
};

const NEGATIVE: Table = rows! {
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR, 0) => Err(ENOENT), "missing file";
    OPENAT(AT_FDCWD, [*b"\0"], 0, 0)   => Err(ENOENT), "empty path";
    OPENAT(AT_FDCWD, [*b"c/a\0"], NEW, 0o600) => Err(ENOENT), "O_CREAT in a missing directory";
    OPENAT(AT_FDCWD, [*b"a/b\0"], NEW, 0o600) => Err(ENOTDIR), "file in place of a directory";
    OPENAT(AT_FDCWD, [*b"a/\0"], 0, 0) => Err(ENOTDIR), "slash behind a file";
    OPENAT(AT_FDCWD, [*b"a\0"], O_DIRECTORY, 0) => Err(ENOTDIR), "O_DIRECTORY of a file";
    OPENAT(*FD_A, [*b"b\0"], 0, 0)     => Err(ENOTDIR), "path below the descriptor of a file";
    OPENAT(-1, [*b"a\0"], 0, 0)        => Err(EBADF), "descriptor -1";
    OPENAT(AT_FDCWD, [*b"a\0"], NEW | O_EXCL | O_TRUNC, 0)
        => Err(EEXIST), "O_EXCL of a file";
    OPENAT(AT_FDCWD, [*b"d\0"], O_CREAT | O_EXCL, 0) => Err(EEXIST), "O_EXCL of a directory";
    OPENAT(AT_FDCWD, [*b"d\0"], O_WRONLY, 0) => Err(EISDIR), "directory to write";
    OPENAT(AT_FDCWD, [*b"d\0"], O_CREAT, 0) => Err(EISDIR), "O_CREAT of a directory";
    OPENAT(AT_FDCWD, [*b"b/\0"], O_CREAT, 0) => Err(EISDIR), "slash behind a missing file";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_TRUNC | O_DIRECTORY, 0) => Err(ENOTDIR);
    PREAD64(*FD_A, &BUF, 4096, 0)      => Is(5), "openat: errors keep the bytes";
    OPENAT(AT_FDCWD, 8, 0, 0)          => Err(EFAULT), "unmapped path";
    #[only(x86_64)]
    CREAT([*b"d\0"], 0)                => Err(EISDIR);
    #[only(x86_64)]
    OPEN([*b"d\0"], O_WRONLY, 0)       => Err(EISDIR), "directory to write";
    CLOSE(*FD_A);
    CLOSE(*FD_A)                       => Err(EBADF), "closed descriptor";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => AtLeast(3);
    PUT16(&EDGE - 2, b'a');
    OPENAT(AT_FDCWD, &EDGE - 2, 0, 0)  => AtLeast(3), "path ends at the last byte";
    PUT8(&EDGE - 1, b'a');
    OPENAT(AT_FDCWD, &EDGE - 2, 0, 0)  => Err(EFAULT), "half of the path unmapped";
    FILL(&BUF, b'/', 4096);
    OPENAT(AT_FDCWD, &BUF, 0, 0)       => Err(ENAMETOOLONG), "PATH_MAX + 1";
    PUT8(&BUF + 4095, 0);
    OPENAT(AT_FDCWD, &BUF, 0, 0)       => AtLeast(3), "PATH_MAX";
    FILL(&BUF, b'a', 256);
    PUT8(&BUF + 256, 0);
    OPENAT(AT_FDCWD, &BUF, NEW, 0o600) => Err(ENAMETOOLONG), "NAME_MAX + 1";
    UNLINKAT(AT_FDCWD, &BUF + 1, 0)    => AtLeast(-4095);
    OPENAT(AT_FDCWD, &BUF + 1, NEW, 0o600) => AtLeast(3), "NAME_MAX";
    UNLINKAT(AT_FDCWD, &BUF + 1, 0);

    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    CLOSE(*FD_A);
    AGAIN(100)                         => Is(100), "openat: 100 files leak nothing";
};
