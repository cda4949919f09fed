//! The plan of a suite: its checks with their titles, and the lines of a complete log.

pub(crate) mod children;
pub(crate) mod script;

pub(crate) use children::ChildRow;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

use packer::abi::{Errno, Processor};
use packer::log::{self, Sink, Tally, Verdict};
use packer::plan::call::{
    BY_FORK, CHDIR, CHILD, CLONE, Callee, FOLDER, FORK, FRESH, MKDIRAT, REAP, WAIT4, op,
};
use packer::plan::{Check, Kind, Profile, Row, Value, Want};
use packer::suites::{self, Suite};

/// One check of the plan.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its index in the plan, from 0.
    pub index: usize,
    /// The title as the log has it: the identity of the check.
    pub title: String,
    pub family: &'static str,
    pub kind: Kind,
    pub profile: Profile,
    /// The system call under test.
    pub call: &'static str,
    /// The index of its group.
    pub group: usize,
    /// The number of its script; the checks of a script share the results of its rows.
    pub script: usize,
    /// The system calls of its script from the last check, or from its beginning, up to this check:
    /// those in which a death before its line can be.
    pub calls: Vec<&'static str>,
    /// The rows of its script up to its own, by their indices in [`Plan::all_rows`].
    pub(crate) rows: Range<usize>,
    /// The expected result, for messages.
    pub expected: String,
    pub canary: bool,
}

impl Planned {
    /// The class of the check's arguments: the error that it expects, or none.
    pub fn class(&self) -> Option<&str> {
        self.expected.starts_with('E').then_some(&*self.expected)
    }
}

/// One line of a log that belongs to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Header,
    /// The section line of the group with that index.
    Section(usize),
    Check(usize),
    Rule,
    Profile(Profile),
    Summary,
    End,
}

/// The plan of a suite.
#[derive(Debug)]
pub struct Plan {
    pub suite: Suite,
    /// The suite id, a hash over the titles of all checks.
    pub id: u32,
    pub checks: Vec<Planned>,
    /// The titles of the groups.
    pub groups: Vec<String>,
    /// The lines of a complete log, in order.
    pub steps: Vec<Step>,
    /// The rows of all scripts, in order.
    rows: Vec<&'static Row>,
    /// For each row the process that makes it: 0 is the first one.
    depths: Vec<u8>,
    by_title: HashMap<String, usize>,
}

/// The plans of all suites, each made when it is wanted.
#[derive(Debug, Default)]
pub(crate) struct Plans([OnceLock<Plan>; suites::ALL.len()]);

impl Plans {
    pub(crate) fn of(&self, suite: &Suite) -> &Plan {
        let mut all = suites::ALL.iter();
        let place = all.position(|known| is_same(known, suite)).unwrap_or(0);
        self.0[place].get_or_init(|| Plan::of(suite))
    }
}

/// True of two values of one suite on one processor.
pub(crate) fn is_same(one: &Suite, other: &Suite) -> bool {
    (one.name, one.processor) == (other.name, other.processor)
}

/// True of the suite that is meant where no other one is named.
pub(crate) fn is_core(suite: &Suite) -> bool {
    suite.name == suites::CORE.name
}

/// The suites on a processor, in the order in which they run.
pub(crate) fn suites_on(processor: Processor) -> impl Iterator<Item = Suite> {
    let all = suites::ALL.iter().copied();
    all.filter(move |suite| suite.processor == processor)
}

/// The name of a file or an entry of a suite, where those of the core suite have the name `base`.
pub(crate) fn name_of(base: &str, suite: &Suite) -> String {
    match is_core(suite) {
        true => base.to_string(),
        false => format!("{base}-{}", suite.name),
    }
}

/// A suite in words: `riscv64` is the core suite there, others are `the suite files of riscv64`.
pub(crate) fn described(suite: &Suite) -> String {
    let processor = suite.processor.name();
    match is_core(suite) {
        true => processor.to_string(),
        false => format!("the suite {} of {processor}", suite.name),
    }
}

/// Text as a [`Sink`].
#[derive(Default)]
pub(crate) struct Text(pub String);

impl Sink for Text {
    fn byte(&mut self, byte: u8) {
        self.0.push(char::from(byte));
    }
}

/// The text that a function of `log` writes.
pub(crate) fn written(write: impl FnOnce(&mut Text)) -> String {
    let mut text = Text::default();
    write(&mut text);
    text.0
}

impl Plan {
    /// The plan of a suite.
    pub fn of(suite: &Suite) -> Plan {
        let mut plan = Plan {
            suite: *suite,
            id: suite.id(),
            checks: Vec::new(),
            groups: Vec::new(),
            steps: vec![Step::Header],
            rows: Vec::new(),
            depths: Vec::new(),
            by_title: HashMap::new(),
        };
        let mut script = 0;
        for group in suite.groups() {
            plan.steps.push(Step::Section(plan.groups.len()));
            let (rows, mut calls, mut begin) = (&mut plan.rows, Vec::new(), 0);
            let scripts = group.rows().filter_map(|row| {
                if row.call == FRESH {
                    script += 1;
                    calls.clear();
                    begin = rows.len();
                    return None;
                }
                rows.push(row);
                calls.extend(calls_of(row));
                row.name
                    .map(|_| (script, std::mem::take(&mut calls), begin..rows.len()))
            });
            for (check, script) in group.checks(plan.checks.len()).zip(scripts) {
                plan.steps.push(Step::Check(check.index));
                plan.by_title.insert(check.to_string(), check.index);
                plan.checks.push(planned(&check, plan.groups.len(), script));
            }
            plan.groups.push(group.to_string());
        }
        plan.depths = children::depths(&plan.rows);
        plan.steps.push(Step::Rule);
        plan.steps.extend(suite.profiles().map(Step::Profile));
        plan.steps.extend([Step::Summary, Step::Rule, Step::End]);
        plan
    }

