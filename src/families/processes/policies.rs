//! Scheduling policies: `sched_setscheduler` and its kin.
//!
//! No row gives a process a real-time policy. What changes the policy is done in a child process.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Scheduling policies",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

/// A number that no policy has.
const NO_POLICY: i64 = 99;
const ZERO: [u8; 4] = [0; 4];
const ONE: [u8; 4] = 1i32.to_ne_bytes();
const HUNDRED: [u8; 4] = 100i32.to_ne_bytes();
const NOBODY: i64 = 65534;

const POSITIVE: Table = shared_rows! {
    FRESH();
    SCHED_GETPARAM(0, &WORD2)                 => Is(0), "own process";
    SCHED_GET_PRIORITY_MIN(SCHED_FIFO)        => Keep(A);
    SCHED_GET_PRIORITY_MAX(SCHED_FIFO)        => Keep(B);
    MINUS(*B, *A) => AtLeast(31), "sched_get_priority_max: 32 priorities of SCHED_FIFO";
    SCHED_GET_PRIORITY_MIN(SCHED_NORMAL)      => Is(0), "SCHED_OTHER";
    SCHED_GET_PRIORITY_MAX(SCHED_NORMAL)      => Is(0), "SCHED_OTHER";
    SCHED_RR_GET_INTERVAL(0, &TIME)           => Is(0), "own process";
    GET64(&TIME + 8) => AtMost(999_999_999), "sched_rr_get_interval: nanoseconds";

    FRESH();
    CHILD(0)                                  => Keep(PID);
    SCHED_SETSCHEDULER(0, SCHED_BATCH, [ZERO]) => Is(0);
    SCHED_GETSCHEDULER(0)                     => Is(SCHED_BATCH);
    PARENT();
    REAP(*PID)                                => Is(0), "sched_setscheduler: policy is read back";
    CHILD(0)                                  => Keep(PID);
    SCHED_SETSCHEDULER(0, SCHED_NORMAL, [ZERO]) => Is(0);
    SCHED_GETPARAM(*SELF, &WORD)              => Is(0);
    GET32(&WORD)                              => Is(0);
    SCHED_GETSCHEDULER(*SELF)                 => Is(SCHED_NORMAL);
    PARENT();
    REAP(*PID) => Is(0), "sched_getparam: SCHED_OTHER has priority 0";
    CHILD(0)                                  => Keep(PID);
    PRLIMIT64(0, RLIMIT_RTPRIO, [[0; 16]], 0);
    SETUID(NOBODY)                            => AtLeast(-4095);
    SCHED_SETSCHEDULER(0, SCHED_FIFO, [ONE])  => Err(EPERM);
    PARENT();
    REAP(*PID) => Is(0), "sched_setscheduler: nobody gets no SCHED_FIFO";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    SCHED_GET_PRIORITY_MAX(NO_POLICY)         => Err(EINVAL), "unknown policy";
    SCHED_GET_PRIORITY_MIN(NO_POLICY)         => Err(EINVAL), "unknown policy";
    SCHED_GETSCHEDULER(*WORD)                 => Err(ESRCH), "process that does not exist";
    SCHED_GETSCHEDULER(-1)                    => Err(EINVAL), "process -1";
    SCHED_GETPARAM(*WORD, &WORD2)             => Err(ESRCH), "process that does not exist";
    SCHED_GETPARAM(-1, &WORD2)                => Err(EINVAL), "process -1";
    SCHED_GETPARAM(0, 8)                      => Err(EFAULT), "unmapped result";
    SCHED_RR_GET_INTERVAL(*WORD, &TIME)       => Err(ESRCH), "process that does not exist";
    SCHED_SETSCHEDULER(*WORD, SCHED_NORMAL, [ZERO]) => Err(ESRCH), "process that does not exist";
    SCHED_SETSCHEDULER(-1, SCHED_NORMAL, [ZERO]) => Err(EINVAL), "process -1";
    SCHED_SETSCHEDULER(0, NO_POLICY, [ZERO])  => Err(EINVAL), "unknown policy";
    SCHED_SETSCHEDULER(0, SCHED_NORMAL, 8)    => Err(EFAULT), "unmapped parameter";
    SCHED_SETSCHEDULER(0, SCHED_NORMAL, [ONE]) => Err(EINVAL), "SCHED_OTHER with priority 1";
    SCHED_SETSCHEDULER(0, SCHED_FIFO, [ZERO]) => Err(EINVAL), "SCHED_FIFO with priority 0";
    SCHED_SETSCHEDULER(0, SCHED_RR, [HUNDRED]) => Err(EINVAL), "SCHED_RR with priority 100";
};
