//! Program execution: `execve` of a program that the rows write to a file.
//!
//! `abi::program` describes it. A child executes it: it reports to descriptor 4, and exits with 64
//! and the number of its arguments. A call that must fail for a file that could run is made by a
//! child too.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Program execution",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

const RW: i64 = PROT_READ | PROT_WRITE;
const ANON: i64 = MAP_PRIVATE | MAP_ANONYMOUS;
const CREATE: i64 = O_WRONLY | O_CREAT;
const HUP: [u8; 8] = sigset(&[SIGHUP]);
const HUP_BIT: i64 = 1 << (SIGHUP - 1);
const IGNORE: [u8; 32] = four(SIG_IGN, 0, 0, 0);
/// `struct itimerval` of 100 seconds.
const LONG: [u8; 32] = four(0, 0, 100, 0);
/// More bytes than an argument may have on Linux.
const TOO_LONG: i64 = 0x4_0000;
/// The first 16 bytes of the program's file.
const IDENTITY: [u8; 16] = *b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0";

const POSITIVE: Table = rows! {
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    PIPE2(&FDS, O_NONBLOCK);
    PAIR(&ARGV, [*b"x\0"], [*b"hey\0"]);
    PUT64(&ARGV + 16, 0);
    PAIR(&ENVP, [*b"e=1\0"], 0);
    CHILD(0)                           => Keep(PID);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    RT_SIGACTION(SIGUSR2, [IGNORE], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_BLOCK, [HUP], 0, SIGSET_SIZE);
    CATCH(SIGHUP, 0, 0)                => Is(1);
    KILL(*SELF, SIGHUP);
    SETITIMER(ITIMER_REAL, [LONG], 0);
    EXECVE([*b"a\0"], &ARGV, &ENVP);
    PARENT();
    REAP(*PID)                         => Is(64 + 2), "execve: program runs";
    READ(*RD, &BUF, 4096)              => Is(REPORT_SIZE), "execve: descriptors";
    GET64(&BUF + ARGC_AT)              => Is(2), "execve: argc";
    GET64(&BUF + (ARGC_AT + 24))       => Is(0), "execve: null behind argv";
    GET64(&BUF + (ARGC_AT + 40))       => Is(0), "execve: null behind envp";
    SAME(&BUF + STRINGS_AT, [*b"hey\0"], 4) => Is(0), "execve: second argument";
    SAME(&BUF + (STRINGS_AT + 4), [*b"e=1\0"], 4) => Is(0), "execve: environment";
    GET64(&BUF + MASK_AT)              => Is(HUP_BIT), "execve: signal mask";
    GET64(&BUF + PENDING_AT)           => Is(HUP_BIT), "execve: pending signal";
    GET64(&BUF + USR1_AT)              => Is(SIG_DFL), "execve: caught signal";
    GET64(&BUF + USR2_AT)              => Is(SIG_IGN), "execve: ignored signal";
    GET64(&BUF + (ITIMER_AT + 16))     => AtLeast(90), "execve: interval timer";
    SAME(&BUF + DATA_AT, [IDENTITY], DATA_SIZE) => Is(0), "execve: data of the file";
    COUNT(&BUF + (DATA_AT + DATA_SIZE), 0, 2031) => Is(2031),
        "execve: page of data is zero behind them";
    COUNT(&BUF + END_AT, 0, 8)         => Is(8), "execve: next page of data is zero";
    GET64(&BUF + (AUXV_AT + 8 * AT_PAGESZ)) => Is(PAGE_SIZE), "execve: AT_PAGESZ";
    GET64(&BUF + (AUXV_AT + 8 * AT_PHDR)) => Is(SEGMENTS_ADDRESS), "execve: AT_PHDR";
    GET64(&BUF + (AUXV_AT + 8 * AT_PHENT)) => Is(SEGMENT_SIZE), "execve: AT_PHENT";
    GET64(&BUF + (AUXV_AT + 8 * AT_PHNUM)) => Is(SEGMENTS), "execve: AT_PHNUM";
    GET64(&BUF + (AUXV_AT + 8 * AT_ENTRY)) => Is(ENTRY), "execve: AT_ENTRY";
    GETUID()                           => Keep(A);
    GET64(&BUF + (AUXV_AT + 8 * AT_UID)) => Is(*A), "execve: AT_UID";
    GETEUID()                          => Keep(A);
    GET64(&BUF + (AUXV_AT + 8 * AT_EUID)) => Is(*A), "execve: AT_EUID";
    GETGID()                           => Keep(A);
    GET64(&BUF + (AUXV_AT + 8 * AT_GID)) => Is(*A), "execve: AT_GID";
    GETEGID()                          => Keep(A);
    GET64(&BUF + (AUXV_AT + 8 * AT_EGID)) => Is(*A), "execve: AT_EGID";
    GET64(&BUF + (AUXV_AT + 8 * AT_SECURE)) => Is(0), "execve: AT_SECURE";
    GET64(&BUF + (AUXV_AT + 8 * AT_RANDOM)) => AtLeast(1), "execve: AT_RANDOM";

    // Threads: the program takes the place of all.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    PIPE2(&FDS, O_NONBLOCK);
    PIPE2(&FDS2, 0);
    PAIR(&ARGV, [*b"x\0"], 0);
    CHILD(0)                           => Keep(PID);
    LATER(0, 0);
    READ(*RD2, &BUF, 1);
    EXECVE([*b"a\0"], &ARGV, &ARGV + 8);
    PARENT();
    REAP(*PID)                         => Is(64 + 1), "execve: with a second thread";
    READ(*RD, &BUF, 4096);
    CHILD(0)                           => Keep(PID);
    LATER(0, 0);
    EXECVE([*b"a\0"], &ARGV, &ARGV + 8);
    READ(*RD2, &BUF, 1);
    PARENT();
    REAP(*PID)                         => Is(64 + 1), "execve: by a second thread";
    READ(*RD, &BUF, 4096);
    CHILD(0)                           => Keep(PID);
    EXECVE([*b"a\0"], &ARGV, 0);
    PARENT();
    REAP(*PID)                         => Is(64 + 1), "execve: null environment";

    // A script names the program that interprets it: a, 1, b.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    OPENAT(AT_FDCWD, [*b"b\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [*b"#!a 1\n"], 6)         => Is(6);
    CLOSE(3);
    PIPE2(&FDS, O_NONBLOCK);
    PAIR(&ARGV, [*b"x\0"], 0);
    CHILD(0)                           => Keep(PID);
    EXECVE([*b"b\0"], &ARGV, &ARGV + 8);
    PARENT();
    REAP(*PID)                         => Is(64 + 3), "execve: script";
    READ(*RD, &BUF, 4096)              => Is(REPORT_SIZE - 4);
    SAME(&BUF + STRINGS_AT, [*b"b\0"], 2) => Is(0), "execve: name of the script";
};

