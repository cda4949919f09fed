//! Memory protection: `mprotect`.
//!
//! The kernel is asked for the access to a page: `clock_gettime` writes to it, a pipe reads it.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory protection",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const CLOCK_ID: i64 = CLOCK_MONOTONIC;
const MIB: i64 = 1 << 20;

const POSITIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    MMAP(0, 12288, RW, ANON, -1, 0)           => Keep(A);
    MINUS(*A, -4096)                          => Keep(B);
    MINUS(*A, -8192)                          => Keep(C);
    CLOCK_GETTIME(CLOCK_ID, *B);
    PUT8(*B, 1);
    MPROTECT(*B, 4096, PROT_READ);
    CLOCK_GETTIME(CLOCK_ID, *B)               => Err(EFAULT), "mprotect: write to PROT_READ memory";
    WRITE(*WR, *B, 1)                         => Is(1), "mprotect: read of PROT_READ memory";
    CLOCK_GETTIME(CLOCK_ID, *C)               => Is(0), "mprotect: page behind stays writable";
    MPROTECT(*B, 4096, PROT_NONE);
    WRITE(*WR, *B, 1)                         => Err(EFAULT), "mprotect: read of PROT_NONE memory";
    MPROTECT(*B, 8192, RW)                    => Is(0), "pages of several protections";
    READ(*RD, &BUF, 1);
    WRITE(*WR, *B, 1);
    READ(*RD, &BUF, 1);
    GET8(&BUF)                                => Is(1), "mprotect: contents survive";
    CLOCK_GETTIME(CLOCK_ID, *B)               => Is(0), "mprotect: writable again";
    MUNMAP(*A, 12288);

    // A fault of the program itself. The handler makes the memory accessible; where it cannot, the
    // second fault ends the program.
    FRESH();
    MMAP(0, 4096, PROT_NONE, ANON, -1, 0)     => Keep(A);
    MINUS(*A, 0)                              => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_ID, *A)               => Err(EFAULT);
    CATCH(SIGSEGV, SA_SIGINFO | SA_RESETHAND, 0) => Is(1);
    IN_HANDLER();
    MPROTECT(*A, 4096, RW);
    GET8(*A)                                  => Is(0), "mprotect: handler repairs a fault";
    GET64(&CAUGHT_INFO + 16)                  => Is(*A), "rt_sigaction: si_addr of a fault";
    GET32(&CAUGHT_INFO + 8) => Is(SEGV_ACCERR), "rt_sigaction: si_code of a fault";
    MUNMAP(*A, 4096);

    // A mapping that a page table may hold in large leaves.
    FRESH();
    MMAP(0, 4 * MIB, RW, ANON, -1, 0)         => Keep(A);
    MINUS(*A, -2 * MIB)                       => Keep(B);
    MINUS(*B, -4096)                          => Keep(C);
    CLOCK_GETTIME(CLOCK_ID, *C);
    MPROTECT(*B, 4096, PROT_READ);
    CLOCK_GETTIME(CLOCK_ID, *C)               => Is(0), "mprotect: page of 4 MiB protected alone";
    MUNMAP(*B, 4096);
    CLOCK_GETTIME(CLOCK_ID, *C)               => Is(0), "munmap: page of 4 MiB unmapped alone";
    MUNMAP(*A, 4 * MIB);

    FRESH();
    PIPE2(&FDS, 0);
    MMAP(0, 4096, PROT_NONE, ANON, -1, 0) => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Err(EFAULT), "mmap: write to PROT_NONE memory";
    WRITE(*WR, *A, 1)                  => Err(EFAULT), "mmap: read of PROT_NONE memory";
    MUNMAP(*A, 4096);
    MMAP(0, 4096, PROT_READ, ANON, -1, 0) => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Err(EFAULT), "mmap: write to PROT_READ memory";
    WRITE(*WR, *A, 1)                  => Is(1);
    MUNMAP(*A, 4096);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)           => Keep(A);
    MINUS(*A, -1)                             => Keep(B);
    MPROTECT(*B, 4096, PROT_NONE)             => Err(EINVAL), "address inside a page";
    MPROTECT(*A, 4096, 64)                    => Err(EINVAL), "unknown protection";
    MPROTECT(*A, -4096, RW)                   => Err(ENOMEM), "length beyond the address space";
    CLOCK_GETTIME(CLOCK_ID, *A)               => Is(0), "mprotect: failed calls protect nothing";
    MINUS(*A, -4096)                          => Keep(B);
    MUNMAP(*B, 4096);
    MPROTECT(*B, 4096, PROT_READ)             => Err(ENOMEM), "unmapped page";
    MPROTECT(*A, 12288, PROT_READ)            => Err(ENOMEM), "range with a hole";
    MPROTECT(-8192, 4096, PROT_READ)          => Err(ENOMEM), "kernel half";
    MUNMAP(*A, 12288);
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)           => Keep(A);
    MINUS(*A, -4080)                          => Keep(B);
    MINUS(*A, -4096)                          => Keep(C);
    MPROTECT(*A, 0, PROT_NONE)                => Is(0), "length 0";
    MPROTECT(*A, 1, PROT_READ);
    CLOCK_GETTIME(CLOCK_ID, *B) => Err(EFAULT), "mprotect: one byte protects a whole page";
    MPROTECT(*A, 4097, PROT_NONE);
    CLOCK_GETTIME(CLOCK_ID, *C)               => Err(EFAULT), "mprotect: page of the 4097th byte";
    MUNMAP(*A, 12288);
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)           => Keep(A);
    MINUS(*A, -4096)                          => Keep(B);
    MPROTECT(*B, 4096, PROT_READ);
    MPROTECT(*B, 4096, RW);
    MUNMAP(*A, 12288);
    AGAIN(300)                                => Is(300), "mprotect: 300 splits leak nothing";
};
