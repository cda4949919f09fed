//! Child processes: `clone`, `fork`, `wait4`, `waitid`, `exit`, and SIGCHLD.
//!
//! Each script installs a handler for SIGCHLD: where the signal was ignored at the start, children
//! would leave no status.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Child processes",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const INFO_RESTART: i64 = SA_SIGINFO | SA_RESTART;
const DEFAULT: [u8; 32] = four(SIG_DFL, 0, 0, 0);
const IGNORE: [u8; 32] = four(SIG_IGN, 0, 0, 0);
const TEN_MS: [u8; 16] = timespec(0, 10_000_000);
/// A timer that expires every half millisecond.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(500_000, 500_000);
const INT_MIN: i64 = -0x8000_0000;
/// No option of wait4(2) and waitid(2).
const UNKNOWN: i64 = 0x40;

const POSITIVE: Table = rows! {
    // The ids of a child.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    PIPE2(&FDS, 0);
    GETPID()                           => Keep(A);
    CHILD(0)                           => Keep(PID), "clone: makes a child";
    GETPID()                           => Keep(WORD);
    WRITE(*WR, &WORD, 4);
    PARENT();
    REAP(*PID)                         => Is(0);
    READ(*RD, &WORD, 4)                => Is(4);
    GET32(&WORD)                       => Is(*PID), "clone: result is the child's id";
    CHILD(0)                           => Keep(PID);
    GETPPID()                          => Is(*A);
    PARENT();
    REAP(*PID)                         => Is(0), "getppid: child of clone";
    CHILD(0)                           => Keep(PID);
    GETPID()                           => Keep(A);
    GETTID()                           => Is(*A);
    PARENT();
    REAP(*PID)                         => Is(0), "gettid: first thread of a child";
    CHILD(0)                           => Keep(PID);
    GET32(&PID)                        => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: 0 in the child";
    #[only(x86_64)]
    CHILD(BY_FORK)                     => Keep(PID), "fork: makes a child";
    #[only(x86_64)]
    GETPPID()                          => Is(*A);
    #[only(x86_64)]
    GET32(&PID)                        => Is(0);
    #[only(x86_64)]
    PARENT();
    #[only(x86_64)]
    REAP(*PID)                         => Is(0), "fork: child has its parent";

    // The end of a child, which is looked at and then waited for.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    GETUID()                           => Keep(A);
    CHILD(0)                           => Keep(PID);
    EXIT(7);
    PARENT();
    WAITID(P_PID, *PID, &INFO, WEXITED | WNOWAIT, 0) => Is(0), "child that has ended";
    GET32(&INFO)                       => Is(SIGCHLD), "waitid: si_signo";
    GET32(&INFO + SI_CODE)             => Is(CLD_EXITED), "waitid: si_code of an exit";
    GET32(&INFO + SI_PID)              => Is(*PID), "waitid: si_pid";
    GET32(&INFO + SI_UID)              => Is(*A), "waitid: si_uid";
    GET32(&INFO + SI_STATUS)           => Is(7), "waitid: si_status of an exit";
    RETRY();
    GET32(&CAUGHT_INFO + SI_CODE)      => Is(CLD_EXITED), "exit: si_code of SIGCHLD";
    GET32(&CAUGHT_INFO + SI_STATUS)    => Is(7), "exit: si_status of SIGCHLD";
    GET32(&CAUGHT_INFO + SI_UID)       => Is(*A), "exit: si_uid of SIGCHLD";
    WAIT4(*PID, &STATUS, 0, &USAGE)    => Is(*PID), "child that WNOWAIT left";
    GET32(&STATUS)                     => Is(7 << 8), "exit: status 7";
    GET64(&USAGE + RU_STIME)           => AtMost(999), "wait4: time of a child";
    COUNT(&USAGE + RUSAGE_SIZE, POISON, 16)
        => Is(16), "wait4: nothing is written behind the result";
    KILL(*PID, 0)                      => Err(ESRCH), "child that was waited for";
    WAIT4(*PID, 0, 0, 0)               => Err(ECHILD), "child that was waited for";

    // A child that lives, and is killed.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    WAIT4(*PID, 0, WNOHANG, 0)         => Is(0), "WNOHANG while the child lives";
    WAITID(P_PID, *PID, &INFO, WEXITED | WNOHANG, 0) => Is(0), "WNOHANG while the child lives";
    GET32(&INFO)                       => Is(0), "waitid: no child, si_signo is 0";
    GET32(&INFO + SI_PID)              => Is(0), "waitid: no child, si_pid is 0";
    KILL(*PID, SIGKILL);
    WAITID(P_PID, *PID, &INFO, WEXITED, 0) => Is(0), "killed child";
    GET32(&INFO + SI_CODE)             => Is(CLD_KILLED), "waitid: si_code of a killed child";
    GET32(&INFO + SI_STATUS)           => Is(SIGKILL), "waitid: si_status of a killed child";
    RETRY();
    GET32(&CAUGHT_INFO + SI_CODE)      => Is(CLD_KILLED), "kill: si_code of SIGCHLD";
    GET32(&CAUGHT_INFO + SI_PID)       => Is(*PID);
    WAITID(P_PID, *PID, &INFO, WEXITED, 0) => Err(ECHILD), "child that was waited for";

    // Default actions. The child names its own id: the parent has not asked for its own.
    FRESH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    CHILD(0)                           => Keep(PID);
    RT_SIGACTION(SIGTERM, [DEFAULT], 0, SIGSET_SIZE);
    KILL(*SELF, SIGTERM);
    PARENT();
    REAP(*PID)                         => Is(256 + SIGTERM), "kill: SIGTERM ends a child";
    // A mask cannot block it.
    CHILD(0)                           => Keep(PID);
    RT_SIGPROCMASK(SIG_BLOCK, [[0xff; 8]], 0, SIGSET_SIZE);
    KILL(*SELF, SIGKILL);
    PARENT();
    REAP(*PID)                         => Is(256 + SIGKILL), "kill: SIGKILL cannot be blocked";

    // A child is stopped and goes on.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    KILL(*PID, SIGSTOP);
    WAITID(P_PID, *PID, &INFO, WSTOPPED | WNOWAIT, 0) => Is(0), "stopped child";
    GET32(&INFO + SI_CODE)             => Is(CLD_STOPPED), "waitid: si_code of a stopped child";
    GET32(&INFO + SI_STATUS)           => Is(SIGSTOP), "waitid: si_status of a stopped child";
    RETRY();
    GET32(&CAUGHT_INFO + SI_CODE)
        => Is(CLD_STOPPED), "kill: si_code of a stopped child's SIGCHLD";
    WAIT4(*PID, 0, WNOHANG, 0)         => Is(0), "stopped child without WUNTRACED";
    WAIT4(*PID, &STATUS, WUNTRACED, 0) => Is(*PID), "stopped child that WNOWAIT left";
    WAIT4(*PID, 0, WUNTRACED | WNOHANG, 0) => Is(0), "stopped child a second time";
    KILL(*PID, SIGCONT);
    WAITID(P_PID, *PID, &INFO, WCONTINUED | WNOWAIT, 0) => Is(0), "continued child";
    GET32(&INFO + SI_CODE)             => Is(CLD_CONTINUED), "waitid: si_code of a continued child";
    GET32(&INFO + SI_STATUS)           => Is(SIGCONT), "waitid: si_status of a continued child";
    WRITE(*WR, [*b"h"], 1);
    REAP(*PID)                         => Is(0), "kill: SIGCONT lets a stopped child go on";
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART | SA_NOCLDSTOP, 0) => Is(1);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    WRITE(*WR2, &A, 8);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    KILL(*PID, SIGSTOP);
    WAIT4(*PID, 0, WUNTRACED, 0)       => Is(*PID);
    KILL(*PID, SIGCONT);
    // Signals that are reported in spite of the flag come before the byte, one or two.
    WRITE(*WR, [*b"h"], 1);
    READ(*RD2, &A, 8);
    COUNT(&CAUGHT, 0, 4)               => Is(4), "rt_sigaction: SA_NOCLDSTOP, stopped child";
    WAIT4(*PID, &STATUS, WCONTINUED, 0) => Is(*PID), "continued child";
    GET32(&STATUS)                     => Is(0xffff), "wait4: status of a continued child";
    KILL(*PID, SIGKILL);
    REAP(*PID)                         => Is(256 + SIGKILL);
    RETRY();
    COUNT(&CAUGHT, 1, 1)               => Is(1), "rt_sigaction: SA_NOCLDSTOP, killed child";

    // Any child, of two.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    CHILD(0)                           => Keep(PID2);
    EXIT(2);
    PARENT();
    WAITID(P_PID, *PID2, 0, WEXITED | WNOWAIT, 0) => Is(0);
    WAIT4(*PID, 0, WNOHANG, 0)         => Is(0);
    WAIT4(-1, &STATUS, 0, 0)           => Is(*PID2), "any child of two";
    WAIT4(0, 0, WNOHANG, 0)            => Is(0), "own process group";
    WRITE(*WR, [*b"h"], 1);
    WAITID(P_ALL, 0, &INFO, WEXITED, 0) => Is(0), "any child";
    GET32(&INFO + SI_PID)              => Is(*PID), "waitid: any child, si_pid";

    // No status is left for who does not want one.
    FRESH();
    CATCH(SIGCHLD, INFO_RESTART, 0)    => Is(1);
    CHILD(0)                           => Keep(PID);
    RT_SIGACTION(SIGCHLD, [IGNORE], 0, SIGSET_SIZE);
    CHILD(0)                           => Keep(PID2);
    PARENT();
    WAIT4(*PID2, 0, 0, 0)              => Err(ECHILD);
    PARENT();
    REAP(*PID)                         => Is(0), "rt_sigaction: SIG_IGN of SIGCHLD";
    CHILD(0)                           => Keep(PID);
    CATCH(SIGCHLD, SA_RESTART | SA_NOCLDWAIT, 0) => Is(1);
    CHILD(0)                           => Keep(PID2);
    PARENT();
    WAIT4(-1, 0, 0, 0)                 => Err(ECHILD);
    PARENT();
    REAP(*PID)                         => Is(0), "rt_sigaction: SA_NOCLDWAIT";

    // A handler ends a wait, or does not.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    NANOSLEEP([TEN_MS], 0)             => Is(0);
    PARENT();
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    WAIT4(*PID, 0, 0, 0)               => Err(EINTR), "caught signal";
    WAITID(P_PID, *PID, 0, WEXITED, 0) => Err(EINTR), "caught signal";
    CATCH(SIGUSR1, SA_RESTART, 0)      => Is(1);
    WRITE(*WR, [*b"h"], 1);
    WAIT4(*PID, 0, 0, 0)               => Is(*PID), "wait4: goes on with SA_RESTART";

    // Threads and children.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    PARENT();
    LATER(0, 0);
    WAIT4(*PID, 0, 0, 0);
    WRITE(*WR, [*b"h"], 1);
    JOIN(0)                            => Is(*PID), "wait4: child of another thread";
    CHILD(0)                           => Keep(PID);
    LATER(0, 0);
    READ(*RD, &BUF, 1);
    EXIT_GROUP(5);
    PARENT();
    REAP(*PID)                         => Is(5), "exit_group: ends the other threads";
    CHILD(0)                           => Keep(PID);
    LATER(0, 40);
    WRITE(*WR, [*b"h"], 1);
    EXIT(6);
    PARENT();
    CLOSE(*WR);
    // The status is that of the first thread, or of the last one (Linux 5.19).
    REAP(*PID);
    READ(*RD, &BUF, 1)                 => Is(1), "exit: other threads go on";

    // The child of a child outlives its parent. The program may be the one that inherits it.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                           => Keep(PID);
    CHILD(0)                           => Keep(PID2);
    READ(*RD, &BUF, 1)                 => Is(1);
    GETPPID()                          => Keep(A);
    WRITE(*WR2, &A, 8);
    PARENT();
    PARENT();
    REAP(*PID)                         => Is(0);
    WRITE(*WR, [*b"h"], 1);
    CLOSE(*WR2);
    READ(*RD2, &A, 8)                  => Is(8), "exit: child of the child goes on";
    SAME(&A, &PID, 4)                  => AtLeast(1), "getppid: orphan has another parent";
    RETRY();
    WAIT4(-1, 0, WNOHANG, 0)           => Err(ECHILD);
};

