//! Logs that are judged without a run: their suite, and their outcome.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use memchr::memmem::Finder;
use packer::log::Line;
use packer::suites::{self, CORE, Suite};

use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::plan::{Plan, described, is_same};
use crate::resources::Named;
use crate::run::recording::{RECORD_MAX, last_record};
use crate::target::Target;
use crate::verdict::defect::Defect;
use crate::verdict::run_outcome::RunOutcome;

/// The beginning of a header line, and the most bytes that are looked at after it.
const HEADER: &str = "posix-conformance ";
const HEADER_MAX: usize = 256;
/// The bytes of a log that are searched at once.
const PIECE: usize = 1 << 16;

/// The suite of the first of these logs that shows one, by the suite id in its first header line. A
/// pipe can be read only once, and shows none; a log without one is read as of the core suite on
/// x86-64.
///
/// # Errors
/// A log cannot be read: exit code 2.
pub(crate) fn suite_of_logs(logs: &[&Path]) -> Result<Suite> {
    for log in logs {
        if !fs::metadata(log).is_ok_and(|log| log.is_file()) {
            continue;
        }
        let unreadable = |error| Error::file(log, &error);
        let mut file = File::open(log).map_err(unreadable)?;
        let found = suite_in(&mut file).map_err(unreadable)?;
        if let Some(suite) = found.and_then(suites::by_id) {
            return Ok(*suite);
        }
    }
    Ok(CORE)
}

/// The suite id in the first header line of a log.
fn suite_in(log: &mut impl Read) -> std::io::Result<Option<u32>> {
    let (finder, mut bytes) = (Finder::new(HEADER), Vec::new());
    loop {
        let read = log.by_ref().take(PIECE as u64).read_to_end(&mut bytes)?;
        for at in finder.find_iter(&bytes) {
            let rest = &bytes[at..bytes.len().min(at + HEADER_MAX)];
            if let Some(suite) = suite_of_header(&String::from_utf8_lossy(rest)) {
                return Ok(Some(suite));
            }
        }
        if read == 0 {
            return Ok(None);
        }
        // A header line can be in two pieces.
        bytes.drain(..bytes.len().saturating_sub(HEADER_MAX));
    }
}

/// The suite id of the header line that a text begins with, whatever is after the line.
fn suite_of_header(text: &str) -> Option<u32> {
    let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    ends.rev().find_map(|end| match Line::parse(&text[..end]) {
        Some(Line::Header { suite, .. }) => Some(suite),
        _ => None,
    })
}

/// Refuses a log of another suite than the one that a target runs, or of another processor.
pub(super) fn require_log_of(log: &Named, target: &Target, wanted: &Suite) -> Result<()> {
    let suite = suite_in(&mut log.bytes.as_slice()).unwrap_or(None);
    match suite.and_then(suites::by_id) {
        Some(other) if !is_same(other, wanted) => Err(Error::usage(format!(
            "{} is a log of {}, and target {} runs {}",
            log.name,
            described(other),
            target.name,
            described(wanted)
        ))),
        _ => Ok(()),
    }
}

/// Refuses a log of another suite than that of the plan.
fn require_own_suite(path: &Path, plan: &Plan, defects: &[Defect]) -> Result<()> {
    let other = defects.iter().find_map(|defect| match defect {
        Defect::OtherSuite { suite, .. } => suites::by_id(*suite),
        _ => None,
    });
    let Some(other) = other else { return Ok(()) };
    let thing = match other.processor == plan.suite.processor {
        true => "suite",
        false => "processor",
    };
    Err(Error::usage(format!(
        "{} is a log of {}, not of {}: only logs of one {thing} can be compared",
        if path == Path::new("-") {
            "stdin".into()
        } else {
            path.display().to_string()
        },
        described(other),
        described(&plan.suite),
    )))
}

/// The outcome of a log in memory.
pub(super) fn judge(plan: &Plan, bytes: &[u8]) -> RunOutcome {
    let mut reader = Reader::new(plan);
    reader.feed(bytes, &mut |_| {});
    reader.finish().outcome(plan).with_causes(plan)
}

/// The outcome of a log in a file, which may be longer than memory; `-` is stdin.
pub(crate) fn judge_file(plan: &Plan, path: &Path) -> Result<RunOutcome> {
    let unreadable = |error| Error::file(path, &error);
    let mut input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut reader = Reader::new(plan);
    let mut buffer = vec![0; 1 << 16];
    // The end of the log: the record of its last boot, if it is the recording of a run.
    let mut end = Vec::new();
    loop {
        match input.read(&mut buffer) {
            Ok(0) => {
                one_boot(path, &end)?;
                let outcome = reader.finish().outcome(plan);
                require_own_suite(path, plan, &outcome.defects)?;
                return Ok(outcome.with_causes(plan));
            }
            Ok(count) => {
                reader.feed(&buffer[..count], &mut |_| {});
                end.extend_from_slice(&buffer[..count]);
                end.drain(..end.len().saturating_sub(RECORD_MAX));
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(error)),
        }
    }
}

/// Refuses the recording of a run with several boots, which only the run's campaign can judge.
fn one_boot(path: &Path, end: &[u8]) -> Result<()> {
    match last_record(end) {
        Some((record, _)) if record.several => Err(Error::no_verdict(format!(
            "{}: a log of a run with several boots; judge it by the command `replay {} {0}`",
            path.display(),
            record.target
        ))),
        _ => Ok(()),
    }
}
