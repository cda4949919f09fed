//! Runs the packed plan: groups, rows, their verdicts and the totals.

use core::cell::UnsafeCell;
use core::ops::Range;

use posix_conformance::abi::flags::F_GETFD;
use posix_conformance::abi::{errno, numbers};
use posix_conformance::log::{self, Sink, Tally, Verdict};
use posix_conformance::plan::arena::{FD_WORDS, FDS, SELF, TIMER};
use posix_conformance::plan::bytecode::{self as format, value, want};
use posix_conformance::plan::call::op;
use posix_conformance::plan::{Kind, Profile};

use super::ops;
use crate::runtime::bytecode::{
    self, ARITY, CHECKS, DATA, ERRNO_COUNT, ERRNOS, FIRST_SYSCALL, ROWS, SUITE_ID, SYSCALLS, TITLES,
};
use crate::runtime::console::Line;
use crate::runtime::{arena, control, deferred, kernel, signals, threads, unpack};

/// What is taken for an address in memory that the kernel chose, and what is printed for all.
const ADDRESSES: Range<isize> = 1 << 32..1 << 47;
const ANY_ADDRESS: isize = 4096;

/// The exit status where the run did not do what was planned.
pub const INTERNAL_ERROR: i32 = 101;

/// What answers a routine: `checks` hands it in, because the machine knows no checks.
pub type Routines = fn(routine: u8, args: &[usize; 6]) -> isize;

/// A result that did not meet the expectation.
#[derive(Clone, Copy)]
struct Got {
    result: isize,
    /// The number of the system call to name behind it; [`ITS_OWN`] where that is the check's.
    from: u16,
}

/// The number of no system call.
const ITS_OWN: u16 = u16::MAX;

/// The state of the run. The order of the fields keeps most of them within a byte's reach.
#[repr(C)]
struct Run {
    /// Where the next row or its next byte stands.
    at: usize,
    /// Where the next title stands.
    title: usize,
    /// Where the current row begins.
    row: usize,
    /// Where the current script begins, behind its `FRESH()`.
    script: usize,
    /// Where the next row's call goes instead of being made: the slot's number and one, or 0.
    defer_to: usize,
    /// A bit for each descriptor below 64 that a call of this script returned.
    descriptors: u64,
    /// A bit for each that it closed: closing it again is a row's business, not `FRESH()`'s.
    closed: u64,
    /// What the last failed step got, where [`Run::setup_failed`] is set.
    step: Got,
    /// The next check's place in the plan.
    check: u32,
    profile: u8,
    /// The name's number of the system call that the next check is about.
    about: u8,
    /// Whether that was said outright, so that the next row's own call does not count.
    about_given: bool,
    /// Whether a step failed: all checks up to the next `FRESH()` fail.
    setup_failed: bool,
    /// Whether the current group comes before the first one that is to run.
    group_skipped: bool,
    /// Whether the operator wants the current script left out as a whole.
    script_skipped: bool,
    /// While rows run again for `AGAIN()`: checks print nothing.
    silent: bool,
    /// How often the next row's call may be made again until it gives what the row wants.
    retries: usize,
    mask_touched: bool,
    /// Whether the script has a timer, as far as the kernel tells.
    timed: bool,
    /// Whether the current row's call is made.
    made: bool,
    tallies: [Tally; 3],
    line: Line,
}

struct Only(UnsafeCell<Run>);
// SAFETY: only the first thread of the program runs the plan.
unsafe impl Sync for Only {}

/// All zero from the start: it costs no byte of the file, where a local cost 150 of code.
static RUN: Only = Only(UnsafeCell::new(Run {
    at: 0,
    title: 0,
    row: 0,
    script: 0,
    defer_to: 0,
    descriptors: 0,
    closed: 0,
    step: Got { result: 0, from: 0 },
    check: 0,
    profile: 0,
    about: 0,
    about_given: false,
    setup_failed: false,
    group_skipped: false,
    script_skipped: false,
    silent: false,
    retries: 0,
    mask_touched: false,
    timed: false,
    made: false,
    tallies: [Tally {
        passed: 0,
        failed: 0,
        skipped: 0,
    }; 3],
    line: Line::new(),
}));

/// Runs the whole plan; the exit status.
pub fn run(routines: Routines) -> i32 {
    // SAFETY: this is called once, by the first thread, and nothing else names `RUN`.
    let run = unsafe { &mut *RUN.0.get() };
    log::header(&mut run.line, SUITE_ID, CHECKS);
    run.line.flush();
    unpack::unpack();
    run.at = ROWS;
    run.title = TITLES;
    if !control::keep_environment() {
        normalize_environment();
    }
    run.groups(routines);
    run.totals()
}

