//! Faults in calls on files that Linux alone has.

use crate::table::prelude::*;

/// Modes of fallocate(2).
const KEEP_SIZE: i32 = 1;
const PUNCH_HOLE: i32 = 2;

faults! {
    SYS_statx "statx" {
        "inode-lost" ResultAltered exit [OK] [out(long(4, 32), 0)]
            "statx(2): stx_ino is the inode number";
        "mode-lost" ResultAltered exit [OK] [out(half(4, 28), 0)]
            "statx(2): stx_mode is the type and the mode of the file";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "statx(2): EINVAL where a flag is invalid";
        "missing-succeeds" MissingCheck exit [err(ENOENT)] [ret(0)]
            "statx(2): ENOENT where the path does not exist";
        "unmapped-result-panics" Panic exit [err(EFAULT)] [Panic]
            "statx(2): EFAULT where the result is not mapped";
    }
    SYS_faccessat2 "faccessat2" {
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "access(2): EINVAL where a flag is invalid";
        "effective-ids-unknown" FalseError entry [has(3, AT_EACCESS)] exit [OK] [wrong(EINVAL)]
            "access(2): AT_EACCESS asks with the effective ids";
        "execution-granted" MissingCheck exit [err(EACCES)] [ret(0)]
            "access(2): EACCES where the access is denied";
    }
    SYS_preadv "preadv" {
        "offset-ignored" ArgumentChanged entry [Reg(3, Gt(0))] [arg(3, 0)]
            "preadv(2): reads from the given offset";
        "negative-offset-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "preadv(2): EINVAL for a negative offset";
        "pipe-succeeds" MissingCheck exit [err(ESPIPE)] [ret(0)]
            "preadv(2): ESPIPE for a pipe";
        "one-buffer" ShortCount entry [above(2, 1)] [arg(2, 1)]
            "preadv(2): the buffers are filled in order";
    }
    SYS_pwritev "pwritev" {
        "offset-ignored" ArgumentChanged entry [Reg(3, Gt(0)), Reg(3, Lt(0x1_0000))] [arg(3, 0)]
            "pwritev(2): writes at the given offset";
        "read-only-succeeds" MissingCheck exit [err(EBADF)] [ret(5)]
            "pwritev(2): EBADF where the descriptor is not open for writing";
        "offset-of-32-bits" ArgumentChanged entry [] [Arg(3, And(0xffff_ffff))]
            "pwritev(2): the offset has 64 bits, and EINVAL where it is negative";
    }
    SYS_fallocate "fallocate" {
        "keep-size-ignored" FlagDropped entry [has(1, KEEP_SIZE), lacks(1, PUNCH_HOLE)]
            [drop(1, KEEP_SIZE)]
            "fallocate(2): FALLOC_FL_KEEP_SIZE does not change the size";
        "size-is-kept" ArgumentChanged entry [is(1, 0)] [arg(1, KEEP_SIZE as i64)]
            "fallocate(2): the size becomes offset + len where that is greater";
        "hole-ignored" FalseSuccess entry [has(1, PUNCH_HOLE)] [skip(0)]
            "fallocate(2): reads from a hole return zeros";
        "hole-refused" FalseError entry [has(1, PUNCH_HOLE)] [fail(EOPNOTSUPP)]
            "fallocate(2): FALLOC_FL_PUNCH_HOLE makes a hole";
    }
    SYS_sendfile "sendfile" {
        "read-only-target-succeeds" MissingCheck exit [err(EBADF)] [ret(5)]
            "sendfile(2): EBADF where out_fd is not open for writing";
        "file-target-refused" FalseError entry [On(0, Regular)] exit [OK] [wrong(EINVAL)]
            "sendfile(2): out_fd may be any file";
        "end-is-an-error" FalseError exit [Got(Gt(0)), Below(R, A(3))] [wrong(EIO)]
            "sendfile(2): fewer bytes are copied at the end of the file";
    }
    SYS_copy_file_range "copy_file_range" {
        "append-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "copy_file_range(2): EBADF where O_APPEND is set for fd_out";
        "directory-is-invalid" WrongErrno exit [err(EISDIR)] [wrong(EINVAL)]
            "copy_file_range(2): EISDIR where a descriptor refers to a directory";
        "overlap-succeeds" MissingCheck entry [given(1), Same(0, 2)] exit [err(EINVAL)] [ret(4)]
            "copy_file_range(2): EINVAL where the ranges overlap in one file";
        "target-offset-not-written" ResultAltered entry [given(3)] exit [SOME] [keep(3, 0, 8)]
            "copy_file_range(2): off_out is adjusted by the bytes copied";
        "no-offsets-refused" FalseError entry [null(1)] exit [OK] [wrong(EFAULT)]
            "copy_file_range(2): without offsets those of the files are used";
    }
    SYS_epoll_ctl "epoll_ctl" {
        "file-succeeds" MissingCheck exit [err(EPERM)] [ret(0)]
            "epoll_ctl(2): EPERM where the file does not support epoll";
        "file-is-invalid" WrongErrno exit [err(EPERM)] [wrong(EINVAL)]
            "epoll_ctl(2): EPERM where the file does not support epoll";
    }
}
