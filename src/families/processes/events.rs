//! Descriptors that Linux alone has: `eventfd2`, `timerfd_create`, `timerfd_settime`,
//! `timerfd_gettime`, `signalfd4`, `accept4`.

use crate::plan::prelude::*;
use crate::plan::routine::POLL_ONE;

pub const FAMILY: Family = Family {
    title: "Event descriptors",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const MS: i64 = 1_000_000;
const BOTH_WAYS: i64 = POLLIN | POLLOUT;
const ONE_MS: [u8; 16] = timespec(0, MS);
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const BOTH: [u8; 8] = sigset(&[SIGUSR1, SIGUSR2]);
const ONCE: [u8; 32] = itimerspec(0, MS);
const TICKS: [u8; 32] = itimerspec(MS / 2, MS / 2);
/// A far first expiry, and an interval of a millisecond.
const FAR: [u8; 32] = four(0, MS, 1000, 0);
const LEFT: Place = ITIMER.plus(16);
/// The size of a `struct signalfd_siginfo`, and the sender's id in it.
const SIGNAL: i64 = 128;
const SSI_PID: i64 = 12;

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    EVENTFD2(3, EFD_NONBLOCK)                 => Keep(FD_A), "count of 3";
    POLL_ONE(*FD_A, BOTH_WAYS)                => Is(BOTH_WAYS), "eventfd2: events of a count";
    READ(*FD_A, &BUF, 4096)                   => Is(8), "eventfd2: count of 8 bytes";
    GET64(&BUF)                               => Is(3), "eventfd2: first count";
    POLL_ONE(*FD_A, BOTH_WAYS)                => Is(POLLOUT), "eventfd2: events of count 0";
    READ(*FD_A, &BUF, 8)                      => Err(EAGAIN), "eventfd2: O_NONBLOCK, count 0";
    PUT64(&A, 5);
    WRITE(*FD_A, &A, 8);
    WRITE(*FD_A, &A, 8);
    READ(*FD_A, &BUF, 8);
    GET64(&BUF)                               => Is(10), "eventfd2: writes add up";
    PUT64(&A, -2);
    WRITE(*FD_A, &A, 8)                       => Is(8), "eventfd2: largest count";
    WRITE(*FD_A, &A, 8) => Err(EAGAIN), "eventfd2: more than the largest count";
    EVENTFD2(2, EFD_SEMAPHORE | EFD_CLOEXEC)  => Keep(FD_B), "EFD_SEMAPHORE";
    FCNTL(*FD_B, F_GETFD, 0)                  => Is(FD_CLOEXEC), "eventfd2: FD_CLOEXEC";
    READ(*FD_B, &BUF, 8);
    GET64(&BUF)                               => Is(1), "eventfd2: EFD_SEMAPHORE takes 1";
    READ(*FD_B, &BUF, 8);
    LATER(0, 4);
    WRITE(*FD_B, [[1; 8]], 8);
    READ(*FD_B, &BUF, 8)                      => Is(8), "eventfd2: waits for a count";

    // A timer.
    FRESH();
    WATCH();
    TIMERFD_CREATE(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC) => Keep(FD_A), "CLOCK_MONOTONIC";
    READ(*FD_A, &BUF, 8) => Err(EAGAIN), "timerfd_create: O_NONBLOCK, disarmed timer";
    TIMERFD_SETTIME(*FD_A, 0, [FAR], 0)       => Is(0), "running timer";
    TIMERFD_GETTIME(*FD_A, &ITIMER)           => Is(0), "running timer";
    GET64(&ITIMER + 8)                        => Is(MS), "timerfd_gettime: interval";
    AND(*LEFT, -16)                           => Is(992), "timerfd_gettime: seconds left";
    POLL_ONE(*FD_A, POLLIN) => Is(0), "timerfd_settime: no events before its time";
    PAIR(&ITIMER, 0, 0);
    CLOCK_GETTIME(CLOCK_MONOTONIC, &ITIMER + 16);
    TIMERFD_SETTIME(*FD_A, TFD_TIMER_ABSTIME, &ITIMER, 0);
    RETRY();
    POLL_ONE(*FD_A, POLLIN) => Is(POLLIN), "timerfd_settime: time that has passed";
    TIMERFD_GETTIME(*FD_A, &ITIMER);
    COUNT(&ITIMER, 0, 32)                     => Is(32), "timerfd_gettime: fired timer is disarmed";
    TIMERFD_CREATE(CLOCK_REALTIME, 0)         => Keep(FD_B), "CLOCK_REALTIME";
    CLOCK();
    TIMERFD_SETTIME(*FD_B, 0, [ONCE], 0);
    READ(*FD_B, &BUF, 4096)                   => Is(8), "timerfd_settime: waits for its time";
    CLOCK() => AtLeast(1000), "timerfd_settime: fires not before its time";
    TIMERFD_SETTIME(*FD_B, 0, [TICKS], 0);
    NANOSLEEP([ONE_MS], 0);
    NANOSLEEP([ONE_MS], 0);
    NANOSLEEP([ONE_MS], 0);
    READ(*FD_B, &BUF, 8);
    GET64(&BUF)                               => AtLeast(2), "timerfd_settime: fires add up";

    // Signals.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH], 0, SIGSET_SIZE);
    SIGNALFD4(-1, [USR1], SIGSET_SIZE, SFD_NONBLOCK) => Keep(FD_A), "signal";
    KILL(*SELF, SIGUSR2);
    READ(*FD_A, &BUF, 4096) => Err(EAGAIN), "signalfd4: O_NONBLOCK, another signal pends";
    KILL(*SELF, SIGUSR1);
    POLL_ONE(*FD_A, POLLIN)                   => Is(POLLIN), "signalfd4: events of a signal";
    READ(*FD_A, &BUF, 4096)                   => Is(SIGNAL), "signalfd4: signal of 128 bytes";
    GET32(&BUF)                               => Is(SIGUSR1), "signalfd4: si_signo";
    GET32(&BUF + SSI_PID)                     => Is(*SELF), "signalfd4: si_pid";
    READ(*FD_A, &BUF, 4096) => Err(EAGAIN), "signalfd4: O_NONBLOCK, nothing pends";
    GET32(&CAUGHT)                            => Is(0), "signalfd4: no handler runs";

    // A connection. The name is abstract and of this process alone.
    FRESH();
    WATCH();
    SOCKET(AF_UNIX, SOCK_STREAM, 0)           => Keep(FD_A);
    PUT32(&ADDR, AF_UNIX);
    PUT32(&ADDR + 4, *SELF);
    BIND(*FD_A, &ADDR, 8);
    LISTEN(*FD_A, 1);
    ACCEPT4(*FD_A, 0, 0, 4096)                => Err(EINVAL), "unknown flag";
    SOCKET(AF_UNIX, SOCK_STREAM, 0)           => Keep(FD_B);
    CONNECT(*FD_B, &ADDR, 8);
    ACCEPT4(*FD_A, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC) => Keep(FD_C), "flags";
    FCNTL(*FD_C, F_GETFD, 0)                  => Is(FD_CLOEXEC), "accept4: FD_CLOEXEC";
    READ(*FD_C, &BUF, 1)                      => Err(EAGAIN), "accept4: O_NONBLOCK, no data";
    SENDTO(*FD_B, [*b"hello"], 5, 0, 0, 0);
    READ(*FD_C, &BUF, 4096)                   => Is(5), "accept4: bytes arrive";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    PIPE2(&FDS, O_NONBLOCK);
    EVENTFD2(0, 2)                            => Err(EINVAL), "unknown flag";
    EVENTFD2(3, EFD_NONBLOCK)                 => Keep(FD_A);
    READ(*FD_A, &BUF, 7)                      => Err(EINVAL), "eventfd2: buffer of 7 bytes";
    PUT64(&A, -1);
    WRITE(*FD_A, &A, 8)                       => Err(EINVAL), "eventfd2: count -1";
    TIMERFD_CREATE(99, 0)                     => Err(EINVAL), "unknown clock";
    TIMERFD_CREATE(CLOCK_MONOTONIC, 1)        => Err(EINVAL), "unknown flag";
    TIMERFD_SETTIME(-1, 0, [ONCE], 0)         => Err(EBADF), "descriptor -1";
    TIMERFD_GETTIME(-1, &ITIMER)              => Err(EBADF), "descriptor -1";
    TIMERFD_CREATE(CLOCK_MONOTONIC, TFD_NONBLOCK) => Keep(FD_B);
    TIMERFD_SETTIME(*FD_B, 64, [ONCE], 0)     => Err(EINVAL), "unknown flag";
    TIMERFD_GETTIME(*FD_B, 8)                 => Err(EFAULT), "unmapped result";
    SIGNALFD4(-1, [USR1], SIGSET_SIZE, 1)     => Err(EINVAL), "unknown flag";
    SIGNALFD4(-1, [USR1], 4, 0)               => Err(EINVAL), "set of 4 bytes";
    SIGNALFD4(*RD, [USR1], SIGSET_SIZE, 0)    => Err(EINVAL), "pipe";
    SIGNALFD4(-1, [USR1], SIGSET_SIZE, SFD_NONBLOCK) => Keep(FD_C);
    // A signal pends: EAGAIN would be right too without one.
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    READ(*FD_C, &BUF, SIGNAL - 1)             => Err(EINVAL), "signalfd4: buffer of 127 bytes";
    ACCEPT4(-1, 0, 0, 0)                      => Err(EBADF), "descriptor -1";
    ACCEPT4(*RD, 0, 0, 0)                     => Err(ENOTSOCK), "pipe";
};
