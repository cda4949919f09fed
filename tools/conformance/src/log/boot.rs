//! The runs of the suite that a log holds, as far as their lines have come.

use crc32fast::Hasher;
use posix_conformance::log::Tally;
use posix_conformance::plan::Profile;

use crate::plan::Plan;
use crate::verdict::compare::{RunContext, RunOutcome};
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;

/// How many flaws of one boot are kept.
pub(super) const FLAWS_MAX: usize = 64;

/// One run of the suite as its log shows it.
#[derive(Clone, Debug)]
pub struct Boot {
    /// The outcome of each check of the plan, where its line came.
    pub outcomes: Vec<Option<Outcome>>,
    /// What is wrong with the log; nothing is wrong with a complete run.
    pub defects: Vec<Defect>,
    /// Whether the END line came.
    pub ended: bool,
    /// Whether it is a run of this suite at all.
    pub ours: bool,
    /// The place of the next line in the plan's steps.
    pub(super) step: usize,
    crc: Hasher,
    pub(super) tallies: [Tally; 3],
}

/// Everything a log holds.
#[derive(Clone, Debug, Default)]
pub struct Log {
    pub boots: Vec<Boot>,
    /// What is wrong outside of any boot.
    pub defects: Vec<Defect>,
}

impl Log {
    /// What all boots of a log say together: of each check the worst.
    pub fn outcome(&self, plan: &Plan) -> RunOutcome {
        let worst = |check: usize| {
            let of_boot = |boot: &Boot| boot.outcomes[check].clone();
            let known = self.boots.iter().filter_map(of_boot);
            known.max_by_key(Outcome::severity).unwrap_or(Outcome::Lost)
        };
        let of_boots = self.boots.iter().flat_map(|boot| &boot.defects);
        RunOutcome {
            outcomes: (0..plan.checks.len()).map(worst).collect(),
            defects: self.defects.iter().chain(of_boots).cloned().collect(),
            boots: self.boots.len(),
            context: RunContext::default(),
        }
    }
}

impl Boot {
    pub(super) fn new(plan: &Plan) -> Boot {
        Boot {
            outcomes: vec![None; plan.checks.len()],
            defects: Vec::new(),
            ended: false,
            ours: true,
            step: 0,
            crc: Hasher::new(),
            tallies: [Tally::default(); 3],
        }
    }

    pub(super) fn flaw(&mut self, flaw: Defect) {
        if self.defects.len() < FLAWS_MAX {
            self.defects.push(flaw);
        }
    }

    pub(super) fn sum(&self) -> Tally {
        self.tallies
            .iter()
            .fold(Tally::default(), |sum, tally| Tally {
                passed: sum.passed + tally.passed,
                failed: sum.failed + tally.failed,
                skipped: sum.skipped + tally.skipped,
            })
    }

    pub(super) fn tally(&self, profile: Profile) -> Tally {
        self.tallies[profile as usize]
    }

    /// Adds a line and its line feed to the checksum.
    pub(super) fn sum_up(&mut self, line: &str) {
        self.crc.update(line.as_bytes());
        self.crc.update(b"\n");
    }

    /// The checksum of the lines so far.
    pub(super) fn checksum(&self) -> u32 {
        self.crc.clone().finalize()
    }

    /// The place of the next line in the plan's steps.
    pub fn next_step(&self) -> usize {
        self.step
    }

    /// Takes a line that belongs at a step; whether it was the awaited one.
    pub(super) fn arrive(&mut self, plan: &Plan, at: usize, line: &str) -> bool {
        if at < self.step {
            self.flaw(Defect::Misplaced {
                line: line.to_string(),
            });
            return false;
        }
        if at > self.step {
            self.flaw(Defect::LostLines {
                count: at - self.step,
                first: plan.describe(plan.steps[self.step]),
            });
        }
        self.step = at + 1;
        true
    }

    pub(super) fn totals(&mut self, label: &str, says: Tally, lines: Tally) {
        if says != lines {
            self.flaw(Defect::Totals {
                label: label.to_string(),
                says,
                lines,
            });
        }
    }
}
