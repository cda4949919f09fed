//! Faults in the ends and stops of children, and in the wait for them.

use crate::table::prelude::*;

/// Offsets in a `siginfo_t`.
const CODE: i64 = 8;
const STATUS: i64 = 24;
/// The options of `waitid` that choose a change.
const CHANGES: i64 = (WEXITED | WSTOPPED | WCONTINUED) as i64;
/// No option of either call.
const UNKNOWN: i32 = 0x40;

faults! {
    SYS_wait4 "wait4" {
        "continued-is-stopped" ResultAltered entry [given(1)]
            exit [SOME, After(word(1, 0), Eq(0xffff))] [out(word(1, 0), 0x127f)]
            "WIFCONTINUED: the status of a child that has continued";
        "status-has-core-bit" ResultAltered entry [given(1)]
            exit [SOME, After(word(1, 0), Any(0x7f))] [set(word(1, 0), 0x80)]
            "WIFSTOPPED: the status of a child that is stopped";
        "no-hang-is-again" FalseError entry [has(2, WNOHANG)] exit [Got(Eq(0))] [wrong(EAGAIN)]
            "WNOHANG: returns 0 where no status is available";
        "unknown-option-ignored" MissingCheck entry [has(2, UNKNOWN)] [drop(2, UNKNOWN)]
            "EINVAL: the options are not valid";
        "exited-option-ignored" MissingCheck entry [has(2, WEXITED)] [drop(2, WEXITED)]
            "EINVAL: the options are not valid";
        "unmapped-status-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT (Linux): the status is not mapped";
        "unmapped-status-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT (Linux): the status is not mapped";
        "writes-behind-usage" ResultAltered entry [given(3)] exit [SOME] [fill(3, 144, 16, 0)]
            "wait4(2): 144 bytes are stored, nothing after them";
        "status-of-eight-bytes" ResultAltered entry [given(1)] exit [SOME] [fill(1, 4, 4, 0)]
            "wait: the status is an int";
    }
    SYS_waitid "waitid" {
        "stops-unsupported" FalseError entry [has(3, WSTOPPED)] [fail(EINVAL)]
            "WSTOPPED: waits for a child that is stopped";
        "continues-unsupported" FalseError entry [has(3, WCONTINUED)] [fail(EINVAL)]
            "WCONTINUED: waits for a child that has continued";
        "info-unwritten" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 128)]
            "waitid: records the state of the child in infop";
        "status-is-shifted" ResultAltered entry [given(2)] exit [OK]
            [Out(word(2, STATUS), Mul(256))]
            "waitid: si_status is the exit status or the signal";
        "signal-is-128-more" ResultAltered entry [given(2)]
            exit [OK, After(word(2, CODE), Eq(CLD_KILLED as i64))] [Out(word(2, STATUS), Add(128))]
            "waitid: si_status is the signal that ended the child";
        "no-child-info-kept" ResultAltered entry [given(2), has(3, WNOHANG)]
            exit [OK, After(word(2, 0), Eq(0))] [keep(2, 0, 32)]
            "WNOHANG: si_signo and si_pid are 0 where no status is available";
        "no-change-accepted" MissingCheck entry [Int(3, Lacks(CHANGES))] [add(3, WEXITED)]
            "EINVAL: options does not choose a change";
        "unknown-kind-accepted" MissingCheck entry [above(0, 3)] [arg(0, P_ALL as i64)]
            "EINVAL: idtype and id specify an invalid set of processes";
        "group-is-any" ArgumentChanged entry [is(0, P_PGID as i32)] [arg(0, P_ALL as i64)]
            "P_PGID: the children in that process group";
        "unmapped-info-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT (Linux): infop is not mapped";
    }
    SYS_exit "exit" {
        "status-lost" ArgumentChanged entry [Main(true)] [arg(0, 0)]
            "_exit: the status is available to the parent";
        "kill-looks-like-exit" ResultAltered
            signal [Signo(Eq(SIGCHLD as i64)), Code(Eq(CLD_KILLED as i64))]
            [Info(CODE as u8, Set(CLD_EXITED as i64))]
            "SIGCHLD: si_code says how the child changed";
    }
}
