//! Every kind of object, and every event of `poll`, `select` and epoll.

use crate::table::prelude::*;

/// `pollfd` 0: its descriptor, its `events` and its `revents`.
const POLLED: At = word(0, 0);
const ASKED: At = half(0, 4);
const FOUND: At = half(0, 6);
/// `events` of the event that `epoll_ctl` is given, and of the first one that `epoll_wait` returns.
const WANTED: At = word(3, 0);
const EVENTS: At = word(1, 0);

const IN: i64 = POLLIN as i64;
const OUT: i64 = POLLOUT as i64;
const HUP: i64 = POLLHUP as i64;
const NVAL: i64 = POLLNVAL as i64;
const RDHUP: i64 = POLLRDHUP as i64;
const EDGE: i64 = 1 << 31;
const ONE_SHOT: i64 = 1 << 30;

history! { Events;
    SYS_epoll_wait "epoll_wait" "socket-hangup-missing" ResultAltered
        exit [SOME, After(EVENTS, Has(HUP | RDHUP))] [clear(EVENTS, HUP | RDHUP)]
        "EPOLLHUP: the peer has closed the stream socket"
        from "gVisor" "google/gvisor" 7331 "2022-03-25"
        saw "An epoll reports no hang-up when the peer of a socket closes it.";
    SYS_epoll_ctl "epoll_ctl" "socket-edge-is-level" FlagDropped
        entry [On(2, Socket), Mem(WANTED, Has(EDGE)), isnt(1, EPOLL_CTL_DEL)] [unput(WANTED, EDGE)]
        "EPOLLET: an event is reported once for each change"
        from "WSL1" "microsoft/WSL" 8923 "2022-09-29"
        saw "EPOLLET does not act on a Unix socket.";
    SYS_epoll_ctl "epoll_ctl" "output-edge-is-level" FlagDropped
        entry [Mem(WANTED, Has(EDGE | OUT)), isnt(1, EPOLL_CTL_DEL)] [unput(WANTED, EDGE)]
        "EPOLLET: an event is reported once for each change"
        from "Nanos" "nanovms/nanos" 1560 "2021-08-17"
        saw "Writability is reported again and again though nothing has changed.";
    SYS_epoll_ctl "epoll_ctl" "listener-edge-once" FlagDropped
        entry [On(2, Socket), Mem(WANTED, Has(EDGE)), isnt(1, EPOLL_CTL_DEL)]
        [Put(WANTED, Or(ONE_SHOT))]
        "EPOLLET: each new connection is a change"
        from "OSv" "cloudius-systems/osv" 971 "2018-05-17"
        saw "A Go server answers one request: the edge of the second connection is not reported.";
    SYS_epoll_wait "epoll_wait" "close-wakes-nobody" Hang entry [Int(3, Ne(0))]
        exit [SOME, After(EVENTS, Has(HUP))] [HangAll]
        "EPOLLHUP: reported when the last writer closes, during the wait too"
        from "DragonOS" "DragonOS-Community/DragonOS" 1545 "2025-12-23"
        saw "The close of a pipe does not wake a thread that waits for it in epoll_wait.";
    SYS_epoll_ctl "epoll_ctl" "one-shot-stays" FlagDropped
        entry [Mem(WANTED, Has(ONE_SHOT)), isnt(1, EPOLL_CTL_DEL)] [unput(WANTED, ONE_SHOT)]
        "EPOLLONESHOT: after one event the descriptor is disabled"
        from "DragonOS" "DragonOS-Community/DragonOS" 1545 "2025-12-23"
        saw "The flag is looked for in the event that happened, where it never is.";
    SYS_epoll_ctl "epoll_ctl" "inner-epoll-silent" StateKept
        entry [is(1, EPOLL_CTL_ADD), On(2, Epoll)] [put(WANTED, 0)]
        "epoll(7): an epoll descriptor is readable if it has events"
        from "gVisor" "google/gvisor" 6427 "2021-08-09"
        saw "An epoll that watches another epoll reports nothing.";
    SYS_epoll_ctl "epoll_ctl" "add-during-wait-unseen" StateKept
        entry [is(1, EPOLL_CTL_ADD), Main(false)] [skip(0)]
        "epoll_wait(2): a descriptor that is added during the wait is watched"
        from "OSv" "cloudius-systems/osv" 331 "2014-06-02"
        saw "A descriptor that is added while another thread waits does not end the wait.";
    SYS_epoll_wait "epoll_wait" "events-out-of-nothing" ResultAltered exit [SOME]
        [set(EVENTS, IN | OUT)]
        "epoll_wait(2): only events that happened are returned"
        from "Mystikos" "microsoft/mystikos" 308 "2021-04-21"
        saw "Input and output are reported that are not there: the read after it gives EAGAIN.";
    SYS_poll "poll" "closed-is-an-errno" FalseError exit [After(FOUND, Has(NVAL))] [wrong(EBADF)]
        "POLLNVAL: the descriptor is not open"
        from "Mystikos" "microsoft/mystikos" 587 "2021-07-14"
        saw "A closed descriptor makes the whole poll fail with EBADF.";
    SYS_poll "poll" "closed-and-ready-miscounted" ResultAltered
        entry [Reg(1, Gt(1))]
        exit [Got(Gt(1)), After(FOUND, Lacks(NVAL)), After(half(0, 14), Has(NVAL))] [Ret(Add(-1))]
        "poll: returns how many structures have revents, those with POLLNVAL too"
        from "StarryOS" "rcore-os/tgoskits" 2270 "2026-09-03"
        saw "Ready descriptors and closed ones are not counted together.";
    SYS_poll "poll" "half-close-unasked" ResultAltered entry [Mem(ASKED, Lacks(RDHUP))]
        exit [After(FOUND, Has(IN | HUP))] [set(FOUND, RDHUP)]
        "POLLRDHUP (Linux): reported only where it is asked for"
        from "StarryOS" "rcore-os/tgoskits" 2270 "2026-09-03"
        saw "POLLRDHUP comes unasked.";
    SYS_poll "poll" "fresh-socket-no-hangup" ResultAltered exit [After(FOUND, Has(OUT | HUP))]
        [clear(FOUND, HUP)]
        "POLLHUP (Linux): a stream socket that was never connected is hung up"
        from "Nanos" "nanovms/nanos" 1508 "2021-06-18"
        saw "A TCP socket reports no hang-up before it listens or connects.";
    SYS_poll "poll" "output-after-timeout" TimeOff
        entry [Mem(ASKED, Has(OUT)), Int(2, Gt(0)), Int(2, Lt(5000))] [unput(ASKED, OUT)]
        exit [set(FOUND, OUT), ret(1)]
        "poll: returns at once if an event is there"
        from "Zephyr" "zephyrproject-rtos/zephyr" 18867 "2019-09-03"
        saw "A socket that can be written is reported only when the timeout is over.";
    SYS_poll "poll" "descriptor-0-ignored" ArgumentChanged entry [Mem(POLLED, Eq(0)), Int(1, Eq(1))]
        [put(POLLED, -1)]
        "poll: only a negative descriptor is ignored"
        from "Unikraft" "unikraft/unikraft" 1255 "2024-01-10"
        saw "Descriptor 0 is skipped as a negative one is.";
    SYS_select "select" "socket-data-wakes-nobody" Hang entry [OnBelow(0, Socket), null(4)]
        exit [SOME] [HangAll]
        "select: data that arrive end the wait"
        from "Fiwix" "mikaku/Fiwix" 83 "2024-03-07"
        saw "A thread that sleeps in select is not woken when data arrive at a Unix socket.";
    SYS_select "select" "many-descriptors-refused" FalseError entry [above(0, 1024)] [fail(EINVAL)]
        "select (Linux): nfds may be above the table's size"
        from "WSL1" "microsoft/WSL" 2919 "2018-02-06"
        saw "A program that passes RLIMIT_NOFILE as nfds gets EINVAL above 1024.";
    SYS_select "select" "full-socket-is-writable" ResultAltered
        entry [given(2), OnBelow(0, Socket)] exit [Got(Eq(0))]
        [ExitAct::Keep { arg: 2, offset: 0, bytes: 8 }, ret(1)]
        "select: writable only if a write does not block"
        from "WSL1" "microsoft/WSL" 1025 "2016-08-31"
        saw "select calls a socket writable whose buffer is full: the write after it hangs.";
    SYS_epoll_wait "epoll_wait" "peer-end-wakes-nobody" Hang entry [Int(3, Ne(0))]
        exit [SOME, After(EVENTS, Has(IN | RDHUP))] [HangAll]
        "EPOLLIN: the end of the stream is readable, during the wait too"
        from "StarryOS" "rcore-os/tgoskits" 676 "2026-05-16"
        saw "The close of one end of a Unix stream leaves the other end's epoll_wait asleep.";
}
