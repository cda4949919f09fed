//! The traces of a report: what the rows of failed checks returned, and what Linux returned.

use std::collections::BTreeSet;

use packer::log::{Line, VARIES, Word};
use packer::plan::call::{Callee, LATER, WRITE};
use packer::plan::{Row, Value, Want};

use super::{PreparedTarget, Runner};
use crate::error::{Error, Result};
use crate::log::reader::Reader;
use crate::log::run_lines::RunLines;
use crate::plan::children::depths;
use crate::plan::{Plan, end_line};
use crate::resources::Resources;
use crate::run::Subject;
use crate::run::trace::{trace, trace_all};
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;
use crate::verdict::trace::Trace;

/// The most scripts that are traced.
const SCRIPTS_MAX: usize = 20;

/// The results of all rows of a plan on Linux; none without a file of its suite.
pub(crate) fn oracle_trace(resources: &Resources, plan: &Plan) -> Option<Trace> {
    trace_of(plan, &resources.trace(&plan.suite)?)
}

/// The trace in a log that is complete.
pub(super) fn trace_of(plan: &Plan, log: &[u8]) -> Option<Trace> {
    let mut reader = Reader::of_trace(plan);
    reader.feed(log, &mut |_| {});
    let log = reader.finish();
    let boot = log.boots.first().filter(|boot| boot.ours)?;
    if !log.outcome(plan).is_complete() {
        return None;
    }
    let mut trace = Trace::default();
    trace.take(plan, &boot.results, &boot.outcomes, None);
    Some(trace)
}

/// The text of the oracle's trace: the lines of a traced run, in which the results that differ from
/// run to run are replaced. None where the run is not complete.
fn oracle_text(plan: &Plan, console: &[u8]) -> Option<String> {
    let mut lines = RunLines::of_trace();
    lines.feed(console);
    trace_of(plan, lines.text.as_bytes())?;
    // A child prints nothing, and `FRESH()` is a row of no check.
    let rows: Vec<_> = plan.suite.groups().flat_map(|group| group.rows()).collect();
    let depths = depths(&rows);
    let mut own = (0..rows.len()).filter(|&row| depths[row] == 0);
    let mut text = String::new();
    for line in lines.text.lines() {
        let line = match Line::parse(line)? {
            Line::Result { value } => {
                format!(
                    "{}{}",
                    Word::Result.text(),
                    stable(&rows, own.next(), value)
                )
            }
            Line::End { .. } => end_line(crc32fast::hash(text.as_bytes())),
            _ => line.to_string(),
        } + "\n";
        text.push_str(&line);
    }
    own.next().is_none().then_some(text)
}

/// The result of a row, or the word for one that differs from run to run.
fn stable<'t>(rows: &[&Row], row: Option<usize>, value: &'t str) -> &'t str {
    // Of a row that another thread makes it is the id of the thread.
    let deferred = |row: usize| row > 0 && rows[row - 1].call == LATER;
    let exact = |row: &Row| match row.want {
        Want::Is(Value::Int(_)) | Want::Err(_) | Want::Either(..) => true,
        Want::Is(_) | Want::AtLeast(_) | Want::AtMost(_) => false,
        Want::Done() | Want::Keep(_) if row.call.is_syscall() => {
            // A script has the same descriptors in every run, and what is all written stays so.
            value == "0" || row.call.makes_descriptor() || is_whole(row, value)
        }
        // The room of a pipe, the flags of a descriptor.
        Want::Done() | Want::Keep(_) if row.call.callee == Callee::Routine => true,
        Want::Keep(_) => false,
        Want::Done() => value == "0",
    };
    let is_number = value.trim_start_matches('-').parse::<u64>().is_ok();
    match !is_number || row.is_some_and(|row| exact(rows[row]) && !deferred(row)) {
        true => value,
        false => VARIES,
    }
}

/// True where a call wrote as many bytes as the row asks for.
fn is_whole(row: &Row, value: &str) -> bool {
    let asked = |count: &i64| row.call == WRITE && count.to_string() == value;
    matches!(row.args, [_, _, Value::Int(count)] if asked(count))
}

