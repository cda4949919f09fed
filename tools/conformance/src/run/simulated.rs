//! The log of a simulated run, printed as the ELF prints it.

use posix_conformance::log::{Crc32, RULE, Tally, Verdict};
use posix_conformance::plan::Profile;
use posix_conformance::suites::{CORE, Suite};

use crate::plan::{self, Plan, Step};

/// A plan that is small enough for many runs: three families of the core suite.
pub fn small_plan() -> Plan {
    Plan::of(&Suite {
        families: &CORE.families[12..15],
        ..CORE
    })
}

/// A log up to the line that comes next.
#[derive(Debug)]
pub struct Printer<'a> {
    plan: &'a Plan,
    pub text: String,
    tallies: [Tally; 3],
}

impl<'a> Printer<'a> {
    /// A log with its header line.
    pub fn new(plan: &'a Plan) -> Printer<'a> {
        let mut printer = Printer {
            plan,
            text: String::new(),
            tallies: [Tally::default(); 3],
        };
        printer.line(&plan.header());
        printer
    }

    /// Prints any line.
    pub fn line(&mut self, line: &str) {
        self.text += line;
        self.text.push('\n');
    }

    pub fn section(&mut self, group: usize) {
        self.line(&self.plan.section(group));
    }

    pub fn pass(&mut self, check: usize) {
        self.check(check, Verdict::Pass, "");
    }

    fn check(&mut self, check: usize, verdict: Verdict, note: &str) {
        self.tallies[self.plan.checks[check].profile as usize].add(verdict);
        self.line(&(self.plan.verdict(check, verdict) + note));
    }

    /// Prints all lines after those of the checks; the exit status that the ELF ends with.
    pub fn end(&mut self) -> u8 {
        let mut all = Tally::default();
        for tally in self.tallies {
            all.passed += tally.passed;
            all.failed += tally.failed;
            all.skipped += tally.skipped;
        }
        self.line(RULE);
        for profile in Profile::ALL {
            self.line(&plan::totals(
                profile.name(),
                self.tallies[profile as usize],
            ));
        }
        self.line(&plan::totals("SUMMARY", all));
        self.line(RULE);
        let mut crc = Crc32::new();
        self.text.bytes().for_each(|byte| crc.byte(byte));
        self.line(&plan::end(crc.value()));
        u8::from(all.failed + all.skipped > 0)
    }
}

/// The log of a run in which every check passes, up to a step of the plan.
pub fn passing_log(plan: &Plan, steps: usize) -> String {
    let mut printer = Printer::new(plan);
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
