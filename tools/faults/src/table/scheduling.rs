//! Scheduling: `sched_yield`, `sched_getaffinity`.

use super::words::*;

faults! {
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
