//! Every part of a process, and the child's copy of it.

use crate::table::prelude::*;

/// A `struct itimerval` of 1,000 seconds.
const LATER: &[u8] = &[
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0,
];

history! { Children;
    SYS_clone "clone" "pending-signals-inherited" StateKept
        entry [lacks(0, CLONE_VM), Pending(SIGUSR1, true)] exit [SOME]
        [InChild(&[Then(SYS_kill as u16, &[Own(Id::Process), N(SIGUSR1 as i64)])])]
        "fork: the set of pending signals of the child is empty"
        from "ELKS" "ghaerr/elks" 2656 "2026-04-26"
        saw "The child begins with the signals that pend for its parent.";
    SYS_clone "clone" "alarm-inherited" StateKept entry [lacks(0, CLONE_VM)] exit [SOME]
        [InChild(&[Then(SYS_setitimer as u16, &[N(0), Bytes(LATER), N(0)])])]
        "fork: the alarm of the child is cancelled"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 1455 "2025-10-20"
        saw "The child has the alarm of its parent.";
    SYS_timer_gettime "timer_gettime" "inherited" StateKept entry [IN_CHILD] exit [err(EINVAL)]
        [ret(0)]
        "fork: timers that timer_create made are not inherited"
        from "iSH" "ish-app/ish" 2773 "2026-07-27"
        saw "The child has the timers of its parent, and may delete them.";
    SYS_clone "clone" "descriptors-useless" StateKept entry [lacks(0, CLONE_VM)] exit [SOME]
        [InChild(&[ThenEach(SYS_close as u16, &[])])]
        "fork: the child has its own copy of the parent's descriptors"
        from "Uros" "AlessandroSangiuliano/Uros" 233 "2026-05-15"
        saw "The numbers of the descriptors are copied, but not the rights to the open files.";
    SYS_fork "fork" "unsupported" FalseError entry [] [fail(EINVAL)]
        "fork: creates a new process"
        from "Nanvix" "nanvix/nanvix" 2521 "2026-06-12"
        saw "fork always fails with EINVAL.";
}
