//! Faults in futexes that pass on a priority, and in `FUTEX_WAKE_OP`.

use crate::table::prelude::*;

const LOCK: i32 = FUTEX_LOCK_PI | FUTEX_PRIVATE_FLAG;
const UNLOCK: i32 = FUTEX_UNLOCK_PI | FUTEX_PRIVATE_FLAG;
const TRYLOCK: i32 = FUTEX_TRYLOCK_PI | FUTEX_PRIVATE_FLAG;
const WAKE_OP: i32 = FUTEX_WAKE_OP | FUTEX_PRIVATE_FLAG;
/// The bits of the operation and of the comparison in the last argument of `FUTEX_WAKE_OP`.
const OPERATION: i64 = 7 << 28;
const COMPARISON: i64 = 15 << 24;

/// The last argument has this operation.
const fn operation(number: i64) -> EntryCond {
    Int(5, Bits(OPERATION, number << 28))
}

faults! {
    SYS_futex "futex" {
        "lock-stores-nothing" StateKept entry [is(1, LOCK), Mem(word(0, 0), Eq(0))] [skip(0)]
            "FUTEX_LOCK_PI: the word becomes the id of the owner";
        "trylock-stores-nothing" StateKept entry [is(1, TRYLOCK), Mem(word(0, 0), Eq(0))] [skip(0)]
            "FUTEX_TRYLOCK_PI: the word becomes the id of the owner";
        "unlock-keeps-the-owner" StateKept entry [is(1, UNLOCK)] [skip(0)]
            "FUTEX_UNLOCK_PI: the word becomes 0 or the id of the next owner";
        "missing-owner-is-again" WrongErrno entry [is(1, LOCK)] exit [err(ESRCH)] [wrong(EAGAIN)]
            "ESRCH: the thread in the word does not exist";
        "lock-timeout-ignored" Hang entry [is(1, LOCK)] exit [err(ETIMEDOUT)] [HangAll]
            "FUTEX_LOCK_PI: the timeout is a time of CLOCK_REALTIME";
        "lock-unmapped-succeeds" MissingCheck entry [is(1, LOCK)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: a pointer is not valid";
        "wake-op-add-is-set" ArgumentChanged entry [is(1, WAKE_OP), operation(1)]
            [Arg(5, And(!OPERATION))]
            "FUTEX_OP_ADD: the argument is added to the word";
        "wake-op-or-is-set" ArgumentChanged entry [is(1, WAKE_OP), operation(2)]
            [Arg(5, And(!OPERATION))]
            "FUTEX_OP_OR: the bits of the argument are set in the word";
        "wake-op-andn-is-set" ArgumentChanged entry [is(1, WAKE_OP), operation(3)]
            [Arg(5, And(!OPERATION))]
            "FUTEX_OP_ANDN: the bits of the argument are cleared in the word";
        "wake-op-less-is-greater" ArgumentChanged
            entry [is(1, WAKE_OP), Int(5, Bits(COMPARISON, 2 << 24))] [Arg(5, Xor(7 << 24))]
            "FUTEX_OP_CMP_LT: the second word is woken if the old value is below the argument";
        "wake-op-greater-is-less" ArgumentChanged
            entry [is(1, WAKE_OP), Int(5, Bits(COMPARISON, 5 << 24))] [Arg(5, Xor(7 << 24))]
            "FUTEX_OP_CMP_GE: the second word is woken if the old value is not below the argument";
        "wake-op-unknown-succeeds" MissingCheck entry [is(1, WAKE_OP)] exit [err(ENOSYS)] [ret(0)]
            "ENOSYS: the operation is not known";
        "wake-op-unmapped-succeeds" MissingCheck entry [is(1, WAKE_OP)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: a pointer is not valid";
    }
}
