//! Every signal: masks, default actions, sources.

use crate::table::prelude::*;

const fn signal(number: i32) -> SignalCond {
    Signo(Eq(number as i64))
}
/// The bits of SIGKILL and SIGSTOP in a mask.
const UNBLOCKABLE: i64 = 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);

history! { Signals;
    SYS_rt_sigprocmask "rt_sigprocmask" "kill-in-mask" MissingCheck entry [given(2)]
        exit [After(long(2, 0), Has(!UNBLOCKABLE))] [set(long(2, 0), UNBLOCKABLE)]
        "sigprocmask: SIGKILL and SIGSTOP cannot be blocked"
        from "Asterinas" "asterinas/asterinas" 2288 "2025-07-28"
        saw "SIG_SETMASK with all bits blocks SIGKILL and SIGSTOP.";
    SYS_rt_sigaction "rt_sigaction" "stop-handled" MissingCheck
        entry [is(0, SIGSTOP), given(1)] [skip(0)]
        "EINVAL: a signal that cannot be caught"
        from "NuttX" "apache/nuttx" 9790 "2023-07-12"
        saw "SIGKILL and SIGSTOP can be caught.";
    SYS_rt_sigaction "rt_sigaction" "ignoring-keeps-pending" StateKept
        entry [Mem(long(1, 0), Eq(SIG_IGN as i64)), Blocked(0)] [arg(1, 0)]
        "sigaction: SIG_IGN discards a signal that is pending"
        from "Stellux" "FlareCoding/StelluxOS" 156 "2026-08-08"
        saw "A pending signal survives an action that ignores it, and is delivered later.";
    SYS_rt_sigaction "rt_sigaction" "default-keeps-pending" StateKept
        entry [is(0, SIGCHLD), Mem(long(1, 0), Eq(SIG_DFL as i64)), Blocked(0)] [arg(1, 0)]
        "sigaction: SIG_DFL discards a pending signal whose default is to be ignored"
        from "Stellux" "FlareCoding/StelluxOS" 156 "2026-08-08"
        saw "Only SIG_IGN discards a pending signal, not the default that ignores it.";
    SYS_rt_sigaction "rt_sigaction" "nodefer-unknown" FlagDropped
        entry [Mem(long(1, 8), Has(SA_NODEFER as i64))] [unput(long(1, 8), SA_NODEFER as i64)]
        "SA_NODEFER: the signal is not blocked in its handler"
        from "Kyronix" "kyronix-project/kyronix" 108 "2026-07-31"
        saw "A signal with SA_NODEFER stays blocked in its handler.";
    SYS_kill "kill" "urgent-is-fatal" StateKept signal [signal(SIGURG), Caught(false)]
        [Deliver(SIGTERM)]
        "<signal.h>: the default action of SIGURG is to ignore it"
        from "Kyronix" "kyronix-project/kyronix" 108 "2026-07-31"
        saw "SIGURG ends a process that has no handler for it.";
    SYS_kill "kill" "stop-is-fatal" StateKept signal [signal(SIGSTOP)] [Deliver(SIGKILL)]
        "SIGSTOP: stops the process until SIGCONT"
        from "StarryOS" "rcore-os/tgoskits" 925 "2026-05-24"
        saw "A process that is stopped ends instead.";
    SYS_write "write" "broken-socket-silent" StateKept
        entry [On(0, Socket), Ready(0, POLLHUP | POLLERR)] [fail(EPIPE)]
        "EPIPE: SIGPIPE is sent to the thread as well"
        from "gVisor" "google/gvisor" 161 "2019-03-25"
        saw "A write to a stream socket that the peer has closed sends no SIGPIPE.";
    SYS_write "write" "broken-pipe-silent" StateKept signal [signal(SIGPIPE)] [Drop]
        "EPIPE: SIGPIPE is sent to the thread as well"
        from "SerenityOS" "SerenityOS/serenity" 204 "2019-06-05"
        saw "A write to a pipe without readers sends no SIGPIPE.";
    SYS_write "write" "unconnected-socket-blocks" Hang exit [err(ENOTCONN)] [HangAll]
        "EPIPE or ENOTCONN: the socket is not connected"
        from "SerenityOS" "SerenityOS/serenity" 7807 "2021-06-05"
        saw "A write to a socket that is not connected blocks for ever.";
    SYS_kill "kill" "wrong-number" ResultAltered signal [signal(SIGUSR1), Caught(true)]
        [Deliver(SIGUSR2)]
        "kill: the signal that was sent is delivered"
        from "FUZIX" "EtchedPixels/FUZIX" 576 "2017-12-19"
        saw "A missing bracket makes the kernel deliver other numbers than were sent.";
    SYS_clone "clone" "child-end-silent" StateKept signal [signal(SIGCHLD), Caught(true)] [Drop]
        "SIGCHLD: sent to the parent when a child ends"
        from "RacOS" "RaCzKoViC/RacOS" 5 "2026-06-15"
        saw "The parent gets no SIGCHLD when a child ends.";
}
