//! The words of a verdict: outcomes, flaws of a log, problems, exit codes.

use std::fmt;

use posix_conformance::abi::Errno;
use posix_conformance::log::{FROM, Tally};
use serde::Serialize;

/// Nothing is worse than the oracle allows.
pub const EXIT_GOOD: u8 = 0;
/// Gaps: something is worse than the oracle allows.
pub const EXIT_GAPS: u8 = 1;
/// Wrong usage, or a file that cannot be read or is malformed.
pub const EXIT_USAGE: u8 = 2;
/// No verdict: the target did not start, or its log is no complete run.
pub const EXIT_NO_VERDICT: u8 = 3;

/// What a failed check got instead: the note in its line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Got {
    /// The name of an error, or a number.
    pub value: String,
    /// The call that gave it, where it is not the check's own but one that set it up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl Got {
    /// The call by which the ELF's watchdog ends a blocked call.
    pub const WATCHDOG: &str = "setitimer";

    /// Reads `NAME` or a number, with ` from CALL` behind it or not.
    pub fn parse(note: &str) -> Option<Got> {
        let (value, from) = match note.split_once(FROM) {
            Some((value, from)) => (value, Some(from)),
            None => (note, None),
        };
        let is_name = value.starts_with('E')
            && value.len() > 1
            && value
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let digits = value.strip_prefix('-').unwrap_or(value);
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_call = |call: &str| {
            !call.is_empty()
                && call
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        ((is_name || is_number) && from.is_none_or(is_call)).then(|| Got {
            value: value.to_string(),
            from: from.map(str::to_string),
        })
    }

    /// The value, and the name of an error that the ELF carries no name for.
    fn said(&self) -> String {
        let number = self
            .value
            .strip_prefix('-')
            .and_then(|digits| digits.parse().ok());
        match number.and_then(|number| Errno(number).name()) {
            Some(name) => format!("{} ({name})", self.value),
            None => self.value.clone(),
        }
    }

    /// Whether the ELF's watchdog ended a call that blocked.
    pub fn blocked(&self) -> bool {
        self.from.as_deref() == Some(Got::WATCHDOG)
    }
}

impl fmt::Display for Got {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            Some(_) if self.blocked() => {
                write!(
                    f,
                    "{} when the watchdog ended a call that blocked",
                    self.value
                )
            }
            Some(from) => write!(f, "{} from {from}, which sets the check up", self.said()),
            None => f.write_str(&self.said()),
        }
    }
}

/// What became of one check.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Pass,
    /// The operator asked for it.
    Skipped,
    Fail(Got),
    /// It failed because a call is missing: the kernel said ENOSYS.
    Unimplemented(Got),
    /// The kernel, or the ELF under it, died in it.
    Crash,
    /// Nothing came any more.
    Hang,
    /// Its line is missing or garbled.
    Lost,
}

impl Outcome {
    /// The words of all outcomes, from best to worst.
    pub const WORDS: [&str; 7] = [
        "pass",
        "skipped",
        "fail",
        "unimplemented",
        "crash",
        "hang",
        "lost",
    ];

    pub fn failed(got: Got) -> Outcome {
        match got.value.as_str() {
            "ENOSYS" => Outcome::Unimplemented(got),
            _ => Outcome::Fail(got),
        }
    }

    /// Its place in [`Outcome::WORDS`]; more is worse.
    pub fn badness(&self) -> usize {
        match self {
            Outcome::Pass => 0,
            Outcome::Skipped => 1,
            Outcome::Fail(_) => 2,
            Outcome::Unimplemented(_) => 3,
            Outcome::Crash => 4,
            Outcome::Hang => 5,
            Outcome::Lost => 6,
        }
    }

    pub fn word(&self) -> &'static str {
        Outcome::WORDS[self.badness()]
    }

    pub fn got(&self) -> Option<&Got> {
        match self {
            Outcome::Fail(got) | Outcome::Unimplemented(got) => Some(got),
            _ => None,
        }
    }
}

/// Why a log does not prove what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    NoHeader,
    OtherSuite {
        suite: u32,
        plan: u32,
    },
    OtherVersion {
        version: String,
    },
    /// Lines of the run are missing: how many, and the first of them.
    LostLines {
        count: usize,
        first: String,
    },
    /// A line stands where it does not belong: doubled or out of order.
    Misplaced {
        line: String,
    },
    /// A line of a run outside of any.
    Stray {
        line: String,
    },
    /// The run ends before this line.
    CutOff {
        before: String,
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
    ExitStatus {
        says: String,
        lines: String,
    },
    /// What the runner saw: a time limit, a signal, a failure to start.
    Runner(String),
    TooManyBoots,
}

/// `3 passed, 1 failed, 0 skipped`, shorter than the log's own spelling need be.
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

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::NoHeader => write!(f, "no header line: nothing of the suite is in this log"),
            Flaw::OtherSuite { suite, plan } => write!(
                f,
                "suite {suite:08x} with a plan of {plan} is not the one this tool was built for"
            ),
            Flaw::OtherVersion { version } => {
                write!(f, "written by version {version} of the suite, not this one")
            }
            Flaw::LostLines { count: 1, first } => write!(f, "line lost: {first}"),
            Flaw::LostLines { count, first } => write!(f, "{count} lines lost, first: {first}"),
            Flaw::Misplaced { line } => write!(f, "doubled or out of order: {line}"),
            Flaw::Stray { line } => write!(f, "outside of any run: {line}"),
            Flaw::CutOff { before } => write!(f, "the run ends before: {before}"),
            Flaw::Totals { label, says, lines } => write!(
                f,
                "{label} says {}, its lines say {}",
                Counts(*says),
                Counts(*lines)
            ),
            Flaw::Checksum { says, lines } => write!(
                f,
                "the checksum is {says:08x}, that of the lines is {lines:08x}: some are altered"
            ),
            Flaw::ExitStatus { says, lines } => {
                write!(f, "the program ended with {says}, its lines say {lines}")
            }
            Flaw::Runner(text) => f.write_str(text),
            Flaw::TooManyBoots => write!(f, "more runs in one log than this tool keeps"),
        }
    }
}

/// Why a command cannot do its work: a line for the user, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub exit: u8,
    pub text: String,
}

impl Problem {
    /// Wrong usage, or a file that cannot be read.
    pub fn usage(text: impl Into<String>) -> Problem {
        Problem {
            exit: EXIT_USAGE,
            text: text.into(),
        }
    }

    /// Nothing can be said about the kernel.
    pub fn no_verdict(text: impl Into<String>) -> Problem {
        Problem {
            exit: EXIT_NO_VERDICT,
            text: text.into(),
        }
    }

    /// A file that the system would not let us read or write.
    pub fn file(path: &std::path::Path, error: &std::io::Error) -> Problem {
        Problem::usage(format!("{}: {error}", path.display()))
    }
}

pub type Result<T> = std::result::Result<T, Problem>;
