//! The version of a target's kernel, as the target's command `version` prints it.

use std::path::Path;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::run::interrupt::Interrupt;
use crate::run::supervisor::{self, CaptureLimits};
use crate::target::{Places, Target, is_program};

/// The limits of the command; one that takes longer does more than print a version.
const LIMITS: CaptureLimits = CaptureLimits {
    time: Duration::from_secs(10),
    bytes: 1 << 16,
};

/// The first line that the target's command `version` prints; `unknown` where it has none.
///
/// # Errors
/// The command does not exist, fails, prints nothing or does not end.
pub(crate) fn ask(target: &Target, places: &Places, interrupt: &Interrupt) -> Result<String> {
    let command = target.version_command(places)?;
    let Some(program) = command.first() else {
        return Ok("unknown".to_string());
    };
    let captured = match is_program(Path::new(program)) {
        true => supervisor::capture(&command, target.base().as_deref(), LIMITS, interrupt),
        false => Err("no such program".to_string()),
    };
    let version = captured.and_then(|captured| {
        let status = captured.status;
        let [version, error] = [&captured.stdout, &captured.stderr].map(|bytes| first_line(bytes));
        match (status.success(), version.is_empty(), error.is_empty()) {
            (true, false, _) => Ok(version),
            (true, true, true) => Err("printed nothing".to_string()),
            (true, true, false) => Err(format!("printed nothing: {error}")),
            (false, _, true) => Err(status.to_string()),
            (false, _, false) => Err(format!("{status}: {error}")),
        }
    });
    version.map_err(|why| {
        let (name, program) = (&target.name, program.display());
        Error::no_verdict(format!(
            "target {name}: its version is not known: {program}: {why}"
        ))
    })
}

/// The first line of an output, without blanks around it.
fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().next().unwrap_or_default().trim().to_string()
}
