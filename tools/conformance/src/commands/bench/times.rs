//! The times of the bare ELF, whose runs must all print the same bytes.

use std::path::Path;

use super::{Busy, beside, counted, require_complete, summary, time};
use crate::commands::progress::progress;
use crate::error::{Error, Result};
use crate::plan::Plan;

/// Times a number of runs: minimum and median of wall and CPU time.
///
/// # Errors
/// The ELF cannot be started, a run is not complete, or two runs differ.
pub(super) fn times(plan: &Plan, elf: &Path, runs: u32, busy: u32) -> Result<String> {
    let _busy = Busy::start(busy);
    let mut walls = Vec::new();
    let mut cpus = Vec::new();
    let mut first: Option<Vec<u8>> = None;
    for run in 1..=runs {
        let timed = time(elf)?;
        progress(run as usize, runs as usize, "runs");
        walls.push(timed.wall);
        cpus.push(timed.cpu);
        match &first {
            None => {
                require_complete(plan, elf, &timed.output)?;
                first = Some(timed.output);
            }
            Some(first) if *first == timed.output => {}
            Some(first) => return Err(difference(run, first, &timed.output)),
        }
    }
    Ok(format!(
        "{}{}, identical output\nwall {}\ncpu  {}\n",
        counted(runs, "run"),
        beside(busy),
        summary(&mut walls),
        summary(&mut cpus)
    ))
}

/// The error that names the first line in which two runs differ.
fn difference(run: u32, first: &[u8], other: &[u8]) -> Error {
    let lines = |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes)
            .lines()
            .map(str::to_string)
            .collect()
    };
    let (first, other) = (lines(first), lines(other));
    let line = (0..first.len().max(other.len())).find(|&i| first.get(i) != other.get(i));
    let show = |lines: &[String]| {
        let line = line.and_then(|line| lines.get(line));
        line.map_or("nothing".to_string(), |line| format!("`{line}`"))
    };
    Error::no_verdict(format!(
        "run {run} differs from the first: {} instead of {}",
        show(&other),
        show(&first)
    ))
}
