//! Identity: `getpid`, `getppid`.

use super::prelude::*;

faults! {
    SYS_getpid "getpid" {
        "changes" ResultAltered exit [] [Ret(Plus(Count))]
            "getpid: a process keeps its id";
        "is-zero" ResultAltered exit [] [ret(0)]
            "getpid: an id is positive";
        "is-negative" ResultAltered exit [] [Ret(Neg)]
            "getpid: an id is positive";
        "is-thread-in-thread" ResultAltered entry [Main(false)] [Become(SYS_gettid as u16, &[])]
            "getpid: all threads of a process have its id";
        "is-the-parent" ResultAltered entry [] [Become(SYS_getppid as u16, &[])]
            "getpid: the id of the calling process";
        "is-the-next-one" ResultAltered exit [] [Ret(Add(1))]
            "getpid: the id is the one that kill accepts";
        "fails" FalseError entry [] [fail(EPERM)]
            "getpid: always succeeds";
        "panics" Panic entry [] [Panic]
            "getpid: always succeeds";
    }
    SYS_getppid "getppid" {
        "is-the-process" ResultAltered entry [] [Become(SYS_getpid as u16, &[])]
            "getppid: the id of the parent";
        "is-negative" ResultAltered exit [] [ret(-1000)]
            "getppid: an id is no negative number";
        "fails" FalseError entry [] [fail(ESRCH)]
            "getppid: always succeeds";
        "changes" ResultAltered exit [] [Ret(Plus(Count))]
            "getppid: the id does not change while the parent lives";
        "is-zero" ResultAltered exit [] [ret(0)]
            "getppid: the parent id of a child is the id of the suite";
        "panics" Panic entry [] [Panic]
            "getppid: always succeeds";
    }
}
