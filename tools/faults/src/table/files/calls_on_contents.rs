//! Faults of calls on files, across the families: permissions, times, contents and copies.

use crate::table::prelude::*;

/// `tv_nsec` for the current time, and for no change, utimensat(2).
const UTIME_NOW: i64 = 0x3fff_ffff;
const UTIME_OMIT: i64 = 0x3fff_fffe;

faults! {
    SYS_chmod "chmod" {
        "does-nothing" FalseSuccess entry [] [skip(0)]
            "chmod: changes the permissions";
    }
    SYS_fchmod "fchmod" {
        "does-nothing" FalseSuccess entry [On(0, Regular)] [skip(0)]
            "fchmod: changes the permissions";
        "special-bits-lost" ArgumentChanged entry [On(0, Regular)] [Arg(1, And(0o777))]
            "fchmod: S_ISUID, S_ISGID and S_ISVTX are set too";
    }
    SYS_fchmodat "fchmodat" {
        "does-nothing" FalseSuccess entry [names_at(0, 1, S_IFREG)] [skip(0)]
            "fchmodat: changes the permissions";
        "mask-applied" ArgumentChanged entry [] [Arg(2, And(!0o077))]
            "chmod: the file mode creation mask has no effect";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "directory-ignored" ArgumentChanged entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "fchmodat: a relative path begins in the directory of fd";
    }
    SYS_fchown "fchown" {
        "does-nothing" FalseSuccess entry [On(0, Regular)] [skip(0)]
            "fchown: changes the user and the group";
    }
    SYS_fchownat "fchownat" {
        "does-nothing" FalseSuccess entry [] [skip(0)]
            "fchownat: changes the user and the group";
        "stranger-succeeds" FalseSuccess exit [err(EPERM)] [ret(0)]
            "EPERM: the process may not give the file away";
    }
    SYS_umask "umask" {
        "returns-the-new-mask" ResultAltered exit [OK] [Ret(Set(A(0)))]
            "umask: returns the previous mask";
        "other-bits-kept" ResultAltered exit [OK] [Ret(Or(0o1000))]
            "umask: other bits than those of permissions are ignored";
        "does-nothing" FalseSuccess entry [] [arg(0, 0o022)]
            "umask: sets the file mode creation mask";
    }
    SYS_utimensat "utimensat" {
        "now-is-zero" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Eq(UTIME_NOW))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "UTIME_NOW: the time becomes the current one";
        "omit-is-zero" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Eq(UTIME_OMIT))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "UTIME_OMIT: the time is not changed";
        "nanoseconds-lost" ArgumentChanged
            entry [given(2), Mem(long(2, 8), Lt(SECOND))] [put(long(2, 8), 0)]
            "utimensat: sets the times with the resolution of nanoseconds";
        "access-time-for-both" ArgumentChanged
            entry [given(2)]
            [Put(long(2, 16), Set(M(long(2, 0)))), Put(long(2, 24), Set(M(long(2, 8))))]
            "utimensat: times[1] is the time of modification";
        "invalid-nanoseconds-succeed" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: a value of tv_nsec is not valid";
        "follows-the-last-link" FlagDropped
            entry [has(3, AT_SYMLINK_NOFOLLOW)] [drop(3, AT_SYMLINK_NOFOLLOW)]
            "AT_SYMLINK_NOFOLLOW: the times of the link are changed";
    }
    SYS_write "write" {
        "modification-time-stays" StateKept
            entry [On(0, Regular)]
            exit [SOME] [Then(SYS_utimensat as u16, &[A(0), N(0), Bytes(&[0; 32]), N(0)])]
            "write: marks the time of the last data modification for update";
        "append-at-the-offset" FlagDropped
            entry [On(0, Regular), opened(0, O_APPEND)]
            [First(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(0)])]
            exit [Then(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(O_APPEND as i64)])]
            "O_APPEND: the offset is set to the end of the file before each write";
        "file-written-twice" StateKept entry [On(0, Regular)] exit [SOME] [Again]
            "write: writes nbyte bytes and advances the offset by their number";
        "no-sigxfsz" StateKept signal [Signo(Eq(SIGXFSZ as i64))] [Drop]
            "EFBIG: SIGXFSZ is generated for the thread";
        "too-large-succeeds" FalseSuccess entry [] exit [err(EFBIG)] [Ret(Set(A(2)))]
            "EFBIG: the write would exceed the limit of the size of files";
    }
    SYS_read "read" {
        "directory-succeeds" FalseSuccess exit [err(EISDIR)] [ret(0)]
            "EISDIR (Linux): the descriptor refers to a directory";
        "file-offset-stays" StateKept
            entry [On(0, Regular)] exit [SOME] [Then(SYS_lseek as u16, &[A(0), N(0), N(0)])]
            "read: the file offset is incremented by the number of bytes read";
        "file-ends-early" ShortCount entry [On(0, Regular)] exit [Got(Gt(1))] [Ret(Add(-1))]
            "read: returns as many bytes as are there before the end of a file";
    }
    SYS_sendfile "sendfile" {
        "offset-not-written" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 8)]
            "sendfile(2): offset is set to the byte after the last one read";
        "moves-the-offset" StateKept
            entry [given(2)] exit [SOME] [Then(SYS_lseek as u16, &[A(1), R, N(SEEK_CUR as i64)])]
            "sendfile(2): with an offset that of the file is not changed";
        "offset-dropped" ArgumentChanged entry [given(2)] [arg(2, 0)]
            "sendfile(2): offset is where the reading begins";
        "half-the-bytes" ShortCount entry [Reg(3, Gt(1))] [Arg(3, Div(2))]
            "sendfile(2): copies count bytes where they are there";
    }
    SYS_copy_file_range "copy_file_range" {
        "offset-not-written" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 8)]
            "copy_file_range(2): off_in is adjusted by the bytes copied";
        "flags-ignored" MissingCheck entry [Int(5, Ne(0))] [arg(5, 0)]
            "copy_file_range(2): EINVAL where flags is not 0";
        "half-the-bytes" ShortCount entry [Reg(4, Gt(1))] [Arg(4, Div(2))]
            "copy_file_range(2): copies size bytes where they are there";
        "offset-dropped" ArgumentChanged entry [given(1)] [arg(1, 0)]
            "copy_file_range(2): off_in is where the reading begins";
    }
    SYS_prlimit64 "prlimit64" {
        "file-size-not-set" FalseSuccess entry [is(1, RLIMIT_FSIZE as i32), given(2)] [arg(2, 0)]
            "RLIMIT_FSIZE: the limit of the size of files";
    }
    SYS_openat "openat" {
        "through-links-refused" FalseError
            entry [lacks(2, O_NOFOLLOW), lacks(2, O_PATH)] [add(2, O_NOFOLLOW)]
            "open: a symbolic link is followed";
        "read-only-is-writable" ArgumentChanged
            entry [Int(2, Bits(3, 0)), names_at(0, 1, S_IFREG)] [add(2, O_RDWR)]
            "O_RDONLY: the file is open for reading only";
        "directory-file-descriptor-ignored" ArgumentChanged
            entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "openat: a relative path begins in the directory of fd";
        "permission-unchecked" FalseSuccess exit [err(EACCES)] [ret(60)]
            "EACCES: the permissions of the file do not permit the access";
        "existing-truncated" ArgumentChanged
            entry [has(2, O_CREAT), lacks(2, O_TRUNC), lacks(2, O_EXCL), Int(2, Any(3))]
            [add(2, O_TRUNC)]
            "open: without O_TRUNC the contents are kept";
    }
    SYS_close "close" {
        "last-file-descriptor-leaks" StateKept
            entry [On(0, Regular)] [First(SYS_dup as u16, &[A(0)])]
            "close: the descriptor is free for open";
    }
}
