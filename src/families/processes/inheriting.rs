//! Futexes that pass on a priority, over mutexes with `PTHREAD_PRIO_INHERIT`, and `FUTEX_WAKE_OP`:
//! `futex`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "PI futexes",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const LOCK: i64 = FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG;
const TRYLOCK: i64 = FUTEX_TRYLOCK_PI | FUTEX_PRIVATE_FLAG;
const UNLOCK: i64 = FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG;
const WAIT: i64 = FUTEX_WAIT | FUTEX_PRIVATE_FLAG;
const WAKE_OP: i64 = FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG;
const REQUEUE: i64 = FUTEX_CMP_REQUEUE | FUTEX_PRIVATE_FLAG;
/// The bits of a futex word, as numbers with a sign.
const WAITERS: i64 = -0x8000_0000;
/// The timeout of a wait that another call ends.
const PATIENT: [u8; 16] = timespec(9, 0);
/// A time that has passed on CLOCK_REALTIME.
const PAST: [u8; 16] = timespec(1, 0);
const BAD_TIME: [u8; 16] = timespec(1, 1_000_000_000);
/// The id of no thread.
const NOBODY: i64 = 0x3fff_ffff;

/// An operation of `FUTEX_WAKE_OP` and its argument, and a comparison and its argument.
const fn operation(op: i64, argument: i64, compare: i64, to: i64) -> i64 {
    op << 28 | compare << 24 | argument << 12 | to
}

const POSITIVE: Table = shared_rows! {
    // The word is the owner's id. A free futex is locked without a wait.
    FRESH();
    WATCH();
    GETTID()                           => Keep(PID);
    PUT32(&WORD, 0);
    FUTEX(&WORD, LOCK, 0, 0, 0, 0)     => Is(0), "lock_pi of a free futex";
    GET32(&WORD)                       => Is(*PID), "futex: lock_pi stores the owner";
    FUTEX(&WORD, LOCK, 0, 0, 0, 0)     => Err(EDEADLK), "lock_pi by the owner";
    FUTEX(&WORD, TRYLOCK, 0, 0, 0, 0)  => Err(EDEADLK), "trylock_pi by the owner";
    FUTEX(&WORD, UNLOCK, 0, 0, 0, 0)   => Is(0), "unlock_pi by the owner";
    GET32(&WORD)                       => Is(0), "futex: unlock_pi clears the word";
    FUTEX(&WORD, TRYLOCK, 0, 0, 0, 0)  => Is(0), "trylock_pi of a free futex";
    GET32(&WORD)                       => Is(*PID), "futex: trylock_pi stores the owner";

    // A second thread waits until it owns the futex. Then it has ended.
    FRESH();
    WATCH();
    GETTID()                           => Keep(PID);
    PUT32(&WORD, 0);
    FUTEX(&WORD, LOCK, 0, 0, 0, 0)     => Is(0);
    LATER(0, 0);
    FUTEX(&WORD, TRYLOCK, 0, 0, 0, 0);
    JOIN(0)                            => Err(EAGAIN), "futex: trylock_pi of another's";
    LATER(0, 0);
    FUTEX(&WORD, UNLOCK, 0, 0, 0, 0);
    JOIN(0)                            => Err(EPERM), "futex: unlock_pi of another's";
    PUT32(&WORD, *PID);
    LATER(0, 0);
    FUTEX(&WORD, LOCK, 0, [PAST], 0, 0);
    JOIN(0)                            => Err(ETIMEDOUT), "futex: lock_pi, time in the past";
    PUT32(&WORD, *PID);
    CLOCK_GETTIME(CLOCK_REALTIME, &TIME);
    MINUS(*TIME, -9)                   => Keep(TIME);
    LATER(1, 0);
    FUTEX(&WORD, LOCK, 0, &TIME, 0, 0) => Keep(PID2);
    MINUS(*PID, WAITERS)               => Keep(STATUS);
    RETRY();
    GET32(&WORD)                       => Is(*STATUS), "futex: lock_pi, waiter in the word";
    FUTEX(&WORD, UNLOCK, 0, 0, 0, 0)   => Is(0), "unlock_pi with a waiter";
    JOIN(1)                            => Is(0), "futex: unlock_pi wakes the waiter";
    GET32(&WORD)                       => Keep(FD_A);
    AND(*FD_A, FUTEX_TID_MASK)         => Is(*PID2), "futex: waiter is the owner";

    // Two words at once.
    FRESH();
    WATCH();
    PUT32(&WORD2, 5);
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_ADD, 3, FUTEX_OP_CMP_EQ, 5)) => Is(0);
    GET32(&WORD2)                      => Is(8), "futex: wake_op adds";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_OR, 5, FUTEX_OP_CMP_EQ, 5)) => Is(0);
    GET32(&WORD2)                      => Is(13), "futex: wake_op sets bits";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_ANDN, 4, FUTEX_OP_CMP_EQ, 5)) => Is(0);
    GET32(&WORD2)                      => Is(9), "futex: wake_op clears bits";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_XOR, 3, FUTEX_OP_CMP_EQ, 5)) => Is(0);
    GET32(&WORD2)                      => Is(10), "futex: wake_op flips bits";
    LATER(0, 0);
    FUTEX(&WORD2, WAIT, 10, [PATIENT], 0, 0);
    RETRY();
    FUTEX(&WORD2, REQUEUE, 0, 1, &BUF, 10) => Is(1);
    RETRY();
    FUTEX(&BUF, REQUEUE, 0, 1, &WORD2, *BUF) => Is(1);
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_SET, 10, FUTEX_OP_CMP_LT, 10)) => Is(0),
        "wake_op whose comparison fails";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(FUTEX_OP_SET, 1, FUTEX_OP_CMP_GE, 10)) => Is(1),
        "wake_op whose comparison holds";
    JOIN(0)                            => Is(0), "futex: wake_op wakes at the second word";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    PUT32(&WORD, NOBODY);
    FUTEX(&WORD, LOCK, 0, 0, 0, 0)     => Err(ESRCH), "lock_pi, owner does not exist";
    PUT32(&WORD, 0);
    FUTEX(&WORD, UNLOCK, 0, 0, 0, 0)   => Err(EPERM), "unlock_pi of a free futex";
    FUTEX(&WORD + 2, LOCK, 0, 0, 0, 0) => Err(EINVAL), "lock_pi, misaligned word";
    FUTEX(8, LOCK, 0, 0, 0, 0)         => Err(EFAULT), "lock_pi, unmapped word";
    FUTEX(8, UNLOCK, 0, 0, 0, 0)       => Err(EFAULT), "unlock_pi, unmapped word";
    FUTEX(&WORD, LOCK, 0, [BAD_TIME], 0, 0) => Err(EINVAL), "lock_pi, nanoseconds 10^9";
    FUTEX(&WORD, LOCK, 0, 8, 0, 0)     => Err(EFAULT), "lock_pi, unmapped timeout";
    FUTEX(&WORD, WAKE_OP, 1, 1, 8, 0)  => Err(EFAULT), "wake_op, unmapped second word";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2 + 2, 0) => Err(EINVAL), "wake_op, misaligned second word";
    FUTEX(&WORD, WAKE_OP, 1, 1, &WORD2, operation(7, 0, 0, 0)) => Err(ENOSYS),
        "wake_op, unknown operation";
};

const BOUNDARY: Table = rows! {};
