//! Time: `clock_gettime`, `clock_getres`, `nanosleep`, the timers.

use super::words::*;

const SECOND: i64 = 1_000_000_000;

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
            hidden "a machine without a battery may start at the Epoch";
        "realtime-in-1970" TimeOff [is(0, CLOCK_REALTIME), OK] [out(long(1, 0), 0)]
            "CLOCK_REALTIME: since the Epoch"
            hidden "a machine without a battery may start at the Epoch";
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
    SYS_timer_create "timer_create" {
        "unknown-clock-accepted" MissingCheck [above(0, 15)] [arg(0, 1)]
            "EINVAL: the clock is not known";
        "negative-clock-panics" Panic [below(0, 0)] [Panic]
            "EINVAL: the clock is not known";
        "null-event-refused" FalseError [null(1)] [fail(EINVAL)]
            "timer_create: a null evp means SIGALRM";
        "null-event-panics" Panic [null(1)] [Panic]
            "timer_create: a null evp means SIGALRM";
        "signal-unchecked" MissingCheck [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64)),
            Mem(word(1, 8), Gt(64))] [put(word(1, 8), SIGALRM as i64)]
            "EINVAL (Linux): sigev_signo is no signal";
        "notification-unchecked" MissingCheck [Mem(word(1, 12), Gt(4))]
            [put(word(1, 12), SIGEV_NONE as i64)]
            "EINVAL (Linux): sigev_notify is not known";
        "id-unwritten" ResultAltered [OK] [keep(2, 0, 4)]
            "timer_create: the timer's id is stored";
        "ids-are-all-the-same" ResultAltered [OK, Met(1)] [out(word(2, 0), 0)]
            "timer_create: an id is unique until its timer is deleted";
        "id-off-by-one" ResultAltered [OK] [Out(word(2, 0), Add(1))]
            "timer_create: the timer's id is stored";
        "unmapped-id-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the place of the id is not mapped";
        "unmapped-id-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the place of the id is not mapped";
        "unmapped-event-succeeds" MissingCheck [given(1), Unmapped(1)] [arg(1, 0)]
            "EFAULT: the event is not mapped";
        "slots-leak" StateKept [Past(32)] [fail(EAGAIN)]
            "timer_delete: the timer's resources are freed";
        "many-slots-leak" StateKept [Past(256)] [fail(EAGAIN)]
            "timer_delete: the timer's resources are freed";
        "none-signals" FlagDropped [Mem(word(1, 12), Eq(SIGEV_NONE as i64))]
            [put(word(1, 12), SIGEV_SIGNAL as i64), put(word(1, 8), SIGUSR1 as i64)]
            "SIGEV_NONE: no notification";
        "always-alarm" ArgumentChanged [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64)),
            Mem(word(1, 8), Lt(65))] [put(word(1, 8), SIGALRM as i64)]
            "SIGEV_SIGNAL: the signal is sigev_signo";
        "value-lost" ResultAltered [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64))]
            [put(long(1, 0), 0)]
            "sigevent: si_value is sigev_value";
        "code-is-user" ResultAltered [Signal(Gt(0)), Code(Eq(SI_TIMER as i64))]
            [Info(8, Set(N(0)))]
            "SI_TIMER: the code of a timer's signal";
        "invalid-is-unsupported" WrongErrno [err(EINVAL)] [wrong(ENOTSUP)]
            "EINVAL: the clock is not known";
        "monotonic-unsupported" FalseError [is(0, CLOCK_MONOTONIC)] [fail(EINVAL)]
            "timer_create: CLOCK_MONOTONIC is a timing base";
    }
    SYS_timer_settime "timer_settime" {
        "arming-ignored" StateKept [Mem(long(2, 24), Gt(0)), Mem(long(2, 24), Lt(SECOND))] [skip(0)]
            "timer_settime: the timer expires";
        "disarming-ignored" StateKept [Mem(long(2, 16), Eq(0)), Mem(long(2, 24), Eq(0))] [skip(0)]
            "timer_settime: a value of 0 disarms";
        "interval-dropped" FlagDropped [Mem(long(2, 8), Gt(0))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "timer_settime: the timer is reloaded by it_interval";
        "one-shot-repeats" ArgumentChanged [Mem(long(2, 0), Eq(0)), Mem(long(2, 8), Eq(0)),
            Mem(long(2, 24), Gt(0))] [put(long(2, 8), 1_000_000)]
            "timer_settime: without it_interval the timer expires once";
        "interval-for-value" ArgumentChanged [Mem(long(2, 8), Gt(0))]
            [Put(long(2, 24), Set(M(long(2, 8)))), Put(long(2, 16), Set(M(long(2, 0))))]
            "timer_settime: it_value is the time to the first expiry";
        "absolute-is-relative" FlagDropped [has(1, TIMER_ABSTIME)] [drop(1, TIMER_ABSTIME)]
            "TIMER_ABSTIME: the value is a point in time";
        "relative-is-absolute" FlagDropped [lacks(1, TIMER_ABSTIME)] [add(1, TIMER_ABSTIME)]
            "timer_settime: without TIMER_ABSTIME the value is a span";
        "absolute-past-never-fires" StateKept [has(1, TIMER_ABSTIME)] [skip(0)]
            "TIMER_ABSTIME: a time that has passed expires at once";
        "fires-at-once" TimeOff [lacks(1, TIMER_ABSTIME), Mem(long(2, 24), Gt(1000)),
            Mem(long(2, 24), Lt(SECOND))] [put(long(2, 24), 1)]
            "timer_settime: not before the time is over";
        "fires-a-second-late" TimeOff [lacks(1, TIMER_ABSTIME), Mem(long(2, 24), Gt(0)),
            Mem(long(2, 24), Lt(SECOND))] [Put(long(2, 16), Add(1))]
            "timer_settime: the timer expires when the time is over";
        "old-unwritten" ResultAltered [given(3), OK] [keep(3, 0, 32)]
            "timer_settime: the previous setting is stored";
        "old-is-zero" ResultAltered [given(3), OK] [fill(3, 0, 32, 0)]
            "timer_settime: the previous setting is stored";
        "old-interval-lost" ResultAltered [given(3), OK] [fill(3, 0, 16, 0)]
            "timer_settime: the previous interval is stored";
        "old-is-new" ResultAltered [given(3), OK] [Out(long(3, 24), Set(M(long(2, 24)))),
            Out(long(3, 16), Set(M(long(2, 16))))]
            "timer_settime: the previous setting is stored";
        "null-new-accepted" MissingCheck [null(2)] [skip(0)]
            "EINVAL (Linux): the new setting is null";
        "nanoseconds-unchecked" MissingCheck [Mem(long(2, 24), Gt(SECOND - 1))] [skip(0)]
            "EINVAL: it_value's tv_nsec is out of range";
        "negative-nanoseconds-accepted" MissingCheck [Mem(long(2, 24), Lt(0))] [skip(0)]
            "EINVAL: it_value's tv_nsec is out of range";
        "interval-nanoseconds-unchecked" MissingCheck [Mem(long(2, 8), Gt(SECOND - 1))]
            [put(long(2, 8), 1)]
            "EINVAL (Linux): it_interval's tv_nsec is out of range"
            hidden "POSIX lets either answer stand where it_value is 0";
        "unknown-timer-accepted" MissingCheck [err(EINVAL), above(0, 1000)] [ret(0)]
            "EINVAL: the timer does not exist";
        "negative-timer-panics" Panic [below(0, 0)] [Panic]
            "EINVAL: the timer does not exist";
        "unmapped-new-succeeds" MissingCheck [given(2), err(EFAULT)] [ret(0)]
            "EFAULT: the new setting is not mapped";
        "unmapped-new-panics" Panic [given(2), err(EFAULT)] [Panic]
            "EFAULT: the new setting is not mapped";
        "invalid-is-missing" WrongErrno [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: the timer does not exist";
        "signal-lost" StateKept [Signal(Gt(0)), Code(Eq(SI_TIMER as i64))] [Drop]
            "timer_create: an expiry sends the signal";
    }
    SYS_timer_delete "timer_delete" {
        "does-nothing" StateKept [above(0, -1), below(0, 1000)] [skip(0)]
            "timer_delete: the timer is deleted";
        "unknown-timer-accepted" MissingCheck [err(EINVAL)] [ret(0)]
            "EINVAL: the timer does not exist";
        "unknown-timer-panics" Panic [err(EINVAL)] [Panic]
            "EINVAL: the timer does not exist";
        "negative-timer-panics" Panic [below(0, 0)] [Panic]
            "EINVAL: the timer does not exist";
        "twice-panics" Panic [err(EINVAL), above(0, -1), below(0, 1000)] [Panic]
            "EINVAL: the timer has been deleted";
        "unknown-timer-is-missing" WrongErrno [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: the timer does not exist";
        "returns-one" ResultAltered [OK] [ret(1)]
            "timer_delete: returns 0";
        "armed-is-busy" FalseError [OK] [wrong(EBUSY)]
            "timer_delete: an armed timer may be deleted";
    }
}
