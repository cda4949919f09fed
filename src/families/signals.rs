//! Signals: `rt_sigaction`, `rt_sigprocmask`, `kill`, `tkill`, `tgkill`.
//!
//! Every action has a restorer, as those of every C library on x86-64, even `SIG_IGN` and
//! `SIG_DFL`; its mask may be poison. On riscv64 there is no restorer.
//!
//! No row sends a signal before `CATCH` has read the handler back. `CATCH` is a step, so that its
//! failure ends the script.

use crate::plan::prelude::*;
use crate::plan::routine::LOST_TO_SIGNAL;

pub const FAMILY: Family = Family {
    title: "Signals",
    profile: Profile::Pse51,
    positive: POSITIVE,
    negative: NEGATIVE,
    boundary: BOUNDARY,
};

/// Two real-time signals among the eight that POSIX guarantees (`_POSIX_RTSIG_MAX`), above the two
/// that C libraries reserve.
const RT_HIGH: i64 = 41;
const RT_LOW: i64 = 40;
/// The last real-time signal of Linux.
const LAST: i64 = 64;
/// The masks of single signals, as numbers.
const USR1_BIT: i64 = 1 << (SIGUSR1 - 1);
const USR2_BIT: i64 = 1 << (SIGUSR2 - 1);
const NONE: [u8; 8] = sigset(&[]);
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const USR2: [u8; 8] = sigset(&[SIGUSR2]);
const BOTH_RT: [u8; 8] = sigset(&[RT_LOW, RT_HIGH]);
const CHLD: [u8; 8] = sigset(&[SIGCHLD]);
const ALL: [u8; 8] = [0xff; 8];
/// The bits of `SIGKILL` and `SIGSTOP`.
const UNBLOCKABLE: i64 = 1 << (SIGKILL - 1) | 1 << (SIGSTOP - 1);
/// A timer that interrupts a loop: it repeats, so that one tick comes after the loop began. The
/// next is so much later that it does not come in the same loop.
const TICK: [u8; 16] = sigevent(0, SIGUSR1, SIGEV_SIGNAL);
const TICKS: [u8; 32] = itimerspec(8_000_000, 500_000);

