//! One row: it is skipped, or its call is made and the result judged.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::log::{Tally, Verdict, Word};
use posix_conformance::plan::Profile;
use posix_conformance::plan::bytecode::{ARITY, NAMED, set, want};
use posix_conformance::plan::call::op;

use super::children::Children;
use super::folder::Folder;
use super::ops;
use super::patience::Patience;
use super::print::{Got, NOTHING, Printer};
use super::reset::Leftovers;
use super::state::{NONE, Next, Score, Script};
use crate::runtime::argument::Argument;
use crate::runtime::bytecode::FIRST_SYSCALL;
use crate::runtime::deferred::{self, Caller};
use crate::runtime::kernel::Source;
use crate::runtime::{control, kernel, threads};
use crate::tables::{HAS_CHILDREN, HAS_FOLDER, HAS_PATHS};

/// The function that answers routines; the interpreter imports none of them.
pub type Routines = fn(routine: u8, args: &[Argument; 6]) -> isize;

/// The state of a run.
#[repr(C)]
pub struct Interpreter {
    next: Next,
    script: Script,
    leftovers: Leftovers,
    /// Set where the current group comes before the first one to run.
    pub group_skipped: bool,
    pub score: Score,
    pub printer: Printer,
    // At the end: instructions reach what is near to the begin in fewer bytes.
    children: Children,
    pub folder: Folder,
}

impl Interpreter {
    /// The state before the run. All of it is zero, so that it needs no byte of the file.
    pub const fn new() -> Interpreter {
        Interpreter {
            next: Next {
                defer_to: None,
                retry: false,
            },
            script: Script {
                begin: 0,
                step: NONE,
                failed: NONE,
                failed_call: 0,
                replaced: false,
                setup_failed: false,
                script_skipped: false,
                silent: false,
                undoing: false,
            },
            leftovers: Leftovers::new(),
            children: Children::new(),
            folder: Folder::new(),
            group_skipped: false,
            score: Score {
                check: 0,
                profile: 0,
                tallies: [Tally {
                    passed: 0,
                    failed: 0,
                    skipped: 0,
                }; Profile::ALL.len()],
            },
            printer: Printer::new(),
        }
    }

    /// Runs or skips one row; returns whether its want was met.
    pub fn row(&mut self, first: u8, routines: Routines) -> bool {
        self.printer.plan.row = self.printer.plan.at - 1;
        let named = first & NAMED != 0;
        let call = self.printer.plan.call(first);
        let shape = self.printer.plan.stream.shape(call);
        let skipped = self.skips(call, named);
        let apart = HAS_CHILDREN && self.children.skips(call);
        let made =
            !skipped && !apart && (!self.script.setup_failed || call == usize::from(op::FRESH));
        self.printer.plan.made = made;
        let mut args = [Argument::NONE; 6];
        for (place, arg) in args.iter_mut().take(usize::from(shape & ARITY)).enumerate() {
            *arg = self.printer.plan.value(set::argument(place));
        }
        let syscall = call.checked_sub(FIRST_SYSCALL);
        self.printer.note_call(syscall);
        let wanted = self.printer.plan.at;
        let role = set::want(named, syscall.is_some());
        let wants_error = named && self.printer.plan.wants_error(role);
        let made = made && !(self.script.undoing && wants_error);
        let mut got = self.script.step;
        let mut patience = Patience::new(core::mem::take(&mut self.next.retry));
        let mut met;
        loop {
            if made {
                got.result = self.execute(call, shape, named, &args, routines);
                got.source = kernel::last_source();
            }
            // It is read even where no call is made: the next row is after it.
            met = self.printer.plan.meets(role, got.result) && made || skipped;
            if syscall.is_some() && patience.is_interrupted(got.result) {
                if patience.is_over() {
                    (met, got.result) = (false, NOTHING);
                    break;
                }
            } else if met || !patience.retry || patience.wait.is_over() {
                break;
            }
            self.printer.plan.at = wanted;
        }
        if apart {
            return true;
        }
        let title = self.printer.plan.title(named);
        if made && !met {
            self.leftovers.note_failure();
        }
        if HAS_CHILDREN && self.children.end_at(met, Self::of_child(&got)) || self.script.silent {
            return met;
        }
        self.trace(made, &got);
        if named && made {
            met = self.judge(met, &mut got, wanted, syscall);
        }
        if named {
            self.report(met, skipped, [wanted, title], got);
        } else if !met {
            self.fail_setup(got);
        }
        if made && wants_error && !kernel::is_error(got.result) && got.result != NOTHING {
            self.undo();
            self.again(1, true, routines);
        }
        if skipped && !self.group_skipped && (!named || self.has_dependents(wanted, syscall)) {
            got.source = Source::no_result(Word::StepLeftOut);
            self.fail_setup(got);
        }
        met
    }

