//! The findings of a gate.

use std::collections::BTreeMap;

use super::gaps_names::GapLines;
use super::known_gaps::Gap;

/// The kinds of findings, in the order in which reports list them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    MustPass,
    New,
    Changed,
    Flaky,
    /// The kernel cannot do the plan in one boot: its resources run out.
    Exhausted,
    Expired,
    Fixed,
    NotInPlan,
}

impl FindingKind {
    pub const ALL: [FindingKind; 8] = [
        FindingKind::MustPass,
        FindingKind::New,
        FindingKind::Changed,
        FindingKind::Flaky,
        FindingKind::Exhausted,
        FindingKind::Expired,
        FindingKind::Fixed,
        FindingKind::NotInPlan,
    ];

    pub fn word(self) -> &'static str {
        match self {
            FindingKind::MustPass => "must-pass",
            FindingKind::New => "new",
            FindingKind::Changed => "changed",
            FindingKind::Flaky => "flaky",
            FindingKind::Exhausted => "exhausted",
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed",
            FindingKind::NotInPlan => "not-in-plan",
        }
    }

    /// The words after their number in a headline.
    pub fn counted(self) -> &'static str {
        match self {
            FindingKind::MustPass => "that must pass",
            FindingKind::New => "new",
            FindingKind::Changed => "changed",
            FindingKind::Flaky => "flaky",
            FindingKind::Exhausted => "that needs more than one boot",
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed but still listed",
            FindingKind::NotInPlan => "listed but not in the plan",
        }
    }
}

/// One reason why a gate fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    /// The index of the check; none if the plan has no check of this title, or the finding is about
    /// the whole run.
    pub check: Option<usize>,
    pub title: String,
    pub text: String,
}

/// The result of a run against known gaps; the gate fails if there is a finding.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The name of the file of known gaps.
    pub name: String,
    /// The lines of the file that are about checks or calls.
    pub lines: GapLines,
    pub findings: Vec<Finding>,
    /// The checks that fail as an entry allows, and the entries.
    pub known: BTreeMap<usize, Gap>,
    /// The entries that are not valid for much longer, each in one line.
    pub warnings: Vec<String>,
}
