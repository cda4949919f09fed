//! Runs the packed plan: groups, rows, their verdicts and the totals.

use posix_conformance::log::{self, Sink, Tally, Verdict};
use posix_conformance::plan::bench::{FD_WORDS, FDS};
use posix_conformance::plan::call::op;
use posix_conformance::plan::packed::{self as format, value, want};
use posix_conformance::plan::{Kind, Profile};

use super::console::Line;
use super::packed::{
    ARITY, CHECKS, DATA, ERRNOS, FIRST_SYSCALL, NUMBERS, PROGRAM, SUITE_ID, VALUES, WIDE, fetch,
};
use super::threads::{self, Deferred};
use super::{bench, kernel, operator, ops, signals, text};
use posix_conformance::abi::flags::{SIG_SETMASK, SIGSET_SIZE};
use posix_conformance::abi::numbers;

/// The exit status where the run did not do what was planned.
pub const INTERNAL_ERROR: i32 = 101;

/// What answers a routine: `checks` hands it in, because the machine knows no checks.
pub type Routines = fn(routine: u8, args: [usize; 6]) -> isize;

/// A result that did not meet the expectation.
#[derive(Clone, Copy)]
struct Got {
    result: isize,
    /// The number of the system call to name behind it, where it is not the check's own.
    from: Option<u16>,
}

/// The state of the run.
struct Run {
    routines: Routines,
    line: Line,
    /// The next byte of the program.
    at: usize,
    /// Where the current script begins, behind its `FRESH()`.
    script: usize,
    /// The name's number of the system call that the next check is about.
    about: u8,
    /// Whether that was said outright, so that the next row's own call does not count.
    about_given: bool,
    /// What the last failed step got: it fails every check up to the next `FRESH()`.
    broken: Option<Got>,
    /// The next check's place in the plan.
    check: u32,
    /// Whether the current group comes before the first one that is to run.
    passed_over: bool,
    /// While rows run again for `AGAIN()`: checks print nothing.
    silent: bool,
    /// Where the next row's call goes instead of being made.
    defer: Option<Deferred>,
    defer_to: usize,
    /// A bit for each descriptor below 64 that a call of this script returned.
    descriptors: u64,
    mask_touched: bool,
    tallies: [Tally; 3],
    profile: usize,
}

/// Runs the whole plan; the exit status.
pub fn run(routines: Routines) -> i32 {
    let mut run = Run {
        routines,
        line: Line::new(),
        at: 0,
        script: 0,
        about: 0,
        about_given: false,
        broken: None,
        check: 0,
        passed_over: false,
        silent: false,
        defer: None,
        defer_to: 0,
        descriptors: 0,
        mask_touched: false,
        tallies: [Tally::default(); 3],
        profile: 0,
    };
    log::header(&mut run.line, SUITE_ID, CHECKS);
    run.line.flush();
    if !operator::untidy() {
        tidy();
    }
    run.groups();
    run.totals()
}

/// Makes the surroundings those that every check may count on: the standard descriptors open and
/// no others, no signal blocked.
fn tidy() {
    empty_mask();
    for descriptor in 3..64 {
        close(descriptor);
    }
    for _ in 0..3 {
        let lowest = kernel::raw(numbers::DUP, [1, 0, 0, 0, 0, 0]);
        if lowest > 2 {
            close(lowest as usize);
        }
        if !(0..=2).contains(&lowest) {
            break;
        }
    }
}

fn close(descriptor: usize) {
    kernel::raw(numbers::CLOSE, [descriptor, 0, 0, 0, 0, 0]);
}

fn empty_mask() {
    let none = 0u64;
    let args = [
        SIG_SETMASK as usize,
        &raw const none as usize,
        0,
        SIGSET_SIZE as usize,
        0,
        0,
    ];
    kernel::raw(numbers::RT_SIGPROCMASK, args);
}

impl Run {
    fn next(&mut self) -> u8 {
        let byte = fetch(&PROGRAM, self.at);
        self.at += 1;
        byte
    }

    fn groups(&mut self) {
        let mut group = 0;
        loop {
            match self.next() {
                op::END => return,
                op::GROUP => {
                    let bits = self.next();
                    self.profile = usize::from(bits >> 2);
                    let kind = match bits & 3 {
                        0 => Kind::Positive,
                        1 => Kind::Negative,
                        _ => Kind::Boundary,
                    };
                    self.at = self.line.begin_group(self.at, kind);
                    self.passed_over = group < operator::first_group();
                    group += 1;
                    log::section(&mut self.line, Line::group_title);
                    self.line.flush();
                }
                op::ABOUT => {
                    self.about = self.next();
                    self.about_given = true;
                }
                call => {
                    self.row(call);
                }
            }
        }
    }

