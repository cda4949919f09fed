//! Faults in the contents of files.

use crate::table::prelude::*;

/// Where SEEK_DATA begins, lseek(2).
const DATA: i32 = 3;

faults! {
    SYS_lseek "lseek" {
        "current-is-start" ArgumentChanged entry [is(2, SEEK_CUR)] [arg(2, SEEK_SET as i64)]
            "SEEK_CUR: the offset is set to its current value plus offset";
        "negative-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the resulting offset would be negative";
        "negative-is-pipe" WrongErrno exit [err(EINVAL)] [wrong(ESPIPE)]
            "EINVAL: the resulting offset would be negative";
        "closed-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "offset-of-32-bits" ArgumentChanged entry [is(2, SEEK_SET)] [Arg(1, And(0xffff_ffff))]
            "lseek(2): the offset has 64 bits";
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "lseek: returns the resulting offset";
        "does-not-move" FalseSuccess entry [is(2, SEEK_SET), On(0, Regular), Reg(1, Gt(-1))]
            [Skip(A(1))]
            "lseek: sets the file offset";
        "unknown-origin-is-end" MissingCheck entry [above(2, 5)] [arg(2, SEEK_END as i64)]
            "EINVAL: the whence argument is not a proper value";
        "data-unknown" FalseError entry [is(2, DATA), Reg(1, Lt(50))] [fail(EINVAL)]
            "SEEK_DATA (Linux): the offset is set to the next place with data";
        "data-at-the-end-succeeds" FalseSuccess exit [err(ENXIO)] [Ret(Set(A(1)))]
            "ENXIO (Linux): the offset is beyond the end of the file";
    }
    SYS_pread64 "pread64" {
        "offset-of-32-bits" ArgumentChanged entry [Reg(3, Gt(0))] [Arg(3, And(0xffff_ffff))]
            "pread(2): the offset has 64 bits";
        "end-is-an-error" FalseError entry [On(0, Regular)] exit [Got(Eq(0))] [wrong(EINVAL)]
            "pread: returns 0 at the end of the file";
        "directory-is-invalid" WrongErrno exit [err(EISDIR)] [wrong(EINVAL)]
            "EISDIR: the descriptor refers to a directory";
        "short" ShortCount exit [Got(Gt(1))] [Ret(Add(-1))]
            "pread: returns as many bytes as are there before the end of the file";
        "unmapped-buffer-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT (Linux): the buffer is not mapped";
    }
    SYS_pwrite64 "pwrite64" {
        "offset-of-32-bits" ArgumentChanged entry [Reg(3, Gt(0xffff_ffff))]
            [Arg(3, And(0xffff_ffff))]
            "pwrite(2): the offset has 64 bits";
        "no-bytes-grow" StateKept entry [Reg(2, Eq(0))] exit [OK]
            [Then(SYS_ftruncate as u16, &[A(0), A(3)])]
            "write: with nbyte 0 on a regular file it has no other results";
        "too-large-is-no-space" WrongErrno exit [err(EFBIG)] [wrong(ENOSPC)]
            "EFBIG: the write would exceed the limit of the size of files";
        "part-refused" FalseError exit [SOME, Below(R, A(2))] [wrong(EFBIG)]
            "write: only as many bytes as there is room for are written";
        "append-at-the-offset" FlagDropped entry [opened(0, O_APPEND)]
            [First(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(0)])]
            exit [Then(SYS_fcntl as u16, &[A(0), N(F_SETFL as i64), N(O_APPEND as i64)])]
            "pwrite(2) BUGS: with O_APPEND Linux writes at the end";
    }
    SYS_write "write" {
        "cuts-the-rest-of-a-file" StateKept entry [On(0, Regular)] exit [SOME]
            [Then(SYS_ftruncate as u16, &[A(0), Of(0, Property::Position)])]
            "write: bytes of the file that are not written stay";
        "file-offset-stays" StateKept entry [On(0, Regular)] exit [SOME]
            [Then(SYS_lseek as u16, &[A(0), N(0), N(SEEK_SET as i64)])]
            "write: the file offset is incremented by the number of bytes written";
        "read-only-file-succeeds" MissingCheck entry [On(0, Regular)] exit [err(EBADF)]
            [Ret(Set(A(2)))]
            "EBADF: the descriptor is not open for writing";
        "beyond-the-end-at-the-end" ArgumentChanged
            entry [On(0, Regular), Fd(0, Property::Left, Lt(0))]
            [First(SYS_lseek as u16, &[A(0), N(0), N(SEEK_END as i64)])]
            "write: the data are written at the file offset";
    }
    SYS_readv "readv" {
        "one-buffer-of-a-file" ShortCount entry [On(0, Regular), above(2, 1)] [arg(2, 1)]
            "readv: the buffers are filled in order";
        "write-only-file-succeeds" MissingCheck entry [On(0, Regular)] exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open for reading";
    }
    SYS_writev "writev" {
        "file-offset-stays" StateKept entry [On(0, Regular)] exit [SOME]
            [Then(SYS_lseek as u16, &[A(0), N(0), N(SEEK_SET as i64)])]
            "writev: the file offset is incremented by the number of bytes written";
        "file-refused" FalseError entry [On(0, Regular)] exit [OK] [wrong(EINVAL)]
            "writev: writes to any file";
    }
}
