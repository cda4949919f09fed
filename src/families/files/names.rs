//! Names of files: `linkat`, `unlinkat`, `renameat2`, and the older `link`, `unlink`, `rename`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Names",
    profile: Profile::Pse52,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    WRITE(3, [*b"hello"], 5);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0) => Is(0), "second name";
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT2, 0)      => Is(0);
    GET32(&STAT2 + ST_NLINK)                        => Is(2), "linkat: two links";
    FSTAT(3, &STAT);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "linkat: both names are one file";
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR, 0)          => Is(4);
    READ(4, &BUF, 9)                                => Is(5);
    SAME(&BUF, [*b"hello"], 5)                      => Is(0), "linkat: contents by the second name";
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0)                => Is(0), "one of two names";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Err(ENOENT), "unlinkat: name is removed";
    FSTAT(3, &STAT);
    GET32(&STAT + ST_NLINK)                         => Is(1), "unlinkat: one link less";
    UNLINKAT(AT_FDCWD, [*b"b\0"], 0)                => Is(0), "last name of an open file";
    FSTAT(3, &STAT);
    GET32(&STAT + ST_NLINK)                         => Is(0), "unlinkat: open file without a name";
    PREAD64(4, &BUF2, 9, 0)                         => Is(5);
    SAME(&BUF2, [*b"hello"], 5) => Is(0), "unlinkat: open file keeps its contents";
    WRITE(3, [*b"hello"], 5)                        => Is(5), "unlinked file";
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR | O_CREAT, 0o600) => Is(5);
    READ(5, &BUF, 9) => Is(0), "unlinkat: new file of the name is empty";

    // Rename.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    WRITE(3, [*b"hello"], 5);
    WRITE(4, [*b"other"], 5);
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"c\0"], 0) => Is(0), "new name";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Err(ENOENT), "renameat2: old name is gone";
    NEWFSTATAT(AT_FDCWD, [*b"c\0"], &STAT, 0);
    FSTAT(3, &STAT2);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8)        => Is(0), "renameat2: file has the new name";
    RENAMEAT2(AT_FDCWD, [*b"c\0"], AT_FDCWD, [*b"b\0"], 0) => Is(0), "file over a file";
    OPENAT(AT_FDCWD, [*b"b\0"], O_RDWR, 0)          => Is(5);
    READ(5, &BUF, 9)                                => Is(5);
    SAME(&BUF, [*b"hello"], 5) => Is(0), "renameat2: contents after a replacement";
    PREAD64(4, &BUF2, 9, 0)                         => Is(5);
    SAME(&BUF2, [*b"other"], 5) => Is(0), "renameat2: replaced file keeps its contents";
    FSTAT(4, &STAT2);
    GET32(&STAT2 + ST_NLINK) => Is(0), "renameat2: replaced file has no name";
    RENAMEAT2(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"b\0"], 0) => Is(0), "file onto itself";
    LINKAT(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"a\0"], 0);
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0)
        => Is(0), "one name of a file over the other";
    FSTAT(3, &STAT2);
    GET32(&STAT2 + ST_NLINK) => Is(2), "renameat2: both names of a file stay";

    // Rename of directories.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"d/e\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"f\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"d/e/a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    RENAMEAT2(AT_FDCWD, [*b"d/e\0"], AT_FDCWD, [*b"f/e\0"], 0) => Is(0), "directory to another one";
    NEWFSTATAT(AT_FDCWD, [*b"f/e/a\0"], &STAT, 0) => Is(0), "renameat2: directory keeps its files";
    NEWFSTATAT(AT_FDCWD, [*b"f/e/..\0"], &STAT, 0);
    NEWFSTATAT(AT_FDCWD, [*b"f\0"], &STAT2, 0);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8) => Is(0), "renameat2: dot dot is the new parent";
    RENAMEAT2(AT_FDCWD, [*b"f\0"], AT_FDCWD, [*b"d\0"], 0) => Is(0), "directory over an empty one";
    NEWFSTATAT(AT_FDCWD, [*b"d/e/a\0"], &STAT, 0)
        => Is(0), "renameat2: files of a directory that replaces";
    RENAMEAT2(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"d\0"], 0) => Is(0), "directory onto itself";
    NEWFSTATAT(AT_FDCWD, [*b"f\0"], &STAT, 0) => Err(ENOENT), "renameat2: old directory is gone";

    // Flags.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"d/e\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], RENAME_NOREPLACE)
        => Is(0), "RENAME_NOREPLACE, free name";
    RENAMEAT2(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"d\0"], RENAME_EXCHANGE)
        => Is(0), "RENAME_EXCHANGE of a file and a directory";
    NEWFSTATAT(AT_FDCWD, [*b"b/e\0"], &STAT, 0) => Is(0), "renameat2: RENAME_EXCHANGE, directory";
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT, 0);
    FSTAT(3, &STAT2);
    SAME(&STAT + ST_INO, &STAT2 + ST_INO, 8) => Is(0), "renameat2: RENAME_EXCHANGE, file";

    // The older calls.
    #[only(x86_64)]
    FRESH();
    #[only(x86_64)]
    FOLDER();
    #[only(x86_64)]
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    #[only(x86_64)]
    LINK([*b"a\0"], [*b"b\0"])                      => Is(0), "second name";
    #[only(x86_64)]
    FSTAT(3, &STAT);
    #[only(x86_64)]
    GET32(&STAT + ST_NLINK)                         => Is(2), "link: two links";
    #[only(x86_64)]
    RENAME([*b"b\0"], [*b"c\0"])                    => Is(0), "new name";
    #[only(x86_64)]
    NEWFSTATAT(AT_FDCWD, [*b"c\0"], &STAT, 0)       => Is(0), "rename: file has the new name";
    #[only(x86_64)]
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT, 0)       => Err(ENOENT), "rename: old name is gone";
    #[only(x86_64)]
    UNLINK([*b"a\0"])                               => Is(0), "one of two names";
    #[only(x86_64)]
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Err(ENOENT), "unlink: name is removed";
    #[only(x86_64)]
    FSTAT(3, &STAT);
    #[only(x86_64)]
    GET32(&STAT + ST_NLINK)                         => Is(1), "unlink: one link less";
};

