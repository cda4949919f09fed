//! Faults in the execution of programs.

use crate::table::prelude::*;

/// A `struct sigaction` of the default action, or a `struct itimerval` that disarms.
const ZERO: &[u8] = &[0; 32];

faults! {
    SYS_execve "execve" {
        "returns-zero" FalseSuccess entry [] [skip(0)]
            "exec: there is no return from a successful exec";
        "argument-changed" ArgumentChanged entry [given(1)] [put(behind(1, 8, 0, 1), 0x78)]
            "exec: argv is the list of arguments of the new process image";
        "directory-is-no-program" WrongErrno exit [err(EACCES)] [wrong(ENOEXEC)]
            "EACCES: the new process image file is not a regular file";
        "busy-is-no-permission" WrongErrno exit [err(ETXTBSY)] [wrong(EACCES)]
            "ETXTBSY: the file is open for writing by some process";
        "too-big-is-bad-address" WrongErrno exit [err(E2BIG)] [wrong(EFAULT)]
            "E2BIG: the argument list and environment list are too large";
        "long-name-cut" MissingCheck entry [Named(0, Text::Longest(Gt(255)))]
            [Path(0, PathEdit::Cut(255))]
            "ENAMETOOLONG: a component of the path is longer than NAME_MAX";
        "empty-path-is-directory" MissingCheck entry [path(0, "")] [Path(0, PathEdit::To("."))]
            "ENOENT: path is an empty string";
        "null-environment-refused" FalseError entry [null(2), Named(0, Text::Is("a"))]
            [fail(EFAULT)]
            "execve(2): a null envp is an empty environment";
        "second-thread-refused" FalseError entry [Main(false), IN_CHILD] [fail(EAGAIN)]
            "exec: any thread may execute a program";
        "failure-closes-descriptors" StateKept entry [FirstProcess(true)] exit [err(ENOENT)]
            [Then(SYS_close as u16, &[N(4)]), Then(SYS_close as u16, &[N(5)])]
            "exec: a failed call leaves the process as it was";
        "failure-resets-actions" StateKept entry [FirstProcess(true)] exit [err(ENOENT)]
            [Then(SYS_rt_sigaction as u16, &[N(SIGUSR1 as i64), Bytes(ZERO), N(0), N(8)])]
            "exec: a failed call leaves the process as it was";
        "missing-file-panics" Panic exit [err(ENOENT)] [Panic]
            "ENOENT: a component of path does not name an existing file";
        "unmapped-path-panics" Panic exit [err(EFAULT)] [Panic]
            "EFAULT (Linux): a pointer is outside the accessible address space";
    }
}
