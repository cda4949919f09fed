//! The version of a target's kernel, as a command of the target says it.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitStatus;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::run::boot::Interrupt;
use crate::run::supervisor::Supervisor;
use crate::target::{Places, Target, is_program};

/// A version is printed at once, or the command does something else.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(5);
/// How much of what it prints is kept.
const KEPT_MAX: u64 = 1 << 16;
/// How long the output of a command that is gone is waited for.
const OUTPUT_MAX: Duration = Duration::from_secs(1);

/// The first line that the target's command `version` prints.
///
/// # Errors
/// The command is not there, fails, prints nothing or does not end.
pub fn ask(target: &Target, places: &Places, interrupt: &Interrupt) -> Result<String> {
    let words = target.version_words(places)?;
    let Some(program) = words.first() else {
        return Ok("unknown".to_string());
    };
    first_line(&words, interrupt).map_err(|why| {
        let (name, program) = (&target.name, program.display());
        Error::no_verdict(format!(
            "target {name}: its version is not known: {program}: {why}"
        ))
    })
}

/// The first line that a command prints, or why there is none.
fn first_line(words: &[OsString], interrupt: &Interrupt) -> std::result::Result<String, String> {
    if !is_program(Path::new(&words[0])) {
        return Err("no such program".to_string());
    }
    let mut supervisor = Supervisor::start(words, &[]).map_err(|problem| problem.text)?;
    let (stdout, stderr) = supervisor.outputs();
    let (stdout, stderr) = (kept(stdout), kept(stderr));
    let status = wait(&mut supervisor, interrupt)?;
    let first = |bytes: Receiver<Vec<u8>>| {
        let bytes = bytes.recv_timeout(OUTPUT_MAX).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        text.lines().next().unwrap_or_default().trim().to_string()
    };
    let (version, complaint) = (first(stdout), first(stderr));
    match (status.success(), version.is_empty(), complaint.is_empty()) {
        (true, false, _) => Ok(version),
        (true, true, true) => Err("printed nothing".to_string()),
        (true, true, false) => Err(format!("printed nothing: {complaint}")),
        (false, _, true) => Err(status.to_string()),
        (false, _, false) => Err(format!("{status}: {complaint}")),
    }
}

/// How a command ended, within the time it has.
fn wait(
    supervisor: &mut Supervisor,
    interrupt: &Interrupt,
) -> std::result::Result<ExitStatus, String> {
    let begun = Instant::now();
    loop {
        if let Some(status) = supervisor.ended().map_err(|problem| problem.text)? {
            return Ok(status);
        }
        if interrupt.came() {
            return Err("interrupted".to_string());
        }
        if begun.elapsed() > TIME_MAX {
            return Err(format!("not done after {} s", TIME_MAX.as_secs()));
        }
        thread::sleep(TICK);
    }
}

/// The beginning of what a command prints, once it is known; the rest is read and forgotten, so
/// that nobody waits for room.
fn kept(output: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let Some(mut output) = output else { return };
        let mut bytes = Vec::new();
        // What cannot be read is as if it had not been printed, and nobody may listen any more.
        let _ = output.by_ref().take(KEPT_MAX).read_to_end(&mut bytes);
        let _ = sender.send(bytes);
        let _ = io::copy(&mut output, &mut io::sink());
    });
    receiver
}