    /// The result by which a child ends. Where no thread starts, the missing call is not the row's.
    /// No child of the suite about paths starts a thread: 16 bytes less.
    #[inline(always)]
    fn of_child(got: &Got) -> isize {
        match HAS_PATHS || !got.source.is_call(numbers::CLONE) {
            true => got.result,
            false => 0,
        }
    }

    /// Prints the result of a row that was made, where the control block asks for it.
    #[inline(always)]
    fn trace(&mut self, made: bool, got: &Got) {
        if made && control::traces() {
            self.printer.result(got);
        }
    }

    /// Prints the line of a check and counts it.
    #[inline(always)]
    fn report(&mut self, met: bool, skipped: bool, [wanted, title]: [usize; 2], got: Got) {
        let verdict = match met {
            _ if skipped => Verdict::Skip,
            true => Verdict::Pass,
            false => Verdict::Fail,
        };
        self.printer.check(wanted, title, verdict, got);
        self.score.add(verdict);
    }

    /// Fails the checks up to the next `FRESH()`, unless an earlier step has done so.
    #[inline(never)]
    fn fail_setup(&mut self, got: Got) {
        if !self.script.setup_failed {
            self.script.step = got;
            self.script.setup_failed = true;
        }
    }

    /// Judges a check whose call was made; returns whether it passes, and changes what the log says
    /// of a failure.
    ///
    /// A check on what a call did is not asked after a check that the call itself failed, or whose
    /// memory it did not write: it could pass because the call did nothing. No row is asked after a
    /// call that the kernel does not have, but for a check that wants another error of that call.
    fn judge(&mut self, met: bool, got: &mut Got, wanted: usize, syscall: Option<usize>) -> bool {
        let about = self.printer.about;
        let own = syscall == Some(about);
        let failed = self.script.failed;
        if about == self.script.failed_call && !own {
            *got = failed;
            return false;
        }
        // Memory that nothing wrote is equal to other such memory.
        if met && !got.is_nothing() {
            return true;
        }
        let missing = Self::is_missing(got.result);
        let foreign = !got.source.is_call(self.printer.plan.stream.number(about));
        let want = self.printer.plan.stream.kept(wanted);
        let wants_error = matches!(want, 1..want::IS);
        let kept = matches!(want, want::KEEP | want::KEEP_LONG);
        let replaced = core::mem::take(&mut self.script.replaced);
        if kept || missing && (foreign || !wants_error) && !replaced {
            self.fail_setup(*got);
        }
        got.asked = !(foreign && missing);
        if own || self.script.failed_call == usize::MAX && got.is_nothing() {
            self.note_failed(got);
        }
        false
    }

    /// Notes that the call failed which the next check is about: no check on what it did is asked.
    #[inline(never)]
    fn note_failed(&mut self, got: &Got) {
        self.script.failed = Got {
            asked: false,
            ..*got
        };
        self.script.failed_call = self.printer.about;
    }

    /// Returns whether the control block skips a row.
    #[inline(never)]
    fn skips(&mut self, call: usize, named: bool) -> bool {
        let skipped = control::skips(self.score.check);
        if call == usize::from(op::FRESH) {
            self.script.script_skipped = skipped && control::whole_scripts();
        }
        let whole = self.group_skipped || self.script.script_skipped;
        whole || skipped && (named || control::skip_setup())
    }

