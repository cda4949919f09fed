//! Clocks and sleeping: `clock_gettime`, `clock_getres`, `nanosleep`.

use super::prelude::*;

faults! {
    SYS_clock_gettime "clock_gettime" {
        "coarse-time-unknown" FalseError entry [is(0, CLOCK_REALTIME_COARSE)] [fail(EINVAL)]
            "clock_gettime(2): CLOCK_REALTIME_COARSE";
        "later-clocks-unknown" FalseError entry [above(0, 3)] [fail(EINVAL)]
            "clock_gettime(2): CLOCK_MONOTONIC_RAW, CLOCK_MONOTONIC_COARSE and CLOCK_BOOTTIME";
        "unknown-clock-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unknown-clock-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: the clock is not known";
        "negative-clock-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: the clock is not known";
        "unknown-clock-is-realtime" MissingCheck entry [above(0, 0)] exit [err(EINVAL)]
            [Then(SYS_clock_gettime as u16, &[N(0), A(1)]), ret(0)]
            "EINVAL: the clock is not known";
        "invalid-is-missing" WrongErrno exit [err(EINVAL)] [wrong(ENODEV)]
            "EINVAL: the clock is not known";
        "unmapped-place-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the timespec is not mapped";
        "unmapped-place-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the timespec is not mapped";
        "nothing-written" ResultAltered exit [OK] [keep(1, 0, 16)]
            "clock_gettime: the time is stored";
        "nanoseconds-unwritten" ResultAltered exit [OK] [keep(1, 8, 8)]
            "clock_gettime: the time is stored, nanoseconds too";
        "nanoseconds-too-many" TimeOff exit [OK] [Out(long(1, 8), Add(SECOND))]
            "<time.h>: tv_nsec is below 1,000 million";
        "nanoseconds-negative" TimeOff exit [OK] [Out(long(1, 8), Add(-SECOND))]
            "<time.h>: tv_nsec is at least 0";
        "whole-seconds" TimeOff exit [OK] [out(long(1, 8), 0)]
            "clock_getres: the clock is as fine as its resolution";
        "microseconds-for-nanoseconds" TimeOff exit [OK] [Out(long(1, 8), Div(1000))]
            "<time.h>: tv_nsec counts nanoseconds";
        "frozen" TimeOff entry [is(0, CLOCK_MONOTONIC)] exit [OK] [Freeze { arg: 1, bytes: 16 }]
            "CLOCK_MONOTONIC: the clock advances";
        "realtime-frozen" TimeOff entry [is(0, CLOCK_REALTIME)] exit [OK]
            [Freeze { arg: 1, bytes: 16 }]
            "CLOCK_REALTIME: the clock advances";
        "backwards" TimeOff entry [is(0, CLOCK_MONOTONIC)] exit [OK] [Out(long(1, 0), Minus(Count))]
            "CLOCK_MONOTONIC: the clock never goes back";
        "jumps" TimeOff entry [is(0, CLOCK_MONOTONIC)] exit [OK] [Out(long(1, 0), Plus(Count))]
            "CLOCK_MONOTONIC: the clock cannot be set and does not jump";
        "ten-millisecond-steps" TimeOff entry [is(0, CLOCK_MONOTONIC)] exit [OK]
            [Out(long(1, 8), Down(10_000_000))]
            "clock_getres: the clock is as fine as its resolution";
        "monotonic-is-realtime" ArgumentChanged entry [is(0, CLOCK_MONOTONIC)] [arg(0, 0)]
            "CLOCK_MONOTONIC: the time since an unspecified point in the past";
        "realtime-is-monotonic" ArgumentChanged entry [is(0, CLOCK_REALTIME)] [arg(0, 1)]
            "CLOCK_REALTIME: the time since the Epoch"
            unobservable "a machine without a battery-backed clock may start at the Epoch";
        "realtime-in-1970" TimeOff entry [is(0, CLOCK_REALTIME)] exit [OK] [out(long(1, 0), 0)]
            "CLOCK_REALTIME: the time since the Epoch"
            unobservable "a machine without a battery-backed clock may start at the Epoch";
        "process-time-is-zero" ResultAltered entry [is(0, CLOCK_PROCESS_CPUTIME_ID)] exit [OK]
            [fill(1, 0, 16, 0)]
            "CLOCK_PROCESS_CPUTIME_ID: grows with the process's work";
        "process-time-is-wall-time" ArgumentChanged entry [is(0, CLOCK_PROCESS_CPUTIME_ID)]
            [arg(0, 1)]
            "CLOCK_PROCESS_CPUTIME_ID: a sleeping process uses no processor time";
        "process-time-unsupported" FalseError entry [is(0, CLOCK_PROCESS_CPUTIME_ID)] [fail(EINVAL)]
            "CLOCK_PROCESS_CPUTIME_ID: the process's processor time";
        "thread-time-is-wall-time" ArgumentChanged entry [is(0, CLOCK_THREAD_CPUTIME_ID)]
            [arg(0, 1)]
            "CLOCK_THREAD_CPUTIME_ID: a sleeping thread uses no processor time";
        "thread-time-unsupported" FalseError entry [is(0, CLOCK_THREAD_CPUTIME_ID)] [fail(EINVAL)]
            "CLOCK_THREAD_CPUTIME_ID: the thread's processor time";
        "realtime-unsupported" FalseError entry [is(0, CLOCK_REALTIME)] [fail(EINVAL)]
            "CLOCK_REALTIME: every system has it";
        "writes-behind" ResultAltered exit [OK] [fill(1, 16, 8, 0)]
            "clock_gettime: one timespec is stored, nothing after it";
        "end-of-page-refused" FalseError entry [Reg(1, Bits(0xfff, 0xff0))] [fail(EFAULT)]
            "EFAULT: only where a byte of the timespec is not mapped";
    }
    SYS_clock_getres "clock_getres" {
        "null-refused" FalseError entry [null(1)] [fail(EFAULT)]
            "clock_getres: res may be null";
        "null-panics" Panic entry [null(1)] [Panic]
            "clock_getres: res may be null";
        "unknown-clock-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unknown-clock-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: the clock is not known";
        "null-skips-the-clock" MissingCheck entry [null(1)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the clock is not known";
        "unmapped-place-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the timespec is not mapped";
        "unmapped-place-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the timespec is not mapped";
        "is-zero" ResultAltered entry [given(1)] exit [OK] [fill(1, 0, 16, 0)]
            "clock_getres: a resolution is more than 0";
        "nothing-written" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 16)]
            "clock_getres: the resolution is stored";
        "seconds-unwritten" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 8)]
            "clock_getres: the resolution is stored";
        "is-one-second" ResultAltered entry [given(1)] exit [OK]
            [out(long(1, 0), 1), out(long(1, 8), 0)]
            "_POSIX_CLOCKRES_MIN: at most 20 milliseconds";
        "nanoseconds-too-many" ResultAltered entry [given(1)] exit [OK] [out(long(1, 8), SECOND)]
            "<time.h>: tv_nsec is below 1,000 million";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the clock is not known";
        "realtime-unsupported" FalseError entry [is(0, CLOCK_REALTIME)] [fail(EINVAL)]
            "CLOCK_REALTIME: every system has it";
    }
    SYS_nanosleep "nanosleep" {
        "does-not-sleep" TimeOff entry [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))]
            [skip(0)]
            "nanosleep: not less than the time asked for";
        "nanoseconds-ignored" TimeOff entry [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))]
            [put(long(0, 8), 0)]
            "nanosleep: not less than the time asked for";
        "half-the-time" TimeOff entry [Mem(long(0, 8), Gt(0)), Mem(long(0, 8), Lt(SECOND))]
            [Put(long(0, 8), Div(2))]
            "nanosleep: not less than the time asked for";
        "nanoseconds-are-microseconds" TimeOff
            entry [Mem(long(0, 0), Eq(0)), Mem(long(0, 8), Gt(500_000)), Mem(long(0, 8),
            Lt(SECOND))] [put(long(0, 0), 1)]
            "nanosleep: until the time is over, not ten times as long";
        "negative-seconds-succeed" MissingCheck entry [Mem(long(0, 0), Lt(0))] [skip(0)]
            "EINVAL (Linux): tv_sec is negative";
        "negative-seconds-panic" Panic entry [Mem(long(0, 0), Lt(0))] [Panic]
            "EINVAL (Linux): tv_sec is negative";
        "thousand-million-accepted" MissingCheck entry [Mem(long(0, 8), Eq(SECOND))]
            [put(long(0, 8), 1)]
            "EINVAL: tv_nsec is at least 1,000 million";
        "many-nanoseconds-accepted" MissingCheck entry [Mem(long(0, 8), Gt(SECOND))]
            [put(long(0, 8), 1)]
            "EINVAL: tv_nsec is at least 1,000 million";
        "negative-nanoseconds-succeed" MissingCheck entry [Mem(long(0, 8), Lt(0))] [skip(0)]
            "EINVAL: tv_nsec is less than 0";
        "negative-nanoseconds-block" Hang entry [Mem(long(0, 8), Lt(0))] [Block]
            "EINVAL: tv_nsec is less than 0";
        "zero-blocks" Hang entry [Mem(long(0, 0), Eq(0)), Mem(long(0, 8), Eq(0))] [Block]
            "nanosleep: a time of 0 is over at once";
        "zero-refused" FalseError entry [Mem(long(0, 0), Eq(0)), Mem(long(0, 8), Eq(0))]
            [fail(EINVAL)]
            "nanosleep: a time of 0 is no error";
        "most-nanoseconds-refused" FalseError entry [Mem(long(0, 8), Eq(SECOND - 1))] [fail(EINVAL)]
            "EINVAL: only where tv_nsec is at least 1,000 million";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: tv_nsec is out of range";
        "unmapped-time-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the time is not mapped";
        "unmapped-time-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the time is not mapped";
        "interrupted-succeeds" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal interrupted the sleep";
        "interrupted-sleeps-on" StateKept exit [Interrupted] [ret(-513)]
            "EINTR: a signal interrupted the sleep";
        "interrupted-restarts" StateKept exit [Interrupted] [ret(-512)]
            "nanosleep: SA_RESTART does not restart it";
        "remaining-unwritten" ResultAltered entry [given(1)] exit [Interrupted] [keep(1, 0, 16)]
            "nanosleep: the time that remains is stored";
        "remaining-is-everything" ResultAltered entry [given(1)] exit [Interrupted]
            [Out(long(1, 0), Set(M(long(0, 0)))), Out(long(1, 8), Set(M(long(0, 8))))]
            "nanosleep: the time that remains is stored";
        "remaining-is-nothing" ResultAltered entry [given(1)] exit [Interrupted] [fill(1, 0, 16, 0)]
            "nanosleep: the time that remains is stored";
        "remaining-written-always" ResultAltered entry [given(1)] exit [OK] [fill(1, 0, 16, 0)]
            "nanosleep (Linux): the remaining time is stored where a signal interrupted";
        "remaining-null-panics" Panic entry [null(1)] exit [Interrupted] [Panic]
            "nanosleep: rmtp may be null";
        "huge-time-wraps" TimeOff entry [Mem(long(0, 0), Gt(1 << 32))] [skip(0)]
            "nanosleep: not less than the time asked for";
        "remaining-checked-always" FalseError entry [given(1), Unmapped(1)] exit [OK]
            [wrong(EFAULT)]
            "nanosleep: the remaining time is stored where a signal interrupted";
    }
}
