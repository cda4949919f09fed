//! The time limits of a target.

use serde::{Deserialize, Serialize};

/// The longest time that may be given, in seconds: eleven days.
const SECONDS_MAX: u32 = 1_000_000;

/// Time limits in seconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct TargetLimits {
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

impl Default for TargetLimits {
    fn default() -> TargetLimits {
        TargetLimits {
            boot: 60.0,
            accel: 10.0,
            silence: 10.0,
            check: 20.0,
            total: 600.0,
            settle: 2.0,
        }
    }
}

impl TargetLimits {
    /// Each limit with its key in a target's file.
    pub fn named(&self) -> [(&'static str, f64); 6] {
        let TargetLimits {
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
        let wrong = |seconds: f64| !(seconds > 0.0 && seconds <= f64::from(SECONDS_MAX));
        let (name, seconds) = self
            .named()
            .into_iter()
            .find(|(_, seconds)| wrong(*seconds))?;
        Some(format!(
            "limits.{name} must be above 0 and at most {SECONDS_MAX} seconds, not {seconds}"
        ))
    }
}
