//! Every clock and timer.

use crate::table::prelude::*;

/// The value of the `itimerspec` that `timer_settime` is given.
const SECONDS: At = long(2, 16);
const FAR: i64 = 1 << 40;

history! { Clocks;
    SYS_clock_gettime "clock_gettime" "coarse-unknown" FalseError
        entry [is(0, CLOCK_MONOTONIC_COARSE)] [fail(EINVAL)]
        "clock_gettime(2): CLOCK_MONOTONIC_COARSE"
        from "OSv" "cloudius-systems/osv" 1251 "2023-08-16"
        saw "Static programs of newer C libraries ask for clocks that do not exist.";
    SYS_clock_gettime "clock_gettime" "raw-unknown" FalseError entry [is(0, CLOCK_MONOTONIC_RAW)]
        [fail(EINVAL)]
        "clock_gettime(2): CLOCK_MONOTONIC_RAW"
        from "WSL1" "microsoft/WSL" 1023 "2016-08-31"
        saw "CLOCK_MONOTONIC_RAW alone of all clocks is refused.";
    SYS_clock_gettime "clock_gettime" "boot-time-unknown" FalseError entry [is(0, CLOCK_BOOTTIME)]
        [fail(EINVAL)]
        "clock_gettime(2): CLOCK_BOOTTIME"
        from "Unikraft" "unikraft/unikraft" 1304 "2024-02-01"
        saw "CLOCK_BOOTTIME does not exist.";
    SYS_clock_getres "clock_getres" "two-clocks-alone" FalseError entry [above(0, 1)] [fail(EINVAL)]
        "clock_getres: each clock of clock_gettime has a resolution"
        from "MyOS2026" "mohnkhan/MyOS2026" 706 "2026-05-26"
        saw "clock_getres knows two clocks, clock_gettime twelve.";
    SYS_clock_gettime "clock_gettime" "any-number-is-a-clock" MissingCheck exit [err(EINVAL)]
        [ret(0)]
        "EINVAL: the clock is not known"
        from "MyOS2026" "mohnkhan/MyOS2026" 710 "2026-05-26"
        saw "A clock that does not exist gives the monotonic time.";
    SYS_clock_gettime "clock_gettime" "thread-time-elapses" ArgumentChanged
        entry [is(0, CLOCK_THREAD_CPUTIME_ID)] [arg(0, 1)]
        "CLOCK_THREAD_CPUTIME_ID: the processor time of the thread"
        from "Mystikos" "microsoft/mystikos" 116 "2021-02-16"
        saw "The processor time of a thread is the time since its start.";
    SYS_clock_gettime "clock_gettime" "process-time-elapses" ArgumentChanged
        entry [is(0, CLOCK_PROCESS_CPUTIME_ID)] [arg(0, 1)]
        "CLOCK_PROCESS_CPUTIME_ID: a sleeping process uses no processor time"
        from "OSv" "cloudius-systems/osv" 152 "2014-01-07"
        saw "The processor time is the time since the boot, idle time too.";
    SYS_clock_gettime "clock_gettime" "process-time-twice" ResultAltered
        entry [is(0, CLOCK_PROCESS_CPUTIME_ID)] exit [OK] [Out(long(1, 8), Mul(2))]
        "CLOCK_PROCESS_CPUTIME_ID: the time that the threads have used"
        from "Nanos" "nanovms/nanos" 1310 "2020-10-18"
        saw "The time of each thread counts twice in that of the process."
        missing "the processor time of a process with one thread is that of the thread (Linux)";
    SYS_clock_getres "clock_getres" "other-process-unknown" FalseError entry [below(0, 0)]
        [fail(EINVAL)]
        "clock_getcpuclockid: the processor time of a process is a clock"
        from "Nanos" "nanovms/nanos" 1946 "2023-09-14"
        saw "The clock of a process by its number is refused: Haskell programs end with an error.";
    SYS_timer_create "timer_create" "thread-clock-unknown" FalseError entry [below(0, 0)]
        [fail(EINVAL)]
        "clock_getcpuclockid: the processor time of a process is a clock"
        from "SmartOS LX" "TritonDataCenter/smartos-live" 989 "2021-05-25"
        saw "A timer on the processor time of a thread is refused: HAProxy does not start.";
    SYS_clock_gettime "clock_gettime" "monotonic-is-wall-time" ArgumentChanged
        entry [is(0, CLOCK_MONOTONIC)] [arg(0, 0)]
        "CLOCK_MONOTONIC: the clock cannot be set"
        from "Nanos" "nanovms/nanos" 941 "2019-07-23"
        saw "CLOCK_MONOTONIC is the time of day.";
    SYS_timer_settime "timer_settime" "absolute-from-wrong-start" FlagDropped
        entry [has(1, TIMER_ABSTIME)] [drop(1, TIMER_ABSTIME)]
        "TIMER_ABSTIME: the time is that of the clock"
        from "Zephyr" "zephyrproject-rtos/zephyr" 107780 "2026-04-22"
        saw "An absolute time is measured from the wrong start, and cut to 32 bits.";
    SYS_timer_settime "timer_settime" "past-is-skipped" StateKept entry [has(1, TIMER_ABSTIME)]
        [put(SECONDS, FAR)]
        "timer_settime: if the time has passed, the notification is made"
        from "NuttX" "apache/nuttx" 6628 "2022-07-16"
        saw "A timer whose absolute time has passed waits for its interval instead of firing.";
    SYS_timer_settime "timer_settime" "does-nothing" StateKept entry [] [skip(0)]
        "timer_settime: arms the timer"
        from "StarryOS" "rcore-os/tgoskits" 341 "2026-04-24"
        saw "The timer calls return 0 and do nothing.";
    SYS_timer_create "timer_create" "overruns-lost" ResultAltered signal [Code(Eq(SI_TIMER as i64))]
        [Info(20, Set(0))]
        "timer_getoverrun: si_overrun counts the expirations without a signal of their own"
        from "TizenRT" "Samsung/TizenRT" 7543 "2026-09-21"
        saw "The overruns of a timer are not counted.";
    SYS_timer_settime "timer_settime" "old-value-unwritten" ResultAltered entry [given(3)] exit [OK]
        [keep(3, 0, 32)]
        "timer_settime: the old value is stored"
        from "TizenRT" "Samsung/TizenRT" 7543 "2026-09-21"
        saw "The former setting of a timer is not stored.";
}
