//! Epoll: `epoll_create1`, `epoll_ctl`, `epoll_wait`.

use crate::plan::prelude::*;
use crate::plan::routine::POLL_ONE;

pub const FAMILY: Family = Family {
    title: "Epoll",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// The data that the caller stores with a descriptor: a kernel must return all 64 bits.
const DATA: i64 = 0x0123_4567_89ab_cdef;
/// A timer that expires every half millisecond, as in the polling family.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(500_000, 500_000);

const POSITIVE: Table = rows! {
    {
        type Event = [u8; EPOLL_EVENT_SIZE as usize];
        const READABLE: Event = epoll_event(EPOLLIN, DATA);
        const WRITABLE: Event = epoll_event(EPOLLOUT, DATA);
        const NOTHING: Event = epoll_event(0, DATA);
        const READABLE_EDGE: Event = epoll_event(EPOLLIN | EPOLLET, DATA);
        const WRITABLE_EDGE: Event = epoll_event(EPOLLOUT | EPOLLET, DATA);
        const READABLE_ONCE: Event = epoll_event(EPOLLIN | EPOLLONESHOT, 5);
    }
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    GET32(&FD_A)                       => Is(5), "epoll_create1: takes the lowest free descriptor";
    FCNTL(*FD_A, F_GETFD, 0)           => Is(0), "epoll_create1: no flag leaves FD_CLOEXEC clear";
    EPOLL_CREATE1(EPOLL_CLOEXEC)       => Keep(FD_B);
    FCNTL(*FD_B, F_GETFD, 0)           => Is(FD_CLOEXEC), "epoll_create1: EPOLL_CLOEXEC";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "empty pipe is not readable";
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "pipe with data is readable";
    #[only(x86_64)]
    SAME(&EVENTS, [READABLE], 12)      => Is(0), "epoll_wait: event and data come back whole";
    #[only(x86_64)]
    COUNT(&EVENTS + 12, POISON, 24)    => Is(24), "epoll_wait: nothing is written behind 12 bytes";
    // The padding may have any value.
    #[only(aarch64, riscv64)]
    GET32(&EVENTS)                     => Is(EPOLLIN);
    #[only(aarch64, riscv64)]
    GET64(&EVENTS + EPOLL_DATA)        => Is(DATA), "epoll_wait: event and data come back whole";
    #[only(aarch64, riscv64)]
    COUNT(&EVENTS + 16, POISON, 24)    => Is(24), "epoll_wait: nothing is written behind 16 bytes";
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "level is reported again";
    EPOLL_CTL(*FD_A, EPOLL_CTL_MOD, *RD, [NOTHING]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "data not asked for are not reported";
    EPOLL_CTL(*FD_A, EPOLL_CTL_DEL, *RD, 8) => Is(0), "DEL does not look at the event";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]) => Is(0), "ADD after DEL";
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "data from before ADD are an event";
    READ(*RD, &BUF, 4096)              => Is(5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "pipe read empty is not readable";
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_CTL(*FD_A, EPOLL_CTL_DEL, *RD, 0);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "nothing is reported after DEL";

    // EPOLLET and EPOLLONESHOT.
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE_EDGE]);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "edge is reported once";
    READ(*RD, &BUF, 4096)              => Is(5);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "next edge is reported";
    EPOLL_CTL(*FD_A, EPOLL_CTL_MOD, *RD, [READABLE_ONCE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "one-shot is reported once";
    EPOLL_CTL(*FD_A, EPOLL_CTL_MOD, *RD, [READABLE_ONCE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "MOD arms a one-shot again";
    GET64(&EVENTS + EPOLL_DATA)        => Is(5), "epoll_ctl: MOD changes the data";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, [WRITABLE_EDGE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "edge of a write end is reported once";

    // Events that are reported without being asked for.
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [NOTHING]);
    WRITE(*WR, [*b"hello"], 5);
    WATCH();
    LATER(0, 1);
    CLOSE(*WR);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, -1) => Is(1), "close of the writer ends the wait";
    GET32(&EVENTS)                     => Is(EPOLLHUP), "epoll_wait: hang-up is reported unasked";
    EPOLL_CTL(*FD_A, EPOLL_CTL_MOD, *RD, [READABLE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1);
    GET32(&EVENTS)                 => Is(EPOLLIN | EPOLLHUP), "epoll_wait: data of a closed writer";
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, [NOTHING]);
    CLOSE(*RD);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1);
    GET32(&EVENTS)                     => Is(EPOLLERR), "epoll_wait: error is reported unasked";

    // Two descriptors: an event that one call leaves is reported by the next.
    FRESH();
    PIPE2(&FDS, 0);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, [WRITABLE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(2), "two ready descriptors";
    #[only(x86_64)]
    COUNT(&EVENTS + 12, POISON, 12)    => Is(0), "epoll_wait: second event is stored";
    #[only(aarch64, riscv64)]
    COUNT(&EVENTS + 24, POISON, 8)     => Is(0), "epoll_wait: second event is stored";
    EPOLL_WAIT(*FD_A, &EVENTS, 1, 0)   => Is(1);
    EPOLL_WAIT(*FD_A, &LEN, 1, 0)      => Is(1);
    AND(*EVENTS, *LEN)                 => Is(0), "epoll_wait: next call reports the other one";

    // A descriptor and its duplicate: the entry is removed when the last of them is closed.
    FRESH();
    PIPE2(&FDS, 0);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    DUP(*RD)                           => Keep(FD_B);
    GET32(&FD_B)                       => AtLeast(3);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *FD_B, [READABLE]) => Is(0), "ADD of a duplicate";
    EPOLL_CTL(*FD_A, EPOLL_CTL_DEL, *FD_B, 0);
    CLOSE(*RD);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "closed descriptor with an open duplicate";
    CLOSE(*FD_B);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(0), "close of the last duplicate ends the entry";

    // An epoll in another epoll.
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CREATE1(0)                   => Keep(FD_B);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    EPOLL_CTL(*FD_B, EPOLL_CTL_ADD, *FD_A, [READABLE]);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_B, &EVENTS, 16, 0)  => Is(1), "event of an inner epoll";
    POLL_ONE(*FD_A, POLLIN)            => Is(POLLIN), "epoll_create1: epoll polls readable";

    // Timeouts and signals.
    FRESH();
    WATCH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    CLOCK();
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 1)  => Is(0);
    CLOCK()                            => AtLeast(1000), "epoll_wait: timeout is waited to the end";
    LATER(0, 1);
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, -1) => Is(1), "timeout -1 waits for data";
    JOIN(0)                            => Is(5);
    READ(*RD, &BUF, 4096)              => Is(5);
    LATER(0, 1);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, [WRITABLE]);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, -1) => Is(1), "ADD during the wait ends it";
    JOIN(0)                            => Is(0);

    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    CLOSE(*FD_A);
    CLOSE(*RD);
    CLOSE(*WR);
    AGAIN(300)                         => Is(300), "epoll_create1: 300 epolls in use leak nothing";
};

