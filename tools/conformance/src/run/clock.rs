//! The time for which a console was watched.
//!
//! Pure: the time is passed in.

use std::time::{Duration, Instant};

/// The longest time between two observations that counts. A reader that was not scheduled for
/// longer has not watched the console, and what came meanwhile is still in the pipe.
const WATCHED_MAX: Duration = Duration::from_millis(250);

/// A clock that stands still while nobody watches the console: no limit expires because this
/// process was stopped or not scheduled.
#[derive(Debug)]
pub(crate) struct WatchedClock {
    /// The time of the last observation.
    last: Instant,
    /// The time of the last observation, without the time in which nobody watched.
    watched: Instant,
}

impl WatchedClock {
    pub(crate) fn new(now: Instant) -> WatchedClock {
        WatchedClock {
            last: now,
            watched: now,
        }
    }

    /// The watched time at an observation.
    pub(crate) fn at(&mut self, now: Instant) -> Instant {
        let passed = now.saturating_duration_since(self.last);
        self.last = now;
        self.watched += passed.min(WATCHED_MAX);
        self.watched
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_which_nobody_watches_does_not_count() {
        let begun = Instant::now();
        let mut clock = WatchedClock::new(begun);
        let mut at = |milliseconds: u64| {
            let now = begun + Duration::from_millis(milliseconds);
            (clock.at(now) - begun).as_millis()
        };
        assert_eq!([at(20), at(40), at(290)], [20, 40, 290]);
        // A stop of an hour, and then observations as before.
        assert_eq!([at(3_600_290), at(3_600_310)], [540, 560]);
    }
}
