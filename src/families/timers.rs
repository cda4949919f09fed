//! POSIX timers: `timer_create`, `timer_settime`, `timer_delete`.
//!
//! A row that waits for an expiry sleeps far longer and is woken by the signal, or by the next one
//! of an interval: the outcome does not depend on which comes first. `FRESH` deletes the timer at
//! `TIMER`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Timers",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The clock that `pthread_getcpuclockid` returns for the calling thread.
const OWN_THREAD: i64 = -2;
const MS: i64 = 1_000_000;
const ONE_MS: [u8; 16] = timespec(0, MS);
const TENTH: [u8; 16] = timespec(0, 100 * MS);
/// A sleep that a repeating timer must end. No machine delays a handler for so long.
const LONG: [u8; 16] = timespec(9, 0);
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
/// A notification by SIGUSR1, with a value that no other memory holds.
const MARK: i64 = 0x5ac3;
const EVENT: [u8; 16] = sigevent(MARK, SIGUSR1, SIGEV_SIGNAL);
const SILENT: [u8; 16] = sigevent(MARK, SIGUSR1, SIGEV_NONE);
const ONCE: [u8; 32] = itimerspec(0, MS / 2);
const TICKS: [u8; 32] = itimerspec(MS / 2, MS / 2);
const NEVER: [u8; 32] = itimerspec(0, 0);
/// A far first expiry, and an interval of a millisecond.
const FAR: [u8; 32] = four(0, MS, 1000, 0);
/// An interval without a first expiry.
const NO_VALUE: [u8; 32] = itimerspec(MS, 0);

