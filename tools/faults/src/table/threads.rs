//! Threads: `gettid`.

use super::prelude::*;

faults! {
    SYS_gettid "gettid" {
        "is-process-in-thread" ResultAltered entry [Main(false)] [Become(SYS_getpid as u16, &[])]
            "gettid(2): each thread has its own id";
        "is-zero" ResultAltered exit [] [ret(0)]
            "gettid(2): an id is positive";
        "is-one" ResultAltered exit [] [ret(1)]
            "gettid(2): the id of the only thread is that of the process";
        "changes" ResultAltered exit [] [Ret(Plus(Count))]
            "gettid(2): a thread keeps its id";
        "fails" FalseError entry [] [fail(EPERM)]
            "gettid(2): always succeeds";
        "counts-from-process" ResultAltered exit [] [Ret(Add(1))]
            "gettid(2): the id of the only thread is that of the process";
    }
}
