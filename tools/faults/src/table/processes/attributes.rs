//! Faults in users, times, usage, priorities, names and `prctl`.

use crate::table::prelude::*;

faults! {
    SYS_uname "uname" {
        "unmapped-result-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the buffer is not valid";
    }
    SYS_getuid "getuid" {
        "second-thread-is-another" ResultAltered entry [Main(false)] [skip(12345)]
            "getuid: returns the real user ID of the calling process";
    }
    SYS_setuid "setuid" {
        "minus-one-accepted" MissingCheck entry [is(0, -1)] [skip(0)]
            "EINVAL: the value of uid is invalid";
        "always-refused" FalseError entry [] [fail(EPERM)]
            "setuid: any process may set its own user ID";
        "real-id-kept" StateKept entry [] [Become(SYS_setresuid as u16, &[N(-1), A(0), N(-1)])]
            "setuid: with privileges the real and saved ids are set too";
    }
    SYS_setgid "setgid" {
        "minus-one-accepted" MissingCheck entry [is(0, -1)] [skip(0)]
            "EINVAL: the value of gid is invalid";
        "always-refused" FalseError entry [] [fail(EPERM)]
            "setgid: any process may set its own group ID";
    }
    SYS_times "times" {
        "in-nanoseconds" ResultAltered entry [given(0)] exit [OK] [Out(long(0, 0), Add(SECOND))]
            "times: the times are in clock ticks";
        "null-refused" FalseError entry [null(0)] [fail(EFAULT)]
            "times(2): a null pointer is permitted";
        "writes-behind" ResultAltered entry [given(0)] exit [OK] [fill(0, 32, 8, 0)]
            "times(2): four times are stored, nothing after them";
        "unmapped-result-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: the buffer is not valid";
    }
    SYS_getrusage "getrusage" {
        "writes-behind" ResultAltered exit [OK] [fill(1, 144, 16, 0)]
            "getrusage(2): 144 bytes are stored, nothing after them";
        "thread-unsupported" FalseError entry [is(0, 1)] [fail(EINVAL)]
            "RUSAGE_THREAD: the usage of the calling thread";
        "children-inherited" StateKept entry [is(0, -1), IN_CHILD] exit [OK] [out(long(1, 8), 5)]
            "getrusage: RUSAGE_CHILDREN counts children that were waited for";
    }
    SYS_getpriority "getpriority" {
        "returns-the-nice-value" ResultAltered exit [OK] [Ret(Add(-20))]
            "getpriority(2): the system call returns 20 less the nice value";
        "missing-process-is-the-caller" MissingCheck entry [above(1, 0)] [arg(1, 0)]
            "ESRCH: no process can be found";
        "unknown-is-process" MissingCheck entry [above(0, 2)] [arg(0, 0)]
            "EINVAL: the value of which is not recognized";
    }
    SYS_setpriority "setpriority" {
        "permission-unchecked" MissingCheck exit [err(EACCES)] [ret(0)]
            "EACCES: a lower nice value needs privileges";
    }
    SYS_umask "umask" {
        "returns-the-new" ResultAltered exit [OK] [Ret(Set(A(0)))]
            "umask: returns the previous value of the mask";
    }
    SYS_getgroups "getgroups" {
        "negative-size-accepted" MissingCheck entry [below(0, 0)] [skip(0)]
            "EINVAL: the size is less than the number of groups";
    }
    SYS_prctl "prctl" {
        "new-privileges-cleared" MissingCheck entry [is(0, PR_SET_NO_NEW_PRIVS), Reg(1, Eq(0))]
            [skip(0)]
            "EINVAL: PR_SET_NO_NEW_PRIVS with a value other than 1";
        "parent-signal-unwritten" ResultAltered entry [is(0, PR_GET_PDEATHSIG)] exit [OK]
            [keep(1, 0, 4)]
            "PR_GET_PDEATHSIG: the signal is stored";
        "parent-signal-unchecked" MissingCheck entry [is(0, PR_SET_PDEATHSIG)] exit [err(EINVAL)]
            [ret(0)]
            "EINVAL: the signal is not valid";
    }
    SYS_getresuid "getresuid" {
        "effective-unwritten" ResultAltered exit [OK] [keep(1, 0, 4)]
            "getresuid(2): the effective id is stored second";
        "unmapped-result-succeeds" MissingCheck exit [err(EFAULT)] [ret(0)]
            "EFAULT: an address is outside the address space";
    }
    SYS_setresuid "setresuid" {
        "minus-one-refused" FalseError entry [is(0, -1), is(1, -1)] [fail(EINVAL)]
            "setresuid(2): -1 leaves an id unchanged";
        "saved-id-changed" StateKept entry [is(0, -1), is(2, -1), isnt(1, -1)]
            [Arg(0, Set(A(1))), Arg(2, Set(A(1)))]
            "setresuid(2): -1 leaves an id unchanged";
    }
}
