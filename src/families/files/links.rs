//! Symbolic links: `symlinkat`, `readlinkat`, and what other calls do with links; `fchdir`, and the
//! mode of new directories.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Symbolic links",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A link to the directory itself, so many times, and a file there.
const fn chain<const SIZE: usize>() -> [u8; SIZE] {
    let mut path = [b'/'; SIZE];
    let mut i = 0;
    while i < SIZE {
        path[i] = b'b';
        i += 2;
    }
    path[SIZE - 2] = b'a';
    path[SIZE - 1] = 0;
    path
}

const LINKS_8: [u8; 18] = chain();
const LINKS_40: [u8; 82] = chain();
const LINKS_41: [u8; 84] = chain();

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    WRITE(3, [*b"hello"], 5);
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"b\0"])       => Is(0), "link to a file";
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT, AT_SYMLINK_NOFOLLOW) => Is(0);
    GET32(&STAT + ST_MODE)                          => Keep(WORD);
    AND(*WORD, S_IFMT)                              => Is(S_IFLNK), "symlinkat: link is a link";
    GET64(&STAT + ST_SIZE)                          => Is(1), "symlinkat: size of a link";
    READLINKAT(AT_FDCWD, [*b"b\0"], &BUF, 4096)     => Is(1), "length";
    GET8(&BUF)                                      => Is(b'a'), "readlinkat: path";
    COUNT(&BUF + 1, POISON, 4095) => Is(4095), "readlinkat: nothing is written behind the path";
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT, 0);
    FSTAT(3, &STAT2);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "newfstatat: file of a link";
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDONLY, 0)        => Is(4), "link to a file";
    READ(4, &BUF2, 9)                               => Is(5);
    SAME(&BUF2, [*b"hello"], 5)                     => Is(0), "openat: contents through a link";
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDONLY | O_NOFOLLOW, 0) => Err(ELOOP), "O_NOFOLLOW of a link";
    RENAMEAT2(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"c\0"], 0) => Is(0), "link";
    READLINKAT(AT_FDCWD, [*b"c\0"], &BUF, 4096)     => Is(1), "renamed link";
    LINKAT(AT_FDCWD, [*b"c\0"], AT_FDCWD, [*b"d\0"], AT_SYMLINK_FOLLOW)
        => Is(0), "AT_SYMLINK_FOLLOW";
    FSTAT(3, &STAT);
    GET32(&STAT + ST_NLINK)                 => Is(2), "linkat: AT_SYMLINK_FOLLOW links the file";
    LINKAT(AT_FDCWD, [*b"c\0"], AT_FDCWD, [*b"e\0"], 0) => Is(0), "link";
    READLINKAT(AT_FDCWD, [*b"e\0"], &BUF, 4096)     => Is(1), "second name of a link";
    UNLINKAT(AT_FDCWD, [*b"c\0"], 0)                => Is(0), "link";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Is(0), "unlinkat: file of a link stays";
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"f\0"]);
    RENAMEAT2(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"f\0"], 0) => Is(0), "file over a link";
    READLINKAT(AT_FDCWD, [*b"f\0"], &BUF, 4096)     => Err(EINVAL), "replaced link";
    UNLINKAT(AT_FDCWD, [*b"f\0"], 0)                => Is(0);
    FSTAT(3, &STAT);
    GET32(&STAT + ST_NLINK)         => Is(1), "renameat2: file of a replaced link keeps its name";

    // Links that lead through directories.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"d/a\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"d/b\0"]);
    NEWFSTATAT(AT_FDCWD, [*b"d/b\0"], &STAT, 0);
    FSTAT(4, &STAT2);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8) => Is(0), "symlinkat: path starts where the link is";
    SYMLINKAT([*b"../a\0"], AT_FDCWD, [*b"d/c\0"]);
    NEWFSTATAT(AT_FDCWD, [*b"d/c\0"], &STAT, 0);
    FSTAT(3, &STAT2);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)    => Is(0), "symlinkat: path with dot dot";
    SYMLINKAT([*b"d\0"], AT_FDCWD, [*b"e\0"]);
    NEWFSTATAT(AT_FDCWD, [*b"e/b\0"], &STAT, 0)     => Is(0), "link to a directory in the path";
    MKDIRAT(AT_FDCWD, [*b"d/f\0"], 0o700);
    SYMLINKAT([*b"d/f\0"], AT_FDCWD, [*b"g\0"]);
    NEWFSTATAT(AT_FDCWD, [*b"g/..\0"], &STAT, 0);
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT2, 0);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)    => Is(0), "newfstatat: dot dot behind a link";
    NEWFSTATAT(AT_FDCWD, [*b"e/\0"], &STAT, AT_SYMLINK_NOFOLLOW);
    GET32(&STAT + ST_MODE)                          => Keep(WORD);
    AND(*WORD, S_IFMT)                  => Is(S_IFDIR), "newfstatat: slash behind a link";
    UNLINKAT(AT_FDCWD, [*b"e\0"], AT_REMOVEDIR)     => Err(ENOTDIR), "link to a directory";
    CHDIR([*b"e\0"])                                => Is(0), "link to a directory";
    GETCWD(&BUF, 4096)                              => Keep(A);
    MINUS(0, &BUF)                                  => Keep(B);
    MINUS(*A, *B)                                   => Keep(C);
    MINUS(*C, 2)                                    => Keep(C);
    SAME(*C, [*b"d\0"], 2)              => Is(0), "getcwd: name of a directory behind a link";
    SYMLINKAT([*b"/\0"], AT_FDCWD, [*b"e\0"])       => Is(0), "link to the root";
    NEWFSTATAT(AT_FDCWD, [*b"e\0"], &STAT, 0);
    NEWFSTATAT(AT_FDCWD, [*b"/\0"], &STAT2, 0);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "symlinkat: absolute path";
    READLINKAT(3, [*b"e\0"], &BUF, 4096)    => Err(ENOTDIR), "path below the descriptor of a file";

    // Descriptors of directories, and the mode of a new one.
    FRESH();
    FOLDER();
    UMASK(0o22)                                     => Keep(WORD2);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o777);
    OPENAT(AT_FDCWD, [*b"d\0"], O_RDONLY, 0)        => Is(3);
    OPENAT(AT_FDCWD, [*b".\0"], O_RDONLY, 0)        => Is(4);
    FSTAT(3, &STAT);
    GET32(&STAT + ST_MODE)                          => Keep(WORD);
    AND(*WORD, 0o777)                               => Is(0o755), "mkdirat: umask 022";
    UMASK(0o777)                                    => Is(0o22);
    MKDIRAT(AT_FDCWD, [*b"e\0"], 0o777);
    NEWFSTATAT(AT_FDCWD, [*b"e\0"], &STAT, 0);
    GET32(&STAT + ST_MODE)                          => Keep(WORD);
    AND(*WORD, 0o777)                               => Is(0), "mkdirat: umask 777";
    SYMLINKAT([*b"d\0"], 3, [*b"b\0"])              => Is(0), "below a descriptor";
    READLINKAT(3, [*b"b\0"], &BUF, 4096)            => Is(1), "below a descriptor";
    FCHDIR(3)                                       => Is(0), "directory";
    READLINKAT(AT_FDCWD, [*b"b\0"], &BUF, 4096)     => Is(1), "fchdir: path after it";
    FCHDIR(4)                                       => Is(0), "directory before";
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT, 0) => Is(0), "fchdir: path in the directory before";

    #[only(x86_64)]
    FRESH();
    #[only(x86_64)]
    FOLDER();
    #[only(x86_64)]
    SYMLINK([*b"a\0"], [*b"b\0"])                   => Is(0), "missing file";
    #[only(x86_64)]
    READLINK([*b"b\0"], &BUF, 4096)                 => Is(1), "length";
    #[only(x86_64)]
    COUNT(&BUF + 1, POISON, 4095)                   => Is(4095);
    #[only(x86_64)]
    GET8(&BUF)                                      => Is(b'a'), "readlink: path";
    #[only(x86_64)]
    NEWLSTAT([*b"b\0"], &STAT)                      => Is(0), "link to a missing file";
    #[only(x86_64)]
    GET64(&STAT + ST_SIZE)                          => Is(1), "lstat: size of a link";
    #[only(x86_64)]
    NEWSTAT([*b"b\0"], &STAT)                       => Err(ENOENT), "link to a missing file";
};

