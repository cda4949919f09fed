//! Runs the whole plan: its groups and the totals.

use core::cell::UnsafeCell;

use posix_conformance::log::Tally;
use posix_conformance::plan::call::op;
use posix_conformance::plan::{Kind, Profile};

use super::reset;
use super::row::{Interpreter, Routines};
use crate::runtime::bytecode::{CHECKS, ROWS};
use crate::runtime::{control, unpack};

/// The exit status where the run did not do what was planned.
pub const INTERNAL_ERROR: i32 = 101;

struct Only(UnsafeCell<Interpreter>);
// SAFETY: only the first thread of the program runs the plan.
unsafe impl Sync for Only {}

/// All zero from the start: it costs no byte of the file, where a local cost 150 of code.
static RUN: Only = Only(UnsafeCell::new(Interpreter::new()));

/// Runs the whole plan; the exit status.
///
/// # Safety
///
/// The first thread must call this, once.
pub unsafe fn run(routines: Routines) -> i32 {
    // SAFETY: the caller calls once, and nothing else names `RUN`.
    let run = unsafe { &mut *RUN.0.get() };
    run.printer.header();
    unpack::unpack();
    run.reader.at = ROWS;
    run.printer.begin();
    if !control::keep_environment() {
        reset::normalize_environment();
    }
    run.groups(routines);
    run.totals()
}

impl Interpreter {
    fn groups(&mut self, routines: Routines) {
        let mut group = 0;
        loop {
            match self.reader.next() {
                op::END => return,
                op::GROUP => {
                    let bits = self.reader.next();
                    self.score.profile = bits >> 2;
                    let kind = match bits & 3 {
                        0 => Kind::Positive,
                        1 => Kind::Negative,
                        _ => Kind::Boundary,
                    };
                    self.group_skipped = group < control::first_group();
                    group += 1;
                    self.printer.section(kind);
                }
                op::ABOUT => {
                    let name = self.reader.next();
                    self.printer.set_about(name);
                }
                call => {
                    self.row(call, routines);
                }
            }
        }
    }

    /// Prints the totals and the end line; the exit status.
    fn totals(&mut self) -> i32 {
        let mut sum = Tally::default();
        self.printer.rule();
        for profile in Profile::ALL {
            let tally = self.score.tallies[profile as usize];
            sum.passed += tally.passed;
            sum.failed += tally.failed;
            sum.skipped += tally.skipped;
            self.printer.totals(profile.name(), tally);
        }
        self.printer.totals("SUMMARY", sum);
        self.printer.rule();
        if !self.printer.end() || sum.total() != CHECKS {
            return INTERNAL_ERROR;
        }
        i32::from(sum.passed != CHECKS)
    }
}
