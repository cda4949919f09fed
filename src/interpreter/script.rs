//! Scripts: their begin, what it undoes, and their repetition.

use posix_conformance::plan::bytecode::set;
use posix_conformance::plan::call::op;

use super::row::{Interpreter, Routines};
use crate::runtime::kernel::{self, Source};
use crate::tables::{HAS_CHILDREN, HAS_FOLDER};

impl Interpreter {
    /// Undoes what the rows of the script changed.
    pub(super) fn undo(&mut self) {
        if HAS_CHILDREN {
            self.children.settle();
        }
        if HAS_FOLDER {
            self.folder.leave();
        }
        self.leftovers.undo();
    }

    /// Begins a script.
    #[inline(never)]
    pub(super) fn fresh(&mut self) {
        self.undo();
        self.next.defer_to = None;
        self.next.retry = false;
        self.script.setup_failed = false;
        self.script.replaced = false;
        self.script.failed_call = usize::MAX;
        self.script.begin = self.printer.plan.at + 1;
    }

    /// Runs the script's rows up to here again; returns the number of rounds without a failure.
    ///
    /// Where a check wants an error and the kernel grants the call, the objects of the script are
    /// not what the rows after it expect. A round without the rows that want errors, `undoing`,
    /// makes them again. It does not end at a failure.
    #[inline(never)]
    pub(super) fn again(&mut self, rounds: usize, undoing: bool, routines: Routines) -> isize {
        let here = self.printer.plan.at;
        let end = self.printer.plan.row;
        let was_silent = core::mem::replace(&mut self.script.silent, true);
        let was_undoing = core::mem::replace(&mut self.script.undoing, undoing);
        let about = self.printer.about;
        let mut met = 0;
        'rounds: while met < rounds {
            self.printer.plan.at = self.script.begin;
            while self.printer.plan.at < end {
                match self.printer.plan.next(set::CALL) {
                    op::ABOUT => {
                        self.printer.plan.index(set::argument(0));
                    }
                    call if self.row(call, routines) || undoing => {}
                    _ => break 'rounds,
                }
            }
            met += 1;
        }
        kernel::note(Source::FOUND);
        self.printer.about = about;
        self.script.silent = was_silent;
        self.script.undoing = was_undoing;
        self.printer.plan.at = here;
        met as isize
    }
}