    /// The check of that title.
    pub fn find(&self, title: &str) -> Option<&Planned> {
        self.by_title.get(title).map(|&index| &self.checks[index])
    }

    /// The rows of a check's script up to the check's own, which is the last.
    pub(crate) fn rows(&self, check: usize) -> &[&'static Row] {
        &self.rows[self.checks[check].rows.clone()]
    }

    /// The rows of all scripts, in order.
    pub(crate) fn all_rows(&self) -> &[&'static Row] {
        &self.rows
    }

    /// The first check of the script that a check belongs to.
    pub fn first_of_script(&self, check: usize) -> usize {
        let script = self.checks[check].script;
        let before = self.checks[..check].iter().rev();
        check - before.take_while(|other| other.script == script).count()
    }

    /// The header line of a log of this plan.
    pub fn header(&self) -> String {
        self.header_of(None)
    }

    /// The header line of a log of this plan under a run id, or without one.
    pub fn header_of(&self, run: Option<u32>) -> String {
        let run = run.unwrap_or(0);
        written(|text| log::header(text, self.id, self.checks.len() as u32, run))
    }

    /// The section line of a group.
    pub fn section(&self, group: usize) -> String {
        written(|text| log::section(text, |text| text.text(&self.groups[group])))
    }

    /// The line of a check up to the end of its title.
    pub fn verdict(&self, check: usize, verdict: Verdict) -> String {
        written(|text| {
            log::verdict(text, verdict);
            text.text(&self.checks[check].title);
        })
    }

    /// The name of a line of the log, for messages.
    pub fn describe(&self, step: Step) -> String {
        match step {
            Step::Header => self.header(),
            Step::Section(group) => self.section(group),
            Step::Check(check) => self.checks[check].title.clone(),
            Step::Rule => "the line above or below the totals".to_string(),
            Step::Profile(profile) => format!("the totals of {}", profile.name()),
            Step::Summary => "the summary".to_string(),
            Step::End => "the END line".to_string(),
        }
    }
}

impl Default for Plan {
    /// The plan of the core suite.
    fn default() -> Plan {
        Plan::of(&suites::CORE)
    }
}

/// A totals line: that of a profile, or of all of them.
pub fn totals_line(profile: Option<Profile>, tally: Tally) -> String {
    written(|text| log::totals(text, profile, tally))
}

/// The END line.
pub fn end_line(crc: u32) -> String {
    written(|text| log::end(text, crc))
}

/// The system calls that a row makes, in which a kernel may die: the suite makes some for a
/// pseudo-call.
fn calls_of(row: &Row) -> Vec<&'static str> {
    match row.call {
        FOLDER => vec![MKDIRAT.name, CHDIR.name],
        CHILD if row.args == [Value::Int(BY_FORK)] => vec![FORK.name],
        CHILD => vec![CLONE.name],
        REAP => vec![WAIT4.name],
        call if call.is_syscall() => vec![call.name],
        _ => Vec::new(),
    }
}

/// A check of a group, with the number of its script, its calls and its rows.
fn planned(
    check: &Check,
    group: usize,
    (script, calls, rows): (usize, Vec<&'static str>, Range<usize>),
) -> Planned {
    Planned {
        index: check.index,
        title: check.to_string(),
        family: check.group.family.title,
        kind: check.group.kind,
        profile: check.profile(),
        call: check.call,
        group,
        script,
        calls,
        rows,
        expected: expected(check.row),
        canary: check.is_canary(),
    }
}

/// The expected result of a row, for messages.
fn expected(row: &Row) -> String {
    match row.want {
        Want::Err(errno) => name(errno),
        Want::Either(one, other) => format!("{} or {}", name(one), name(other)),
        Want::Done() | Want::Keep(_) => "no error".to_string(),
        Want::Is(value) => format!("{}{}", number(row, value), unit(row)),
        Want::AtLeast(value) => format!("at least {}{}", number(row, value), unit(row)),
        Want::AtMost(value) => format!("at most {}{}", number(row, value), unit(row)),
    }
}

fn name(errno: Errno) -> String {
    errno
        .name()
        .map_or_else(|| errno.0.to_string(), str::to_string)
}

/// A result that a row must have: a number, or words with the name of a place as the script has it.
fn number(row: &Row, value: Value) -> String {
    let name = || script::wanted(row);
    match value {
        Value::Int(number) => number.to_string(),
        Value::Address(_) => format!("the address {}", name()),
        Value::Held(_) => format!("the value of {}", name()),
        Value::Data(_) => "the address of constant bytes".to_string(),
        Value::Entry(_) => "the address of a function".to_string(),
    }
}

/// The unit of a pseudo-call's result.
fn unit(row: &Row) -> &'static str {
    if row.call.callee != Callee::Op {
        return "";
    }
    match row.call.number as u8 {
        op::SAME => " bytes that differ",
        op::COUNT => " bytes of that value",
        op::AGAIN => " rounds without a failing step",
        op::CLOCK => " microseconds",
        _ => "",
    }
}
