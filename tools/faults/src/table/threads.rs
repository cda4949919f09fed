//! Threads: `arch_prctl`, `gettid`, `tkill`, `tgkill`, `futex`, `sched_yield`,
//! `sched_getaffinity`.

use super::words::*;

const SET_GS: i32 = 0x1001;
const SET_FS: i32 = 0x1002;
const GET_FS: i32 = 0x1003;
const GET_GS: i32 = 0x1004;

/// The operation of a futex call without its flags.
const fn op(number: i32) -> Cond {
    Int(1, Bits(0x7f, number as i64))
}

faults! {
    SYS_arch_prctl "arch_prctl" {
        "set-fs-ignored" StateKept [is(0, SET_FS)] [skip(0)]
            "ARCH_SET_FS: sets the base of FS";
        "set-fs-zero-ignored" StateKept [is(0, SET_FS), Reg(1, Eq(0))] [skip(0)]
            "ARCH_SET_FS: sets the base of FS, to 0 too";
        "set-gs-ignored" StateKept [is(0, SET_GS)] [skip(0)]
            "ARCH_SET_GS: sets the base of GS";
        "set-gs-sets-fs" ArgumentChanged [is(0, SET_GS)] [arg(0, SET_FS as i64)]
            "ARCH_SET_GS: sets the base of GS";
        "get-fs-unwritten" ResultAltered [is(0, GET_FS)] [keep(1, 0, 8)]
            "ARCH_GET_FS: writes the base of FS";
        "get-fs-zero" ResultAltered [is(0, GET_FS), OK] [out(long(1, 0), 0)]
            "ARCH_GET_FS: writes the base of FS";
        "get-fs-truncated" ResultAltered [is(0, GET_FS), OK] [keep(1, 4, 4)]
            "ARCH_GET_FS: writes 64 bits";
        "get-fs-returned" ResultAltered [is(0, GET_FS), OK] [keep(1, 0, 8), Ret(Set(M(long(1, 0))))]
            "ARCH_GET_FS: returns 0 and writes to the address";
        "get-gs-gives-fs" ArgumentChanged [is(0, GET_GS)] [arg(0, GET_FS as i64)]
            "ARCH_GET_GS: writes the base of GS";
        "unknown-code-accepted" FalseSuccess [err(EINVAL)] [ret(0)]
            "EINVAL: the code is not valid";
        "unknown-code-unsupported" WrongErrno [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: the code is not valid";
        "unknown-code-panics" Panic [err(EINVAL)] [Panic]
            "EINVAL: the code is not valid";
        "unmapped-place-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the address is not mapped";
        "unmapped-place-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the address is not mapped";
        "kernel-half-base-accepted" MissingCheck [err(EPERM)] [ret(0)]
            "EPERM: the base is outside the address space";
        "kernel-half-base-panics" Panic [err(EPERM)] [Panic]
            "EPERM: the base is outside the address space";
        "kernel-half-base-invalid" WrongErrno [err(EPERM)] [wrong(EINVAL)]
            "EPERM: the base is outside the address space";
        "set-fs-refused" FalseError [is(0, SET_FS)] [fail(EINVAL)]
            "ARCH_SET_FS: sets the base of FS";
        "kernel-half-base-clears" StateKept [err(EPERM)]
            [Then(SYS_arch_prctl as u16, &[A(0), N(0)])]
            "arch_prctl(2): a failure leaves the base as it was";
    }
    SYS_gettid "gettid" {
        "is-process-in-thread" ResultAltered [Main(false)] [Become(SYS_getpid as u16, &[])]
            "gettid(2): each thread has its own id";
        "is-zero" ResultAltered [] [ret(0)]
            "gettid(2): an id is positive";
        "is-one" ResultAltered [] [ret(1)]
            "gettid(2): the id of the only thread is that of the process";
        "changes" ResultAltered [] [Ret(Plus(Count))]
            "gettid(2): a thread keeps its id";
        "fails" FalseError [] [fail(EPERM)]
            "gettid(2): always succeeds";
        "counts-from-process" ResultAltered [] [Ret(Add(1))]
            "gettid(2): the id of the only thread is that of the process";
    }
    SYS_tkill "tkill" {
        "zero-id-accepted" MissingCheck [below(0, 1)] [skip(0)]
            "EINVAL: an invalid thread id";
        "negative-id-panics" Panic [below(0, 0)] [Panic]
            "EINVAL: an invalid thread id";
        "invalid-id-is-missing" WrongErrno [below(0, 1)] [fail(ESRCH)]
            "EINVAL: an invalid thread id";
        "signal-65-accepted" MissingCheck [above(1, 64)] [skip(0)]
            "EINVAL: an invalid signal";
        "signal-65-panics" Panic [above(1, 64)] [Panic]
            "EINVAL: an invalid signal";
        "negative-signal-accepted" MissingCheck [below(1, 0)] [skip(0)]
            "EINVAL: an invalid signal";
        "missing-thread-accepted" MissingCheck [err(ESRCH)] [ret(0)]
            "ESRCH: no thread with this id";
        "missing-thread-forbidden" WrongErrno [err(ESRCH)] [wrong(EPERM)]
            "ESRCH: no thread with this id";
        "missing-thread-panics" Panic [err(ESRCH)] [Panic]
            "ESRCH: no thread with this id";
        "signal-dropped" StateKept [above(1, 0), below(1, 65), above(0, 0)] [skip(0)]
            "tkill(2): sends the signal";
        "signal-zero-refused" FalseError [is(1, 0)] [fail(EINVAL)]
            "kill: signal 0 checks the id and sends nothing";
        "code-is-user" ResultAltered [Signal(Gt(0)), Code(Eq(SI_TKILL as i64))] [Info(8, Set(N(0)))]
            "tkill(2): si_code is SI_TKILL";
    }
    SYS_tgkill "tgkill" {
        "group-unchecked" MissingCheck [above(0, 0), above(1, 0)]
            [Become(SYS_tkill as u16, &[A(1), A(2)])]
            "ESRCH: the thread is not of this group";
        "group-zero-accepted" MissingCheck [below(0, 1)] [skip(0)]
            "EINVAL: an invalid thread group id";
        "thread-zero-accepted" MissingCheck [below(1, 1)] [skip(0)]
            "EINVAL: an invalid thread id";
        "negative-thread-panics" Panic [below(1, 0)] [Panic]
            "EINVAL: an invalid thread id";
        "invalid-is-missing" WrongErrno [err(EINVAL)] [wrong(ESRCH)]
            "EINVAL: an invalid thread id, group or signal";
        "signal-65-accepted" MissingCheck [above(2, 64)] [skip(0)]
            "EINVAL: an invalid signal";
        "signal-65-panics" Panic [above(2, 64)] [Panic]
            "EINVAL: an invalid signal";
        "negative-signal-accepted" MissingCheck [below(2, 0)] [skip(0)]
            "EINVAL: an invalid signal";
        "missing-thread-accepted" MissingCheck [err(ESRCH)] [ret(0)]
            "ESRCH: no such thread in the group";
        "missing-thread-forbidden" WrongErrno [err(ESRCH)] [wrong(EPERM)]
            "ESRCH: no such thread in the group";
        "signal-dropped" StateKept [above(0, 0), above(1, 0), above(2, 0), below(2, 65)] [skip(0)]
            "tgkill(2): sends the signal";
        "goes-to-the-process" ArgumentChanged [above(0, 0), above(1, 0), above(2, 0)]
            [Become(SYS_kill as u16, &[A(0), A(2)])]
            "tgkill(2): the signal goes to this thread";
        "goes-to-the-first-thread" ArgumentChanged [above(0, 0), above(1, 0), above(2, 0)]
            [Arg(1, Set(A(0)))]
            "tgkill(2): the signal goes to this thread";
        "signal-zero-refused" FalseError [is(2, 0)] [fail(EINVAL)]
            "kill: signal 0 checks the id and sends nothing";
    }
    SYS_futex "futex" {
        "wait-value-unchecked" MissingCheck [op(FUTEX_WAIT)] [Arg(2, Set(M(word(0, 0))))]
            "EAGAIN: the word does not hold the expected value";
        "wait-mismatch-succeeds" FalseSuccess [op(FUTEX_WAIT), err(EAGAIN)] [ret(0)]
            "EAGAIN: the word does not hold the expected value";
        "wait-mismatch-is-invalid" WrongErrno [op(FUTEX_WAIT), err(EAGAIN)] [wrong(EINVAL)]
            "EAGAIN: the word does not hold the expected value";
        "wait-compares-one-byte" MissingCheck [op(FUTEX_WAIT)]
            [Arg(2, And(0xff)), Arg(2, Plus(M(word(0, 0)))), Arg(2, Minus(M(byte(0, 0))))]
            "EAGAIN: all 32 bits of the word are compared";
        "wait-returns-at-once" FalseSuccess [op(FUTEX_WAIT), OK] [ret(1)]
            "futex(2): FUTEX_WAIT returns 0 when woken";
        "wait-does-not-wait" FalseSuccess [op(FUTEX_WAIT), null(3)] [skip(0)]
            "futex(2): FUTEX_WAIT sleeps until woken";
        "wake-counts-none" ResultAltered [op(FUTEX_WAKE), SOME] [ret(0)]
            "futex(2): FUTEX_WAKE returns how many were woken";
        "wake-counts-one-always" ResultAltered [op(FUTEX_WAKE), Got(Eq(0))] [ret(1)]
            "futex(2): FUTEX_WAKE returns how many were woken";
        "wake-wakes-none" StateKept [op(FUTEX_WAKE), Reg(0, Bits(3, 0)), Reg(0, Gt(0))] [skip(1)]
            "futex(2): FUTEX_WAKE wakes a waiter";
        "wake-wakes-all" ArgumentChanged [op(FUTEX_WAKE)] [arg(2, i32::MAX as i64)]
            "futex(2): FUTEX_WAKE wakes at most val waiters";
        "wake-wakes-one" ArgumentChanged [op(FUTEX_WAKE), above(2, 1)] [arg(2, 1)]
            "futex(2): FUTEX_WAKE wakes up to val waiters";
        "timeout-ignored" ArgumentChanged [op(FUTEX_WAIT), given(3)] [arg(3, 0)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-succeeds" FalseSuccess [err(ETIMEDOUT)] [ret(0)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-is-again" WrongErrno [err(ETIMEDOUT)] [wrong(EAGAIN)]
            "ETIMEDOUT: the timeout expires first";
        "timeout-at-once" TimeOff [op(FUTEX_WAIT), given(3), Mem(long(3, 8), Gt(0))]
            [put(long(3, 8), 1)]
            "futex(2): the timeout is not cut short";
        "negative-timeout-accepted" MissingCheck [op(FUTEX_WAIT), Mem(long(3, 0), Lt(0))]
            [fail(ETIMEDOUT)]
            "EINVAL: tv_sec is less than 0";
        "negative-timeout-blocks" Hang [op(FUTEX_WAIT), Mem(long(3, 0), Lt(0))] [Block]
            "EINVAL: tv_sec is less than 0";
        "nanoseconds-unchecked" MissingCheck [op(FUTEX_WAIT), Mem(long(3, 8), Gt(999_999_999))]
            [fail(ETIMEDOUT)]
            "EINVAL: tv_nsec is not below 1,000 million";
        "unmapped-timeout-ignored" MissingCheck [op(FUTEX_WAIT), given(3), err(EFAULT)] [ret(0)]
            "EFAULT: the timeout is not mapped";
        "misaligned-word-accepted" MissingCheck [Reg(0, Any(3))] [skip(0)]
            "EINVAL: the address is not aligned to four bytes";
        "misaligned-word-is-bad-address" WrongErrno [Reg(0, Any(3))] [fail(EFAULT)]
            "EINVAL: the address is not aligned to four bytes";
        "unmapped-word-succeeds" MissingCheck [err(EFAULT)] [ret(0)]
            "EFAULT: the word is not mapped";
        "unmapped-word-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the word is not mapped";
        "unmapped-word-is-invalid" WrongErrno [err(EFAULT)] [wrong(EINVAL)]
            "EFAULT: the word is not mapped";
        "unknown-operation-succeeds" FalseSuccess [err(ENOSYS)] [ret(0)]
            "ENOSYS: an unknown operation";
        "unknown-operation-is-invalid" WrongErrno [err(ENOSYS)] [wrong(EINVAL)]
            "ENOSYS: an unknown operation";
        "unknown-operation-panics" Panic [err(ENOSYS)] [Panic]
            "ENOSYS: an unknown operation";
        "requeue-wakes-all" ArgumentChanged [op(FUTEX_REQUEUE)]
            [Become(SYS_futex as u16, &[A(0), N(FUTEX_WAKE as i64), N(i32::MAX as i64)])]
            "futex(2): FUTEX_REQUEUE wakes val waiters and moves the others";
        "requeue-moves-none" ShortCount [op(FUTEX_REQUEUE)]
            [Become(SYS_futex as u16, &[A(0), N(FUTEX_WAKE as i64), A(2)])]
            "futex(2): FUTEX_REQUEUE moves waiters to the other word";
        "requeue-counts-none" ResultAltered [op(FUTEX_REQUEUE), SOME] [ret(0)]
            "futex(2): FUTEX_REQUEUE returns how many were woken or moved"
            hidden "the page says only those woken; Linux counts both";
        "compare-requeue-unchecked" MissingCheck [op(FUTEX_CMP_REQUEUE)]
            [Arg(5, Set(M(word(0, 0))))]
            "EAGAIN: the word does not hold the expected value";
        "compare-requeue-missing" FalseError [op(FUTEX_CMP_REQUEUE)] [fail(ENOSYS)]
            "futex(2): FUTEX_CMP_REQUEUE compares first";
        "private-refused" FalseError [has(1, FUTEX_PRIVATE_FLAG)] [fail(ENOSYS)]
            "futex(2): FUTEX_PRIVATE_FLAG may be added to every operation";
        "private-apart-from-shared" ArgumentChanged
            [op(FUTEX_WAKE), lacks(1, FUTEX_PRIVATE_FLAG)] [skip(0)]
            "futex(2): a shared wake finds shared waiters";
        "bitset-zero-accepted" MissingCheck [op(FUTEX_WAIT_BITSET), Int(5, Eq(0))] [arg(5, -1)]
            "EINVAL: the bit set is 0";
        "bitset-ignored" ArgumentChanged [op(FUTEX_WAKE_BITSET), isnt(5, 0)] [arg(5, -1)]
            "futex(2): FUTEX_WAKE_BITSET wakes those with a common bit";
        "interrupted-is-woken" FalseSuccess [op(FUTEX_WAIT), Interrupted] [ret(0)]
            "EINTR: a signal interrupted FUTEX_WAIT";
        "interrupted-waits-on" StateKept [op(FUTEX_WAIT), Interrupted] [ret(-513)]
            "EINTR: a signal interrupted FUTEX_WAIT";
        "wait-restores-nothing" ResultAltered [op(FUTEX_WAIT), OK] [out(word(0, 0), 0)]
            "futex(2): FUTEX_WAIT leaves the word alone";
        "wake-op-missing" FalseError [op(FUTEX_WAKE_OP)] [fail(ENOSYS)]
            "futex(2): FUTEX_WAKE_OP changes a word and wakes";
        "wake-op-stores-nothing" StateKept [op(FUTEX_WAKE_OP), OK] [keep(4, 0, 4)]
            "futex(2): FUTEX_WAKE_OP changes the second word";
        "negative-nanoseconds-accepted" MissingCheck [op(FUTEX_WAIT), Mem(long(3, 8), Lt(0))]
            [fail(ETIMEDOUT)]
            "EINVAL: tv_nsec is less than 0";
        "bitset-mismatch-succeeds" FalseSuccess [op(FUTEX_WAIT_BITSET), err(EAGAIN)] [ret(0)]
            "EAGAIN: the word does not hold the expected value";
        "wake-of-no-bit-accepted" MissingCheck [op(FUTEX_WAKE_BITSET), Int(5, Eq(0))] [skip(0)]
            "EINVAL: the bit set is 0";
    }
    SYS_sched_yield "sched_yield" {
        "returns-one" ResultAltered [] [ret(1)]
            "sched_yield: returns 0";
        "unsupported" FalseError [] [fail(ENOSYS)]
            "sched_yield: returns 0";
        "forbidden" FalseError [] [fail(EPERM)]
            "sched_yield: returns 0";
        "never-returns" Hang [] [Block]
            "sched_yield: the thread runs again once it is head of its list";
        "panics" Panic [] [Panic]
            "sched_yield: returns 0";
        "fails-in-the-end" StateKept [Past(20)] [fail(EAGAIN)]
            "sched_yield: returns 0";
    }
    SYS_sched_getaffinity "sched_getaffinity" {
        "returns-zero" ResultAltered [SOME] [ret(0)]
            "sched_setaffinity(2): returns how many bytes were written";
        "returns-length" ResultAltered [SOME] [Ret(Set(A(1)))]
            "sched_setaffinity(2): returns how many bytes were written";
        "empty-mask" ResultAltered [SOME] [fill(2, 0, 8, 0)]
            "sched_setaffinity(2): the thread may run on at least one processor";
        "mask-unwritten" ResultAltered [SOME] [keep(2, 0, 128)]
            "sched_setaffinity(2): the mask is written";
        "writes-behind" ResultAltered [SOME] [Behind(2, 0)]
            "sched_setaffinity(2): returns how many bytes were written";
        "short-mask-accepted" MissingCheck [err(EINVAL), Reg(1, Lt(8))] [ret(8)]
            "EINVAL: the length is smaller than the kernel's mask";
        "odd-length-accepted" MissingCheck [Reg(1, Gt(8)), Reg(1, Any(7))] [Arg(1, And(!7))]
            "EINVAL: the length is no multiple of the word size";
        "invalid-is-bad-address" WrongErrno [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the length is smaller than the kernel's mask";
        "unmapped-mask-succeeds" MissingCheck [err(EFAULT)] [ret(8)]
            "EFAULT: the mask is not mapped";
        "unmapped-mask-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the mask is not mapped";
        "missing-process-accepted" MissingCheck [err(ESRCH)] [ret(8)]
            "ESRCH: no thread with this id";
        "missing-process-is-invalid" WrongErrno [err(ESRCH)] [wrong(EINVAL)]
            "ESRCH: no thread with this id";
        "zero-id-is-missing" FalseError [is(0, 0)] [fail(ESRCH)]
            "sched_setaffinity(2): id 0 is the calling thread";
        "own-id-is-missing" FalseError [above(0, 0), OK] [wrong(ESRCH)]
            "sched_setaffinity(2): the id of a thread selects it";
    }
}
