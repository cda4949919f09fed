//! The calls that may be wrong where a check is red: those on which its script rests.

use packer::abi::errno::EBADF;
use packer::log::Word;
use packer::plan::arena::{CAUGHT_MASK, SELF, TID, WR2};
use packer::plan::call::{
    AGAIN, BY_FORK, CATCH, CHDIR, CHILD, CLOCK, CLOCK_GETTIME, CLONE, CLOSE, Call, EXIT, FCNTL,
    FOLDER, FORK, GET32, GETDENTS64, GETPID, GETTID, IN_HANDLER, LATER, MKDIRAT, NANOSLEEP, POLL,
    PRLIMIT64, READ, REAP, RETRY, RT_SIGACTION, RT_SIGPROCMASK, SCHED_YIELD, TGKILL, WAIT4, WRITE,
};
use packer::plan::routine::{ENTRIES, FILL_UP, IN_ORDER, POLL_ONE, STATUS_FLAGS};
use packer::plan::{Place, Row, Value, Want};

use crate::plan::{ChildRow, Plan, Planned};
use crate::verdict::outcome::Got;

/// The fact of a call that a row rests on without asking for anything.
pub(super) const IN_PASSING: Fact = 0;
/// The limits of the descriptors that scripts expect by number.
pub(super) const NUMBERED: std::ops::Range<i64> = 3..64;

/// The part of a call in a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Role {
    /// The check is about it.
    Own,
    /// The script of a check that is about another call rests on it.
    Other,
    /// The check is a canary, and the call may have left something behind.
    Canary,
}

/// A fact of a call, by a checksum of its flags and of what it must return: steps that ask a call
/// for the same thing rest on the same fact, whatever their descriptors and addresses are.
pub(super) type Fact = u32;

/// A call that may be wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Suspect {
    pub call: &'static str,
    pub role: Role,
    /// The fact of the call that the script rests on, where the check is about another call.
    pub fact: Option<Fact>,
    /// 1, or less where the result speaks against it.
    pub weight: f64,
    /// Set where the line of the check names it.
    pub named: bool,
    pub part: Part,
}

/// The part of a suspect in the result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The result speaks of nothing that the call gives.
    Bystander,
    /// The result speaks of what the call gives: it is wrong where a check of its own is red.
    Giver,
    /// The same for an object: it is wrong where something that it returned is.
    Maker,
    /// The result is that of reading what the call wrote, by this reader.
    Writer(&'static str),
}

/// A call that a row rests on, and its fact.
pub(super) type Step = (&'static str, Fact);

/// The calls that each row of a plan rests on.
pub(super) struct Steps<'a> {
    plan: &'a Plan,
    of_rows: Vec<Vec<Step>>,
    /// The first check about a limit: a kernel may not raise the limit again.
    limited: Option<usize>,
}

