//! Attributes of a process: `getrusage`, `getpriority`, `setpriority`, `umask`, `setgroups`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Process attributes",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const NOBODY: i64 = 65534;
const INT_MAX: i64 = 0x7fff_ffff;
const ONE_MS: [u8; 16] = timespec(0, 1_000_000);
const TWO_S: [u8; 16] = timespec(2, 0);

const POSITIVE: Table = shared_rows! {
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETRUSAGE(RUSAGE_SELF, &USAGE)     => Is(0), "own usage";
    GET64(&USAGE + 8)                  => AtMost(999_999), "getrusage: user time below a second";
    GET64(&USAGE + 24)                 => AtMost(999_999), "getrusage: system time below a second";
    GET64(&USAGE + RU_MAXRSS)          => AtLeast(1), "getrusage: ru_maxrss";
    COUNT(&USAGE + RUSAGE_SIZE, POISON, 16) => Is(16),
        "getrusage: nothing is written behind the result";
    GETRUSAGE(RUSAGE_THREAD, &USAGE)   => Is(0), "usage of the thread";
    CHILD(0)                           => Keep(PID);
    GETRUSAGE(RUSAGE_CHILDREN, &USAGE);
    COUNT(&USAGE, 0, RUSAGE_SIZE)      => Is(RUSAGE_SIZE);
    PARENT();
    REAP(*PID)                         => Is(0), "getrusage: child has no time of children";

    // The system call returns 20 less the nice value: no negative number is an error.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETPRIORITY(PRIO_PROCESS, 0)       => AtLeast(1), "own process";
    GETPRIORITY(PRIO_PGRP, 0)          => AtLeast(1), "own group";
    GETPRIORITY(PRIO_USER, 0)          => AtLeast(1), "own user";
    GETPRIORITY(PRIO_PROCESS, 0)       => Keep(A);
    // On a busy machine such a child gets little time. SIGCHLD ends the sleep that waits for it.
    // The child sleeps first, so that the parent's sleep begins before that.
    CHILD(0)                           => Keep(PID);
    NANOSLEEP([ONE_MS], 0);
    SETPRIORITY(PRIO_PROCESS, 0, 19)   => Is(0);
    SETPRIORITY(PRIO_PROCESS, 0, 99)   => Is(0);
    GETPRIORITY(PRIO_PROCESS, 0)       => Is(1);
    PARENT();
    NANOSLEEP([TWO_S], 0)              => AtLeast(-4095);
    REAP(*PID)                         => Is(0), "setpriority: to 19";
    CHILD(0)                           => Keep(PID);
    CHILD(0)                           => Keep(PID2);
    GETPRIORITY(PRIO_PROCESS, 0)       => Is(*A);
    PARENT();
    REAP(*PID2)                        => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "getpriority: child has its parent's";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    SETGROUPS(0, 0)                    => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setgroups: to another group";
    UMASK(0o077);
    CHILD(0)                           => Keep(PID);
    UMASK(0)                           => Is(0o077);
    PARENT();
    REAP(*PID)                         => Is(0), "umask: child has its parent's";
    UMASK(0o022)                       => Is(0o077), "in a child";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    GETRUSAGE(99, &USAGE)              => Err(EINVAL), "unknown kind";
    GETRUSAGE(RUSAGE_SELF, 8)          => Err(EFAULT), "unmapped result";
    GETPRIORITY(99, 0)                 => Err(EINVAL), "unknown kind";
    GETPRIORITY(PRIO_PROCESS, INT_MAX) => Err(ESRCH), "process that does not exist";
    SETPRIORITY(99, 0, 19)             => Err(EINVAL), "unknown kind";
    SETPRIORITY(PRIO_PROCESS, INT_MAX, 19) => Err(ESRCH), "process that does not exist";
    GETGROUPS(-1, &BUF)                => Err(EINVAL), "size -1";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    GETRUSAGE(RUSAGE_SELF, &EDGE - RUSAGE_SIZE) => Is(0), "last bytes of a page";
    GETRUSAGE(RUSAGE_SELF, &EDGE - 136) => Err(EFAULT), "result half unmapped";
    GETGROUPS(0, 0)                    => AtLeast(0), "size 0 counts";
};
