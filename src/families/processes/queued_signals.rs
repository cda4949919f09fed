//! Signals with values for another process: `rt_sigqueueinfo`.

use crate::plan::prelude::*;

pub const FAMILY: Family = Family {
    title: "Queued signals",
    profile: Profile::Pse53,
    positive: POSITIVE,
    negative: Table::same(&[]),
    boundary: Table::same(&[]),
};

const MARK: i64 = 0x5ac3;
const USR1: [u8; 8] = sigset(&[SIGUSR1]);
const LONG: [u8; 16] = timespec(4, 0);

const POSITIVE: Table = rows! {
    FRESH();
    RT_SIGPROCMASK(SIG_BLOCK, [USR1], 0, SIGSET_SIZE);
    PIPE2(&FDS, 0);
    CHILD(0)                                  => Keep(PID);
    RT_SIGTIMEDWAIT([USR1], &INFO, [LONG], SIGSET_SIZE) => Is(SIGUSR1);
    GET64(&INFO + SI_VALUE)                   => Is(MARK);
    PARENT();
    PUT32(&INFO + SI_CODE, SI_QUEUE);
    PUT64(&INFO + SI_VALUE, MARK);
    RT_SIGQUEUEINFO(*PID, SIGUSR1, &INFO)     => Is(0), "signal for a child";
    REAP(*PID)                                => Is(0), "rt_sigqueueinfo: child takes the value";
    CHILD(0)                                  => Keep(PID);
    RT_SIGTIMEDWAIT([USR1], 0, [LONG], SIGSET_SIZE);
    PARENT();
    PUT32(&INFO + SI_CODE, SI_USER);
    RT_SIGQUEUEINFO(*PID, SIGUSR1, &INFO)     => Err(EPERM), "code of kill for another process";
    PUT32(&INFO + SI_CODE, SI_TKILL);
    RT_SIGQUEUEINFO(*PID, SIGUSR1, &INFO)     => Err(EPERM), "code of tkill for another process";
};
