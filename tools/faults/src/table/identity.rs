//! Who and how much: `getpid`, `getppid`, `exit_group`, `prlimit64`.

use super::words::*;

faults! {
    SYS_getpid "getpid" {
        "changes" ResultAltered [] [Ret(Plus(Count))]
            "getpid: a process keeps its id";
        "is-zero" ResultAltered [] [ret(0)]
            "getpid: an id is positive";
        "is-negative" ResultAltered [] [Ret(Neg)]
            "getpid: an id is positive";
        "is-thread-in-thread" ResultAltered [Main(false)] [Become(SYS_gettid as u16, &[])]
            "getpid: all threads of a process have its id";
        "is-the-parent" ResultAltered [] [Become(SYS_getppid as u16, &[])]
            "getpid: the id of the calling process";
        "is-the-next-one" ResultAltered [] [Ret(Add(1))]
            "getpid: the id that kill takes";
        "fails" FalseError [] [fail(EPERM)]
            "getpid: always succeeds";
        "panics" Panic [] [Panic]
            "getpid: always succeeds";
    }
    SYS_getppid "getppid" {
        "is-the-process" ResultAltered [] [Become(SYS_getpid as u16, &[])]
            "getppid: the id of the parent";
        "is-negative" ResultAltered [] [ret(-1000)]
            "getppid: an id is no negative number";
        "fails" FalseError [] [fail(ESRCH)]
            "getppid: always succeeds";
        "changes" ResultAltered [] [Ret(Plus(Count))]
            "getppid: while the parent lives its id stays";
        "is-zero" ResultAltered [] [ret(0)]
            "getppid: a child's is that of the suite";
        "panics" Panic [] [Panic]
            "getppid: always succeeds";
    }
    SYS_exit_group "exit_group" {
        "status-lost" ResultAltered [] [arg(0, 77)]
            "_exit: the parent gets the status";
        "status-shifted" ResultAltered [] [Arg(0, Add(1))]
            "_exit: the parent gets the low 8 bits of the status";
        "returns" MissingCheck [] [skip(0)]
            "_exit: does not return";
        "never-ends" Hang [] [Block]
            "_exit: ends the process";
        "stuck" Hang [] [Wedge]
            "_exit: ends the process";
        "panics" Panic [] [Panic]
            "_exit: ends the process";
        "ends-one-thread" StateKept [] [Become(SYS_exit as u16, &[A(0)])]
            "exit_group(2): ends all threads"
            hidden "the suite's threads have ended by then";
        "kills" ResultAltered [] [Become(SYS_tkill as u16, &[N(0), N(9)])]
            "_exit: ends the process with its status";
    }
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
