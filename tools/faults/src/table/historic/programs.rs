//! Every part of a process across `execve`.

use crate::table::prelude::*;

/// A `struct sigaction` whose handler is at address 8.
const STALE: &[u8] = &[
    8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
/// A `struct sigaction` of the default action, or a `struct timespec` of 0.
const ZERO: &[u8] = &[0; 32];
const ALL_SIGNALS: &[u8] = &[0xff; 8];

history! { Programs;
    SYS_execve "execve" "close-on-exec-kept" FlagDropped entry []
        [FirstEach(SYS_fcntl as u16, &[N(F_SETFD as i64), N(0)])]
        "exec: descriptors with FD_CLOEXEC are closed"
        from "Chimera" "penberg/chimera" 54 "2026-07-06"
        saw "Descriptors with FD_CLOEXEC stay open in the new program.";
    SYS_execve "execve" "descriptors-lost" StateKept exit [Got(Eq(0))]
        [ThenEach(SYS_close as u16, &[])]
        "exec: open descriptors stay open"
        from "Genode" "genodelabs/genode" 882 "2013-09-17"
        saw "The new program does not know the descriptors that it inherits.";
    SYS_execve "execve" "handlers-kept" StateKept exit [Got(Eq(0))]
        [Then(SYS_rt_sigaction as u16, &[N(SIGUSR1 as i64), Bytes(STALE), N(0), N(8)])]
        "exec: signals that are caught get the default action"
        from "Graphene" "gramineproject/graphene" 1551 "2020-06-03"
        saw "A signal calls the handler of the former program, whose memory is gone.";
    SYS_execve "execve" "ignored-is-default" StateKept exit [Got(Eq(0))]
        [Then(SYS_rt_sigaction as u16, &[N(SIGUSR2 as i64), Bytes(ZERO), N(0), N(8)])]
        "exec: signals that are ignored stay ignored"
        from "Phoenix-RTOS" "phoenix-rtos/phoenix-rtos-project" 1464 "2025-10-22"
        saw "An ignored signal has its default action in the new program.";
    SYS_execve "execve" "pending-lost" StateKept exit [Got(Eq(0))]
        [Then(SYS_rt_sigtimedwait as u16, &[Bytes(ALL_SIGNALS), N(0), Bytes(ZERO), N(8)])]
        "exec: pending signals stay pending"
        from "Nanvix" "nanvix/nanvix" 3080 "2026-08-11"
        saw "The pending signals are cleared.";
    SYS_execve "execve" "signal-mask-reset" StateKept exit [Got(Eq(0))] [Mask(Without(!0))]
        "exec: the signal mask is kept"
        from "DynamoRIO" "DynamoRIO/dynamorio" 191 "2009-08-07"
        saw "The new program has an empty signal mask.";
}
