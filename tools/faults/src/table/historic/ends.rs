//! Every end and stop of a child, and every way to wait for it.

use crate::table::prelude::*;

/// `si_code` in a `siginfo_t`.
const CODE: i64 = 8;

history! { Ends;
    SYS_wait4 "wait4" "no-hang-dropped" FlagDropped entry [has(2, WNOHANG)] [drop(2, WNOHANG)]
        "WNOHANG: waitpid does not suspend the thread"
        from "NuttX" "apache/nuttx" 1304 "2020-06-25"
        saw "waitpid with WNOHANG blocks.";
    SYS_wait4 "wait4" "status-not-shifted" ResultAltered entry [given(1)]
        exit [SOME, After(word(1, 0), Lacks(0x7f))] [Out(word(1, 0), Div(256))]
        "WIFEXITED: the status of a child that ended normally"
        from "YurtOS" "YurtOS/yurtos-kernel" 70 "2026-05-17"
        saw "The status is the exit status itself, not the word that the macros take apart.";
    SYS_waitid "waitid" "always-exited" ResultAltered entry [given(2)]
        exit [OK, After(word(2, CODE), Gt(1))] [out(word(2, CODE), CLD_EXITED as i64)]
        "waitid: si_code says how the child changed"
        from "YurtOS" "YurtOS/yurtos-kernel" 70 "2026-05-17"
        saw "si_code is CLD_EXITED for a child that a signal killed.";
    SYS_wait4 "wait4" "blocking-is-again" FalseError entry [lacks(2, WNOHANG)] exit [SOME]
        [wrong(EAGAIN)]
        "wait: suspends the thread until a child ends"
        from "YurtOS" "YurtOS/yurtos-kernel" 70 "2026-05-17"
        saw "wait for a child that lives returns EAGAIN.";
    SYS_wait4 "wait4" "stranger-waits" Hang entry [above(0, 0)] exit [err(ECHILD)] [HangAll]
        "ECHILD: the process of pid is not a child of the caller"
        from "ELKS" "ghaerr/elks" 2653 "2026-04-26"
        saw "wait4 for a process that is no child waits.";
    SYS_waitid "waitid" "unsupported" FalseError entry [] [fail(ENOSYS)]
        "waitid: waits for a child to change its state"
        from "StarryOS" "rcore-os/tgoskits" 781 "2026-05-19"
        saw "The kernel has no waitid.";
    SYS_exit_group "exit_group" "no-sigchld" StateKept signal [Signo(Eq(SIGCHLD as i64))] [Drop]
        "exit: SIGCHLD is sent to the parent process"
        from "elfuse" "sysprog21/elfuse" 218 "2026-07-17"
        saw "The end of a child sends no SIGCHLD.";
}
