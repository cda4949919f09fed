//! Faults in the attributes of files: `struct stat` of x86-64, access, times.

use crate::table::prelude::*;

faults! {
    SYS_newfstatat "newfstatat" {
        "permissions-lost" ResultAltered exit [OK] [clear(word(2, 24), 0o777)]
            "st_mode: the permissions of the file";
        "one-link" ResultAltered exit [OK] [out(long(2, 16), 1)]
            "st_nlink: the number of hard links to the file";
        "inode-lost" ResultAltered exit [OK] [out(long(2, 8), 1)]
            "st_ino: the file serial number";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the value of the flag argument is not valid";
        "empty-path-unknown" FalseError entry [has(3, AT_EMPTY_PATH)] [fail(EINVAL)]
            "AT_EMPTY_PATH (Linux): an empty path names the file of the descriptor";
        "overruns" ResultAltered exit [OK] [fill(2, 144, 8, 0)]
            "stat(2): struct stat has 144 bytes";
        "unmapped-result-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT (Linux): the result is not mapped";
    }
    SYS_fstat "fstat" {
        "file-type-lost" ResultAltered entry [On(0, Regular)] exit [OK]
            [clear(word(1, 24), 0o170_000)]
            "st_mode: the type of the file";
        "removed-has-a-link" ResultAltered exit [OK, After(long(1, 16), Eq(0))]
            [out(long(1, 16), 1)]
            "st_nlink: the number of hard links to the file";
        "status-time-is-modification-time" ResultAltered exit [OK]
            [Out(long(1, 104), Set(M(long(1, 88)))), Out(long(1, 112), Set(M(long(1, 96))))]
            "st_ctim: the time of the last change of the status";
        "directory-refused" FalseError entry [On(0, Directory)] [fail(EBADF)]
            "fstat: any open descriptor will do";
    }
    SYS_stat "stat" {
        "mode-lost" ResultAltered exit [OK] [out(word(1, 24), 0)]
            "st_mode: the type and the permissions of the file";
        "loop-is-missing" WrongErrno exit [err(ELOOP)] [wrong(ENOENT)]
            "ELOOP: a loop exists in symbolic links";
    }
    SYS_lstat "lstat" {
        "follows-links" ArgumentChanged entry [names(0, S_IFLNK)]
            [Become(SYS_stat as u16, &[A(0), A(1)])]
            "lstat: returns information about the link itself";
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
    }
    SYS_access "access" {
        "mode-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the value of the amode argument is invalid";
        "execution-granted" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: the permission bits do not permit the requested access";
        "file-refused" FalseError exit [OK] [wrong(EACCES)]
            "access: returns 0 where the access is permitted";
    }
    SYS_faccessat "faccessat" {
        "permission-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: the permission bits do not permit the requested access";
        "refused-is-not-permitted" WrongErrno exit [err(EACCES)] [wrong(EPERM)]
            "EACCES: the permission bits do not permit the requested access";
    }
    SYS_utimensat "utimensat" {
        "no-times-refused" FalseError entry [null(2), given(1)] exit [OK] [wrong(EFAULT)]
            "utimensat: without times both become the current time";
        "no-path-refused" FalseError entry [null(1)] exit [OK] [wrong(EFAULT)]
            "utimensat(2): without a path the times of the file of dirfd are set";
        "seconds-of-32-bits" ArgumentChanged entry [given(2), Mem(long(2, 0), Gt(0xffff_ffff))]
            [Put(long(2, 0), And(0xffff_ffff))]
            "utimensat(2): seconds have 64 bits";
        "before-1970-is-1970" ArgumentChanged entry [given(2), Mem(long(2, 16), Lt(0))]
            [put(long(2, 16), 0)]
            "utimensat(2): seconds may be negative";
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "does-nothing" FalseSuccess entry [given(1), given(2), names_at(0, 1, S_IFREG)] [skip(0)]
            "utimensat: sets the times of the file";
        "closed-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
    }
    SYS_linkat "linkat" {
        "modification-time-moves" StateKept exit [OK]
            [Then(SYS_utimensat as u16, &[A(0), A(1), N(0), N(0)])]
            "link: marks the time of the last status change alone";
    }
}
