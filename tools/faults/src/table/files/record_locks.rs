//! Faults of record locks.

use crate::table::prelude::*;

const READ: i64 = F_RDLCK as i64;
const WRITE: i64 = F_WRLCK as i64;
const NONE: i64 = F_UNLCK as i64;
/// `struct flock` in the third argument.
const TYPE: At = half(2, 0);
const WHENCE: At = half(2, 2);
const START: At = long(2, 8);
const LENGTH: At = long(2, 16);
const HOLDER: At = word(2, 24);

/// `struct flock` of a write lock of every byte.
const WHOLE: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = F_WRLCK as u8;
    bytes
};

faults! {
    SYS_fcntl "fcntl" {
        "locks-never-conflict" FalseSuccess entry [is(1, F_SETLK)] exit [err(EAGAIN)] [ret(0)]
            "EAGAIN: the segment is locked by another process";
        "locked-is-busy" WrongErrno entry [is(1, F_SETLK)] exit [err(EAGAIN)] [wrong(EBUSY)]
            "EAGAIN or EACCES: the segment is locked by another process";
        "read-locks-are-exclusive" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Eq(READ)), opened(0, O_RDWR)] [put(TYPE, WRITE)]
            "F_RDLCK: a shared lock, which others can have too";
        "write-locks-are-shared" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Eq(WRITE)), opened(0, O_RDWR)] [put(TYPE, READ)]
            "F_WRLCK: an exclusive lock";
        "whole-file-locked" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Ne(NONE)), Mem(LENGTH, Gt(0)), Mem(START, Lt(1000))]
            [put(START, 0), put(LENGTH, 0)]
            "fcntl: the lock is of the bytes from l_start for l_len";
        "lock-one-too-long" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Ne(NONE)), Mem(LENGTH, Gt(1)), Mem(LENGTH, Lt(1000))]
            [Put(LENGTH, Add(1))]
            "fcntl: the lock is of l_len bytes";
        "lock-one-too-short" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Ne(NONE)), Mem(LENGTH, Gt(1))] [Put(LENGTH, Add(-1))]
            "fcntl: the lock is of l_len bytes";
        "unlock-ignored" StateKept entry [is(1, F_SETLK), Mem(TYPE, Eq(NONE))] [skip(0)]
            "F_UNLCK: the segment is unlocked";
        "unlocks-the-whole-file" ArgumentChanged entry [is(1, F_SETLK), Mem(TYPE, Eq(NONE))]
            [put(START, 0), put(LENGTH, 0)]
            "F_UNLCK: the rest of a lock stays";
        "lock-not-split" StateKept entry [is(1, F_SETLK), Mem(TYPE, Eq(NONE)), Mem(START, Eq(4))]
            [put(LENGTH, 0)]
            "F_UNLCK: the rest of a lock stays";
        "lock-not-raised" StateKept entry [is(1, F_SETLK), Mem(TYPE, Eq(WRITE)), Mem(START, Eq(60))]
            [skip(0)]
            "fcntl: the new type replaces that of an existing lock";
        "lock-not-lowered" StateKept
            entry [is(1, F_SETLK), Mem(TYPE, Eq(READ)), Mem(START, Eq(43)), IN_CHILD] [skip(0)]
            "fcntl: the new type replaces that of an existing lock";
        "whence-ignored" FlagDropped
            entry [is(1, F_SETLK), Mem(WHENCE, Gt(0)), Mem(WHENCE, Lt(3))] [put(WHENCE, 0)]
            "l_whence: SEEK_CUR or SEEK_END";
        "negative-length-refused" FalseError entry [is(1, F_SETLK), Mem(LENGTH, Lt(0))]
            [fail(EINVAL)]
            "l_len: a negative length is of the bytes before l_start";
        "length-zero-is-one-byte" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Ne(NONE)), Mem(LENGTH, Eq(0))] [put(LENGTH, 1)]
            "l_len: 0 reaches to the largest offset";
        "unlock-stops-before-the-end" ArgumentChanged
            entry [is(1, F_SETLK), Mem(TYPE, Eq(NONE)), Mem(LENGTH, Eq(0))]
            [put(LENGTH, i64::MAX)]
            "l_len: 0 reaches to the largest offset";
        "last-offset-refused" FalseError entry [is(1, F_SETLK), Mem(START, Eq(i64::MAX))]
            exit [OK] [wrong(EOVERFLOW)]
            "EOVERFLOW: only an offset that cannot be represented";
        "question-finds-nothing" ResultAltered entry [is(1, F_GETLK)] exit [OK] [out(TYPE, NONE)]
            "F_GETLK: the first lock that blocks is returned";
        "question-writes-nothing" ResultAltered entry [is(1, F_GETLK)] exit [OK] [keep(2, 0, 32)]
            "F_GETLK: the first lock that blocks is returned";
        "question-keeps-start" ResultAltered entry [is(1, F_GETLK)] exit [OK] [keep(2, 8, 8)]
            "F_GETLK: l_start is that of the lock";
        "question-keeps-length" ResultAltered entry [is(1, F_GETLK)] exit [OK] [keep(2, 16, 8)]
            "F_GETLK: l_len is that of the lock";
        "question-names-the-asker" ResultAltered entry [is(1, F_GETLK)]
            exit [OK, After(TYPE, Ne(NONE))] [Out(HOLDER, Set(Own(Id::Process)))]
            "F_GETLK: l_pid is the process of the lock";
        "question-forgets-whence" ResultAltered entry [is(1, F_GETLK)] exit [OK]
            [out(WHENCE, SEEK_END as i64)]
            "F_GETLK: l_whence is SEEK_SET";
        "question-clears-all" ResultAltered entry [is(1, F_GETLK)]
            exit [OK, After(TYPE, Eq(NONE))] [out(START, 0)]
            "F_GETLK: without a lock only l_type changes";
        "question-without-conflict-fails" FalseError entry [is(1, F_GETLK)]
            exit [OK, After(TYPE, Eq(NONE))] [wrong(EAGAIN)]
            "F_GETLK: without a lock l_type is F_UNLCK";
        "question-of-no-lock-succeeds" MissingCheck entry [is(1, F_GETLK)] exit [err(EINVAL)]
            [ret(0)]
            "EINVAL (Linux): l_type is neither F_RDLCK nor F_WRLCK";
        "wait-does-not-wait" FlagDropped entry [is(1, F_SETLKW)] [arg(1, F_SETLK as i64)]
            "F_SETLKW: waits until the request can be satisfied";
        "wait-takes-at-once" FalseSuccess entry [is(1, F_SETLKW), IN_CHILD] [skip(0)]
            "F_SETLKW: waits until the request can be satisfied";
        "waiter-not-woken" Hang entry [is(1, F_SETLKW), IN_CHILD] [Block]
            "F_SETLKW: waits until the request can be satisfied";
        "deadlock-sleeps" Hang entry [is(1, F_SETLKW), FirstProcess(true), Mem(START, Eq(1))]
            [Block]
            "EDEADLK: the wait would be a deadlock";
        "deadlock-is-temporary" WrongErrno exit [err(EDEADLK)] [wrong(EAGAIN)]
            "EDEADLK: the wait would be a deadlock";
        "interrupted-wait-succeeds" FalseSuccess entry [is(1, F_SETLKW)] exit [Interrupted]
            [ret(0)]
            "EINTR: a signal interrupts F_SETLKW";
        "access-mode-unchecked" MissingCheck entry [On(0, Regular), is(1, F_SETLK)]
            exit [err(EBADF)] [ret(0)]
            "EBADF: the file is not open for the type of the lock";
        "access-mode-is-permission" WrongErrno entry [On(0, Regular), is(1, F_SETLKW)]
            exit [err(EBADF)] [wrong(EACCES)]
            "EBADF: the file is not open for the type of the lock";
        "closed-file-locked" FalseSuccess entry [is(0, -1), is(1, F_SETLK)] exit [err(EBADF)]
            [ret(0)]
            "EBADF: the descriptor is not open";
        "closed-file-has-no-lock" FalseSuccess entry [is(0, -1), is(1, F_GETLK)]
            exit [err(EBADF)] [ret(0)]
            "EBADF: the descriptor is not open";
        "last-offset-wraps" MissingCheck entry [is(1, F_SETLK)] exit [err(EOVERFLOW)] [ret(0)]
            "EOVERFLOW: an offset cannot be represented";
        "last-offset-is-invalid" WrongErrno exit [err(EOVERFLOW)] [wrong(EINVAL)]
            "EOVERFLOW: an offset cannot be represented";
        "start-before-the-file" MissingCheck
            entry [is(1, F_SETLK), Mem(START, Lt(0)), Mem(WHENCE, Eq(0))]
            exit [err(EINVAL)] [ret(0)]
            "EINVAL: the start is before the first byte";
        "unknown-type-unlocks" MissingCheck entry [is(1, F_SETLK), Mem(TYPE, Gt(NONE))]
            [put(TYPE, NONE)]
            "EINVAL: l_type is invalid";
        "unknown-whence-is-start" MissingCheck entry [is(1, F_SETLK), Mem(WHENCE, Gt(4))]
            [put(WHENCE, 0)]
            "EINVAL: l_whence is invalid";
        "own-locks-conflict" FalseError
            entry [is(1, F_SETLK), Mem(TYPE, Eq(WRITE)), Mem(LENGTH, Eq(10)), Past(4)]
            exit [OK] [wrong(EAGAIN)]
            "fcntl: a process can replace its own locks";
        "child-inherits-locks" StateKept entry [is(1, F_SETLK), IN_CHILD] exit [err(EAGAIN)]
            [ret(0)]
            "fork: a child inherits no locks";
        "unmapped-lock-panics" Panic entry [is(1, F_SETLK)] exit [err(EFAULT)] [Panic]
            "EFAULT: the structure is not mapped";
        "unmapped-question-succeeds" MissingCheck entry [is(1, F_GETLK)] exit [err(EFAULT)] [ret(0)]
            "EFAULT: the structure is not mapped";
    }
    SYS_close "close" {
        "other-descriptor-keeps-locks" StateKept entry [is(0, 4), On(0, Regular)] exit [OK]
            [ThenEach(SYS_fcntl as u16, &[N(F_SETLK as i64), Bytes(&WHOLE)])]
            "fcntl: every close of the file releases the locks of the process";
        "locked-file-is-busy" FalseError entry [is(0, 4), On(0, Regular)] [fail(EBUSY)]
            "close: deallocates the descriptor";
        "open-file-locks-lost" StateKept for "flock" entry [is(0, 5), On(0, Regular)]
            exit [OK] [ThenEach(SYS_flock as u16, &[N(LOCK_UN as i64)])]
            "flock(2): the lock ends with the last descriptor of the open file";
    }
}