    /// Makes the call of a row; returns its result.
    fn execute(
        &mut self,
        call: usize,
        shape: u8,
        named: bool,
        args: &[Argument; 6],
        routines: Routines,
    ) -> isize {
        if let Some(syscall) = call.checked_sub(FIRST_SYSCALL) {
            return self.syscall(syscall, shape, named, args);
        }
        kernel::note(Source::FOUND);
        // Those that are left are fewer than 256.
        let call = call as u8;
        match call {
            op::FRESH => self.fresh(),
            op::AGAIN => {
                let undoing = self.script.undoing;
                return self.again(args[0].number(), undoing, routines);
            }
            op::LATER => {
                let thread = Caller::thread(args[0].number());
                self.next.defer_to = Some(thread);
                deferred::slot(thread).set_quarters(args[1].number());
            }
            op::RETRY => {
                // An undo leaves out the row that follows where it wants an error. No such row of
                // the core suite is tried again.
                self.next.retry = !(HAS_CHILDREN && self.script.undoing);
                // A thread that has just started is not yet where the row wants it.
                threads::pause();
            }
            op::CHILD if HAS_CHILDREN => return self.children.start(args[0].number()),
            op::PARENT if HAS_CHILDREN => self.children.part(),
            op::REAP if HAS_CHILDREN => {
                return self
                    .children
                    .reap(args[0].number(), &self.printer.plan.stream);
            }
            op::FOLDER if HAS_FOLDER => return self.folder.enter(),
            op::IN_HANDLER => self.next.defer_to = Some(Caller::Handler),
            _ => {
                if HAS_CHILDREN && call == op::CATCH {
                    self.children.note_action(args[0].number());
                }
                return match call.checked_sub(op::HOW_MANY) {
                    Some(routine) => routines(routine, args),
                    None => ops::answer(call, args),
                };
            }
        }
        0
    }

    /// Makes or defers the system call of a row; returns its result.
    fn syscall(&mut self, syscall: usize, shape: u8, named: bool, args: &[Argument; 6]) -> isize {
        let number = self.printer.plan.stream.number(syscall);
        let first = args[0].number();
        if let Some(caller) = self.next.defer_to.take() {
            let result = if caller == Caller::Handler {
                deferred::put_off_to_handler(number, args);
                0
            } else {
                threads::start(caller, number, args)
            };
            if result >= 0 {
                self.leftovers.note_deferred(number, first as isize);
            }
            return result;
        }
        if number == numbers::CLOSE && first <= 2 {
            // A faulty call returned the descriptor: the console must stay open.
            return kernel::no_result(Word::StepLeftOut);
        }
        let result = kernel::call(number, args);
        let mut effect = result;
        if Self::is_missing(result) {
            effect = kernel::replace(number, args);
        }
        self.leftovers.note_call(number, shape, args, effect);
        if HAS_CHILDREN {
            match number {
                numbers::WAIT4 => self.children.forget(effect),
                numbers::RT_SIGACTION => self.children.note_action(first),
                _ => {}
            }
        }
        if effect != result && syscall == self.printer.about {
            // No check about this call is asked: the script is about others too.
            self.note_failed(&Got {
                result,
                source: Source::call(number),
                asked: false,
            });
            if named {
                self.script.replaced = true;
                return result;
            }
        }
        effect
    }

    /// Undoes what the rows of the script changed.
    fn undo(&mut self) {
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
    fn fresh(&mut self) {
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
    fn again(&mut self, rounds: usize, undoing: bool, routines: Routines) -> isize {
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

impl Interpreter {
    /// Returns whether a result is that of a call which the kernel does not have.
    fn is_missing(result: isize) -> bool {
        result == -isize::from(errno::ENOSYS.0)
    }

    /// Returns whether the rows after a skipped check rely on a result that it keeps or on memory
    /// that it maps.
    ///
    /// Other rows do no harm without it: they find poison, and fail.
    fn has_dependents(&self, wanted: usize, syscall: Option<usize>) -> bool {
        let stream = &self.printer.plan.stream;
        match stream.kept(wanted) {
            want::KEEP | want::KEEP_LONG => true,
            want::DONE | want::IS.. => {
                syscall.is_some_and(|place| kernel::is_memory_call(stream.number(place)))
            }
            _ => false,
        }
    }
}
