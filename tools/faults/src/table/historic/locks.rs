//! Every lock, its conflicts and its ends.

use crate::table::prelude::*;

history! { Locks;
    SYS_fcntl "fcntl" "locks-nothing" FalseSuccess entry [is(1, F_SETLK)] [skip(0)]
        "EAGAIN: a lock of another process conflicts"
        from "StarryOS" "rcore-os/tgoskits" 472 "2026-05-09"
        saw "Every command of record locks returns 0 and does nothing.";
    SYS_fcntl "fcntl" "never-a-conflict" ResultAltered entry [is(1, F_GETLK)] exit [OK]
        [out(half(2, 0), F_UNLCK as i64)]
        "F_GETLK: the first lock that conflicts is returned in the structure"
        from "StarryOS" "rcore-os/tgoskits" 237 "2026-04-17"
        saw "F_GETLK always reports that the lock could be set.";
    SYS_fcntl "fcntl" "get-lock-unknown" FalseError entry [is(1, F_GETLK)] [fail(EINVAL)]
        "F_GETLK: gets the first lock that conflicts"
        from "gVisor" "google/gvisor" 5113 "2020-12-15"
        saw "fcntl does not have the command F_GETLK.";
    SYS_fcntl "fcntl" "deadlock-is-not-seen" Hang
        entry [is(1, F_SETLKW)] exit [err(EDEADLK)] [HangAll]
        "EDEADLK: the process would wait for a lock that waits for one of its own"
        from "StarryOS" "rcore-os/tgoskits" 1055 "2026-06-08"
        saw "Two processes that wait for each other's lock wait for ever.";
    SYS_flock "flock" "locks-nothing" FalseSuccess entry [] [skip(0)]
        "flock(2): EWOULDBLOCK where the file is locked and LOCK_NB is set"
        from "StarryOS" "rcore-os/tgoskits" 656 "2026-05-15"
        saw "flock returns 0 and does nothing.";
    SYS_dup "dup" "lock-not-shared" StateKept entry [On(0, Regular)] exit [OK] [Reopen(Some(R))]
        "flock(2): duplicated descriptors refer to the same lock"
        from "Lind" "Lind-Project/safeposix-rust" 85 "2021-11-01"
        saw "A duplicate gets a lock of its own.";
}
