//! The end of one boot: how it came, and what it says of the check that it interrupted.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::sys::signal::Signal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::target::TargetLimits;
use crate::verdict::outcome::Outcome;

/// The exit status by which the ELF reports an internal error.
const INTERNAL_ERROR: i32 = 101;

/// The end of a boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum BootEnd {
    /// The command exited.
    #[serde(
        serialize_with = "to_wait_status",
        deserialize_with = "from_wait_status"
    )]
    Exited(ExitStatus),
    /// The command exited as the suite does at its end, but the END line did not come: output is
    /// lost, and nothing is known of the kernel.
    #[serde(
        serialize_with = "to_wait_status",
        deserialize_with = "from_wait_status"
    )]
    LostOutput(ExitStatus),
    /// The END line came, and the command was killed.
    Finished,
    /// No header line came within `limits.boot`.
    NoHeader,
    /// No byte came for `limits.silence`.
    Silent,
    /// Bytes came, but no line of the suite for `limits.check`.
    Stuck,
    /// `limits.total` is over.
    OutOfTime,
    /// The kernel printed this line, which matches a pattern of `panic`.
    Panicked(String),
    /// The emulator printed this line, which matches a pattern of `stopped`.
    Stopped(String),
    /// The kernel printed a line that matches a pattern of `end`, before the END line.
    SaidDone,
    /// A header line came that is not of this boot.
    OtherRun,
    /// A second header line came before the END line.
    Restarted,
    /// The user wants the tool to end.
    Interrupted,
}

fn to_wait_status<S: Serializer>(status: &ExitStatus, to: S) -> Result<S::Ok, S::Error> {
    status.into_raw().serialize(to)
}

fn from_wait_status<'de, D: Deserializer<'de>>(from: D) -> Result<ExitStatus, D::Error> {
    i32::deserialize(from).map(ExitStatus::from_raw)
}

impl BootEnd {
    /// The end of a command that exited in the middle of a run; `reports` is true where it ends
    /// with the exit status of the suite.
    pub(crate) fn in_the_middle(status: ExitStatus, reports: bool) -> BootEnd {
        match status.code() {
            Some(0 | 1) if reports => BootEnd::LostOutput(status),
            _ => BootEnd::Exited(status),
        }
    }

    /// True where the kernel killed the program for a call that it does not know: by SIGSYS, or
    /// with the status that a shell reports for it.
    pub(crate) fn is_unknown_call(&self) -> bool {
        let BootEnd::Exited(status) = self else {
            return false;
        };
        let sigsys = Signal::SIGSYS as i32;
        status.signal() == Some(sigsys) || status.code() == Some(128 + sigsys)
    }

    /// The end for people, of a boot that may have done all that it was ordered.
    pub(crate) fn reason(&self, limits: &TargetLimits) -> String {
        match self {
            BootEnd::Exited(status) => format!("the command ended with {}", described(*status)),
            other => other.verdict(limits).1,
        }
    }

    /// The outcome of the check that this end interrupted, and the reason.
    pub(crate) fn verdict(&self, limits: &TargetLimits) -> (Outcome, String) {
        match self {
            BootEnd::Exited(status) => (
                Outcome::Crash,
                format!("the run died: {}", described(*status)),
            ),
            BootEnd::LostOutput(status) => (
                Outcome::Lost,
                format!(
                    "output is lost: the command ended with {}, as the suite does after its END \
                     line, and that did not come",
                    described(*status)
                ),
            ),
            BootEnd::Panicked(line) => (Outcome::Crash, format!("the kernel died: {line}")),
            BootEnd::Stopped(line) => (Outcome::Crash, format!("the machine stopped: {line}")),
            BootEnd::SaidDone => (
                Outcome::Crash,
                "the kernel ended in the middle of a run".to_string(),
            ),
            BootEnd::Restarted => (
                Outcome::Crash,
                "the kernel restarted in the middle of a run".to_string(),
            ),
            BootEnd::Silent => {
                let text = format!("no output for {} s; killed", limits.silence);
                (Outcome::Hang, text)
            }
            BootEnd::Stuck => {
                let text = format!("no line of the suite for {} s; killed", limits.check);
                (Outcome::Hang, text)
            }
            BootEnd::OutOfTime => {
                let text = format!("not done after {} s; killed", limits.total);
                (Outcome::Lost, text)
            }
            BootEnd::NoHeader => {
                let text = format!("no header line for {} s; killed", limits.boot);
                (Outcome::Hang, text)
            }
            BootEnd::OtherRun => (Outcome::Lost, "the log of another run came".to_string()),
            BootEnd::Interrupted => (Outcome::Lost, "interrupted".to_string()),
            BootEnd::Finished => (Outcome::Lost, "ended after the END line".to_string()),
        }
    }
}

/// The difference between the exit status of a complete run and that which its outcomes require.
pub(crate) fn status_mismatch(outcomes: &[Option<Outcome>], status: ExitStatus) -> Option<String> {
    let mut all = outcomes.iter();
    let wanted = i32::from(!all.all(|outcome| *outcome == Some(Outcome::Pass)));
    if status.code() == Some(wanted) {
        return None;
    }
    Some(format!(
        "the program ended with {}, its lines say {wanted}",
        described(status)
    ))
}

fn described(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(INTERNAL_ERROR), _) => format!("status {INTERNAL_ERROR}, an internal error"),
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => match Signal::try_from(signal) {
            Ok(signal) => signal.to_string(),
            Err(_) => format!("signal {signal}"),
        },
        (None, None) => "no status".to_string(),
    }
}
