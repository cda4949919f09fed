//! Limits: `prlimit64`, over `getrlimit()` and `setrlimit()`; calls at a limit.
//!
//! Only checks are between changing a limit and restoring it: a failed check skips no row.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Limits",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const HUGE: i64 = 1 << 62;

const POSITIVE: Table = rows! {
    FRESH();
    PRLIMIT64(0, RLIMIT_CPU, 0, &A);
    PRLIMIT64(0, RLIMIT_FSIZE, 0, &A);
    PRLIMIT64(0, RLIMIT_DATA, 0, &A);
    PRLIMIT64(0, RLIMIT_STACK, 0, &A);
    PRLIMIT64(0, RLIMIT_CORE, 0, &A);
    PRLIMIT64(0, RLIMIT_AS, 0, &A);
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A)                  => Is(0), "seven resources of POSIX";
    COUNT(&A, POISON, 16)                               => AtMost(15);
    PRLIMIT64(*SELF, RLIMIT_NOFILE, 0, &C);
    SAME(&A, &C, 16)                                    => Is(0), "prlimit64: own process ID";
    COUNT(&E, POISON, 8) => Is(8), "prlimit64: nothing is written behind the result";
    PAIR(&TIME, 8, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &TIME, &E)              => Is(0), "lower soft limit";
    SAME(&A, &E, 16) => Is(0), "prlimit64: old limits of a change";
    #[only(x86_64)]
    DUP2(1, 8) => Err(EBADF), "prlimit64: dup2 to the limit";
    #[only(aarch64, riscv64)]
    DUP3(1, 8, 0) => Err(EBADF), "prlimit64: dup3 to the limit";
    PRLIMIT64(0, RLIMIT_NOFILE, &A, &E)                 => Is(0), "soft limit raised again";
    SAME(&TIME, &E, 16) => Is(0), "prlimit64: lowered limits are read back";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    PRLIMIT64(0, RLIM_NLIMITS, 0, &A)                   => Err(EINVAL), "unknown resource";
    PRLIMIT64(0, -1, 0, &A)                             => Err(EINVAL), "resource -1";
    PRLIMIT64(-1, RLIMIT_NOFILE, 0, &A)                 => Err(ESRCH), "process -1";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, 8)                   => Err(EFAULT), "unmapped result";
    PRLIMIT64(0, RLIMIT_NOFILE, 8, 0)                   => Err(EFAULT), "unmapped limits";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    // A kernel that accepts a wrong limit must not fail later checks: the soft limit is unchanged.
    MINUS(*B, 1)                                        => Keep(C);
    PAIR(&TIME, *B, *C);
    PRLIMIT64(0, RLIMIT_NOFILE, &TIME, 0) => Err(EINVAL), "soft limit above the hard one";
    PAIR(&TIME, *A, HUGE);
    PRLIMIT64(0, RLIMIT_NOFILE, &TIME, 0)               => Err(EPERM), "2^62 descriptors";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &C);
    SAME(&A, &C, 16) => Is(0), "prlimit64: failed calls change nothing";
    PRLIMIT64(0, RLIMIT_NOFILE, &A, 0);
};

const BOUNDARY: Table = rows! {
    FRESH();
    PRLIMIT64(0, RLIMIT_NOFILE, 0, 0)                   => Is(0), "nothing asked, nothing set";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &EDGE - 16)          => Is(0), "last bytes of a page";
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &EDGE - 8) => Err(EFAULT), "half of the result unmapped";

    // The program has more memory than these limits allow.
    FRESH();
    PRLIMIT64(0, RLIMIT_AS, 0, &A);
    PAIR(&C, 0, *B);
    PRLIMIT64(0, RLIMIT_AS, &C, 0);
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) => Err(ENOMEM), "RLIMIT_AS 0";
    FRESH();
    BRK(0)                                              => Keep(E);
    MINUS(*E, -4096)                                    => Keep(TIME);
    BRK(*TIME)                                          => Is(*TIME);
    BRK(*E)                                             => Is(*E);
    PRLIMIT64(0, RLIMIT_DATA, 0, &A);
    PAIR(&C, 0, *B);
    PRLIMIT64(0, RLIMIT_DATA, &C, 0);
    BRK(*TIME)                                          => Is(*E), "RLIMIT_DATA 0";

    // With a limit of 4 the last number is 3. Only checks are between lowering the limit and
    // restoring it: a failed check does not end the script.
    FRESH();
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 4, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    #[only(x86_64)]
    DUP2(1, 4)                         => Err(EBADF), "target at the limit";
    DUP3(1, 4, 0)                      => Err(EBADF), "target at the limit";
    FCNTL(1, F_DUPFD, 4)               => Err(EINVAL), "F_DUPFD at the limit";
    FCNTL(1, F_DUPFD, 3)               => Is(3), "F_DUPFD below the limit";
    DUP2(1, 3)                         => Is(3), "full table, target in use";
    DUP(1)                             => Err(EMFILE), "full table";
    FCNTL(1, F_DUPFD, 0)               => Err(EMFILE), "F_DUPFD, full table";
};
