//! Scheduling: `sched_yield`, `sched_getaffinity`.

use super::prelude::*;

faults! {
    SYS_sched_yield "sched_yield" {
        "returns-one" ResultAltered exit [] [ret(1)]
            "sched_yield: returns 0";
        "unsupported" FalseError entry [] [fail(ENOSYS)]
            "sched_yield: returns 0";
        "forbidden" FalseError entry [] [fail(EPERM)]
            "sched_yield: returns 0";
        "never-returns" Hang entry [] [Block]
            "sched_yield: the thread runs again once it is head of its list";
        "panics" Panic entry [] [Panic]
            "sched_yield: returns 0";
        "fails-in-the-end" StateKept entry [Past(20)] [fail(EAGAIN)]
            "sched_yield: returns 0";
    }
    SYS_sched_getaffinity "sched_getaffinity" {
        "returns-zero" ResultAltered exit [SOME] [ret(0)]
            "sched_setaffinity(2): returns how many bytes were written";
        "returns-length" ResultAltered exit [SOME] [Ret(Set(A(1)))]
            "sched_setaffinity(2): returns how many bytes were written";
        "empty-mask" ResultAltered exit [SOME] [fill(2, 0, 8, 0)]
            "sched_setaffinity(2): the thread may run on at least one processor";
        "mask-unwritten" ResultAltered exit [SOME] [keep(2, 0, 128)]
            "sched_setaffinity(2): the mask is written";
        "writes-behind" ResultAltered exit [SOME] [Overrun(2, 0)]
            "sched_setaffinity(2): returns how many bytes were written";
        "short-mask-accepted" MissingCheck entry [Reg(1, Lt(8))] exit [err(EINVAL)] [ret(8)]
            "EINVAL: the length is smaller than the kernel's mask";
        "odd-length-accepted" MissingCheck entry [Reg(1, Gt(8)), Reg(1, Any(7))] [Arg(1, And(!7))]
            "EINVAL: the length is no multiple of the word size";
        "invalid-is-bad-address" WrongErrno exit [err(EINVAL)] [wrong(EFAULT)]
            "EINVAL: the length is smaller than the kernel's mask";
        "unmapped-mask-succeeds" MissingCheck exit [err(EFAULT)] [ret(8)]
            "EFAULT: the mask is not mapped";
        "unmapped-mask-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the mask is not mapped";
        "missing-process-accepted" MissingCheck exit [err(ESRCH)] [ret(8)]
            "ESRCH: no thread with this id";
        "missing-process-is-invalid" WrongErrno exit [err(ESRCH)] [wrong(EINVAL)]
            "ESRCH: no thread with this id";
        "zero-id-is-missing" FalseError entry [is(0, 0)] [fail(ESRCH)]
            "sched_setaffinity(2): id 0 is the calling thread";
        "own-id-is-missing" FalseError entry [above(0, 0)] exit [OK] [wrong(ESRCH)]
            "sched_setaffinity(2): the id of a thread selects it";
    }
}
