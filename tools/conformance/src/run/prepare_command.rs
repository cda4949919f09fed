//! The target's command `prepare`, which runs once, before the first boot.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::run::interrupt::Interrupt;
use crate::run::supervisor::{self, CaptureLimits};
use crate::target::{Places, Target};

/// The limits of the command, which may build a kernel.
const LIMITS: CaptureLimits = CaptureLimits {
    time: Duration::from_secs(1800),
    bytes: 1 << 20,
};
/// The most lines of its output that an error shows.
const LINES_MAX: usize = 20;

/// Runs the command to its end. Its output is shown only where it fails.
///
/// # Errors
/// It cannot be executed, fails or does not end: no verdict.
pub(crate) fn run(target: &Target, places: &Places, interrupt: &Interrupt) -> Result<()> {
    let command = target.prepare_command(places)?;
    let folder = target.base();
    let captured = supervisor::capture(&command, folder.as_deref(), LIMITS, interrupt);
    let why = match captured {
        Ok(captured) if captured.status.success() => return Ok(()),
        Ok(captured) => {
            let output = [captured.stdout, captured.stderr].concat();
            let output = String::from_utf8_lossy(&output).into_owned();
            let lines: Vec<&str> = output.lines().collect();
            let last = &lines[lines.len().saturating_sub(LINES_MAX)..];
            let shown: String = last.iter().map(|line| format!("\n  {line}")).collect();
            format!("{}{shown}", captured.status)
        }
        Err(why) => why,
    };
    let name = &target.name;
    Err(Error::no_verdict(format!(
        "target {name}: prepare failed: {why}"
    )))
}
