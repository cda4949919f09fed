//! Pipes: `pipe2` and the behaviour of its two ends.
//!
//! A check whose row makes another call names `pipe2`, because it is about the pipe.

use crate::plan::prelude::*;
use crate::plan::routine::{FILL_UP, IN_ORDER, STATUS_FLAGS};

pub const FAMILY: Family = Family {
    title: "Pipes",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A timer that sends a signal each millisecond.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(1_000_000, 1_000_000);

const POSITIVE: Table = shared_rows! {
    FRESH();
    PIPE2(&FDS, 0)                     => Is(0), "opens two descriptors";
    GET32(&RD)                         => Is(3), "read end is the lowest free";
    GET32(&WR)                         => Is(4), "write end is the next";
    COUNT(&FDS2, POISON, 91)           => Is(91), "nothing is written behind the result";
    STATUS_FLAGS(*RD)                  => Is(O_RDONLY), "pipe2: read end is O_RDONLY";
    FCNTL(*RD, F_GETFD, 0)             => Is(0), "pipe2: read end is not close-on-exec";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK)            => Is(0);
    WATCH();
    STATUS_FLAGS(*RD)                  => Is(O_NONBLOCK), "pipe2: O_NONBLOCK on the read end";
    STATUS_FLAGS(*WR)                  => Is(O_NONBLOCK | 1), "pipe2: O_NONBLOCK on the write end";
    IN_ORDER(*RD, *WR)                 => Is(100), "pipe2: bytes stay in order";

    FRESH();
    PIPE2(&FDS, O_CLOEXEC)             => Is(0);
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "pipe2: O_CLOEXEC on the read end";
    FCNTL(*WR, F_GETFD, 0)             => Is(FD_CLOEXEC), "pipe2: O_CLOEXEC on the write end";
    STATUS_FLAGS(*RD)                  => Is(O_RDONLY), "pipe2: O_CLOEXEC is not O_NONBLOCK";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, O_NONBLOCK);
    WATCH();
    WRITE(*WR, [*b"hello"], 5);
    CLOSE(*WR2);
    READ(*RD, &BUF, 4096)              => Is(5), "pipe2: bytes wait in their own pipe";
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "pipe2: read beside a closed pipe";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    DUP(*WR)                           => Is(5);
    CLOSE(*WR);
    READ(*RD, &BUF, 4096)              => Err(EAGAIN), "pipe2: read while a duplicate writes";
    CLOSE(5);
    READ(*RD, &BUF, 4096)              => Is(0), "pipe2: end of file after the last writer closes";
    FRESH();
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    PIPE2(&FDS, O_NONBLOCK);
    DUP(*RD)                           => Is(5);
    CLOSE(*RD);
    WRITE(*WR, [*b"hello"], 5)         => Is(5), "pipe2: write while a duplicate reads";
    CLOSE(5);
    WRITE(*WR, [*b"hello"], 5)         => Err(EPIPE), "pipe2: write after the last reader closes";

    FRESH();
    PIPE2(&FDS, 0);
    WATCH();
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    READ(*RD, &BUF, 4096)              => Is(5), "pipe2: read waits for bytes";

    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    FILL_UP(*WR)                       => AtLeast(PIPE_BUF), "pipe2: holds at least PIPE_BUF bytes";
    FCNTL(*WR, F_SETFL, 0);
    LATER(0, 1);
    READ(*RD, &BUF, 4096);
    LATER(1, 2);
    READ(*RD, &BUF, 4096);
    WRITE(*WR, &BUF, 8192)             => Is(8192), "pipe2: write waits for room for all";

    // A signal each millisecond: one may come too early.
    FRESH();
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    FILL_UP(*WR)                       => AtLeast(1);
    FCNTL(*WR, F_SETFL, 0);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    WRITE(*WR, &BUF, 1)                => Err(EINTR), "pipe2: wait for room, caught signal";
    READ(*RD, &BUF, 4096);
    WRITE(*WR, &BUF, 12288)            => AtLeast(1), "pipe2: part is written, caught signal";
    CATCH(SIGUSR1, SA_RESTART, 0)      => Is(1);
    LATER(0, 12);
    READ(*RD, &BUF, 8192);
    WRITE(*WR, &BUF, 1)                => Is(1), "rt_sigaction: SA_RESTART carries a write on";

    FRESH();
    CATCH(SIGPIPE, 0, 0)               => Is(1);
    PIPE2(&FDS, O_NONBLOCK);
    WATCH();
    FILL_UP(*WR)                       => AtLeast(1);
    FCNTL(*WR, F_SETFL, 0);
    LATER(0, 1);
    CLOSE(*RD);
    WRITE(*WR, &BUF, 1)                => Err(EPIPE), "pipe2: wait for room, last reader closes";

    // If a round lost a descriptor, the next round would get other numbers.
    FRESH();
    PIPE2(&FDS, 0);
    GET32(&WR)                         => AtMost(4);
    CLOSE(*RD);
    CLOSE(*WR);
    AGAIN(300)                         => Is(300), "pipe2: 300 pipes leak nothing";
    FRESH();
    PIPE2(&FDS, O_NONBLOCK);
    WRITE(*WR, &BUF, 5)                => Is(5);
    CLOSE(*WR);
    CLOSE(*RD);
    AGAIN(300)                         => Is(300), "pipe2: 300 pipes in use leak nothing";
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    PIPE2(&FDS, 1)                     => Err(EINVAL), "unknown flag";
    PIPE2(&FDS, O_CLOEXEC | 1)         => Err(EINVAL), "unknown flag and O_CLOEXEC";
    PIPE2(&EDGE, 0)                    => Err(EFAULT), "unmapped result";
    PIPE2(-4096, 0)                    => Err(EFAULT), "kernel half";
    PIPE2(&EDGE - 4, 0)                => Err(EFAULT), "half of the result unmapped";
    FRESH();
    PIPE2(&EDGE, 0)                    => Err(EFAULT);
    PIPE2(&EDGE - 4, 0)                => Err(EFAULT);
    DUP(1)                             => Is(3), "pipe2: errors leave no descriptor open";

    FRESH();
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) => Keep(A);
    PIPE2(*A, 0)                       => Err(EFAULT), "read-only result";
    MUNMAP(*A, 4096);

    FRESH();
    PIPE2(&FDS, 0);
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, *RD, 0) => Err(ENODEV), "read end of a pipe";
    MMAP(0, 4096, PROT_READ, MAP_PRIVATE, *WR, 0) => Either(EACCES, ENODEV), "write end of a pipe";

    // Only checks are between lowering the limit and restoring it: a failed check does not end the
    // script.
    FRESH();
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 4, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    PIPE2(&FDS, 0)                     => Err(EMFILE), "one free descriptor";
    COUNT(&FDS, POISON, 8)             => Is(8), "EMFILE writes nothing";
    DUP(1)                             => Is(3), "pipe2: EMFILE leaves no descriptor open";
};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    PIPE2(&EDGE - 8, 0)                => Is(0), "last bytes of a page";
    CLOSE(4);
    CLOSE(3);

    FRESH();
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 5, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    PIPE2(&FDS, 0)                     => Is(0), "last two below the limit";

    // The ends get the lowest free numbers, the read end the lower one.
    FRESH();
    PIPE2(&FDS, 0);
    DUP(1)                             => Is(5);
    CLOSE(*WR);
    PIPE2(&FDS2, 0);
    GET32(&RD2)                        => Is(4), "read end fills a gap";
    GET32(&WR2)                        => Is(6), "write end skips one in use";
};
