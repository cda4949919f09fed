//! Calls for clocks, sleeps and timers.

use crate::kernel::{Kernel, Reply, Stop};
use crate::linux::errno::*;
use crate::linux::flags::{
    CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID,
};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::SigInfo;
use crate::tasks::thread::Syscall;
use crate::tasks::timer::{Clock, Countdown, SECOND, Timer};

// <time.h>: other names of the monotonic and the real-time clock.
const CLOCK_MONOTONIC_RAW: i64 = 4;
const CLOCK_REALTIME_COARSE: i64 = 5;
const CLOCK_MONOTONIC_COARSE: i64 = 6;
const CLOCK_BOOTTIME: i64 = 7;
/// The longest time in nanoseconds; a longer one counts as this.
const FOREVER: u64 = i64::MAX as u64;

impl<M: Machine> Kernel<M> {
    /// Reads a `timespec`, in nanoseconds.
    pub(crate) fn read_time(&mut self, address: u64) -> Result<u64, Stop> {
        let [seconds, nanoseconds] = self.read_words(address)?;
        span(seconds, nanoseconds)
    }

    fn clock(&mut self, number: i32) -> Result<Clock, Stop> {
        match i64::from(number) {
            CLOCK_REALTIME | CLOCK_REALTIME_COARSE => Ok(Clock::Realtime),
            CLOCK_MONOTONIC | CLOCK_MONOTONIC_RAW | CLOCK_MONOTONIC_COARSE | CLOCK_BOOTTIME => {
                Ok(Clock::Monotonic)
            }
            CLOCK_PROCESS_CPUTIME_ID => Ok(Clock::Process),
            CLOCK_THREAD_CPUTIME_ID => Ok(Clock::Thread(self.current)),
            _ => Err(EINVAL.into()),
        }
    }

    pub(crate) fn clock_gettime(&mut self, number: i32, result: u64) -> Reply {
        let clock = self.clock(number)?;
        let pid = self.thread().process;
        let now = self.clock_now(clock, pid);
        self.write_words(result, &[now / SECOND, now % SECOND])?;
        Ok(0)
    }

    pub(crate) fn clock_getres(&mut self, number: i32, result: u64) -> Reply {
        self.clock(number)?;
        if result != 0 {
            self.write_words(result, &[0, 1])?;
        }
        Ok(0)
    }

    /// Sets the real-time clock; the others cannot be set.
    pub(crate) fn clock_settime(&mut self, number: i32, time: u64) -> Reply {
        if i64::from(number) != CLOCK_REALTIME {
            return Err(EINVAL.into());
        }
        let time = self.read_time(time)?;
        if self.process().user.effective != 0 {
            return Err(EPERM.into());
        }
        self.started = time.checked_sub(self.machine.now()).ok_or(EINVAL)?;
        Ok(0)
    }

    pub(crate) fn nanosleep(&mut self, call: &mut Syscall, request: u64) -> Reply {
        if call.deadline.is_none() {
            let [seconds, nanoseconds] = self.read_words(request)?;
            let time = if self.options.nanosleep_negative_blocks && (seconds as i64) < 0 {
                // The second historic bug: the sign is not checked.
                FOREVER
            } else {
                span(seconds, nanoseconds)?
            };
            self.set_deadline(call, time);
        }
        if self.is_expired(call) {
            Ok(0)
        } else {
            Err(Stop::Wait)
        }
    }

    pub(crate) fn clock_nanosleep(
        &mut self,
        call: &mut Syscall,
        clock: i32,
        flags: u64,
        request: u64,
    ) -> Reply {
        let clock = self.clock(clock)?;
        if call.deadline.is_none() {
            let time = self.read_time(request)?;
            match clock {
                Clock::Realtime if flags & TIMER_ABSTIME != 0 => {
                    call.deadline = Some(time.saturating_sub(self.started));
                }
                Clock::Monotonic if flags & TIMER_ABSTIME != 0 => call.deadline = Some(time),
                Clock::Realtime | Clock::Monotonic => self.set_deadline(call, time),
                _ => return Err(EINVAL.into()),
            }
        }
        if self.is_expired(call) {
            Ok(0)
        } else {
            Err(Stop::Wait)
        }
    }

