//! Clocks and sleeping: `clock_gettime`, `clock_getres`, `nanosleep`.
//!
//! Times have lower bounds only. The watchdog ends a call that never returns.

use crate::plan::prelude::*;
use crate::plan::routine::LOST;

pub const FAMILY: Family = Family {
    title: "Clocks",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A number that no clock has: `<time.h>` ends at 11, and Linux has room for 16.
const NO_CLOCK: i64 = 99;
/// The clock that `clock_getcpuclockid(0, ..)` returns.
const OWN_PROCESS: i64 = -6;
const SEC: i64 = 1_000_000_000;
const MS: i64 = 1_000_000;
const HUGE: i64 = 1 << 62;

const POSITIVE: Table = shared_rows! {
    FRESH();
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME)      => Is(0), "CLOCK_REALTIME";
    GET64(&TIME)                              => AtMost(HUGE), "clock_gettime: seconds are written";
    GET64(&TIME + 8) => AtMost(SEC - 1), "clock_gettime: nanoseconds below a second";
    COUNT(&TIME2, POISON, 16) => Is(16), "clock_gettime: nothing is written behind the result";
    NANOSLEEP([timespec(0, MS)], &ITIMER);
    COUNT(&ITIMER, POISON, 16) => Is(16), "nanosleep: whole sleep leaves no remainder";
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME2);
    SAME(&TIME, &TIME2, 16) => AtLeast(1), "clock_gettime: CLOCK_REALTIME advances";

    FRESH();
    CLOCK_GETTIME(CLOCK_MONOTONIC, &TIME);
    GET64(&TIME)                              => AtMost(HUGE);
    CLOCK();
    CLOCK()                                   => AtLeast(0);
    CLOCK()                                   => AtMost(MS);
    AGAIN(300)
        => Is(300), "clock_gettime: CLOCK_MONOTONIC neither goes back nor jumps a second";
    NANOSLEEP([timespec(0, MS)], 0);
    CLOCK()                                   => AtLeast(1000), "nanosleep: lasts at least 1 ms";
    LOST();
    LATER(0, 0);
    NANOSLEEP([timespec(0, MS)], 0);
    JOIN(0);
    CLOCK() => AtLeast(1000), "nanosleep: second thread lasts at least 1 ms";
    NANOSLEEP([timespec(0, MS)], 0);
    LOST()                                    => Is(0), "nanosleep: registers survive";

    FRESH();
    CLOCK_GETTIME(CLOCK_THREAD_CPUTIME_ID, &TIME) => Is(0), "CLOCK_THREAD_CPUTIME_ID";
    LATER(0, 0);
    CLOCK_GETTIME(CLOCK_THREAD_CPUTIME_ID, &TIME);
    JOIN(0)                                   => Is(0);
    GET64(&TIME) => Is(0), "clock_gettime: new thread has used no second";

    // The clocks of C libraries and of language runtimes.
    FRESH();
    CLOCK_GETTIME(CLOCK_MONOTONIC_RAW, &TIME) => Is(0), "CLOCK_MONOTONIC_RAW";
    CLOCK_GETTIME(CLOCK_MONOTONIC_COARSE, &TIME) => Is(0), "CLOCK_MONOTONIC_COARSE";
    CLOCK_GETTIME(CLOCK_REALTIME_COARSE, &TIME) => Is(0), "CLOCK_REALTIME_COARSE";
    CLOCK_GETTIME(CLOCK_BOOTTIME, &TIME)      => Is(0), "CLOCK_BOOTTIME";
    CLOCK_GETRES(CLOCK_BOOTTIME, 0)           => Is(0), "CLOCK_BOOTTIME";
    CLOCK_GETRES(OWN_PROCESS, 0)              => Is(0), "clock of the own process";

    FRESH();
    CLOCK_GETRES(CLOCK_REALTIME, &TIME)       => Is(0), "CLOCK_REALTIME";
    GET64(&TIME)                              => Is(0);
    GET64(&TIME + 8) => AtMost(20 * MS), "clock_getres: CLOCK_REALTIME is 20 ms or finer";
    GET64(&TIME + 8) => AtLeast(1), "clock_getres: CLOCK_REALTIME is above 0";
    CLOCK_GETRES(CLOCK_MONOTONIC, &TIME)      => Is(0), "CLOCK_MONOTONIC";
    COUNT(&TIME2, POISON, 16) => Is(16), "clock_getres: nothing is written behind the result";

    // A caught signal ends the sleep. It comes every millisecond, because one may come too early.
    // The first one comes after 20 ms: with a tick of 20 ms or less the remainder is below 9 s, and
    // with a timer slack that is added to it the remainder is not 9 s.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PAIR(&SIGEVENT, 0, SIGUSR1);
    PAIR(&ITIMER, 0, MS);
    PAIR(&ITIMER + 16, 0, 20 * MS);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER);
    TIMER_SETTIME(*TIMER, 0, &ITIMER, 0);
    PAIR(&TIME, 9, 0);
    NANOSLEEP(&TIME, &TIME2)                  => Err(EINTR), "caught signal";
    AND(*TIME2, !1) => Is(8), "nanosleep: remaining seconds";
    SAME(&TIME, &TIME2, 16) => AtLeast(1), "nanosleep: remainder is not the request";
    NANOSLEEP(&TIME, 0)                       => Err(EINTR), "caught signal, null remainder";
    NANOSLEEP(&TIME, 8)                       => Err(EFAULT), "caught signal, unmapped remainder";
    PAIR(&TIME, HUGE, SEC - 1);
    NANOSLEEP(&TIME, 0)                       => Err(EINTR), "2^62 seconds and 999999999 ns";
    CATCH(SIGUSR1, SA_RESTART, 0)             => Is(1);
    NANOSLEEP(&TIME, 0) => Err(EINTR), "rt_sigaction: nanosleep despite SA_RESTART";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    CLOCK_GETTIME(NO_CLOCK, &TIME)            => Err(EINVAL), "unknown clock";
    CLOCK_GETTIME(-1, &TIME)                  => Err(EINVAL), "clock -1";
    CLOCK_GETTIME(CLOCK_REALTIME, 8)          => Err(EFAULT), "unmapped result";
    CLOCK_GETTIME(CLOCK_REALTIME, -4096)      => Err(EFAULT), "kernel half";
    CLOCK_GETTIME(CLOCK_REALTIME, @ReadOnly)  => Err(EFAULT), "read-only result";
    CLOCK_GETRES(NO_CLOCK, &TIME)             => Err(EINVAL), "unknown clock";
    CLOCK_GETRES(-1, 0)                       => Err(EINVAL), "clock -1, null result";
    CLOCK_GETRES(CLOCK_REALTIME, 8)           => Err(EFAULT), "unmapped result";
    COUNT(&TIME, POISON, 16) => Is(16), "clock_gettime: failed calls write nothing";
    NANOSLEEP(8, 0)                           => Err(EFAULT), "unmapped request";
    NANOSLEEP(-4096, 0)                       => Err(EFAULT), "kernel half";
    PAIR(&TIME, 0, -1);
    NANOSLEEP(&TIME, &TIME2)                  => Err(EINVAL), "negative tv_nsec";
    PAIR(&TIME, 0, SEC);
    NANOSLEEP(&TIME, &TIME2)                  => Err(EINVAL), "tv_nsec of a whole second";
    PAIR(&TIME, 0, HUGE);
    NANOSLEEP(&TIME, &TIME2)                  => Err(EINVAL), "tv_nsec of 2^62";
    PAIR(&TIME, -1, 0);
    NANOSLEEP(&TIME, &TIME2)                  => Err(EINVAL), "negative tv_sec";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    CLOCK_GETTIME(CLOCK_MONOTONIC, &EDGE - 16) => Is(0), "last bytes of a page";
    CLOCK_GETTIME(CLOCK_MONOTONIC, &EDGE - 8) => Err(EFAULT), "half of the result unmapped";
    CLOCK_GETTIME(CLOCK_MONOTONIC, &BUF2 - 8);
    GET64(&BUF2) => AtMost(SEC - 1), "clock_gettime: second page gets its half";
    CLOCK_GETRES(CLOCK_MONOTONIC, 0)          => Is(0), "null result";
    WATCH();
    PAIR(&EDGE - 16, 0, 0);
    NANOSLEEP(&EDGE - 16, 0)                  => Is(0), "zero, last bytes of a page";
    NANOSLEEP(&EDGE - 8, 0)                   => Err(EFAULT), "half of the request unmapped";
    PAIR(&TIME, 0, 1);
    NANOSLEEP(&TIME, 8)                       => Is(0), "1 ns, unmapped remainder";
};
