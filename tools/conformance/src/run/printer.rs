//! A writer of logs for tests.

use packer::log::{RULE, Tally, Verdict};
use packer::plan::Profile;

use crate::plan::{self, Plan, Step};

/// A log up to the line that comes next.
#[derive(Debug)]
pub(super) struct Printer<'a> {
    plan: &'a Plan,
    pub text: String,
    tallies: [Tally; Profile::ALL.len()],
}

impl<'a> Printer<'a> {
    /// A log with its header line, under a run id or none.
    pub(super) fn of_run(plan: &'a Plan, run: Option<u32>) -> Printer<'a> {
        let mut printer = Printer {
            plan,
            text: String::new(),
            tallies: [Tally::default(); Profile::ALL.len()],
        };
        printer.line(&plan.header_of(run));
        printer
    }

    /// Prints any line.
    pub(super) fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    pub(super) fn section(&mut self, group: usize) {
        self.line(&self.plan.section(group));
    }

    pub(super) fn pass(&mut self, check: usize) {
        self.check(check, Verdict::Pass, "");
    }

    pub(super) fn skip(&mut self, check: usize) {
        self.check(check, Verdict::Skip, " (told to skip)");
    }

    pub(super) fn fail(&mut self, check: usize, got: &str) {
        self.check(check, Verdict::Fail, &format!(" ({got})"));
    }

    fn check(&mut self, check: usize, verdict: Verdict, note: &str) {
        self.tallies[self.plan.checks[check].profile as usize].add(verdict);
        self.line(&(self.plan.verdict(check, verdict) + note));
    }

    /// Prints all lines after those of the checks; the exit status that the ELF ends with.
    pub(super) fn end(&mut self) -> u8 {
        let mut all = Tally::default();
        for tally in self.tallies {
            all.passed += tally.passed;
            all.failed += tally.failed;
            all.skipped += tally.skipped;
        }
        self.line(RULE);
        for profile in self.plan.suite.profiles() {
            self.line(&plan::totals_line(
                Some(profile),
                self.tallies[profile as usize],
            ));
        }
        self.line(&plan::totals_line(None, all));
        self.line(RULE);
        self.line(&plan::end_line(crc32fast::hash(self.text.as_bytes())));
        u8::from(all.failed + all.skipped > 0)
    }
}

/// The log of a run in which every check passes, up to a step of the plan.
pub(super) fn passing_log(plan: &Plan, steps: usize) -> String {
    passing_log_of(plan, steps, None)
}

/// The same under a run id.
pub(super) fn passing_log_of(plan: &Plan, steps: usize, run: Option<u32>) -> String {
    let mut printer = Printer::of_run(plan, run);
    for step in &plan.steps[1..steps.min(plan.steps.len())] {
        match *step {
            Step::Section(group) => printer.section(group),
            Step::Check(check) => printer.pass(check),
            _ => {
                printer.end();
                break;
            }
        }
    }
    printer.text
}