impl Runner {
    /// The text of the oracle's trace, from a run of a prepared target.
    ///
    /// # Errors
    /// The target does not start, or its traced run is not complete: exit code 3.
    pub(crate) fn oracle_trace(&self, prepared: &PreparedTarget) -> Result<String> {
        let subject = self.traced(prepared);
        let console = trace_all(&subject, &prepared.accelerator, &self.interrupt)?;
        let text = oracle_text(self.plan_of(prepared), &console);
        text.ok_or_else(|| Error::no_verdict("the traced run is not complete"))
    }

    /// A target whose rows are traced.
    fn traced<'a>(&'a self, prepared: &'a PreparedTarget) -> Subject<'a> {
        Subject {
            skip: &[],
            only: None,
            reboots: 0,
            jobs: 1,
            verbose: false,
            hidden: true,
            ..self.subject(prepared)
        }
    }

    /// Boots the target once more for the failed checks of a report that are no one's consequence.
    /// Whatever becomes of it, the verdict stays.
    pub(crate) fn trace(&self, prepared: &PreparedTarget, report: &mut Report) {
        let checks = checks(report);
        let target = &prepared.target;
        let unasked = checks.is_empty() || target.recorded || self.interrupt.came();
        if unasked || !report.subject_log.defects.is_empty() {
            return;
        }
        let subject = self.traced(prepared);
        let context = &mut report.subject_log.context;
        let accelerator = &prepared.accelerator;
        let flags = context.flags;
        match trace(&subject, accelerator, &self.interrupt, &checks, flags) {
            Ok(trace) => context.trace = Some(trace),
            Err(error) => context.notes.push(format!("no trace: {}", error.text)),
        }
    }
}

/// The checks to trace: those in which the kernel died, then those whose own call is wrong, of few
/// scripts.
fn checks(report: &Report) -> BTreeSet<usize> {
    let outcome = |check: usize| &report.subject_log.outcomes[check];
    let died = |check: usize| matches!(outcome(check), Outcome::Crash | Outcome::Hang);
    let own = |check: usize| {
        let call = report.plan.checks[check].call;
        let accused = report.subject_log.blames(check).first();
        matches!(outcome(check), Outcome::Fail(_)) && accused.is_none_or(|it| *it == call)
    };
    let wrong = || (0..report.plan.checks.len()).filter(|&check| report.is_wrong(check));
    let first = wrong().filter(|&check| died(check));
    let all = first.chain(wrong().filter(|&check| own(check)));
    let (mut checks, mut scripts) = (BTreeSet::new(), BTreeSet::new());
    for check in all {
        let script = report.plan.checks[check].script;
        if scripts.len() < SCRIPTS_MAX || scripts.contains(&script) {
            scripts.insert(script);
            checks.insert(check);
        }
    }
    checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oracle_has_a_result_of_each_row() {
        let plan = Plan::default();
        let trace = oracle_trace(&Resources::find(), &plan).expect("the trace of Linux");
        for check in &plan.checks {
            for row in check.rows.clone() {
                assert!(trace.result(row).is_some(), "{}", check.title);
            }
        }
    }

    /// Each suite's trace of Linux says of each row what `stable` says of it.
    #[test]
    fn results_that_vary_are_replaced() {
        for suite in packer::suites::ALL {
            let plan = Plan::of(suite);
            let trace = oracle_trace(&Resources::find(), &plan).expect("the trace of Linux");
            for check in &plan.checks {
                for (at, row) in check.rows.clone().zip(plan.rows(check.index)) {
                    // A child prints nothing.
                    let Some(value) = trace.result(at) else {
                        assert!(plan.is_in_child(at), "{}: {row:?}", check.title);
                        continue;
                    };
                    assert_eq!(
                        stable(plan.all_rows(), Some(at), value),
                        value,
                        "{}: {row:?}",
                        check.title
                    );
                    let exact = matches!(row.want, Want::Is(Value::Int(_)));
                    assert!(!exact || value != VARIES, "{}: {row:?}", check.title);
                }
            }
        }
    }

    #[test]
    fn altered_trace_is_none() {
        let plan = Plan::default();
        let text = Resources::find()
            .trace(&plan.suite)
            .expect("the trace of Linux");
        assert!(trace_of(&plan, &text).is_some());
        let text = String::from_utf8(text).expect("text");
        let altered = text.replacen("  = EBADF", "  = 3", 1);
        assert_eq!(trace_of(&plan, altered.as_bytes()), None);
    }
}
