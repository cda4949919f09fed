//! Identity: `getpid`, `getppid`.
//!
//! Neither call can fail (POSIX.1-2017, ERRORS: none), so there are no negative checks. The
//! CPU-time clock of a process is here too, because PSE51 has one process and does not require it.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Identity",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const POSITIVE: Table = shared_rows! {
    FRESH();
    GETPID()              => Keep(A);
    GETPID()              => AtLeast(1), "above 0";
    KILL(*A, 0)           => Is(0), "getpid: kill finds the process";
    GETTID()              => Is(*A), "getpid: thread id of the first thread";
    LATER(0, 0);
    GETPID();
    JOIN(0)               => Is(*A), "getpid: same in a second thread";
    LATER(0, PROCESS);
    GETPID()              => Keep(B);
    JOIN(0)               => Is(*B), "getpid: child has its own";
    WAIT4(*B, 0, 0, 0);
    LATER(0, PROCESS);
    GETPPID()             => Keep(B);
    JOIN(0)               => Is(*A), "getppid: parent of a child";
    WAIT4(*B, 0, 0, 0);
    GETPPID()             => Keep(B);
    LATER(0, 0);
    GETPPID();
    JOIN(0)               => Is(*B), "getppid: same in a second thread";

    FRESH();
    CLOCK_GETTIME(CLOCK_PROCESS_CPUTIME_ID, &TIME) => Is(0), "CLOCK_PROCESS_CPUTIME_ID";
    GET64(&TIME)          => AtMost(1i64 << 62);
    COUNT(&TIME, 0, 16)   => AtMost(15), "clock_gettime: process has used time";
    LATER(0, PROCESS);
    CLOCK_GETTIME(CLOCK_PROCESS_CPUTIME_ID, &TIME);
    JOIN(0)               => Is(0);
    GET64(&TIME)          => Is(0), "clock_gettime: new process has used no second";
};

const NEGATIVE: Table = rows! {};

const BOUNDARY: Table = rows! {};
