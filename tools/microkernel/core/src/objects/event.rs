//! Objects that carry events: counters (`eventfd(2)`), timers (`timerfd_create(2)`), signals
//! (`signalfd(2)`).

use crate::linux::{POLLIN, POLLOUT, POLLRDNORM, POLLWRNORM};

/// The highest value of a counter.
pub(crate) const COUNTER_MAX: u64 = u64::MAX - 1;

/// A counter.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    pub value: u64,
    /// EFD_SEMAPHORE: a read takes one.
    pub is_semaphore: bool,
    pub edge_count: u64,
}

impl Counter {
    /// The number that a read returns and removes; `None` where it waits.
    pub(crate) fn take(&mut self) -> Option<u64> {
        if self.value == 0 {
            return None;
        }
        let taken = if self.is_semaphore { 1 } else { self.value };
        self.value -= taken;
        self.edge_count += 1;
        Some(taken)
    }

    /// Adds a number; false where a write waits.
    pub(crate) fn add(&mut self, number: u64) -> bool {
        let fits = COUNTER_MAX - self.value >= number;
        if fits {
            self.value += number;
            self.edge_count += 1;
        }
        fits
    }

    pub(crate) fn readiness(&self) -> (u32, u64) {
        let data = if self.value > 0 {
            POLLIN | POLLRDNORM
        } else {
            0
        };
        let room = if self.value < COUNTER_MAX {
            POLLOUT | POLLWRNORM
        } else {
            0
        };
        (data | room, self.edge_count + 1)
    }
}

/// A timer that is read.
#[derive(Debug, Default)]
pub(crate) struct TimerFile {
    /// True for the real-time clock.
    pub is_realtime: bool,
    /// The time of the next expiry, in nanoseconds of the monotonic clock.
    pub next: Option<u64>,
    pub interval: u64,
    /// The number of expiries since the last read.
    pub expired: u64,
    pub edge_count: u64,
}

impl TimerFile {
    /// Counts the expiries up to a time.
    pub(crate) fn advance(&mut self, now: u64) {
        let Some(next) = self.next.filter(|&next| next <= now) else {
            return;
        };
        let further = (now - next).checked_div(self.interval).unwrap_or(0);
        self.expired += 1 + further;
        self.edge_count += 1;
        let step = self.interval.saturating_mul(further + 1);
        self.next = (self.interval > 0).then(|| next.saturating_add(step));
    }

    pub(crate) fn readiness(&self) -> (u32, u64) {
        let data = if self.expired > 0 {
            POLLIN | POLLRDNORM
        } else {
            0
        };
        (data, self.edge_count + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_taken_whole_or_one_by_one() {
        let mut counter = Counter::default();
        assert_eq!(counter.take(), None);
        assert!(counter.add(3) && counter.add(4));
        assert_eq!(counter.take(), Some(7));
        counter.is_semaphore = true;
        assert!(counter.add(2));
        assert_eq!((counter.take(), counter.value), (Some(1), 1));
        assert!(!counter.add(COUNTER_MAX));
    }

    #[test]
    fn a_timer_counts_what_it_missed() {
        let mut timer = TimerFile {
            next: Some(100),
            interval: 10,
            ..TimerFile::default()
        };
        timer.advance(99);
        assert_eq!(timer.expired, 0);
        timer.advance(125);
        assert_eq!((timer.expired, timer.next), (3, Some(130)));
        timer.interval = 0;
        timer.advance(130);
        assert_eq!((timer.expired, timer.next), (4, None));
    }
}