const POSITIVE: Table = rows! {
    // A signal to the program itself, and all that its handler is given.
    FRESH();
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    CATCH(SIGUSR1, SA_SIGINFO, 0)             => Is(1);
    KILL(*SELF, SIGUSR1)                      => Is(0), "signal to itself";
    GET32(&CAUGHT)                            => Is(1), "kill: handler runs before kill returns";
    GET32(&CAUGHT_SIGNO)                      => Is(SIGUSR1), "rt_sigaction: handler's argument";
    GET32(&CAUGHT_INFO)                       => Is(SIGUSR1), "rt_sigaction: si_signo";
    GET32(&CAUGHT_INFO + 8)                   => Is(SI_USER), "kill: si_code";
    GET32(&CAUGHT_INFO + 16)                  => Is(*SELF), "kill: si_pid is the sender's";
    GET64(&CAUGHT_MASK) => Is(USR1_BIT), "rt_sigaction: signal blocked in its own handler";
    GET64(&CAUGHT_STACK)                      => Is(8), "rt_sigaction: handler's stack is aligned";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(0), "rt_sigaction: mask restored after handler";
    TKILL(*SELF, SIGUSR1)                     => Is(0), "signal to itself";
    GET32(&CAUGHT)                            => Is(2), "rt_sigaction: handler stays installed";
    GET32(&CAUGHT_INFO + 8)                   => Is(SI_TKILL), "tkill: si_code";
    PUT32(&CAUGHT_INFO + 16, 0);
    TGKILL(*SELF, *SELF, SIGUSR1)             => Is(0), "signal to itself";
    GET32(&CAUGHT) => Is(3), "tgkill: handler runs before tgkill returns";
    GET32(&CAUGHT_INFO + 16)                  => Is(*SELF), "tgkill: si_pid is the sender's";

    // The old action is returned as it was set.
    FRESH();
    CATCH(SIGUSR1, SA_RESTART, USR2_BIT)      => Is(1);
    PAIR(&BUF, SIG_IGN, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&BUF + 16, @Restorer);
    RT_SIGACTION(SIGUSR1, &BUF, &OLD_ACT, SIGSET_SIZE) => Is(0), "ignores a signal";
    GET64(&OLD_ACT)                           => Is(@Handler), "rt_sigaction: old handler";
    GET64(&OLD_ACT + 8) => Is(SA_RESTART | SA_RESTORER), "rt_sigaction: old flags";
    GET64(&OLD_ACT + SA_MASK)                 => Is(USR2_BIT), "rt_sigaction: old mask";
    COUNT(&OLD_ACT + SIGACTION_SIZE, POISON, 16) => Is(16),
        "rt_sigaction: nothing is written behind old action";
    KILL(*SELF, SIGUSR1);
    RT_SIGACTION(SIGUSR1, 0, &ACT, SIGSET_SIZE) => Is(0), "null action only asks";
    GET64(&ACT)                               => Is(SIG_IGN), "rt_sigaction: SIG_IGN is kept";
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    KILL(*SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(1), "kill: ignored signal is discarded";

    // A blocked signal is pending, and is delivered once.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE) => Is(0), "blocks a signal";
    KILL(*SELF, SIGUSR1)                      => Is(0), "blocked signal";
    GET32(&CAUGHT)                            => Is(0), "rt_sigprocmask: blocked signal waits";
    GET32(&CAUGHT)                            => Is(0);
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR1], &OLD_MASK, SIGSET_SIZE);
    GET32(&CAUGHT) => Is(1), "rt_sigprocmask: unblocking delivers at once";
    GET64(&OLD_MASK)                          => Is(USR1_BIT), "rt_sigprocmask: old mask";
    RT_SIGPROCMASK(SIG_SETMASK, [USR1], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    KILL(*SELF, SIGUSR1);
    RT_SIGPROCMASK(SIG_SETMASK, [NONE], 0, SIGSET_SIZE);
    GET32(&CAUGHT)                            => Is(2), "kill: standard signal pends once";

    // SIG_BLOCK, SIG_UNBLOCK and SIG_SETMASK.
    FRESH();
    RT_SIGPROCMASK(SIG_SETMASK, [USR1], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_BLOCK, [USR2], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(99, 0, &MASK, SIGSET_SIZE) => Is(0), "null set only asks, whatever how";
    GET64(&MASK) => Is(USR1_BIT | USR2_BIT), "rt_sigprocmask: SIG_BLOCK adds";
    COUNT(&OLD_MASK, POISON, 8) => Is(8), "rt_sigprocmask: nothing is written behind old mask";
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR1], 0, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_SETMASK, [USR1], &MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(USR2_BIT), "rt_sigprocmask: SIG_UNBLOCK takes";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(USR1_BIT), "rt_sigprocmask: SIG_SETMASK replaces";
    LATER(0, 0);
    RT_SIGPROCMASK(SIG_SETMASK, [USR2], 0, SIGSET_SIZE);
    JOIN(0)                                   => Is(0);
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(USR1_BIT), "rt_sigprocmask: another thread's mask is its own";

    // The mask in handlers.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    CATCH(SIGUSR2, 0, 0)                      => Is(1);
    IN_HANDLER();
    KILL(*SELF, SIGUSR2);
    KILL(*SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(2), "rt_sigaction: handler within a handler";
    GET64(&CAUGHT_MASK) => Is(USR1_BIT | USR2_BIT),
        "rt_sigaction: inner handler keeps the outer's mask";
    CATCH(SIGUSR1, 0, USR2_BIT)               => Is(1);
    IN_HANDLER();
    KILL(*SELF, SIGUSR2);
    KILL(*SELF, SIGUSR1);
    GET64(&CAUGHT_MASK) => Is(USR2_BIT), "rt_sigaction: signal in sa_mask waits for the end";
    GET32(&CAUGHT) => Is(4), "rt_sigaction: signal in sa_mask comes then";
    RT_SIGPROCMASK(SIG_BLOCK, [USR2], 0, SIGSET_SIZE);
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    IN_HANDLER();
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR2], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    GET64(&CAUGHT_MASK) => Is(USR1_BIT | USR2_BIT), "rt_sigaction: mask before adds to handler's";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(USR2_BIT), "rt_sigprocmask: mask set in a handler ends with it";

    // SA_NODEFER and SA_RESETHAND.
    FRESH();
    CATCH(SIGUSR1, SA_NODEFER, 0)             => Is(1);
    IN_HANDLER();
    KILL(*SELF, SIGUSR1);
    KILL(*SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(2), "rt_sigaction: signal in its own handler";
    GET64(&CAUGHT_MASK) => Is(0), "rt_sigaction: SA_NODEFER leaves the signal unblocked";
    // SIGCHLD is ignored by default.
    CATCH(SIGCHLD, SA_RESETHAND | SA_NODEFER, 0) => Is(1);
    IN_HANDLER();
    KILL(*SELF, SIGCHLD);
    KILL(*SELF, SIGCHLD);
    GET32(&CAUGHT) => Is(3), "rt_sigaction: SA_RESETHAND acts at handler's start";

    // A pending signal is discarded when its action becomes SIG_IGN.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    KILL(*SELF, SIGUSR1);
    PAIR(&ACT, SIG_IGN, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&ACT + 16, @Restorer);
    RT_SIGACTION(SIGUSR1, &ACT, 0, SIGSET_SIZE);
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_UNBLOCK, [USR1], 0, SIGSET_SIZE);
    GET32(&CAUGHT)                            => Is(0), "rt_sigaction: SIG_IGN discards what pends";
    CATCH(SIGCHLD, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [CHLD], 0, SIGSET_SIZE);
    KILL(*SELF, SIGCHLD);
    PUT64(&ACT, SIG_DFL);
    RT_SIGACTION(SIGCHLD, &ACT, 0, SIGSET_SIZE);
    CATCH(SIGCHLD, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_UNBLOCK, [CHLD], 0, SIGSET_SIZE);
    GET32(&CAUGHT) => Is(0), "rt_sigaction: SIG_DFL of SIGCHLD discards what pends";
    RT_SIGACTION(SIGCHLD, &ACT, 0, SIGSET_SIZE);

    // Real-time signals are queued and delivered by number.
    FRESH();
    CATCH(RT_HIGH, 0, -1)                     => Is(1);
    CATCH(RT_LOW, 0, -1)                   => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH_RT], 0, SIGSET_SIZE);
    KILL(*SELF, RT_HIGH);
    TGKILL(*SELF, *SELF, RT_LOW);
    KILL(*SELF, RT_LOW);
    KILL(*SELF, RT_HIGH);
    RT_SIGPROCMASK(SIG_UNBLOCK, [BOTH_RT], 0, SIGSET_SIZE);
    GET32(&CAUGHT)                            => Is(4), "kill: real-time signals queue";
    GET8(&CAUGHT_ORDER) => Is(RT_LOW), "rt_sigprocmask: lowest real-time signal first";

    // A signal between any two instructions.
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    TIMER_CREATE(CLOCK_MONOTONIC, [TICK], &TIMER);
    TIMER_SETTIME(*TIMER, 0, [TICKS], 0);
    LOST_TO_SIGNAL(&CAUGHT)                   => Keep(A);
    AND(*A, 1)                                => Is(0), "rt_sigaction: registers survive a handler";
    #[only(x86_64)]
    AND(*A, 2)                                => Is(0), "rt_sigaction: red zone survives a handler";
    #[only(x86_64)]
    AND(*A, 4) => Is(0), "rt_sigaction: SSE state survives a handler";
    #[only(aarch64)]
    AND(*A, 4) => Is(0), "rt_sigaction: vector registers survive a handler";
    #[only(riscv64)]
    AND(*A, 4) => Is(0), "rt_sigaction: floating-point registers survive a handler";
    #[only(x86_64)]
    AND(*A, 8) => Is(0), "rt_sigaction: AVX state survives a handler";
    AND(*A, 16) => Is(0), "rt_sigaction: rounding modes survive a handler";
    #[only(x86_64, aarch64)]
    AND(*A, 32) => Is(0), "rt_sigaction: carry flag survives a handler";
    #[only(aarch64, riscv64)]
    AND(*A, 64) => Is(0), "rt_sigaction: thread pointer survives a handler";
    #[only(x86_64)]
    AND(*CAUGHT_STACK, 4) => Is(0), "rt_sigaction: handler begins with the direction flag clear";
};