    pub(crate) fn setitimer(&mut self, which: i32, new: u64, old: u64) -> Reply {
        // Linux accepts a null pointer and disarms the timer, against its own manual.
        let [interval, micros, first, first_micros] = match new {
            0 => [0; 4],
            new => self.read_words(new)?,
        };
        let timeval = |seconds: u64, micros: u64| {
            if micros >= 1_000_000 {
                return Err(EINVAL.into());
            }
            span(seconds, micros * 1_000)
        };
        let (interval, first) = (timeval(interval, micros)?, timeval(first, first_micros)?);
        let index = usize::try_from(which).ok().filter(|&which| which <= 2);
        let index = index.ok_or(EINVAL)?;
        let now = self.alarm_now(index);
        let alarm = Countdown {
            next: (first > 0).then(|| now.saturating_add(first)),
            interval,
        };
        let before = core::mem::replace(&mut self.process().alarms[index], alarm);
        if old != 0 {
            self.write_alarm(before, now, old)?;
        }
        Ok(0)
    }

    pub(crate) fn getitimer(&mut self, which: i32, result: u64) -> Reply {
        let index = usize::try_from(which).ok().filter(|&which| which <= 2);
        let index = index.ok_or(EINVAL)?;
        let now = self.alarm_now(index);
        let alarm = self.process().alarms[index];
        self.write_alarm(alarm, now, result)
    }

    /// The time of an alarm's clock: processor time for all but ITIMER_REAL.
    fn alarm_now(&mut self, index: usize) -> u64 {
        match index {
            0 => self.machine.now(),
            _ => self.process().times.own,
        }
    }

    /// Seconds that are left count as at least one (`alarm(2)`).
    pub(crate) fn alarm(&mut self, seconds: u32) -> Reply {
        let now = self.machine.now();
        let alarm = Countdown {
            next: (seconds > 0).then(|| now + u64::from(seconds) * SECOND),
            interval: 0,
        };
        let before = core::mem::replace(&mut self.process().alarms[0], alarm);
        let left = before.left(now);
        let rounded = (left + SECOND / 2) / SECOND;
        Ok(rounded.max(u64::from(left > 0)) as i64)
    }

    pub(crate) fn gettimeofday(&mut self, result: u64, zone: u64) -> Reply {
        let now = self.started + self.machine.now();
        if result != 0 {
            self.write_words(result, &[now / SECOND, now % SECOND / 1_000])?;
        }
        if zone != 0 {
            self.write_words(zone, &[0])?;
        }
        Ok(0)
    }

    pub(crate) fn time(&mut self, result: u64) -> Reply {
        let now = (self.started + self.machine.now()) / SECOND;
        if result != 0 {
            self.write_words(result, &[now])?;
        }
        Ok(now as i64)
    }

    fn write_alarm(&mut self, alarm: Countdown, now: u64, result: u64) -> Reply {
        let (interval, left) = (alarm.interval, alarm.left(now));
        let micros = |time: u64| [time / SECOND, time % SECOND / 1_000];
        let [[a, b], [c, d]] = [micros(interval), micros(left)];
        self.write_words(result, &[a, b, c, d])?;
        Ok(0)
    }

    pub(crate) fn timer_create(&mut self, clock: i32, event: u64, result: u64) -> Reply {
        let words = match event {
            0 => None,
            event => Some(self.read_words::<8>(event)?),
        };
        let clock = self.clock(clock)?;
        let pid = self.thread().process;
        let signal = match words {
            None => Some((SigInfo::sent(SIGALRM, SI_TIMER, 0), None)),
            Some(words) => self.event(words, pid)?,
        };
        if !self.may_queue() {
            return Err(EAGAIN.into());
        }
        let timer = Timer {
            clock,
            countdown: Countdown::default(),
            signal,
            signal_pending: false,
            overrun: 0,
        };
        let id = self.process().timers.insert(timer).ok_or(EAGAIN)?;
        if let Some(timer) = self.process().timers.get_mut(id)
            && let Some((info, _)) = &mut timer.signal
        {
            info.timer = Some(id);
            if words.is_none() {
                info.value = id as u64;
            }
        }
        if let Err(stop) = self.write_user(result, &(id as i32).to_le_bytes()) {
            self.process().timers.remove(id);
            return Err(stop);
        }
        Ok(0)
    }

