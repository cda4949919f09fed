//! Faults in process groups, sessions and job control.

use crate::table::prelude::*;

faults! {
    SYS_setpgid "setpgid" {
        "moves-the-caller" ArgumentChanged entry [above(0, 0), FirstProcess(true)] [skip(0)]
            "setpgid: sets the process group of the process whose id is pid";
        "missing-group-succeeds" MissingCheck entry [above(0, 0)] exit [err(EPERM)] [ret(0)]
            "EPERM: no process group of that id exists in the session";
        "other-session-succeeds" MissingCheck entry [is(0, 0), above(1, 0)] exit [err(EPERM)]
            [ret(0)]
            "EPERM: the process group is in another session";
    }
    SYS_getpgid "getpgid" {
        "negative-is-the-caller" MissingCheck entry [below(0, 0)] [arg(0, 0)]
            "ESRCH: there is no process with that id";
        "returns-the-process" ResultAltered entry [IN_CHILD] exit [OK]
            [Ret(Set(Own(Id::Process)))]
            "getpgid: returns a process group ID";
    }
    SYS_getpgrp "getpgrp" {
        "returns-one-more" ResultAltered exit [OK] [Ret(Add(1))]
            "getpgrp: returns the process group ID of the calling process";
    }
    SYS_setsid "setsid" {
        "returns-nothing" ResultAltered exit [SOME] [ret(0)]
            "setsid: returns the new process group ID";
    }
    SYS_getsid "getsid" {
        "negative-is-the-caller" MissingCheck entry [below(0, 0)] [arg(0, 0)]
            "ESRCH: there is no process with that id";
    }
    SYS_kill "kill" {
        "group-unsupported" FalseError entry [below(0, -1)] [fail(ESRCH)]
            "kill: a pid below -1 chooses the processes of a group";
        "terminal-stop-ignored" StateKept signal [Signo(Eq(SIGTSTP as i64)), ToFirst(false)] [Drop]
            "SIGTSTP: the default action stops the process";
        "orphaned-group-stops" StateKept signal [Signo(Eq(SIGTSTP as i64)), ToFirst(false)]
            [Deliver(SIGSTOP)]
            "SIGTSTP: the default action does not stop an orphaned process group";
        "term-ignored" StateKept signal [Signo(Eq(SIGTERM as i64)), ToFirst(false)] [Drop]
            "SIGTERM: the default action ends the process";
    }
    SYS_openat "openat" {
        "running-program-is-no-permission" WrongErrno exit [err(ETXTBSY)] [wrong(EACCES)]
            "ETXTBSY: the file is a program that is being executed";
    }
}
