//! Every disposition, pending signal and group.

use crate::table::prelude::*;

history! { Dispositions;
    SYS_setpgid "setpgid" "session-leader-succeeds" FalseSuccess
        entry [Equal(Own(Id::Session), Own(Id::Process))] exit [err(EPERM)] [ret(0)]
        "EPERM: the process is a session leader"
        from "StarryOS" "rcore-os/tgoskits" 2426 "2026-09-16"
        saw "setpgid of a session leader returns 0.";
    SYS_setpgid "setpgid" "group-is-no-process" WrongErrno exit [err(EPERM)] [wrong(ESRCH)]
        "EPERM: no process group of that id exists in the session"
        from "StarryOS" "rcore-os/tgoskits" 336 "2026-04-28"
        saw "setpgid to a group that does not exist returns ESRCH.";
    SYS_setpgid "setpgid" "child-not-permitted" FalseError entry [IN_CHILD, is(0, 0), is(1, 0)]
        [fail(EPERM)]
        "setpgid: a process that leads no session may make a group of its own"
        from "gVisor" "google/gvisor" 13556 "2026-06-24"
        saw "setpgid(0, 0) in a new child returns EPERM.";
    SYS_rt_sigsuspend "rt_sigsuspend" "returns-nothing" ResultAltered exit [Interrupted] [ret(0)]
        "sigsuspend: always returns -1, with EINTR"
        from "StarryOS" "Starry-OS/StarryOS" 83 "2025-12-10"
        saw "sigsuspend returns 0 after a handler.";
    SYS_sigaltstack "sigaltstack" "change-in-use-succeeds" MissingCheck exit [err(EPERM)] [ret(0)]
        "EPERM: an attempt was made to change an active stack"
        from "StarryOS" "rcore-os/tgoskits" 806 "2026-05-21"
        saw "A handler on the alternate stack may replace it.";
}
