//! Every way to wait, and every way in which it ends.

use crate::table::prelude::*;

/// The operation of a futex call without its flags.
const fn op(number: i32) -> EntryCond {
    Int(1, Bits(0x7f, number as i64))
}

history! { Waits;
    SYS_read "read" "restart-unknown" FlagDropped exit [Interrupted] [wrong(EINTR)]
        "SA_RESTART: the read is restarted"
        from "Nanos" "nanovms/nanos" 930 "2019-07-19"
        saw "A caught signal ends each blocking call with EINTR, even if the action has \
            SA_RESTART.";
    SYS_accept "accept" "restart-unknown" FlagDropped exit [Interrupted] [wrong(EINTR)]
        "SA_RESTART: accept is restarted"
        from "StarryOS" "rcore-os/tgoskits" 247 "2026-04-17"
        saw "A server that waits in accept gets EINTR from a handler with SA_RESTART.";
    SYS_write "write" "restart-unknown" FlagDropped exit [Interrupted] [wrong(EINTR)]
        "SA_RESTART: the write is restarted"
        from "Shadow" "shadow/shadow" 1974 "2022-03-17"
        saw "The flag SA_RESTART is ignored: a write to a full pipe fails with EINTR.";
    SYS_futex "futex" "restart-unknown" FlagDropped entry [op(FUTEX_WAIT), null(3)]
        exit [Interrupted] [wrong(EINTR)]
        "SA_RESTART: FUTEX_WAIT without a timeout is restarted"
        from "Stellux" "FlareCoding/StelluxOS" 168 "2026-08-13"
        saw "Programs that use signal() get EINTR from waits that must restart, futex among them.";
    SYS_write "write" "interrupted-loses-count" FalseError
        entry [On(0, Pipe), Reg(2, Gt(0x2000))] exit [Got(Gt(0)), Got(Lt(0x2001))] [wrong(EINTR)]
        "write: a write that a signal interrupts after some bytes returns their number"
        from "StarryOS" "rcore-os/tgoskits" 1925 "2026-08-08"
        saw "A blocking write to a pipe that a signal interrupts forgets the bytes it has written.";
    SYS_write "write" "interrupted-writes-on" StateKept exit [Interrupted] [ret(-513)]
        "EINTR: a signal interrupted the write before a byte was written"
        from "DragonOS" "DragonOS-Community/DragonOS" 884 "2024-08-08"
        saw "A writer that waits for room in a pipe is not interrupted by a signal, nor killed.";
    SYS_connect "connect" "interrupted-waits-on" StateKept exit [Interrupted] [ret(-513)]
        "EINTR: a signal interrupted connect"
        from "DragonOS" "DragonOS-Community/DragonOS" 884 "2024-08-08"
        saw "A connect that waits for its peer does not end when a signal comes.";
    SYS_nanosleep "nanosleep" "interrupted-rests" StateKept exit [Interrupted] [ret(-513)]
        "EINTR: a signal interrupted the sleep"
        from "twilight_os" "akashKarmakar02/twilight_os" 77 "2026-08-07"
        saw "A sleep goes on to its end when a signal is caught, and stores no remaining time.";
    SYS_poll "poll" "interrupted-is-invalid" WrongErrno exit [Interrupted] [wrong(EINVAL)]
        "EINTR: a signal was caught during the wait"
        from "Nanos" "nanovms/nanos" 1284 "2020-09-15"
        saw "A poll that a signal interrupts reports EINVAL.";
    SYS_poll "poll" "interrupted-is-a-count" WrongErrno exit [Interrupted] [ret(EINTR as i64)]
        "EINTR: a signal was caught during the wait"
        from "Lind" "Lind-Project/lind_project" 317 "2023-08-07"
        saw "The error of an interrupted poll has the wrong sign: it looks like four descriptors.";
    SYS_select "select" "interrupted-clears-sets" ResultAltered entry [given(1)] exit [Interrupted]
        [fill(1, 0, 8, 0)]
        "select: on failure the sets are not modified"
        from "aplus" "kwrx/aplus" 46 "2026-09-11"
        saw "An answer in the caller's set before the wait is over makes a repeated select watch \
            nothing.";
    SYS_pselect6 "pselect6" "mask-back-too-early" StateKept exit [Interrupted]
        [Mask(Before), wrong(EINTR)]
        "pselect: the signal that its mask lets in is delivered before the mask is restored"
        from "DragonOS" "DragonOS-Community/DragonOS" 1531 "2025-12-22"
        saw "The caller's mask returns before the signal is delivered: EINTR, but no handler runs.";
    SYS_ppoll "ppoll" "mask-back-too-early" StateKept exit [Interrupted]
        [Mask(Before), wrong(EINTR)]
        "ppoll(2): the signal that its mask lets in is delivered before the mask is restored"
        from "elfuse" "sysprog21/elfuse" 380 "2026-09-13"
        saw "A signal that only the call's mask lets in ends the wait, but its handler never runs.";
    SYS_ppoll "ppoll" "masked-signal-interrupts" ArgumentChanged
        entry [Mem(long(3, 0), Ne(0))] [put(long(3, 0), 0)]
        "ppoll(2): a signal that its mask keeps out does not end the wait"
        from "DragonOS" "DragonOS-Community/DragonOS" 1671 "2026-01-15"
        saw "A signal that the call's mask blocks interrupts ppoll.";
    SYS_ppoll "ppoll" "mask-size-unread" MissingCheck entry [given(3), Reg(4, Ne(8))] [arg(4, 8)]
        "EINVAL (Linux): the size is not that of a signal set"
        from "DragonOS" "DragonOS-Community/DragonOS" 1671 "2026-01-15"
        saw "The call has four arguments: a wrong size of the signal set is not noticed.";
    SYS_futex "futex" "bitset-time-relative" TimeOff
        entry [op(FUTEX_WAIT_BITSET), Mem(long(3, 0), Gt(10))] [arg(3, 0)]
        "futex(2): the timeout of FUTEX_WAIT_BITSET is absolute"
        from "Asterinas" "asterinas/asterinas" 1050 "2024-07-18"
        saw "Every timeout is relative: one that means a time of day lasts for decades.";
    SYS_futex "futex" "bitset-missing" FalseError entry [op(FUTEX_WAIT_BITSET)] [fail(ENOSYS)]
        "futex(2): FUTEX_WAIT_BITSET waits for a wake with a common bit"
        from "OSv" "cloudius-systems/osv" 1147 "2021-06-15"
        saw "A newer C++ library waits by FUTEX_WAIT_BITSET, which does not exist.";
    SYS_futex "futex" "bitset-null-refused" FalseError entry [op(FUTEX_WAIT_BITSET), null(3)]
        [fail(EFAULT)]
        "futex(2): a null timeout means that the wait has no limit"
        from "illumos LX" "TritonDataCenter/illumos-joyent" 428 "2022-12-07"
        saw "FUTEX_WAIT_BITSET does not take a null timeout.";
    SYS_futex "futex" "relative-is-absolute" TimeOff entry [op(FUTEX_WAIT), given(3)]
        [put(long(3, 0), 0), put(long(3, 8), 1)]
        "futex(2): the timeout of FUTEX_WAIT is relative"
        from "RT-Thread Smart" "RT-Thread/rt-thread" 7941 "2023-08-23"
        saw "The relative time of FUTEX_WAIT is taken for an absolute one, which has passed.";
    SYS_futex "futex" "wake-count-wrong" ResultAltered entry [op(FUTEX_WAKE)] exit [SOME] [ret(0)]
        "futex(2): FUTEX_WAKE returns how many were woken"
        from "Mystikos" "microsoft/mystikos" 373 "2021-05-18"
        saw "FUTEX_WAKE does not return the number of woken waiters.";
    SYS_futex "futex" "compare-requeue-wakes" ArgumentChanged entry [op(FUTEX_CMP_REQUEUE)]
        [Become(SYS_futex as u16, &[A(0), N(FUTEX_WAKE as i64), N(i32::MAX as i64)])]
        "futex(2): FUTEX_CMP_REQUEUE wakes val waiters and moves the others"
        from "Nanos" "nanovms/nanos" 1006 "2019-11-08"
        saw "Waiters that are to be moved to the other word are woken.";
    SYS_futex "futex" "requeue-missing" FalseError entry [op(FUTEX_REQUEUE)] [fail(ENOSYS)]
        "futex(2): FUTEX_REQUEUE moves waiters to another word"
        from "blink" "jart/blink" 183 "2025-03-04"
        saw "musl's condition variables move waiters by FUTEX_REQUEUE, which does not exist.";
    SYS_futex "futex" "wake-many-is-one" ArgumentChanged entry [op(FUTEX_WAKE), above(2, 1)]
        [arg(2, 1)]
        "futex(2): FUTEX_WAKE wakes up to val waiters"
        from "LiteBox" "microsoft/litebox" 75 "2025-04-10"
        saw "The waiters after the first that one call wakes stay stuck.";
    SYS_write "write" "full-socket-is-again" FalseError
        entry [On(0, Socket), Unready(0, POLLOUT | POLLERR | POLLHUP)] [fail(EAGAIN)]
        "write: without O_NONBLOCK it blocks until the socket has room"
        from "WSL1" "microsoft/WSL" 493 "2016-06-30"
        saw "A blocking socket answers EAGAIN in the middle of a large transfer.";
}
