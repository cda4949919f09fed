//! Permissions, owners and links of files: `umask`, `chmod`, `fchmod`, `fchmodat`, `fchown`,
//! `fchownat`, `lstat`; what other calls do for permissions, symbolic links and FIFOs.
//!
//! Root has all permissions: a child process gives up what it has before it asks. Where the suite
//! is not root, its own files have no permissions for itself.

use super::attributes::{OLD, OLD_MTIME};
use super::opening::NEW;
use crate::families::status::FILE_TYPE;
use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "File modes",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A user without rights.
const NOBODY: i64 = 65534;

const POSITIVE: Table = rows! {
    {
        const MODE: Place = STAT.plus(ST_MODE as i16).half();
        const UID: Place = STAT.plus(ST_UID as i16).half();
        const GID: Place = STAT.plus(ST_GID as i16).half();
    }
    FRESH();
    FOLDER();
    UMASK(0o027)                       => AtLeast(0);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o777) => Keep(FD_A);
    FSTAT(*FD_A, &STAT)                => Is(0);
    AND(*MODE, 0o7777)                 => Is(0o750), "umask: mode of a new file";
    CHILD(0)                           => Keep(PID);
    UMASK(0)                           => Is(0o027);
    PARENT();
    REAP(*PID)                         => Is(0), "umask: mask from the parent";
    UMASK(0)                           => Is(0o027), "mask before";
    OPENAT(AT_FDCWD, [*b"b\0"], NEW, 0o666) => Keep(FD_B);
    FSTAT(*FD_B, &STAT)                => Is(0);
    AND(*MODE, 0o7777)                 => Is(0o666), "umask: mask 0";

    FCHMODAT(AT_FDCWD, [*b"a\0"], 0o040) => Is(0), "file";
    FSTAT(*FD_A, &STAT)                => Is(0);
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o040), "fchmodat: st_mode";
    FCHMOD(*FD_A, 0o4755)              => Is(0), "set-user-ID";
    FSTAT(*FD_A, &STAT)                => Is(0);
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o4755), "fchmod: st_mode";
    FCHOWN(*FD_A, *UID, *GID)          => Is(0), "owner as it is";
    FSTAT(*FD_A, &STAT2)               => Is(0);
    SAME(&STAT + ST_UID, &STAT2 + ST_UID, 8) => Is(0), "fchown: owner";
    FSTAT(*FD_A, &STAT)                => Is(0);
    AND(*MODE, 0o7777)                 => Is(0o755), "fchown: set-user-ID is cleared";
    FCHOWNAT(AT_FDCWD, [*b"a\0"], *UID, -1, 0) => Is(0), "owner as it is";
    FCHMOD(*FD_A, 0)                   => Is(0), "open file";
    PWRITE64(*FD_A, [*b"hello"], 5, 0) => Is(5), "fchmod: open file stays open";
    #[only(x86_64)]
    CHMOD([*b"a\0"], 0o604)            => Is(0), "file";
    #[only(x86_64)]
    NEWLSTAT([*b"a\0"], &STAT)         => Is(0), "file";
    #[only(x86_64)]
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o604), "chmod: st_mode";

    FRESH();
    FOLDER();
    WATCH();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    FSTAT(*FD_A, &STAT)                => Is(0);
    PAIR(&TIME, 0, 25_000_000);
    NANOSLEEP(&TIME, 0)                => Is(0);
    FCHMOD(*FD_A, 0o640)               => Is(0);
    FSTAT(*FD_A, &STAT2)               => Is(0);
    SAME(&STAT + ST_CTIM, &STAT2 + ST_CTIM, 16) => AtLeast(1), "fchmod: st_ctim moves";
    SAME(&STAT + ST_ATIM, &STAT2 + ST_ATIM, 32) => Is(0), "fchmod: other times are kept";
    NANOSLEEP(&TIME, 0)                => Is(0);
    FCHOWN(*FD_A, *UID, -1)            => Is(0);
    FSTAT(*FD_A, &STAT)                => Is(0);
    SAME(&STAT + ST_CTIM, &STAT2 + ST_CTIM, 16) => AtLeast(1), "fchown: st_ctim moves";

    // b is a link to a.
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"b\0"]);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    UTIMENSAT(AT_FDCWD, [*b"b\0"], [OLD], AT_SYMLINK_NOFOLLOW) => Is(0), "link itself";
    TRUNCATE([*b"b\0"], 2)             => Is(0), "file of a link";
    FCHMODAT(AT_FDCWD, [*b"b\0"], 0o640) => Is(0), "file of a link";
    FACCESSAT(AT_FDCWD, [*b"b\0"], R_OK) => Is(0), "file of a link";
    NEWFSTATAT(AT_FDCWD, [*b"b\0"], &STAT, AT_SYMLINK_NOFOLLOW) => Is(0);
    GET64(&STAT + ST_MTIM)             => Is(OLD_MTIME), "utimensat: st_mtim of a link";
    FSTAT(*FD_A, &STAT)                => Is(0);
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o640), "fchmodat: st_mode by a link";
    GET64(&STAT + ST_SIZE)             => Is(2), "truncate: size by a link";
    GET64(&STAT + ST_MTIM)             => AtLeast(OLD_MTIME + 1), "utimensat: file of the link";
    #[only(x86_64)]
    NEWLSTAT([*b"b\0"], &STAT)         => Is(0), "link itself";
    #[only(x86_64)]
    AND(*MODE, FILE_TYPE)              => Is(S_IFLNK), "lstat: S_IFLNK";
};

const NEGATIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    FCHMODAT(AT_FDCWD, [*b"b\0"], 0)   => Err(ENOENT), "missing file";
    FCHMODAT(AT_FDCWD, [*b"\0"], 0)    => Err(ENOENT), "empty path";
    FCHMODAT(AT_FDCWD, [*b"a/b\0"], 0) => Err(ENOTDIR), "file in place of a directory";
    FCHMODAT(*FD_A, [*b"b\0"], 0)      => Err(ENOTDIR), "path below the descriptor of a file";
    FCHMODAT(-1, [*b"a\0"], 0)         => Err(EBADF), "descriptor -1";
    FCHMODAT(AT_FDCWD, 8, 0)           => Err(EFAULT), "unmapped path";
    // Where the kernel closes nothing, this is the root that an earlier script has opened.
    FCHMOD(9, 0o755)                   => Err(EBADF), "closed descriptor";
    FCHOWN(9, -1, -1)                  => Err(EBADF), "closed descriptor";
    FCHOWNAT(AT_FDCWD, [*b"b\0"], -1, -1, 0) => Err(ENOENT), "missing file";
    FCHOWNAT(AT_FDCWD, [*b"\0"], -1, -1, 0) => Err(ENOENT), "empty path";
    FCHOWNAT(AT_FDCWD, [*b"a/b\0"], -1, -1, 0) => Err(ENOTDIR), "file in place of a directory";
    FCHOWNAT(-1, [*b"a\0"], -1, -1, 0) => Err(EBADF), "descriptor -1";
    FCHOWNAT(AT_FDCWD, [*b"a\0"], -1, -1, 1) => Err(EINVAL), "unknown flag";
    FCHOWNAT(AT_FDCWD, 8, -1, -1, 0)   => Err(EFAULT), "unmapped path";
    #[only(x86_64)]
    CHMOD([*b"b\0"], 0)                => Err(ENOENT), "missing file";

    // Links to each other.
    FRESH();
    FOLDER();
    WATCH();
    SYMLINKAT([*b"b\0"], AT_FDCWD, [*b"a\0"]);
    SYMLINKAT([*b"a\0"], AT_FDCWD, [*b"b\0"]);
    FACCESSAT(AT_FDCWD, [*b"a\0"], 0)  => Err(ELOOP), "loop of links";
    TRUNCATE([*b"a\0"], 0)             => Err(ELOOP), "loop of links";
    UTIMENSAT(AT_FDCWD, [*b"a\0"], 0, 0) => Err(ELOOP), "loop of links";
    FCHMODAT(AT_FDCWD, [*b"a\0"], 0)   => Err(ELOOP), "loop of links";
    FCHOWNAT(AT_FDCWD, [*b"a\0"], -1, -1, 0) => Err(ELOOP), "loop of links";

    // Permissions that are missing.
    FRESH();
    FOLDER();
    FCHMODAT(AT_FDCWD, [*b".\0"], 0o755);
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => AtLeast(3);
    FCHMODAT(AT_FDCWD, [*b"a\0"], 0o311) => Is(0);
    OPENAT(AT_FDCWD, [*b"b\0"], NEW, 0o600) => AtLeast(3);
    FCHMODAT(AT_FDCWD, [*b"b\0"], 0o444) => Is(0);
    MKDIRAT(AT_FDCWD, [*b"d\0"], 0o700);
    OPENAT(AT_FDCWD, [*b"d/a\0"], NEW, 0o666) => AtLeast(3);
    FCHMODAT(AT_FDCWD, [*b"d\0"], 0o444) => Is(0);
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Err(EACCES);
    PARENT();
    REAP(*PID)                         => Is(0), "openat: permission to read is needed";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    OPENAT(AT_FDCWD, [*b"b\0"], O_WRONLY, 0) => Err(EACCES);
    PARENT();
    REAP(*PID)                         => Is(0), "openat: permission to write is needed";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    OPENAT(AT_FDCWD, [*b"d/a\0"], 0, 0) => Err(EACCES);
    PARENT();
    REAP(*PID)                         => Is(0), "openat: permission to search is needed";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    FACCESSAT(AT_FDCWD, [*b"b\0"], W_OK) => Err(EACCES);
    PARENT();
    REAP(*PID)                         => Is(0), "faccessat: permission to write is needed";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    TRUNCATE([*b"b\0"], 0)             => Err(EACCES);
    PARENT();
    REAP(*PID)                         => Is(0), "truncate: permission to write is needed";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    FCHOWNAT(AT_FDCWD, [*b"b\0"], 1, -1, 0) => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "fchownat: permission is needed";
};

const BOUNDARY: Table = rows! {
    {
        const MODE: Place = STAT.plus(ST_MODE as i16).half();
    }
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], NEW, 0o600) => Keep(FD_A);
    FCHMOD(*FD_A, S_IFDIR | 0o640)     => Is(0), "file type in the mode";
    FSTAT(*FD_A, &STAT)                => Is(0);
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o640), "fchmod: file type is kept";
    UMASK(0o7777)                      => AtLeast(0);
    UMASK(0)                           => Is(0o777), "bits of permissions alone";
    UNLINKAT(AT_FDCWD, [*b"a\0"], 0);
    FCHMOD(*FD_A, 0o604)               => Is(0), "file without a name";
    FSTAT(*FD_A, &STAT)                => Is(0);
    MINUS(*MODE, 0)                    => Is(S_IFREG | 0o604),
        "fchmod: st_mode of a file without a name";
    FILL(&BUF, b'a', 256);
    PUT8(&BUF + 256, 0);
    FCHMODAT(AT_FDCWD, &BUF, 0)        => Err(ENAMETOOLONG), "NAME_MAX + 1";
};