    /// Runs one row, or passes over it; tells whether its expectation was met.
    fn row(&mut self, call: u8) -> bool {
        let named = call & format::NAMED != 0;
        let call = call & !format::NAMED;
        let shape = fetch(&ARITY, call.into());
        let mut args = [usize::MAX; 6];
        for arg in args.iter_mut().take(usize::from(shape & 7)) {
            let index = self.next();
            *arg = resolve(index);
        }
        let syscall = call.checked_sub(FIRST_SYSCALL);
        if let Some(name) = syscall
            && !core::mem::take(&mut self.about_given)
        {
            self.about = name;
        }
        let wanted = self.at;
        let skipped = self.passed_over || operator::skips(self.check);
        let got = if skipped {
            Some(Got {
                result: 0,
                from: None,
            })
        } else if let Some(broken) = self.broken.filter(|_| call != op::FRESH) {
            Some(broken)
        } else {
            let fired = signals::fired();
            let result = self.execute(call, shape, args);
            let met = self.meets(result);
            if signals::fired() != fired {
                Some(Got {
                    result,
                    from: Some(numbers::SETITIMER),
                })
            } else if met {
                None
            } else {
                Some(Got { result, from: None })
            }
        };
        self.skip_want(wanted);
        if named {
            self.report(wanted, skipped, got);
        } else if let Some(got) = got
            && !skipped
            && !self.silent
            && self.broken.is_none()
        {
            let from = got.from.or(Some(kernel::last_number()));
            self.broken = Some(Got { from, ..got });
        }
        got.is_none()
    }

    /// Makes the call of a row; its result.
    fn execute(&mut self, call: u8, shape: u8, args: [usize; 6]) -> isize {
        if let Some(syscall) = call.checked_sub(FIRST_SYSCALL) {
            let number = fetch(&NUMBERS, syscall.into());
            if let Some(mut deferred) = self.defer.take() {
                deferred.number = number;
                deferred.args = args;
                return threads::defer(self.defer_to, deferred);
            }
            let result = kernel::call(number, args);
            if shape & format::MAKES_DESCRIPTOR != 0 {
                self.remember(result);
            }
            self.mask_touched |= shape & format::TOUCHES_MASK != 0;
            return result;
        }
        match call {
            op::FRESH => self.fresh(),
            op::AGAIN => return self.again(args[0]),
            op::LATER => {
                self.defer_to = args[0];
                self.defer = Some(Deferred::after(args[1]));
            }
            op::IN_HANDLER => {
                self.defer_to = threads::HANDLER;
                self.defer = Some(Deferred::after(0));
            }
            _ => {
                return match call.checked_sub(op::HOW_MANY) {
                    Some(routine) => (self.routines)(routine, args),
                    None => ops::answer(call, args),
                };
            }
        }
        0
    }

    /// Notes a descriptor to be closed by the next `FRESH()`.
    fn remember(&mut self, descriptor: isize) {
        if (3..64).contains(&descriptor) {
            self.descriptors |= 1 << descriptor;
        }
    }

    fn fresh(&mut self) {
        for word in 0..FD_WORDS {
            self.remember(bench::get::<i32>(bench::address(FDS).wrapping_add(4 * word)) as isize);
        }
        while self.descriptors != 0 {
            close(self.descriptors.trailing_zeros() as usize);
            self.descriptors &= self.descriptors - 1;
        }
        if self.mask_touched {
            self.mask_touched = false;
            empty_mask();
        }
        signals::unwatch();
        threads::disarm();
        bench::poison();
        self.defer = None;
        self.broken = None;
        self.script = self.at + 1;
    }