const NEGATIVE: Table = rows! {
    FRESH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o600) => Is(3);
    PIPE2(&FDS, O_CLOEXEC);
    CATCH(SIGUSR1, 0, 0)               => Is(1);
    RT_SIGACTION(SIGUSR1, 0, &ACT, SIGSET_SIZE);
    EXECVE([*b"j\0"], 0, 0)            => Err(ENOENT), "missing file";
    EXECVE([*b"\0"], 0, 0)             => Err(ENOENT), "empty path";
    EXECVE([*b"a/a\0"], 0, 0)          => Err(ENOTDIR), "file as a directory";
    EXECVE([*b".\0"], 0, 0)            => Err(EACCES), "directory";
    EXECVE(8, 0, 0)                    => Err(EFAULT), "unmapped path";
    FILL(&BUF, 120, 256);
    PUT8(&BUF + 256, 0);
    EXECVE(&BUF, 0, 0)                 => Err(ENAMETOOLONG), "NAME_MAX + 1";
    FCNTL(*RD, F_GETFD, 0)             => Is(FD_CLOEXEC), "execve: failed call, descriptors";
    RT_SIGACTION(SIGUSR1, 0, &OLD_ACT, SIGSET_SIZE);
    SAME(&ACT, &OLD_ACT, SIGACTION_SIZE) => Is(0), "execve: failed call, signal actions";

    // Files that cannot be executed.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    WATCH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o600) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    OPENAT(AT_FDCWD, [*b"b\0"], CREATE, 0o755) => Is(3);
    PAIR(&ARGV, [*b"x\0"], 0);
    LATER(0, PROCESS);
    EXECVE([*b"a\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(EACCES), "execve: file without permission";
    WAIT4(*A, 0, 0, 0);
    LATER(0, PROCESS);
    EXECVE([*b"b\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(ETXTBSY), "execve: file that is open for writing";
    WAIT4(*A, 0, 0, 0);
    CLOSE(3);
    LATER(0, PROCESS);
    EXECVE([*b"b\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(ENOEXEC), "execve: empty file";
    WAIT4(*A, 0, 0, 0);
    OPENAT(AT_FDCWD, [*b"b\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], 32)            => Is(32);
    CLOSE(3);
    LATER(0, PROCESS);
    EXECVE([*b"b\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(ENOEXEC), "execve: half of a file";
    WAIT4(*A, 0, 0, 0);
    OPENAT(AT_FDCWD, [*b"b\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [*b"#!j\n"], 4)           => Is(4);
    CLOSE(3);
    LATER(0, PROCESS);
    EXECVE([*b"b\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(ENOENT), "execve: script with a missing file";
    WAIT4(*A, 0, 0, 0);

    // Arguments that cannot be read, and too long ones.
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    WATCH();
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o755) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    LATER(0, PROCESS);
    EXECVE([*b"a\0"], 8, 0)            => Keep(A);
    JOIN(0)                            => Err(EFAULT), "execve: unmapped argv";
    WAIT4(*A, 0, 0, 0);
    PAIR(&ARGV, 8, 0);
    LATER(0, PROCESS);
    EXECVE([*b"a\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(EFAULT), "execve: unmapped argument";
    WAIT4(*A, 0, 0, 0);
    LATER(0, PROCESS);
    EXECVE([*b"a\0"], &ARGV + 8, &ARGV) => Keep(A);
    JOIN(0)                            => Err(EFAULT), "execve: unmapped environment";
    WAIT4(*A, 0, 0, 0);
    MMAP(0, TOO_LONG, RW, ANON, -1, 0) => Keep(B);
    MINUS(*B, 0)                       => AtLeast(4096);
    CLOCK_GETTIME(CLOCK_MONOTONIC, *B);
    FILL(*B, 120, TOO_LONG - 1);
    PAIR(&ARGV, *B, 0);
    LATER(0, PROCESS);
    EXECVE([*b"a\0"], &ARGV, 0)        => Keep(A);
    JOIN(0)                            => Err(E2BIG), "execve: argument of 2^18 bytes";
    WAIT4(*A, 0, 0, 0);
    MUNMAP(*B, TOO_LONG);
};

const BOUNDARY: Table = rows! {
    FRESH();
    CATCH(SIGCHLD, SA_RESTART, 0)      => Is(1);
    FOLDER();
    OPENAT(AT_FDCWD, [*b"a\0"], CREATE, 0o100) => Is(3);
    WRITE(3, [PROGRAM], PROGRAM_SIZE)  => Is(PROGRAM_SIZE);
    CLOSE(3);
    PIPE2(&FDS, O_NONBLOCK);
    PAIR(&EDGE - 16, [*b"x\0"], 0);
    CHILD(0)                           => Keep(PID);
    EXECVE([*b"a\0"], &EDGE - 16, &EDGE - 8);
    PARENT();
    REAP(*PID)                         => Is(64 + 1), "execve: argv at the end of a page";
    READ(*RD, &BUF, 4096)              => Is(REPORT_SIZE - 4);
    CLOSE(*RD);
    CLOSE(*WR);
    AGAIN(20)                          => Is(20), "execve: 20 programs leak nothing";
};
