//! Process groups and sessions: `setpgid`, `getpgid`, `getpgrp`, `setsid`, `getsid`, signals to
//! groups, and job control.
//!
//! Children change theirs: the program stays in its group and its session.

use crate::plan::prelude::*;
use crate::plan::routine::FILL_UP;

pub const FAMILY: Family = Family {
    title: "Process groups",
    profile: Profile::Pse54,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const CREATE: i64 = O_WRONLY | O_CREAT;
const DEFAULT: [u8; 32] = four(SIG_DFL, 0, 0, 0);
const STOPS: [u8; 8] = sigset(&[SIGTSTP, SIGCONT]);
const INT_MAX: i64 = 0x7fff_ffff;
/// A number whose low 32 bits are 0.
const ABOVE: i64 = 1 << 40;

const POSITIVE: Table = rows! {
    // The ids of the program and of a child.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    GETPID()                           => Keep(PID2);
    GETPGID(0)                         => Keep(A), "own process";
    GETPGID(*PID2)                     => Is(*A), "own process by its id";
    #[only(x86_64)]
    GETPGRP()                          => Is(*A), "own process";
    GETSID(0)                          => Keep(B), "own process";
    GETSID(*PID2)                      => Is(*B), "own process by its id";
    CHILD(0)                           => Keep(PID);
    GETPGID(0)                         => Is(*A);
    GETPGID(-1)                        => Err(ESRCH);
    PARENT();
    REAP(*PID)                         => Is(0), "getpgid: child has its parent's";
    CHILD(0)                           => Keep(PID);
    GETSID(0)                          => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "getsid: child has its parent's";
    CHILD(0)                           => Keep(PID);
    GETPID()                           => Keep(C);
    SETPGID(0, 0)                      => Is(0);
    GETPGID(0)                         => Is(*C);
    GETSID(0)                          => Is(*B);
    PARENT();
    REAP(*PID)                         => Is(0), "setpgid: to a group of its own";
    CHILD(0)                           => Keep(PID);
    GETPID()                           => Keep(C);
    SETSID()                           => Is(*C);
    GETSID(0)                          => Is(*C);
    PARENT();
    REAP(*PID)                         => Is(0), "setsid: to a session of its own";
    CHILD(0)                           => Keep(PID);
    SETSID()                           => Keep(C);
    GETPGID(0)                         => Is(*C);
    PARENT();
    REAP(*PID)                         => Is(0), "setsid: to a group of its own";
    CHILD(0)                           => Keep(PID);
    SETSID();
    SETSID()                           => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setsid: by the leader";
    CHILD(0)                           => Keep(PID);
    SETSID();
    SETPGID(0, 0)                      => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setpgid: by the leader of a session";
    CHILD(0)                           => Keep(PID);
    SETSID();
    SETPGID(0, *A)                     => Err(EPERM);
    PARENT();
    REAP(*PID)                         => Is(0), "setpgid: to a group of another session";

    // A group of two children. (STATUS2 is the negative id of the group. A result from -4095 to -1
    // would be an error: its 32 bits are those of a larger number less the id.)
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    MINUS(ABOVE, *PID)                 => Keep(STATUS2);
    WAIT4(*STATUS2, 0, WNOHANG, 0)     => Err(ECHILD), "process group without a child";
    GETPGID(0)                         => Keep(A);
    SETPGID(*PID, INT_MAX)             => Err(EPERM), "group that does not exist";
    SETPGID(*PID, *PID)                => Is(0), "child to a group of its own";
    GETPGID(*PID)                      => Is(*PID), "group of a child";
    GETPGID(0)                         => Is(*A), "setpgid: of a child";
    WAIT4(0, 0, WNOHANG, 0)            => Err(ECHILD), "child in another group";
    WAIT4(*STATUS2, 0, WNOHANG, 0)     => Is(0), "child in that group";
    CHILD(0)                           => Keep(PID2);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    SETPGID(*PID2, *PID)               => Is(0), "child to the group of another";
    GETPGID(*PID2)                     => Is(*PID);
    KILL(*STATUS2, 0)                  => Is(0), "process group";
    KILL(*STATUS2, SIGKILL)            => Is(0), "SIGKILL to a process group";
    WAITID(P_PGID, *PID, &INFO, WEXITED, 0) => Is(0), "child in that group";
    WAIT4(-1, 0, 0, 0)                 => AtLeast(1), "kill: second process of a group";
    KILL(*STATUS2, 0)                  => Err(ESRCH), "process group that has ended";

    // A child in another session.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                           => Keep(PID);
    SETSID();
    WRITE(*WR2, [*b"h"], 1);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    READ(*RD2, &BUF, 1)                => Is(1);
    GETSID(*PID)                       => Is(*PID), "session of a child";
    SETPGID(*PID, *PID)                => Err(EPERM), "child that leads a session";
    KILL(*PID, SIGKILL);
    REAP(*PID)                         => Is(256 + SIGKILL);

    // Job control. A group whose parents are in other sessions is not stopped, nor is one whose
    // parent is the first process of the system, which this program may be.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    CHILD(0)                           => Keep(PID2);
    SETPGID(0, 0);
    RT_SIGACTION(SIGTSTP, [DEFAULT], 0, SIGSET_SIZE);
    KILL(*SELF, SIGTSTP);
    PARENT();
    WAIT4(*PID2, &STATUS, WUNTRACED, 0) => Is(*PID2);
    GET32(&STATUS)                     => Is(SIGTSTP << 8 | 0x7f);
    KILL(*PID2, SIGCONT);
    REAP(*PID2)                        => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "kill: SIGTSTP stops a child";
    CHILD(0)                           => Keep(PID);
    SETSID();
    RT_SIGACTION(SIGTSTP, [DEFAULT], 0, SIGSET_SIZE);
    KILL(*SELF, SIGTSTP);
    PARENT();
    REAP(*PID)                         => Is(0), "kill: SIGTSTP in an orphaned group";
    CHILD(0)                           => Keep(PID);
    SETPGID(0, 0);
    RT_SIGACTION(SIGTSTP, [DEFAULT], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_BLOCK, [STOPS], 0, SIGSET_SIZE);
    KILL(*SELF, SIGTSTP);
    KILL(*SELF, SIGCONT);
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(1 << (SIGCONT - 1));
    PARENT();
    REAP(*PID)                         => Is(0), "kill: pending SIGTSTP and SIGCONT";
    CHILD(0)                           => Keep(PID);
    SETPGID(0, 0);
    CATCH(SIGCONT, 0, 0)               => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [STOPS], 0, SIGSET_SIZE);
    KILL(*SELF, SIGCONT);
    KILL(*SELF, SIGTSTP);
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(1 << (SIGTSTP - 1));
    PARENT();
    REAP(*PID)                         => Is(0), "kill: pending SIGCONT and SIGTSTP";

    // A program that waits to write its report. Descriptors that are closed tell that it runs,
    // and a byte that it does not.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, O_CLOEXEC);
    FILL_UP(*WR)                       => AtLeast(1);
    FCNTL(*WR, F_SETFL, 0);
    PAIR(&ARGV, [*b"x\0"], 0);
    CHILD(0)                           => Keep(PID);
    EXECVE([*b"a\0"], &ARGV, &ARGV + 8) => AtLeast(-4095);
    WRITE(*WR2, [*b"h"], 1);
    PARENT();
    CLOSE(*WR2);
    READ(*RD2, &BUF, 1)                => Is(0), "execve: FD_CLOEXEC";
    COUNT(&BUF, POISON, 1)             => Is(1);
    RETRY();
    SETPGID(*PID, *PID)                => Err(EACCES), "child after execve";
    OPENAT(AT_FDCWD, [*b"a\0"], O_WRONLY, 0) => Err(ETXTBSY), "program that runs";
    KILL(*PID, SIGKILL);
    REAP(*PID)                         => Is(256 + SIGKILL);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    GETSID(-1)                         => Err(ESRCH), "process -1";
    GETSID(INT_MAX)                    => Err(ESRCH), "process that does not exist";
    SETPGID(INT_MAX, 0)                => Err(ESRCH), "process that does not exist";
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    PARENT();
    SETPGID(*PID, -1)                  => Err(EINVAL), "group -1";
    REAP(*PID);
    KILL(-INT_MAX, 0)                  => Err(ESRCH), "process group that does not exist";
};

const BOUNDARY: Table = rows! {};
