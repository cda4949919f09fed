//! Polling: `poll`, `ppoll`, `select`, `pselect6`.

use super::prelude::*;

/// The size of a `pollfd` in bytes, and the places of `events` and `revents`.
const SIZE: i64 = 8;
const EVENTS: At = half(0, 4);
const REVENTS: At = half(0, 6);
const IN: i64 = POLLIN as i64;
const OUT: i64 = POLLOUT as i64;
const HUP: i64 = POLLHUP as i64;
const ERR: i64 = POLLERR as i64;
const NVAL: i64 = POLLNVAL as i64;

/// Changes all `revents`.
const fn revents(op: Op<ExitOperand>) -> ExitAct {
    each(REVENTS, A(1), SIZE, op)
}

faults! {
    SYS_poll "poll" {
        "timeout-ignored" ArgumentChanged entry [above(2, 0), below(2, 1000)] [arg(2, -1)]
            "poll: returns once the timeout is over";
        "timeout-at-once" TimeOff entry [above(2, 0)] [arg(2, 0)]
            "poll: waits at least timeout milliseconds";
        "timeout-halved" TimeOff entry [above(2, 0)] [Arg(2, Div(2))]
            "poll: waits at least timeout milliseconds";
        "timeout-in-seconds" TimeOff entry [above(2, 0), below(2, 1000)] [Arg(2, Mul(1000))]
            "poll: the timeout is in milliseconds";
        "timeout-returns-one" ResultAltered exit [Got(Eq(0))] [ret(1)]
            "poll: 0 where the timeout is over";
        "timeout-is-an-error" FalseError exit [Got(Eq(0))] [wrong(ETIMEDOUT)]
            "poll: 0 where the timeout is over";
        "zero-blocks" Hang entry [is(2, 0)] [arg(2, -1)]
            "poll: with timeout 0 it does not wait";
        "minus-one-returns" ArgumentChanged entry [below(2, 0)] [arg(2, 0)]
            "poll: with timeout -1 it waits for an event";
        "minus-one-is-invalid" FalseError entry [below(2, 0)] [fail(EINVAL)]
            "poll: with timeout -1 it waits for an event";
        "count-is-one" ResultAltered exit [Got(Gt(1))] [ret(1)]
            "poll: returns how many have revents";
        "count-is-all" ResultAltered exit [SOME] [Ret(Set(A(1)))]
            "poll: returns how many have revents";
        "count-of-bits" ResultAltered exit [SOME, After(REVENTS, Has(HUP | IN))] [Ret(Add(1))]
            "poll: returns how many structures have revents, not how many bits";
        "revents-unwritten" ResultAltered entry [Reg(1, Gt(0))] exit [OK] [keep(0, 0, 64)]
            "poll: revents are stored";
        "revents-not-cleared" ResultAltered entry [Reg(1, Gt(0))] exit [Got(Eq(0))] [keep(0, 0, 64)]
            "poll: revents are cleared where nothing happened";
        "revents-are-events" ResultAltered exit [SOME] [Out(REVENTS, Set(M(EVENTS)))]
            "poll: revents report the events that happened";
        "events-overwritten" ResultAltered exit [SOME] [out(EVENTS, 0)]
            "poll: events stay as they are";
        "only-first-entry" ShortCount entry [Reg(1, Gt(1)), Reg(1, Lt(100))] [arg(1, 1)]
            "poll: all entries are examined";
        "last-entry-missing" ShortCount entry [Reg(1, Gt(1)), Reg(1, Lt(100))] [Arg(1, Add(-1))]
            "poll: all entries are examined";
        "closed-is-an-error" FalseError exit [After(REVENTS, Has(NVAL))] [wrong(EBADF)]
            "POLLNVAL: the descriptor is not open";
        "closed-is-error-event" ResultAltered exit [After(REVENTS, Has(NVAL))] [out(REVENTS, ERR)]
            "POLLNVAL: the descriptor is not open";
        "closed-is-ignored" ResultAltered exit [After(REVENTS, Has(NVAL))]
            [out(REVENTS, 0), Ret(Add(-1))]
            "POLLNVAL: the descriptor is not open";
        "closed-panics" Panic exit [After(REVENTS, Has(NVAL))] [Panic]
            "POLLNVAL: the descriptor is not open";
        "negative-descriptor-is-invalid" ResultAltered entry [Mem(word(0, 0), Lt(0))] exit [OK]
            [out(REVENTS, NVAL), Ret(Add(1))]
            "poll: a negative descriptor is ignored";
        "negative-descriptor-panics" Panic entry [Mem(word(0, 0), Lt(0))] [Panic]
            "poll: a negative descriptor is ignored";
        "negative-descriptor-keeps-revents" ResultAltered entry [Mem(word(0, 0), Lt(0))] exit [OK]
            [keep(0, 6, 2)]
            "poll: revents of a negative descriptor are set to 0";
        "hangup-missing" ResultAltered exit [After(REVENTS, Has(HUP))]
            [revents(And(!HUP)), revents(Or(IN))]
            "POLLHUP: the other end has been closed";
        "hangup-is-input" ResultAltered exit [After(REVENTS, Eq(HUP))] [revents(Set(N(IN)))]
            "POLLHUP: the other end has been closed";
        "hangup-hides-input" ResultAltered exit [After(REVENTS, Has(HUP | IN))] [revents(And(!IN))]
            "POLLIN: data can be read, after a hang-up too";
        "hangup-not-seen" StateKept exit [After(REVENTS, Eq(HUP))] [out(REVENTS, 0), ret(0)]
            "POLLHUP: reported whether asked for or not";
        "broken-is-hangup" ResultAltered exit [After(REVENTS, Has(ERR))]
            [revents(And(!ERR)), revents(Or(HUP))]
            "POLLERR: an error on the device or stream";
        "broken-not-seen" ResultAltered exit [After(REVENTS, Has(ERR))] [revents(And(!ERR))]
            "POLLERR: reported whether asked for or not";
        "input-not-seen" ResultAltered exit [After(REVENTS, Has(IN))] [revents(And(!IN)), ret(0)]
            "POLLIN: data can be read";
        "input-always" ResultAltered entry [Mem(EVENTS, Has(IN)), Mem(word(0, 0), Gt(2))]
            exit [Got(Eq(0))] [out(REVENTS, IN), ret(1)]
            "POLLIN: only where data can be read";
        "output-always" ResultAltered entry [Mem(EVENTS, Has(OUT))] exit [Got(Eq(0))]
            [out(REVENTS, OUT), ret(1)]
            "POLLOUT: only where data can be written";
        "output-not-seen" ResultAltered exit [After(REVENTS, Has(OUT))] [revents(And(!OUT)), ret(0)]
            "POLLOUT: data can be written";
        "unasked-events-reported" ResultAltered entry [Mem(EVENTS, Lacks(OUT))]
            exit [After(REVENTS, Has(IN))] [revents(Or(OUT))]
            "poll: only events that were asked for";
        "normal-data-missing" ResultAltered exit [After(REVENTS, Has(POLLRDNORM as i64))]
            [revents(And(!(POLLRDNORM as i64)))]
            "POLLRDNORM: normal data can be read";
        "unmapped-array-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the array is not mapped";
        "unmapped-array-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the array is not mapped";
        "too-many-accepted" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: nfds is greater than OPEN_MAX";
        "too-many-panics" Panic entry [Reg(1, Gt(1 << 20))] [Panic]
            "EINVAL: nfds is greater than OPEN_MAX";
        "none-is-invalid" FalseError entry [Reg(1, Eq(0))] [fail(EINVAL)]
            "poll: without descriptors it only waits";
        "interrupted-is-timeout" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal was caught";
        "interrupted-waits-on" StateKept exit [Interrupted] [ret(-513)]
            "EINTR: a signal was caught";
        "restarts" StateKept exit [Interrupted] [ret(-512)]
            "signal(7): SA_RESTART never restarts poll";
    }
    SYS_ppoll "ppoll" {
        "mask-ignored" FlagDropped entry [given(3)] [arg(3, 0)]
            "ppoll: the mask is in force while it waits";
        "mask-stays" StateKept entry [given(3)] exit [OK] [Mask(From(3))]
            "ppoll: the mask is restored";
        "mask-is-emptied" StateKept entry [given(3)] exit [OK] [Mask(Without(!0))]
            "ppoll: the mask is restored";
        "size-unchecked" MissingCheck entry [given(3), Reg(4, Ne(8))] [arg(4, 8)]
            "EINVAL (Linux): the size is not that of the signal set";
        "null-timeout-returns" ArgumentChanged entry [null(2)]
            [Become(SYS_poll as u16, &[A(0), A(1), N(0)])]
            "ppoll: a null timeout waits for an event";
        "null-timeout-panics" Panic entry [null(2)] [Panic]
            "ppoll: a null timeout waits for an event";
        "timeout-at-once" TimeOff entry [given(2), Mem(long(2, 8), Gt(0))] [put(long(2, 8), 0)]
            "ppoll: waits as long as the timeout says";
        "timeout-unchecked" MissingCheck entry [given(2)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the timeout is invalid";
        "negative-timeout-blocks" Hang entry [given(2), Mem(long(2, 0), Lt(0))] [arg(2, 0)]
            "EINVAL: the timeout is negative";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the timeout is invalid";
        "unmapped-timeout-succeeds" MissingCheck entry [given(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the timeout is not mapped";
        "unmapped-mask-succeeds" MissingCheck entry [given(3)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the mask is not mapped";
        "unmapped-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the array is not mapped";
        "revents-unwritten" ResultAltered exit [SOME] [keep(0, 0, 64)]
            "ppoll: as poll, revents are stored";
        "timeout-counts-one" ResultAltered exit [Got(Eq(0))] [ret(1)]
            "ppoll: as poll, 0 where the timeout is over";
        "interrupted-is-timeout" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal was caught";
    }
    SYS_select "select" {
        "sets-unwritten" ResultAltered exit [OK] [keep(1, 0, 128), keep(2, 0, 128), keep(3, 0, 128)]
            "select: the sets are changed to those that are ready";
        "read-set-unwritten" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 128)]
            "select: the sets are changed to those that are ready";
        "timeout-leaves-sets" ResultAltered exit [Got(Eq(0))] [keep(1, 0, 128), keep(2, 0, 128)]
            "select: when the timeout is over the sets are empty";
        "error-set-unwritten" ResultAltered entry [given(3)] exit [OK] [keep(3, 0, 128)]
            "select: the sets are changed to those that are ready";
        "counts-descriptors-once" ResultAltered exit [Got(Gt(1))] [Ret(Add(-1))]
            "select: returns how many bits are set in all sets";
        "count-is-one" ResultAltered exit [Got(Gt(1))] [ret(1)]
            "select: returns how many bits are set in all sets";
        "timeout-counts-one" ResultAltered exit [Got(Eq(0))] [ret(1)]
            "select: 0 where the timeout is over";
        "highest-is-included" ArgumentChanged entry [above(0, 0), below(0, 64)] [Arg(0, Add(1))]
            "select: descriptors 0 to nfds-1 are examined";
        "highest-is-left-out" ArgumentChanged entry [above(0, 0)] [Arg(0, Add(-1))]
            "select: descriptors 0 to nfds-1 are examined";
        "negative-count-accepted" MissingCheck entry [below(0, 0)] [skip(0)]
            "EINVAL: nfds is less than 0";
        "negative-count-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: nfds is less than 0";
        "negative-count-is-bad-descriptor" WrongErrno entry [below(0, 0)] [fail(EBADF)]
            "EINVAL: nfds is less than 0";
        "closed-ignored" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: a set holds a descriptor that is not open";
        "closed-panics" Panic exit [err(EBADF)] [Panic]
            "EBADF: a set holds a descriptor that is not open";
        "closed-is-invalid" WrongErrno exit [err(EBADF)] [wrong(EINVAL)]
            "EBADF: a set holds a descriptor that is not open";
        "error-empties-sets" ResultAltered entry [given(1)] exit [Got(Lt(0))] [fill(1, 0, 8, 0)]
            "select: on failure the sets stay as they are";
        "negative-timeout-accepted" MissingCheck entry [given(4)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the timeout is invalid";
        "negative-timeout-blocks" Hang entry [given(4), Mem(long(4, 0), Lt(0))] [arg(4, 0)]
            "EINVAL: the timeout is invalid";
        "null-timeout-returns" FalseSuccess entry [null(4), above(0, -1)] exit [Got(Gt(-4096))]
            [ret(0)]
            "select: a null timeout waits for an event";
        "zero-timeout-blocks" Hang entry [given(4), Mem(long(4, 0), Eq(0)), Mem(long(4, 8), Eq(0))]
            [arg(4, 0)]
            "select: a timeout of 0 does not wait";
        "timeout-at-once" TimeOff entry [given(4), Mem(long(4, 8), Gt(0))] [put(long(4, 8), 0)]
            "select: waits as long as the timeout says";
        "microseconds-are-nanoseconds" TimeOff entry [given(4), Mem(long(4, 8), Gt(0))]
            [Put(long(4, 8), Div(1000))]
            "select: the timeout counts microseconds";
        "unmapped-set-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: a set is not mapped";
        "unmapped-set-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: a set is not mapped";
        "write-set-ignored" ArgumentChanged entry [given(2)] [arg(2, 0)]
            "select: descriptors that can be written";
        "read-set-ignored" ArgumentChanged entry [given(1)] [arg(1, 0)]
            "select: descriptors that can be read";
        "hangup-not-readable" ResultAltered entry [given(1), null(2), null(3)] exit [SOME]
            [fill(1, 0, 8, 0), ret(0)]
            "select: a descriptor at its end is ready for reading";
        "interrupted-is-timeout" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal was caught";
        "interrupted-waits-on" StateKept exit [Interrupted] [ret(-513)]
            "EINTR: a signal was caught";
    }
    SYS_pselect6 "pselect6" {
        "mask-ignored" FlagDropped entry [given(5)] [arg(5, 0)]
            "pselect: the mask is in force while it waits";
        "mask-stays" StateKept entry [given(5)] exit [OK] [Note(M(long(5, 0))), Mask(With(!0))]
            "pselect: the mask is restored";
        "mask-is-emptied" StateKept entry [given(5)] exit [OK] [Mask(Without(!0))]
            "pselect: the mask is restored";
        "size-unchecked" MissingCheck entry [given(5), Mem(long(5, 8), Ne(8))] [arg(5, 0)]
            "EINVAL (Linux): the size is not that of the signal set";
        "null-mask-panics" Panic entry [null(5)] [Panic]
            "pselect: without a mask it behaves as select";
        "sets-unwritten" ResultAltered exit [OK] [keep(1, 0, 128), keep(2, 0, 128)]
            "pselect: the sets are changed to those that are ready";
        "timeout-counts-one" ResultAltered exit [Got(Eq(0))] [ret(1)]
            "pselect: 0 where the timeout is over";
        "timeout-at-once" TimeOff entry [given(4), Mem(long(4, 8), Gt(0))] [put(long(4, 8), 0)]
            "pselect: waits as long as the timeout says";
        "timeout-unchecked" MissingCheck entry [given(4)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: the timeout is invalid";
        "negative-timeout-blocks" Hang entry [given(4), Mem(long(4, 0), Lt(0))] [arg(4, 0)]
            "EINVAL: the timeout is invalid";
        "negative-count-accepted" MissingCheck entry [below(0, 0)] [skip(0)]
            "EINVAL: nfds is less than 0";
        "negative-count-panics" Panic entry [below(0, 0)] [Panic]
            "EINVAL: nfds is less than 0";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: nfds is less than 0";
        "closed-ignored" MissingCheck exit [err(EBADF)] [ret(0)]
            "EBADF: a set holds a descriptor that is not open";
        "unmapped-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: a set is not mapped";
        "unmapped-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: a set is not mapped";
        "interrupted-is-timeout" FalseSuccess exit [Interrupted] [ret(0)]
            "EINTR: a signal was caught";
    }
}