const NEGATIVE: Table = rows! {
    // A file a, a directory d, a link c to nothing.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"c\0"])       => Is(0), "missing file";
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"a\0"])       => Err(EEXIST), "file that exists";
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"d\0"])       => Err(EEXIST), "directory that exists";
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"c\0"])       => Err(EEXIST), "link that exists";
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"b/c\0"])     => Err(ENOENT), "missing directory";
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"\0"])        => Err(ENOENT), "empty new path";
    SYMLINKAT([*b"\0"], AT_FDCWD, [*b"b\0"])        => Err(ENOENT), "empty path";
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"a/b\0"]) => Err(ENOTDIR), "file in place of a directory";
    SYMLINKAT([*b"b\0"], 3, [*b"b\0"]) => Err(ENOTDIR), "path below the descriptor of a file";
    SYMLINKAT([*b"b\0"], -1, [*b"b\0"])             => Err(EBADF), "descriptor -1";
    SYMLINKAT(8, AT_FDCWD, [*b"b\0"])               => Err(EFAULT), "unmapped path";
    SYMLINKAT([*b"b\0"], AT_FDCWD, 8)               => Err(EFAULT), "unmapped new path";
    READLINKAT(AT_FDCWD, [*b"a\0"], &BUF, 4096)     => Err(EINVAL), "file";
    READLINKAT(AT_FDCWD, [*b"d\0"], &BUF, 4096)     => Err(EINVAL), "directory";
    READLINKAT(AT_FDCWD, [*b"b\0"], &BUF, 4096)     => Err(ENOENT), "missing file";
    READLINKAT(AT_FDCWD, [*b"\0"], &BUF, 4096)      => Err(ENOENT), "empty path";
    READLINKAT(AT_FDCWD, [*b"a/b\0"], &BUF, 4096) => Err(ENOTDIR), "file in place of a directory";
    READLINKAT(-1, [*b"c\0"], &BUF, 4096)           => Err(EBADF), "descriptor -1";
    READLINKAT(AT_FDCWD, 8, &BUF, 4096)             => Err(EFAULT), "unmapped path";
    READLINKAT(AT_FDCWD, [*b"c\0"], 8, 4096)        => Err(EFAULT), "unmapped buffer";
    READLINKAT(AT_FDCWD, [*b"c\0"], &BUF, 0)        => Err(EINVAL), "size 0";
    OPENAT(AT_FDCWD, [*b"c\0"], O_RDWR, 0)          => Err(ENOENT), "link to a missing file";
    OPENAT(AT_FDCWD, [*b"c\0"], O_RDWR | O_CREAT | O_EXCL, 0o600)
        => Err(EEXIST), "O_EXCL of a link to a missing file";
    MKDIRAT(AT_FDCWD, [*b"c\0"], 0o700)             => Err(EEXIST), "link to a missing file";
    CHDIR([*b"c\0"])                                => Err(ENOENT), "link to a missing file";
    NEWFSTATAT(AT_FDCWD, [*b"c\0"], &STAT, 0)       => Err(ENOENT), "link to a missing file";
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"e\0"]);
    NEWFSTATAT(AT_FDCWD, [*b"e/\0"], &STAT, 0) => Err(ENOTDIR), "slash behind a link to a file";
    UNLINKAT(AT_FDCWD, [*b"e/\0"], 0) => Err(ENOTDIR), "slash behind a link to a file";
    FCHDIR(3)                                       => Err(ENOTDIR), "file";
    FCHDIR(-1)                                      => Err(EBADF), "descriptor -1";
    #[only(x86_64)]
    SYMLINK([*b"b\0"], [*b"a\0"])                   => Err(EEXIST), "file that exists";
    #[only(x86_64)]
    READLINK([*b"a\0"], &BUF, 4096)                 => Err(EINVAL), "file";
    #[only(x86_64)]
    READLINK([*b"b\0"], &BUF, 4096)                 => Err(ENOENT), "missing file";
    #[only(x86_64)]
    SYMLINK([*b"b\0"], [*b"a/b\0"])                 => Err(ENOTDIR);
    #[only(x86_64)]
    READLINK([*b"c\0"], 8, 4096)                    => Err(EFAULT), "unmapped buffer";
};

