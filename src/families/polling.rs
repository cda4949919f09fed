//! Polling: `poll`, `ppoll`, `select`, `pselect6`.
//!
//! Checks of signals that need one of these calls are here too.

use crate::plan::prelude::*;
use crate::plan::routine::{FILL_UP, POLL_ONE};

pub const FAMILY: Family = Family {
    title: "Polling",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// Half a millisecond in nanoseconds.
///
/// Timeouts are never in constant memory: `select` may change its timeout (POSIX.1-2017), and Linux
/// changes those of `ppoll` and `pselect6` too.
const SHORT: i64 = 500_000;
/// A timer that expires every half millisecond: a single signal could come before the call that it
/// is to interrupt.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(500_000, 500_000);
/// A signal mask that blocks none, and one that blocks `SIGPIPE`.
const NO_SIGNAL: [u8; 8] = [0; 8];
const SIGPIPE_BIT: i64 = 1 << (SIGPIPE - 1);
const SIGPIPE_MASK: [u8; 8] = SIGPIPE_BIT.to_ne_bytes();
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const LONG: [u8; 16] = timespec(9, 0);

const POSITIVE: Table = rows! {
    // The events of a pipe's two ends.
    FRESH();
    PIPE2(&FDS, 0);
    POLL_ONE(*RD, POLLIN)              => Is(0), "poll: empty pipe is not readable";
    POLL_ONE(*WR, POLLIN | POLLOUT)    => Is(POLLOUT), "poll: write end is writable alone";
    WRITE(*WR, [*b"hello"], 5);
    POLL_ONE(*RD, POLLIN)              => Is(POLLIN), "poll: pipe with data is readable";
    DUP(0)                             => Keep(FD_A);
    DUP2(*RD, 0)                       => Is(0);
    POLL_ONE(0, POLLIN)                => Is(POLLIN), "poll: descriptor 0";
    DUP2(*FD_A, 0);
    POLL_ONE(*RD, POLLRDNORM)          => Is(POLLRDNORM), "poll: data are normal data";
    POLL_ONE(*RD, POLLOUT)             => Is(0), "poll: data not asked for are not reported";
    READ(*RD, &BUF, 4096)              => Is(5);
    POLL_ONE(*RD, POLLIN)              => Is(0), "poll: pipe read empty is not readable";
    FRESH();
    PIPE2(&FDS, 0);
    WRITE(*WR, [*b"hello"], 5);
    CLOSE(*WR);
    POLL_ONE(*RD, POLLIN)              => Is(POLLIN | POLLHUP), "poll: data of a closed writer";
    READ(*RD, &BUF, 4096)              => Is(5);
    POLL_ONE(*RD, 0)                   => Is(POLLHUP), "poll: hang-up is reported unasked";
    FRESH();
    PIPE2(&FDS, 0);
    CLOSE(*RD);
    POLL_ONE(*WR, 0)                   => Is(POLLERR), "poll: error is reported unasked";
    POLL_ONE(*RD, 0)                   => Is(POLLNVAL), "poll: closed descriptor is reported";
    POLL_ONE(-1, POLLIN)               => Is(0), "poll: descriptor -1 is ignored";
    FRESH();
    WATCH();
    PIPE2(&FDS, O_NONBLOCK);
    FILL_UP(*WR)                       => AtLeast(1);
    POLL_ONE(*WR, POLLOUT)             => Is(0), "poll: full pipe is not writable";
    READ(*RD, &BUF, 4096)              => Is(4096);
    POLL_ONE(*WR, POLLOUT)             => Is(POLLOUT), "poll: pipe with a page read is writable";

    // An array: a pipe with data, an idle pipe, an entry to ignore, a write end, a poisoned
    // descriptor.
    FRESH();
    PIPE2(&FDS2, 0);
    PIPE2(&FDS, 0);
    WRITE(*WR, [*b"hello"], 5);
    PUT32(&POLLFDS, *RD);
    PUT16(&POLLFDS + 4, POLLIN);
    PUT32(&POLLFDS + 8, *RD2);
    PUT32(&POLLFDS + 16, -1);
    PUT32(&POLLFDS + 24, *WR);
    PUT16(&POLLFDS + 28, POLLOUT);
    POLL(&POLLFDS, 5, 0)               => Is(3), "entries with revents are counted";
    GET16(&POLLFDS + 6)                => Is(POLLIN), "poll: revents of the first entry";
    GET16(&POLLFDS + 14)               => Is(0), "poll: revents of an idle entry are cleared";
    GET16(&POLLFDS + 30)               => Is(POLLOUT), "poll: entry behind an ignored one";
    COUNT(&POLLFDS + 40, POISON, 24)   => Is(24), "poll: nothing is written behind the entries";
    PUT32(&POLLFDS, *WR);
    PUT16(&POLLFDS + 4, POLLOUT);
    PUT32(&POLLFDS + 8, *WR);
    POLL(&POLLFDS, 2, 0)               => Is(2), "same descriptor twice counts twice";
    PUT32(&POLLFDS + 8, i32::MAX);
    POLL(&POLLFDS, 2, 0)               => Is(2), "closed descriptor counts";

    // Timeouts and signals.
    FRESH();
    WATCH();
    CLOCK();
    POLL(0, 0, 1)                      => Is(0), "no descriptors";
    #[only(x86_64)]
    CLOCK()                            => AtLeast(1000), "poll: timeout is waited to the end";
    #[only(aarch64, riscv64)]
    CLOCK()                            => AtLeast(1000);
    PAIR(&TIME, 0, SHORT);
    PPOLL(0, 0, &TIME, 0, 0)           => Is(0);
    CLOCK()                            => AtLeast(500), "ppoll: timeout is waited to the end";
    PAIR(&TIME, 0, SHORT / 1000);
    SELECT(0, 0, 0, 0, &TIME)          => Is(0), "no descriptors";
    #[only(x86_64)]
    CLOCK()                            => AtLeast(500), "select: timeout is waited to the end";
    #[only(aarch64, riscv64)]
    CLOCK();
    PAIR(&TIME, 0, SHORT);
    PSELECT6(0, 0, 0, 0, &TIME, 0)     => Is(0);
    CLOCK()                            => AtLeast(500), "pselect6: timeout is waited to the end";
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    PUT32(&POLLFDS, *WR);
    PUT16(&POLLFDS + 4, POLLOUT);
    POLL(&POLLFDS, 1, 4000)            => Is(1), "writable at once";
    PUT32(&POLLFDS, *RD);
    PUT16(&POLLFDS + 4, POLLIN);
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    #[only(x86_64)]
    POLL(&POLLFDS, 1, -1)              => Is(1), "timeout -1 waits for data";
    JOIN(0)                            => Is(5);
    READ(*RD, &BUF, 4096)              => Is(5);
    FILL(&POLLFDS + 6, POISON, 2);
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    PPOLL(&POLLFDS, 1, 0, 0, 0)        => Is(1), "null timeout waits for data";
    #[only(x86_64)]
    GET16(&POLLFDS + 6)                => Is(POLLIN), "ppoll: revents of the first entry";
    JOIN(0)                            => Is(5);
    READ(*RD, &BUF, 4096)              => Is(5);
    LATER(0, 1);
    CLOSE(*WR);
    POLL(&POLLFDS, 1, -1)              => Is(1), "close of the writer ends the wait";
    GET16(&POLLFDS + 6)                => Is(POLLHUP), "poll: revents of the hang-up that woke it";
    JOIN(0);
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    BIT(*RD)                           => Keep(A);
    PUT64(&SET, *A);
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    #[only(x86_64)]
    SELECT(64, &SET, 0, 0, 0)          => Is(1), "null timeout waits for data";
    JOIN(0)                            => Is(5);
    READ(*RD, &BUF, 4096)              => Is(5);
    PUT64(&SET2, *A);
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    PSELECT6(64, &SET, &SET2, 0, 0, 0) => Is(1), "null timeout waits for data";
    GET64(&SET2)                       => Is(0), "pselect6: sets are rewritten";
    JOIN(0)                            => Is(5);

    // The sets return the descriptors that are ready.
    FRESH();
    PAIR(&TIME, 0, 0);
    PIPE2(&FDS, 0);
    BIT(*RD)                           => Keep(A);
    BIT(*WR)                           => Keep(B);
    PUT64(&SET, *A);
    SELECT(64, &SET, 0, 0, &TIME)  => Is(0), "empty pipe is not readable";
    GET64(&SET)                        => Is(0), "select: timeout clears the set";
    WRITE(*WR, [*b"hello"], 5);
    PUT64(&SET, *A);
    PUT64(&SET2, *B);
    PUT64(&SET3, *A);
    SELECT(64, &SET, &SET2, &SET3, &TIME) => Is(2), "bits of all sets are counted";
    GET64(&SET)                        => Is(*A), "select: readable descriptor stays in its set";
    GET64(&SET2)                       => Is(*B), "select: writable descriptor stays in its set";
    GET64(&SET3)                       => Is(0), "select: data are no exceptional condition";
    COUNT(&SET + 8, POISON, 120)       => Is(120), "select: nothing is written behind nfds";
    PUT64(&SET, *A);
    SELECT(*RD, &SET, 0, 0, &TIME) => Is(0), "descriptor nfds is not looked at";
    PUT64(&SET, *A);
    PUT64(&SET2, *B);
    SELECT(5, &SET, &SET2, 0, &TIME)   => Is(2), "descriptor below nfds is looked at";
    PUT64(&SET, *A);
    PUT64(&SET2, *B);
    #[only(x86_64)]
    PSELECT6(64, &SET, &SET2, 0, &TIME, 0) => Is(2), "bits of all sets are counted";
    READ(*RD, &BUF, 4096)              => Is(5);
    CLOSE(*WR);
    PUT64(&SET, *A);
    SELECT(64, &SET, 0, 0, &TIME)  => Is(1), "end of file is readable";

    // The mask is in force only while the call waits.
    FRESH();
    PAIR(&TIME, 0, 0);
    WATCH();
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    PIPE2(&FDS, 0);
    CLOSE(*RD);
    RT_SIGPROCMASK(SIG_BLOCK, [SIGPIPE_MASK], 0, SIGSET_SIZE);
    WRITE(*WR, [*b"hello"], 5)         => Err(EPIPE);
    PPOLL(0, 0, &TIME, [SIGPIPE_MASK], SIGSET_SIZE) => Is(0), "mask keeps a signal out";
    PPOLL(0, 0, 0, [NO_SIGNAL], SIGSET_SIZE) => Err(EINTR), "pending signal let in by the mask";
    GET32(&CAUGHT)                     => Is(1), "ppoll: handler ran once";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                   => Is(SIGPIPE_BIT), "ppoll: mask is put back after EINTR";
    PPOLL(0, 0, &TIME, [NO_SIGNAL], SIGSET_SIZE) => Is(0);
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                   => Is(SIGPIPE_BIT), "ppoll: mask is put back after a timeout";
    WRITE(*WR, [*b"hello"], 5)         => Err(EPIPE);
    PAIR(&C, [NO_SIGNAL], SIGSET_SIZE);
    PSELECT6(0, 0, 0, 0, 0, &C)        => Err(EINTR), "pending signal let in by the mask";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                   => Is(SIGPIPE_BIT), "pselect6: mask is put back after EINTR";
    PSELECT6(0, 0, 0, 0, &TIME, &C) => Is(0);
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                   => Is(SIGPIPE_BIT), "pselect6: mask is put back after a timeout";
    PUT64(&C, 0);
    PSELECT6(0, 0, 0, 0, &TIME, &C) => Is(0), "null mask in its structure";

    // A blocked read is restarted or interrupted.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PIPE2(&FDS, 0);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    NANOSLEEP([LONG], 0)                      => Err(EINTR);
    READ(*RD, &BUF, 1)                        => Err(EINTR), "rt_sigaction: read by default";
    CATCH(SIGUSR1, SA_RESTART, 0)             => Is(1);
    #[only(x86_64)]
    POLL(0, 0, 9000) => Err(EINTR), "rt_sigaction: poll despite SA_RESTART";
    #[only(aarch64, riscv64)]
    POLL(0, 0, 9000) => Err(EINTR), "rt_sigaction: ppoll despite SA_RESTART";
    LATER(0, 100);
    WRITE(*WR, [*b"hello"], 1);
    READ(*RD, &BUF, 1) => Is(1), "rt_sigaction: SA_RESTART carries a read on";
    JOIN(0);

    // A signal to one thread and not the other. The watchdog's signal could end a wait that lets
    // all signals in.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PAIR(&TIME, 9, 0);
    LATER(0, 0);
    PPOLL(0, 0, &TIME, [NO_SIGNAL], SIGSET_SIZE);
    TGKILL(*SELF, *TID, SIGUSR1)              => Is(0), "signal to another thread";
    JOIN(0)                                   => Err(EINTR), "tgkill: wait of that thread";
    GET32(&CAUGHT)                            => Is(1), "tgkill: handler runs once";
    LATER(0, 0);
    PPOLL(0, 0, &TIME, [NO_SIGNAL], SIGSET_SIZE);
    TKILL(*TID, SIGUSR1)                      => Is(0), "signal to another thread";
    JOIN(0)                                   => Err(EINTR), "tkill: wait of that thread";
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PIPE2(&FDS, 0);
    TGKILL(*SELF, *SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(1);
    LATER(0, 0);
    READ(*RD, &BUF, 1);
    TGKILL(*SELF, *TID, SIGUSR1);
    GET32(&CAUGHT)                            => Is(1), "tgkill: no other thread gets the signal";
    WRITE(*WR, [*b"hello"], 1);
    JOIN(0)                                   => Is(1), "tgkill: blocked signal lets a read be";
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PAIR(&TIME, 9, 0);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    LATER(0, 0);
    PPOLL(0, 0, &TIME, [NO_SIGNAL], SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    JOIN(0) => Err(EINTR), "kill: wait of a thread that does not block it";

    // A signal to one thread. The watchdog's signal could end its wait.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    PAIR(&TIME, 9, 0);
    LATER(0, 0);
    PPOLL(0, 0, &TIME, [NO_SIGNAL], SIGSET_SIZE);
    PAIR(&SIGEVENT, 0, SIGEV_THREAD_ID << 32 | SIGUSR1);
    PUT32(&SIGEVENT + 16, *TID);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Is(0), "SIGEV_THREAD_ID";
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    JOIN(0) => Err(EINTR), "timer_create: SIGEV_THREAD_ID ends that thread's wait";
};

const NEGATIVE: Table = rows! {
    FRESH();
    WATCH();
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    POLL(0, 0, -1)                     => Err(EINTR), "caught signal";
    PIPE2(&FDS, 0);
    BIT(*RD)                           => Keep(A);
    PUT64(&SET, *A);
    SELECT(64, &SET, 0, 0, 0)          => Err(EINTR), "caught signal";
    GET64(&SET)                        => Is(*A), "select: set is left alone after EINTR";

    FRESH();
    PAIR(&TIME, 0, 0);
    WATCH();
    POLL(8, 1, 0)                      => Err(EFAULT), "unmapped array";
    POLL(@ReadOnly, 1, 0)              => Err(EFAULT), "read-only array";
    POLL(&POLLFDS, i32::MAX, 0)        => Err(EINVAL), "nfds INT_MAX";
    PPOLL(0, 0, 8, 0, 0)               => Err(EFAULT), "unmapped timeout";
    PPOLL(0, 0, [timespec(-1, 0)], 0, 0) => Err(EINVAL), "tv_sec -1";
    PPOLL(0, 0, [timespec(0, -1)], 0, 0) => Err(EINVAL), "tv_nsec -1";
    PPOLL(0, 0, [timespec(9, 1_000_000_000)], 0, 0) => Err(EINVAL), "tv_nsec 1000000000";
    PPOLL(0, 0, &TIME, 8, SIGSET_SIZE) => Err(EFAULT), "unmapped mask";
    PPOLL(0, 0, &TIME, [NO_SIGNAL], 4) => Err(EINVAL), "mask of 4 bytes";

    FRESH();
    PAIR(&TIME, 0, 0);
    WATCH();
    PIPE2(&FDS, 0);
    BIT(*RD)                           => Keep(A);
    PUT64(&SET, *A);
    SELECT(-1, &SET, 0, 0, &TIME)  => Err(EINVAL), "nfds -1";
    SELECT(64, 8, 0, 0, &TIME)     => Err(EFAULT), "unmapped read set";
    SELECT(64, 0, 8, 0, &TIME)     => Err(EFAULT), "unmapped write set";
    SELECT(64, 0, 0, 8, &TIME)     => Err(EFAULT), "unmapped exception set";
    #[only(x86_64)]
    SELECT(0, 0, 0, 0, 8)              => Err(EFAULT), "unmapped timeout";
    #[only(x86_64)]
    SELECT(0, 0, 0, 0, [timespec(-1, 0)]) => Err(EINVAL), "tv_sec -1";
    #[only(x86_64)]
    SELECT(0, 0, 0, 0, [timespec(0, -1)]) => Err(EINVAL), "tv_usec -1";
    PSELECT6(0, 0, 0, 0, 8, 0)         => Err(EFAULT), "unmapped timeout";
    PSELECT6(0, 0, 0, 0, [timespec(-1, 0)], 0) => Err(EINVAL), "tv_sec -1";
    PSELECT6(0, 0, 0, 0, [timespec(0, -1)], 0) => Err(EINVAL), "tv_nsec -1";
    PSELECT6(0, 0, 0, 0, [timespec(9, 1_000_000_000)], 0) => Err(EINVAL), "tv_nsec 1000000000";
    PSELECT6(0, 0, 0, 0, &TIME, 8) => Err(EFAULT), "unmapped mask structure";
    PAIR(&C, 8, SIGSET_SIZE);
    PSELECT6(0, 0, 0, 0, &TIME, &C) => Err(EFAULT), "unmapped mask";
    PAIR(&C, [NO_SIGNAL], 4);
    PSELECT6(0, 0, 0, 0, &TIME, &C) => Err(EINVAL), "mask of 4 bytes";
    CLOSE(*RD);
    PUT64(&SET, *A);
    SELECT(64, &SET, 0, 0, &TIME)  => Err(EBADF), "closed descriptor in the read set";
    GET64(&SET)                        => Is(*A), "select: set is left alone after EBADF";
    SELECT(64, 0, &SET, 0, &TIME)  => Err(EBADF), "closed descriptor in the write set";
    SELECT(64, 0, 0, &SET, &TIME)  => Err(EBADF), "closed descriptor in the exception set";
    #[only(x86_64)]
    PSELECT6(-1, &SET, 0, 0, &TIME, 0) => Err(EINVAL), "nfds -1";
    #[only(x86_64)]
    PSELECT6(64, &SET, 0, 0, &TIME, 0) => Err(EBADF), "closed descriptor in the read set";
};

const BOUNDARY: Table = rows! {
    // A poisoned descriptor is far past any table. Descriptor -1 is ignored.
    FRESH();
    POLL(&BUF, 64, 0)                  => Is(64), "64 entries are counted";
    GET16(&BUF + 510)                  => Is(POLLNVAL), "poll: revents of entry 64";
    FILL(&BUF, -1, 512);
    POLL(&BUF, 64, 0)                  => Is(0);
    COUNT(&BUF, 0, 512)                => Is(128), "poll: 64 revents are cleared";
    POLL_ONE(i32::MIN, POLLIN)         => Is(0), "poll: descriptor INT_MIN is ignored";
    PUT32(&EDGE - 8, -1);
    POLL(&EDGE - 8, 1, 0)              => Is(0), "array ends at the last byte";
    POLL(&EDGE - 8, 2, 0)              => Err(EFAULT), "second entry is unmapped";
    FRESH();
    PAIR(&TIME, 0, 0);
    PIPE2(&FDS, 0);
    DUP2(*WR, 63)                      => Is(63);
    BIT(63)                            => Keep(A);
    PUT64(&SET, *A);
    SELECT(64, 0, &SET, 0, &TIME)  => Is(1), "descriptor 63";
    SELECT(63, 0, &SET, 0, &TIME)  => Is(0), "descriptor 63 is not below nfds 63";
    DUP2(*WR, 32)                      => Is(32);
    BIT(32)                            => Keep(A);
    PUT64(&EDGE - 8, *A);
    SELECT(33, 0, &EDGE - 8, 0, &TIME) => Is(1), "set ends at the last byte";
    GET64(&EDGE - 8)                   => Is(*A), "select: bit 32";
    SELECT(33, 0, &EDGE - 4, 0, &TIME) => Err(EFAULT), "second half of the set is unmapped";
    SELECT(0, 8, 8, 8, &TIME)      => Is(0), "nfds 0 looks at no set";
    SELECT(2048, 0, 0, 0, &TIME)   => Is(0), "nfds 2048";
    PAIR(&TIME, 0, 0);
    #[only(x86_64)]
    PSELECT6(0, 8, 8, 8, &TIME, 0)     => Is(0), "nfds 0 looks at no set";
    PAIR(&TIME, 0, 0);
    PUT32(&EDGE - 8, -1);
    #[only(x86_64)]
    PPOLL(&EDGE - 8, 1, &TIME, 0, SIGSET_SIZE) => Is(0), "array ends at the last byte";
};
