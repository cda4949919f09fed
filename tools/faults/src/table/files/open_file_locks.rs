//! Faults of `flock` and of OFD locks.

use crate::table::prelude::*;

/// `struct flock` in the third argument.
const HOLDER: At = word(2, 24);
const SHARED_OR_EXCLUSIVE: i64 = (LOCK_SH | LOCK_EX) as i64;

faults! {
    SYS_flock "flock" {
        "never-conflicts" FalseSuccess exit [err(EWOULDBLOCK)] [ret(0)]
            "EWOULDBLOCK: the file is locked, and LOCK_NB is set";
        "locked-is-busy" WrongErrno exit [err(EWOULDBLOCK)] [wrong(EBUSY)]
            "EWOULDBLOCK: the file is locked, and LOCK_NB is set";
        "shared-is-exclusive" ArgumentChanged entry [has(1, LOCK_SH), lacks(1, LOCK_EX)]
            [Arg(1, Xor(SHARED_OR_EXCLUSIVE))]
            "LOCK_SH: more than one process can hold it";
        "exclusive-is-shared" ArgumentChanged entry [has(1, LOCK_EX), lacks(1, LOCK_SH)]
            [Arg(1, Xor(SHARED_OR_EXCLUSIVE))]
            "LOCK_EX: only one process can hold it";
        "does-not-wait" FlagDropped entry [is(1, LOCK_EX)] [add(1, LOCK_NB)]
            "flock(2): waits while the file is locked";
        "non-blocking-waits" FlagDropped entry [is(1, LOCK_EX | LOCK_NB), Main(true)]
            [drop(1, LOCK_NB)]
            "LOCK_NB: returns EWOULDBLOCK instead of waiting";
        "unlock-ignored" StateKept entry [is(1, LOCK_UN)] [skip(0)]
            "LOCK_UN: the lock is removed";
        "unlock-without-lock-fails" FalseError entry [is(1, LOCK_UN), opened(0, O_RDONLY)]
            exit [OK] [wrong(EINVAL)]
            "LOCK_UN: returns 0";
        "no-operation-unlocks" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the operation is invalid";
        "closed-file-locked" FalseSuccess exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "held-by-the-process" StateKept
            entry [IN_CHILD, has(1, LOCK_EX), is(0, 3)] [fail(EWOULDBLOCK)]
            "flock(2): a child has the parent's lock";
        "child-unlocks-nothing" StateKept entry [IN_CHILD, is(1, LOCK_UN)] [skip(0)]
            "flock(2): the lock is removed by any descriptor of the open file";
        "read-only-refused" FalseError entry [is(1, LOCK_EX), Fd(0, Property::Flags, Bits(3, 0))]
            [fail(EBADF)]
            "flock(2): the access mode does not matter";
        "waiter-not-woken" Hang entry [Main(false)] [Block]
            "flock(2): waits while the file is locked";
    }
    SYS_fcntl "fcntl" {
        "open-file-locks-never-conflict" FalseSuccess entry [is(1, F_OFD_SETLK)]
            exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: another open file has the lock";
        "open-file-locks-are-of-the-process" FlagDropped entry [is(1, F_OFD_SETLK)]
            [arg(1, F_SETLK as i64)]
            "F_OFD_SETLK: the lock is of the open file";
        "open-file-question-names-a-process" ResultAltered entry [is(1, F_OFD_GETLK)] exit [OK]
            [Out(HOLDER, Set(Own(Id::Process)))]
            "F_OFD_GETLK: l_pid is -1";
        "open-file-question-finds-nothing" ResultAltered entry [is(1, F_OFD_GETLK)] exit [OK]
            [out(half(2, 0), F_UNLCK as i64)]
            "F_OFD_GETLK: the first lock that blocks is returned";
        "open-file-lock-takes-a-process" MissingCheck entry [is(1, F_OFD_SETLK)]
            exit [err(EINVAL)] [ret(0)]
            "EINVAL: l_pid is not 0";
        "open-file-lock-does-not-wait" FlagDropped entry [is(1, F_OFD_SETLKW)]
            [arg(1, F_OFD_SETLK as i64)]
            "F_OFD_SETLKW: waits while the bytes are locked";
        "open-file-lock-access-unchecked" MissingCheck entry [is(1, F_OFD_SETLK)]
            exit [err(EBADF)] [ret(0)]
            "EBADF: the file is not open for the type of the lock";
        "open-file-lock-hides-from-processes" FalseSuccess
            entry [is(1, F_SETLK), is(0, 4), FirstProcess(true)] exit [err(EAGAIN)] [ret(0)]
            "F_OFD_SETLK: conflicts with record locks";
        "open-file-lock-unmapped-panics" Panic entry [is(1, F_OFD_SETLK)] exit [err(EFAULT)]
            [Panic]
            "EFAULT: the structure is not mapped";
    }
}