const BOUNDARY: Table = shared_rows! {
    // b is a link to the directory itself, c and d name each other, e itself.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    SYMLINKAT([*b".\0"], AT_FDCWD, [*b"b\0"]);
    SYMLINKAT([*b"d\0"], AT_FDCWD, [*b"c\0"]);
    SYMLINKAT([*b"c\0"], AT_FDCWD, [*b"d\0"]);
    SYMLINKAT([*b"e\0"], AT_FDCWD, [*b"e\0"])       => Is(0), "link to itself";
    NEWFSTATAT(AT_FDCWD, [LINKS_8], &STAT, 0)       => Is(0), "8 links in a path";
    NEWFSTATAT(AT_FDCWD, [LINKS_40], &STAT, 0)      => Is(0), "40 links in a path";
    NEWFSTATAT(AT_FDCWD, [LINKS_41], &STAT, 0)      => Err(ELOOP), "41 links in a path";
    NEWFSTATAT(AT_FDCWD, [*b"c\0"], &STAT, 0)       => Err(ELOOP), "two links that name each other";
    NEWFSTATAT(AT_FDCWD, [*b"e\0"], &STAT, 0)       => Err(ELOOP), "link to itself";
    OPENAT(AT_FDCWD, [*b"e\0"], O_RDWR, 0)          => Err(ELOOP), "link to itself";
    OPENAT(AT_FDCWD, [*b"e\0"], O_RDWR | O_CREAT, 0o600)
        => Err(ELOOP), "O_CREAT of a link to itself";
    MKDIRAT(AT_FDCWD, [*b"e/a\0"], 0o700)           => Err(ELOOP), "link to itself in the path";
    UNLINKAT(AT_FDCWD, [*b"e/a\0"], 0)              => Err(ELOOP), "link to itself in the path";
    RENAMEAT2(AT_FDCWD, [*b"e/a\0"], AT_FDCWD, [*b"f\0"], 0)
        => Err(ELOOP), "link to itself in the path";
    LINKAT(AT_FDCWD, [*b"e/a\0"], AT_FDCWD, [*b"f\0"], 0)
        => Err(ELOOP), "link to itself in the path";
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"e/a\0"])     => Err(ELOOP), "link to itself in the path";
    READLINKAT(AT_FDCWD, [*b"e/a\0"], &BUF, 4096)   => Err(ELOOP), "link to itself in the path";
    CHDIR([*b"e\0"])                                => Err(ELOOP), "link to itself";
    READLINKAT(AT_FDCWD, [*b"e\0"], &BUF, 4096)     => Is(1), "link to itself";
    UNLINKAT(AT_FDCWD, [*b"e\0"], 0)                => Is(0), "link to itself";
    SYMLINKAT([*b"f\0"], AT_FDCWD, [*b"g\0"]);
    OPENAT(AT_FDCWD, [*b"g\0"], O_RDWR | O_CREAT, 0o600)
        => Is(4), "O_CREAT of a link to a missing file";
    NEWFSTATAT(AT_FDCWD, [*b"f\0"], &STAT, AT_SYMLINK_NOFOLLOW)
        => Is(0), "openat: O_CREAT makes the file of a link";
    RENAMEAT2(AT_FDCWD, [*b"g\0"], AT_FDCWD, [*b"f\0"], 0) => Is(0), "link over its file";

    // Long paths, and buffers that are too small.
    FRESH();
    FOLDER();
    FILL(&BUF, b'a', 4096);
    SYMLINKAT(&BUF, AT_FDCWD, [*b"b\0"])            => Err(ENAMETOOLONG), "path of PATH_MAX + 1";
    // File systems bound a link's path too.
    PUT8(&BUF + 1000, 0);
    SYMLINKAT(&BUF, AT_FDCWD, [*b"b\0"])            => Is(0), "path of 1000 bytes";
    READLINKAT(AT_FDCWD, [*b"b\0"], &BUF2, 4096)    => Is(1000), "path of 1000 bytes";
    SAME(&BUF, &BUF2, 1000)                         => Is(0), "readlinkat: bytes of a long path";
    READLINKAT(AT_FDCWD, [*b"b\0"], &A, 7)          => Is(7), "path longer than the buffer";
    COUNT(&A, b'a', 16)                             => Is(7), "readlinkat: end of a buffer";
    READLINKAT(AT_FDCWD, [*b"b\0"], &EDGE - 2, 2)   => Is(2), "last bytes of a page";
    READLINKAT(AT_FDCWD, [*b"b\0"], &EDGE - 2, 3)   => Err(EFAULT), "half of the buffer unmapped";
    PUT8(&BUF + 256, 0);
    SYMLINKAT([*b"a\0"], AT_FDCWD, &BUF)            => Err(ENAMETOOLONG), "NAME_MAX + 1";
    READLINKAT(AT_FDCWD, &BUF, &BUF2, 4096)         => Err(ENAMETOOLONG), "NAME_MAX + 1";
};