/// Makes the surroundings those that every check may count on: the standard descriptors open and
/// no others, no signal blocked.
#[inline(never)]
fn normalize_environment() {
    signals::swap_mask(0);
    for descriptor in 3..256 {
        close(descriptor);
    }
    for descriptor in [0, 2] {
        let asked = kernel::syscall4(numbers::FCNTL, descriptor, F_GETFD as usize, 0, 0);
        if asked == -isize::from(errno::EBADF.0) {
            // It is the lowest free one.
            kernel::syscall4(numbers::DUP, 1, 0, 0, 0);
        }
    }
}

fn close(descriptor: usize) {
    kernel::syscall4(numbers::CLOSE, descriptor, 0, 0, 0);
}

/// Disarms and deletes the script's timer: either call may be a lie.
fn end_timer() {
    let timer = arena::get::<u32>(arena::address(TIMER)) as usize;
    let disarmed = [0usize; 4];
    let value = disarmed.as_ptr() as usize;
    kernel::syscall4(numbers::TIMER_SETTIME, timer, 0, value, 0);
    kernel::syscall4(numbers::TIMER_DELETE, timer, 0, 0, 0);
}

/// The bit of a descriptor that `FRESH()` may close; 0 for any other number.
fn bit(descriptor: isize) -> u64 {
    match descriptor {
        3..64 => 1 << descriptor,
        _ => 0,
    }
}

impl Run {
    fn next(&mut self) -> u8 {
        let byte = bytecode::byte(self.at);
        self.at += 1;
        byte
    }

    fn groups(&mut self, routines: Routines) {
        let mut group = 0;
        loop {
            match self.next() {
                op::END => return,
                op::GROUP => {
                    let bits = self.next();
                    self.profile = bits >> 2;
                    let kind = match bits & 3 {
                        0 => Kind::Positive,
                        1 => Kind::Negative,
                        _ => Kind::Boundary,
                    };
                    self.title = self.line.begin_group(self.title, kind);
                    self.group_skipped = group < control::first_group();
                    group += 1;
                    log::section(&mut self.line, Line::group_title);
                    self.line.flush();
                }
                op::ABOUT => {
                    self.about = self.next();
                    self.about_given = true;
                }
                call => {
                    self.row(call, routines);
                }
            }
        }
    }

    /// Runs one row, or passes over it; tells whether its expectation was met.
    fn row(&mut self, call: u8, routines: Routines) -> bool {
        self.row = self.at - 1;
        let named = call & format::NAMED != 0;
        let call = call & !format::NAMED;
        let shape = bytecode::byte(ARITY + usize::from(call));
        let skipped = self.skips(call, named);
        self.made = !skipped && (!self.setup_failed || call == op::FRESH);
        let made = self.made;
        let mut args = [usize::MAX; 6];
        for arg in args.iter_mut().take(usize::from(shape & 7)) {
            *arg = self.value();
        }
        let syscall = call.checked_sub(FIRST_SYSCALL);
        let given = core::mem::take(&mut self.about_given);
        if let Some(name) = syscall
            && !given
        {
            self.about = name;
        }
        let wanted = self.at;
        let fired = signals::fired();
        let mut got = self.step;
        let mut retries = core::mem::take(&mut self.retries);
        let mut met;
        loop {
            if made {
                got.result = self.execute(call, shape, &args, routines);
                got.from = ITS_OWN;
            }
            // The want is read in any case, to come to the row behind it.
            met = self.meets(got.result, made) && made || skipped;
            if met || retries == 0 || signals::fired() != fired {
                break;
            }
            retries -= 1;
            self.at = wanted;
            threads::pause();
        }
        if signals::fired() != fired {
            met = false;
            got.from = numbers::SETITIMER;
        }
        // Where something is wrong, what the kernel tells of timers may be too.
        self.timed |= made && !met && !arena::is_poisoned(TIMER);
        if named && !self.silent {
            let verdict = match met {
                _ if skipped => Verdict::Skip,
                true => Verdict::Pass,
                false => Verdict::Fail,
            };
            self.report(wanted, verdict, got);
        } else if !met && !self.silent && !self.setup_failed {
            if got.from == ITS_OWN {
                got.from = kernel::last_number();
            }
            self.step = got;
            self.setup_failed = true;
        }
        if skipped && !self.group_skipped && (!named || self.has_dependents(wanted, syscall)) {
            self.step = Got {
                result: -isize::from(errno::ECANCELED.0),
                from: ITS_OWN,
            };
            self.setup_failed = true;
        }
        met
    }

