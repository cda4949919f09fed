//! The pace of a kernel, and the silence that is unusual at that pace.
//!
//! Pure: the time is passed in.

use std::time::{Duration, Instant};

/// The lines of the suite from which the pace is learnt.
const LEARNT_FROM: u32 = 64;
/// The shortest silence that means a hang, in seconds. A check that fails waits by itself: a second
/// for a change that another thread makes, one for a thread's end, and 1.2 s until the watchdog
/// ends a blocked call. That must not count as a hang even where the kernel's clock runs slow.
const SILENCE_MIN: f64 = 5.0;
/// The longest pause between two of the first lines, times this, is no hang yet.
const PATIENCE: f64 = 50.0;

/// The pauses between the first lines of the suite in a boot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    lines: u32,
    last: Option<Instant>,
    longest: Duration,
}

impl Pace {
    /// Takes the time of a line of the suite.
    pub(crate) fn line(&mut self, now: Instant) {
        if self.lines == LEARNT_FROM {
            return;
        }
        self.lines += 1;
        if let Some(last) = self.last.replace(now) {
            self.longest = self.longest.max(now.saturating_duration_since(last));
        }
    }

    /// The silence that means a hang, in seconds: `limit` until the pace is known, and never more
    /// than that.
    pub(crate) fn silence(&self, limit: f64) -> f64 {
        if self.lines < LEARNT_FROM {
            return limit;
        }
        limit.min((self.longest.as_secs_f64() * PATIENCE).max(SILENCE_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The silence after so many lines with pauses of so many milliseconds.
    fn silence(lines: u32, pause: u64, limit: f64) -> f64 {
        let (begun, pause) = (Instant::now(), Duration::from_millis(pause));
        let mut pace = Pace::default();
        (0..lines).for_each(|line| pace.line(begun + pause * line));
        pace.silence(limit)
    }

    #[test]
    fn silence_is_learnt_from_the_first_lines_and_never_above_the_limit() {
        for (lines, pause, limit, wanted) in [
            (0, 0, 10.0, 10.0),
            (LEARNT_FROM - 1, 0, 10.0, 10.0),
            (LEARNT_FROM, 0, 10.0, SILENCE_MIN),
            (LEARNT_FROM, 120, 10.0, 6.0),
            (LEARNT_FROM, 300, 10.0, 10.0),
            (LEARNT_FROM, 0, 0.5, 0.5),
        ] {
            assert_eq!(
                silence(lines, pause, limit),
                wanted,
                "{lines} {pause} {limit}"
            );
        }
        // Later lines change nothing.
        let begun = Instant::now();
        let mut pace = Pace::default();
        (0..LEARNT_FROM).for_each(|_| pace.line(begun));
        pace.line(begun + Duration::from_secs(9));
        assert_eq!(pace.silence(10.0), SILENCE_MIN);
    }
}
