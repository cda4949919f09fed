//! Users and times: `getuid`, `geteuid`, `getgid`, `getegid`, `setuid`, `setgid`, `times`.
//!
//! The ids of the program itself never change: children set theirs.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Users and times",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A user that is not root, and another one.
const NOBODY: i64 = 65534;
const OTHER: i64 = 65533;

const POSITIVE: Table = shared_rows! {
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETUID()                           => AtLeast(0), "no error";
    GETEUID()                          => AtLeast(0), "no error";
    GETGID()                           => AtLeast(0), "no error";
    GETEGID()                          => AtLeast(0), "no error";
    GETUID()                           => Keep(A);
    GETGID()                           => Keep(B);
    CHILD(0)                           => Keep(PID);
    GETUID()                           => Is(*A);
    GETGID()                           => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "getuid: child has its parent's ids";
    LATER(0, 0);
    GETUID();
    JOIN(0)                            => Is(*A), "getuid: same in a second thread";
    CHILD(0)                           => Keep(PID);
    SETUID(*A)                         => Is(0);
    GETUID()                           => Is(*A);
    GETEUID()                          => Is(*A);
    PARENT();
    REAP(*PID)                         => Is(0), "setuid: to the own user";
    CHILD(0)                           => Keep(PID);
    SETGID(*B)                         => Is(0);
    GETGID()                           => Is(*B);
    GETEGID()                          => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "setgid: to the own group";
    // Root becomes another user. Any other user may not, and is one already.
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    GETUID()                           => Keep(C);
    GETEUID()                          => Is(*C);
    SETUID(OTHER)                      => Err(EPERM);
    GETUID()                           => Is(*C);
    PARENT();
    REAP(*PID)                         => Is(0), "setuid: to another user";
    CHILD(0)                           => Keep(PID);
    SETGID(NOBODY)                     => AtLeast(-4095);
    SETUID(NOBODY)                     => AtLeast(-4095);
    SETGID(OTHER)                      => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setgid: to another group";
    CHILD(0)                           => Keep(PID);
    SETUID(NOBODY)                     => AtLeast(-4095);
    SETUID(0)                          => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setuid: back to root";
    GETUID()                           => Is(*A), "setuid: in a child";

    // Times: those of the program, of its children, and since a time in the past.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    TIMES(0)                           => Keep(A), "null result";
    TIMES(&BUF)                        => Keep(B), "times of the process";
    MINUS(*B, *A)                      => Keep(C);
    MINUS(*C, 0)                       => AtLeast(0), "times: does not go back";
    GET64(&BUF)                        => AtMost(100_000), "times: tms_utime";
    GET64(&BUF + 8)                    => AtMost(100_000), "times: tms_stime";
    COUNT(&BUF + 32, POISON, 8)        => Is(8), "times: nothing is written behind the result";
    CHILD(0)                           => Keep(PID);
    TIMES(&BUF);
    GET64(&BUF + 16)                   => Is(0);
    GET64(&BUF + 24)                   => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "times: child has no time of children";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    SETUID(-1)                         => Err(EINVAL), "user -1";
    SETGID(-1)                         => Err(EINVAL), "group -1";
    TIMES(8)                           => Err(EFAULT), "unmapped result";
    TIMES(&EDGE - 16)                  => Err(EFAULT), "result half unmapped";
};

const BOUNDARY: Table = rows! {};
