//! The calls that the suite `files` adds to those of the core suite.
//!
//! `stat` and `lstat` have the names that Linux gives its functions: `STAT` is a place of the
//! arena.

use super::{Call, Callee, Profile, syscalls};
use crate::abi::numbers::{generic, x86_64 as numbers};

syscalls! {
    /// The calls of PSE52 that the suite `files` adds.
    FILES_PSE52: Callee::Tested(Profile::Pse52);
    OPEN "open" 3;
    OPENAT "openat" 4;
    CREAT "creat" 2;
    LSEEK "lseek" 3;
    PREAD64 "pread64" 4;
    PWRITE64 "pwrite64" 4;
    TRUNCATE "truncate" 2;
    FTRUNCATE "ftruncate" 2;
    FSYNC "fsync" 1;
    FDATASYNC "fdatasync" 1;
    NEWSTAT = STAT "stat" 2;
    NEWFSTATAT "newfstatat" 4;
    ACCESS "access" 2;
    FACCESSAT "faccessat" 3;
    MKDIR "mkdir" 2;
    MKDIRAT "mkdirat" 3;
    RMDIR "rmdir" 1;
    UNLINK "unlink" 1;
    UNLINKAT "unlinkat" 3;
    RENAME "rename" 2;
    RENAMEAT2 "renameat2" 5;
    LINK "link" 2;
    LINKAT "linkat" 5;
    GETDENTS64 "getdents64" 3;
    UTIMENSAT "utimensat" 4;
    MSYNC "msync" 3;
}

syscalls! {
    /// The calls of PSE54 that the suite `files` adds.
    FILES_PSE54: Callee::Tested(Profile::Pse54);
    NEWLSTAT = LSTAT "lstat" 2;
    SYMLINK "symlink" 2;
    SYMLINKAT "symlinkat" 3;
    READLINK "readlink" 3;
    READLINKAT "readlinkat" 4;
    MKNODAT "mknodat" 4;
    FCHDIR "fchdir" 1;
    CHMOD "chmod" 2;
    FCHMOD "fchmod" 2;
    FCHMODAT "fchmodat" 3;
    FCHOWN "fchown" 3;
    FCHOWNAT "fchownat" 5;
    UMASK "umask" 1;
}

syscalls! {
    /// The calls of Linux alone that the suite `files` adds.
    FILES_LINUX: Callee::Tested(Profile::Linux);
    PREADV "preadv" 5;
    PWRITEV "pwritev" 5;
    FALLOCATE "fallocate" 4;
    STATX "statx" 5;
    FACCESSAT2 "faccessat2" 4;
    FLOCK "flock" 2;
    SENDFILE "sendfile" 4;
    COPY_FILE_RANGE "copy_file_range" 6;
    STATFS "statfs" 2;
    FSTATFS "fstatfs" 2;
    CLOSE_RANGE "close_range" 3;
    MEMFD_CREATE "memfd_create" 2;
}