    /// Whether the operator wants a row left out.
    #[inline]
    fn skips(&mut self, call: u8, named: bool) -> bool {
        let skipped = control::skips(self.check);
        if call == op::FRESH {
            self.script_skipped = skipped && control::whole_scripts();
        }
        let whole = self.group_skipped || self.script_skipped;
        whole || skipped && (named || control::skip_setup())
    }

    /// Whether rows behind a skipped check rely on what it would have made: a result that it keeps,
    /// or memory that they would touch themselves. Any other rows do no harm: what should be there
    /// is poison, and they fail.
    fn has_dependents(&self, wanted: usize, syscall: Option<u8>) -> bool {
        let memory = numbers::MMAP..=numbers::BRK;
        match bytecode::byte(wanted) {
            want::KEEP | want::KEEP_LONG => true,
            want::DONE | want::IS.. => {
                syscall.is_some_and(|name| memory.contains(&bytecode::number(name.into())))
            }
            _ => false,
        }
    }

    /// Makes the call of a row; its result.
    fn execute(&mut self, call: u8, shape: u8, args: &[usize; 6], routines: Routines) -> isize {
        if let Some(syscall) = call.checked_sub(FIRST_SYSCALL) {
            let number = bytecode::number(syscall.into());
            let first = args[0] as isize;
            if let Some(slot) = core::mem::take(&mut self.defer_to).checked_sub(1) {
                if number == numbers::CLOSE {
                    self.closed |= bit(first);
                }
                return match deferred::put_off(slot, number, args) {
                    true => threads::start(slot),
                    false => 0,
                };
            }
            if number == numbers::CLOSE && args[0] <= 2 {
                // A lying call's descriptor: the console must stay open.
                return -isize::from(errno::EPROTO.0);
            }
            let result = kernel::call(number, args);
            if shape & format::MAKES_DESCRIPTOR != 0 {
                self.descriptors |= bit(result);
                self.closed &= !bit(result);
            }
            if result == 0 {
                match number {
                    numbers::CLOSE => self.closed |= bit(first),
                    // Those that were closed may be these.
                    numbers::PIPE2 => self.closed = 0,
                    numbers::TIMER_CREATE => self.timed = true,
                    numbers::TIMER_DELETE => self.timed = false,
                    _ => {}
                }
            }
            self.mask_touched |= shape & format::TOUCHES_MASK != 0;
            return result;
        }
        match call {
            op::FRESH => self.fresh(),
            op::AGAIN => return self.again(args[0], routines),
            op::LATER => {
                self.defer_to = args[0] + 1;
                deferred::slot(args[0]).quarters = args[1];
            }
            op::RETRY => self.retries = args[0],
            op::IN_HANDLER => self.defer_to = deferred::HANDLER + 1,
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
        for word in 0..FD_WORDS {
            let descriptor: i32 = arena::get(arena::address(FDS).wrapping_add(4 * word));
            self.descriptors |= bit(descriptor as isize);
        }
        self.descriptors &= !self.closed;
        self.closed = 0;
        while self.descriptors != 0 {
            close(self.descriptors.trailing_zeros() as usize);
            self.descriptors &= self.descriptors - 1;
        }
        if core::mem::take(&mut self.timed) {
            end_timer();
        }
        if self.mask_touched {
            self.mask_touched = false;
            signals::swap_mask(0);
        }
        signals::unwatch();
        deferred::disarm();
        threads::settle();
        arena::poison();
        self.defer_to = 0;
        self.retries = 0;
        self.setup_failed = false;
        self.script = self.at + 1;
    }

    /// Runs the rows from the script's begin to here again; how many rounds met everything.
    #[inline(never)]
    fn again(&mut self, rounds: usize, routines: Routines) -> isize {
        let here = self.at;
        let end = self.row;
        let was_silent = core::mem::replace(&mut self.silent, true);
        let about = self.about;
        let mut met = 0;
        'rounds: while met < rounds {
            self.at = self.script;
            while self.at < end {
                match self.next() {
                    op::ABOUT => self.at += 1,
                    call if self.row(call, routines) => {}
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

    /// Reads a want; whether a result meets it. One of a call that was not made is not kept.
    fn meets(&mut self, result: isize, made: bool) -> bool {
        let first = self.next();
        let done = !kernel::is_error(result);
        match first {
            want::DONE => done,
            want::EITHER => {
                let (one, other) = (self.next(), self.next());
                [one, other]
                    .map(|errno| -isize::from(errno))
                    .contains(&result)
            }
            want::IS..=want::AT_MOST => {
                let value = self.value();
                let bound = value as isize;
                match first {
                    want::IS => result == bound,
                    want::AT_LEAST => result >= bound,
                    want::AT_MOST => done && result <= bound,
                    _ => {
                        match first {
                            _ if !made => {}
                            want::KEEP => arena::put(value, result as i32),
                            _ => arena::put(value, result),
                        }
                        done
                    }
                }
            }
            want::IS_VALUE.. => {
                let value = bytecode::value(first - want::IS_VALUE);
                result == self.resolve(value) as isize
            }
            errno => result == -isize::from(errno),
        }
    }

    /// Reads a value of the plan; what it stands for now.
    #[inline(never)]
    fn value(&mut self) -> usize {
        let index = self.next();
        if index == format::INLINE {
            let bytes = [self.next(), self.next(), self.next()];
            return self.resolve(bytes);
        }
        self.resolve(bytecode::value(index))
    }

    /// The argument that a value of the plan stands for, now.
    #[inline(never)]
    fn resolve(&self, [kind, low, high]: [u8; 3]) -> usize {
        let number = i16::from_le_bytes([low, high]);
        match kind {
            value::INT => number as usize,
            value::WIDE => bytecode::wide(number as usize),
            value::ADDRESS => arena::at(number),
            value::HELD => {
                if self.made && number == SELF.offset {
                    arena::cache_pid();
                }
                arena::get::<i32>(arena::at(number)) as usize
            }
            value::HELD_LONG => arena::get(arena::at(number)),
            value::DATA => (DATA.as_ptr() as usize).wrapping_add(number as usize),
            _ => signals::entry(low),
        }
    }

    /// Prints the line of the next check, whose want stands at `wanted`.
    #[inline(never)]
    fn report(&mut self, wanted: usize, verdict: Verdict, got: Got) {
        log::verdict(&mut self.line, verdict);
        self.line.name(self.about.into());
        self.line.text(": ");
        self.title = self.line.packed(self.title);
        match bytecode::byte(wanted) {
            want::DONE | want::IS..=want::AT_MOST | want::IS_VALUE.. => {}
            want::EITHER => {
                self.returns(bytecode::byte(wanted + 1));
                self.line.text(log::OR);
                errno_name(&mut self.line, bytecode::byte(wanted + 2).into());
            }
            errno => self.returns(errno),
        }
        match verdict {
            Verdict::Pass => {}
            Verdict::Fail => self.got(got),
            Verdict::Skip => self.line.text(log::SKIPPED),
        }
        self.line.flush();
        self.check += 1;
        if let Some(tally) = self.tallies.get_mut(usize::from(self.profile)) {
            tally.add(verdict);
        }
    }

    fn returns(&mut self, errno: u8) {
        self.line.text(log::RETURNS);
        errno_name(&mut self.line, errno.into());
    }

    /// ` (got X)`, and ` from CALL` where the result is that of another call.
    fn got(&mut self, got: Got) {
        self.line.text(log::GOT);
        errno_name(&mut self.line, got.result.wrapping_neg());
        if let Some(name) = (0..SYSCALLS).find(|&name| bytecode::number(name) == got.from) {
            self.line.text(log::FROM);
            self.line.name(name);
        }
        self.line.byte(b')');
    }

    /// Prints the totals and the end line; the exit status.
    fn totals(&mut self) -> i32 {
        let mut sum = Tally::default();
        self.rule();
        for profile in Profile::ALL {
            let tally = self.tallies[profile as usize];
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
    let known =
        (0..ERRNO_COUNT).find(|&index| isize::from(bytecode::byte(ERRNOS + index)) == number);
    match known {
        Some(index) => line.name(SYSCALLS + index),
        None => {
            let mut result = number.wrapping_neg();
            // An address: two runs must print the same bytes, whatever the kernel's layout.
            if ADDRESSES.contains(&result) {
                result = ANY_ADDRESS;
            }
            if result < 0 {
                line.byte(b'-');
            }
            line.number(result.unsigned_abs() as u64);
        }
    }
}
