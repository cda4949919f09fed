//! File status: `fstat`.

use super::words::*;

faults! {
    SYS_fstat "fstat" {
        "closed-descriptor-succeeds" MissingCheck [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-descriptor-is-missing" WrongErrno [err(EBADF)] [wrong(ENOENT)]
            "EBADF: the descriptor is not open";
        "negative-descriptor-panics" Panic [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "unmapped-place-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the structure is not mapped";
        "unmapped-place-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the structure is not mapped";
        "nothing-written" ResultAltered [OK] [keep(1, 0, 144)]
            "fstat: the structure is filled";
        "all-zero" ResultAltered [OK] [fill(1, 0, 144, 0)]
            "fstat: st_mode tells the file type";
        "everything-is-a-file" ResultAltered [OK] [Out(word(1, 24), And(!0o170_000)),
            set(word(1, 24), S_IFREG as i64)]
            "fstat: st_mode tells the file type";
        "pipe-is-a-device" ResultAltered [On(0, Pipe), OK] [Out(word(1, 24), Xor(0o030_000))]
            "fstat: st_mode of a pipe is S_IFIFO";
        "socket-is-a-pipe" ResultAltered [On(0, Socket), OK] [Out(word(1, 24), Xor(0o150_000))]
            "fstat: st_mode of a socket is S_IFSOCK";
        "mode-without-type" ResultAltered [OK] [Out(word(1, 24), And(0o7777))]
            "fstat: st_mode tells the file type";
        "mode-unwritten" ResultAltered [OK] [keep(1, 24, 4)]
            "fstat: st_mode is stored";
        "writes-behind" ResultAltered [OK] [fill(1, 144, 8, 0)]
            "fstat: struct stat is written, nothing behind it";
        "all-the-same-file" ResultAltered [OK] [out(long(1, 8), 1)]
            "fstat: st_ino tells files apart";
        "inode-changes" ResultAltered [OK] [Out(long(1, 8), Plus(Count))]
            "fstat: st_ino and st_dev identify a file";
        "no-links" ResultAltered [OK] [out(long(1, 16), 0)]
            "fstat (Linux): st_nlink of a pipe is 1";
        "block-size-zero" ResultAltered [OK] [out(long(1, 56), 0)]
            "fstat: st_blksize is a preferred size";
    }
}