    /// Reads a `sigevent`: the signal and the thread that gets it; `None` for SIGEV_NONE.
    fn event(&mut self, words: [u64; 8], pid: i32) -> Result<Option<(SigInfo, Option<i32>)>, Stop> {
        let (signal, notify) = (words[1] as u32 as i32, (words[1] >> 32) as i32);
        let mut info = SigInfo::sent(signal, SI_TIMER, 0);
        info.value = words[0];
        let known = (1..=SIGNAL_MAX).contains(&signal);
        match notify {
            SIGEV_NONE => Ok(None),
            SIGEV_SIGNAL | SIGEV_THREAD if known => Ok(Some((info, None))),
            SIGEV_THREAD_ID if known => {
                let tid = words[2] as u32 as i32;
                let target = self.threads.get(&tid).filter(|one| one.process == pid);
                target.ok_or(EINVAL)?;
                Ok(Some((info, Some(tid))))
            }
            _ => Err(EINVAL.into()),
        }
    }

    pub(crate) fn timer_settime(&mut self, id: i32, flags: u64, new: u64, old: u64) -> Reply {
        if new == 0 {
            return Err(EINVAL.into());
        }
        let [seconds, nanos, first_seconds, first_nanos] = self.read_words(new)?;
        let (interval, first) = (span(seconds, nanos)?, span(first_seconds, first_nanos)?);
        let (id, mut timer) = self.timer(id)?;
        let pid = self.thread().process;
        let now = self.clock_now(timer.clock, pid);
        let before = timer.countdown;
        let next = if flags & TIMER_ABSTIME != 0 {
            first
        } else {
            now.saturating_add(first)
        };
        timer.countdown = Countdown {
            next: (first > 0).then_some(next),
            interval,
        };
        timer.signal_pending = false;
        timer.overrun = 0;
        self.drop_timer_signal(id);
        if let Some(kept) = self.process().timers.get_mut(id) {
            *kept = timer;
        }
        if old != 0 {
            self.write_countdown(before, now, old)?;
        }
        Ok(0)
    }

    pub(crate) fn drop_timer_signal(&mut self, id: usize) {
        let pid = self.thread().process;
        self.process().pending.drop_timer(id);
        for thread in self.threads.values_mut().filter(|one| one.process == pid) {
            thread.pending.drop_timer(id);
        }
    }

    pub(crate) fn write_countdown(&mut self, countdown: Countdown, now: u64, result: u64) -> Reply {
        let (interval, left) = (countdown.interval, countdown.left(now));
        let words = [
            interval / SECOND,
            interval % SECOND,
            left / SECOND,
            left % SECOND,
        ];
        self.write_words(result, &words)?;
        Ok(0)
    }

    pub(crate) fn timer_gettime(&mut self, id: i32, result: u64) -> Reply {
        let (_, timer) = self.timer(id)?;
        let pid = self.thread().process;
        let now = self.clock_now(timer.clock, pid);
        self.write_countdown(timer.countdown, now, result)
    }

    pub(crate) fn timer_getoverrun(&mut self, id: i32) -> Reply {
        let (_, timer) = self.timer(id)?;
        Ok(timer.overrun.min(i32::MAX as u64) as i64)
    }

    pub(crate) fn timer_delete(&mut self, id: i32) -> Reply {
        let (id, _) = self.timer(id)?;
        self.process().timers.remove(id);
        self.drop_timer_signal(id);
        Ok(0)
    }
}

/// A `timespec` in nanoseconds.
pub(crate) fn span(seconds: u64, nanoseconds: u64) -> Result<u64, Stop> {
    if (seconds as i64) < 0 || nanoseconds >= SECOND {
        return Err(EINVAL.into());
    }
    let time = seconds.saturating_mul(SECOND).saturating_add(nanoseconds);
    Ok(time.min(FOREVER))
}
