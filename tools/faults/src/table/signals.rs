//! Signals: `rt_sigaction`, `rt_sigprocmask`, `kill`, `tkill`, `tgkill`.

use super::prelude::*;

/// Offsets in the kernel's `sigaction`.
const HANDLER: i64 = 0;
const FLAGS: i64 = 8;
const MASK: i64 = 24;

const SIGUSR1_BIT: u64 = 1 << (SIGUSR1 - 1);

faults! {
    SYS_rt_sigaction "rt_sigaction" {
        "kill-can-be-caught" MissingCheck entry [is(0, SIGKILL), given(1)] [skip(0)]
            "EINVAL: a signal that cannot be caught";
        "stop-can-be-ignored" MissingCheck entry [is(0, SIGSTOP), given(1)] [skip(0)]
            "EINVAL: a signal that cannot be ignored";
        "kill-cannot-be-asked" FalseError entry [is(0, SIGKILL), null(1)] [fail(EINVAL)]
            "sigaction: with a null act nothing is set, so nothing is refused";
        "signal-zero-accepted" MissingCheck entry [is(0, 0)] [skip(0)]
            "EINVAL: an invalid signal number";
        "signal-zero-panics" Panic entry [is(0, 0)] [Panic]
            "EINVAL: an invalid signal number";
        "signal-65-accepted" MissingCheck entry [above(0, 64)] [skip(0)]
            "EINVAL: an invalid signal number";
        "signal-65-panics" Panic entry [above(0, 64)] [Panic]
            "EINVAL: an invalid signal number";
        "signal-64-refused" FalseError entry [is(0, 64)] [fail(EINVAL)]
            "sigaction: SIGRTMAX is a signal";
        "negative-signal-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: an invalid signal number";
        "negative-signal-accepted" MissingCheck entry [below(0, 0)] [skip(0)]
            "EINVAL: an invalid signal number";
        "size-unchecked" MissingCheck entry [Reg(3, Ne(8))] [arg(3, 8)]
            "EINVAL (Linux): the size is not that of the signal set";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: an invalid signal number";
        "unmapped-act-succeeds" MissingCheck entry [given(1)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: act is not mapped";
        "unmapped-act-panics" Panic entry [given(1)] exit [err(EFAULT)] [Panic]
            "EFAULT: act is not mapped";
        "unmapped-old-succeeds" MissingCheck entry [given(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: oldact is not mapped";
        "writes-behind" ResultAltered entry [given(2)] exit [OK] [fill(2, 32, 120, 0)]
            "sigaction: one action is stored, nothing after it";
        "old-unwritten" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 32)]
            "sigaction: the old action is stored";
        "old-is-new" ResultAltered entry [given(1), given(2)] exit [OK]
            [Out(long(2, 0), Set(M(long(1, 0))))]
            "sigaction: the old action is stored";
        "old-flags-lost" ResultAltered entry [given(2)] exit [OK] [out(long(2, FLAGS), 0)]
            "sigaction: the old action is stored, flags too";
        "old-mask-lost" ResultAltered entry [given(2)] exit [OK] [out(long(2, MASK), 0)]
            "sigaction: the old action is stored, the mask too";
        "old-handler-lost" ResultAltered entry [given(2)] exit [OK] [out(long(2, HANDLER), 0)]
            "sigaction: the old action is stored, the handler too";
        "nothing-installed" StateKept entry [given(1), is(0, SIGUSR1)] [arg(1, 0)]
            "sigaction: the new action is installed";
        "real-time-not-installed" StateKept entry [given(1), above(0, 31)] [arg(1, 0)]
            "sigaction: the new action is installed";
        "query-resets" StateKept entry [null(1), given(2), isnt(0, SIGALRM), Past(3)] exit [OK]
            [Then(SYS_rt_sigaction as u16, &[A(0), P(2, 8), N(0), N(8)])]
            "sigaction: with a null act the action is unchanged";
        "restart-always" FlagDropped entry [given(1), isnt(0, SIGALRM)]
            [Put(long(1, FLAGS), Or(SA_RESTART as i64))]
            "SA_RESTART: without it an interrupted function fails with EINTR";
        "restart-dropped" FlagDropped entry [Mem(long(1, FLAGS), Has(SA_RESTART as i64))]
            [unput(long(1, FLAGS), SA_RESTART as i64)]
            "SA_RESTART: an interrupted function is restarted";
        "nodefer-dropped" FlagDropped entry [Mem(long(1, FLAGS), Has(SA_NODEFER as i64))]
            [unput(long(1, FLAGS), SA_NODEFER as i64)]
            "SA_NODEFER: the signal is not blocked in its handler";
        "nodefer-always" FlagDropped entry [given(1)] [Put(long(1, FLAGS), Or(SA_NODEFER as i64))]
            "sigaction: the signal is blocked in its handler";
        "resethand-dropped" FlagDropped entry [Mem(long(1, FLAGS), Has(SA_RESETHAND as u32 as i64))]
            [unput(long(1, FLAGS), SA_RESETHAND as u32 as i64)]
            "SA_RESETHAND: the action is reset when the handler is entered";
        "resethand-always" FlagDropped entry [given(1), isnt(0, SIGALRM)]
            [Put(long(1, FLAGS), Or(SA_RESETHAND as u32 as i64))]
            "sigaction: an action stays until it is changed";
        "mask-dropped" FlagDropped entry [given(1), Mem(long(1, MASK), Ne(0))]
            [put(long(1, MASK), 0)]
            "sa_mask: these signals are blocked in the handler";
        "mask-is-everything" ArgumentChanged entry [given(1), isnt(0, SIGALRM)]
            [put(long(1, MASK), -1)]
            "sa_mask: only these signals are blocked in the handler";
        "ignore-is-default" ArgumentChanged
            entry [given(1), Mem(long(1, HANDLER), Eq(SIG_IGN as i64))]
            [put(long(1, HANDLER), SIG_DFL as i64)]
            "SIG_IGN: the signal is ignored";
        "mask-stays-after-handler" StateKept @ SYS_rt_sigreturn exit [] [Mask(Before)]
            "sigaction: the mask is restored when the handler returns";
        "handler-unblocks-everything" StateKept @ SYS_rt_sigreturn exit [] [Mask(Without(!0))]
            "sigaction: the mask is restored when the handler returns";
        "siginfo-number-lost" ResultAltered signal [Signo(Gt(0)), Signo(Ne(SIGALRM as i64))]
            [Info(0, Set(0))]
            "SA_SIGINFO: si_signo is the signal";
        "siginfo-code-lost" ResultAltered signal [Signo(Gt(0)), Code(Ne(SI_USER as i64))]
            [Info(8, Set(0))]
            "SA_SIGINFO: si_code is the cause";
        "siginfo-sender-lost" ResultAltered signal [Signo(Gt(0)), Code(Eq(SI_USER as i64))]
            [Info(16, Set(0))]
            "SA_SIGINFO: si_pid is the sender";
        "unknown-restorer-panics" Panic
            entry [given(1), Mem(long(1, FLAGS), Lacks(0x0400_0000)), Mem(long(1, HANDLER), Gt(1))]
            [Panic]
            "sigaction(2): an action without SA_RESTORER may be installed"
            unobservable "x86-64 programs always pass a restorer";
        "end-of-page-refused" FalseError entry [Reg(2, Bits(0xfff, 0xfe0))] [fail(EFAULT)]
            "EFAULT: only where a byte of oldact is not mapped";
        "old-is-too-long" ResultAltered entry [given(2)] exit [OK] [fill(2, 32, 8, 0)]
            "sigaction(2): the kernel's structure is stored, nothing after it";
    }
    SYS_rt_sigprocmask "rt_sigprocmask" {
        "block-replaces" ArgumentChanged entry [given(1), is(0, SIG_BLOCK)]
            [arg(0, SIG_SETMASK as i64)]
            "SIG_BLOCK: the union of the current set and the given one";
        "block-ignored" StateKept entry [given(1), is(0, SIG_BLOCK)] [arg(1, 0)]
            "SIG_BLOCK: the union of the current set and the given one";
        "unblock-ignored" StateKept entry [given(1), is(0, SIG_UNBLOCK)] [arg(1, 0)]
            "SIG_UNBLOCK: the current set without the signals of the given one";
        "unblock-blocks" ArgumentChanged entry [given(1), is(0, SIG_UNBLOCK)]
            [arg(0, SIG_BLOCK as i64)]
            "SIG_UNBLOCK: the current set without the signals of the given one";
        "unblock-clears-all" ArgumentChanged entry [given(1), is(0, SIG_UNBLOCK)] exit [OK]
            [Mask(Without(!0))]
            "SIG_UNBLOCK: the current set without the signals of the given one";
        "set-adds" ArgumentChanged entry [given(1), is(0, SIG_SETMASK)] [arg(0, SIG_BLOCK as i64)]
            "SIG_SETMASK: the given set";
        "unknown-how-accepted" MissingCheck entry [given(1), above(0, 2)] [arg(0, SIG_BLOCK as i64)]
            "EINVAL: how is not one of the defined values";
        "negative-how-panics" Panic entry [given(1), below(0, 0)] [Panic]
            "EINVAL: how is not one of the defined values";
        "how-checked-without-set" FalseError entry [null(1), Int(0, Any(!3))] [fail(EINVAL)]
            "sigprocmask: with a null set how is not significant";
        "query-refused" FalseError entry [null(1), given(2)] [fail(EFAULT)]
            "sigprocmask: with a null set the mask is only read";
        "kill-shows-as-blocked" MissingCheck entry [given(2)] exit [After(long(2, 0), Ne(0))]
            [set(long(2, 0), 1 << (SIGKILL - 1))]
            "sigprocmask: SIGKILL cannot be blocked";
        "stop-shows-as-blocked" MissingCheck entry [given(2)] exit [After(long(2, 0), Ne(0))]
            [set(long(2, 0), 1 << (SIGSTOP - 1))]
            "sigprocmask: SIGSTOP cannot be blocked";
        "kill-in-set-refused" FalseError entry [Mem(long(1, 0), Has(1 << (SIGKILL - 1)))]
            [fail(EINVAL)]
            "sigprocmask: unblockable signals are left out without an error";
        "old-unwritten" ResultAltered entry [given(2)] exit [OK] [keep(2, 0, 8)]
            "sigprocmask: the previous mask is stored";
        "old-is-new" ResultAltered entry [given(1), given(2)] exit [OK]
            [Out(long(2, 0), Set(M(long(1, 0))))]
            "sigprocmask: the previous mask is stored";
        "old-is-half" ResultAltered entry [given(2)] exit [OK] [keep(2, 4, 4)]
            "sigprocmask: the previous mask is stored, 64 signals";
        "half-the-signals" ArgumentChanged entry [given(1), Mem(word(1, 4), Ne(0))]
            [put(word(1, 4), 0)]
            "sigprocmask: real-time signals can be blocked";
        "size-unchecked" MissingCheck entry [Reg(3, Ne(8))] [arg(3, 8)]
            "EINVAL (Linux): the size is not that of the signal set";
        "unmapped-set-succeeds" MissingCheck entry [given(1)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the set is not mapped";
        "unmapped-set-panics" Panic entry [given(1)] exit [err(EFAULT)] [Panic]
            "EFAULT: the set is not mapped";
        "unmapped-old-succeeds" MissingCheck entry [given(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the old set is not mapped";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: how is not one of the defined values";
        "off-by-one" ArgumentChanged
            entry [given(1), Mem(long(1, 0), Ne(0)), Mem(long(1, 0), Gt(0))]
            [Put(long(1, 0), Mul(2))]
            "sigprocmask: signal n is bit n-1";
        "writes-behind" ResultAltered entry [given(2)] exit [OK] [fill(2, 8, 120, 0)]
            "sigprocmask: 64 signals are stored, nothing after them";
        "end-of-page-refused" FalseError entry [Reg(1, Bits(0xfff, 0xff8))] [fail(EFAULT)]
            "EFAULT: only where a byte of the set is not mapped";
        "same-place-refused" FalseError entry [given(1), Same(1, 2)] [fail(EFAULT)]
            "sigprocmask: one variable may serve for both sets";
        "old-written-first" ArgumentChanged entry [given(1), Same(1, 2)] [arg(1, 0)]
            "sigprocmask: the set is read before the old one is stored in its place";
    }
    SYS_kill "kill" {
        "zero-signal-sends" ArgumentChanged entry [is(1, 0), above(0, 0)] exit [OK]
            [Then(SYS_kill as u16, &[A(0), N(SIGUSR1 as i64)])]
            "kill: signal 0 sends nothing";
        "zero-signal-refused" FalseError entry [is(1, 0)] [fail(EINVAL)]
            "kill: signal 0 checks the process";
        "missing-process-accepted" MissingCheck exit [err(ESRCH)] [ret(0)]
            "ESRCH: no process with this id";
        "missing-process-forbidden" WrongErrno exit [err(ESRCH)] [wrong(EPERM)]
            "ESRCH: no process with this id";
        "missing-process-panics" Panic exit [err(ESRCH)] [Panic]
            "ESRCH: no process with this id";
        "signal-65-accepted" MissingCheck entry [above(1, 64)] [skip(0)]
            "EINVAL: an invalid signal number";
        "signal-65-panics" Panic entry [above(1, 64)] [Panic]
            "EINVAL: an invalid signal number";
        "signal-64-refused" FalseError entry [is(1, 64)] [fail(EINVAL)]
            "kill: SIGRTMAX is a signal";
        "negative-signal-accepted" MissingCheck entry [below(1, 0)] [skip(0)]
            "EINVAL: an invalid signal number";
        "negative-signal-panics" Panic entry [below(1, 0)] [Panic]
            "EINVAL: an invalid signal number";
        "bad-signal-is-missing-process" WrongErrno exit [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: an invalid signal number";
        "signal-dropped" StateKept entry [above(1, 0), below(1, 65), above(0, 0)] [skip(0)]
            "kill: sends the signal";
        "blocked-signal-lost" StateKept entry [above(1, 0), Blocked(1)] [skip(0)]
            "2.4.1: a blocked signal stays pending";
        "blocked-signal-delivered" StateKept entry [above(1, 0), Blocked(1)] exit [OK]
            [Mask(Without(!0))]
            "2.4.1: a blocked signal stays pending";
        "real-time-not-queued" StateKept entry [above(1, 31), Blocked(1), Met(1)] [skip(0)]
            "2.4.2 (Linux: kill too): real-time signals queue";
        "next-signal" ArgumentChanged entry [above(1, 0), below(1, 64)] [Arg(1, Add(1))]
            "kill: sends this signal";
        "group-zero-refused" FalseError entry [is(0, 0)] [fail(ESRCH)]
            "kill: pid 0 is the own process group";
        "delivers-nothing" StateKept signal [Signo(Eq(SIGUSR1 as i64)), Code(Eq(SI_USER as i64))]
            [Drop]
            "2.4.1: a signal is delivered when its action is taken";
        "delivers-another" ResultAltered
            signal [Signo(Eq(SIGUSR1 as i64)), Code(Eq(SI_USER as i64))] [Deliver(SIGUSR2)]
            "2.4.1: the action of this signal is taken";
        "second-signal-lost" StateKept signal [Signo(Gt(0)), Code(Eq(SI_USER as i64)), Earlier(1)]
            [Drop]
            "2.4.1: every signal that is sent is delivered once";
        "blocks-its-signal" StateKept entry [above(1, 0)] exit [OK] [Mask(With(SIGUSR1_BIT))]
            "kill: the signal mask of the caller does not change";
        "returns-one" ResultAltered exit [OK] [ret(1)]
            "kill: returns 0";
    }
    SYS_tkill "tkill" {
        "zero-id-accepted" MissingCheck entry [below(0, 1)] [skip(0)]
            "EINVAL: an invalid thread id";
        "negative-id-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: an invalid thread id";
        "invalid-id-is-missing" WrongErrno entry [below(0, 1)] [fail(ESRCH)]
            "EINVAL: an invalid thread id";
        "signal-65-accepted" MissingCheck entry [above(1, 64)] [skip(0)]
            "EINVAL: an invalid signal";
        "signal-65-panics" Panic entry [above(1, 64)] [Panic]
            "EINVAL: an invalid signal";
        "negative-signal-accepted" MissingCheck entry [below(1, 0)] [skip(0)]
            "EINVAL: an invalid signal";
        "missing-thread-accepted" MissingCheck exit [err(ESRCH)] [ret(0)]
            "ESRCH: no thread with this id";
        "missing-thread-forbidden" WrongErrno exit [err(ESRCH)] [wrong(EPERM)]
            "ESRCH: no thread with this id";
        "missing-thread-panics" Panic exit [err(ESRCH)] [Panic]
            "ESRCH: no thread with this id";
        "signal-dropped" StateKept entry [above(1, 0), below(1, 65), above(0, 0)] [skip(0)]
            "tkill(2): sends the signal";
        "signal-zero-refused" FalseError entry [is(1, 0)] [fail(EINVAL)]
            "kill: signal 0 checks the id and sends nothing";
        "code-is-user" ResultAltered signal [Signo(Gt(0)), Code(Eq(SI_TKILL as i64))]
            [Info(8, Set(0))]
            "tkill(2): si_code is SI_TKILL";
    }
    SYS_tgkill "tgkill" {
        "group-unchecked" MissingCheck entry [above(0, 0), above(1, 0)]
            [Become(SYS_tkill as u16, &[A(1), A(2)])]
            "ESRCH: the thread is not of this group";
        "group-zero-accepted" MissingCheck entry [below(0, 1)] [skip(0)]
            "EINVAL: an invalid thread group id";
        "thread-zero-accepted" MissingCheck entry [below(1, 1)] [skip(0)]
            "EINVAL: an invalid thread id";
        "negative-thread-panics" Panic entry [below(1, 0)] [Panic]
            "EINVAL: an invalid thread id";
        "invalid-is-missing" WrongErrno exit [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: an invalid thread id, group or signal";
        "signal-65-accepted" MissingCheck entry [above(2, 64)] [skip(0)]
            "EINVAL: an invalid signal";
        "signal-65-panics" Panic entry [above(2, 64)] [Panic]
            "EINVAL: an invalid signal";
        "negative-signal-accepted" MissingCheck entry [below(2, 0)] [skip(0)]
            "EINVAL: an invalid signal";
        "missing-thread-accepted" MissingCheck exit [err(ESRCH)] [ret(0)]
            "ESRCH: no such thread in the group";
        "missing-thread-forbidden" WrongErrno exit [err(ESRCH)] [wrong(EPERM)]
            "ESRCH: no such thread in the group";
        "signal-dropped" StateKept entry [above(0, 0), above(1, 0), above(2, 0), below(2, 65)]
            [skip(0)]
            "tgkill(2): sends the signal";
        "goes-to-the-process" ArgumentChanged entry [above(0, 0), above(1, 0), above(2, 0)]
            [Become(SYS_kill as u16, &[A(0), A(2)])]
            "tgkill(2): the signal goes to this thread";
        "goes-to-the-first-thread" ArgumentChanged entry [above(0, 0), above(1, 0), above(2, 0)]
            [Arg(1, Set(A(0)))]
            "tgkill(2): the signal goes to this thread";
        "signal-zero-refused" FalseError entry [is(2, 0)] [fail(EINVAL)]
            "kill: signal 0 checks the id and sends nothing";
    }
}
