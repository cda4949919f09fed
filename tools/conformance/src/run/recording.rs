//! The recording of a run: the consoles of all its boots in one file, as `--log` writes it.
//!
//! After the console of each boot comes an empty line and one line of JSON, the boot's record: how
//! many bytes of console are before it, and what the console does not show, such as the end of the
//! command. A console may hold any bytes, a record of an earlier run among them. So a record is
//! never searched for: a file is read from its end. Its last line is the record of the last boot;
//! the bytes before that are skipped by their number, and the line before them is the record of the
//! boot before. No byte of a console is ever read as a record, and a file that a kernel or a person
//! changed does not agree with its numbers.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::boot_end::BootEnd;
use super::campaign::lanes::Lane;
use super::monitor::{BootResult, BootSpec, Monitor, Observation};
use super::supervisor::{Output, Stdout};
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::target::TargetLimits;

/// The beginning of a record's line.
const MARK: &str = "conformance-boot: ";
/// The most bytes of a record's line.
pub(crate) const RECORD_MAX: usize = 1 << 18;
/// The bytes of a console that are read at once.
const PIECE: usize = 1 << 16;

/// The conditions of a run, and the boot that its console does not show.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The target's name.
    pub target: String,
    /// The number of the boot in its run, from 1.
    pub boot: usize,
    /// True where a run of this file has had more than one boot.
    pub several: bool,
    /// The lane that ordered it.
    pub lane: Lane,
    /// False where the campaign took no result of it: output was lost, or the accelerator was not
    /// usable.
    pub taken: bool,
    /// The run id; none where any log is believed.
    pub run: Option<u32>,
    pub end: BootEnd,
    /// The last lines of stderr.
    pub stderr: Vec<String>,
    /// The titles of the checks that the user wants skipped.
    pub skip: Vec<String>,
    /// The titles of the only checks that are judged, if not all are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<String>>,
    pub reboots: u32,
    pub limits: TargetLimits,
    /// The bytes of the console before the empty line and this one.
    pub console: u64,
}

/// Writes the consoles of boots, and their records after them.
pub(crate) struct Recorder<'a> {
    out: &'a mut dyn Write,
    console: u64,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Recorder<'a> {
        Recorder { out, console: 0 }
    }

    /// Ends the console of a boot.
    pub(crate) fn end(&mut self, mut record: Record) -> io::Result<()> {
        record.console = std::mem::take(&mut self.console);
        let line = serde_json::to_string(&record).map_err(io::Error::other)?;
        write!(self.out, "\n{MARK}{line}\n")
    }
}

impl Write for Recorder<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.console += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The record in the last line of a text, and the number of bytes of the line and of the empty one
/// before it.
pub(crate) fn last_record(text: &[u8]) -> Option<(Record, usize)> {
    let line = text.strip_suffix(b"\n")?;
    let begin = line.iter().rposition(|&byte| byte == b'\n')?;
    let json = line[begin + 1..].strip_prefix(MARK.as_bytes())?;
    let record = serde_json::from_slice(json).ok()?;
    Some((record, text.len() - begin))
}

/// A boot of a recording: its record, and the place of its console.
#[derive(Clone, Debug)]
pub(crate) struct Recorded {
    pub record: Record,
    begin: u64,
}

/// The boots of a recording, in order.
///
/// # Errors
/// The file does not end with a record, or does not agree with its records.
pub(crate) fn boots(file: &mut (impl Read + Seek)) -> Result<VecDeque<Recorded>> {
    let unreadable = |error: io::Error| Error::usage(format!("reading the log: {error}"));
    let mut end = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let mut boots = VecDeque::new();
    while end > 0 {
        let begin = end.saturating_sub(RECORD_MAX as u64);
        file.seek(SeekFrom::Start(begin)).map_err(unreadable)?;
        let mut text = Vec::new();
        let window = file.by_ref().take(end - begin);
        { window }.read_to_end(&mut text).map_err(unreadable)?;
        let console = last_record(&text).and_then(|(record, size)| {
            let begin = (end - size as u64).checked_sub(record.console)?;
            Some(Recorded { record, begin })
        });
        let Some(boot) = console else {
            let what = match boots.is_empty() {
                true => "no record of a boot is at its end: it is no log of --log, or was cut off",
                false => "it does not agree with its records: it was changed",
            };
            return Err(Error::no_verdict(what));
        };
        end = boot.begin;
        boots.push_front(boot);
    }
    Ok(boots)
}

impl Recorded {
    /// The result of the boot, as the monitor gave it; times are not recorded.
    pub(crate) fn result(
        &self,
        plan: &Plan,
        spec: &BootSpec,
        file: &mut (impl Read + Seek),
    ) -> Result<BootResult> {
        let unreadable = |error: io::Error| Error::usage(format!("reading the log: {error}"));
        let now = Instant::now();
        let mut monitor = Monitor::new(plan, spec, now);
        file.seek(SeekFrom::Start(self.begin)).map_err(unreadable)?;
        let mut console = file.by_ref().take(self.record.console);
        let mut piece = vec![0; PIECE];
        loop {
            let count = console.read(&mut piece).map_err(unreadable)?;
            if count == 0 {
                break;
            }
            let seen = Observation {
                output: Output {
                    stdout: Stdout::Bytes(piece[..count].to_vec()),
                    stderr: Vec::new(),
                },
                status: None,
                interrupted: false,
            };
            // The monitor read nothing after the line that ended the boot.
            if monitor.observe(&seen, now, &mut |_| {}).is_some() {
                break;
            }
        }
        let stderr: String = self
            .record
            .stderr
            .iter()
            .map(|l| format!("{l}\n"))
            .collect();
        let mut result = monitor.result(self.record.end.clone(), stderr.as_bytes(), now);
        result.end = self.record.end.clone();
        Ok(result)
    }

    /// A deadline that no replay reaches.
    pub(crate) fn deadline() -> Instant {
        Instant::now() + Duration::from_secs(1 << 32)
    }
}