const NEGATIVE: Table = rows! {
    FRESH();
    KILL(*WORD, 0)                            => Err(ESRCH), "process that does not exist";
    KILL(-2147483648, 0)                      => Err(ESRCH), "process group INT_MIN";
    KILL(*SELF, 65)                           => Err(EINVAL), "signal 65";
    KILL(*SELF, -1)                           => Err(EINVAL), "signal -1";
    TKILL(*WORD, 0)                           => Err(ESRCH), "thread that does not exist";
    TKILL(0, 0)                               => Err(EINVAL), "thread 0";
    TKILL(-1, 0)                              => Err(EINVAL), "thread -1";
    TKILL(*SELF, 65)                          => Err(EINVAL), "signal 65";
    TKILL(*SELF, -1)                          => Err(EINVAL), "signal -1";
    TGKILL(*SELF, *WORD, 0)                   => Err(ESRCH), "thread that does not exist";
    TGKILL(*WORD, *SELF, 0)                   => Err(ESRCH), "thread of another process";
    TGKILL(*SELF, 0, 0)                       => Err(EINVAL), "thread 0";
    TGKILL(0, *SELF, 0)                       => Err(EINVAL), "process 0";
    TGKILL(-1, *SELF, 0)                      => Err(EINVAL), "process -1";
    TGKILL(*SELF, -1, 0)                      => Err(EINVAL), "thread -1";
    TGKILL(*SELF, *SELF, 65)                  => Err(EINVAL), "signal 65";
    TGKILL(*SELF, *SELF, -1)                  => Err(EINVAL), "signal -1";

    FRESH();
    PAIR(&ACT, SIG_IGN, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&ACT + 16, @Restorer);
    RT_SIGACTION(SIGKILL, &ACT, 0, SIGSET_SIZE) => Err(EINVAL), "SIGKILL ignored";
    RT_SIGACTION(SIGSTOP, &ACT, 0, SIGSET_SIZE) => Err(EINVAL), "SIGSTOP ignored";
    PUT64(&ACT, SIG_DFL);
    RT_SIGACTION(SIGKILL, &ACT, 0, SIGSET_SIZE) => Err(EINVAL), "SIGKILL set to its default";
    RT_SIGACTION(0, 0, &OLD_ACT, SIGSET_SIZE) => Err(EINVAL), "signal 0";
    RT_SIGACTION(65, 0, &OLD_ACT, SIGSET_SIZE) => Err(EINVAL), "signal 65";
    RT_SIGACTION(-1, 0, &OLD_ACT, SIGSET_SIZE) => Err(EINVAL), "signal -1";
    RT_SIGACTION(SIGUSR1, 0, &OLD_ACT, 4)     => Err(EINVAL), "set of 4 bytes";
    RT_SIGACTION(SIGUSR1, 0, &OLD_ACT, 16)    => Err(EINVAL), "set of 16 bytes";
    RT_SIGACTION(SIGUSR1, 8, 0, SIGSET_SIZE)  => Err(EFAULT), "unmapped action";
    RT_SIGACTION(SIGUSR1, 0, -4096, SIGSET_SIZE) => Err(EFAULT), "old action in kernel half";
    RT_SIGACTION(SIGUSR1, 0, 8, SIGSET_SIZE)  => Err(EFAULT), "unmapped old action";

    FRESH();
    RT_SIGPROCMASK(3, [USR1], 0, SIGSET_SIZE) => Err(EINVAL), "unknown how";
    RT_SIGPROCMASK(-1, [USR1], 0, SIGSET_SIZE) => Err(EINVAL), "how -1";
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, 4)   => Err(EINVAL), "set of 4 bytes";
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, 16)  => Err(EINVAL), "set of 16 bytes";
    RT_SIGPROCMASK(SIG_BLOCK, 8, 0, SIGSET_SIZE) => Err(EFAULT), "unmapped set";
    RT_SIGPROCMASK(SIG_BLOCK, 0, 8, SIGSET_SIZE) => Err(EFAULT), "unmapped old mask";
    // The old mask is empty: a kernel that sets it wrongly changes nothing.
    RT_SIGPROCMASK(SIG_BLOCK, 0, @ReadOnly, SIGSET_SIZE) => Err(EFAULT), "read-only old mask";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &MASK, SIGSET_SIZE);
    GET64(&MASK) => Is(0), "rt_sigprocmask: errors leave the mask alone";
};

