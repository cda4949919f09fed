//! Runs one row: skips it, makes its call, judges the result.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::log::{Tally, Verdict};
use posix_conformance::plan::bytecode::{self as format, want};
use posix_conformance::plan::call::op;

use super::decode::Reader;
use super::ops;
use super::print::{Got, ITS_OWN, Printer};
use super::reset::Leftovers;
use crate::runtime::argument::Argument;
use crate::runtime::bytecode::{self, ARITY, FIRST_SYSCALL};
use crate::runtime::deferred::{self, Caller};
use crate::runtime::{control, kernel, signals, threads};

/// What answers a routine: it is handed in, because the interpreter knows no routines.
pub type Routines = fn(routine: u8, args: &[Argument; 6]) -> isize;

/// The state of a run. The order of the fields keeps most of them within a byte's reach.
#[repr(C)]
pub struct Interpreter {
    pub reader: Reader,
    next: Next,
    script: Script,
    leftovers: Leftovers,
    /// Whether the current group comes before the first one that is to run.
    pub group_skipped: bool,
    pub score: Score,
    pub printer: Printer,
}

/// What a pseudo-call asks of the row after it.
struct Next {
    /// Who makes its call instead, later.
    defer_to: Option<Caller>,
    /// How often its call may be made again until it gives what the row wants.
    retries: usize,
}

/// The rows since the last `FRESH()`.
struct Script {
    /// Where they begin.
    begin: usize,
    /// What the last failed step got, where `setup_failed` is set.
    step: Got,
    /// Whether a step failed: all checks up to the next `FRESH()` fail.
    setup_failed: bool,
    /// Whether the control block leaves the script out as a whole.
    script_skipped: bool,
    /// While rows run again for `AGAIN()`: checks print nothing.
    silent: bool,
}

/// How the checks so far ended.
pub struct Score {
    /// The next check's place in the plan.
    check: u32,
    /// The current group's profile.
    pub profile: u8,
    pub tallies: [Tally; 3],
}

impl Interpreter {
    /// All zero.
    pub const fn new() -> Interpreter {
        Interpreter {
            reader: Reader::new(),
            next: Next {
                defer_to: None,
                retries: 0,
            },
            script: Script {
                begin: 0,
                step: Got { result: 0, from: 0 },
                setup_failed: false,
                script_skipped: false,
                silent: false,
            },
            leftovers: Leftovers::new(),
            group_skipped: false,
            score: Score {
                check: 0,
                profile: 0,
                tallies: [Tally {
                    passed: 0,
                    failed: 0,
                    skipped: 0,
                }; 3],
            },
            printer: Printer::new(),
        }
    }

    /// Runs one row, or passes over it; tells whether its expectation was met.
    pub fn row(&mut self, call: u8, routines: Routines) -> bool {
        self.reader.row = self.reader.at - 1;
        let named = call & format::NAMED != 0;
        let call = call & !format::NAMED;
        let shape = bytecode::byte(ARITY + usize::from(call));
        let skipped = self.skips(call, named);
        let made = !skipped && (!self.script.setup_failed || call == op::FRESH);
        self.reader.made = made;
        let mut args = [Argument::NONE; 6];
        for arg in args.iter_mut().take(usize::from(shape & 7)) {
            *arg = self.reader.value();
        }
        let syscall = call.checked_sub(FIRST_SYSCALL);
        self.printer.note_call(syscall);
        let wanted = self.reader.at;
        let fired = signals::fired();
        let mut got = self.script.step;
        let mut retries = core::mem::take(&mut self.next.retries);
        let mut met;
        loop {
            if made {
                got.result = self.execute(call, shape, &args, routines);
                got.from = ITS_OWN;
            }
            // The want is read in any case, to come to the row after it.
            met = self.reader.meets(got.result) && made || skipped;
            if met || retries == 0 || signals::fired() != fired {
                break;
            }
            retries -= 1;
            self.reader.at = wanted;
            threads::pause();
        }
        if signals::fired() != fired {
            met = false;
            got.from = numbers::SETITIMER;
        }
        self.leftovers.note_failure(made && !met);
        if named && !self.script.silent {
            let verdict = match met {
                _ if skipped => Verdict::Skip,
                true => Verdict::Pass,
                false => Verdict::Fail,
            };
            self.printer.check(wanted, verdict, got);
            self.score.add(verdict);
        } else if !met && !self.script.silent && !self.script.setup_failed {
            if got.from == ITS_OWN {
                got.from = kernel::last_number();
            }
            self.script.step = got;
            self.script.setup_failed = true;
        }
        if skipped && !self.group_skipped && (!named || has_dependents(wanted, syscall)) {
            self.script.step = Got {
                result: -isize::from(errno::ECANCELED.0),
                from: ITS_OWN,
            };
            self.script.setup_failed = true;
        }
        met
    }

