//! Flags of `clone`, `set_tid_address`, and robust futexes: `set_robust_list`, `get_robust_list`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Clone flags",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const SHARED: i64 = MAP_SHARED | MAP_ANONYMOUS;
const FIVE_MS: [u8; 16] = timespec(0, 5_000_000);
/// The size of `struct robust_list_head`: the list, the offset of words, the pending entry.
const HEAD: i64 = 24;
const INT_MAX: i64 = 0x7fff_ffff;

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(CLONE_PARENT_SETTID)         => Keep(PID);
    PARENT();
    GET32(&WORD)                       => Is(*PID), "clone: CLONE_PARENT_SETTID";
    REAP(*PID)                         => Is(0);
    CHILD(CLONE_CHILD_SETTID)          => Keep(PID);
    GETPID()                           => Keep(A);
    GET32(&WORD2)                      => Is(*A);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: CLONE_CHILD_SETTID";
    CHILD(CLONE_FILES)                 => Keep(PID);
    DUP(1)                             => Is(3);
    PARENT();
    REAP(*PID)                         => Is(0);
    CLOSE(3)                           => Is(0), "clone: CLONE_FILES";
    CHILD(CLONE_FS)                    => Keep(PID);
    UMASK(0o070);
    PARENT();
    REAP(*PID)                         => Is(0);
    UMASK(0o022)                       => Is(0o070), "clone: CLONE_FS";
    MMAP(0, 4096, RW, SHARED, -1, 0)   => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_MONOTONIC, *A);
    PUT32(*A, 0);
    CHILD(CLONE_VFORK)                 => Keep(PID);
    NANOSLEEP([FIVE_MS], 0);
    PUT32(*A, 1);
    PARENT();
    GET32(*A)                          => Is(1), "clone: CLONE_VFORK waits for the child";
    REAP(*PID)                         => Is(0);
    MUNMAP(*A, 4096);

    // The word of a lock is in shared memory, and the list in the child's.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETTID()                           => Keep(B);
    SET_TID_ADDRESS(&TID)              => Is(*B), "thread's id";
    SET_ROBUST_LIST(&BUF, HEAD)        => Is(0), "own list";
    GET_ROBUST_LIST(0, &A, &C)         => Is(0), "own list";
    MINUS(*A, &BUF)                    => Is(0), "get_robust_list: address of the list";
    GET64(&C)                          => Is(HEAD), "get_robust_list: size of the list";
    CHILD(0)                           => Keep(PID);
    GET_ROBUST_LIST(0, &A, &C);
    GET64(&A)                          => Is(0);
    PARENT();
    SET_ROBUST_LIST(0, HEAD)           => Is(0);
    REAP(*PID)                         => Is(0), "get_robust_list: child has no list";
    MMAP(0, 4096, RW, SHARED, -1, 0)   => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_MONOTONIC, *A);
    MINUS(*A, &BUF2)                   => Keep(E);
    PAIR(&BUF, &BUF2, *E);
    PUT64(&BUF + 16, 0);
    PUT64(&BUF2, &BUF);
    CHILD(0)                           => Keep(PID);
    GETTID()                           => Keep(B);
    PUT32(*A, *B);
    SET_ROBUST_LIST(&BUF, HEAD);
    PARENT();
    REAP(*PID)                         => Is(0);
    GET32(*A)                          => Is(FUTEX_OWNER_DIED), "set_robust_list: owner has died";
    PAIR(&BUF, &BUF, *E);
    PUT64(&BUF + 16, &BUF2);
    CHILD(0)                           => Keep(PID);
    GETTID()                           => Keep(B);
    PUT32(*A, *B);
    SET_ROBUST_LIST(&BUF, HEAD);
    PARENT();
    REAP(*PID)                         => Is(0);
    GET32(*A)
        => Is(FUTEX_OWNER_DIED), "set_robust_list: pending operation";
    CHILD(0)                           => Keep(PID);
    PUT32(*A, 1);
    SET_ROBUST_LIST(&BUF, HEAD);
    PARENT();
    REAP(*PID)                         => Is(0);
    GET32(*A)                          => Is(1), "set_robust_list: word of another owner";
    MUNMAP(*A, 4096);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    CHILD(CLONE_SIGHAND)               => Err(EINVAL), "clone: CLONE_SIGHAND alone";
    PARENT();
    CHILD(CLONE_THREAD)                => Err(EINVAL), "clone: CLONE_THREAD alone";
    PARENT();
    SET_ROBUST_LIST(&BUF, HEAD - 1)    => Err(EINVAL), "size 23";
    GET_ROBUST_LIST(INT_MAX, &A, &B)   => Err(ESRCH), "process that does not exist";
    GET_ROBUST_LIST(0, 8, &B)          => Err(EFAULT), "unmapped result";
    GET_ROBUST_LIST(0, &A, 8)          => Err(EFAULT), "unmapped size";
};

const BOUNDARY: Table = rows! {};