const BOUNDARY: Table = rows! {
    FRESH();
    CATCH(SIGUSR1, 0, 0)                      => Is(1);
    KILL(*SELF, 0)                            => Is(0), "signal 0 asks whether a process exists";
    KILL(0, 0)                                => Is(0), "process 0 is the own process group";
    KILL(*SELF, SIGUSR1);
    GET32(&CAUGHT)                            => Is(1), "kill: signal 0 sends nothing";
    TKILL(*SELF, 0)                           => Is(0), "signal 0 asks whether a thread exists";
    TGKILL(*SELF, *SELF, 0)                   => Is(0), "signal 0 asks whether a thread exists";

    // The lowest and the highest number.
    FRESH();
    CATCH(SIGHUP, 0, 0)                       => Is(1);
    CATCH(LAST, 0, 0)                         => Is(1);
    KILL(*SELF, SIGHUP);
    GET32(&CAUGHT_SIGNO)                      => Is(SIGHUP), "kill: signal 1";
    KILL(*SELF, LAST);
    GET32(&CAUGHT_SIGNO)                      => Is(LAST), "kill: signal 64";
    PAIR(&ACT, 1i64 << 62, SA_RESTORER);
    #[only(x86_64, aarch64)]
    PUT64(&ACT + 16, @Restorer);
    RT_SIGACTION(SIGHUP, &ACT, 0, SIGSET_SIZE) => Is(0), "handler at 2^62";
    PUT64(&ACT, SIG_DFL);
    RT_SIGACTION(SIGHUP, &ACT, 0, SIGSET_SIZE);

    FRESH();
    RT_SIGACTION(SIGKILL, 0, &OLD_ACT, SIGSET_SIZE) => Is(0), "SIGKILL may be asked about";
    RT_SIGPROCMASK(SIG_BLOCK, [sigset(&[SIGKILL, SIGSTOP])], 0, SIGSET_SIZE) => Is(0),
        "SIGKILL and SIGSTOP are passed over";
    RT_SIGPROCMASK(SIG_BLOCK, [ALL], &MASK, SIGSET_SIZE);
    GET64(&MASK)                              => Is(0), "rt_sigprocmask: neither was blocked";
    RT_SIGPROCMASK(SIG_SETMASK, [NONE], &MASK, SIGSET_SIZE);
    GET32(&MASK) => Is(!UNBLOCKABLE), "rt_sigprocmask: signals 1 to 32 but KILL and STOP";
    GET32(&MASK + 4)                          => Is(-1), "rt_sigprocmask: signals 33 to 64";

    // Masks and actions at the end of a page.
    FRESH();
    RT_SIGACTION(SIGUSR1, 0, &EDGE - SIGACTION_SIZE, SIGSET_SIZE) => Is(0),
        "old action at the end of a page";
    RT_SIGACTION(SIGUSR1, 0, &EDGE - 16, SIGSET_SIZE) => Err(EFAULT), "old action half unmapped";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &EDGE - 8, SIGSET_SIZE) => Is(0), "old mask at the end of a page";
    RT_SIGPROCMASK(SIG_BLOCK, &EDGE - 8, 0, SIGSET_SIZE) => Is(0), "set at the end of a page";
    RT_SIGPROCMASK(SIG_BLOCK, 0, &EDGE - 4, SIGSET_SIZE) => Err(EFAULT), "old mask half unmapped";
    PUT64(&MASK, USR1_BIT);
    RT_SIGPROCMASK(SIG_SETMASK, &MASK, &MASK, SIGSET_SIZE);
    RT_SIGPROCMASK(SIG_SETMASK, &MASK, &MASK, SIGSET_SIZE) => Is(0),
        "set and old mask in one place";
    GET64(&MASK)                       => Is(USR1_BIT), "rt_sigprocmask: set is read before";

    // As many signals as POSIX guarantees to queue (_POSIX_SIGQUEUE_MAX), and many one by one.
    FRESH();
    CATCH(RT_HIGH, 0, 0)                      => Is(1);
    RT_SIGPROCMASK(SIG_BLOCK, [BOTH_RT], 0, SIGSET_SIZE);
    KILL(*SELF, RT_HIGH);
    AGAIN(31)                                 => Is(31);
    RT_SIGPROCMASK(SIG_UNBLOCK, [BOTH_RT], 0, SIGSET_SIZE);
    GET32(&CAUGHT)                            => Is(32), "kill: 32 real-time signals queue";
    FRESH();
    CATCH(SIGUSR1, SA_SIGINFO, 0)             => Is(1);
    KILL(*SELF, SIGUSR1);
    AGAIN(300)                                => Is(300);
    GET32(&CAUGHT)                            => Is(301), "kill: 300 signals are all handled";

    // An action has no restorer there, so that the kernel gives the return address. The handlers of
    // all other signals end by rt_sigreturn themselves.
    #[only(riscv64)]
    FRESH();
    #[only(riscv64)]
    CATCH(SIGURG, 0, 0)                       => Is(1);
    #[only(riscv64)]
    KILL(*SELF, SIGURG);
    #[only(riscv64)]
    GET32(&CAUGHT) => Is(1), "rt_sigaction: handler returns to the kernel's address";
    // A later script sends it to a child that must ignore it.
    #[only(riscv64)]
    PAIR(&ACT, SIG_DFL, 0);
    #[only(riscv64)]
    RT_SIGACTION(SIGURG, &ACT, 0, SIGSET_SIZE);
};
