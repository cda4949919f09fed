//! The findings of a gate: why it is shut.

use std::collections::BTreeMap;

use super::known_gaps::Gap;

/// Why the gate is shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    MustPass,
    New,
    Changed,
    Flaky,
    Expired,
    Fixed,
    NotInPlan,
}

impl FindingKind {
    pub const ALL: [FindingKind; 7] = [
        FindingKind::MustPass,
        FindingKind::New,
        FindingKind::Changed,
        FindingKind::Flaky,
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
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed",
            FindingKind::NotInPlan => "not-in-plan",
        }
    }

    /// What a headline says of so many.
    pub fn counted(self) -> &'static str {
        match self {
            FindingKind::MustPass => "that must pass",
            FindingKind::New => "new",
            FindingKind::Changed => "changed",
            FindingKind::Flaky => "flaky",
            FindingKind::Expired => "expired",
            FindingKind::Fixed => "fixed but still listed",
            FindingKind::NotInPlan => "listed but not in the plan",
        }
    }
}

/// One reason why the gate is shut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub kind: FindingKind,
    /// The check, if the plan has it.
    pub check: Option<usize>,
    pub title: String,
    pub text: String,
}

/// What the known gaps make of a run.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Where the known gaps stand.
    pub name: String,
    pub findings: Vec<Finding>,
    /// The checks that fail as known.
    pub known: BTreeMap<usize, Gap>,
}
