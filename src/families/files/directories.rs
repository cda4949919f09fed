//! Directories: `mkdirat`, `mkdir`, `rmdir`, `unlinkat` with `AT_REMOVEDIR`, `getdents64`, and the
//! working directory in trees.

use crate::plan::prelude::*;
use crate::plan::routine::ENTRIES;

pub const FAMILY: Family = Family {
    title: "Directories",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700)             => Is(0), "new directory";
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT, 0)       => Is(0);
    GET32(&STAT + ST_MODE)                          => Keep(WORD);
    AND(*WORD, S_IFMT | 0o777)          => Is(S_IFDIR | 0o700), "mkdirat: mode of a directory";
    NEWFSTATAT(AT_FDCWD, [*b"d/.\0"], &STAT2, 0);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "mkdirat: dot is the directory";
    NEWFSTATAT(AT_FDCWD, [*b"d/..\0"], &STAT2, 0);
    NEWFSTATAT(AT_FDCWD, [*b".\0"], &STAT, 0);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "mkdirat: dot dot is the parent";
    MKDIRAT(AT_FDCWD, [*b"d/e\0"], 0o700)           => Is(0), "directory in a directory";
    UNLINKAT(AT_FDCWD, [*b"d/e\0"], AT_REMOVEDIR)   => Is(0), "empty directory";
    NEWFSTATAT(AT_FDCWD, [*b"d/e\0"], &STAT, 0) => Err(ENOENT), "unlinkat: directory is removed";
    #[only(x86_64)]
    MKDIR([*b"d/e\0"], 0o700)                       => Is(0), "new directory";
    #[only(x86_64)]
    NEWFSTATAT(AT_FDCWD, [*b"d/e\0"], &STAT, 0)     => Is(0), "mkdir: directory is there";
    #[only(x86_64)]
    RMDIR([*b"d/e\0"])                              => Is(0), "empty directory";
    #[only(x86_64)]
    RMDIR([*b"d/e\0"])                              => Err(ENOENT);
    #[only(x86_64)]
    NEWFSTATAT(AT_FDCWD, [*b"d/e\0"], &STAT, 0) => Err(ENOENT), "rmdir: directory is removed";

    // Entries: the digits of `ENTRIES` are for a to d, from the right.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b".\0"], O_RDONLY, 0)        => Is(5), "directory to read";
    GETDENTS64(5, &BUF, 4096)                       => Is(120), "five entries";
    ENTRIES(5, 4096, 0)                             => Is(0), "getdents64: end of a directory";
    LSEEK(5, 0, SEEK_SET)                           => Is(0);
    ENTRIES(5, 4096, 0)         => Is(0x1011), "getdents64: each entry once after a rewind";
    OPENAT(AT_FDCWD, [*b"c\0"], O_RDWR | O_CREAT, 0o600) => Is(6);
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    LSEEK(5, 0, SEEK_SET);
    ENTRIES(5, 24, 0)           => Is(0x1110), "getdents64: one entry a call";
    LSEEK(5, 0, SEEK_SET);
    ENTRIES(5, 71, 0)           => Is(0x1110), "getdents64: two entries a call";
    LSEEK(5, 0, SEEK_SET);
    GETDENTS64(5, &BUF, 24)                         => Is(24), "room for one entry";
    GETDENTS64(5, &BUF2, 24);
    GET64(&BUF + D_OFF)                             => Keep(A);
    LSEEK(5, *A, SEEK_SET)                          => Is(*A), "offset of an entry";
    GETDENTS64(5, &BUF, 24);
    SAME(&BUF + D_NAME, &BUF2 + D_NAME, 2)          => Is(0), "lseek: entry of the offset";
    COUNT(&BUF2 + 24, POISON, 4072)     => Is(4072), "getdents64: nothing is written past the room";

    // Relative to descriptors.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"d\0"], O_RDONLY, 0)        => Is(3);
    OPENAT(3, [*b"a\0"], O_RDWR | O_CREAT, 0o600)   => Is(4), "file below a descriptor";
    NEWFSTATAT(AT_FDCWD, [*b"d/a\0"], &STAT, 0)     => Is(0), "openat: file is in the directory";
    MKDIRAT(3, [*b"b\0"], 0o700)                    => Is(0), "below a descriptor";
    NEWFSTATAT(AT_FDCWD, [*b"d/b\0"], &STAT, 0) => Is(0), "mkdirat: directory is in the other";
    LINKAT(3, [*b"a\0"], 3, [*b"c\0"], 0)           => Is(0), "below a descriptor";
    NEWFSTATAT(AT_FDCWD, [*b"d/c\0"], &STAT, 0)     => Is(0), "linkat: name is in the directory";
    RENAMEAT2(3, [*b"c\0"], AT_FDCWD, [*b"c\0"], 0) => Is(0), "out of a descriptor";
    NEWFSTATAT(AT_FDCWD, [*b"c\0"], &STAT, 0)       => Is(0), "renameat2: name is outside";
    UNLINKAT(3, [*b"a\0"], 0)                       => Is(0), "below a descriptor";
    NEWFSTATAT(3, [*b"a\0"], &STAT, 0) => Err(ENOENT), "unlinkat: name below a descriptor is gone";
    UNLINKAT(3, [*b"b\0"], AT_REMOVEDIR)            => Is(0), "directory below a descriptor";
    RENAMEAT2(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"e\0"], 0);
    OPENAT(3, [*b"a\0"], O_RDWR | O_CREAT, 0o600)   => Is(5), "descriptor of a renamed directory";
    MKDIRAT(-1, [*b"/\0"], 0o700)  => Err(EEXIST), "mkdirat: absolute path below descriptor -1";

    // The working directory in a tree.
    FRESH();
    FOLDER();
    GETCWD(&BUF, 4096)                              => Keep(A);
    // C is the address after the path's zero byte.
    MINUS(0, &BUF)                                  => Keep(B);
    MINUS(*A, *B)                                   => Keep(C);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"d/e\0"], 0o700);
    CHDIR([*b"d/e\0"])                              => Is(0), "directory of a directory";
    GETCWD(&BUF, 4096)                              => Keep(B);
    MINUS(*B, *A)                                   => Is(4), "getcwd: length in a tree";
    SAME(*C, [*b"d/e\0"], 4)                        => Is(0), "getcwd: names in a tree";
    RENAMEAT2(AT_FDCWD, [*b"../../d\0"], AT_FDCWD, [*b"../../f\0"], 0) => Is(0);
    GETCWD(&BUF, 4096);
    SAME(*C, [*b"f/e\0"], 4)                        => Is(0), "getcwd: renamed parent";
    CHDIR([*b"..\0"])                               => Is(0), "parent";
    GETCWD(&BUF, 4096);
    SAME(*C, [*b"f\0"], 2)                          => Is(0), "getcwd: parent after dot dot";
    CHDIR([*b"e\0"]);
    UNLINKAT(AT_FDCWD, [*b"../e\0"], AT_REMOVEDIR)  => Is(0), "working directory";
    GETCWD(&BUF, 4096)                              => Err(ENOENT), "removed directory";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Err(ENOENT), "removed directory";
    MKDIRAT(AT_FDCWD, [*b"a\0"], 0o700)             => Err(ENOENT), "removed directory";
    RENAMEAT2(AT_FDCWD, [*b"../../f\0"], AT_FDCWD, [*b"../../d\0"], 0) => Is(0);
    CHDIR([*b"..\0"])                               => Is(0), "parent of a removed directory";
};

