//! Clocks and the timers that use them.

use crate::tasks::signal::SigInfo;

/// Nanoseconds in a second.
pub(crate) const SECOND: u64 = 1_000_000_000;

/// A clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    Realtime,
    Monotonic,
    Process,
    Thread(i32),
}

/// The next expiry and the interval, in nanoseconds of the timer's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Countdown {
    /// The time of the next expiry; `None` while it is disarmed.
    pub next: Option<u64>,
    pub interval: u64,
}

impl Countdown {
    pub(crate) fn is_due(&self, now: u64) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// The time left in nanoseconds, for `timer_gettime` and `getitimer`: at least 1 while armed.
    pub(crate) fn left(&self, now: u64) -> u64 {
        match self.next {
            None => 0,
            Some(next) if next > now => next - now,
            Some(next) if self.interval > 0 => self.interval - (now - next) % self.interval,
            Some(_) => 0,
        }
    }

    /// Starts the interval after an expiry; returns the number of whole intervals missed since.
    pub(crate) fn rearm(&mut self, now: u64) -> u64 {
        let Some(next) = self.next else {
            return 0;
        };
        if self.interval == 0 {
            self.next = None;
            return 0;
        }
        let missed = now.saturating_sub(next) / self.interval;
        self.next = Some(next.saturating_add((missed + 1).saturating_mul(self.interval)));
        missed
    }
}

/// A timer of `timer_create`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    pub clock: Clock,
    pub countdown: Countdown,
    /// The signal, and the only thread that gets it; `None` sends nothing.
    pub signal: Option<(SigInfo, Option<i32>)>,
    /// True while its signal is pending: the next interval starts at the delivery.
    pub signal_pending: bool,
    /// The overrun count of the last delivery.
    pub overrun: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missed_intervals_are_counted() {
        let mut countdown = Countdown {
            next: Some(100),
            interval: 10,
        };
        assert!(!countdown.is_due(99) && countdown.is_due(100));
        assert_eq!(countdown.rearm(135), 3);
        assert_eq!(countdown.next, Some(140));
        assert_eq!(countdown.left(135), 5);
        assert_eq!(countdown.left(140), 10);
    }

    #[test]
    fn one_shot_timers_stop() {
        let mut countdown = Countdown {
            next: Some(100),
            interval: 0,
        };
        assert_eq!(countdown.rearm(500), 0);
        assert_eq!((countdown.next, countdown.left(500)), (None, 0));
    }
}
