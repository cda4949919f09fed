//! Faults of files between processes.

use crate::table::prelude::*;

faults! {
    SYS_mprotect "mprotect" {
        "read-only-file-becomes-writable" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: the mapped file does not permit the access";
        "private-file-refused" FalseError entry [is(2, PROT_READ | PROT_WRITE)] exit [OK]
            [wrong(EACCES)]
            "EACCES: only for a shared mapping";
    }
    SYS_chdir "chdir" {
        "permission-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: search permission is denied";
        "permission-is-missing" WrongErrno exit [err(EACCES)] [wrong(ENOENT)]
            "EACCES: search permission is denied";
    }
    SYS_mkdirat "mkdirat" {
        "permission-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: search or write permission is denied";
        "write-permission-is-read-only" WrongErrno entry [path(1, "e/a")] exit [err(EACCES)]
            [wrong(EROFS)]
            "EACCES: write permission is denied on the parent directory";
    }
    SYS_unlinkat "unlinkat" {
        "permission-is-missing" WrongErrno exit [err(EACCES)] [wrong(ENOENT)]
            "EACCES: search permission is denied";
    }
    SYS_openat "openat" {
        "directory-readable-by-all" MissingCheck entry [path(1, "d")] exit [err(EACCES)] [ret(60)]
            "EACCES: read permission is denied";
        "directory-writable-by-all" MissingCheck entry [path(1, "e/a")] exit [err(EACCES)]
            [ret(60)]
            "EACCES: write permission is denied on the parent directory";
    }
    SYS_renameat2 "renameat2" {
        "new-directory-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: write permission is denied on a directory";
    }
    SYS_clone "clone" {
        "working-directory-shared" StateKept for "chdir" entry [lacks(0, CLONE_VM)]
            [add(0, CLONE_FS)]
            "fork: the child has a working directory of its own";
        "working-directory-is-the-root" StateKept for "chdir" entry [lacks(0, CLONE_VM)]
            exit [SOME] [InChild(&[Then(SYS_chdir as u16, &[Bytes(b"/\0")])])]
            "fork: the child has the parent's working directory";
        "record-locks-inherited" StateKept for "fcntl" entry [lacks(0, CLONE_VM)]
            exit [SOME] [ThenEach(SYS_fcntl as u16, &[N(F_SETLK as i64), Bytes(&UNLOCK)])]
            "fork: the parent keeps its locks";
    }
}

/// `struct flock` that releases every byte.
const UNLOCK: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = F_UNLCK as u8;
    bytes
};
