//! The reports of the suites of one command.

use std::time::Duration;

use packer::log::Tally;

use super::compare::Report;

/// The reports of one or several suites, in the order in which the suites run.
#[derive(Debug)]
pub struct Reports<'a> {
    all: Vec<Report<'a>>,
    /// The duration of all runs together, if this tool ran them.
    pub elapsed: Option<Duration>,
}

impl<'a> Reports<'a> {
    pub fn new(all: Vec<Report<'a>>) -> Reports<'a> {
        Reports { all, elapsed: None }
    }

    pub fn all(&self) -> &[Report<'a>] {
        &self.all
    }

    /// The report, where there is only one.
    pub fn only(&self) -> Option<&Report<'a>> {
        match &self.all[..] {
            [report] => Some(report),
            _ => None,
        }
    }

    /// The worst exit code: no verdict is worse than gaps.
    pub fn exit(&self) -> u8 {
        self.all.iter().map(Report::exit).max().unwrap_or(0)
    }

    /// The totals of all suites.
    pub fn tally(&self) -> Tally {
        let tallies = self.all.iter();
        let tallies = tallies.map(|report| report.subject_log.tally(report.plan, None));
        tallies.fold(Tally::default(), |sum, tally| Tally {
            passed: sum.passed + tally.passed,
            failed: sum.failed + tally.failed,
            skipped: sum.skipped + tally.skipped,
        })
    }

    /// The number of checks without an outcome; the totals have them as failed.
    pub fn lost(&self) -> u32 {
        self.all.iter().map(|report| report.lost(None)).sum()
    }
}
