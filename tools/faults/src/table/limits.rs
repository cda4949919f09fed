//! Limits: `prlimit64`.

use super::words::*;

faults! {
    SYS_prlimit64 "prlimit64" {
        "unknown-resource-succeeds" MissingCheck [err(EINVAL), above(1, 15)] [ret(0)]
            "EINVAL: an invalid resource";
        "unknown-resource-panics" Panic [above(1, 15)] [Panic]
            "EINVAL: an invalid resource";
        "negative-resource-panics" Panic [below(1, 0)] [Panic]
            "EINVAL: an invalid resource";
        "soft-above-hard-accepted" MissingCheck [err(EINVAL), given(2), below(1, 16)] [ret(0)]
            "EINVAL: rlim_cur is more than rlim_max";
        "invalid-is-forbidden" WrongErrno [err(EINVAL)] [wrong(EPERM)]
            "EINVAL: an invalid resource";
        "missing-process-succeeds" MissingCheck [err(ESRCH)] [ret(0)]
            "ESRCH: no process with this id";
        "missing-process-is-invalid" WrongErrno [err(ESRCH)] [wrong(EINVAL)]
            "ESRCH: no process with this id";
        "own-id-is-missing" FalseError [above(0, 0), OK] [wrong(ESRCH)]
            "prlimit(2): the id of a process selects it";
        "unmapped-old-succeeds" MissingCheck [null(2), err(EFAULT)] [ret(0)]
            "EFAULT: the old limit is not mapped";
        "unmapped-new-succeeds" MissingCheck [given(2), err(EFAULT)] [ret(0)]
            "EFAULT: the new limit is not mapped";
        "unmapped-panics" Panic [err(EFAULT)] [Panic]
            "EFAULT: the new limit is not mapped";
        "old-unwritten" ResultAltered [given(3), OK] [keep(3, 0, 16)]
            "getrlimit: the limit is stored";
        "hard-unwritten" ResultAltered [given(3), OK] [keep(3, 8, 8)]
            "getrlimit: the hard limit is stored";
        "soft-and-hard-swapped" ResultAltered [given(3), OK]
            [Note(M(long(3, 0))), Out(long(3, 0), Set(M(long(3, 8)))), Out(long(3, 8), Set(Noted))]
            "getrlimit: rlim_cur comes first";
        "descriptors-are-none" ResultAltered [is(1, RLIMIT_NOFILE as i32), given(3), OK]
            [fill(3, 0, 16, 0)]
            "<limits.h>: at least _POSIX_OPEN_MAX descriptors";
        "setting-ignored" StateKept [given(2), Mem(long(2, 0), Ne(0))] [arg(2, 0)]
            "setrlimit: the limit is set";
        "old-is-new" ResultAltered [given(2), given(3), OK] [Out(long(3, 0), Set(M(long(2, 0))))]
            "prlimit(2): the previous limit is stored";
        "only-descriptors-known" FalseError [isnt(1, RLIMIT_NOFILE as i32), below(1, 16), OK]
            [wrong(EINVAL)]
            "getrlimit: RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU and others";
        "nothing-asked-is-an-error" FalseError [null(2), null(3)] [fail(EFAULT)]
            "prlimit(2): both limits may be null";
        "end-of-page-refused" FalseError [Reg(3, Bits(0xfff, 0xff0))] [fail(EFAULT)]
            "EFAULT: only where a byte of the limit is not mapped";
        "writes-behind" ResultAltered [given(3), OK] [fill(3, 16, 8, 0)]
            "prlimit(2): one limit is stored, nothing behind it";
    }
}