const NEGATIVE: Table = shared_rows! {
    FRESH();
    WATCH();
    WAIT4(-1, &WORD, 0, 0)             => Err(ECHILD), "no child";
    WAIT4(*SELF, &WORD, 0, 0)          => Err(ECHILD), "own process";
    WAIT4(INT_MIN, 0, WNOHANG, 0)      => Either(ECHILD, ESRCH), "process -2^31";
    WAIT4(-1, &WORD, UNKNOWN, 0)       => Err(EINVAL), "unknown option";
    WAIT4(-1, &WORD, WEXITED, 0)       => Err(EINVAL), "WEXITED";
    COUNT(&WORD, POISON, 4)            => Is(4), "wait4: failed calls write nothing";
    WAITID(P_ALL, 0, &INFO, WEXITED, 0) => Err(ECHILD), "no child";
    WAITID(P_PID, *SELF, &INFO, WEXITED, 0) => Err(ECHILD), "own process";
    WAITID(P_ALL, 0, &INFO, 0, 0)      => Err(EINVAL), "no option";
    WAITID(P_ALL, 0, &INFO, WNOHANG, 0) => Err(EINVAL), "WNOHANG alone";
    WAITID(P_ALL, 0, &INFO, WEXITED | UNKNOWN, 0) => Err(EINVAL), "unknown option";
    WAITID(99, 0, &INFO, WEXITED, 0)   => Err(EINVAL), "unknown kind";
    // A kernel that takes the number for another set of processes finds the child.
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    PARENT();
    WAITID(P_PID, 0, &INFO, WEXITED, 0) => Either(ECHILD, EINVAL), "process 0";
    WAITID(P_PID, -1, &INFO, WEXITED, 0) => Either(ECHILD, EINVAL), "process -1";
    WAITID(P_PGID, -1, &INFO, WEXITED, 0) => Either(ECHILD, EINVAL), "process group -1";
    REAP(*PID);
    WAITID(P_PGID, *SELF, &INFO, WEXITED, 0) => Err(ECHILD), "process group without a child";

    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    PARENT();
    WAIT4(*PID, 8, 0, 0)               => Err(EFAULT), "unmapped status";
    CHILD(0)                           => Keep(PID);
    PARENT();
    WAIT4(*PID, 0, 0, 8)               => Err(EFAULT), "unmapped usage";
    CHILD(0)                           => Keep(PID);
    PARENT();
    WAIT4(*PID, @ReadOnly, 0, 0)       => Err(EFAULT), "read-only status";
    CHILD(0)                           => Keep(PID);
    PARENT();
    WAITID(P_PID, *PID, 8, WEXITED, 0) => Err(EFAULT), "unmapped siginfo_t";

};