const NEGATIVE: Table = rows! {
    {
        type Event = [u8; EPOLL_EVENT_SIZE as usize];
        const READABLE: Event = epoll_event(EPOLLIN, DATA);
    }
    FRESH();
    EPOLL_CREATE1(1)                   => Err(EINVAL), "unknown flag";
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(-1, EPOLL_CTL_ADD, *RD, [READABLE]) => Err(EBADF), "epoll descriptor -1";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, -1, [READABLE]) => Err(EBADF), "descriptor -1";
    EPOLL_CTL(*RD, EPOLL_CTL_ADD, *WR, [READABLE]) => Err(EINVAL), "pipe instead of an epoll";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *FD_A, [READABLE]) => Err(EINVAL), "ADD of the epoll itself";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, 8) => Err(EFAULT), "unmapped event";
    EPOLL_CTL(*FD_A, EPOLL_CTL_MOD, *RD, [READABLE]) => Err(ENOENT), "MOD without ADD";
    EPOLL_CTL(*FD_A, EPOLL_CTL_DEL, *RD, 0) => Err(ENOENT), "DEL without ADD";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *RD, [READABLE]) => Err(EEXIST), "ADD twice";
    EPOLL_CTL(*FD_A, 4, *RD, [READABLE]) => Err(EINVAL), "unknown operation";
    EPOLL_CREATE1(0)                   => Keep(FD_B);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *FD_B, [READABLE]);
    EPOLL_CTL(*FD_B, EPOLL_CTL_ADD, *FD_A, [READABLE]) => Err(ELOOP), "two epolls in a loop";
    EPOLL_WAIT(-1, &EVENTS, 16, 0)     => Err(EBADF), "descriptor -1";
    EPOLL_WAIT(*RD, &EVENTS, 16, 0)    => Err(EINVAL), "pipe instead of an epoll";
    EPOLL_WAIT(*FD_A, &EVENTS, 0, 0)   => Err(EINVAL), "maxevents 0";
    EPOLL_WAIT(*FD_A, &EVENTS, -1, 0)  => Err(EINVAL), "maxevents -1";
    WRITE(*WR, [*b"hello"], 5);
    EPOLL_WAIT(*FD_A, 8, 16, 0)        => Err(EFAULT), "unmapped buffer";
    EPOLL_WAIT(*FD_A, @ReadOnly, 1, 0) => Err(EFAULT), "read-only buffer";
    EPOLL_WAIT(*FD_A, &EVENTS, 16, 0)  => Is(1), "event survives EFAULT";

    FRESH();
    WATCH();
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    EPOLL_WAIT(*FD_A, &EVENTS, 16, -1) => Err(EINTR), "caught signal";
};

const BOUNDARY: Table = rows! {
    {
        type Event = [u8; EPOLL_EVENT_SIZE as usize];
        const READABLE: Event = epoll_event(EPOLLIN, DATA);
        const WRITABLE: Event = epoll_event(EPOLLOUT, DATA);
    }
    FRESH();
    PIPE2(&FDS, 0);
    EPOLL_CREATE1(0)                   => Keep(FD_A);
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, i32::MIN, [READABLE]) => Err(EBADF), "descriptor INT_MIN";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, &EDGE - EPOLL_DATA) => Err(EFAULT),
        "half the event is unmapped";
    EPOLL_CTL(*FD_A, EPOLL_CTL_ADD, *WR, [WRITABLE]);
    EPOLL_WAIT(*FD_A, &EDGE - EPOLL_EVENT_SIZE, 1, 0) => Is(1), "buffer ends with its page";
    EPOLL_WAIT(*FD_A, &EVENTS, i32::MAX, 0) => Err(EINVAL), "maxevents INT_MAX";
};
