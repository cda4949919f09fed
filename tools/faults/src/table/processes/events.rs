//! Event descriptors: `eventfd2`, `timerfd_create` and its kin, `signalfd4`, `accept4`.

use crate::table::prelude::*;

faults! {
    SYS_eventfd2 "eventfd2" {
        "count-dropped" ArgumentChanged entry [] [arg(0, 0)]
            "eventfd(2): initval is the first count";
        "semaphore-dropped" FlagDropped entry [has(1, EFD_SEMAPHORE)] [drop(1, EFD_SEMAPHORE)]
            "EFD_SEMAPHORE: a read takes 1 from the count";
        "semaphore-unknown" FalseError entry [has(1, EFD_SEMAPHORE)] [fail(EINVAL)]
            "EFD_SEMAPHORE: a read takes 1 from the count";
        "non-blocking-dropped" FlagDropped entry [has(1, EFD_NONBLOCK)] [drop(1, EFD_NONBLOCK)]
            "EFD_NONBLOCK: sets O_NONBLOCK";
        "close-on-exec-dropped" FlagDropped entry [has(1, EFD_CLOEXEC)] [drop(1, EFD_CLOEXEC)]
            "EFD_CLOEXEC: sets FD_CLOEXEC";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: flags are not valid";
        "missing" FalseError entry [] [fail(ENOSYS)]
            "eventfd(2): makes a descriptor for events";
    }
    SYS_read "read" {
        "event-takes-nothing" StateKept for "eventfd2" entry [On(0, Event)] exit [OK]
            [Then(SYS_write as u16, &[A(0), A(1), N(8)])]
            "eventfd(2): a read sets the count to 0";
        "event-count-lost" ResultAltered for "eventfd2"
            entry [On(0, Event)] exit [OK] [out(long(1, 0), 1)]
            "eventfd(2): a read returns the count";
        "event-length-lost" ResultAltered for "eventfd2" entry [On(0, Event)] exit [OK] [ret(1)]
            "eventfd(2): a read returns 8 bytes";
        "event-empty-is-end" FalseSuccess for "eventfd2"
            entry [On(0, Event)] exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: the count is 0";
        "event-small-buffer-succeeds" MissingCheck for "eventfd2"
            entry [On(0, Event)] exit [err(EINVAL)] [ret(7)]
            "EINVAL: the buffer is smaller than 8 bytes";
        "event-expiries-are-one" ResultAltered for "timerfd_settime"
            entry [On(0, Timer)] exit [OK] [out(long(1, 0), 1)]
            "timerfd_create(2): a read returns the number of expirations";
        "event-disarmed-is-end" FalseSuccess for "timerfd_settime"
            entry [On(0, Timer)] exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: the timer has not expired";
        "event-signal-number-lost" ResultAltered for "signalfd4" entry [On(0, Signals)]
            exit [OK] [out(word(1, 0), 0)]
            "signalfd(2): ssi_signo is the signal";
        "event-signal-sender-lost" ResultAltered for "signalfd4" entry [On(0, Signals)]
            exit [OK] [out(word(1, 12), 0)]
            "signalfd(2): ssi_pid is the sender";
        "event-signal-length-lost" ResultAltered for "signalfd4"
            entry [On(0, Signals)] exit [OK] [ret(64)]
            "signalfd(2): a structure has 128 bytes";
        "event-no-signal-is-end" FalseSuccess for "signalfd4"
            entry [On(0, Signals)] exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: no signal of the set pends";
        "event-signal-stays" StateKept for "signalfd4" entry [On(0, Signals)] exit [OK]
            [Then(SYS_tkill as u16, &[Own(Id::Thread), M(word(1, 0))])]
            "signalfd(2): the signal is no longer pending";
    }
    SYS_write "write" {
        "event-adds-nothing" FalseSuccess for "eventfd2"
            entry [On(0, Event), readable(1, 7), is(2, 8)] [skip(8)]
            "eventfd(2): a write adds to the count";
        "event-all-ones-succeeds" MissingCheck for "eventfd2"
            entry [On(0, Event)] exit [err(EINVAL)] [ret(8)]
            "EINVAL: the value is 2^64 - 1";
        "event-overflow-succeeds" FalseSuccess for "eventfd2"
            entry [On(0, Event)] exit [err(EAGAIN)] [ret(8)]
            "EAGAIN: the count would be 2^64 - 1";
        "event-half-the-value" ArgumentChanged for "eventfd2" entry [On(0, Event), readable(1, 7)]
            [put(word(1, 4), 0)]
            "eventfd(2): the count has 64 bits";
    }
    SYS_timerfd_create "timerfd_create" {
        "non-blocking-dropped" FlagDropped entry [has(1, TFD_NONBLOCK)] [drop(1, TFD_NONBLOCK)]
            "TFD_NONBLOCK: sets O_NONBLOCK";
        "clock-unchecked" MissingCheck entry [above(0, 90)] [skip(0)]
            "EINVAL: the clock is not known";
        "flags-unchecked" MissingCheck entry [is(1, 1)] [skip(0)]
            "EINVAL: flags are not valid";
        "realtime-unknown" FalseError entry [is(0, CLOCK_REALTIME)] [fail(EINVAL)]
            "CLOCK_REALTIME: a timer for the time of day";
    }
    SYS_timerfd_settime "timerfd_settime" {
        "absolute-dropped" FlagDropped entry [is(1, TFD_TIMER_ABSTIME)] [arg(1, 0)]
            "TFD_TIMER_ABSTIME: the time is absolute";
        "interval-dropped" ArgumentChanged
            entry [readable(2, 31)] [put(long(2, 0), 0), put(long(2, 8), 0)]
            "timerfd_settime(2): it_interval is the time between expirations";
        "never-fires" FalseSuccess entry [readable(2, 31)] [skip(0)]
            "timerfd_settime(2): arms the timer";
        "fires-at-once" TimeOff
            entry [is(1, 0), readable(2, 31)] [put(long(2, 16), 0), put(long(2, 24), 1)]
            "timerfd_settime(2): it_value is the time to the first expiration";
        "flags-unchecked" MissingCheck entry [above(1, 3)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: flags are not valid";
        "descriptor-unchecked" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
    }
    SYS_timerfd_gettime "timerfd_gettime" {
        "interval-lost" ResultAltered exit [OK] [out(long(1, 0), 0), out(long(1, 8), 0)]
            "timerfd_gettime(2): it_interval is stored";
        "value-lost" ResultAltered exit [OK] [out(long(1, 16), 0), out(long(1, 24), 0)]
            "timerfd_gettime(2): it_value is the time left";
        "always-armed" ResultAltered exit [OK] [out(long(1, 24), 5)]
            "timerfd_gettime(2): it_value is 0 where the timer is disarmed";
        "unmapped-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the result is not mapped";
    }
    SYS_signalfd4 "signalfd4" {
        "non-blocking-dropped" FlagDropped entry [has(3, SFD_NONBLOCK)] [drop(3, SFD_NONBLOCK)]
            "SFD_NONBLOCK: sets O_NONBLOCK";
        "takes-any-signal" ArgumentChanged entry [readable(1, 7)] [put(long(1, 0), -1)]
            "signalfd(2): the signals of the set";
        "pipe-is-bad" WrongErrno entry [On(0, Pipe)] exit [err(EINVAL)] [wrong(EBADF)]
            "EINVAL: the descriptor is no signal descriptor";
        "size-unchecked" MissingCheck entry [is(2, 4)] [arg(2, 8)]
            "EINVAL: the size is not that of a set";
    }
    SYS_accept4 "accept4" {
        "flags-dropped" FlagDropped entry [has(3, SOCK_CLOEXEC)] [arg(3, 0)]
            "accept4(2): SOCK_NONBLOCK and SOCK_CLOEXEC";
        "close-on-exec-dropped" FlagDropped entry [has(3, SOCK_CLOEXEC)] [drop(3, SOCK_CLOEXEC)]
            "SOCK_CLOEXEC: sets FD_CLOEXEC";
        "pipe-is-bad" WrongErrno exit [err(ENOTSOCK)] [wrong(EBADF)]
            "ENOTSOCK: the descriptor is no socket";
        "missing" FalseError entry [] [fail(ENOSYS)]
            "accept4(2): accepts a connection";
    }
}
