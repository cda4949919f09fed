//! The time limits of a target.

use std::time::Duration;

use serde::Deserialize;

/// Time limits in seconds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Up to the header line, each boot.
    pub boot: f64,
    /// Up to the header line of a boot with an accelerator that may be unusable.
    pub accel: f64,
    /// Without a byte after the header line.
    pub silence: f64,
    /// From one line of the suite to the next, whatever else the kernel says meanwhile.
    pub check: f64,
    /// All boots together.
    pub total: f64,
    /// From the END line to the command's own end.
    pub settle: f64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            boot: 60.0,
            accel: 10.0,
            silence: 10.0,
            check: 20.0,
            total: 600.0,
            settle: 2.0,
        }
    }
}

impl Limits {
    /// Each limit with its key in a target's file.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        let Limits {
            boot,
            accel,
            silence,
            check,
            total,
            settle,
        } = *self;
        [
            ("boot", boot),
            ("accel", accel),
            ("silence", silence),
            ("check", check),
            ("total", total),
            ("settle", settle),
        ]
    }

    /// The problem of the first limit that cannot be waited for.
    pub(super) fn problem(&self) -> Option<String> {
        let wrong = |seconds: f64| {
            Duration::try_from_secs_f64(seconds).is_err() || seconds <= 0.0 || seconds > 1e6
        };
        let (name, seconds) = self
            .named()
            .into_iter()
            .find(|(_, seconds)| wrong(*seconds))?;
        Some(format!("limits.{name} is no time to wait: {seconds}"))
    }
}
