//! Memory: `mmap`, `munmap`, `brk`.
//!
//! The kernel is asked whether memory is mapped: `clock_gettime` into it succeeds or returns
//! EFAULT, where a load would end the program. Rows read an address only after a step that proves
//! it plausible, and write there only after the kernel could.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const FIXED: i64 = ANON | MAP_FIXED;
const CLOCK_ID: i64 = CLOCK_MONOTONIC;
/// A length for which no address space has room, and whose low 32 bits are 0.
const HUGE: i64 = 1 << 62;
/// A length so great that 300 lost mappings take all memory of a kernel.
const MIB: i64 = 1 << 20;

const POSITIVE: Table = shared_rows! {
    FRESH();
    MMAP(0, 8192, RW, ANON, -1, 0)     => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    AND(*A, 4095)                      => Is(0), "address on a page boundary";
    COUNT(*A, 0, 8192)                 => Is(8192), "new memory is zero";
    MINUS(*A, -4096)                   => Keep(B);
    CLOCK_GETTIME(CLOCK_ID, *B);
    PUT64(*A, 1);
    PUT64(*B, 2);
    GET64(*A)                          => Is(1), "mmap: two pages are not one";
    MUNMAP(*A, 8192);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Err(EFAULT), "munmap: released memory";

    // Two mappings at a time. The second round gets the memory of the first one.
    FRESH();
    MMAP(0, 4096, RW, ANON, -1, 0)     => Keep(A);
    MMAP(0, 4096, RW, ANON, -1, 0)     => Keep(B);
    MINUS(*A, 0)                       => AtLeast(4096);
    COUNT(*A, 0, 4096)                 => Is(4096);
    CLOCK_GETTIME(CLOCK_ID, *A);
    CLOCK_GETTIME(CLOCK_ID, *B);
    FILL(*A, 1, 4096);
    FILL(*B, 2, 4096);
    COUNT(*A, 1, 4096)                 => Is(4096), "mmap: two mappings do not overlap";
    MUNMAP(*A, 4096);
    MUNMAP(*B, 4096);
    AGAIN(1)                           => Is(1), "mmap: memory used before is zero again";

    // Of three pages the middle one is replaced, unmapped and mapped again.
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)    => Keep(A);
    MINUS(*A, -4096)                   => Keep(B);
    MINUS(*A, -8192)                   => Keep(C);
    CLOCK_GETTIME(CLOCK_ID, *A);
    CLOCK_GETTIME(CLOCK_ID, *C);
    FILL(*A, 1, 12288);
    MMAP(*B, 4096, RW, FIXED, -1, 0)   => Is(*B);
    COUNT(*B, 0, 4096)                 => Is(4096), "mmap: MAP_FIXED replaces what was there";
    COUNT(*A, 1, 12288)                => Is(8192), "mmap: MAP_FIXED leaves its neighbours alone";
    MUNMAP(*B, 4096);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Err(EFAULT), "munmap: hole between pages";
    CLOCK_GETTIME(CLOCK_ID, *A)        => Is(0), "munmap: page before the hole stays";
    CLOCK_GETTIME(CLOCK_ID, *C)        => Is(0), "munmap: page behind the hole stays";
    // Where it does not, the program itself must not read it.
    CLOCK_GETTIME(CLOCK_ID, *C);
    COUNT(*C, 1, 4096) => AtLeast(4080), "munmap: page behind the hole keeps its bytes";
    MMAP(*B, 4096, RW, FIXED, -1, 0)   => Is(*B), "MAP_FIXED fills a hole";
    MUNMAP(*B, 4096);
    MUNMAP(*A, 12288)                  => Is(0), "range with a hole";
    CLOCK_GETTIME(CLOCK_ID, *C)        => Err(EFAULT), "munmap: page behind the hole unmapped too";

    FRESH();
    MMAP(0, 4096, RW, ANON, -1, 0)     => Keep(A);
    CLOCK_GETTIME(CLOCK_ID, *A);
    FILL(*A, 1, 4096);
    MMAP(*A, 4096, RW, ANON, -1, 0)    => Keep(B);
    CLOCK_GETTIME(CLOCK_ID, *B);
    FILL(*B, 2, 4096);
    COUNT(*A, 1, 4096)                 => Is(4096), "mmap: hint at existing memory leaves it alone";
    MUNMAP(*A, 4096);
    MUNMAP(*B, 4096);

    FRESH();
    MMAP(0, 4096, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    COUNT(*A, 0, 4096)                 => Is(4096);
    LATER(0, 0);
    CLOCK_GETTIME(CLOCK_ID, *A);
    JOIN(0)                            => Is(0);
    COUNT(*A, 0, 16) => AtMost(15), "mmap: second thread writes into the first one's memory";
    MUNMAP(*A, 4096);

    // The break is moved up by two pages and down again.
    FRESH();
    BRK(0)                             => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    MINUS(*A, -4096)                   => Keep(B);
    MINUS(*A, -8192)                   => Keep(C);
    BRK(*C)                            => Is(*C), "two pages up";
    BRK(0)                             => Is(*C);
    COUNT(*A, 0, 8192)                 => Is(8192), "brk: new memory is zero";
    FILL(*A, 1, 8192);
    BRK(*A)                            => Is(*A);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Err(EFAULT), "brk: released memory";
    BRK(*C)                            => Is(*C);
    COUNT(*B, 0, 4096)                 => Is(4096), "brk: memory used before is zero again";
    BRK(*A);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    MMAP(0, 0, RW, ANON, -1, 0)        => Err(EINVAL), "length 0";
    MMAP(0, 4096, RW, MAP_ANONYMOUS, -1, 0) => Err(EINVAL), "neither shared nor private";
    MMAP(&BUF + 1, 4096, RW, FIXED, -1, 0) => Err(EINVAL), "MAP_FIXED inside a page";
    MMAP(0, 4096, RW, MAP_ANONYMOUS | 15, -1, 0) => Err(EINVAL), "unknown mapping type";
    MMAP(0, 4096, RW, ANON, -1, 1)     => Err(EINVAL), "offset inside a page";
    MMAP(0, 4096, RW, MAP_PRIVATE, -1, 0) => Err(EBADF), "descriptor -1";
    MMAP(0, HUGE, RW, ANON, -1, 0)     => Err(ENOMEM), "length 2^62";
    MMAP(0, -4096, RW, ANON, -1, 0)    => Err(ENOMEM), "all pages but one";
    MMAP(0, -1, RW, ANON, -1, 0)       => Err(ENOMEM), "length SIZE_MAX";
    MMAP(-8192, 4096, RW, FIXED, -1, 0) => Err(ENOMEM), "MAP_FIXED in the kernel half";
    FRESH();
    MMAP(0, 4096, RW, ANON, -1, 0)     => Keep(A);
    MINUS(*A, -1)                      => Keep(B);
    MMAP(*A, 4096, RW, MAP_PRIVATE | MAP_FIXED, -1, 0) => Err(EBADF);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Is(0), "mmap: failed MAP_FIXED unmaps nothing";
    MUNMAP(*A, 0)                      => Err(EINVAL), "length 0";
    MUNMAP(*B, 4096)                   => Err(EINVAL), "address inside a page";
    MUNMAP(*A, -4096)                  => Err(EINVAL), "length beyond the address space";
    MUNMAP(-8192, 4096)                => Err(EINVAL), "kernel half";
    CLOCK_GETTIME(CLOCK_ID, *A)        => Is(0), "munmap: failed calls unmap nothing";
    MUNMAP(*A, 4096);

    // An impossible break returns the current one.
    FRESH();
    BRK(0)                             => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    BRK(4096)                          => Is(*A), "below the start";
    BRK(-1)                            => Is(*A), "kernel half";
    MINUS(*A, -MIB)                    => Keep(B);
    AND(*B, -4096)                     => Keep(B);
    MMAP(*B, 4096, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) => Is(*B);
    MINUS(*B, -MIB)                    => Keep(C);
    BRK(*C)                            => Is(*A), "mapping in the way";
    MUNMAP(*B, 4096);
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    MMAP(0, 1, RW, ANON, -1, 0)        => Keep(A);
    MINUS(*A, 0)                       => AtLeast(4096);
    COUNT(*A, 0, 4096)                 => Is(4096), "mmap: one byte maps a whole page";
    MINUS(*A, -4080)                   => Keep(B);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Is(0);
    MUNMAP(*A, 1);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Err(EFAULT), "munmap: one byte unmaps a whole page";
    MUNMAP(*A, 4096)                   => Is(0), "range without memory";

    FRESH();
    MMAP(HUGE, 4096, RW, ANON, -1, 0)  => Keep(A), "hint 2^62";
    MUNMAP(*A, 4096);
    MMAP(0, 4096, RW | 8, ANON, -1, 0) => Keep(A), "unknown protection";
    MUNMAP(*A, 4096);

    FRESH();
    MMAP(0, 4097, RW, ANON, -1, 0)     => Keep(A);
    MINUS(*A, -4096)                   => Keep(B);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Is(0), "mmap: page of the 4097th byte";
    MUNMAP(*A, 4096);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Err(EFAULT);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Is(0), "munmap: last page stays";
    MMAP(*B, 4096, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0)
        => Err(EEXIST), "MAP_FIXED_NOREPLACE over memory";
    MUNMAP(*A, 4097);
    CLOCK_GETTIME(CLOCK_ID, *B)        => Err(EFAULT), "munmap: page of the 4097th byte";

    FRESH();
    MMAP(0, MIB, RW, ANON, -1, 0)      => Keep(A);
    CLOCK_GETTIME(CLOCK_ID, *A);
    MUNMAP(*A, MIB);
    AGAIN(300)                         => Is(300), "munmap: 300 mappings leak nothing";
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)    => Keep(A);
    MINUS(*A, -4096)                   => Keep(B);
    MUNMAP(*B, 4096);
    MUNMAP(*A, 12288);
    AGAIN(300)                         => Is(300), "munmap: 300 split mappings leak nothing";

    FRESH();
    BRK(0)                             => Keep(A);
    MINUS(*A, -1)                      => Keep(B);
    MINUS(*A, -MIB)                    => Keep(C);
    BRK(*B)                            => Is(*B), "one byte up";
    BRK(*A);
    BRK(*C)                            => Is(*C);
    BRK(*A)                            => Is(*A);
    AGAIN(300)                         => Is(300), "brk: 300 times up and down leaks nothing";
};
