//! Interval timers and the time of day: `setitimer`, `getitimer`, `gettimeofday`.
//!
//! SIGALRM is blocked and taken: its handler belongs to the watchdog, which no script here has.

use crate::plan::prelude::*;
use crate::plan::routine::SPIN;

pub const FAMILY: Family = Family {
    title: "Interval timers",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const ALRM: [u8; 8] = sigset(&[SIGALRM]);
const LONG: [u8; 16] = timespec(2, 0);
/// Values of `struct itimerval`: interval and first expiry, in microseconds.
const ONCE: [u8; 32] = itimerspec(0, 1000);
const TICKS: [u8; 32] = itimerspec(1000, 1000);
const FAR: [u8; 32] = four(0, 1000, 1000, 0);
const NO_VALUE: [u8; 32] = itimerspec(1000, 0);
const LEFT: Place = ITIMER.plus(16);

const POSITIVE: Table = shared_rows! {
    FRESH();
    CATCH(SIGALRM, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [ALRM], 0, SIGSET_SIZE);
    GETITIMER(ITIMER_REAL, &ITIMER);
    COUNT(&ITIMER, 0, 32)                     => Is(32), "getitimer: disarmed at first";
    SETITIMER(ITIMER_REAL, [FAR], 0)   => Is(0), "ITIMER_REAL";
    GETITIMER(ITIMER_REAL, &ITIMER);
    GET64(&ITIMER + 8)                        => Is(1000), "getitimer: interval";
    AND(*LEFT, -16)                           => Is(992), "getitimer: seconds left";
    GETITIMER(ITIMER_VIRTUAL, &ITIMER);
    COUNT(&ITIMER, 0, 32) => Is(32), "getitimer: ITIMER_VIRTUAL is another timer";
    SETITIMER(ITIMER_REAL, [NO_VALUE], &ITIMER);
    GETITIMER(ITIMER_REAL, &ITIMER);
    COUNT(&ITIMER + 16, 0, 16)                => Is(16), "setitimer: zero value disarms";
    CLOCK();
    SETITIMER(ITIMER_REAL, [ONCE], 0);
    RT_SIGTIMEDWAIT([ALRM], &INFO, [LONG], SIGSET_SIZE) => Is(SIGALRM), "setitimer: SIGALRM";
    CLOCK() => AtLeast(1000), "setitimer: fires not before its time";
    GETITIMER(ITIMER_REAL, &ITIMER);
    COUNT(&ITIMER, 0, 32)                     => Is(32), "getitimer: fired timer is disarmed";
    SETITIMER(ITIMER_REAL, [TICKS], 0);
    RT_SIGTIMEDWAIT([ALRM], 0, [LONG], SIGSET_SIZE) => Is(SIGALRM);
    RT_SIGTIMEDWAIT([ALRM], 0, [LONG], SIGSET_SIZE) => Is(SIGALRM),
        "setitimer: interval fires again";

    FRESH();
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGVTALRM, 0, 0)                    => Is(1);
    SETITIMER(ITIMER_VIRTUAL, [ONCE], 0);
    SPIN(&CAUGHT)                             => Is(1);
    GET32(&CAUGHT_SIGNO)                      => Is(SIGVTALRM);
    PARENT();
    REAP(*PID)                                => Is(0), "setitimer: ITIMER_VIRTUAL";
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGPROF, 0, 0)                      => Is(1);
    SETITIMER(ITIMER_PROF, [ONCE], 0);
    SPIN(&CAUGHT)                             => Is(1);
    GET32(&CAUGHT_SIGNO)                      => Is(SIGPROF);
    PARENT();
    REAP(*PID)                                => Is(0), "setitimer: ITIMER_PROF";

    FRESH();
    GETTIMEOFDAY(&TIME, 0)                    => Is(0), "time of day";
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME2);
    MINUS(*TIME2, *TIME) => AtMost(9), "gettimeofday: seconds of CLOCK_REALTIME";
    GET64(&TIME + 8)                          => AtMost(999_999), "gettimeofday: microseconds";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    GETITIMER(3, &ITIMER)                     => Err(EINVAL), "unknown timer";
    GETITIMER(ITIMER_REAL, 8)                 => Err(EFAULT), "unmapped result";
    SETITIMER(3, [FAR], 0)                    => Err(EINVAL), "unknown timer";
    SETITIMER(ITIMER_REAL, 8, 0)              => Err(EFAULT), "unmapped value";
    SETITIMER(ITIMER_REAL, [four(0, 0, 1000, 1_000_000)], 0) => Err(EINVAL),
        "tv_usec of a whole second";
    SETITIMER(ITIMER_REAL, [four(0, 0, 1000, -1)], 0) => Err(EINVAL), "negative tv_usec";
    GETTIMEOFDAY(8, 0)                        => Err(EFAULT), "unmapped result";
};
