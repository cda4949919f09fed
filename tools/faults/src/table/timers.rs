//! POSIX timers: `timer_create`, `timer_settime`, `timer_delete`.

use super::prelude::*;

faults! {
    SYS_timer_create "timer_create" {
        "unknown-clock-accepted" MissingCheck entry [above(0, 15)] [arg(0, 1)]
            "EINVAL: the clock is not known";
        "negative-clock-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: the clock is not known";
        "null-event-refused" FalseError entry [null(1)] [fail(EINVAL)]
            "timer_create: a null evp means SIGALRM";
        "null-event-panics" Panic entry [null(1)] [Panic]
            "timer_create: a null evp means SIGALRM";
        "signal-unchecked" MissingCheck
            entry [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64)), Mem(word(1, 8), Gt(64))]
            [put(word(1, 8), SIGALRM as i64)]
            "EINVAL (Linux): sigev_signo is no signal";
        "notification-unchecked" MissingCheck entry [Mem(word(1, 12), Gt(4))]
            [put(word(1, 12), SIGEV_NONE as i64)]
            "EINVAL (Linux): sigev_notify is not known";
        "id-unwritten" ResultAltered exit [OK] [keep(2, 0, 4)]
            "timer_create: the timer's id is stored";
        "ids-are-all-the-same" ResultAltered entry [Met(1)] exit [OK] [out(word(2, 0), 0)]
            "timer_create: an id is unique until its timer is deleted";
        "id-off-by-one" ResultAltered exit [OK] [Out(word(2, 0), Add(1))]
            "timer_create: the timer's id is stored";
        "unmapped-id-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the place of the id is not mapped";
        "unmapped-id-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the place of the id is not mapped";
        "unmapped-event-succeeds" MissingCheck entry [given(1), Unmapped(1)] [arg(1, 0)]
            "EFAULT: the event is not mapped";
        "slots-leak" StateKept entry [Past(32)] [fail(EAGAIN)]
            "timer_delete: the timer's resources are freed";
        "many-slots-leak" StateKept entry [Past(256)] [fail(EAGAIN)]
            "timer_delete: the timer's resources are freed";
        "none-signals" FlagDropped entry [Mem(word(1, 12), Eq(SIGEV_NONE as i64))]
            [put(word(1, 12), SIGEV_SIGNAL as i64), put(word(1, 8), SIGUSR1 as i64)]
            "SIGEV_NONE: no notification";
        "always-alarm" ArgumentChanged
            entry [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64)), Mem(word(1, 8), Lt(65))]
            [put(word(1, 8), SIGALRM as i64)]
            "SIGEV_SIGNAL: the signal is sigev_signo";
        "value-lost" ResultAltered entry [Mem(word(1, 12), Eq(SIGEV_SIGNAL as i64))]
            [put(long(1, 0), 0)]
            "sigevent: si_value is sigev_value";
        "code-is-user" ResultAltered signal [Signo(Gt(0)), Code(Eq(SI_TIMER as i64))]
            [Info(8, Set(0))]
            "SI_TIMER: the code of a timer's signal";
        "invalid-is-unsupported" WrongErrno exit [err(EINVAL)] [wrong(ENOTSUP)]
            "EINVAL: the clock is not known";
        "monotonic-unsupported" FalseError entry [is(0, CLOCK_MONOTONIC)] [fail(EINVAL)]
            "timer_create: CLOCK_MONOTONIC is a timing base";
    }
    SYS_timer_settime "timer_settime" {
        "arming-ignored" StateKept entry [Mem(long(2, 24), Gt(0)), Mem(long(2, 24), Lt(SECOND))]
            [skip(0)]
            "timer_settime: the timer expires";
        "disarming-ignored" StateKept entry [Mem(long(2, 16), Eq(0)), Mem(long(2, 24), Eq(0))]
            [skip(0)]
            "timer_settime: a value of 0 disarms";
        "interval-dropped" FlagDropped entry [Mem(long(2, 8), Gt(0))]
            [put(long(2, 0), 0), put(long(2, 8), 0)]
            "timer_settime: the timer is reloaded by it_interval";
        "one-shot-repeats" ArgumentChanged
            entry [Mem(long(2, 0), Eq(0)), Mem(long(2, 8), Eq(0)), Mem(long(2, 24), Gt(0))]
            [put(long(2, 8), 1_000_000)]
            "timer_settime: without it_interval the timer expires once";
        "interval-for-value" ArgumentChanged entry [Mem(long(2, 8), Gt(0))]
            [Put(long(2, 24), Set(M(long(2, 8)))), Put(long(2, 16), Set(M(long(2, 0))))]
            "timer_settime: it_value is the time to the first expiry";
        "absolute-is-relative" FlagDropped entry [has(1, TIMER_ABSTIME)] [drop(1, TIMER_ABSTIME)]
            "TIMER_ABSTIME: the value is a point in time";
        "relative-is-absolute" FlagDropped entry [lacks(1, TIMER_ABSTIME)] [add(1, TIMER_ABSTIME)]
            "timer_settime: without TIMER_ABSTIME the value is relative";
        "absolute-past-never-fires" StateKept entry [has(1, TIMER_ABSTIME)] [skip(0)]
            "TIMER_ABSTIME: a timer set to a time in the past expires at once";
        "fires-at-once" TimeOff
            entry [lacks(1, TIMER_ABSTIME), Mem(long(2, 24), Gt(1000)), Mem(long(2, 24),
            Lt(SECOND))] [put(long(2, 24), 1)]
            "timer_settime: not before the time is over";
        "fires-a-second-late" TimeOff
            entry [lacks(1, TIMER_ABSTIME), Mem(long(2, 24), Gt(0)), Mem(long(2, 24), Lt(SECOND))]
            [Put(long(2, 16), Add(1))]
            "timer_settime: the timer expires when the time is over";
        "old-unwritten" ResultAltered entry [given(3)] exit [OK] [keep(3, 0, 32)]
            "timer_settime: the previous setting is stored";
        "old-is-zero" ResultAltered entry [given(3)] exit [OK] [fill(3, 0, 32, 0)]
            "timer_settime: the previous setting is stored";
        "old-interval-lost" ResultAltered entry [given(3)] exit [OK] [fill(3, 0, 16, 0)]
            "timer_settime: the previous interval is stored";
        "old-is-new" ResultAltered entry [given(3)] exit [OK]
            [Out(long(3, 24), Set(M(long(2, 24)))), Out(long(3, 16), Set(M(long(2, 16))))]
            "timer_settime: the previous setting is stored";
        "null-new-accepted" MissingCheck entry [null(2)] [skip(0)]
            "EINVAL (Linux): the new setting is null";
        "nanoseconds-unchecked" MissingCheck entry [Mem(long(2, 24), Gt(SECOND - 1))] [skip(0)]
            "EINVAL: it_value's tv_nsec is out of range";
        "negative-nanoseconds-accepted" MissingCheck entry [Mem(long(2, 24), Lt(0))] [skip(0)]
            "EINVAL: it_value's tv_nsec is out of range";
        "interval-nanoseconds-unchecked" MissingCheck entry [Mem(long(2, 8), Gt(SECOND - 1))]
            [put(long(2, 8), 1)]
            "EINVAL (Linux): it_interval's tv_nsec is out of range"
            unobservable "POSIX allows either result where it_value is 0";
        "unknown-timer-accepted" MissingCheck entry [above(0, 1000)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the timer does not exist";
        "negative-timer-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: the timer does not exist";
        "unmapped-new-succeeds" MissingCheck entry [given(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the new setting is not mapped";
        "unmapped-new-panics" Panic entry [given(2)] exit [err(EFAULT)] [Panic]
            "EFAULT: the new setting is not mapped";
        "invalid-is-missing" WrongErrno exit [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: the timer does not exist";
        "signal-lost" StateKept signal [Signo(Gt(0)), Code(Eq(SI_TIMER as i64))] [Drop]
            "timer_create: an expiry sends the signal";
    }
    SYS_timer_delete "timer_delete" {
        "does-nothing" StateKept entry [above(0, -1), below(0, 1000)] [skip(0)]
            "timer_delete: the timer is deleted";
        "unknown-timer-accepted" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the timer does not exist";
        "unknown-timer-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: the timer does not exist";
        "negative-timer-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: the timer does not exist";
        "twice-panics" Panic entry [above(0, -1), below(0, 1000)] exit [err(EINVAL)] [Panic]
            "EINVAL: the timer has been deleted";
        "unknown-timer-is-missing" WrongErrno exit [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: the timer does not exist";
        "returns-one" ResultAltered exit [OK] [ret(1)]
            "timer_delete: returns 0";
        "armed-is-busy" FalseError exit [OK] [wrong(EBUSY)]
            "timer_delete: an armed timer may be deleted";
    }
}