const POSITIVE: Table = rows! {
    // One expiry, and all that the handler is given.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, SA_SIGINFO, 0)             => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER) => Is(0), "CLOCK_MONOTONIC";
    CLOCK();
    TIMER_SETTIME(*TIMER, 0, [ONCE], 0)       => Is(0), "arms a timer";
    NANOSLEEP([TENTH], 0)                     => AtLeast(-4);
    CLOCK() => AtLeast(500), "timer_settime: fires not before its time";
    GET32(&CAUGHT)                            => Is(1), "timer_settime: fires";
    GET32(&CAUGHT_SIGNO)                      => Is(SIGUSR1), "timer_create: sigev_signo";
    GET32(&CAUGHT_INFO + 8)                   => Is(SI_TIMER), "timer_create: si_code";
    GET64(&CAUGHT_INFO + 24)                  => Is(MARK), "timer_create: si_value";
    GET32(&CAUGHT_INFO + 16)                  => Is(*TIMER), "timer_create: si_timerid";
    NANOSLEEP([ONE_MS], 0)                    => Is(0), "timer_settime: fires only once";
    TIMER_SETTIME(*TIMER, 0, [FAR], &ITIMER);
    COUNT(&ITIMER, 0, 32)                     => Is(32), "timer_settime: fired timer is disarmed";

    // Expiries repeat until the timer is deleted.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_REALTIME, [EVENT], &TIMER) => Is(0), "CLOCK_REALTIME";
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    NANOSLEEP([LONG], 0)                      => Err(EINTR);
    NANOSLEEP([LONG], 0) => Err(EINTR), "timer_settime: interval interrupts sleep after sleep";
    GET32(&CAUGHT)                            => AtLeast(2), "timer_settime: interval fires again";
    TIMER_DELETE(*TIMER)                      => Is(0), "running timer";
    NANOSLEEP([ONE_MS], 0)                    => Is(0), "timer_delete: fires no more";

    // The remaining time, disarming, and values that do not arm. (Linux 6.18 reports the old time
    // for a disarmed timer with SIGEV_NONE.)
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [FAR], 0);
    TIMER_SETTIME(*TIMER, 0, [NEVER], &ITIMER);
    GET64(&ITIMER + 8)                        => Is(MS), "timer_settime: old interval";
    GET64(&ITIMER + 16)                       => AtLeast(900);
    GET64(&ITIMER + 16) => AtMost(1000), "timer_settime: old value is the time left";
    TIMER_SETTIME(*TIMER, 0, [NO_VALUE], &ITIMER);
    COUNT(&ITIMER + 16, 0, 16)                => Is(16), "timer_settime: zero value disarms";
    TIMER_SETTIME(*TIMER, 0, [NEVER], &ITIMER);
    COUNT(&ITIMER + 16, 0, 16) => Is(16), "timer_settime: interval alone does not arm";

    // A timer without a signal.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [SILENT], &TIMER) => Is(0), "SIGEV_NONE";
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    NANOSLEEP([ONE_MS], 0)                    => Is(0), "timer_create: SIGEV_NONE sends no signal";

    // TIMER_ABSTIME: a time on the clock.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    CLOCK_GETTIME(CLOCK_MONOTONIC, &ITIMER + 16);
    PAIR(&ITIMER, 0, MS / 2);
    TIMER_SETTIME(*TIMER, TIMER_ABSTIME, &ITIMER, 0);
    NANOSLEEP([LONG], 0) => Err(EINTR), "timer_settime: sleep after a TIMER_ABSTIME in the past";

    // Expiries while the signal is pending are counted.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, SA_SIGINFO, 0)             => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    // Six expiries, so that some are counted even where the kernel's timer thread is late.
    NANOSLEEP([ONE_MS], 0);
    NANOSLEEP([ONE_MS], 0);
    NANOSLEEP([ONE_MS], 0);
    PAIR(&ACT, SIG_IGN, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&ACT + 16, @Restorer);
    // Only the first signal is handled: the handler ignores those after it.
    IN_HANDLER();
    RT_SIGACTION(SIGUSR1, &ACT, 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR1], 0, SIGSET_SIZE);
    GET32(&CAUGHT_INFO + 20)                  => AtLeast(1), "timer_settime: overrun is counted";

    FRESH();
    TIMER_CREATE(OWN_THREAD, 0, &TIMER)       => Is(0), "clock of the own thread";
    FRESH();
    TIMER_CREATE(CLOCK_REALTIME, 0, &TIMER)   => Is(0), "null event";
    TIMER_CREATE(CLOCK_REALTIME, 0, &WORD);
    TIMER_DELETE(*TIMER);
    TIMER_SETTIME(*WORD, 0, [NEVER], 0)       => Is(0), "timer_delete: other timer stays";
    TIMER_DELETE(*WORD);
    AGAIN(300) => Is(300), "timer_create: 300 pairs created and deleted leak nothing";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    TIMER_CREATE(99, [EVENT], &TIMER)         => Err(EINVAL), "unknown clock";
    TIMER_CREATE(-1, [EVENT], &TIMER)         => Err(EINVAL), "clock -1";
    TIMER_CREATE(CLOCK_MONOTONIC, 8, &TIMER)  => Err(EFAULT), "unmapped event";
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], -4096) => Err(EFAULT), "timer id in kernel half";
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], 8) => Err(EFAULT), "unmapped timer id";
    PAIR(&SIGEVENT, MARK, 65);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Err(EINVAL), "signal 65";
    PAIR(&SIGEVENT, MARK, 0);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Err(EINVAL), "signal 0";
    PAIR(&SIGEVENT, MARK, SIGUSR1);
    PUT32(&SIGEVENT + 12, 99);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Err(EINVAL), "unknown notification";
    PAIR(&SIGEVENT, MARK, SIGEV_THREAD_ID << 32 | SIGUSR1);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Err(EINVAL), "thread that does not exist";

    FRESH();
    TIMER_SETTIME(*TIMER, 0, [FAR], 0)        => Err(EINVAL), "timer that does not exist";
    TIMER_SETTIME(-1, 0, [FAR], 0)            => Err(EINVAL), "timer -1";
    TIMER_DELETE(*TIMER)                      => Err(EINVAL), "timer that does not exist";
    TIMER_DELETE(-1)                          => Err(EINVAL), "timer -1";
    TIMER_CREATE(CLOCK_MONOTONIC, [SILENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, 0, 0)            => Err(EINVAL), "null value";
    TIMER_SETTIME(*TIMER, 0, 8, 0)            => Err(EFAULT), "unmapped value";
    TIMER_SETTIME(*TIMER, 0, [NEVER], 8)      => Err(EFAULT), "unmapped old value";
    // The old value is zero: a kernel that writes it wrongly changes nothing.
    TIMER_SETTIME(*TIMER, 0, [NEVER], @ReadOnly) => Err(EFAULT), "read-only old value";
    TIMER_SETTIME(*TIMER, 0, [itimerspec(0, -1)], 0) => Err(EINVAL), "nanoseconds -1";
    TIMER_SETTIME(*TIMER, 0, [four(0, 0, -1, 0)], 0) => Err(EINVAL), "seconds -1";
    TIMER_SETTIME(*TIMER, 0, [itimerspec(0, 1000 * MS)], 0) => Err(EINVAL), "nanoseconds 10^9";
    TIMER_SETTIME(*TIMER, 0, [NEVER], &ITIMER);
    COUNT(&ITIMER, 0, 32) => Is(32), "timer_settime: errors leave the timer alone";
    TIMER_DELETE(*TIMER);
    TIMER_SETTIME(*TIMER, 0, [NEVER], 0)      => Err(EINVAL), "deleted timer";
    TIMER_DELETE(*TIMER)                      => Err(EINVAL), "deleted timer";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &EDGE - 4) => Is(0), "timer id at the end of a page";
    GET32(&EDGE - 4)                          => Keep(TIMER);
    TIMER_SETTIME(*TIMER, 0, [FAR], &EDGE - 32) => Is(0), "old value at the end of a page";
    TIMER_SETTIME(*TIMER, 0, [FAR], &EDGE - 16) => Err(EFAULT), "old value half unmapped";
    // Linux writes the half that is mapped: a time of 1 ms, if it were left there.
    PAIR(&EDGE - 16, 0, 0);
    TIMER_SETTIME(*TIMER, 0, &EDGE - 32, 0)   => Is(0), "value at the end of a page";
    TIMER_SETTIME(*TIMER, 0, [itimerspec(0, 1000 * MS - 1)], 0) => Is(0), "nanoseconds 10^9 - 1";
    GET32(&CAUGHT)                            => Is(0), "timer_settime: nanoseconds are waited for";
    PAIR(&ITIMER, 0, 0);
    PAIR(&ITIMER + 16, 1i64 << 62, 0);
    TIMER_SETTIME(*TIMER, 0, &ITIMER, 0)      => Is(0), "seconds 2^62";
    TIMER_SETTIME(*TIMER, 0, [NEVER], &ITIMER2);
    GET64(&ITIMER2 + 16) => AtLeast(1 << 30), "timer_settime: huge value lies ahead";
};
