//! Input and output: `read`, `write`, `readv`, `writev`, `close`.
//!
//! The checks use pipes, which need no file system. `FRESH()` leaves 3 as the lowest free
//! descriptor, so a pipe's ends are 3 and 4, in any order.

use crate::plan::prelude::*;
use crate::plan::routine::FILL_UP;

pub const FAMILY: Family = Family {
    title: "Input and output",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;

const POSITIVE: Table = shared_rows! {
    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    WRITE(*WR, [*b"hello"], 5)         => Is(5), "count written";
    READ(*RD, &BUF, 4096)              => Is(5), "count read is what was there";
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "bytes arrive unchanged";
    COUNT(&BUF + 5, POISON, 91)        => Is(91), "nothing is written behind the bytes";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    WRITE(*WR, [*b"hello"], 3);
    WRITE(*WR, [*b"lo"], 2);
    READ(*RD, &BUF, 1)                 => Is(1);
    GET8(&BUF)                         => Is(b'h');
    GET8(&BUF + 1)                     => Is(POISON), "no more than asked is written";
    READ(*RD, &BUF + 1, 4096)          => Is(4), "rest stays for the next read";
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "reads join writes in order";

    // The buffer in the middle is empty, and its address is not mapped.
    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    PAIR(&IOV, [*b"hello"], 3);
    PAIR(&IOV + 16, 0, 0);
    PAIR(&IOV + 32, [*b"lo"], 2);
    WRITEV(*WR, &IOV, 3)               => Is(5), "counts all buffers";
    READ(*RD, &BUF, 4096);
    SAME(&BUF, [*b"hello"], 5)         => Is(0), "writev: buffers go out in order";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    WRITE(*WR, [*b"hello"], 5);
    PAIR(&IOV, 0, 0);
    PAIR(&IOV + 16, &BUF, 2);
    PAIR(&IOV + 32, &BUF2, 4096);
    READV(*RD, &IOV, 3)                => Is(5), "counts all buffers";
    SAME(&BUF2, [*b"llo"], 3)          => Is(0), "buffers are filled in order";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    WRITE(*WR, [*b"hello"], 5);
    CLOSE(*WR)                         => Is(0), "write end";
    READ(*RD, &BUF, 4096)              => Is(5), "bytes outlive the writer";
    READ(*RD, &BUF, 4096)              => Is(0), "end of file";
    PAIR(&IOV, &BUF, 4096);
    READV(*RD, &IOV, 1)                => Is(0), "end of file";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    CLOSE(*WR);
    READ(*RD, &BUF, 4096)              => Is(0), "end of file, O_NONBLOCK";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    LATER(0, 1);
    CLOSE(*WR);
    READ(*RD, &BUF, 4096)              => Is(0), "close: end of file ends a blocked read";
};

const NEGATIVE: Table = rows! {
    FRESH();
    WATCH();
    READ(3, &BUF, 4096)                => Err(EBADF), "closed descriptor";
    READ(-1, &BUF, 4096)               => Err(EBADF), "descriptor -1";
    READ(i32::MIN, &BUF, 4096)         => Err(EBADF), "descriptor INT_MIN";
    READ(1024, &BUF, 4096)             => Err(EBADF), "descriptor past the table";
    // A line feed: it changes no line of the log if the kernel prints it.
    WRITE(3, [*b"\n"], 1)              => Err(EBADF), "closed descriptor";
    WRITE(-1, [*b"\n"], 1)             => Err(EBADF), "descriptor -1";
    CLOSE(-1)                          => Err(EBADF), "descriptor -1";
    CLOSE(1024)                        => Err(EBADF), "descriptor past the table";
    PAIR(&IOV, &BUF, 5);
    READV(-1, &IOV, 1)                 => Err(EBADF), "descriptor -1";
    PAIR(&IOV, [*b"\n"], 1);
    WRITEV(-1, &IOV, 1)                => Err(EBADF), "descriptor -1";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    PAIR(&IOV, &BUF, 5);
    READ(*WR, &BUF, 4096)              => Err(EBADF), "write end";
    WRITE(*RD, &BUF, 4096)             => Err(EBADF), "read end";
    WRITE(*RD, 8, 1)                   => Err(EBADF), "read end, unmapped buffer";
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "empty pipe, O_NONBLOCK";
    READV(*RD, &IOV, 1)                => Err(EAGAIN), "empty pipe, O_NONBLOCK";
    CLOSE(*RD);
    CLOSE(*RD)                         => Err(EBADF), "pipe end closed twice";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WRITE(*WR, &EDGE, 5)               => Err(EFAULT), "unmapped buffer";
    WRITE(*WR, -4096, 5)               => Err(EFAULT), "kernel half";
    WRITE(*WR, &EDGE - 2, 5)           => Err(EFAULT), "half of the buffer unmapped";
    WRITE(*WR, &BUF, -1)               => Either(EFAULT, EINVAL), "size SIZE_MAX";
    WRITE(*WR, [*b"hello"], 5);
    READ(*RD, &EDGE, 5)                => Err(EFAULT), "unmapped buffer";
    READ(*RD, -4096, 5)                => Err(EFAULT), "kernel half";
    READ(*RD, @ReadOnly, 5)            => Err(EFAULT), "read-only buffer";
    READ(*RD, &EDGE - 2, 5)            => Err(EFAULT), "half of the buffer unmapped";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WRITE(*WR, [*b"hello"], 5);
    READV(*RD, &EDGE, 1)               => Err(EFAULT), "unmapped array";
    WRITEV(*WR, &EDGE, 1)              => Err(EFAULT), "unmapped array";
    PAIR(&IOV, &EDGE, 5);
    READV(*RD, &IOV, 1)                => Err(EFAULT), "unmapped buffer";
    WRITEV(*WR, &IOV, 1)               => Err(EFAULT), "unmapped buffer";
    PAIR(&IOV + 16, &BUF, -1);
    READV(*RD, &IOV + 16, 1)           => Err(EINVAL), "length -1";
    WRITEV(*WR, &IOV, 2)               => Err(EINVAL), "second length -1";
    READV(*RD, &IOV, -1)               => Err(EINVAL), "count -1";
    WRITEV(*WR, &IOV, -1)              => Err(EINVAL), "count -1";
    READV(*RD, &IOV, 1025)             => Err(EINVAL), "count IOV_MAX + 1";
    WRITEV(*WR, &IOV, 1025)            => Err(EINVAL), "count IOV_MAX + 1";
    READ(*RD, &BUF, 4096)              => Is(5), "writev: errors put nothing in the pipe";

    FRESH();
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    PIPE2(&FDS, 0);
    CLOSE(*RD);
    WRITE(*WR, &BUF, 5)                => Err(EPIPE), "no reader";
    GET32(&CAUGHT_SIGNO)               => Is(SIGPIPE), "no reader raises SIGPIPE";
    PAIR(&IOV, &BUF, 5);
    WRITEV(*WR, &IOV, 1)               => Err(EPIPE), "no reader";
    PAIR(&ACT, SIG_IGN, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&ACT + 16, @Restorer);
    RT_SIGACTION(SIGPIPE, &ACT, 0, SIGSET_SIZE);
    WRITE(*WR, &BUF, 5)                => Err(EPIPE), "no reader, SIGPIPE ignored";
    GET32(&CAUGHT)                     => Is(2), "writev: no reader raises one signal";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    READ(*RD, &BUF, 0)                 => Is(0), "zero bytes of an empty pipe";
    WRITE(*WR, &BUF, 0)                => Is(0);
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "write: pipe after zero bytes";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WRITE(*WR, &EDGE - 5, 5)           => Is(5), "last bytes of a page";
    READ(*RD, &EDGE - 5, 5)            => Is(5), "last bytes of a page";
    WRITE(*WR, [*b"hello"], 5);
    READ(*RD, &BUF, -1)                => Either(EFAULT, EINVAL), "size SIZE_MAX";

    // Memory that is mapped, but that no access has touched.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    MMAP(0, 12288, RW, ANON, -1, 0)    => Keep(A);
    MINUS(*A, -8192)                   => Keep(B);
    WRITE(*WR, &BUF, 8192)             => Is(8192);
    READ(*RD, *A, 8192)                => Is(8192), "untouched memory";
    WRITE(*WR, *B, 1)                  => Is(1), "untouched memory";
    MUNMAP(*A, 12288);

    // An iovec at the end of its page.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    PAIR(&EDGE - 16, &BUF, 5);
    WRITEV(*WR, &EDGE - 16, 1)         => Is(5);
    WRITEV(*WR, &EDGE - 16, 2)         => Err(EFAULT), "half of the array unmapped";
    READV(*RD, &EDGE - 16, 1)          => Is(5), "last bytes of a page";

    // The whole arena is an array of 1,024 iovecs. Only the last one has a length.
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    FILL(&FDS2, 0, 0x3ff8);
    PAIR(&EDGE - 16, &BUF, 5);
    WRITEV(*WR, &FDS, IOV_MAX)         => Is(5), "last of IOV_MAX buffers counts";
    READV(*RD, &FDS, IOV_MAX)          => Is(5), "last of IOV_MAX buffers counts";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    FILL(&BUF, b'/', 4096);
    FILL_UP(*WR)                       => AtLeast(0);
    WRITE(*WR, &BUF, 1)                => Err(EAGAIN), "full pipe, O_NONBLOCK";
    PAIR(&IOV, &BUF, 1);
    WRITEV(*WR, &IOV, 1)               => Err(EAGAIN), "full pipe, O_NONBLOCK";
    READ(*RD, &BUF, 4096)              => Is(4096);
    WRITE(*WR, &BUF, 8192)             => Is(4096), "too much for the room goes in part";
    READ(*RD, &BUF, 91)                => Is(91);
    WRITE(*WR, &BUF, PIPE_BUF)         => Err(EAGAIN), "no room for PIPE_BUF bytes";
    READ(*RD, &BUF, 8192)              => Is(8192), "two pages";
    COUNT(&BUF2, b'/', 4096)           => Is(4096), "second page is written";
    WRITE(*WR, &BUF, PIPE_BUF)         => Is(PIPE_BUF), "room again for PIPE_BUF bytes";
};
