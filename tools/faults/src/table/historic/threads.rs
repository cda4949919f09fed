//! Threads and children.

use crate::table::prelude::*;

const THREAD: i32 = CLONE_THREAD;

history! { Threads;
    SYS_clone "clone" "end-of-thread-unseen" StateKept entry [has(0, CLONE_CHILD_CLEARTID)]
        [drop(0, CLONE_CHILD_CLEARTID)]
        "clone(2): CLONE_CHILD_CLEARTID clears the word when the thread ends"
        from "SGX-LKL" "lsds/sgx-lkl" 154 "2020-05-04"
        saw "The end of a thread does not clear its word: whoever joins it waits for ever.";
    SYS_clone "clone" "threads-leak-stacks" StateKept entry [has(0, THREAD), Past(200)]
        [fail(EAGAIN)]
        "clone(2): the resources of a thread are freed when it ends"
        from "Nanvix" "nanvix/nanvix" 570 "2025-06-06"
        saw "The kernel stack of a thread is freed only with its process: a thousand are too many.";
    SYS_clone "clone" "threads-stay-zombies" StateKept entry [has(0, THREAD), Past(38)]
        [fail(EAGAIN)]
        "clone(2): the resources of a thread are freed when it ends"
        from "Mystikos" "microsoft/mystikos" 240 "2021-04-04"
        saw "Ended threads keep their memory until the process ends.";
    SYS_clone "clone" "children-leak" StateKept entry [lacks(0, THREAD), Past(100)]
        [fail(ENOMEM)]
        "wait4(2): the resources of a child are freed when it has been waited for"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 1266 "2025-02-18"
        saw "Each fork loses two pages of the kernel.";
    SYS_exit_group "exit_group" "blocked-threads-stay" StateKept entry []
        [Become(SYS_exit as u16, &[A(0)])]
        "exit_group(2): all threads of the process end"
        from "Asterinas" "asterinas/asterinas" 1647 "2024-11-26"
        saw "Threads that sleep are not ended with their process."
        missing "a child with a thread that blocks in read ends by exit_group, and can be waited \
            for";
    SYS_exit_group "exit_group" "thread-ends-itself" StateKept entry [Main(false)]
        [Become(SYS_exit as u16, &[A(0)])]
        "exit_group(2): all threads of the process end"
        from "RT-Thread Smart" "RT-Thread/rt-thread" 7892 "2023-07-30"
        saw "An end that a second thread asks for while the first one sleeps never comes."
        missing "a child whose second thread calls exit_group while the first one waits ends";
    SYS_exit_group "exit_group" "status-of-last-thread" ResultAltered entry [Main(false)]
        [arg(0, 0)]
        "exit_group(2): the status is that of the call"
        from "NuttX" "apache/nuttx" 8486 "2023-02-09"
        saw "The parent gets the status of the thread that ends last, not that of the exit."
        missing "the status of exit_group in a second thread is that of the child";
    SYS_rt_sigaction "rt_sigaction" "spinning-thread-undisturbed" StateKept
        signal [Caught(true), InUserMode] [Drop]
        "sigaction: a thread that makes no call is interrupted too"
        from "Nanvix" "nanvix/nanvix" 3081 "2026-08-11"
        saw "A thread that computes without a call never runs its handler.";
    SYS_kill "kill" "kill-of-blocked-hangs" StateKept entry [is(1, SIGKILL), above(0, 1)] [skip(0)]
        "SIGKILL: ends a process whatever it waits for"
        from "DragonOS" "DragonOS-Community/DragonOS" 884 "2024-08-08"
        saw "A process that waits in a pipe or a socket cannot be killed.";
    SYS_kill "kill" "zombie-is-missing" FalseError entry [Ended(0)] [fail(ESRCH)]
        "kill: a process that has ended exists until it is waited for"
        from "WSL1" "microsoft/WSL" 3765 "2019-01-10"
        saw "A signal to a child that has ended and was not waited for fails with ESRCH.";
}
