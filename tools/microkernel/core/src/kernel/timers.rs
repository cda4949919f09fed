//! The time of each clock, and the signals of timers that expire.

use alloc::vec::Vec;

use crate::kernel::{Kernel, Stop};
use crate::linux::errno::EINVAL;
use crate::linux::process::{SIGPROF, SIGVTALRM};
use crate::linux::*;
use crate::machine::Machine;
use crate::tasks::signal::SigInfo;
use crate::tasks::timer::{Clock, Timer};

/// The signals of the alarms of a process.
const ALARMS: [i32; 3] = [SIGALRM, SIGVTALRM, SIGPROF];

impl<M: Machine> Kernel<M> {
    /// The time of a clock of the process, in nanoseconds.
    pub(crate) fn clock_now(&mut self, clock: Clock, pid: i32) -> u64 {
        match clock {
            Clock::Realtime => self.started + self.machine.now(),
            Clock::Monotonic => self.machine.now(),
            Clock::Process => self.processes.get(&pid).map_or(0, |one| one.times.own),
            Clock::Thread(tid) => self.threads.get(&tid).map_or(0, |one| one.time),
        }
    }

    pub(crate) fn timer(&mut self, id: i32) -> Result<(usize, Timer), Stop> {
        let id = usize::try_from(id).map_err(|_| EINVAL)?;
        let timer = self.process().timers.get(id).ok_or(EINVAL)?;
        Ok((id, *timer))
    }

    /// Sends the signals of all timers that have expired.
    pub(crate) fn fire_timers(&mut self) {
        let now = self.machine.now();
        for (_, timer) in self.objects.timers.iter_mut() {
            timer.advance(now);
        }
        let pids: Vec<i32> = self.processes.keys().copied().collect();
        for pid in pids {
            for (index, signal) in ALARMS.into_iter().enumerate() {
                let Some(process) = self.processes.get_mut(&pid) else {
                    continue;
                };
                let time = if index == 0 { now } else { process.times.own };
                let alarm = &mut process.alarms[index];
                if alarm.is_due(time) {
                    alarm.rearm(time);
                    self.send(pid, SigInfo::sent(signal, SI_KERNEL, 0));
                }
            }
            self.fire_timers_of(pid);
        }
    }

    fn fire_timers_of(&mut self, pid: i32) {
        let Some(process) = self.processes.get(&pid) else {
            return;
        };
        let armed = process
            .timers
            .iter()
            .filter(|(_, timer)| !timer.signal_pending);
        let armed: Vec<(usize, Timer)> = armed
            .filter(|(_, timer)| timer.countdown.next.is_some())
            .map(|(id, timer)| (id, *timer))
            .collect();
        for (id, mut timer) in armed {
            let now = self.clock_now(timer.clock, pid);
            if !timer.countdown.is_due(now) {
                continue;
            }
            let Some((info, thread)) = timer.signal else {
                timer.countdown.rearm(now);
                self.store_timer(pid, id, timer);
                continue;
            };
            timer.signal_pending = true;
            self.store_timer(pid, id, timer);
            let sent = match thread {
                Some(tid) => self.send_to(tid, info),
                None => self.send(pid, info),
            };
            if !sent {
                // Ignored, or pending for another reason: the timer does not wait for a delivery.
                timer.signal_pending = false;
                timer.countdown.rearm(now);
                self.store_timer(pid, id, timer);
            }
        }
    }

    fn store_timer(&mut self, pid: i32, id: usize, timer: Timer) {
        let process = self.processes.get_mut(&pid);
        if let Some(kept) = process.and_then(|process| process.timers.get_mut(id)) {
            *kept = timer;
        }
    }

    /// The signal of a timer is delivered: stores its overrun count and starts the next interval.
    pub(crate) fn timer_delivered(&mut self, info: &mut SigInfo) {
        if let Some(id) = info.timer {
            let overrun = self.rearm_timer(id);
            info.first = id as u64 | overrun.min(i32::MAX as u64) << 32;
        }
    }

    /// Starts the next interval; returns the number of expiries since the signal was sent.
    pub(crate) fn rearm_timer(&mut self, id: usize) -> u64 {
        let pid = self.thread().process;
        let Ok((_, mut timer)) = self.timer(id as i32) else {
            return 0;
        };
        let now = self.clock_now(timer.clock, pid);
        timer.signal_pending = false;
        timer.overrun = timer.countdown.rearm(now);
        self.store_timer(pid, id, timer);
        timer.overrun
    }

    /// The monotonic time of the next expiry.
    pub(crate) fn next_timer(&mut self) -> Option<u64> {
        let now = self.machine.now();
        let pids: Vec<i32> = self.processes.keys().copied().collect();
        let files = self.objects.timers.iter();
        let mut earliest = files.filter_map(|(_, timer)| timer.next).min();
        for pid in pids {
            let Some(process) = self.processes.get(&pid) else {
                continue;
            };
            let [real, processor @ ..] = process.alarms.map(|alarm| alarm.next);
            let left = |next: u64| next.saturating_sub(process.times.own);
            let alarms = processor.into_iter().flatten().map(|next| now + left(next));
            let alarm = alarms.chain(real).min();
            let timers: Vec<(Clock, u64)> = (process.timers.iter())
                .filter(|(_, timer)| !timer.signal_pending)
                .filter_map(|(_, timer)| Some((timer.clock, timer.countdown.next?)))
                .collect();
            for (clock, next) in timers {
                // A clock of processor time is never faster than the monotonic one.
                let left = next.saturating_sub(self.clock_now(clock, pid));
                earliest = [earliest, Some(now.saturating_add(left))]
                    .into_iter()
                    .flatten()
                    .min();
            }
            earliest = [earliest, alarm].into_iter().flatten().min();
        }
        earliest
    }
}
