//! Inheritance: the memory, the descriptors and the attributes of a child process (`clone`,
//! `fork`).

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Inheritance",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const SHARED: i64 = MAP_SHARED | MAP_ANONYMOUS;
const CLOCK_ID: i64 = CLOCK_MONOTONIC;
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const USR1_BIT: i64 = 1 << (SIGUSR1 - 1);
const DEFAULT: [u8; 32] = four(SIG_DFL, 0, 0, 0);
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
/// `struct itimerval` of 100 seconds.
const LONG: [u8; 32] = four(0, 0, 100, 0);

const POSITIVE: Table = rows! {
    // Private memory, each way.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    PUT32(&WORD, 1);
    CHILD(0)                           => Keep(PID);
    GET32(&WORD)                       => Is(1);
    PUT32(&WORD, 2);
    GET32(&WORD)                       => Is(2);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: child has a copy";
    GET32(&WORD)                       => Is(1), "clone: child writes to its copy";
    CHILD(0)                           => Keep(PID);
    READ(*RD, &BUF, 1)                 => Is(1);
    GET32(&WORD)                       => Is(1);
    PARENT();
    PUT32(&WORD, 3);
    WRITE(*WR, [*b"h"], 1);
    REAP(*PID)                         => Is(0), "clone: parent writes to its copy";
    // The kernel writes for the child: what read(2) copies must go to a page of its own.
    CHILD(0)                           => Keep(PID);
    READ(*RD, &WORD, 1)                => Is(1);
    GET8(&WORD)                        => Is(104);
    PARENT();
    WRITE(*WR, [*b"h"], 1);
    REAP(*PID)                         => Is(0);
    GET32(&WORD)                       => Is(3), "read: child reads to its copy";

    // Mapped memory: private and shared.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    MMAP(0, 4096, RW, ANON, -1, 0)     => Keep(A);
    MMAP(0, 4096, RW, SHARED, -1, 0)   => Keep(B);
    MINUS(*A, 0)                       => AtLeast(4096);
    MINUS(*B, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_ID, *A);
    CLOCK_GETTIME(CLOCK_ID, *B);
    FILL(*A, 1, 4096);
    FILL(*B, 1, 4096);
    CHILD(0)                           => Keep(PID);
    COUNT(*A, 1, 4096)                 => Is(4096);
    FILL(*A, 2, 4096);
    PARENT();
    REAP(*PID)                         => Is(0);
    COUNT(*A, 1, 4096)                 => Is(4096), "clone: private mapping";
    CHILD(0)                           => Keep(PID);
    COUNT(*B, 1, 4096)                 => Is(4096);
    FILL(*B, 2, 4096);
    READ(*RD, &BUF, 1)                 => Is(1);
    COUNT(*B, 3, 4096)                 => Is(4096);
    PARENT();
    RETRY();
    COUNT(*B, 2, 4096)                 => Is(4096), "clone: child writes to a shared mapping";
    FILL(*B, 3, 4096);
    WRITE(*WR, [*b"h"], 1);
    REAP(*PID)                         => Is(0), "clone: parent writes to a shared mapping";
    BRK(0)                             => Keep(E);
    MINUS(*E, -65536)                  => Keep(C);
    CHILD(0)                           => Keep(PID);
    MUNMAP(*A, 4096);
    BRK(*C)                            => Is(*C);
    PARENT();
    REAP(*PID)                         => Is(0);
    CLOCK_GETTIME(CLOCK_ID, *A)        => Is(0), "munmap: in a child";
    BRK(0)                             => Is(*E), "in a child";
    MUNMAP(*A, 4096);
    MUNMAP(*B, 4096);

    // Descriptors are copies, of the same open files.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], O_RDWR | O_CREAT, 0o600) => Keep(FD_A);
    CHILD(0)                           => Keep(PID);
    WRITE(*FD_A, [*b"hello"], 5)       => Is(5);
    PARENT();
    REAP(*PID)                         => Is(0);
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "clone: shared file offset";
    CHILD(0)                           => Keep(PID);
    FCNTL(*FD_A, F_SETFL, O_APPEND)    => Is(0);
    FCNTL(*FD_A, F_SETFD, FD_CLOEXEC)  => Is(0);
    CHDIR([*b"/\0"])                   => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0);
    FCNTL(*FD_A, F_GETFL, 0)           => Keep(A);
    AND(*A, O_APPEND)                  => Is(O_APPEND), "clone: shared status flags";
    FCNTL(*FD_A, F_GETFD, 0)           => Is(0), "in a child";
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Is(4), "chdir: in a child";
    CHILD(0)                           => Keep(PID);
    OPENAT(AT_FDCWD, [*b"a\0"], 0, 0)  => Is(5);
    CLOSE(*FD_A);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: working directory";
    LSEEK(*FD_A, 0, SEEK_CUR)          => Is(5), "close: in a child";
    FCNTL(*FD_A, F_SETFD, FD_CLOEXEC);
    CHILD(0)                           => Keep(PID);
    FCNTL(*FD_A, F_GETFD, 0)           => Is(FD_CLOEXEC);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: FD_CLOEXEC";

    // A pipe ends when all copies of its end are closed.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD2, &BUF, 1)                => Is(1);
    PARENT();
    CLOSE(*WR);
    READ(*RD, &BUF, 1)                 => Err(EAGAIN), "child has the write end";
    WRITE(*WR2, [*b"h"], 1);
    REAP(*PID)                         => Is(0);
    READ(*RD, &BUF, 1)                 => Is(0), "child with the write end has ended";
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CATCH(SIGPIPE, SA_RESTART, 0)      => Is(1);
    PIPE2(&FDS, 0);
    PIPE2(&FDS2, 0);
    CHILD(0)                           => Keep(PID);
    READ(*RD2, &BUF, 1)                => Is(1);
    PARENT();
    CLOSE(*RD);
    WRITE(*WR, [*b"h"], 1)             => Is(1), "child has the read end";
    WRITE(*WR2, [*b"h"], 1);
    REAP(*PID)                         => Is(0);
    WRITE(*WR, [*b"h"], 1)             => Err(EPIPE), "child with the read end has ended";

    // Signals: the mask and the actions are inherited, and what pends is not.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CATCH(SIGUSR1, SA_RESTART, 0)      => Is(1);
    RT_SIGACTION(SIGUSR1, 0, &ACT, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    CHILD(0)                           => Keep(PID);
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(USR1_BIT);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: signal mask";
    CHILD(0)                           => Keep(PID);
    RT_SIGACTION(SIGUSR1, 0, &OLD_ACT, SIGSET_SIZE);
    SAME(&ACT, &OLD_ACT, SIGACTION_SIZE) => Is(0);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: signal actions";
    CHILD(0)                           => Keep(PID);
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(0);
    RT_SIGACTION(SIGUSR1, [DEFAULT], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR1], 0, SIGSET_SIZE);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: no pending signal";
    RT_SIGACTION(SIGUSR1, 0, &OLD_ACT, SIGSET_SIZE);
    SAME(&ACT, &OLD_ACT, SIGACTION_SIZE) => Is(0), "rt_sigaction: in a child";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(USR1_BIT), "rt_sigprocmask: in a child";
    RT_SIGPENDING(&MASK, SIGSET_SIZE);
    GET64(&MASK)                       => Is(USR1_BIT), "rt_sigpending: in a child";

    // Timers are not inherited. The watchdog would use the timer.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    CATCH(SIGALRM, SA_RESTART, 0)      => Is(1);
    SETITIMER(ITIMER_REAL, [LONG], 0)  => Is(0);
    CHILD(0)                           => Keep(PID);
    SETITIMER(ITIMER_REAL, [LONG], &ITIMER) => Is(0);
    COUNT(&ITIMER, 0, 32)              => Is(32);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: no interval timer";
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    CHILD(0)                           => Keep(PID);
    TIMER_GETTIME(*TIMER, &ITIMER)     => Err(EINVAL);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: no POSIX timer";

    // Limits. (A and B are the soft and the hard limit; FRESH restores them.)
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &A);
    PAIR(&C, 8, *B);
    PRLIMIT64(0, RLIMIT_NOFILE, &C, 0);
    CHILD(0)                           => Keep(PID);
    PRLIMIT64(0, RLIMIT_NOFILE, 0, &TIME);
    GET64(&TIME)                       => Is(8);
    PARENT();
    REAP(*PID)                         => Is(0), "clone: limits";
};

const NEGATIVE: Table = rows! {};

const BOUNDARY: Table = rows! {};
