//! Time: the counter that `rdtime` reads, and the firmware's timer as the alarm.

use super::boot_info::frequency;
use super::cpu::ticks;
use super::sbi;

const SECOND: u128 = 1_000_000_000;

/// The clock.
pub(crate) struct Clock {
    /// Ticks in a second.
    frequency: u128,
    start: u64,
    armed: Option<u64>,
}

impl Clock {
    /// Starts the clock; `None` where the loader does not state the frequency of the counter.
    pub(crate) fn start() -> Option<Clock> {
        Some(Clock {
            frequency: u128::from(frequency()?),
            start: ticks(),
            armed: None,
        })
    }

    /// Nanoseconds since the start; never decreases.
    pub(crate) fn now(&self) -> u64 {
        let spent = ticks().saturating_sub(self.start);
        (u128::from(spent) * SECOND / self.frequency) as u64
    }

    /// Requests an interrupt at a time, or none.
    pub(crate) fn arm(&mut self, until: Option<u64>) {
        if until == self.armed {
            return;
        }
        self.armed = until;
        let at = until.map_or(u64::MAX, |until| {
            let ticks = (u128::from(until) * self.frequency).div_ceil(SECOND);
            self.start
                .saturating_add(ticks.min(u128::from(u64::MAX)) as u64)
        });
        sbi::set_timer(at);
    }

    /// Notes that the alarm's interrupt has arrived.
    pub(crate) fn alarm_fired(&mut self) {
        self.armed = None;
    }
}
