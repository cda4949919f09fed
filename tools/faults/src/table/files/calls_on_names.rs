//! Faults of calls on files, across the families: offsets, sizes, status and access.

use crate::table::prelude::*;

faults! {
    SYS_lseek "lseek" {
        "current-from-the-beginning" ArgumentChanged entry [is(2, SEEK_CUR)] [arg(2, 0)]
            "SEEK_CUR: the offset is the current one plus offset";
        "end-from-the-offset" ArgumentChanged entry [is(2, SEEK_END)] [arg(2, SEEK_CUR as i64)]
            "SEEK_END: the offset is the size of the file plus offset";
        "negative-result-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the resulting file offset would be negative";
        "pipe-succeeds" FalseSuccess exit [err(ESPIPE)] [ret(0)]
            "ESPIPE: the descriptor is associated with a pipe, FIFO or socket";
        "pipe-is-invalid" WrongErrno exit [err(ESPIPE)] [wrong(EINVAL)]
            "ESPIPE: the descriptor is associated with a pipe, FIFO or socket";
        "unknown-whence-succeeds" MissingCheck entry [above(2, 4)] [skip(0)]
            "EINVAL: the whence argument is not a proper value";
        "result-in-32-bits" ResultAltered exit [Got(Gt(0xffff_ffff))] [Ret(And(0xffff_ffff))]
            "lseek: returns the resulting offset";
        "failed-call-moves" StateKept
            exit [err(EINVAL)] [Then(SYS_lseek as u16, &[A(0), N(0), N(0)])]
            "lseek: the file offset is unchanged on an error";
    }
    SYS_pread64 "pread64" {
        "moves-the-offset" StateKept
            entry [] exit [SOME] [Then(SYS_lseek as u16, &[A(0), R, N(SEEK_CUR as i64)])]
            "pread: reads without changing the file offset";
        "offset-ignored" ArgumentChanged entry [] [Become(SYS_read as u16, &[A(0), A(1), A(2)])]
            "pread: reads from the position in offset";
        "negative-offset-succeeds" MissingCheck entry [Reg(3, Lt(0))] [skip(0)]
            "EINVAL: the offset is negative";
        "pipe-succeeds" FalseSuccess exit [err(ESPIPE)] [ret(0)]
            "ESPIPE: the descriptor is associated with a pipe, FIFO or socket";
        "write-only-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open for reading";
        "one-byte-at-a-time" ShortCount entry [Reg(2, Gt(1))] [arg(2, 1)]
            "read: returns as many bytes as are there before the end of a file";
    }
    SYS_pwrite64 "pwrite64" {
        "moves-the-offset" StateKept
            entry [] exit [SOME] [Then(SYS_lseek as u16, &[A(0), R, N(SEEK_CUR as i64)])]
            "pwrite: writes without changing the file offset";
        "offset-ignored" ArgumentChanged entry [] [Become(SYS_write as u16, &[A(0), A(1), A(2)])]
            "pwrite: writes at the position in offset";
        "pipe-succeeds" FalseSuccess exit [err(ESPIPE)] [ret(0)]
            "ESPIPE: the descriptor is associated with a pipe, FIFO or socket";
        "read-only-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open for writing";
        "last-byte-lost" ShortCount entry [Reg(2, Gt(1))] [Arg(2, Add(-1))]
            "write: writes nbyte bytes to a regular file with room";
    }
    SYS_preadv "preadv" {
        "first-buffer-alone" ShortCount entry [Int(2, Gt(1))] [arg(2, 1)]
            "preadv(2): fills the buffers in order";
        "moves-the-offset" StateKept
            entry [] exit [SOME] [Then(SYS_lseek as u16, &[A(0), R, N(SEEK_CUR as i64)])]
            "preadv(2): the file offset is not changed";
    }
    SYS_pwritev "pwritev" {
        "first-buffer-alone" ShortCount entry [Int(2, Gt(1))] [arg(2, 1)]
            "pwritev(2): writes the buffers in order";
        "moves-the-offset" StateKept
            entry [] exit [SOME] [Then(SYS_lseek as u16, &[A(0), R, N(SEEK_CUR as i64)])]
            "pwritev(2): the file offset is not changed";
    }
    SYS_truncate "truncate" {
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "negative-length-succeeds" MissingCheck entry [Reg(1, Lt(0))] [skip(0)]
            "EINVAL: the length argument is less than 0";
        "does-nothing" FalseSuccess entry [names(0, S_IFREG), Reg(1, Gt(-1))] [skip(0)]
            "truncate: the file has the size length";
    }
    SYS_ftruncate "ftruncate" {
        "never-grows" FalseSuccess entry [Less(Of(0, Property::Size), A(1))] [skip(0)]
            "ftruncate: a shorter file is extended";
        "never-shrinks" FalseSuccess entry [Less(A(1), Of(0, Property::Size))] [skip(0)]
            "ftruncate: the data beyond length are discarded";
        "moves-the-offset" StateKept
            entry [] exit [OK] [Then(SYS_lseek as u16, &[A(0), N(0), N(0)])]
            "ftruncate: does not modify the file offset";
        "read-only-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the descriptor is not open for writing";
        "tail-is-not-zero" ResultAltered
            entry [Less(Of(0, Property::Size), A(1))]
            exit [OK] [Then(SYS_pwrite64 as u16, &[A(0), Bytes(b"x"), N(1), P(1, -1)])]
            "ftruncate: the extended area appears as if it were filled with zeros";
    }
    SYS_fallocate "fallocate" {
        "size-stays" FlagDropped entry [is(1, 0)] [arg(1, FALLOC_FL_KEEP_SIZE as i64)]
            "fallocate(2): the size becomes offset plus len where that is more";
        "keep-size-dropped" FlagDropped
            entry [has(1, FALLOC_FL_KEEP_SIZE)] [drop(1, FALLOC_FL_KEEP_SIZE)]
            "FALLOC_FL_KEEP_SIZE: the file size is not changed";
        "read-only-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF (Linux): the descriptor is not open for writing";
    }
    SYS_fsync "fsync" {
        "pipe-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the descriptor does not support synchronization";
        "closed-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "unsupported" FalseError entry [On(0, Regular)] [fail(EINVAL)]
            "fsync: transfers the data of the file";
    }
    SYS_fdatasync "fdatasync" {
        "pipe-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "EINVAL: the descriptor does not support synchronized I/O";
        "closed-succeeds" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "unsupported" FalseError entry [On(0, Regular)] [fail(EINVAL)]
            "fdatasync: transfers the data of the file";
    }
    SYS_newfstatat "newfstatat" {
        "follows-the-last-link" FlagDropped
            entry [has(3, AT_SYMLINK_NOFOLLOW)] [drop(3, AT_SYMLINK_NOFOLLOW)]
            "AT_SYMLINK_NOFOLLOW: the status of the link is returned";
        "does-not-follow" FlagDropped
            entry [lacks(3, AT_SYMLINK_NOFOLLOW)] [add(3, AT_SYMLINK_NOFOLLOW)]
            "stat: a symbolic link is followed";
        "size-lost" ResultAltered exit [OK] [out(long(2, 48), 0)]
            "stat: st_size is the size of a regular file in bytes";
        "links-always-one" ResultAltered exit [OK] [out(long(2, 16), 1)]
            "stat: st_nlink is the number of links to the file";
        "inode-always-one" ResultAltered exit [OK] [out(long(2, 8), 1)]
            "stat: st_ino and st_dev identify the file within the system";
        "type-lost" ResultAltered exit [OK] [clear(word(2, 24), S_IFMT as i64)]
            "stat: st_mode has the type of the file";
        "permissions-all" ResultAltered exit [OK] [set(word(2, 24), 0o777)]
            "stat: st_mode has the permissions of the file";
        "modification-time-lost" ResultAltered exit [OK] [out(long(2, 88), 0)]
            "stat: st_mtim is the time of the last data modification";
        "status-time-lost" ResultAltered exit [OK] [out(long(2, 104), 0)]
            "stat: st_ctim is the time of the last status change";
        "empty-path-succeeds" MissingCheck
            entry [path(1, ""), lacks(3, AT_EMPTY_PATH)] [add(3, AT_EMPTY_PATH)]
            "ENOENT: the path is an empty string";
        "empty-path-flag-dropped" FlagDropped entry [has(3, AT_EMPTY_PATH)] [drop(3, AT_EMPTY_PATH)]
            "AT_EMPTY_PATH (Linux): an empty path is the file of the descriptor";
        "unknown-flag-succeeds" MissingCheck entry [Int(3, Any(0xff))] [Arg(3, And(!0xff))]
            "EINVAL: the value of the flag argument is not valid";
        "directory-ignored" ArgumentChanged entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "fstatat: a relative path begins in the directory of fd";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "below-a-file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path prefix is no directory";
        "loop-is-missing" WrongErrno exit [err(ELOOP)] [wrong(ENOENT)]
            "ELOOP: a loop exists in symbolic links of the path";
        "long-name-is-missing" WrongErrno exit [err(ENAMETOOLONG)] [wrong(ENOENT)]
            "ENAMETOOLONG: a component of the path is longer than NAME_MAX";
    }
    SYS_stat "stat" {
        "does-not-follow" FlagDropped entry [] [Become(SYS_lstat as u16, &[A(0), A(1)])]
            "stat: a symbolic link is followed";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
    }
    SYS_lstat "lstat" {
        "follows-the-last-link" FlagDropped entry [] [Become(SYS_stat as u16, &[A(0), A(1)])]
            "lstat: the status of the link is returned";
    }
    SYS_fstat "fstat" {
        "file-size-lost" ResultAltered entry [On(0, Regular)] exit [OK] [out(long(1, 48), 0)]
            "fstat: st_size is the size of a regular file in bytes";
        "links-stay-one" ResultAltered entry [On(0, Regular)] exit [OK] [out(long(1, 16), 1)]
            "fstat: st_nlink is the number of links to the file";
        "block-count-lost" ResultAltered entry [On(0, Regular)] exit [OK] [out(long(1, 64), 0)]
            "fstat: st_blocks is the number of blocks allocated for the file";
        "file-owner-changed" ResultAltered
            entry [On(0, Regular)] exit [OK] [Out(word(1, 28), Xor(1))]
            "fstat: st_uid is the user id of the file";
    }
    SYS_statx "statx" {
        "mask-lost" ResultAltered exit [OK] [out(word(4, 0), 0)]
            "statx(2): stx_mask says which fields are filled in";
        "size-lost" ResultAltered exit [OK] [out(long(4, 40), 0)]
            "statx(2): stx_size is the size of the file";
        "reserved-mask-succeeds" FalseSuccess exit [err(EINVAL)] [ret(0)]
            "statx(2): EINVAL for a reserved bit of mask";
    }
    SYS_access "access" {
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "unsupported" FalseError entry [] [fail(ENOSYS)]
            "access: checks the accessibility of a file";
    }
    SYS_faccessat "faccessat" {
        "always-permitted" FalseSuccess exit [err(EACCES)] [ret(0)]
            "EACCES: the permissions of the file do not permit the access";
        "missing-succeeds" FalseSuccess exit [err(ENOENT)] [ret(0)]
            "ENOENT: a component of the path does not name an existing file";
        "mode-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the value of amode is not valid";
        "always-denied" FalseError exit [OK] [wrong(EACCES)]
            "access: returns 0 where the access is permitted";
        "existence-alone" FlagDropped entry [Int(2, Ne(0))] [arg(2, 0)]
            "EACCES: the permissions of the file do not permit the access";
        "directory-ignored" ArgumentChanged entry [above(0, -1)] [arg(0, AT_FDCWD as i64)]
            "faccessat: a relative path begins in the directory of fd";
    }
    SYS_faccessat2 "faccessat2" {
        "flags-ignored" FlagDropped entry [Int(3, Ne(0))] [arg(3, 0)]
            "faccessat: the flag argument changes the check";
        "unsupported" FalseError entry [] [fail(ENOSYS)]
            "faccessat2(2): as faccessat, with flags";
    }
}
