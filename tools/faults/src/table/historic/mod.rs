//! Three bugs that earlier versions of the suite found in a kernel.

use super::prelude::*;

faults! {
    SYS_dup2 "dup2" {
        "negative-panics" Panic entry [below(1, 0)] [Panic]
            "EBADF: fildes2 is negative";
    }
    SYS_nanosleep "nanosleep" {
        "negative-blocks" Hang entry [Mem(long(0, 0), Lt(0))] [Block]
            "EINVAL (Linux): tv_sec is negative";
    }
    SYS_pipe2 "pipe" {
        "close-leaks" StateKept for "pipe2" entry [Past(8)] [fail(ENFILE)]
            "close: all resources of a pipe are freed with its last descriptor";
    }
}
