//! The script of a check as lines: each call with its arguments, what it returned, and what Linux
//! returned to the same.

use packer::log::Word;

use super::escape::plain;
use crate::plan::script;
use crate::verdict::compare::Report;
use crate::verdict::outcome::Outcome;

/// The most steps shown of a script; the last ones count.
const STEPS_MAX: usize = 14;
/// The least number of calls in a row that fail as they must and are shown as one line.
const FOLDED_MIN: usize = 3;
/// The columns of the results, their mark and the oracle's results.
const RESULTS: usize = 44;
/// The least columns of a call.
const CALL_MIN: usize = 24;
/// The want of a step whose result later steps use, before the name of that.
const KEPT: &str = "no error; it is kept as ";
/// The result of a call that did not return before the watchdog ended it.
const NOTHING: &str = Word::Nothing.text();
/// The number by which the ELF says that it left out a step.
const LEFT_OUT: &str = "-4095";

/// One step of a script.
pub(super) struct Shown {
    pub call: String,
    /// The result that it must have; empty where it has none.
    pub returns: String,
    /// The result, if it is known.
    pub result: Option<String>,
    /// The remark about the result.
    pub mark: &'static str,
    /// The result on Linux, if it is known.
    pub oracle: Option<String>,
}

impl Shown {
    /// A line that is no step.
    fn note(text: String) -> Shown {
        Shown {
            call: text,
            returns: String::new(),
            result: None,
            mark: "",
            oracle: None,
        }
    }

    /// True for a call that must fail, and fails with that error.
    fn fails_rightly(&self) -> bool {
        let is_error = self.returns.starts_with('E');
        is_error && self.mark.is_empty() && self.result.as_deref() == Some(&self.returns)
    }
}

/// The steps of a check's script up to the check.
pub(super) fn steps(report: &Report, check: usize) -> Vec<Shown> {
    let planned = &report.plan.checks[check];
    let outcome = &report.subject_log.outcomes[check];
    let trace = report.subject_log.context.trace.as_ref();
    let trace = trace.filter(|trace| trace.has(check));
    let script = script::of(report.plan, check);
    let last = script.len().saturating_sub(1);
    let died = trace.is_some_and(|trace| trace.died_in(check));
    let rows = report.plan.rows(check);
    let is_call = |at: usize| rows.get(at).is_some_and(|row| row.call.is_syscall());
    let in_child = outcome
        .got()
        .and_then(|got| got.in_child(report.plan, check));
    let in_child = in_child.map(|found| found.row);
    let mut shown = Vec::new();
    let mut over = false;
    for (at, step) in script.into_iter().enumerate() {
        let row = planned.rows.start + at;
        let traced = trace.and_then(|trace| trace.result(row));
        let other = step.check.filter(|other| *other != check);
        let skipped = trace
            .zip(other)
            .is_some_and(|(trace, other)| trace.died_in(other));
        let known = match outcome {
            Outcome::Fail(got) | Outcome::Unimplemented(got) if at == last => got.from.is_none(),
            _ => false,
        };
        let result = match (traced, outcome.got()) {
            (Some(LEFT_OUT), _) => Some("left out".to_string()),
            // The kernel dies in it, so that later boots do not make it.
            (None, _) if skipped => Some("left out".to_string()),
            // The watchdog ended the call.
            (Some(NOTHING), _) if is_call(at) => Some("no return".to_string()),
            (Some(NOTHING), _) => Some("not written".to_string()),
            (Some(result), _) => Some(result.to_string()),
            (None, Some(got)) if trace.is_none() && known => Some(got.value.clone()),
            _ => None,
        };
        let oracle = report.oracle_trace.as_ref();
        let oracle = oracle.and_then(|oracle| oracle.result(row));
        let is_own = !report.plan.is_in_child(row);
        let ended = died && !over && result.is_none() && is_own;
        over |= result.is_none() && is_own;
        let passes = trace.and_then(|trace| trace.outcome(check)) == Some(&Outcome::Pass);
        let mark = match (&result, oracle) {
            _ if in_child == Some(row) => "<- failed in the child",
            _ if ended => "<- died here",
            (Some(_), _) if at == last && !passes => "<- wrong",
            (Some(result), Some(oracle)) if !skipped && differs(result, oracle) => "<- differs",
            _ => "",
        };
        // Later steps name what it keeps.
        let kept = step.returns.strip_prefix(KEPT);
        shown.push(Shown {
            call: match kept {
                Some(name) => format!("{name} = {}", step.call),
                None => step.call,
            },
            returns: step.returns,
            result,
            mark,
            oracle: oracle.map(str::to_string),
        });
    }
    shown
}

