//! Pipes: `pipe2`.

use super::prelude::*;

faults! {
    SYS_pipe2 "pipe2" {
        "unknown-flag-accepted" MissingCheck exit [err(EINVAL)]
            [Then(SYS_pipe2 as u16, &[A(0), N(0)]), ret(0)]
            "EINVAL: an invalid flag";
        "unknown-flag-panics" Panic exit [err(EINVAL)] [Panic]
            "EINVAL: an invalid flag";
        "unknown-flag-unsupported" WrongErrno exit [err(EINVAL)] [wrong(ENOSYS)]
            "EINVAL: an invalid flag";
        "close-on-exec-dropped" FlagDropped entry [has(1, O_CLOEXEC)] [drop(1, O_CLOEXEC)]
            "O_CLOEXEC: FD_CLOEXEC is set in both";
        "close-on-exec-always" FlagDropped entry [lacks(1, O_CLOEXEC)] [add(1, O_CLOEXEC)]
            "pipe: FD_CLOEXEC is clear in both";
        "close-on-exec-on-read-end-only" FlagDropped entry [has(1, O_CLOEXEC)] exit [OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETFD as i64), N(0)])]
            "O_CLOEXEC: FD_CLOEXEC is set in both";
        "nonblock-dropped" FlagDropped entry [has(1, O_NONBLOCK)] [drop(1, O_NONBLOCK)]
            "O_NONBLOCK: set in both";
        "nonblock-always" FlagDropped entry [lacks(1, O_NONBLOCK)] [add(1, O_NONBLOCK)]
            "pipe: O_NONBLOCK is clear in both";
        "nonblock-on-read-end-only" FlagDropped entry [has(1, O_NONBLOCK)] exit [OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETFL as i64), N(0)])]
            "O_NONBLOCK: set in both";
        "nonblock-on-write-end-only" FlagDropped entry [has(1, O_NONBLOCK)] exit [OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 0)), N(F_SETFL as i64), N(0)])]
            "O_NONBLOCK: set in both";
        "ends-swapped" ResultAltered exit [OK]
            [Note(M(word(0, 0))), Out(word(0, 0), Set(M(word(0, 4)))), Out(word(0, 4), Set(Noted))]
            "pipe: fildes[0] is the read end";
        "one-end-twice" ResultAltered exit [OK] [Out(word(0, 4), Set(M(word(0, 0))))]
            "pipe: fildes[1] is the write end";
        "results-unwritten" ResultAltered exit [OK] [keep(0, 0, 8)]
            "pipe: both descriptors are stored";
        "results-are-longs" ResultAltered exit [OK] [out(word(0, 8), 0)]
            "pipe: two ints are stored, nothing after them";
        "not-the-lowest" StateKept exit [OK] [Renumber(Some(word(0, 0)), N(30))]
            "pipe: the two lowest descriptors that are free";
        "numbers-climb" StateKept exit [OK] [Renumber(Some(word(0, 0)), Count)]
            "pipe: the two lowest descriptors that are free";
        "unmapped-result-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the array is not mapped";
        "unmapped-result-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT: the array is not mapped";
        "unmapped-result-leaks" StateKept exit [err(EFAULT)] [Then(SYS_dup as u16, &[N(1)])]
            "pipe: a failure allocates no descriptors";
        "unknown-flag-leaks" StateKept exit [err(EINVAL)] [Then(SYS_dup as u16, &[N(1)])]
            "pipe: a failure allocates no descriptors";
        "limit-is-the-system's" WrongErrno exit [err(EMFILE)] [wrong(ENFILE)]
            "EMFILE: no two descriptors are free";
        "limit-writes-result" ResultAltered exit [err(EMFILE)] [out(word(0, 0), 3)]
            "pipe: fildes stays as it was on failure";
        "returns-read-end" ResultAltered exit [OK] [Ret(Set(M(word(0, 0))))]
            "pipe: returns 0";
        "holds-one-page" ShortCount exit [OK]
            [Then(SYS_fcntl as u16, &[M(word(0, 4)), N(F_SETPIPE_SZ as i64), N(4096)])]
            "pipe(7): a pipe holds 65,536 bytes";
        "many-leak" StateKept entry [Past(128)] [fail(ENFILE)]
            "close: all resources of a pipe are freed with its last descriptor";
        "descriptors-leak" StateKept entry [Past(100)] [fail(EMFILE)]
            "close: descriptors are free again";
    }
}
