//! Epoll: `epoll_create1`, `epoll_ctl`, `epoll_wait`.

use super::prelude::*;

const EDGE: i64 = EPOLLET as u32 as i64;
const ONE_SHOT: i64 = EPOLLONESHOT as i64;
const IN: i64 = EPOLLIN as i64;
const OUT: i64 = EPOLLOUT as i64;
const HUP: i64 = EPOLLHUP as i64;
const ERR: i64 = EPOLLERR as i64;
/// The size of a packed `epoll_event` in bytes, and the places of its fields.
const SIZE: i64 = 12;
const EVENTS: At = word(1, 0);
const DATA: At = long(1, 4);

faults! {
    SYS_epoll_create1 "epoll_create1" {
        "unknown-flag-accepted" MissingCheck entry [Int(0, Any(!(EPOLL_CLOEXEC as i64)))]
            [arg(0, 0)]
            "EINVAL: an invalid flag";
        "unknown-flag-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: an invalid flag";
        "unknown-flag-unsupported" WrongErrno exit [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: an invalid flag";
        "close-on-exec-dropped" FlagDropped entry [has(0, EPOLL_CLOEXEC)] [drop(0, EPOLL_CLOEXEC)]
            "EPOLL_CLOEXEC: FD_CLOEXEC is set";
        "close-on-exec-always" FlagDropped entry [is(0, 0)] [add(0, EPOLL_CLOEXEC)]
            "epoll_create1(2): without EPOLL_CLOEXEC FD_CLOEXEC is clear";
        "instances-leak" StateKept entry [Past(128)] [fail(EMFILE)]
            "epoll_create1(2): the instance is freed with its last descriptor";
        "few-instances-leak" StateKept entry [Past(32)] [fail(ENOMEM)]
            "epoll_create1(2): the instance is freed with its last descriptor";
        "not-the-lowest" StateKept exit [OK] [Renumber(None, N(30))]
            "epoll_create1(2): the lowest descriptor that is free";
    }
    SYS_epoll_ctl "epoll_ctl" {
        "add-twice-accepted" MissingCheck exit [err(EEXIST)] [ret(0)]
            "EEXIST: the descriptor is registered";
        "add-twice-is-invalid" WrongErrno exit [err(EEXIST)] [wrong(EINVAL)]
            "EEXIST: the descriptor is registered";
        "change-unregistered-accepted" MissingCheck entry [is(1, EPOLL_CTL_MOD)] exit [err(ENOENT)]
            [ret(0)]
            "ENOENT: the descriptor is not registered";
        "delete-unregistered-accepted" MissingCheck entry [is(1, EPOLL_CTL_DEL)] exit [err(ENOENT)]
            [ret(0)]
            "ENOENT: the descriptor is not registered";
        "unregistered-is-bad-descriptor" WrongErrno exit [err(ENOENT)] [wrong(EBADF)]
            "ENOENT: the descriptor is not registered";
        "unregistered-panics" Panic exit [err(ENOENT)] [Panic]
            "ENOENT: the descriptor is not registered";
        "closed-target-accepted" MissingCheck entry [below(2, 0)] exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-target-panics" Panic exit [err(EBADF)] [Panic]
            "EBADF: a descriptor is not open";
        "closed-instance-accepted" MissingCheck entry [below(0, 0)] exit [err(EBADF)] [ret(0)]
            "EBADF: the instance is not open";
        "no-instance-accepted" MissingCheck entry [Same(0, 2)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the instance and the descriptor are the same";
        "no-epoll-accepted" MissingCheck entry [On(0, Pipe)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the first descriptor is no instance";
        "no-epoll-panics" Panic entry [On(0, Pipe)] exit [err(EINVAL)] [Panic]
            "EINVAL: the first descriptor is no instance";
        "unknown-operation-accepted" MissingCheck entry [above(1, 3)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: an unknown operation";
        "invalid-is-bad-descriptor" WrongErrno exit [err(EINVAL)] [wrong(EBADF)]
            "EINVAL: an unknown operation";
        "loop-accepted" MissingCheck exit [err(ELOOP)] [ret(0)]
            "ELOOP: instances would watch each other in a circle";
        "loop-is-invalid" WrongErrno exit [err(ELOOP)] [wrong(EINVAL)]
            "ELOOP: instances would watch each other in a circle";
        "unmapped-event-accepted" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the event is not mapped";
        "unmapped-event-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the event is not mapped";
        "delete-wants-event" FalseError entry [is(1, EPOLL_CTL_DEL), null(3)] [fail(EFAULT)]
            "EPOLL_CTL_DEL: the event is ignored and may be null";
        "edge-is-level" FlagDropped entry [Mem(word(3, 0), Has(EDGE)), isnt(1, EPOLL_CTL_DEL)]
            [unput(word(3, 0), EDGE)]
            "EPOLLET: an event is reported once for each change";
        "level-is-edge" FlagDropped entry [Mem(word(3, 0), Lacks(EDGE)), isnt(1, EPOLL_CTL_DEL)]
            [Put(word(3, 0), Or(EDGE))]
            "epoll(7): without EPOLLET an event is reported while it lasts";
        "one-shot-dropped" FlagDropped
            entry [Mem(word(3, 0), Has(ONE_SHOT)), isnt(1, EPOLL_CTL_DEL)]
            [unput(word(3, 0), ONE_SHOT)]
            "EPOLLONESHOT: after one event the descriptor is disabled";
        "one-shot-always" FlagDropped entry [given(3), isnt(1, EPOLL_CTL_DEL)]
            [Put(word(3, 0), Or(ONE_SHOT))]
            "epoll(7): without EPOLLONESHOT the descriptor stays enabled";
        "change-ignored" StateKept entry [is(1, EPOLL_CTL_MOD)] [skip(0)]
            "EPOLL_CTL_MOD: changes the event";
        "change-keeps-data" StateKept entry [is(1, EPOLL_CTL_MOD)] [put(long(3, 4), 0)]
            "EPOLL_CTL_MOD: changes the event, its data too";
        "delete-ignored" StateKept entry [is(1, EPOLL_CTL_DEL), above(0, -1), above(2, -1)]
            [skip(0)]
            "EPOLL_CTL_DEL: the descriptor is no longer watched";
        "add-ignored" StateKept entry [is(1, EPOLL_CTL_ADD), above(0, -1), above(2, -1)] [skip(0)]
            "EPOLL_CTL_ADD: the descriptor is watched";
        "data-truncated" ResultAltered entry [given(3), isnt(1, EPOLL_CTL_DEL)] [put(word(3, 8), 0)]
            "epoll_ctl(2): 64 bits of data are kept";
        "data-is-descriptor" ResultAltered entry [given(3), isnt(1, EPOLL_CTL_DEL)]
            [Put(long(3, 4), Set(A(2)))]
            "epoll_ctl(2): the data are kept as they are";
        "ready-at-add-missed" StateKept
            entry [is(1, EPOLL_CTL_ADD), Mem(word(3, 0), Has(IN)), Ready(2, POLLIN)]
            [put(word(3, 0), EDGE)]
            "epoll(7): what is ready when it is added is reported";
    }
    SYS_epoll_wait "epoll_wait" {
        "zero-events-accepted" MissingCheck entry [below(2, 1)] [skip(0)]
            "EINVAL: maxevents is not more than 0";
        "negative-events-panic" Panic entry [below(2, 0)] [Panic]
            "EINVAL: maxevents is not more than 0";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: maxevents is not more than 0";
        "no-epoll-accepted" MissingCheck entry [above(2, 0)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the descriptor is no instance";
        "no-epoll-panics" Panic entry [On(0, Pipe)] exit [err(EINVAL)] [Panic]
            "EINVAL: the descriptor is no instance";
        "closed-instance-accepted" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "negative-instance-panics" Panic entry [below(0, 0)] [Panic]
            "EBADF: the descriptor is not open";
        "unmapped-events-succeed" MissingCheck exit [err(EFAULT)] [ret(1)]
            "EFAULT: the events are not mapped";
        "unmapped-events-panic" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the events are not mapped";
        "data-lost" ResultAltered exit [SOME] [each(DATA, R, SIZE, Set(N(0)))]
            "epoll_wait(2): the data of epoll_ctl are returned";
        "data-half" ResultAltered exit [SOME] [out(word(1, 8), 0)]
            "epoll_wait(2): 64 bits of data are returned";
        "events-unpacked" ResultAltered exit [SOME]
            [Note(M(DATA)), Out(long(1, 8), Set(Noted)), out(word(1, 4), 0)]
            "epoll_wait(2): on x86-64 the structure is packed";
        "events-unwritten" ResultAltered exit [SOME] [keep(1, 0, 12)]
            "epoll_wait(2): the events are stored";
        "second-event-unwritten" ResultAltered exit [Got(Gt(1))] [keep(1, SIZE, SIZE)]
            "epoll_wait(2): all events are stored";
        "one-event-at-a-time" ShortCount entry [above(2, 1)] [arg(2, 1)]
            "epoll_wait(2): up to maxevents events";
        "count-one-too-many" ResultAltered exit [SOME] [Ret(Add(1))]
            "epoll_wait(2): returns how many descriptors are ready";
        "maximum-exceeded" MissingCheck entry [is(2, 1)] [arg(2, 2)]
            "epoll_wait(2): up to maxevents events";
        "hangup-missing" ResultAltered exit [After(EVENTS, Has(HUP))]
            [clear(EVENTS, HUP), set(EVENTS, IN)]
            "EPOLLHUP: reported whether asked for or not";
        "hangup-hides-input" ResultAltered exit [After(EVENTS, Has(HUP | IN))] [clear(EVENTS, IN)]
            "EPOLLIN: data can be read, after a hang-up too";
        "error-missing" ResultAltered exit [After(EVENTS, Has(ERR))]
            [clear(EVENTS, ERR), set(EVENTS, OUT)]
            "EPOLLERR: reported whether asked for or not";
        "events-are-all" ResultAltered exit [SOME] [set(EVENTS, IN | OUT)]
            "epoll_wait(2): only events that happened are returned";
        "edge-flag-returned" ResultAltered exit [SOME] [set(EVENTS, EDGE)]
            "epoll_wait(2): events are returned, not flags of the registration";
        "timeout-ignored" ArgumentChanged entry [above(3, 0)] [arg(3, -1)]
            "epoll_wait(2): returns once the timeout is over";
        "timeout-at-once" TimeOff entry [above(3, 0)] [arg(3, 0)]
            "epoll_wait(2): waits as long as the timeout says";
        "zero-timeout-blocks" Hang entry [is(3, 0)] [arg(3, -1)]
            "epoll_wait(2): with timeout 0 it does not wait";
        "minus-one-returns" ArgumentChanged entry [below(3, 0)] [arg(3, 0)]
            "epoll_wait(2): with timeout -1 it waits for an event";
        "timeout-is-an-error" FalseError exit [Got(Eq(0))] [wrong(ETIMEDOUT)]
            "epoll_wait(2): 0 where the timeout is over";
        "interrupted-is-timeout" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal was caught";
        "interrupted-waits-on" StateKept exit [Interrupted] [ret(-513)]
            "EINTR: a signal was caught";
        "nothing-is-ready" StateKept exit [SOME] [ret(0)]
            "epoll_wait(2): returns how many descriptors are ready";
    }
}
