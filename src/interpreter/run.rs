//! The run: all groups of the plan, and the totals.

use core::cell::UnsafeCell;

use posix_conformance::log::Tally;
use posix_conformance::plan::Kind;
use posix_conformance::plan::bytecode::{KIND, NEXT_FAMILY, PROFILE, PROFILE_SHIFT, set};
use posix_conformance::plan::call::op;

use super::reset;
use super::row::{Interpreter, Routines};
use crate::runtime::bytecode::{self, CHECKS};
use crate::runtime::console::{DAMAGED, say};
use crate::runtime::control;
use crate::tables::{HAS_FOLDER, HAS_PATHS, PROFILES};

/// The exit status of a run that did not print one line for each check of the plan.
pub const INTERNAL_ERROR: i32 = 101;

struct Only(UnsafeCell<Interpreter>);
// SAFETY: only the first thread of the program runs the plan.
unsafe impl Sync for Only {}

/// A static takes no byte of the file; a local variable takes 404 bytes of code.
static RUN: Only = Only(UnsafeCell::new(Interpreter::new()));

/// Runs the whole plan; returns the exit status.
///
/// # Safety
///
/// Only the first thread may call this, and only once.
#[inline(always)]
pub unsafe fn run(routines: Routines) -> i32 {
    // SAFETY: this runs once, and nothing else refers to `RUN`.
    let run = unsafe { &mut *RUN.0.get() };
    if !bytecode::is_whole() {
        say(&DAMAGED.0);
        return INTERNAL_ERROR;
    }
    // The header's words are among the names.
    run.printer.plan.begin();
    run.printer.header();
    if !control::keep_environment() {
        reset::normalize_environment();
    }
    // Where the kernel died in this, the first check is skipped, and scripts make the folder.
    if HAS_PATHS && !control::skips(0) {
        let result = run.folder.make();
        if result != 0 {
            run.printer.no_folder(result);
        }
    }
    run.groups(routines);
    if HAS_FOLDER {
        run.folder.remove();
    }
    run.totals()
}

impl Interpreter {
    fn groups(&mut self, routines: Routines) {
        let mut group = 0;
        loop {
            match self.printer.plan.next(set::CALL) {
                op::END => return,
                op::GROUP => {
                    let bits = self.printer.plan.next(set::OTHER);
                    self.score.profile = bits >> PROFILE_SHIFT & PROFILE;
                    let kind = match bits & KIND {
                        0 => Kind::Positive,
                        1 => Kind::Negative,
                        _ => Kind::Boundary,
                    };
                    self.group_skipped = group < control::first_group();
                    group += 1;
                    self.printer.section(kind, bits & NEXT_FAMILY != 0);
                }
                op::ABOUT => {
                    let name = self.printer.plan.index(set::argument(0));
                    self.printer.set_about(name);
                }
                call => {
                    self.row(call, routines);
                }
            }
        }
    }

    /// Prints the totals and the last line; returns the exit status.
    fn totals(&mut self) -> i32 {
        let mut sum = Tally::default();
        self.printer.rule();
        for profile in PROFILES {
            let tally = self.score.tallies[profile as usize];
            sum.passed += tally.passed;
            sum.failed += tally.failed;
            sum.skipped += tally.skipped;
            self.printer.totals(Some(profile), tally);
        }
        self.printer.totals(None, sum);
        self.printer.rule();
        if !self.printer.end() || sum.total() != CHECKS {
            return INTERNAL_ERROR;
        }
        i32::from(sum.passed != CHECKS)
    }
}
