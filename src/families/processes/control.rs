//! The calls for processes that Linux alone has: `prctl`, `getresuid`, `setresuid`, `getresgid`,
//! `setresgid`.
//!
//! Children change their attributes: those of the program stay.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Process control",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const NOBODY: i64 = 65534;
const OTHER: i64 = 65533;

const POSITIVE: Table = shared_rows! {
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    PRCTL(PR_SET_NAME, [*b"0123456789abcdefg\0"], 0, 0, 0) => Is(0);
    PRCTL(PR_GET_NAME, &BUF, 0, 0, 0)  => Is(0);
    SAME(&BUF, [*b"0123456789abcde\0~"], 17) => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "prctl: PR_SET_NAME of a long name";
    CHILD(0)                           => Keep(PID);
    PRCTL(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) => Is(0);
    PRCTL(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) => Err(EINVAL);
    PRCTL(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) => Is(1);
    PARENT();
    REAP(*PID)                         => Is(0), "prctl: PR_SET_NO_NEW_PRIVS is read back";
    CHILD(0)                           => Keep(PID);
    PRCTL(PR_SET_PDEATHSIG, SIGUSR1, 0, 0, 0) => Is(0);
    PRCTL(PR_GET_PDEATHSIG, &WORD, 0, 0, 0) => Is(0);
    GET32(&WORD)                       => Is(SIGUSR1);
    PARENT();
    REAP(*PID)                         => Is(0), "prctl: PR_SET_PDEATHSIG is read back";

    // Real, effective and saved ids.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETUID()                           => Keep(A);
    GETEUID()                          => Keep(B);
    GETRESUID(&WORD, &WORD2, &FD_A)    => Is(0), "three ids";
    GET32(&WORD)                       => Is(*A), "getresuid: real id";
    GET32(&WORD2)                      => Is(*B), "getresuid: effective id";
    GETRESGID(&PID, &PID2, &FD_B)      => Is(0), "three ids";
    GETGID()                           => Keep(C);
    GET32(&PID)                        => Is(*C), "getresgid: real id";
    CHILD(0)                           => Keep(PID);
    SETRESUID(-1, -1, -1)              => Is(0);
    GETUID()                           => Is(*A);
    GETEUID()                          => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "setresuid: -1 changes nothing";
    CHILD(0)                           => Keep(PID);
    SETRESUID(-1, NOBODY, -1)          => AtLeast(-4095);
    SETRESUID(-1, *B, -1)              => Is(0);
    GETEUID()                          => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "setresuid: back to the saved id";
    CHILD(0)                           => Keep(PID);
    SETRESUID(NOBODY, NOBODY, NOBODY)  => AtLeast(-4095);
    GETRESUID(&WORD, &WORD2, &FD_A);
    SETRESUID(-1, OTHER, -1)           => Err(EPERM);
    SETRESUID(-1, -1, OTHER)           => Err(EPERM);
    GETRESUID(&STATUS, &STATUS2, &FD_B);
    GET32(&WORD2)                      => Is(*STATUS2);
    PARENT();
    REAP(*PID)                         => Is(0), "setresuid: a user cannot take another id";
    // The saved id is that of the start of the program.
    GET32(&FD_A)                       => Is(*B);
    CHILD(0)                           => Keep(PID);
    SETRESGID(NOBODY, NOBODY, NOBODY)  => AtLeast(-4095);
    SETRESUID(NOBODY, NOBODY, NOBODY)  => AtLeast(-4095);
    SETRESGID(-1, OTHER, -1)           => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setresgid: a user cannot take another id";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    PRCTL(9999, 0, 0, 0, 0)            => Err(EINVAL), "unknown operation";
    PRCTL(PR_SET_PDEATHSIG, 65, 0, 0, 0) => Err(EINVAL), "PR_SET_PDEATHSIG of signal 65";
    PRCTL(PR_GET_NAME, 8, 0, 0, 0)     => Err(EFAULT), "PR_GET_NAME, unmapped name";
    GETRESUID(8, &WORD, &WORD)         => Err(EFAULT), "unmapped real id";
    GETRESUID(&WORD, &WORD, 8)         => Err(EFAULT), "unmapped saved id";
    GETRESGID(&WORD, 8, &WORD)         => Err(EFAULT), "unmapped effective id";
};

const BOUNDARY: Table = rows! {};