const NEGATIVE: Table = rows! {
    // Files a and d/a, directories d and e.
    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"e\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"d/a\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"a\0"], 0)     => Err(EEXIST), "file onto itself";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"d/a\0"], 0)   => Err(EEXIST), "file that exists";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"d\0"], 0)     => Err(EEXIST), "directory that exists";
    LINKAT(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"b\0"], 0)     => Err(EPERM), "directory";
    LINKAT(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"c\0"], 0)     => Err(ENOENT), "missing file";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b/c\0"], 0)   => Err(ENOENT), "missing directory";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"\0"], 0)      => Err(ENOENT), "empty new path";
    LINKAT(AT_FDCWD, [*b"\0"], AT_FDCWD, [*b"b\0"], 0)      => Err(ENOENT), "empty path";
    LINKAT(AT_FDCWD, [*b"a/b\0"], AT_FDCWD, [*b"b\0"], 0)
        => Err(ENOTDIR), "file in place of a directory";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"a/b\0"], 0)
        => Err(ENOTDIR), "file in place of a new directory";
    LINKAT(3, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0)
        => Err(ENOTDIR), "path below the descriptor of a file";
    LINKAT(-1, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0)           => Err(EBADF), "descriptor -1";
    LINKAT(AT_FDCWD, [*b"a\0"], -1, [*b"b\0"], 0)           => Err(EBADF), "new descriptor -1";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 1)     => Err(EINVAL), "unknown flag";
    LINKAT(AT_FDCWD, 8, AT_FDCWD, [*b"b\0"], 0)             => Err(EFAULT), "unmapped path";
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, 8, 0)             => Err(EFAULT), "unmapped new path";
    FSTAT(3, &STAT);
    GET32(&STAT + ST_NLINK)                 => Is(1), "linkat: errors make no link";
    UNLINKAT(AT_FDCWD, [*b"b\0"], 0)                => Err(ENOENT), "missing file";
    UNLINKAT(AT_FDCWD, [*b"\0"], 0)                 => Err(ENOENT), "empty path";
    UNLINKAT(AT_FDCWD, [*b"a/b\0"], 0)          => Err(ENOTDIR), "file in place of a directory";
    UNLINKAT(3, [*b"b\0"], 0) => Err(ENOTDIR), "path below the descriptor of a file";
    UNLINKAT(-1, [*b"b\0"], 0)                      => Err(EBADF), "descriptor -1";
    UNLINKAT(AT_FDCWD, 8, 0)                        => Err(EFAULT), "unmapped path";
    #[only(x86_64)]
    LINK([*b"a\0"], [*b"d/a\0"])                    => Err(EEXIST), "file that exists";
    #[only(x86_64)]
    LINK([*b"b\0"], [*b"c\0"])                      => Err(ENOENT), "missing file";
    #[only(x86_64)]
    LINK([*b"d\0"], [*b"b\0"])                      => Err(EPERM), "directory";
    #[only(x86_64)]
    UNLINK([*b"b\0"])                               => Err(ENOENT), "missing file";
    #[only(x86_64)]
    UNLINK([*b"d\0"])                               => Either(EISDIR, EPERM), "directory";
    #[only(x86_64)]
    UNLINK([*b"a/b\0"])                         => Err(ENOTDIR), "file in place of a directory";
    #[only(x86_64)]
    UNLINK(8)                                       => Err(EFAULT), "unmapped path";

    FRESH();
    FOLDER();
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    MKDIRAT(AT_FDCWD, [*b"e\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    OPENAT(AT_FDCWD, [*b"d/a\0"], O_RDWR | O_CREAT, 0o600) => Is(4);
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"d\0"], 0)  => Err(EISDIR), "file over a directory";
    RENAMEAT2(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"a\0"], 0) => Err(ENOTDIR), "directory over a file";
    RENAMEAT2(AT_FDCWD, [*b"e\0"], AT_FDCWD, [*b"d\0"], 0)
        => Either(ENOTEMPTY, EEXIST), "directory over one in use";
    RENAMEAT2(AT_FDCWD, [*b"d\0"], AT_FDCWD, [*b"d/e\0"], 0)
        => Err(EINVAL), "directory into itself";
    RENAMEAT2(AT_FDCWD, [*b"b\0"], AT_FDCWD, [*b"a\0"], 0)  => Err(ENOENT), "missing file";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b/c\0"], 0) => Err(ENOENT), "missing directory";
    RENAMEAT2(AT_FDCWD, [*b"\0"], AT_FDCWD, [*b"b\0"], 0)   => Err(ENOENT), "empty path";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"\0"], 0)   => Err(ENOENT), "empty new path";
    RENAMEAT2(AT_FDCWD, [*b"a/b\0"], AT_FDCWD, [*b"b\0"], 0)
        => Err(ENOTDIR), "file in place of a directory";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"a/b\0"], 0)
        => Err(ENOTDIR), "file in place of a new directory";
    RENAMEAT2(3, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0)
        => Err(ENOTDIR), "path below the descriptor of a file";
    RENAMEAT2(-1, [*b"a\0"], AT_FDCWD, [*b"b\0"], 0)        => Err(EBADF), "descriptor -1";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], -1, [*b"b\0"], 0)        => Err(EBADF), "new descriptor -1";
    RENAMEAT2(AT_FDCWD, 8, AT_FDCWD, [*b"b\0"], 0)          => Err(EFAULT), "unmapped path";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, 8, 0)          => Err(EFAULT), "unmapped new path";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"d/a\0"], RENAME_NOREPLACE)
        => Err(EEXIST), "RENAME_NOREPLACE, file that exists";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], RENAME_EXCHANGE)
        => Err(ENOENT), "RENAME_EXCHANGE, missing file";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], RENAME_NOREPLACE | RENAME_EXCHANGE)
        => Err(EINVAL), "RENAME_NOREPLACE and RENAME_EXCHANGE";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b\0"], 8) => Err(EINVAL), "unknown flag";
    RENAMEAT2(AT_FDCWD, [*b"d/.\0"], AT_FDCWD, [*b"b\0"], 0) => Either(EBUSY, EINVAL), "dot";
    RENAMEAT2(AT_FDCWD, [*b"e\0"], AT_FDCWD, [*b"d/..\0"], 0)
        => Either(EBUSY, EINVAL), "onto dot dot";
    NEWFSTATAT(AT_FDCWD, [*b"d/a\0"], &STAT, 0) => Is(0), "renameat2: errors keep the directory";
    NEWFSTATAT(AT_FDCWD, [*b"a\0"], &STAT, 0)       => Is(0), "renameat2: errors keep the file";
    #[only(x86_64)]
    RENAME([*b"a\0"], [*b"d\0"])                    => Err(EISDIR), "file over a directory";
    #[only(x86_64)]
    RENAME([*b"d\0"], [*b"a\0"])                    => Err(ENOTDIR), "directory over a file";
    #[only(x86_64)]
    RENAME([*b"e\0"], [*b"d\0"]) => Either(ENOTEMPTY, EEXIST), "directory over one in use";
    #[only(x86_64)]
    RENAME([*b"d\0"], [*b"d/e\0"])                  => Err(EINVAL), "directory into itself";
    #[only(x86_64)]
    RENAME([*b"b\0"], [*b"a\0"])                    => Err(ENOENT), "missing file";
    #[only(x86_64)]
    RENAME(8, [*b"b\0"])                            => Err(EFAULT), "unmapped path";
};

