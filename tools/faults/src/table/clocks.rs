//! Clocks and sleeping: `clock_gettime`, `clock_getres`, `nanosleep`.

use super::words::*;

faults! {
    SYS_clock_gettime "clock_gettime" {
        "unknown-clock-succeeds" MissingCheck [err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unknown-clock-panics" Panic [err(EINVAL)] [Panic]
            "EINVAL: the clock is not known";
        "negative-clock-panics" Panic [below(0, 0)] [Panic]
            "EINVAL: the clock is not known";
        "unknown-clock-is-realtime" MissingCheck [err(EINVAL), above(0, 0)]
            [Then(SYS_clock_gettime as u16, &[N(0), A(1)]), ret(0)]
            "EINVAL: the clock is not known";
        "invalid-is-missing" WrongErrno [err(EINVAL)] [wrong(ENODEV)]
            "EINVAL: the clock is not known";
        "unmapped-place-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the timespec is not mapped";
        "unmapped-place-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the timespec is not mapped";
        "nothing-written" ResultAltered [OK] [keep(1, 0, 16)]
            "clock_gettime: the time is stored";
        "nanoseconds-unwritten" ResultAltered [OK] [keep(1, 8, 8)]
            "clock_gettime: the time is stored, nanoseconds too";
        "nanoseconds-too-many" TimeOff [OK] [Out(long(1, 8), Add(SECOND))]
            "<time.h>: tv_nsec is below 1,000 million";
        "nanoseconds-negative" TimeOff [OK] [Out(long(1, 8), Add(-SECOND))]
            "<time.h>: tv_nsec is at least 0";
        "whole-seconds" TimeOff [OK] [out(long(1, 8), 0)]
            "clock_getres: the clock is as fine as its resolution";
        "microseconds-for-nanoseconds" TimeOff [OK] [Out(long(1, 8), Div(1000))]
            "<time.h>: tv_nsec counts nanoseconds";
        "frozen" TimeOff [is(0, CLOCK_MONOTONIC), OK] [Freeze { arg: 1, bytes: 16 }]
            "CLOCK_MONOTONIC: time goes on";
        "realtime-frozen" TimeOff [is(0, CLOCK_REALTIME), OK] [Freeze { arg: 1, bytes: 16 }]
            "CLOCK_REALTIME: time goes on";
        "backwards" TimeOff [is(0, CLOCK_MONOTONIC), OK] [Out(long(1, 0), Minus(Count))]
            "CLOCK_MONOTONIC: the clock never goes back";
        "jumps" TimeOff [is(0, CLOCK_MONOTONIC), OK] [Out(long(1, 0), Plus(Count))]
            "CLOCK_MONOTONIC: the clock cannot be set, it only runs";
        "ten-millisecond-steps" TimeOff [is(0, CLOCK_MONOTONIC), OK]
            [Out(long(1, 8), Down(10_000_000))]
            "clock_getres: the clock is as fine as its resolution";
        "monotonic-is-realtime" ArgumentChanged [is(0, CLOCK_MONOTONIC)] [arg(0, 0)]
            "CLOCK_MONOTONIC: since an unspecified point in the past";
        "realtime-is-monotonic" ArgumentChanged [is(0, CLOCK_REALTIME)] [arg(0, 1)]
            "CLOCK_REALTIME: since the Epoch"
            unobservable "a machine without a battery may start at the Epoch";
        "realtime-in-1970" TimeOff [is(0, CLOCK_REALTIME), OK] [out(long(1, 0), 0)]
            "CLOCK_REALTIME: since the Epoch"
            unobservable "a machine without a battery may start at the Epoch";
        "process-time-is-zero" ResultAltered [is(0, CLOCK_PROCESS_CPUTIME_ID), OK]
            [fill(1, 0, 16, 0)]
            "CLOCK_PROCESS_CPUTIME_ID: grows with the process's work";
        "process-time-is-wall-time" ArgumentChanged [is(0, CLOCK_PROCESS_CPUTIME_ID)] [arg(0, 1)]
            "CLOCK_PROCESS_CPUTIME_ID: a sleeping process uses no processor";
        "process-time-unsupported" FalseError [is(0, CLOCK_PROCESS_CPUTIME_ID)] [fail(EINVAL)]
            "CLOCK_PROCESS_CPUTIME_ID: the process's processor time";
        "thread-time-is-wall-time" ArgumentChanged [is(0, CLOCK_THREAD_CPUTIME_ID)] [arg(0, 1)]
            "CLOCK_THREAD_CPUTIME_ID: a sleeping thread uses no processor";
        "thread-time-unsupported" FalseError [is(0, CLOCK_THREAD_CPUTIME_ID)] [fail(EINVAL)]
            "CLOCK_THREAD_CPUTIME_ID: the thread's processor time";
        "realtime-unsupported" FalseError [is(0, CLOCK_REALTIME)] [fail(EINVAL)]
            "CLOCK_REALTIME: every system has it";
        "writes-behind" ResultAltered [OK] [fill(1, 16, 8, 0)]
            "clock_gettime: one timespec is stored, nothing behind it";
        "end-of-page-refused" FalseError [Reg(1, Bits(0xfff, 0xff0))] [fail(EFAULT)]
            "EFAULT: only where a byte of the timespec is not mapped";
    }
    SYS_clock_getres "clock_getres" {
        "null-refused" FalseError [null(1)] [fail(EFAULT)]
            "clock_getres: res may be null";
        "null-panics" Panic [null(1)] [Panic]
            "clock_getres: res may be null";
        "unknown-clock-succeeds" MissingCheck [err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unknown-clock-panics" Panic [err(EINVAL)] [Panic]
            "EINVAL: the clock is not known";
        "null-skips-the-clock" MissingCheck [null(1), err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unmapped-place-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the timespec is not mapped";
        "unmapped-place-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the timespec is not mapped";
        "is-zero" ResultAltered [given(1), OK] [fill(1, 0, 16, 0)]
            "clock_getres: a resolution is more than 0";
        "nothing-written" ResultAltered [given(1), OK] [keep(1, 0, 16)]
            "clock_getres: the resolution is stored";
        "seconds-unwritten" ResultAltered [given(1), OK] [keep(1, 0, 8)]
            "clock_getres: the resolution is stored";
        "is-one-second" ResultAltered [given(1), OK] [out(long(1, 0), 1), out(long(1, 8), 0)]
            "_POSIX_CLOCKRES_MIN: at most 20 milliseconds";
        "nanoseconds-too-many" ResultAltered [given(1), OK] [out(long(1, 8), SECOND)]
            "<time.h>: tv_nsec is below 1,000 million";
        "invalid-is-bad-address" WrongErrno [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the clock is not known";
        "realtime-unsupported" FalseError [is(0, CLOCK_REALTIME)] [fail(EINVAL)]
            "CLOCK_REALTIME: every system has it";
    }
    SYS_nanosleep "nanosleep" {
        "does-not-sleep" TimeOff [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))] [skip(0)]
            "nanosleep: not less than the time asked for";
        "nanoseconds-ignored" TimeOff [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))]
            [put(long(0, 8), 0)]
            "nanosleep: not less than the time asked for";
        "half-the-time" TimeOff [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))]
            [Put(long(0, 8), Div(2))]
            "nanosleep: not less than the time asked for";
        "nanoseconds-are-microseconds" TimeOff [Mem(long(0, 0), Eq(0)),
            Mem(long(0, 8), Gt(500_000)),
            Mem(long(0, 8), Lt(SECOND))] [put(long(0, 0), 1)]
            "nanosleep: until the time is over, not ten times as long";
        "negative-seconds-succeed" MissingCheck [Mem(long(0, 0), Lt(0))] [skip(0)]
            "EINVAL (Linux): tv_sec is negative";
        "negative-seconds-panic" Panic [Mem(long(0, 0), Lt(0))] [Panic]
            "EINVAL (Linux): tv_sec is negative";
        "thousand-million-accepted" MissingCheck [Mem(long(0, 8), Eq(SECOND))] [put(long(0, 8), 1)]
            "EINVAL: tv_nsec is at least 1,000 million";
        "many-nanoseconds-accepted" MissingCheck [Mem(long(0, 8), Gt(SECOND))] [put(long(0, 8), 1)]
            "EINVAL: tv_nsec is at least 1,000 million";
        "negative-nanoseconds-succeed" MissingCheck [Mem(long(0, 8), Lt(0))] [skip(0)]
            "EINVAL: tv_nsec is less than 0";
        "negative-nanoseconds-block" Hang [Mem(long(0, 8), Lt(0))] [Block]
            "EINVAL: tv_nsec is less than 0";
        "zero-blocks" Hang [Mem(long(0, 0), Eq(0)), Mem(long(0, 8), Eq(0))] [Block]
            "nanosleep: a time of 0 is over at once";
        "zero-refused" FalseError [Mem(long(0, 0), Eq(0)), Mem(long(0, 8), Eq(0))] [fail(EINVAL)]
            "nanosleep: a time of 0 is no error";
        "most-nanoseconds-refused" FalseError [Mem(long(0, 8), Eq(SECOND - 1))] [fail(EINVAL)]
            "EINVAL: only from 1,000 million on";
        "invalid-is-bad-address" WrongErrno [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: tv_nsec is out of range";
        "unmapped-time-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the time is not mapped";
        "unmapped-time-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the time is not mapped";
        "interrupted-succeeds" FalseSuccess [Interrupted] [ret(0)]
            "EINTR: a signal interrupted the sleep";
        "interrupted-sleeps-on" StateKept [Interrupted] [ret(-513)]
            "EINTR: a signal interrupted the sleep";
        "interrupted-restarts" StateKept [Interrupted] [ret(-512)]
            "nanosleep: SA_RESTART does not restart it";
        "remaining-unwritten" ResultAltered [given(1), Interrupted] [keep(1, 0, 16)]
            "nanosleep: the time that remains is stored";
        "remaining-is-everything" ResultAltered [given(1), Interrupted]
            [Out(long(1, 0), Set(M(long(0, 0)))), Out(long(1, 8), Set(M(long(0, 8))))]
            "nanosleep: the time that remains is stored";
        "remaining-is-nothing" ResultAltered [given(1), Interrupted] [fill(1, 0, 16, 0)]
            "nanosleep: the time that remains is stored";
        "remaining-written-always" ResultAltered [given(1), OK] [fill(1, 0, 16, 0)]
            "nanosleep (Linux): the remaining time is stored where a signal interrupted";
        "remaining-null-panics" Panic [null(1), Interrupted] [Panic]
            "nanosleep: rmtp may be null";
        "huge-time-wraps" TimeOff [Mem(long(0, 0), Gt(1 << 32))] [skip(0)]
            "nanosleep: not less than the time asked for";
        "remaining-checked-always" FalseError [given(1), Unmapped(1), OK] [wrong(EFAULT)]
            "nanosleep: the remaining time is stored where a signal interrupted";
    }
}
