//! Limits: `prlimit64`.

use super::prelude::*;

faults! {
    SYS_prlimit64 "prlimit64" {
        "unknown-resource-succeeds" MissingCheck entry [above(1, 15)] exit [err(EINVAL)] [ret(0)]
            "EINVAL: an invalid resource";
        "unknown-resource-panics" Panic entry [above(1, 15)] [Panic]
            "EINVAL: an invalid resource";
        "negative-resource-panics" Panic entry [below(1, 0)] [Panic]
            "EINVAL: an invalid resource";
        "soft-above-hard-accepted" MissingCheck entry [given(2), below(1, 16)] exit [err(EINVAL)]
            [ret(0)]
            "EINVAL: rlim_cur is more than rlim_max";
        "invalid-is-forbidden" WrongErrno exit [err(EINVAL)] [wrong(EPERM)]
            "EINVAL: an invalid resource";
        "missing-process-succeeds" MissingCheck exit [err(ESRCH)] [ret(0)]
            "ESRCH: no process with this id";
        "missing-process-is-invalid" WrongErrno exit [err(ESRCH)] [wrong(EINVAL)]
            "ESRCH: no process with this id";
        "own-id-is-missing" FalseError entry [above(0, 0)] exit [OK] [wrong(ESRCH)]
            "prlimit(2): the id of a process selects it";
        "unmapped-old-succeeds" MissingCheck entry [null(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the old limit is not mapped";
        "unmapped-new-succeeds" MissingCheck entry [given(2)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the new limit is not mapped";
        "unmapped-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the new limit is not mapped";
        "old-unwritten" ResultAltered entry [given(3)] exit [OK] [keep(3, 0, 16)]
            "getrlimit: the limit is stored";
        "hard-unwritten" ResultAltered entry [given(3)] exit [OK] [keep(3, 8, 8)]
            "getrlimit: the hard limit is stored";
        "soft-and-hard-swapped" ResultAltered entry [given(3)] exit [OK]
            [Note(M(long(3, 0))), Out(long(3, 0), Set(M(long(3, 8)))), Out(long(3, 8), Set(Noted))]
            "getrlimit: rlim_cur comes first";
        "descriptors-are-none" ResultAltered entry [is(1, RLIMIT_NOFILE as i32), given(3)] exit [OK]
            [fill(3, 0, 16, 0)]
            "<limits.h>: at least _POSIX_OPEN_MAX descriptors";
        "setting-ignored" StateKept entry [given(2), Mem(long(2, 0), Ne(0))] [arg(2, 0)]
            "setrlimit: the limit is set";
        "old-is-new" ResultAltered entry [given(2), given(3)] exit [OK]
            [Out(long(3, 0), Set(M(long(2, 0))))]
            "prlimit(2): the previous limit is stored";
        "only-descriptors-known" FalseError entry [isnt(1, RLIMIT_NOFILE as i32), below(1, 16)]
            exit [OK] [wrong(EINVAL)]
            "getrlimit: RLIMIT_AS, RLIMIT_CORE, RLIMIT_CPU and others are valid";
        "nothing-asked-is-an-error" FalseError entry [null(2), null(3)] [fail(EFAULT)]
            "prlimit(2): both limits may be null";
        "end-of-page-refused" FalseError entry [Reg(3, Bits(0xfff, 0xff0))] [fail(EFAULT)]
            "EFAULT: only where a byte of the limit is not mapped";
        "writes-behind" ResultAltered entry [given(3)] exit [OK] [fill(3, 16, 8, 0)]
            "prlimit(2): one limit is stored, nothing after it";
    }
}
