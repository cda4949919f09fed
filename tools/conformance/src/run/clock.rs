//! The time for which a console was watched, and its command could run.
//!
//! Pure, but for [`share`]: the time is passed in.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// The longest time between two observations that counts. A reader that was not scheduled for
/// longer has not watched the console, and what came meanwhile is still in the pipe.
const WATCHED_MAX: Duration = Duration::from_millis(250);

/// The least share of a processor with which time counts: a limit is at most this much longer.
const SHARE_MIN: f64 = 0.125;

/// The share of a processor that a process gets now: 1 where no more processes can run than there
/// are processors, and where the system does not tell (proc_loadavg(5)).
pub(crate) fn share() -> f64 {
    let processors = available_parallelism().map_or(1, NonZero::get);
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    share_of(&text, processors)
}

fn share_of(loadavg: &str, processors: usize) -> f64 {
    let running = loadavg
        .split_whitespace()
        .nth(3)
        .and_then(|field| field.split_once('/'))
        .and_then(|(running, _)| running.parse::<f64>().ok());
    // This process is one of them.
    let others = running.unwrap_or_default() - 1.0;
    (processors as f64 / others.max(1.0)).clamp(SHARE_MIN, 1.0)
}

/// A clock that stops while nobody watches the console, and is slow while the machine has
/// more to do than it can: no limit expires because this process was stopped or not scheduled, or
/// because the command was not.
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

    /// The watched time at an observation; `share` is the share of a processor since the last one.
    pub(crate) fn at(&mut self, now: Instant, share: f64) -> Instant {
        let passed = now.saturating_duration_since(self.last);
        self.last = now;
        self.watched += passed.min(WATCHED_MAX).mul_f64(share);
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
            (clock.at(now, 1.0) - begun).as_millis()
        };
        assert_eq!([at(20), at(40), at(290)], [20, 40, 290]);
        // A stop of an hour, and then observations as before.
        assert_eq!([at(3_600_290), at(3_600_310)], [540, 560]);
    }

    #[test]
    fn time_counts_by_the_share_of_a_processor() {
        let begun = Instant::now();
        let mut clock = WatchedClock::new(begun);
        let mut at = |milliseconds: u64, share: f64| {
            let now = begun + Duration::from_millis(milliseconds);
            (clock.at(now, share) - begun).as_millis()
        };
        assert_eq!([at(100, 1.0), at(200, 0.25), at(300, 0.5)], [100, 125, 175]);
    }

    #[test]
    fn share_is_that_of_the_processes_that_can_run() {
        for (text, processors, wanted) in [
            ("0.20 0.18 0.12 1/80 11206", 2, 1.0),
            ("0.20 0.18 0.12 3/80 11206", 2, 1.0),
            ("0.20 0.18 0.12 9/80 11206", 2, 0.25),
            ("9.00 9.00 9.00 900/980 11206", 2, SHARE_MIN),
            ("", 2, 1.0),
            ("no numbers at all/", 2, 1.0),
        ] {
            assert_eq!(share_of(text, processors), wanted, "{text}");
        }
    }
}
