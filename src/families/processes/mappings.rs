//! Mappings that change, memory in use, and the machine: `mremap`, `mincore`, `mlock`, `sysinfo`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Memory mappings",
    profile: Profile::Linux,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: Table::same(&[]),
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const CLOCK_ID: i64 = CLOCK_MONOTONIC;
const GIB: i64 = 1 << 30;
/// The size of `struct sysinfo`, and its members.
const SIZE: i64 = 112;
const TOTAL: Place = BUF.plus(32);
const FREE: Place = BUF.plus(40);
const UNIT: i64 = 104;

const POSITIVE: Table = shared_rows! {
    // A page grows to three, and shrinks.
    FRESH();
    MMAP(0, 4096, RW, ANON, -1, 0)            => Keep(A);
    CLOCK_GETTIME(CLOCK_ID, *A);
    FILL(*A, 7, 4096);
    MREMAP(*A, 4096, 12288, MREMAP_MAYMOVE, 0) => Keep(B), "grows";
    MINUS(*B, -8192)                          => Keep(C);
    CLOCK_GETTIME(CLOCK_ID, *C)               => Is(0);
    PAIR(*C, 0, 0);
    COUNT(*B, 7, 12288)                       => Is(4096), "mremap: grown memory keeps its bytes";
    COUNT(*B, 0, 12288)                       => Is(8192), "mremap: new memory is zero";
    MREMAP(*B, 12288, 4096, 0, 0)             => Is(*B), "shrinks in its place";
    CLOCK_GETTIME(CLOCK_ID, *C)               => Err(EFAULT), "mremap: shrinking unmaps the rest";
    MUNMAP(*B, 4096);

    // The next page is in use.
    FRESH();
    MMAP(0, 8192, RW, ANON, -1, 0)            => Keep(A);
    CLOCK_GETTIME(CLOCK_ID, *A);
    FILL(*A, 7, 4096);
    MREMAP(*A, 4096, 8192, 0, 0)              => Err(ENOMEM), "next page in use";
    MREMAP(*A, 4096, 8192, MREMAP_MAYMOVE, 0) => Keep(B), "moves";
    CLOCK_GETTIME(CLOCK_ID, *A)               => Err(EFAULT), "mremap: old place is unmapped";
    MINUS(*B, 0)                              => AtLeast(4096);
    COUNT(*B, 7, 4096)                        => Is(4096), "mremap: moved memory keeps its bytes";
    MINUS(*A, -4096)                          => Keep(C);
    CLOCK_GETTIME(CLOCK_ID, *C)               => Is(0), "mremap: next page stays";
    MUNMAP(*B, 8192);
    MUNMAP(*C, 4096);

    // Pages in use. The other bits of a byte are undefined.
    FRESH();
    MMAP(0, 12288, RW, ANON, -1, 0)           => Keep(A);
    CLOCK_GETTIME(CLOCK_ID, *A);
    MINCORE(*A, 8192, &BUF)                   => Is(0), "two pages";
    AND(*BUF, 1)                              => Is(1), "mincore: page in use";
    MADVISE(*A, 4096, MADV_DONTNEED);
    MINCORE(*A, 8192, &BUF);
    AND(*BUF, 1)                              => Keep(C);
    // A kernel may give each page its memory before it is used.
    AND(*BUF, 256)                            => Keep(E);
    MINUS(*E, *C) => AtLeast(0), "madvise: MADV_DONTNEED frees the page";
    MLOCK(*A, 4096);
    MINCORE(*A, 8192, &BUF);
    AND(*BUF, 1)                              => Is(1), "mlock: page comes into use";
    MUNMAP(*A, 12288);

    FRESH();
    SYSINFO(&BUF)                             => Is(0), "memory and uptime";
    CLOCK_GETTIME(CLOCK_BOOTTIME, &TIME);
    MINUS(*BUF, *TIME)                        => AtLeast(-9), "sysinfo: uptime";
    MINUS(*TOTAL, *FREE)                      => AtLeast(0), "sysinfo: free memory";
    GET32(&BUF + UNIT)                        => AtLeast(1), "sysinfo: unit of memory";
    COUNT(&BUF + SIZE, POISON, 8) => Is(8), "sysinfo: nothing is written behind the result";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    MMAP(0, 8192, RW, ANON, -1, 0)            => Keep(A);
    MINUS(*A, -1)                             => Keep(B);
    MREMAP(*B, 4096, 8192, MREMAP_MAYMOVE, 0) => Err(EINVAL), "address inside a page";
    MREMAP(*A, 4096, 0, MREMAP_MAYMOVE, 0)    => Err(EINVAL), "new length 0";
    MREMAP(4096, 4096, 8192, MREMAP_MAYMOVE, 0) => Err(EFAULT), "unmapped page";
    // No overcommitment makes room for more than the address space. Linux 6.17 returns EINVAL.
    MREMAP(*A, 4096, GIB << 18, MREMAP_MAYMOVE, 0) => Either(EINVAL, ENOMEM), "new length 2^48";
    CLOCK_GETTIME(CLOCK_ID, *A)               => Is(0), "mremap: failed calls unmap nothing";
    MINCORE(*B, 4096, &BUF)                   => Err(EINVAL), "address inside a page";
    MINCORE(4096, 4096, &BUF)                 => Err(ENOMEM), "unmapped page";
    MINCORE(*A, 4096, 8)                      => Err(EFAULT), "unmapped result";
    MUNMAP(*A, 8192);
    SYSINFO(8)                                => Err(EFAULT), "unmapped result";
};
