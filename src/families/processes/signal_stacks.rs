//! Alternate signal stacks: `sigaltstack`.
//!
//! The stack is new memory, so that its first bytes show whether a handler ran there.

use crate::plan::prelude::*;
use crate::plan::routine::RAISE;

pub const FAMILY: Family = Family {
    title: "Signal stacks",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
/// The size of a stack that holds the state of every processor.
const SIZE: i64 = 65536;
/// The kind of `RAISE` that stores by the stack pointer.
const PUSH: i64 = 3;
const BY: i64 = 256;

const POSITIVE: Table = shared_rows! {
    FRESH();
    SIGALTSTACK(0, &OLD_STACK);
    GET32(&OLD_STACK + SS_FLAGS)              => Is(SS_DISABLE), "sigaltstack: none at first";
    MMAP(0, SIZE, RW, ANON, -1, 0)            => Keep(A);
    MINUS(*A, 0)                              => AtLeast(4096);
    COUNT(*A, 0, SIZE)                        => Is(SIZE);
    PAIR(&STACK, *A, 0);
    PUT64(&STACK + SS_SIZE, SIZE);
    SIGALTSTACK(&STACK, 0)                    => Is(0), "new stack";
    SIGALTSTACK(0, &OLD_STACK);
    // The bytes between the flags and the size have no value.
    GET32(&OLD_STACK + SS_FLAGS)              => Keep(B);
    PUT64(&OLD_STACK + SS_FLAGS, *B);
    SAME(&STACK, &OLD_STACK, 24)              => Is(0), "sigaltstack: stack is read back";
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    KILL(*SELF, SIGUSR1);
    COUNT(*A, 0, SIZE) => Is(SIZE), "sigaltstack: handler without SA_ONSTACK";
    CATCH(SIGUSR1, SA_ONSTACK, 0)             => Is(1);
    IN_HANDLER();
    SIGALTSTACK(0, &OLD_STACK);
    KILL(*SELF, SIGUSR1);
    COUNT(*A, 0, SIZE)                        => AtMost(65_535), "rt_sigaction: SA_ONSTACK";
    GET32(&OLD_STACK + SS_FLAGS) => Is(SS_ONSTACK), "sigaltstack: handler is on the stack";
    GET64(&CAUGHT_STACK)                      => Is(8), "sigaltstack: handler's stack is aligned";
    IN_HANDLER();
    SIGALTSTACK(&STACK, 0);
    KILL(*SELF, SIGUSR1);
    GET64(&CAUGHT_RESULT)                     => Err(EPERM), "sigaltstack: stack in use";
    CATCH(SIGUSR2, SA_ONSTACK, 0)             => Is(1);
    IN_HANDLER();
    KILL(*SELF, SIGUSR2);
    KILL(*SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(5), "sigaltstack: handler within a handler";
    LATER(0, 0);
    SIGALTSTACK(0, &OLD_STACK);
    JOIN(0)                                   => Is(0);
    GET32(&OLD_STACK + SS_FLAGS)              => Is(SS_DISABLE), "sigaltstack: new thread has none";
    PUT32(&STACK + SS_FLAGS, SS_DISABLE);
    SIGALTSTACK(&STACK, &OLD_STACK)           => Is(0), "SS_DISABLE";
    SIGALTSTACK(0, &OLD_STACK);
    GET32(&OLD_STACK + SS_FLAGS)
        => Is(SS_DISABLE), "sigaltstack: none after SS_DISABLE";
    MUNMAP(*A, SIZE);

    // A fault of the stack itself.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    MMAP(0, SIZE, RW, ANON, -1, 0)            => Keep(A);
    CHILD(0)                                  => Keep(PID);
    PAIR(&STACK, *A, 0);
    PUT64(&STACK + SS_SIZE, SIZE);
    SIGALTSTACK(&STACK, 0);
    CATCH(SIGSEGV, SA_SIGINFO | SA_ONSTACK | SA_RESETHAND, 0) => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    RAISE(PUSH, 4096);
    PARENT();
    REAP(*PID)                                => Is(BY + SIGSEGV);
    READ(*RD, &BUF, 32)                       => Is(32), "sigaltstack: handler of a lost stack";
    MUNMAP(*A, SIZE);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    PAIR(&STACK, &BUF, 4);
    PUT64(&STACK + SS_SIZE, 12288);
    SIGALTSTACK(&STACK, 0)                    => Err(EINVAL), "unknown flag";
    PUT32(&STACK + SS_FLAGS, 0);
    PUT64(&STACK + SS_SIZE, 1024);
    SIGALTSTACK(&STACK, 0)                    => Err(ENOMEM), "1024 bytes";
    PUT64(&STACK + SS_SIZE, 0);
    SIGALTSTACK(8, 0)                         => Err(EFAULT), "unmapped stack_t";
    SIGALTSTACK(0, 8)                         => Err(EFAULT), "unmapped result";
};