impl<'a> Steps<'a> {
    pub(super) fn of(plan: &'a Plan) -> Steps<'a> {
        Steps {
            plan,
            limited: (plan.checks.iter()).position(|check| check.call == PRLIMIT64.name),
            of_rows: plan.all_rows().iter().map(|row| steps(row)).collect(),
        }
    }

    /// The calls of the rows of a check's script, up to its own.
    fn of_check(&self, check: usize) -> &[Vec<Step>] {
        &self.of_rows[self.plan.checks[check].rows.clone()]
    }

    /// The suspects of a check, in the order of its script and before its result is weighed; `got`
    /// is the note of a red one.
    pub(super) fn suspects(&self, check: usize, got: Option<&Got>) -> Vec<Suspect> {
        let planned = &self.plan.checks[check];
        if planned.canary {
            return of_canary(self.plan, planned);
        }
        let steps = self.of_check(check);
        let mut suspects = Vec::new();
        let in_child = got.and_then(|got| got.in_child(self.plan, check));
        let steps = match in_child {
            // The child made nothing after that row.
            Some(ChildRow { row, .. }) => &steps[..=row - planned.rows.start],
            None => steps,
        };
        let failed = in_child.map(|it| self.plan.all_rows()[it.row].call);
        let failed = failed.filter(|call| call.is_syscall());
        let failed = failed.map(|call| Named::Alone(call.name));
        match failed.or_else(|| named(steps, got)) {
            Some(Named::Alone(call)) => {
                add(&mut suspects, planned, (call, IN_PASSING));
                // The check's own call may show in what the child process sees.
                match in_child {
                    Some(_) => {
                        add(&mut suspects, planned, (planned.call, IN_PASSING));
                        if let Some(maker) = made_child(steps) {
                            add(&mut suspects, planned, (maker, IN_PASSING));
                        }
                    }
                    None => suspects[0].named = true,
                }
            }
            Some(Named::After(call)) => {
                let makes = |row: &Vec<Step>| row.iter().any(|(made, _)| *made == call);
                let end = steps.iter().rposition(makes).map_or(0, |last| last + 1);
                add_all(&mut suspects, planned, &steps[..end]);
            }
            None => {
                add_all(&mut suspects, planned, steps);
                add(&mut suspects, planned, (planned.call, IN_PASSING));
            }
        }
        let at_limit = got.is_some_and(|got| got.value == "ENOMEM" || is_full(&got.value));
        if at_limit && self.limited.is_some_and(|first| first < check) {
            add(&mut suspects, planned, (PRLIMIT64.name, IN_PASSING));
        }
        suspects
    }

    /// Adds `close`, whatever the result speaks of, to the suspects of a check that makes
    /// descriptors: those of earlier scripts are open where it does nothing.
    pub(super) fn add_close(&self, suspects: &mut Vec<Suspect>, check: usize) {
        let mut rows = self.plan.rows(check).iter();
        if suspects.len() > 1 && rows.any(|row| row.call.makes_descriptor()) {
            add(suspects, &self.plan.checks[check], (CLOSE.name, IN_PASSING));
        }
    }

    /// The facts of a check's own call that its script rests on.
    pub(super) fn own_facts(&self, check: usize) -> Vec<Fact> {
        let own = self.plan.checks[check].call;
        let steps = self.of_check(check).iter().flatten();
        let mut facts: Vec<Fact> = steps
            .filter_map(|&(call, fact)| (call == own).then_some(fact))
            .collect();
        facts.sort_unstable();
        facts.dedup();
        facts
    }
}

/// The calls that a canary watches: those of its group that make what must not be left.
fn of_canary(plan: &Plan, planned: &Planned) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    let about_descriptors = planned.call == packer::plan::call::DUP.name;
    let leaves = |call: Call| match about_descriptors {
        true => call.makes_descriptor() || call == CLOSE,
        false => call.touches_mask(),
    };
    let group = plan.suite.groups().nth(planned.group);
    for row in group.into_iter().flat_map(|group| group.rows()) {
        if leaves(row.call) {
            add(&mut suspects, planned, (row.call.name, IN_PASSING));
        }
    }
    if about_descriptors {
        add(&mut suspects, planned, (CLOSE.name, IN_PASSING));
    }
    add(&mut suspects, planned, (planned.call, IN_PASSING));
    suspects
}

