//! Waits for signals: `rt_sigsuspend`, `rt_sigpending`, `rt_sigtimedwait`, `rt_sigqueueinfo`,
//! `pause`, `alarm`.
//!
//! A signal that a row waits for is blocked before it is sent, or comes again and again: the
//! outcome does not depend on which comes first.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Signal waits",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

/// Two real-time signals that C libraries do not reserve.
const RT_HIGH: i64 = 41;
const RT_LOW: i64 = 40;
const USR1_BIT: i64 = 1 << (SIGUSR1 - 1);
const USR2_BIT: i64 = 1 << (SIGUSR2 - 1);
const NONE: [u8; 8] = sigset(&[]);
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const USR2: [u8; 8] = sigset(&[SIGUSR2]);
const BOTH: [u8; 8] = sigset(&[SIGUSR1, SIGUSR2]);
const BOTH_RT: [u8; 8] = sigset(&[RT_LOW, RT_HIGH]);
const ZERO: [u8; 16] = timespec(0, 0);
const ONE_MS: [u8; 16] = timespec(0, 1_000_000);
/// Longer than any wait here.
const LONG: [u8; 16] = timespec(4, 0);
/// A notification by SIGUSR1 with a value that no other memory holds.
const MARK: i64 = 0x5ac3;
const EVENT: [u8; 16] = sigevent(MARK, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(8_000_000, 500_000);
/// The sizes of the structures that are too small or too large for a set.
const SMALL: i64 = 4;
const LARGE: i64 = 16;

const POSITIVE: Table = rows! {
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    RT_SIGPENDING(&MASK, SIGSET_SIZE)         => Is(0), "own signals";
    GET64(&MASK)                              => Is(0), "rt_sigpending: nothing pends";
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(USR1_BIT), "rt_sigpending: blocked signal of the process";
    RT_SIGSUSPEND([USR2], SIGSET_SIZE)        => Err(EINTR), "signal that pends";
    GET32(&CAUGHT)                            => Is(1), "rt_sigsuspend: handler runs first";
    GET64(&CAUGHT_MASK)                       => Is(USR1_BIT | USR2_BIT),
        "rt_sigsuspend: handler adds to its mask";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(USR1_BIT), "rt_sigsuspend: mask is restored";
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(0), "rt_sigpending: handled signal";
    // It proves the call by which the suite ends a thread that waits.
    TGKILL(*SELF, *SELF, SIGUSR1);
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(USR1_BIT), "rt_sigpending: blocked signal of the thread";

    // A signal in the mask of the wait pends, and another one comes later.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, SA_RESTART, 0)             => Is(1);
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR2);
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    RT_SIGSUSPEND([USR2], SIGSET_SIZE)        => Err(EINTR), "signal with SA_RESTART comes";
    GET32(&CAUGHT_SIGNO) => Is(SIGUSR1), "rt_sigsuspend: signal in its mask does not end it";
    #[only(x86_64)]
    RT_SIGPROCMASK(SIG_SETMASK, [USR2], 0, SIGSET_SIZE);
    #[only(x86_64)]
    PAUSE()                                   => Err(EINTR), "signal with SA_RESTART comes";
    #[only(x86_64)]
    GET32(&CAUGHT)                            => AtLeast(2), "pause: handler runs first";

    #[only(x86_64)]
    FRESH();
    #[only(x86_64)]
    ALARM(1000)                               => Is(0), "none before";
    #[only(x86_64)]
    ALARM(500)                                => Keep(A);
    #[only(x86_64)]
    AND(*A, -16)                              => Is(992), "alarm: seconds left";
    #[only(x86_64)]
    ALARM(0)                                  => AtLeast(484), "0 cancels";
    #[only(x86_64)]
    ALARM(0)                                  => Is(0), "no seconds left";

    // Taking signals without a handler.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    RT_SIGTIMEDWAIT([USR1], &INFO, [ZERO], SIGSET_SIZE) => Is(SIGUSR1), "signal that pends";
    GET32(&INFO + SI_CODE)                    => Is(SI_USER), "rt_sigtimedwait: si_code";
    GET32(&INFO + SI_PID)                     => Is(*SELF), "rt_sigtimedwait: si_pid";
    GET32(&CAUGHT)                            => Is(0), "rt_sigtimedwait: no handler runs";
    KILL(*SELF, SIGUSR2);
    CLOCK();
    RT_SIGTIMEDWAIT([USR1], 0, [ONE_MS], SIGSET_SIZE) => Err(EAGAIN), "another signal pends";
    CLOCK() => AtLeast(1000), "rt_sigtimedwait: timeout is waited to the end";
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(USR2_BIT), "rt_sigtimedwait: another one stays";
    TIMER_CREATE(CLOCK_MONOTONIC, [EVENT], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    RT_SIGTIMEDWAIT([USR1], &INFO, [LONG], SIGSET_SIZE) => Is(SIGUSR1), "signal comes";
    GET64(&INFO + SI_VALUE)                   => Is(MARK), "rt_sigtimedwait: si_value";
    RT_SIGPROCMASK(SIG_SETMASK, [USR2], 0, SIGSET_SIZE);
    RT_SIGTIMEDWAIT([USR2], 0, 0, SIGSET_SIZE) => Is(SIGUSR2), "null timeout";
    RT_SIGTIMEDWAIT([USR2], 0, [LONG], SIGSET_SIZE) => Err(EINTR), "caught signal";

    // Signals with values.
    FRESH();
    CATCH(RT_HIGH, SA_SIGINFO, -1)            => Is(1);
    CATCH(RT_LOW, 0, -1)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH_RT], 0, SIGSET_SIZE);
    PUT32(&INFO + SI_CODE, SI_QUEUE);
    PUT64(&INFO + SI_VALUE, 1);
    RT_SIGQUEUEINFO(*SELF, RT_HIGH, &INFO)    => Is(0), "signal with a value";
    PUT64(&INFO + SI_VALUE, 2);
    RT_SIGQUEUEINFO(*SELF, RT_LOW, &INFO);
    PUT64(&INFO + SI_VALUE, 3);
    RT_SIGQUEUEINFO(*SELF, RT_LOW, &INFO);
    RT_SIGTIMEDWAIT([BOTH_RT], &INFO, [ZERO], SIGSET_SIZE) => Is(RT_LOW), "lowest signal first";
    GET64(&INFO + SI_VALUE)                   => Is(2), "rt_sigqueueinfo: values keep their order";
    RT_SIGTIMEDWAIT([BOTH_RT], &INFO, [ZERO], SIGSET_SIZE);
    GET64(&INFO + SI_VALUE)                   => Is(3), "rt_sigqueueinfo: signal queues";
    RT_SIGPROCMASK(SIG_SETMASK, [NONE], 0, SIGSET_SIZE);
    GET32(&CAUGHT_INFO + SI_CODE)             => Is(SI_QUEUE), "rt_sigqueueinfo: si_code";
    GET64(&CAUGHT_INFO + SI_VALUE)            => Is(1), "rt_sigqueueinfo: si_value";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    RT_SIGSUSPEND(8, SIGSET_SIZE)             => Err(EFAULT), "unmapped mask";
    RT_SIGSUSPEND([NONE], SMALL)              => Err(EINVAL), "set of 4 bytes";
    RT_SIGPENDING(8, SIGSET_SIZE)             => Err(EFAULT), "unmapped set";
    RT_SIGPENDING(&BUF, LARGE)                => Err(EINVAL), "set of 16 bytes";
    RT_SIGTIMEDWAIT(8, 0, [ZERO], SIGSET_SIZE) => Err(EFAULT), "unmapped set";
    RT_SIGTIMEDWAIT([USR1], 0, [timespec(0, -1)], SIGSET_SIZE) => Err(EINVAL), "negative tv_nsec";
    RT_SIGTIMEDWAIT([USR1], 0, [timespec(0, 1_000_000_000)], SIGSET_SIZE) => Err(EINVAL),
        "tv_nsec of a whole second";
    RT_SIGTIMEDWAIT([USR1], 0, [ZERO], SIGSET_SIZE) => Err(EAGAIN), "nothing pends";
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PUT32(&INFO + SI_CODE, SI_QUEUE);
    RT_SIGQUEUEINFO(*WORD, 0, &INFO)          => Err(ESRCH), "process that does not exist";
    RT_SIGQUEUEINFO(*SELF, 65, &INFO)         => Err(EINVAL), "signal 65";
    RT_SIGQUEUEINFO(*SELF, SIGUSR1, 8)        => Err(EFAULT), "unmapped siginfo_t";
    PUT32(&INFO + SI_CODE, SI_USER);
    // The other process exists: ESRCH would be right too where it does not.
    CATCH(SIGCHLD, SA_RESTART, 0)             => Is(1);
    CHILD(0)                                  => Keep(PID);
    PARENT();
    RT_SIGQUEUEINFO(*PID, 0, &INFO)           => Err(EPERM), "si_code of kill for another process";
    REAP(*PID);
};