const BOUNDARY: Table = shared_rows! {
    // Slashes behind names.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    MKDIRAT(AT_FDCWD, [*b"d//\0"], 0o700)           => Is(0), "slashes behind a new directory";
    NEWFSTATAT(AT_FDCWD, [*b"d/./.././/d/\0"], &STAT, 0)
        => Is(0), "mkdirat: dots and slashes in a path";
    RENAMEAT2(AT_FDCWD, [*b"d/\0"], AT_FDCWD, [*b"e/\0"], 0) => Is(0), "slashes behind directories";
    LINKAT(AT_FDCWD, [*b"a/\0"], AT_FDCWD, [*b"b\0"], 0)    => Err(ENOTDIR), "slash behind a file";
    RENAMEAT2(AT_FDCWD, [*b"a/\0"], AT_FDCWD, [*b"b\0"], 0) => Err(ENOTDIR), "slash behind a file";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, [*b"b/\0"], 0)
        => Err(ENOTDIR), "slash behind a new file";
    UNLINKAT(AT_FDCWD, [*b"a/\0"], 0)               => Err(ENOTDIR), "slash behind a file";
    UNLINKAT(AT_FDCWD, [*b"a/.\0"], 0)              => Err(ENOTDIR), "dot behind a file";
    UNLINKAT(AT_FDCWD, [*b"b/../a\0"], 0) => Err(ENOENT), "dots behind a missing directory";
    UNLINKAT(AT_FDCWD, [*b"e/\0"], AT_REMOVEDIR)    => Is(0), "slash behind a directory";

    // The longest path: a dot, slashes, and d.
    FRESH();
    FOLDER();
    FILL(&BUF, b'/', 4096);
    PUT8(&BUF, b'.');
    PUT8(&BUF + 4094, b'd');
    PUT8(&BUF + 4095, 0);
    MKDIRAT(AT_FDCWD, &BUF, 0o700)                  => Is(0), "PATH_MAX";
    NEWFSTATAT(AT_FDCWD, [*b"d\0"], &STAT, 0) => Is(0), "mkdirat: directory of the longest path";
    RENAMEAT2(AT_FDCWD, &BUF, AT_FDCWD, [*b"e\0"], 0) => Is(0), "PATH_MAX";
    RENAMEAT2(AT_FDCWD, [*b"e\0"], AT_FDCWD, &BUF, 0) => Is(0), "PATH_MAX of the new path";
    UNLINKAT(AT_FDCWD, &BUF, AT_REMOVEDIR)          => Is(0), "PATH_MAX";
    FILL(&BUF + 4094, b'/', 2);
    MKDIRAT(AT_FDCWD, &BUF, 0o700)                  => Err(ENAMETOOLONG), "PATH_MAX + 1";
    UNLINKAT(AT_FDCWD, &BUF, 0)                     => Err(ENAMETOOLONG), "PATH_MAX + 1";
    LINKAT(AT_FDCWD, &BUF, AT_FDCWD, [*b"b\0"], 0)  => Err(ENAMETOOLONG), "PATH_MAX + 1";
    RENAMEAT2(AT_FDCWD, &BUF, AT_FDCWD, [*b"b\0"], 0) => Err(ENAMETOOLONG), "PATH_MAX + 1";

    // The longest name: 255 letters.
    FRESH();
    FOLDER();
    FILL(&BUF, b'j', 256);
    PUT8(&BUF + 256, 0);
    MKDIRAT(AT_FDCWD, &BUF, 0o700)                  => Err(ENAMETOOLONG), "NAME_MAX + 1";
    UNLINKAT(AT_FDCWD, &BUF, 0)                     => Err(ENAMETOOLONG), "NAME_MAX + 1";
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Is(3);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, &BUF, 0)  => Err(ENAMETOOLONG), "NAME_MAX + 1";
    RENAMEAT2(AT_FDCWD, [*b"a\0"], AT_FDCWD, &BUF, 0) => Err(ENAMETOOLONG), "NAME_MAX + 1";
    PUT8(&BUF + 255, 0);
    UNLINKAT(AT_FDCWD, &BUF, 0)                     => AtLeast(-4095);
    LINKAT(AT_FDCWD, [*b"a\0"], AT_FDCWD, &BUF, 0)  => Is(0), "NAME_MAX";
    NEWFSTATAT(AT_FDCWD, &BUF, &STAT, 0)            => Is(0), "linkat: name of NAME_MAX is there";
    OPENAT(AT_FDCWD, [*b".\0"], O_RDONLY, 0)        => Is(4);
    GETDENTS64(4, &BUF2, 4096)                      => Is(352), "NAME_MAX";
    UNLINKAT(AT_FDCWD, &BUF, 0)                     => Is(0), "NAME_MAX";
    NEWFSTATAT(AT_FDCWD, &BUF, &STAT, 0)    => Err(ENOENT), "unlinkat: name of NAME_MAX is gone";
};