/// The call that a note names.
enum Named {
    /// No other call can be wrong.
    Alone(&'static str),
    /// A call before it may have given it a wrong argument.
    After(&'static str),
}

fn named(steps: &[Vec<Step>], got: Option<&Got>) -> Option<Named> {
    let got = got?;
    if got.is(Word::NoThread) {
        return Some(Named::Alone(CLONE.name));
    }
    if got.is(Word::NoChild) {
        return made_child(steps).map(Named::Alone);
    }
    if got.is(Word::NoHandler) {
        return Some(Named::Alone(RT_SIGACTION.name));
    }
    let from = got.from.as_deref()?;
    let &(call, _) = steps.iter().flatten().find(|(call, _)| *call == from)?;
    Some(match got.value == "ENOSYS" {
        true => Named::Alone(call),
        false => Named::After(call),
    })
}

/// The call that made the last child process.
fn made_child(steps: &[Vec<Step>]) -> Option<&'static str> {
    let makes = |call: &&'static str| [CLONE.name, FORK.name].contains(call);
    let mut calls = steps.iter().rev().flatten().map(|(call, _)| *call);
    calls.find(makes)
}

fn add_all(suspects: &mut Vec<Suspect>, planned: &Planned, steps: &[Vec<Step>]) {
    for step in steps.iter().flatten() {
        add(suspects, planned, *step);
    }
}

fn add(suspects: &mut Vec<Suspect>, planned: &Planned, (call, fact): Step) {
    let role = match (call == planned.call, planned.canary) {
        (true, _) => Role::Own,
        (false, true) => Role::Canary,
        (false, false) => Role::Other,
    };
    let fact = (role == Role::Other).then_some(fact);
    let is_new = |suspect: &Suspect| (suspect.call, suspect.fact) != (call, fact);
    if suspects.iter().all(is_new) {
        suspects.push(Suspect {
            call,
            role,
            fact,
            weight: 1.0,
            named: false,
            part: Part::Bystander,
        });
    }
}

/// The system calls that a row rests on, those that give its arguments first, and their facts.
pub(super) fn steps(row: &Row) -> Vec<Step> {
    let mut calls = Vec::new();
    let wanted = wanted(row);
    let uses = |place: Place| uses(row, place) || wanted.is_some_and(|value| is_at(&value, place));
    if uses(SELF) {
        calls.extend([GETPID.name, GETTID.name]);
    }
    if uses(TID) {
        calls.push(CLONE.name);
    }
    if uses(CAUGHT_MASK) {
        // The handler asks for the mask that it runs with.
        calls.push(RT_SIGPROCMASK.name);
    }
    calls.extend(row.call.is_syscall().then_some(row.call.name));
    calls.extend(implied(row).iter().map(|call| call.name));
    if counts_descriptors(row) {
        calls.push(CLOSE.name);
    }
    // A call that is refused leaves nothing that a later step could rest on.
    let refused = matches!(row.want, Want::Err(_) | Want::Either(..));
    let steps = calls.into_iter().map(|call| {
        let asked = (call == row.call.name || row.call == CATCH) && !refused;
        (call, if asked { fact(row) } else { IN_PASSING })
    });
    steps.collect()
}

/// True where an argument of a row is at a place of the arena.
pub(super) fn uses(row: &Row, place: Place) -> bool {
    row.args.iter().any(|value| is_at(value, place))
}

fn is_at(value: &Value, place: Place) -> bool {
    match value {
        Value::Held(at) | Value::Address(at) => at.offset == place.offset,
        _ => false,
    }
}

/// The fact that a row rests on: its numbers, and the error that it wants.
pub(super) fn fact(row: &Row) -> Fact {
    let argument = |value: &Value| match value {
        Value::Int(number) => number.to_string(),
        Value::Held(_) => "held".to_string(),
        Value::Address(_) => "address".to_string(),
        Value::Data(_) => "data".to_string(),
        Value::Entry(_) => "entry".to_string(),
    };
    let wanted = match row.want {
        Want::Err(error) | Want::Either(error, _) => error.0.to_string(),
        _ => "success".to_string(),
    };
    let arguments: Vec<String> = row.args.iter().map(argument).chain([wanted]).collect();
    crc32fast::hash(arguments.join(" ").as_bytes())
}

/// The system calls that the ELF makes for a pseudo-call or a routine.
fn implied(row: &Row) -> &'static [Call] {
    match row.call {
        CATCH | IN_HANDLER => &[RT_SIGACTION],
        CLOCK => &[CLOCK_GETTIME],
        // The threads of earlier scripts that last are ended by tgkill.
        LATER => &[CLONE, NANOSLEEP, TGKILL, GETPID, EXIT],
        AGAIN => &[CLOSE],
        IN_ORDER => &[WRITE, READ],
        FILL_UP => &[WRITE],
        POLL_ONE => &[POLL],
        STATUS_FLAGS => &[FCNTL],
        ENTRIES => &[GETDENTS64],
        CHILD if row.args == [Value::Int(BY_FORK)] => &[FORK],
        CHILD => &[CLONE],
        REAP => &[WAIT4],
        FOLDER => &[MKDIRAT, CHDIR],
        RETRY => &[NANOSLEEP, SCHED_YIELD],
        _ => &[],
    }
}

/// True where a row wants a descriptor by its number, or wants a number to be none, so that it
/// rests on every one that an earlier script has closed.
pub(super) fn counts_descriptors(row: &Row) -> bool {
    let reads = row.call == GET32
        && matches!(row.args, [Value::Address(place)] if place.offset <= WR2.offset);
    let made = row.call.makes_descriptor() || reads;
    made && wanted(row).as_ref().is_some_and(is_numbered) || wants_closed(row)
}

/// The value with which a row compares its result.
fn wanted(row: &Row) -> Option<Value> {
    match row.want {
        Want::Is(value) | Want::AtLeast(value) | Want::AtMost(value) => Some(value),
        _ => None,
    }
}

/// True where a row wants a descriptor by its number to be none.
pub(super) fn wants_closed(row: &Row) -> bool {
    row.want == Want::Err(EBADF) && row.args.first().is_some_and(is_numbered)
}

fn is_numbered(value: &Value) -> bool {
    matches!(value, Value::Int(number) if NUMBERED.contains(number))
}

/// True for an error of a full table of descriptors.
pub(super) fn is_full(error: &str) -> bool {
    ["EMFILE", "ENFILE"].contains(&error)
}

/// True for the name of one of these calls.
pub(super) fn is_one_of(name: &str, calls: &[Call]) -> bool {
    calls.iter().any(|call| call.name == name)
}
