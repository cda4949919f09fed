//! Futexes: `futex`.
//!
//! The program cannot see that a thread waits. `RETRY` asks the kernel to move the waiter until it
//! has been moved: then it is known to wait. Every wait has a timeout.
//!
//! Linux wakes a thread now and then for no reason that a program sees. The thread then waits again
//! at the address that it gave, though it was moved: it is moved again until nobody is left there.

use crate::plan::prelude::*;
use crate::plan::routine::LOST;

pub const FAMILY: Family = Family {
    title: "Futexes",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const MS: i64 = 1_000_000;
const PRIVATE: i64 = FUTEX_PRIVATE_FLAG;
const WAIT_BITSET: i64 = FUTEX_WAIT_BITSET | PRIVATE;
const WAKE_BITSET: i64 = FUTEX_WAKE_BITSET | PRIVATE;
const INT_MAX: i64 = 0x7fff_ffff;
const NOW: [u8; 16] = timespec(0, 0);
const ONE_MS: [u8; 16] = timespec(0, MS);
/// The timeout of a wait that another call ends: even a busy machine makes that call before.
const PATIENT: [u8; 16] = timespec(9, 0);
/// The same where the machine has nothing else to do.
const TWO_S: [u8; 16] = timespec(2, 0);
/// A time that has passed on the clock. Two waits of a kernel that takes it for a duration last as
/// long as the watchdog waits.
const PAST: [u8; 16] = timespec(0, 400 * MS);
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(MS / 2, MS / 2);

const POSITIVE: Table = shared_rows! {
    // One waiter, private and shared.
    FRESH();
    WATCH();
    LATER(0, 0);
    FUTEX(&WORD, FUTEX_WAIT | PRIVATE, *WORD, [PATIENT], 0, 0);
    RETRY();
    FUTEX(&WORD, FUTEX_WAKE | PRIVATE, 1, 0, 0, 0) => Is(1), "wake counts the private waiter";
    JOIN(0)                                   => Is(0), "futex: woken private wait";
    // This wait has no timeout: the checks above have proven that wakes work.
    JOIN(0)                                   => Is(0);
    LATER(1, 0);
    FUTEX(&WORD, FUTEX_WAIT, *WORD, 0, 0, 0);
    RETRY();
    FUTEX(&WORD, FUTEX_WAKE, 1, 0, 0, 0)      => Is(1), "wake counts the shared waiter";
    JOIN(1)                                   => Is(0), "futex: woken shared wait";
    SAME(&WORD, &WORD2, 4)                    => Is(0), "futex: waiting leaves the word alone";

    // Two waiters are moved to another word one by one, then woken one by one.
    FRESH();
    WATCH();
    LATER(0, 0);
    FUTEX(&WORD, FUTEX_WAIT | PRIVATE, *WORD, [PATIENT], 0, 0);
    LATER(1, 0);
    FUTEX(&WORD, FUTEX_WAIT | PRIVATE, *WORD, [PATIENT], 0, 0);
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(1),
        "cmp_requeue moves one";
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(1);
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(0);
    WATCH();
    FUTEX(&WORD, FUTEX_WAKE | PRIVATE, 2, 0, 0, 0) => Is(0), "nobody waits where they were";
    FUTEX(&WORD2, FUTEX_WAKE | PRIVATE, 1, 0, 0, 0) => Is(1), "wake takes one of two";
    FUTEX(&WORD2, FUTEX_CMP_REQUEUE | PRIVATE, 1, 1, &WORD, *WORD) => Is(1), "cmp_requeue wakes";
    JOIN(0)                                   => Is(0), "futex: first wait ended";
    JOIN(1)                                   => Is(0), "futex: second wait ended";

    // The bits choose the waiter. The timeout is a time on the clock: nine seconds from now.
    FRESH();
    WATCH();
    CLOCK_GETTIME(CLOCK_MONOTONIC, &TIME);
    MINUS(*TIME, -9)                          => Keep(TIME);
    LATER(0, 0);
    FUTEX(&WORD, WAIT_BITSET, *WORD, &TIME, 0, 1);
    LATER(1, 0);
    FUTEX(&WORD, WAIT_BITSET, *WORD, 0, 0, 2);
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(1);
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(1);
    RETRY();
    FUTEX(&WORD, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD2, *WORD) => Is(0);
    FUTEX(&WORD2, WAKE_BITSET, INT_MAX, 0, 0, 4) => Is(0), "wake of another bit wakes nobody";
    FUTEX(&WORD2, WAKE_BITSET, INT_MAX, 0, 0, 2) => Is(1), "wake of one bit wakes its waiter";
    JOIN(1)                                   => Is(0);
    // Kernels differ in the result of the older operation. Afterwards the other waiter has
    // returned.
    FUTEX(&WORD2, FUTEX_REQUEUE | PRIVATE, 0, INT_MAX, &WORD, 0);
    LATER(1, 0);
    FUTEX(&WORD2, FUTEX_WAIT | PRIVATE, *WORD, [PATIENT], 0, 0);
    RETRY();
    FUTEX(&WORD2, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD, *WORD) => Is(1);
    RETRY();
    FUTEX(&WORD2, FUTEX_CMP_REQUEUE | PRIVATE, 0, 1, &WORD, *WORD) => Is(0);
    FUTEX(&WORD, FUTEX_WAKE | PRIVATE, INT_MAX, 0, 0, 0) => Is(2), "requeue moves, wake takes all";
    JOIN(0);
    JOIN(1);

    // Timeouts.
    FRESH();
    WATCH();
    CLOCK();
    LOST();
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [ONE_MS], 0, 0) => Err(ETIMEDOUT), "wait of 1 ms";
    CLOCK()                                   => AtLeast(1000), "futex: wait lasts at least 1 ms";
    LOST()                                    => Is(0), "futex: registers survive";
    FUTEX(&WORD, FUTEX_WAIT_BITSET, *WORD, [PAST], 0, -1) => Err(ETIMEDOUT), "time in the past";
    CLOCK_GETTIME(CLOCK_MONOTONIC, &TIME);
    FUTEX(&WORD, FUTEX_WAIT_BITSET, *WORD, &TIME, 0, -1) => Err(ETIMEDOUT), "time of now";
    FUTEX(&WORD, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, *WORD, [PAST], 0, -1) => Err(ETIMEDOUT),
        "CLOCK_REALTIME in the past";

    // A signal handler ends the wait.
    FRESH();
    WATCH();
    CATCH(SIGUSR1, SA_RESTART, 0)             => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [PATIENT], 0, 0) => Err(EINTR), "handler despite SA_RESTART";
    // The handler counts in the word: a wait that is restarted finds another value.
    FUTEX(&CAUGHT, FUTEX_WAIT, *CAUGHT, 0, 0, 0) => Err(EAGAIN), "restart without a timeout";

    // The kernel clears the word of a thread that has ended, and wakes who waits for that. It may
    // have ended before.
    FRESH();
    LATER(0, 0);
    SCHED_YIELD()                             => Keep(A);
    FUTEX(&TID, FUTEX_WAIT, *A, [TWO_S], 0, 0) => AtLeast(-11), "end of a thread ends the wait";
    AGAIN(250)                                => Is(250), "futex: 250 threads leak nothing";

    FRESH();
    FUTEX(&WORD, FUTEX_WAKE, 1, 0, 0, 0)      => Is(0), "wake without waiters";
    // Stores 7 in the second word, and compares its old value with 0.
    FUTEX(&WORD, FUTEX_WAKE_OP, 1, 1, &WORD2, 7 << 12) => Is(0), "wake_op without waiters";
    GET32(&WORD2)                             => Is(7), "futex: wake_op stores";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    FUTEX(&WORD, FUTEX_WAIT, 0, [PATIENT], 0, 0) => Err(EAGAIN), "wait for another value";
    FUTEX(&WORD, FUTEX_WAIT_BITSET, 0, [PAST], 0, 1) => Err(EAGAIN),
        "wait_bitset for another value";
    FUTEX(&WORD, FUTEX_CMP_REQUEUE, 1, 1, &WORD2, 0) => Err(EAGAIN), "cmp_requeue of another value";
    FUTEX(&WORD, FUTEX_CMP_REQUEUE, -1, 1, &WORD2, *WORD) => Err(EINVAL),
        "wake count -1 to requeue";
    FUTEX(&WORD + 1, FUTEX_WAIT, *WORD, [NOW], 0, 0) => Err(EINVAL), "misaligned wait";
    FUTEX(&WORD, FUTEX_REQUEUE, 1, 1, &WORD + 2, 0) => Err(EINVAL), "requeue to a misaligned word";
    FUTEX(8, FUTEX_WAIT, 0, [NOW], 0, 0)      => Err(EFAULT), "unmapped word";
    FUTEX(8, FUTEX_WAKE, 1, 0, 0, 0)          => Err(EFAULT), "wake of an unmapped word";
    FUTEX(-4096, FUTEX_WAIT | PRIVATE, 0, [NOW], 0, 0) => Err(EFAULT), "word in kernel half";
    FUTEX(&WORD, FUTEX_WAIT, *WORD, 8, 0, 0)  => Err(EFAULT), "unmapped timeout";
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [timespec(0, -1)], 0, 0) => Err(EINVAL), "nanoseconds -1";
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [timespec(9, 1000 * MS)], 0, 0) => Err(EINVAL),
        "nanoseconds 10^9";
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [timespec(-1, 0)], 0, 0) => Err(EINVAL), "seconds -1";
    FUTEX(&WORD, FUTEX_WAIT_BITSET, *WORD, [PAST], 0, 0) => Err(EINVAL), "wait for no bit";
    FUTEX(&WORD, FUTEX_WAKE_BITSET, 1, 0, 0, 0) => Err(EINVAL), "wake of no bit";
    FUTEX(&WORD, 99, 1, 0, 0, 0)              => Err(ENOSYS), "unknown operation";
    FUTEX(&WORD, FUTEX_FD, 0, 0, 0, 0)        => Err(ENOSYS), "operation FUTEX_FD";
    FUTEX(&WORD, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 1, 0, 0, 0) => Err(ENOSYS), "wake with a clock";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    WATCH();
    FUTEX(&WORD, FUTEX_WAIT, *WORD, [NOW], 0, 0) => Err(ETIMEDOUT), "no time at all";
    PUT32(&WORD, -1);
    FUTEX(&WORD, FUTEX_WAIT, -1, [NOW], 0, 0) => Err(ETIMEDOUT), "value -1";
    FUTEX(&EDGE - 4, FUTEX_WAIT, 0, [NOW], 0, 0) => Err(EAGAIN), "last word of a page";
    FUTEX(&EDGE, FUTEX_WAIT, 0, [NOW], 0, 0)  => Err(EFAULT), "word behind a page's last";
    PAIR(&EDGE - 16, 0, 0);
    FUTEX(&WORD, FUTEX_WAIT, -1, &EDGE - 16, 0, 0) => Err(ETIMEDOUT),
        "timeout at the end of a page";
    FUTEX(&WORD, FUTEX_WAIT, -1, &EDGE - 8, 0, 0) => Err(EFAULT), "timeout half unmapped";
    FUTEX(&WORD, FUTEX_WAKE, INT_MAX, 0, 0, 0) => Is(0), "wake of INT_MAX";
};
