//! One boot: starts a target's command, feeds the monitor with what comes, and ends the command.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::run::clock::{WatchedClock, share};
use crate::run::interrupt::Interrupt;
use crate::run::monitor::{BootResult, BootSpec, Monitor, Observation};
use crate::run::progress::Progress;
use crate::run::supervisor::{Stdout, Supervisor};

/// The interval of observations while stdout is silent.
const TICK: Duration = Duration::from_millis(20);

/// Boots once; the console is copied to `log` as it comes.
///
/// # Errors
/// The command does not start, or the log cannot be written.
pub(crate) fn boot(
    plan: &Plan,
    spec: &BootSpec,
    interrupt: &Interrupt,
    progress: &mut Progress,
    mut log: Option<&mut (dyn Write + '_)>,
) -> Result<BootResult> {
    let command = spec.command;
    let folder = command.folder.as_deref();
    let mut supervisor = Supervisor::start(&command.argv, &command.env, folder)?;
    let begun = Instant::now();
    let mut clock = WatchedClock::new(begun);
    let mut monitor = Monitor::new(plan, spec, begun);
    let end = loop {
        let seen = Observation {
            output: supervisor.read(TICK)?,
            status: supervisor.ended()?,
            interrupted: interrupt.came(),
        };
        if let (Some(log), Stdout::Bytes(bytes)) = (log.as_deref_mut(), &seen.output.stdout) {
            log.write_all(bytes)
                .map_err(|error| Error::usage(format!("writing the log: {error}")))?;
        }
        let end = monitor.observe(&seen, clock.at(Instant::now(), share()), &mut |event| {
            progress.event(event)
        });
        progress.draw(plan);
        if let Some(end) = end {
            break end;
        }
    };
    supervisor.end();
    let stderr = supervisor.rest_of_stderr();
    Ok(monitor.result(end, &stderr, clock.at(Instant::now(), share())))
}