    /// Whether the control block asks to leave a row out.
    #[inline]
    fn skips(&mut self, call: u8, named: bool) -> bool {
        let skipped = control::skips(self.score.check);
        if call == op::FRESH {
            self.script.script_skipped = skipped && control::whole_scripts();
        }
        let whole = self.group_skipped || self.script.script_skipped;
        whole || skipped && (named || control::skip_setup())
    }

    /// Makes the call of a row; its result.
    fn execute(&mut self, call: u8, shape: u8, args: &[Argument; 6], routines: Routines) -> isize {
        if let Some(syscall) = call.checked_sub(FIRST_SYSCALL) {
            let number = bytecode::number(syscall.into());
            let first = args[0].number();
            if let Some(caller) = self.next.defer_to.take() {
                self.leftovers.note_deferred(number, first as isize);
                if caller != Caller::Handler {
                    return threads::start(caller, number, args);
                }
                deferred::put_off_to_handler(number, args);
                return 0;
            }
            if number == numbers::CLOSE && first <= 2 {
                // A lying call's descriptor: the console must stay open.
                return -isize::from(errno::EPROTO.0);
            }
            let result = kernel::call(number, args);
            self.leftovers
                .note_call(number, shape, first as isize, result);
            return result;
        }
        match call {
            op::FRESH => self.fresh(),
            op::AGAIN => return self.again(args[0].number(), routines),
            op::LATER => {
                let thread = Caller::thread(args[0].number());
                self.next.defer_to = Some(thread);
                deferred::slot(thread).set_quarters(args[1].number());
            }
            op::RETRY => self.next.retries = args[0].number(),
            op::IN_HANDLER => self.next.defer_to = Some(Caller::Handler),
            _ => {
                return match call.checked_sub(op::HOW_MANY) {
                    Some(routine) => routines(routine, args),
                    None => ops::answer(call, args),
                };
            }
        }
        0
    }

    #[inline(never)]
    fn fresh(&mut self) {
        self.leftovers.undo();
        self.next.defer_to = None;
        self.next.retries = 0;
        self.script.setup_failed = false;
        self.script.begin = self.reader.at + 1;
    }

    /// Runs the rows from the script's begin to here again; how many rounds met everything.
    #[inline(never)]
    fn again(&mut self, rounds: usize, routines: Routines) -> isize {
        let here = self.reader.at;
        let end = self.reader.row;
        let was_silent = core::mem::replace(&mut self.script.silent, true);
        let about = self.printer.about;
        let mut met = 0;
        'rounds: while met < rounds {
            self.reader.at = self.script.begin;
            while self.reader.at < end {
                match self.reader.next() {
                    op::ABOUT => self.reader.at += 1,
                    call if self.row(call, routines) => {}
                    _ => break 'rounds,
                }
            }
            met += 1;
        }
        self.printer.about = about;
        self.script.silent = was_silent;
        self.reader.at = here;
        met as isize
    }
}

impl Score {
    fn add(&mut self, verdict: Verdict) {
        self.check += 1;
        if let Some(tally) = self.tallies.get_mut(usize::from(self.profile)) {
            tally.add(verdict);
        }
    }
}

/// Whether rows after a skipped check rely on what it would have made: a result that it keeps, or
/// memory that they would touch themselves. Any other rows do no harm: what should be there is
/// poison, and they fail.
fn has_dependents(wanted: usize, syscall: Option<u8>) -> bool {
    let memory = numbers::MMAP..=numbers::BRK;
    match bytecode::byte(wanted) {
        want::KEEP | want::KEEP_LONG => true,
        want::DONE | want::IS.. => {
            syscall.is_some_and(|name| memory.contains(&bytecode::number(name.into())))
        }
        _ => false,
    }
}
