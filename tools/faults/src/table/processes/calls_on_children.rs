//! Faults of calls on processes, across the families: creation, ends, groups and programs.

use crate::table::prelude::*;

/// A `struct sigaction` of the default action, or a `struct itimerval` of 0.
const ZERO: &[u8] = &[0; 32];

faults! {
    SYS_clone "clone" {
        "child-in-the-root" StateKept
            entry [lacks(0, CLONE_VM)]
            exit [SOME] [InChild(&[Then(SYS_chdir as u16, &[Bytes(b"/\0")])])]
            "fork: the child has the parent's current directory";
        "child-mask-of-files-lost" StateKept
            entry [lacks(0, CLONE_VM)] exit [SOME] [InChild(&[Then(SYS_umask as u16, &[N(0)])])]
            "fork: the child has the parent's file mode creation mask";
        "child-loses-close-on-exec" StateKept
            entry [lacks(0, CLONE_VM)]
            exit [SOME] [InChild(&[ThenEach(SYS_fcntl as u16, &[N(F_SETFD as i64), N(0)])])]
            "fork: the child's descriptors have the flags of the parent's";
        "child-in-its-own-group" StateKept
            entry [lacks(0, CLONE_VM)]
            exit [SOME] [InChild(&[Then(SYS_setpgid as u16, &[N(0), N(0)])])]
            "fork: the child is in the parent's process group";
        "child-in-its-own-session" StateKept
            entry [lacks(0, CLONE_VM)] exit [SOME] [InChild(&[Then(SYS_setsid as u16, &[])])]
            "fork: the child is in the parent's session";
        "child-nice-value-reset" StateKept
            entry [lacks(0, CLONE_VM)]
            exit [SOME] [InChild(&[Then(SYS_setpriority as u16, &[N(0), N(0), N(3)])])]
            "fork: the child has the parent's nice value";
        "child-handlers-lost" StateKept
            entry [lacks(0, CLONE_VM), Handled(SIGUSR1, true)]
            exit [SOME]
            [InChild(&[Then(SYS_rt_sigaction as u16, &[N(SIGUSR1 as i64), Bytes(ZERO), N(0),
            N(8)])])]
            "fork: the child inherits the actions of signals";
        "parent-id-not-written" FlagDropped
            entry [has(0, CLONE_PARENT_SETTID)] [drop(0, CLONE_PARENT_SETTID)]
            "CLONE_PARENT_SETTID: the id is stored in the parent's memory";
        "child-id-not-written" FlagDropped
            entry [has(0, CLONE_CHILD_SETTID)] [drop(0, CLONE_CHILD_SETTID)]
            "CLONE_CHILD_SETTID: the id is stored in the child's memory";
        "descriptors-not-shared" FlagDropped
            entry [has(0, CLONE_FILES), lacks(0, CLONE_VM)] [drop(0, CLONE_FILES)]
            "CLONE_FILES: the processes share the table of descriptors";
        "directory-not-shared" FlagDropped
            entry [has(0, CLONE_FS), lacks(0, CLONE_VM)] [drop(0, CLONE_FS)]
            "CLONE_FS: the processes share directory and umask";
        "parent-flag-dropped" FlagDropped entry [has(0, CLONE_PARENT)] [drop(0, CLONE_PARENT)]
            "CLONE_PARENT: the parent is that of the caller";
        "vfork-flag-dropped" FlagDropped entry [has(0, CLONE_VFORK)] [drop(0, CLONE_VFORK)]
            "CLONE_VFORK: the caller waits until the child has ended";
        "exit-signal-always-sigchld" ArgumentChanged
            entry [lacks(0, CLONE_VM)] [Arg(0, And(!0xff)), add(0, SIGCHLD)]
            "clone(2): the low byte of the flags is the signal at the end";
        "sighand-without-memory-succeeds" MissingCheck
            entry [has(0, CLONE_SIGHAND), lacks(0, CLONE_VM)] [drop(0, CLONE_SIGHAND)]
            "EINVAL (Linux): CLONE_SIGHAND without CLONE_VM";
    }
    SYS_fork "fork" {
        "child-gets-its-own-id" ResultAltered exit [SOME] [InChild(&[Ret(Set(Own(Id::Process)))])]
            "fork: returns 0 to the child process";
    }
    SYS_wait4 "wait4" {
        "untraced-dropped" FlagDropped entry [has(2, WUNTRACED)] [drop(2, WUNTRACED)]
            "WUNTRACED: the status of stopped children is reported";
        "continued-dropped" FlagDropped entry [has(2, WCONTINUED)] [drop(2, WCONTINUED)]
            "WCONTINUED: the status of continued children is reported";
        "reports-stops-unasked" MissingCheck entry [lacks(2, WUNTRACED)] [add(2, WUNTRACED)]
            "waitpid: stopped children are reported with WUNTRACED alone";
        "stop-signal-lost" ResultAltered
            entry [given(1)]
            exit [SOME, After(word(1, 0), Bits(0xff, 0x7f))] [Out(word(1, 0), And(0xff))]
            "WSTOPSIG: the signal that stopped the child";
        "end-signal-lost" ResultAltered
            entry [given(1)] exit [SOME, After(word(1, 0), Any(0x7f))] [Out(word(1, 0), And(!0x7f))]
            "WIFSIGNALED: the status of a child that a signal ended";
        "options-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the options argument is not valid";
        "group-is-any" ArgumentChanged entry [below(0, -1)] [arg(0, -1)]
            "waitpid: below -1, a child of the process group of the absolute value";
        "own-group-is-any" ArgumentChanged entry [is(0, 0)] [arg(0, -1)]
            "waitpid: 0 is a child in the process group of the caller";
        "any-is-own-group" ArgumentChanged entry [is(0, -1)] [arg(0, 0)]
            "waitpid: -1 is any child";
        "usage-not-written" ResultAltered entry [given(3)] exit [SOME] [keep(3, 0, 144)]
            "wait4(2): the usage of the child is stored";
        "clone-children-too" FlagDropped entry [lacks(2, 0x4000_0000)] [add(2, 0x4000_0000)]
            "wait4(2): clone children are reported with __WALL alone";
        "interrupted-restarts" StateKept exit [Interrupted] [Ret(Set(N(-513)))]
            "EINTR: a signal was caught";
    }
    SYS_waitid "waitid" {
        "no-wait-dropped" FlagDropped entry [has(3, WNOWAIT)] [drop(3, WNOWAIT)]
            "WNOWAIT: the child stays in a state to wait for";
        "process-lost" ResultAltered entry [given(2)] exit [OK] [out(word(2, 16), 0)]
            "waitid: si_pid is the process id of the child";
        "user-lost" ResultAltered entry [given(2)] exit [OK] [Out(word(2, 20), Xor(1))]
            "waitid: si_uid is the user id of the child";
        "status-lost" ResultAltered entry [given(2)] exit [OK] [out(word(2, 24), 0)]
            "waitid: si_status is the exit status or the signal";
        "signal-number-lost" ResultAltered entry [given(2)] exit [OK] [out(word(2, 0), 0)]
            "waitid: si_signo is SIGCHLD";
        "no-child-leaves-garbage" ResultAltered
            entry [has(3, WNOHANG), given(2)]
            exit [OK, After(word(2, 0), Eq(0))] [out(word(2, 16), 1)]
            "waitid: si_pid is 0 where no child has changed";
        "kind-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: idtype or options are not valid";
        "killed-is-dumped" ResultAltered
            entry [given(2)]
            exit [OK, After(word(2, 8), Eq(CLD_KILLED as i64))] [out(word(2, 8), CLD_DUMPED as i64)]
            "waitid: CLD_KILLED without a core file";
        "no-child-succeeds" FalseSuccess exit [err(ECHILD)] [ret(0)]
            "ECHILD: the process has no children to wait for";
        "no-hang-blocks" FlagDropped entry [has(3, WNOHANG)] [drop(3, WNOHANG)]
            "WNOHANG: waitid does not suspend the thread";
        "stops-not-reported" FlagDropped entry [has(3, WSTOPPED)] [drop(3, WSTOPPED)]
            "WSTOPPED: the status of stopped children is reported";
    }
    SYS_exit "exit" {
        "ends-the-process" ArgumentChanged entry [] [Become(SYS_exit_group as u16, &[A(0)])]
            "exit(2): ends the calling thread";
        "status-cut-to-7-bits" ArgumentChanged entry [] [Arg(0, And(0x7f))]
            "exit: the low 8 bits of status are available to the parent";
    }
    SYS_exit_group "exit_group" {
        "sigchld-code-changed" ResultAltered
            signal [Signo(Eq(SIGCHLD as i64)), Code(Eq(CLD_EXITED as i64))]
            [Info(8, Set(CLD_KILLED as i64))]
            "si_code of SIGCHLD is CLD_EXITED for a child that ended";
        "sigchld-status-lost" ResultAltered signal [Signo(Eq(SIGCHLD as i64))] [Info(24, Set(0))]
            "si_status of SIGCHLD is the exit status or the signal";
        "sigchld-sender-lost" ResultAltered signal [Signo(Eq(SIGCHLD as i64))] [Info(16, Set(1))]
            "si_pid of SIGCHLD is the process id of the child";
    }
    SYS_kill "kill" {
        "stop-ignored" FalseSuccess entry [is(1, SIGSTOP)] [skip(0)]
            "SIGSTOP: stops the process";
        "continue-ignored" FalseSuccess entry [is(1, SIGCONT)] [skip(0)]
            "SIGCONT: continues the process";
        "group-is-its-leader" ArgumentChanged entry [below(0, -1)] [Arg(0, Neg)]
            "kill: below -1, every process of the process group";
        "group-missing-succeeds" FalseSuccess entry [below(0, 0)] exit [err(ESRCH)] [ret(0)]
            "ESRCH: no process group has that id";
        "stop-sends-no-sigchld" StateKept
            signal [Signo(Eq(SIGCHLD as i64)), Code(Eq(CLD_STOPPED as i64))] [Drop]
            "SIGCHLD: a child has stopped";
    }
    SYS_rt_sigaction "rt_sigaction" {
        "no-child-stop-dropped" FlagDropped entry [is(0, SIGCHLD), given(1)] [unput(long(1, 8), 1)]
            "SA_NOCLDSTOP: no SIGCHLD where a child stops";
        "no-child-wait-dropped" FlagDropped entry [is(0, SIGCHLD), given(1)] [unput(long(1, 8), 2)]
            "SA_NOCLDWAIT: children leave no status";
        "ignored-children-leave-status" StateKept
            entry [is(0, SIGCHLD), given(1), Mem(long(1, 0), Eq(1))] [put(long(1, 0), 0)]
            "SIG_IGN of SIGCHLD: children leave no status";
        "on-stack-dropped" FlagDropped entry [given(1)] [unput(long(1, 8), 0x0800_0000)]
            "SA_ONSTACK: the handler runs on the alternate stack";
        "fault-address-lost" ResultAltered
            signal [Signo(Eq(SIGSEGV as i64)), Code(Gt(0))] [Info(16, Set(0))]
            "si_addr of SIGSEGV is the address of the reference";
        "fault-code-swapped" ResultAltered
            signal [Signo(Eq(SIGSEGV as i64)), Code(Gt(0))] [Info(8, Xor(3))]
            "si_code of SIGSEGV tells unmapped memory from protection";
        "division-code-lost" ResultAltered signal [Signo(Eq(SIGFPE as i64))] [Info(8, Set(2))]
            "si_code of SIGFPE is FPE_INTDIV for a division by 0";
        "instruction-code-lost" ResultAltered signal [Signo(Eq(SIGILL as i64))] [Info(8, Set(0))]
            "si_code of SIGILL is above 0";
        "breakpoint-code-lost" ResultAltered signal [Signo(Eq(SIGTRAP as i64))] [Info(8, Set(0))]
            "si_code of SIGTRAP is that of a breakpoint";
        "division-is-a-load" ArgumentChanged signal [Signo(Eq(SIGFPE as i64))] [Deliver(SIGSEGV)]
            "SIGFPE: erroneous arithmetic operation";
        "undefined-is-a-load" ArgumentChanged signal [Signo(Eq(SIGILL as i64))] [Deliver(SIGSEGV)]
            "SIGILL: illegal instruction";
    }
    SYS_setpgid "setpgid" {
        "does-nothing" FalseSuccess entry [] [skip(0)]
            "setpgid: the process joins the group";
        "missing-succeeds" FalseSuccess exit [err(ESRCH)] [ret(0)]
            "ESRCH: pid is neither the caller nor a child of it";
        "negative-succeeds" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: the value of pgid is less than 0";
        "after-exec-succeeds" FalseSuccess exit [err(EACCES)] [ret(0)]
            "EACCES: the child has executed a program";
        "child-is-the-caller" ArgumentChanged entry [above(0, 0)] [arg(0, 0)]
            "setpgid: pid names the process";
    }
    SYS_getpgid "getpgid" {
        "child-is-the-caller" ArgumentChanged entry [above(0, 0)] [arg(0, 0)]
            "getpgid: returns the group of the process pid";
        "missing-succeeds" FalseSuccess exit [err(ESRCH)] [ret(1)]
            "ESRCH: there is no process of that id";
    }
    SYS_getsid "getsid" {
        "child-is-the-caller" ArgumentChanged entry [above(0, 0)] [arg(0, 0)]
            "getsid: returns the session of the process pid";
        "missing-succeeds" FalseSuccess exit [err(ESRCH)] [ret(1)]
            "ESRCH: there is no process of that id";
    }
    SYS_setsid "setsid" {
        "does-nothing" FalseSuccess entry [] [Skip(Own(Id::Process))]
            "setsid: creates a new session";
        "leader-succeeds" FalseSuccess exit [err(EPERM)] [Ret(Set(Own(Id::Process)))]
            "EPERM: the caller is the leader of a process group";
    }
    SYS_execve "execve" {
        "second-argument-lost" ArgumentChanged entry [given(1)] [put(long(1, 8), 0)]
            "exec: argv is the list of arguments";
        "missing-is-no-permission" WrongErrno exit [err(ENOENT)] [wrong(EACCES)]
            "ENOENT: a component of the path does not name an existing file";
        "no-permission-is-missing" WrongErrno exit [err(EACCES)] [wrong(ENOENT)]
            "EACCES: the file may not be executed";
        "format-is-invalid" WrongErrno exit [err(ENOEXEC)] [wrong(EINVAL)]
            "ENOEXEC: the file has no recognized format";
        "below-a-file-is-missing" WrongErrno exit [err(ENOTDIR)] [wrong(ENOENT)]
            "ENOTDIR: a component of the path prefix is no directory";
        "long-name-is-missing" WrongErrno exit [err(ENAMETOOLONG)] [wrong(ENOENT)]
            "ENAMETOOLONG: a component of the path is longer than NAME_MAX";
        "interval-timer-stopped" StateKept
            exit [Got(Eq(0))] [Then(SYS_setitimer as u16, &[N(0), Bytes(ZERO), N(0)])]
            "exec: the time left of an alarm is kept";
        "directory-lost" StateKept exit [Got(Eq(0))] [Then(SYS_chdir as u16, &[Bytes(b"/\0")])]
            "exec: the current directory is kept";
    }
    SYS_sigaltstack "sigaltstack" {
        "does-nothing" FalseSuccess entry [given(0)] [skip(0)]
            "sigaltstack: defines the alternate stack";
        "size-unchecked" MissingCheck exit [err(ENOMEM)] [ret(0)]
            "ENOMEM: the size is below MINSIGSTKSZ";
        "flags-unchecked" MissingCheck exit [err(EINVAL)] [ret(0)]
            "EINVAL: a flag other than SS_DISABLE is set";
        "old-not-written" ResultAltered entry [given(1)] exit [OK] [keep(1, 0, 24)]
            "sigaltstack: the old stack is stored";
        "in-use-lost" ResultAltered
            entry [given(1)] exit [OK] [clear(word(1, 8), SS_ONSTACK as i64)]
            "SS_ONSTACK: a process runs on the stack";
        "disable-dropped" FlagDropped entry [given(0), Mem(word(0, 8), Has(2))] [skip(0)]
            "SS_DISABLE: the stack is disabled";
    }
}
