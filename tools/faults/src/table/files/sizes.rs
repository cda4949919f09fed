//! Faults in the sizes of files.

use crate::table::prelude::*;

faults! {
    SYS_ftruncate "ftruncate" {
        "growth-refused" FalseError
            entry [On(0, Regular), Less(Of(0, Property::Size), A(1))] [fail(EINVAL)]
            "ftruncate: a smaller file is extended";
        "growth-ignored" FalseSuccess
            entry [opened(0, O_RDWR), Less(Of(0, Property::Size), A(1))] [skip(0)]
            "ftruncate: a smaller file is extended";
        "cut-ignored" FalseSuccess
            entry [opened(0, O_RDWR), Reg(1, Gt(-1)), Less(A(1), Of(0, Property::Size))] [skip(0)]
            "ftruncate: the bytes after the size are gone";
        "cut-to-pages" ArgumentChanged entry [On(0, Regular), Reg(1, Any(INSIDE_PAGE))]
            [Arg(1, Down(4096))]
            "ftruncate: the size of the file is length";
        "new-bytes-are-old" ResultAltered
            entry [On(0, Regular), is(1, 5)] exit [OK]
            [Then(SYS_pwrite64 as u16, &[A(0), Bytes(b"\x07"), N(1), N(4)])]
            "ftruncate: the bytes of the extended area are 0";
        "closed-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: the descriptor is not open";
        "pipe-succeeds" MissingCheck entry [On(0, Pipe)] [skip(0)]
            "ftruncate(2): EINVAL where the descriptor is no regular file";
        "size-of-32-bits" ArgumentChanged entry [On(0, Regular)] [Arg(1, And(0xffff_ffff))]
            "ftruncate(2): the length has 64 bits";
        "limit-unchecked" MissingCheck exit [err(EFBIG)] [ret(0)]
            "EFBIG: the length exceeds the limit of the size of files";
    }
    SYS_truncate "truncate" {
        "directory-succeeds" MissingCheck exit [err(EISDIR)] [ret(0)]
            "EISDIR: the named file is a directory";
        "permission-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: write permission is denied on the file";
        "below-a-file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path names a file that is no directory";
        "loop-is-missing" WrongErrno exit [err(ELOOP)] [wrong(ENOENT)]
            "ELOOP: a loop exists in symbolic links";
        "negative-succeeds" MissingCheck entry [Reg(1, Lt(0))] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the length argument is less than 0";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT (Linux): the path is not mapped";
    }
    SYS_fsync "fsync" {
        "file-refused" FalseError exit [OK] [wrong(EINVAL)]
            "fsync: all data of the file are transferred to the device";
        "read-only-refused" FalseError entry [Fd(0, Property::Flags, Lacks(3))] exit [OK]
            [wrong(EBADF)]
            "fsync: any open descriptor of a file will do";
    }
    SYS_fdatasync "fdatasync" {
        "file-refused" FalseError exit [OK] [wrong(EINVAL)]
            "fdatasync: all data of the file are transferred to the device";
    }
}