const BOUNDARY: Table = shared_rows! {
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CHILD(0)                           => Keep(PID);
    PUT32(&WORD, 1);
    PARENT();
    REAP(*PID)                         => Is(0);
    AGAIN(60)                          => Is(60), "clone: 60 children leak nothing";
    CHILD(0)                           => Keep(PID);
    EXIT(256 + 7);
    PARENT();
    WAITID(P_PID, *PID, &EDGE - 128, WEXITED | WNOWAIT, 0) => Is(0), "last bytes of a page";
    WAITID(P_PID, *PID, 0, WEXITED | WNOWAIT, 0) => Is(0), "null siginfo_t";
    WAITID(P_PID, *PID, 0, WEXITED | WNOWAIT, &EDGE - 144) => Is(0), "usage at the end of a page";
    WAIT4(*PID, &EDGE - 4, 0, 0)       => Is(*PID), "last bytes of a page";
    GET32(&EDGE - 4)                   => Is(7 << 8), "exit: status 263 is cut to 7";
    CHILD(0)                           => Keep(PID);
    EXIT(-1);
    PARENT();
    WAIT4(*PID, &STATUS, 0, &EDGE - 144) => Is(*PID), "usage at the end of a page";
    GET32(&STATUS)                     => Is(255 << 8), "exit: status -1 is 255";
    COUNT(&STATUS + 4, POISON, 4)      => Is(4), "wait4: nothing is written behind the status";
};
