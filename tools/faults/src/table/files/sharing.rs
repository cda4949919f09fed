//! Faults in files of several processes, at limits, and in `poll` and `select` on files.

use crate::table::prelude::*;

faults! {
    SYS_openat "openat" {
        "full-table-succeeds" MissingCheck exit [err(EMFILE)] [ret(60)]
            "EMFILE: all descriptors of the process are open";
        "full-table-is-of-the-system" WrongErrno exit [err(EMFILE)] [wrong(ENFILE)]
            "EMFILE: all descriptors of the process are open";
        "full-table-makes-the-file" StateKept entry [has(2, O_CREAT)] exit [err(EMFILE)]
            [Then(SYS_mknodat as u16, &[A(0), A(1), N(0o100_600), N(0)])]
            "openat: where it fails no file is made";
    }
    SYS_open "open" {
        "full-table-succeeds" MissingCheck exit [err(EMFILE)] [ret(60)]
            "EMFILE: all descriptors of the process are open";
    }
    SYS_poll "poll" {
        "file-is-not-ready" ResultAltered entry [is(1, 2)] exit [Got(Eq(2))]
            [out(half(0, 6), 0), ret(1)]
            "poll: regular files always poll true for reading and writing";
    }
    SYS_select "select" {
        "file-is-not-writable" ResultAltered entry [is(0, 64)] exit [Got(Eq(2))]
            [out(long(2, 0), 0), ret(1)]
            "select: regular files always select true for reading and writing";
    }
    SYS_clone "clone" {
        "offset-not-shared" StateKept exit [OK] [InChild(&[Reopen(None)])]
            "fork: descriptors of the child refer to the parent's open file descriptions";
        "mask-of-files-reset" StateKept exit [OK]
            [InChild(&[Then(SYS_umask as u16, &[N(0o022)])])]
            "fork: the child has the file mode creation mask of its parent";
    }
    SYS_ftruncate "ftruncate" {
        "limit-of-size-refused" FalseError entry [Reg(1, Eq(1 << 30))] exit [OK] [wrong(EFBIG)]
            "EFBIG: the length is greater than the limit";
    }
    SYS_writev "writev" {
        "limit-unchecked" MissingCheck exit [err(EFBIG)] [ret(5)]
            "EFBIG: the write would exceed the limit of the size of files";
    }
}
