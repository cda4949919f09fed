//! File status: `fstat`.

use super::prelude::*;

faults! {
    SYS_fstat "fstat" {
        "closed-descriptor-succeeds" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-missing" WrongErrno exit [err(EBADF)] [wrong(ENOENT)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "unmapped-place-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the structure is not mapped";
        "unmapped-place-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the structure is not mapped";
        "nothing-written" ResultAltered exit [OK] [keep(1, 0, 144)]
            "fstat: the structure is filled";
        "all-zero" ResultAltered exit [OK] [fill(1, 0, 144, 0)]
            "fstat: st_mode includes the file type";
        "everything-is-a-file" ResultAltered exit [OK]
            [Out(word(1, 24), And(!0o170_000)), set(word(1, 24), S_IFREG as i64)]
            "fstat: st_mode includes the file type";
        "pipe-is-a-device" ResultAltered entry [On(0, Pipe)] exit [OK]
            [Out(word(1, 24), Xor(0o030_000))]
            "fstat: st_mode of a pipe is S_IFIFO";
        "socket-is-a-pipe" ResultAltered entry [On(0, Socket)] exit [OK]
            [Out(word(1, 24), Xor(0o150_000))]
            "fstat: st_mode of a socket is S_IFSOCK";
        "mode-without-type" ResultAltered exit [OK] [Out(word(1, 24), And(0o7777))]
            "fstat: st_mode includes the file type";
        "mode-unwritten" ResultAltered exit [OK] [keep(1, 24, 4)]
            "fstat: st_mode is stored";
        "writes-behind" ResultAltered exit [OK] [fill(1, 144, 8, 0)]
            "fstat: struct stat is written, nothing after it";
        "all-the-same-file" ResultAltered exit [OK] [out(long(1, 8), 1)]
            "fstat: st_ino differs between files";
        "inode-changes" ResultAltered exit [OK] [Out(long(1, 8), Plus(Count))]
            "fstat: st_ino and st_dev identify a file";
        "no-links" ResultAltered exit [OK] [out(long(1, 16), 0)]
            "fstat (Linux): st_nlink of a pipe is 1";
        "block-size-zero" ResultAltered exit [OK] [out(long(1, 56), 0)]
            "fstat: st_blksize is a preferred size";
    }
}
