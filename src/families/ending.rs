//! Program end: `exit_group`, as a parent sees the end of its child.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Program end",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// A real-time signal that C libraries do not reserve.
const RT_SIGNAL: i64 = 41;

const NO_SIGNAL: [u8; 8] = sigset(&[]);

const POSITIVE: Table = shared_rows! {
    // Where SIGCHLD was ignored at the start, the child would be reaped: the handler prevents it.
    // SA_RESTART keeps the signal from ending the wait: POSIX allows both.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_SIGINFO | SA_RESTART, 0) => Is(1);
    PIPE2(&FDS, 0);
    LATER(0, PROCESS);
    EXIT_GROUP(7)           => Keep(A);
    RETRY();
    GET32(&CAUGHT)          => Is(1), "exit_group: parent gets SIGCHLD";
    KILL(*A, 0)             => Is(0), "child that has ended";
    WAIT4(*A, &WORD, 0, 0)  => Is(*A), "exit_group: parent can wait";
    GET32(&WORD)            => Is(7 << 8), "exit_group: status 7";
    GET32(&CAUGHT_INFO + 16) => Is(*A), "exit_group: SIGCHLD names the child";
    CLOSE(*WR);
    READ(*RD, &BUF, 1)      => Is(0), "exit_group: descriptors of the child are closed";

    // Children that wait: one is killed, one is stopped and goes on to its end.
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_SIGINFO | SA_RESTART, 0) => Is(1);
    PIPE2(&FDS, 0);
    LATER(0, PROCESS);
    READ(*RD, &BUF, 1)      => Keep(A);
    WAIT4(*A, 0, WNOHANG, 0) => Is(0);
    KILL(*A, SIGKILL);
    WAIT4(*A, &WORD, 0, 0)  => Is(*A), "kill: SIGKILL ends a read";
    GET32(&WORD)            => Is(SIGKILL), "kill: SIGKILL is the status";
    PUT32(&POLLFDS, *RD);
    PUT16(&POLLFDS + 4, POLLIN);
    LATER(0, PROCESS);
    PPOLL(&POLLFDS, 1, 0, [NO_SIGNAL], SIGSET_SIZE) => Keep(A);
    WAIT4(*A, 0, WNOHANG, 0) => Is(0);
    KILL(*A, SIGURG);
    KILL(*A, SIGSTOP);
    WAIT4(*A, &WORD, WUNTRACED, 0) => Is(*A);
    GET32(&WORD)            => Is(SIGSTOP << 8 | 0x7f), "kill: SIGSTOP stops a child";
    KILL(*A, SIGCONT);
    WRITE(*WR, [*b"hello"], 1);
    WAIT4(*A, &WORD, 0, 0)  => Is(*A);
    GET32(&WORD)            => Is(0), "kill: SIGURG and SIGCONT end no child";
};

const NEGATIVE: Table = shared_rows! {};

const BOUNDARY: Table = rows! {
    FRESH();
    WATCH();
    CATCH(SIGCHLD, SA_SIGINFO | SA_RESTART, 0) => Is(1);
    LATER(0, PROCESS);
    EXIT_GROUP(256 + 7)     => Keep(A);
    WAIT4(*A, &WORD, 0, 0);
    GET32(&WORD)            => Is(7 << 8), "exit_group: status 263 is cut to 7";
    AGAIN(120)              => Is(120), "exit_group: 120 children leak nothing";
    LATER(0, PROCESS);
    EXIT_GROUP(-1)          => Keep(A);
    WAIT4(*A, &WORD, 0, 0);
    GET32(&WORD)            => Is(255 << 8), "exit_group: status -1 is 255";

    // The limit of queued signals is 0: no signal can be reserved for a timer, and no real-time
    // signal can be queued. (A is the soft limit, B the hard one.) It is the last script of the
    // plan, because nothing works after it on a kernel that does not raise the limit again.
    FRESH();
    PRLIMIT64(0, RLIMIT_SIGPENDING, 0, &A);
    PAIR(&C, 0, *B);
    PRLIMIT64(0, RLIMIT_SIGPENDING, &C, 0);
    PAIR(&SIGEVENT, 0, SIGUSR1);
    TIMER_CREATE(CLOCK_MONOTONIC, &SIGEVENT, &TIMER) => Err(EAGAIN), "limit of queued signals 0";
    CATCH(RT_SIGNAL, 0, 0)             => Is(1);
    TKILL(*SELF, RT_SIGNAL)            => Err(EAGAIN), "limit of queued signals 0";
    TGKILL(*SELF, *SELF, RT_SIGNAL)    => Err(EAGAIN), "limit of queued signals 0";
};