/// True where a check is wrong by itself, so that its script explains it: it failed, or the kernel
/// died in it.
pub(super) fn explains(report: &Report, check: usize) -> bool {
    let outcome = &report.subject_log.outcomes[check];
    let own = matches!(outcome, Outcome::Fail(_) | Outcome::Crash | Outcome::Hang);
    own && report.is_wrong(check)
}

/// True where a result differs from the oracle's, which is the same in every run.
fn differs(result: &str, oracle: &str) -> bool {
    oracle != packer::log::VARIES && result != oracle
}

/// The steps without runs of calls that fail as they must; each run is one line.
fn folded(steps: Vec<Shown>) -> Vec<Shown> {
    let mut folded: Vec<Shown> = Vec::new();
    let mut run = Vec::new();
    let mut steps = steps.into_iter();
    loop {
        let step = steps.next();
        match step {
            Some(step) if step.fails_rightly() => run.push(step),
            step => {
                match run.len() {
                    FOLDED_MIN.. => folded.push(Shown::note(format!(
                        "{} calls that fail, each with its error",
                        run.len()
                    ))),
                    _ => folded.append(&mut run),
                }
                run.clear();
                match step {
                    Some(step) => folded.push(step),
                    None => return folded,
                }
            }
        }
    }
}

/// The steps of a check's script as lines of about that width; all of them, or the last ones.
pub(super) fn lines(report: &Report, check: usize, width: usize, all: bool) -> Vec<String> {
    let steps = folded(steps(report, check));
    let hidden = match all {
        true => 0,
        false => steps.len().saturating_sub(STEPS_MAX),
    };
    let steps = &steps[hidden..];
    let room = width.saturating_sub(RESULTS).max(CALL_MIN);
    let with_result = steps.iter().filter(|step| !step.returns.is_empty());
    let sizes = with_result.map(|step| step.call.chars().count());
    let longest = sizes.filter(|&size| size <= room).max();
    let column = longest.unwrap_or(0).max(CALL_MIN);
    let mut lines = Vec::new();
    if hidden > 0 {
        lines.push(format!(".. {hidden} steps before these"));
    }
    for step in steps {
        let result = step.result.as_deref().unwrap_or("");
        let oracle = match (&step.oracle, step.returns.as_str()) {
            (_, "") => String::new(),
            (Some(oracle), _) => format!("Linux {oracle}"),
            (None, returns) => format!("must be {returns}"),
        };
        let call = plain(&step.call);
        let mut line = format!("{call:column$}  {result:<10}  {:<12}  {oracle}", step.mark);
        if step.returns.is_empty() {
            line = call;
        } else if call.chars().count() > column {
            lines.push(call);
            line = format!("{:column$}  {result:<10}  {:<12}  {oracle}", "", step.mark);
        }
        lines.push(line.trim_end().to_string());
    }
    lines.extend(alone(report, check));
    lines
}

/// A line about a check that passed when its script ran alone.
fn alone(report: &Report, check: usize) -> Option<String> {
    let trace = report.subject_log.context.trace.as_ref()?;
    let passes = trace.outcome(check)? == &Outcome::Pass;
    passes.then(|| "when its script was run alone, the check passed".to_string())
}

/// The command that runs the check again, if a command ran it.
pub(super) fn again(report: &Report, check: usize) -> Option<String> {
    let title = &report.plan.checks[check].title;
    report
        .again
        .as_ref()
        .map(|again| format!("{again} --only \"{title}\""))
}

/// The command that prints a program of the check alone.
pub(super) fn alone_command(report: &Report, check: usize) -> String {
    let planned = &report.plan.checks[check];
    let name: String = planned
        .call
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!("cargo conformance repro \"{}\" > {name}.c", planned.title)
}

/// Everything about a failed check that is in no table: its script, and the commands that run
/// it again.
pub(super) fn explained(report: &Report, check: usize, width: usize) -> Vec<String> {
    let mut all = lines(report, check, width, true);
    all.extend(again(report, check).map(|again| format!("again: {again}")));
    all.push(format!("alone: {}", alone_command(report, check)));
    all
}
