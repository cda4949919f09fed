//! Sleeps and timers: `clock_nanosleep`, `timer_gettime`, `timer_getoverrun`, `clock_settime`.
//!
//! Times have lower bounds only. No row sets a clock.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Sleeps",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

/// A number that no clock has.
const NO_CLOCK: i64 = 99;
const SEC: i64 = 1_000_000_000;
const MS: i64 = 1_000_000;
const ZERO: [u8; 16] = timespec(0, 0);
const ONE_MS: [u8; 16] = timespec(0, MS);
const LONG: [u8; 16] = timespec(4, 0);
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const EVENT: [u8; 16] = sigevent(0x5ac3, SIGUSR1, SIGEV_SIGNAL);
const ONCE: [u8; 32] = itimerspec(0, MS / 2);
const TICKS: [u8; 32] = itimerspec(MS / 2, MS / 2);
/// The first expiry is so late that the time left of a sleep is below its whole seconds.
const LATE: [u8; 32] = itimerspec(MS, 20 * MS);
/// A far first expiry, and an interval of a millisecond.
const FAR: [u8; 32] = four(0, MS, 1000, 0);
/// The seconds left of the timer.
const LEFT: Place = ITIMER.plus(16);

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    CLOCK();
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, [ONE_MS], 0) => Is(0), "CLOCK_MONOTONIC";
    CLOCK() => AtLeast(1000), "clock_nanosleep: lasts at least 1 ms";
    CLOCK_GETTIME(CLOCK_MONOTONIC, &TIME);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &TIME, 0) => Is(0), "time that has passed";

    FRESH();
    WATCH();
    CATCH(SIGUSR1, SA_RESTART, 0)             => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [LATE], 0);
    PAIR(&TIME, 9, 0);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, &TIME, &TIME2) => Err(EINTR),
        "signal with SA_RESTART comes";
    AND(*TIME2, !1)                           => Is(8), "clock_nanosleep: time left";
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, &TIME, 8) => Err(EFAULT), "time left, unmapped result";
    CLOCK_GETTIME(CLOCK_MONOTONIC, &TIME);
    MINUS(*TIME, -1000)                       => Keep(TIME);
    FILL(&TIME2, POISON, 16);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, TIMER_ABSTIME, &TIME, &TIME2) => Err(EINTR),
        "TIMER_ABSTIME, caught signal";
    COUNT(&TIME2, POISON, 16) => Is(16), "clock_nanosleep: TIMER_ABSTIME leaves no time left";

    // The time left of a timer.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [FAR], 0);
    TIMER_GETTIME(*TIMER, &ITIMER)            => Is(0), "running timer";
    GET64(&ITIMER + 8)                        => Is(MS), "timer_gettime: interval";
    AND(*LEFT, -16)                           => Is(992), "timer_gettime: seconds left";
    TIMER_SETTIME(*TIMER, 0, [ONCE], 0);
    RT_SIGTIMEDWAIT([USR1], &INFO, [LONG], SIGSET_SIZE) => Is(SIGUSR1);
    TIMER_GETTIME(*TIMER, &ITIMER);
    COUNT(&ITIMER, 0, 32)                     => Is(32), "timer_gettime: fired timer is disarmed";
    TIMER_GETOVERRUN(*TIMER)                  => Is(0), "no overrun";
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    // Six expiries, so that some are counted even where the kernel's timer thread is late.
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, [ONE_MS], 0);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, [ONE_MS], 0);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, [ONE_MS], 0);
    RT_SIGTIMEDWAIT([USR1], &INFO, [ZERO], SIGSET_SIZE) => Is(SIGUSR1);
    TIMER_GETOVERRUN(*TIMER)                  => AtLeast(1), "signal pends at expiries";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    CLOCK_NANOSLEEP(NO_CLOCK, 0, [ZERO], 0)   => Err(EINVAL), "unknown clock";
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, 8, 0) => Err(EFAULT), "unmapped request";
    PAIR(&TIME, 0, -1);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, &TIME, 0) => Err(EINVAL), "negative tv_nsec";
    PAIR(&TIME, -1, 0);
    CLOCK_NANOSLEEP(CLOCK_MONOTONIC, 0, &TIME, 0) => Err(EINVAL), "negative tv_sec";
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME);
    PAIR(&TIME, *TIME, SEC);
    CLOCK_NANOSLEEP(CLOCK_REALTIME, TIMER_ABSTIME, &TIME, 0) => Err(EINVAL),
        "TIMER_ABSTIME, tv_nsec of a whole second";
    // Who may not set the clock gets either error: POSIX does not order them.
    CLOCK_SETTIME(CLOCK_REALTIME, &TIME)      => Either(EINVAL, EPERM),
        "tv_nsec of a whole second";
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_DELETE(*TIMER);
    TIMER_GETTIME(*TIMER, &ITIMER)            => Err(EINVAL), "deleted timer";
    TIMER_GETOVERRUN(*TIMER)                  => Err(EINVAL), "deleted timer";
};
