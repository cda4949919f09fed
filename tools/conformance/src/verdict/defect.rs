//! Defects of a log.

use std::fmt;

use packer::log::Tally;

use packer::suites;

use crate::plan::described;

/// A reason why a log does not prove the outcomes that it states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Defect {
    NoHeader,
    /// No header line can be read, but there is a line that seems to be the suite's.
    HeaderUnread {
        line: String,
    },
    OtherSuite {
        suite: u32,
        plan: u32,
    },
    OtherVersion {
        version: String,
    },
    /// The header line has another run id than the boot was given, or none.
    OtherRun {
        run: Option<u32>,
        given: u32,
    },
    /// Lines of the run are missing: their number, the first of them, and a line in their place
    /// that seems to be the suite's but cannot be read.
    LostLines {
        count: usize,
        first: String,
        unread: Option<String>,
    },
    /// A line is doubled or out of order.
    Misplaced {
        line: String,
    },
    /// A line of a run is outside of any run.
    Stray {
        line: String,
    },
    /// The run ends before this line; a line in its place that cannot be read.
    CutOff {
        before: String,
        unread: Option<String>,
    },
    Totals {
        label: String,
        says: Tally,
        lines: Tally,
    },
    Checksum {
        says: u32,
        lines: u32,
    },
    /// The line of a check that the boot was told to skip states a result, or one that it was to
    /// run states a skip: the log is not that of the boot.
    Disobeyed {
        line: String,
    },
    /// A reason of the runner: a time limit, a signal, an exit status.
    Runner(String),
    TooManyBoots,
}

/// Totals as `3 passed, 1 failed, 0 skipped`; the log leaves out what is 0.
struct Counts(Tally);

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally {
            passed,
            failed,
            skipped,
        } = self.0;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// A line in the place of a lost one, if there is any.
struct Unread<'a>(&'a Option<String>);

impl fmt::Display for Unread<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, "; a line that cannot be read: {line}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Defect::NoHeader => write!(f, "no header line: nothing of the suite is in this log"),
            Defect::OtherSuite { suite, plan } => {
                write!(f, "the log is of suite {suite:08x} with {plan} checks, ")?;
                match suites::by_id(*suite) {
                    Some(other) => write!(f, "which is that of {}", described(other)),
                    None => f.write_str("not of this tool's suite"),
                }
            }
            Defect::OtherVersion { version } => {
                write!(
                    f,
                    "the log is of version {version} of the suite, not of this tool's"
                )
            }
            Defect::OtherRun {
                run: Some(run),
                given,
            } => write!(
                f,
                "the log of another run is in the console: its run id is {run:08x}, and this \
                 boot's {given:08x}"
            ),
            Defect::OtherRun { run: None, .. } => f.write_str(
                "a log without a run id is in the console: an older one, or the kernel did not \
                 boot the patched ELF, which is the file at {elf} or in {initramfs}; of a command \
                 that prints a recorded log the target says recorded = true",
            ),
            Defect::HeaderUnread { line } => {
                write!(f, "no header line that can be read, only: {line}")
            }
            Defect::LostLines {
                count: 1,
                first,
                unread,
            } => write!(f, "line lost: {first}{}", Unread(unread)),
            Defect::LostLines {
                count,
                first,
                unread,
            } => write!(f, "{count} lines lost, first: {first}{}", Unread(unread)),
            Defect::Misplaced { line } => write!(f, "line doubled or out of order: {line}"),
            Defect::Stray { line } => write!(f, "line outside of any run: {line}"),
            Defect::Disobeyed { line } => {
                write!(
                    f,
                    "not the log of this boot, whose orders it does not obey: {line}"
                )
            }
            Defect::CutOff { before, unread } => {
                write!(f, "the run ends before: {before}{}", Unread(unread))
            }
            Defect::Totals { label, says, lines } => write!(
                f,
                "{label}: the totals line states {}, the check lines {}",
                Counts(*says),
                Counts(*lines)
            ),
            Defect::Checksum { says, lines } => write!(
                f,
                "checksum {says:08x} in the END line, {lines:08x} of the lines: some are altered"
            ),
            Defect::Runner(text) => f.write_str(text),
            Defect::TooManyBoots => write!(f, "more runs in one log than this tool keeps"),
        }
    }
}
