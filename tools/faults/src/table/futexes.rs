//! Futexes: `futex`.

use super::prelude::*;

/// The operation of a futex call without its flags.
const fn op(number: i32) -> EntryCond {
    Int(1, Bits(0x7f, number as i64))
}

faults! {
    SYS_futex "futex" {
        "wait-value-unchecked" MissingCheck entry [op(FUTEX_WAIT)] [Arg(2, Set(M(word(0, 0))))]
            "EAGAIN: the word does not hold the expected value";
        "wait-mismatch-succeeds" FalseSuccess entry [op(FUTEX_WAIT)] exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: the word does not hold the expected value";
        "wait-mismatch-is-invalid" WrongErrno entry [op(FUTEX_WAIT)] exit [err(EAGAIN)]
            [wrong(EINVAL)]
            "EAGAIN: the word does not hold the expected value";
        "wait-compares-one-byte" MissingCheck entry [op(FUTEX_WAIT)]
            [Arg(2, And(0xff)), Arg(2, Plus(M(word(0, 0)))), Arg(2, Minus(M(byte(0, 0))))]
            "EAGAIN: all 32 bits of the word are compared";
        "wait-returns-at-once" FalseSuccess entry [op(FUTEX_WAIT)] exit [OK] [ret(1)]
            "futex(2): FUTEX_WAIT returns 0 when woken";
        "wait-does-not-wait" FalseSuccess entry [op(FUTEX_WAIT), null(3)] [skip(0)]
            "futex(2): FUTEX_WAIT sleeps until woken";
        "wake-counts-none" ResultAltered entry [op(FUTEX_WAKE)] exit [SOME] [ret(0)]
            "futex(2): FUTEX_WAKE returns how many were woken";
        "wake-counts-one-always" ResultAltered entry [op(FUTEX_WAKE)] exit [Got(Eq(0))] [ret(1)]
            "futex(2): FUTEX_WAKE returns how many were woken";
        "wake-wakes-none" StateKept entry [op(FUTEX_WAKE), Reg(0, Bits(3, 0)), Reg(0, Gt(0))]
            [skip(1)]
            "futex(2): FUTEX_WAKE wakes a waiter";
        "wake-wakes-all" ArgumentChanged entry [op(FUTEX_WAKE)] [arg(2, i32::MAX as i64)]
            "futex(2): FUTEX_WAKE wakes at most val waiters";
        "wake-wakes-one" ArgumentChanged entry [op(FUTEX_WAKE), above(2, 1)] [arg(2, 1)]
            "futex(2): FUTEX_WAKE wakes up to val waiters";
        "timeout-ignored" ArgumentChanged entry [op(FUTEX_WAIT), given(3)] [arg(3, 0)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-succeeds" FalseSuccess exit [err(ETIMEDOUT)] [ret(0)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-is-again" WrongErrno exit [err(ETIMEDOUT)] [wrong(EAGAIN)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-at-once" TimeOff entry [op(FUTEX_WAIT), given(3), Mem(long(3, 8), Gt(0))]
            [put(long(3, 8), 1)]
            "futex(2): FUTEX_WAIT waits at least as long as the timeout";
        "negative-timeout-accepted" MissingCheck entry [op(FUTEX_WAIT), Mem(long(3, 0), Lt(0))]
            [fail(ETIMEDOUT)]
            "EINVAL: tv_sec is less than 0";
        "negative-timeout-blocks" Hang entry [op(FUTEX_WAIT), Mem(long(3, 0), Lt(0))] [Block]
            "EINVAL: tv_sec is less than 0";
        "nanoseconds-unchecked" MissingCheck
            entry [op(FUTEX_WAIT), Mem(long(3, 8), Gt(999_999_999))] [fail(ETIMEDOUT)]
            "EINVAL: tv_nsec is not below 1,000 million";
        "unmapped-timeout-ignored" MissingCheck entry [op(FUTEX_WAIT), given(3)] exit [err(EFAULT)]
            [ret(0)]
            "EFAULT: the timeout is not mapped";
        "misaligned-word-accepted" MissingCheck entry [Reg(0, Any(3))] [skip(0)]
            "EINVAL: the address is not aligned to four bytes";
        "misaligned-word-is-bad-address" WrongErrno entry [Reg(0, Any(3))] [fail(EFAULT)]
            "EINVAL: the address is not aligned to four bytes";
        "unmapped-word-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the word is not mapped";
        "unmapped-word-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the word is not mapped";
        "unmapped-word-is-invalid" WrongErrno exit [err(EFAULT)] [wrong(EINVAL)]
            "EFAULT: the word is not mapped";
        "unknown-operation-succeeds" FalseSuccess exit [err(ENOSYS)] [ret(0)]
            "ENOSYS: an unknown operation";
        "unknown-operation-is-invalid" WrongErrno exit [err(ENOSYS)] [wrong(EINVAL)]
            "ENOSYS: an unknown operation";
        "unknown-operation-panics" Panic exit [err(ENOSYS)] [Panic]
            "ENOSYS: an unknown operation";
        "requeue-wakes-all" ArgumentChanged entry [op(FUTEX_REQUEUE)]
            [Become(SYS_futex as u16, &[A(0), N(FUTEX_WAKE as i64), N(i32::MAX as i64)])]
            "futex(2): FUTEX_REQUEUE wakes val waiters and moves the others";
        "requeue-moves-none" ShortCount entry [op(FUTEX_REQUEUE)]
            [Become(SYS_futex as u16, &[A(0), N(FUTEX_WAKE as i64), A(2)])]
            "futex(2): FUTEX_REQUEUE moves waiters to the other word";
        "requeue-counts-none" ResultAltered entry [op(FUTEX_REQUEUE)] exit [SOME] [ret(0)]
            "futex(2): FUTEX_REQUEUE returns how many were woken or moved"
            unobservable "futex(2) counts the woken waiters alone, Linux the moved ones too";
        "compare-requeue-unchecked" MissingCheck entry [op(FUTEX_CMP_REQUEUE)]
            [Arg(5, Set(M(word(0, 0))))]
            "EAGAIN: the word does not hold the expected value";
        "compare-requeue-missing" FalseError entry [op(FUTEX_CMP_REQUEUE)] [fail(ENOSYS)]
            "futex(2): FUTEX_CMP_REQUEUE compares first";
        "private-refused" FalseError entry [has(1, FUTEX_PRIVATE_FLAG)] [fail(ENOSYS)]
            "futex(2): FUTEX_PRIVATE_FLAG may be added to every operation";
        "private-apart-from-shared" ArgumentChanged
            entry [op(FUTEX_WAKE), lacks(1, FUTEX_PRIVATE_FLAG)] [skip(0)]
            "futex(2): a shared wake finds shared waiters";
        "bitset-zero-accepted" MissingCheck entry [op(FUTEX_WAIT_BITSET), Int(5, Eq(0))]
            [arg(5, -1)]
            "EINVAL: the bit set is 0";
        "bitset-ignored" ArgumentChanged entry [op(FUTEX_WAKE_BITSET), isnt(5, 0)] [arg(5, -1)]
            "futex(2): FUTEX_WAKE_BITSET wakes those with a common bit";
        "interrupted-is-woken" FalseSuccess entry [op(FUTEX_WAIT)] exit [Interrupted] [ret(0)]
            "EINTR: a signal interrupted FUTEX_WAIT";
        "interrupted-waits-on" StateKept entry [op(FUTEX_WAIT)] exit [Interrupted] [ret(-513)]
            "EINTR: a signal interrupted FUTEX_WAIT";
        "wait-restores-nothing" ResultAltered entry [op(FUTEX_WAIT)] exit [OK] [out(word(0, 0), 0)]
            "futex(2): FUTEX_WAIT leaves the word alone";
        "wake-op-missing" FalseError entry [op(FUTEX_WAKE_OP)] [fail(ENOSYS)]
            "futex(2): FUTEX_WAKE_OP changes a word and wakes";
        "wake-op-stores-nothing" StateKept entry [op(FUTEX_WAKE_OP)] exit [OK] [keep(4, 0, 4)]
            "futex(2): FUTEX_WAKE_OP changes the second word";
        "negative-nanoseconds-accepted" MissingCheck entry [op(FUTEX_WAIT), Mem(long(3, 8), Lt(0))]
            [fail(ETIMEDOUT)]
            "EINVAL: tv_nsec is less than 0";
        "bitset-mismatch-succeeds" FalseSuccess entry [op(FUTEX_WAIT_BITSET)] exit [err(EAGAIN)]
            [ret(0)]
            "EAGAIN: the word does not hold the expected value";
        "wake-of-no-bit-accepted" MissingCheck entry [op(FUTEX_WAKE_BITSET), Int(5, Eq(0))]
            [skip(0)]
            "EINVAL: the bit set is 0";
    }
}
