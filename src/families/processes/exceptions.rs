//! Exceptions of the processor, which become signals: `rt_sigaction`, `rt_sigprocmask`.
//!
//! A child process raises them. Its handler sends the parent what the kernel reports; after the
//! handler the instruction is executed again, and the default action ends the child.

use crate::plan::prelude::*;
use crate::plan::routine::RAISE;

pub const FAMILY: Family = Family {
    title: "Exceptions",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: Table::same(&[]),
    boundary: Table::same(&[]),
};

/// The kinds of `RAISE`.
const EXECUTE: i64 = 0;
const UNDEFINED: i64 = 1;
const BREAKPOINT: i64 = 2;
const DIVIDE: i64 = 4;

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const FLAGS: i64 = SA_SIGINFO | SA_RESETHAND;
const SEGV: [u8; 8] = sigset(&[SIGSEGV]);
/// The status of a child that a signal ended.
const BY: i64 = 256;

const POSITIVE: Table = rows! {
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    PUT64(&A, 8);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGSEGV, FLAGS, 0)                  => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    GET8(*A);
    PARENT();
    REAP(*PID) => Is(BY + SIGSEGV), "rt_sigaction: load goes on and ends the process";
    READ(*RD, &BUF, 32)                       => Is(32), "rt_sigaction: SIGSEGV of a load";
    GET32(&BUF + SI_CODE) => Is(SEGV_MAPERR), "rt_sigaction: si_code of unmapped memory";
    GET64(&BUF + SI_ADDR)                     => Is(8), "rt_sigaction: si_addr of a load";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    MMAP(0, 4096, PROT_READ, ANON, -1, 0)     => Keep(A);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGSEGV, FLAGS, 0)                  => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    PUT8(*A, 1);
    PARENT();
    REAP(*PID)                                => Is(BY + SIGSEGV);
    READ(*RD, &BUF, 32)                       => Is(32), "rt_sigaction: SIGSEGV of a store";
    GET32(&BUF + SI_CODE) => Is(SEGV_ACCERR), "rt_sigaction: si_code of read-only memory";
    GET64(&BUF + SI_ADDR)                     => Is(*A), "rt_sigaction: si_addr of a store";
    MUNMAP(*A, 4096);

    // The data are undefined instructions: where they are executed, SIGILL ends the child.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    FILL(&BUF, 7, 4096);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGSEGV, FLAGS, 0)                  => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    RAISE(EXECUTE, &BUF);
    PARENT();
    REAP(*PID);
    READ(*RD, &BUF, 32)                       => Is(32), "mmap: data cannot be executed";
    GET32(&BUF + SI_CODE) => Is(SEGV_ACCERR), "rt_sigaction: si_code of data executed";
    GET64(&BUF + SI_ADDR)                     => Is(&BUF), "rt_sigaction: si_addr of data executed";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGILL, FLAGS, 0)                   => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    RAISE(UNDEFINED, 0);
    PARENT();
    REAP(*PID) => Is(BY + SIGILL), "rt_sigaction: undefined instruction ends the process";
    READ(*RD, &BUF, 32) => Is(32), "rt_sigaction: SIGILL of an undefined instruction";
    #[only(x86_64)]
    GET32(&BUF + SI_CODE) => Is(ILL_ILLOPN), "rt_sigaction: si_code of an undefined instruction";
    #[only(aarch64, riscv64)]
    GET32(&BUF + SI_CODE) => Is(ILL_ILLOPC), "rt_sigaction: si_code of an undefined instruction";
    GET64(&BUF + SI_ADDR) => AtLeast(4096), "rt_sigaction: si_addr of an undefined instruction";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGTRAP, FLAGS, 0)                  => Is(1);
    IN_HANDLER();
    WRITE(*WR, &CAUGHT_INFO, 32);
    RAISE(BREAKPOINT, 0);
    RAISE(BREAKPOINT, 0);
    PARENT();
    REAP(*PID) => Is(BY + SIGTRAP), "rt_sigaction: breakpoint ends the process";
    READ(*RD, &BUF, 32)                       => Is(32), "rt_sigaction: SIGTRAP of a breakpoint";
    #[only(x86_64)]
    GET32(&BUF + SI_CODE) => Is(SI_KERNEL), "rt_sigaction: si_code of a breakpoint";
    #[only(aarch64, riscv64)]
    GET32(&BUF + SI_CODE) => Is(TRAP_BRKPT), "rt_sigaction: si_code of a breakpoint";

    #[only(x86_64)]
    FRESH();
    #[only(x86_64)]
    PIPE2(&FDS, O_NONBLOCK);
    #[only(x86_64)]
    CHILD(0)                                  => Keep(PID);
    #[only(x86_64)]
    CATCH(SIGFPE, FLAGS, 0)                   => Is(1);
    #[only(x86_64)]
    IN_HANDLER();
    #[only(x86_64)]
    WRITE(*WR, &CAUGHT_INFO, 32);
    #[only(x86_64)]
    RAISE(DIVIDE, 0);
    #[only(x86_64)]
    PARENT();
    #[only(x86_64)]
    REAP(*PID) => Is(BY + SIGFPE), "rt_sigaction: division by 0 ends the process";
    #[only(x86_64)]
    READ(*RD, &BUF, 32)                       => Is(32), "rt_sigaction: SIGFPE of a division by 0";
    #[only(x86_64)]
    GET32(&BUF + SI_CODE) => Is(FPE_INTDIV), "rt_sigaction: si_code of a division by 0";

    // The handler makes the memory writable.
    FRESH();
    MMAP(0, 4096, PROT_NONE, ANON, -1, 0)     => Keep(A);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGSEGV, FLAGS, 0)                  => Is(1);
    IN_HANDLER();
    MPROTECT(*A, 4096, RW);
    PUT8(*A, 7);
    GET8(*A)                                  => Is(7);
    PARENT();
    REAP(*PID)                                => Is(0), "mprotect: store goes on after it";
    MUNMAP(*A, 4096);

    // A fault whose signal is blocked.
    FRESH();
    PUT64(&A, 8);
    CHILD(0)                                  => Keep(PID);
    CATCH(SIGSEGV, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [SEGV], 0, SIGSET_SIZE);
    GET8(*A);
    PARENT();
    REAP(*PID) => Is(BY + SIGSEGV), "rt_sigprocmask: blocked SIGSEGV of a load ends the process";
};