const NEGATIVE: Table = rows! {
    // A file a, a directory d with the file d/a, and descriptors of both.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"d/a\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    OPENAT(AT_FDCWD, [*b"d\0"], O_RDONLY, 0)        => Is(5);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700)             => Err(EEXIST), "directory that exists";
    MKDIRAT(AT_FDCWD, [*b"a\0"], 0o700)             => Err(EEXIST), "file that exists";
    MKDIRAT(AT_FDCWD, [*b".\0"], 0o700)             => Err(EEXIST), "dot";
    MKDIRAT(AT_FDCWD, [*b"b/c\0"], 0o700)           => Err(ENOENT), "missing directory";
    MKDIRAT(AT_FDCWD, [*b"\0"], 0o700)              => Err(ENOENT), "empty path";
    MKDIRAT(AT_FDCWD, [*b"a/b\0"], 0o700)       => Err(ENOTDIR), "file in place of a directory";
    MKDIRAT(3, [*b"b\0"], 0o700) => Err(ENOTDIR), "path below the descriptor of a file";
    MKDIRAT(-1, [*b"b\0"], 0o700)                   => Err(EBADF), "descriptor -1";
    MKDIRAT(AT_FDCWD, 8, 0o700)                     => Err(EFAULT), "unmapped path";
    #[only(x86_64)]
    MKDIR([*b"d\0"], 0o700)                         => Err(EEXIST), "directory that exists";
    UNLINKAT(AT_FDCWD, [*b"d\0"], AT_REMOVEDIR) => Either(ENOTEMPTY, EEXIST), "directory in use";
    UNLINKAT(AT_FDCWD, [*b"d/..\0"], AT_REMOVEDIR)
        => Either(ENOTEMPTY, EEXIST), "dot dot to remove";
    UNLINKAT(AT_FDCWD, [*b"d/.\0"], AT_REMOVEDIR)   => Err(EINVAL), "dot to remove";
    UNLINKAT(AT_FDCWD, [*b"/\0"], AT_REMOVEDIR)     => Err(EBUSY), "root to remove";
    UNLINKAT(AT_FDCWD, [*b"b\0"], AT_REMOVEDIR)     => Err(ENOENT), "missing directory to remove";
    UNLINKAT(AT_FDCWD, [*b"a\0"], AT_REMOVEDIR) => Err(ENOTDIR), "file to remove as a directory";
    UNLINKAT(AT_FDCWD, [*b"d\0"], 0) => Either(EISDIR, EPERM), "directory to remove as a file";
    UNLINKAT(AT_FDCWD, [*b"a\0"], 1)                => Err(EINVAL), "unknown flag";
    NEWFSTATAT(AT_FDCWD, [*b"d/a\0"], &STAT, 0)     => Is(0), "unlinkat: errors remove nothing";
    #[only(x86_64)]
    RMDIR([*b"d\0"])                        => Either(ENOTEMPTY, EEXIST), "directory in use";
    #[only(x86_64)]
    RMDIR([*b"a\0"])                                => Err(ENOTDIR), "file";
    #[only(x86_64)]
    RMDIR([*b"d/.\0"])                              => Err(EINVAL), "dot";
    CHDIR([*b"a\0"])                                => Err(ENOTDIR), "file";
    CHDIR([*b"a/..\0"])                         => Err(ENOTDIR), "file in place of a directory";
    READ(5, &BUF, 1)                                => Err(EISDIR), "directory";
    WRITE(5, &BUF, 1)                               => Err(EBADF), "directory";
    GETDENTS64(3, &BUF, 4096)                       => Err(ENOTDIR), "file";
    GETDENTS64(-1, &BUF, 4096)                      => Err(EBADF), "descriptor -1";
    GETDENTS64(5, &BUF, 23)                         => Err(EINVAL), "room for less than an entry";
    GETDENTS64(5, 8, 4096)                          => Err(EFAULT), "unmapped buffer";
    ENTRIES(5, 4096, 0)                 => Is(1), "getdents64: errors take no entry";
};