    /// Runs the rows from the script's begin to here again; how many rounds met everything.
    fn again(&mut self, rounds: usize) -> isize {
        let here = self.at;
        // The row that asked: its call, its argument and nothing yet of its want.
        let end = here - 2;
        let was_silent = core::mem::replace(&mut self.silent, true);
        let about = self.about;
        let mut met = 0;
        'rounds: while met < rounds {
            self.at = self.script;
            while self.at < end {
                match self.next() {
                    op::ABOUT => self.at += 1,
                    call if self.row(call) => {}
                    _ => break 'rounds,
                }
            }
            met += 1;
        }
        self.about = about;
        self.silent = was_silent;
        self.at = here;
        met as isize
    }

    /// Whether a result is what the row wants; reads the want at `at`.
    fn meets(&mut self, result: isize) -> bool {
        let first = self.next();
        match first {
            want::DONE => !kernel::is_error(result),
            want::EITHER => {
                let (one, other) = (self.next(), self.next());
                result == -isize::from(one) || result == -isize::from(other)
            }
            want::IS => result == self.bound(),
            want::AT_LEAST => result >= self.bound(),
            want::AT_MOST => !kernel::is_error(result) && result <= self.bound(),
            want::KEEP => {
                let place = self.bound() as usize;
                match self.next() {
                    4 => bench::put(place, result as i32),
                    _ => bench::put(place, result),
                }
                !kernel::is_error(result)
            }
            want::IS_VALUE.. => result == resolve(first - want::IS_VALUE) as isize,
            errno => result == -isize::from(errno),
        }
    }

    fn bound(&mut self) -> isize {
        let index = self.next();
        resolve(index) as isize
    }

    /// Moves behind the want that begins at `position`.
    fn skip_want(&mut self, position: usize) {
        self.at = position
            + 1
            + match fetch(&PROGRAM, position) {
                want::EITHER | want::KEEP => 2,
                want::IS | want::AT_LEAST | want::AT_MOST => 1,
                _ => 0,
            };
    }

    /// Prints the line of a check whose name begins at `at` and whose want at `wanted`.
    fn report(&mut self, wanted: usize, skipped: bool, got: Option<Got>) {
        let verdict = match got {
            _ if skipped => Verdict::Skip,
            None => Verdict::Pass,
            Some(_) => Verdict::Fail,
        };
        log::verdict(&mut self.line, verdict);
        text::write_name(&mut self.line, self.about.into());
        self.line.text(": ");
        self.at = text::write(&mut self.line, &PROGRAM, self.at);
        if self.silent {
            self.line.back_to(0);
            return;
        }
        match fetch(&PROGRAM, wanted) {
            want::DONE | want::IS | want::KEEP | want::AT_LEAST.. => {}
            want::EITHER => {
                self.returns(fetch(&PROGRAM, wanted + 1));
                self.line.text(" or ");
                errno_name(&mut self.line, fetch(&PROGRAM, wanted + 2).into());
            }
            errno => self.returns(errno),
        }
        match (verdict, got) {
            (Verdict::Skip, _) => self.line.text(" (told to skip)"),
            (_, Some(got)) => self.got(got),
            _ => {}
        }
        self.line.flush();
        self.check += 1;
        if let Some(tally) = self.tallies.get_mut(self.profile) {
            tally.add(verdict);
        }
    }

    fn returns(&mut self, errno: u8) {
        self.line.text(" returns ");
        errno_name(&mut self.line, errno.into());
    }

    /// ` (got X)`, and ` from CALL` where the result is that of another call.
    fn got(&mut self, got: Got) {
        self.line.text(" (got ");
        errno_name(&mut self.line, got.result.wrapping_neg());
        if let Some(from) = got.from
            && let Some(name) = NUMBERS.iter().position(|&number| number == from)
        {
            self.line.text(" from ");
            text::write_name(&mut self.line, name);
        }
        self.line.byte(b')');
    }

    /// Prints the totals and the end line; the exit status.
    fn totals(&mut self) -> i32 {
        let mut sum = Tally::default();
        self.rule();
        for profile in Profile::ALL {
            let tally = fetch(&self.tallies, profile as usize);
            sum.passed += tally.passed;
            sum.failed += tally.failed;
            sum.skipped += tally.skipped;
            log::totals(&mut self.line, profile.name(), tally);
            self.line.flush();
        }
        log::totals(&mut self.line, "SUMMARY", sum);
        self.line.flush();
        self.rule();
        let crc = self.line.crc();
        log::end(&mut self.line, crc);
        self.line.flush();
        if !self.line.intact() || sum.total() != CHECKS {
            return INTERNAL_ERROR;
        }
        i32::from(sum.passed != CHECKS)
    }

    fn rule(&mut self) {
        self.line.text(log::RULE);
        self.line.flush();
    }
}

/// The name of an error number, or the negative of a number that is none.
fn errno_name(line: &mut Line, number: isize) {
    let known = ERRNOS
        .iter()
        .position(|&errno| isize::from(errno) == number);
    match known {
        Some(index) => text::write_name(line, NUMBERS.len() + index),
        None => {
            let result = number.wrapping_neg();
            if result < 0 {
                line.byte(b'-');
            }
            line.number(result.unsigned_abs() as u64);
        }
    }
}

/// The argument that a value of the plan stands for, now.
fn resolve(index: u8) -> usize {
    let [kind, low, high] = fetch(&VALUES, index.into());
    let number = i16::from_le_bytes([low, high]);
    match kind {
        value::INT => number as usize,
        value::WIDE => fetch(&WIDE, number as usize) as usize,
        value::ADDRESS => bench::at(number),
        value::HELD => bench::get::<i32>(bench::at(number)) as usize,
        value::HELD_LONG => bench::get(bench::at(number)),
        value::DATA => (DATA.as_ptr() as usize).wrapping_add(number as usize),
        _ => signals::entry(low),
    }
}
