//! Faults in the creation of children and in the wait for them.

use crate::table::prelude::*;

/// A `struct sigaction` that ignores a signal.
const IGNORE: &[u8] = &[
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

faults! {
    SYS_wait4 "wait4" {
        "no-child-is-no-process" WrongErrno exit [err(ECHILD)] [wrong(ESRCH)]
            "ECHILD: the process has no children to wait for";
        "no-child-succeeds" FalseSuccess exit [err(ECHILD)] [ret(0)]
            "ECHILD: the process has no children to wait for";
        "status-lost" ResultAltered entry [given(1)] exit [SOME] [out(word(1, 0), 0)]
            "wait: the status says how the child ended";
        "children-all-one" ArgumentChanged entry [above(0, 0)] [arg(0, -1)]
            "waitpid: a positive pid chooses the child with that process id";
        "never-returns" Hang entry [lacks(2, WNOHANG)] [Block]
            "wait: returns where the status of a child is available";
    }
    SYS_clone "clone" {
        "zero-for-the-parent" ResultAltered entry [lacks(0, CLONE_VM)] exit [SOME] [ret(0)]
            "fork: returns the process id of the child to the parent";
        "child-gets-its-own-id" ResultAltered entry [lacks(0, CLONE_VM)] exit [SOME]
            [InChild(&[Ret(Set(Own(Id::Process)))])]
            "fork: returns 0 to the child process";
        "child-mask-empty" StateKept entry [lacks(0, CLONE_VM)] exit [SOME]
            [InChild(&[Mask(Without(!0))])]
            "fork: the child inherits the signal mask";
        "child-without-descriptors" StateKept entry [lacks(0, CLONE_VM)] exit [SOME]
            [InChild(&[ThenEach(SYS_close as u16, &[])])]
            "fork: the child has its own copy of the parent's file descriptors";
        "child-has-its-own-offsets" StateKept entry [lacks(0, CLONE_VM)] exit [SOME]
            [InChild(&[Reopen(None)])]
            "fork: each descriptor refers to the same open file description as the parent's";
        "child-ignores-sigusr1" StateKept
            entry [lacks(0, CLONE_VM), Handled(SIGUSR1, true)] exit [SOME]
            [InChild(&[Then(SYS_rt_sigaction as u16,
                &[N(SIGUSR1 as i64), Bytes(IGNORE), N(0), N(8)])])]
            "fork: the child inherits the dispositions of signals";
    }
    SYS_execve "execve" {
        "close-on-exec-ignored" FlagDropped entry []
            [FirstEach(SYS_fcntl as u16, &[N(F_SETFD as i64), N(0)])]
            "exec: descriptors with FD_CLOEXEC are closed in the new process image";
        "environment-lost" ArgumentChanged entry [given(2)] [arg(2, 0)]
            "exec: envp is the environment of the new process image";
        "mask-lost" StateKept exit [Got(Eq(0))] [Mask(Without(!0))]
            "exec: the signal mask is unchanged";
    }
    SYS_getppid "getppid" {
        "child-of-itself" ResultAltered entry [IN_CHILD] exit [OK] [Ret(Set(Own(Id::Process)))]
            "getppid: returns the parent process ID";
    }
}