const BOUNDARY: Table = shared_rows! {
    // A tree that is emptied while it is read.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"d\0"], O_RDONLY, 0)        => Is(3);
    OPENAT(3, [*b"a\0"], O_RDWR | O_CREAT, 0o600);
    OPENAT(3, [*b"b\0"], O_RDWR | O_CREAT, 0o600);
    OPENAT(3, [*b"c\0"], O_RDWR | O_CREAT, 0o600);
    OPENAT(3, [*b"d\0"], O_RDWR | O_CREAT, 0o600);
    OPENAT(3, [*b"e\0"], O_RDWR | O_CREAT, 0o600);
    OPENAT(3, [*b"f\0"], O_RDWR | O_CREAT, 0o600);
    ENTRIES(3, 48, 1)       => Is(0x111111), "getdents64: files removed while they are read";
    UNLINKAT(AT_FDCWD, [*b"d\0"], AT_REMOVEDIR)     => Is(0), "emptied directory";
    GETDENTS64(3, &BUF, 4096)                       => Err(ENOENT), "removed directory";
    OPENAT(3, [*b"a\0"], O_RDWR | O_CREAT, 0o600)
        => Err(ENOENT), "descriptor of a removed directory";

    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"a\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"a/b\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"a/b/c\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"a/b/c/d\0"], 0o700)       => Is(0), "fourth level";
    UNLINKAT(AT_FDCWD, [*b"a/b\0"], AT_REMOVEDIR)
        => Either(ENOTEMPTY, EEXIST), "directory of a directory";
    NEWFSTATAT(AT_FDCWD, [*b"a/b/c/d/../../c/d\0"], &STAT, 0) => Is(0), "mkdirat: path up and down";

    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    UNLINKAT(AT_FDCWD, [*b"d\0"], AT_REMOVEDIR);
    AGAIN(100)                      => Is(100), "mkdirat: 100 directories leak nothing";
};
