//! The causes of red checks: the call that each of them accuses.
//!
//! A check rests on the calls that its script makes. Where a red check rests on a call that is
//! itself wrong, the check is blocked by that call, and accuses it instead of its own. The README
//! has the rules, in the section on reading a report. They make no red check green.

mod chains;
mod effects;
mod evidence;
pub(crate) mod groups;
mod inference;
mod left_open;
#[cfg(test)]
mod script_tests;
mod suspects;
#[cfg(test)]
mod tests;

use packer::plan::call::{FOLDER, MKDIRAT, REAP};
use packer::plan::{Row, Value, Want};

use self::effects::Effects;
use self::inference::{Answer, CallResult, Source, Suspicions};
use self::suspects::Steps;
use super::outcome::Outcome;
use crate::plan::Plan;

/// The final outcomes of the checks of a plan, and the calls that each of them accuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Causes {
    pub outcomes: Vec<Outcome>,
    /// The calls that a red check accuses, the best supported first; empty where no call can be
    /// accused, and for other checks.
    pub blames: Vec<Vec<&'static str>>,
}

impl Causes {
    /// The causes of the outcomes of a run; those of final outcomes are the same again.
    pub(crate) fn of(plan: &Plan, outcomes: &[Outcome]) -> Causes {
        let steps = Steps::of(plan);
        let answers = outcomes.iter().enumerate();
        let effects = Effects::of(plan, outcomes);
        let known: Vec<Answer> = answers
            .filter_map(|(check, outcome)| answer(plan, &steps, &effects, check, outcome))
            .collect();
        let tested = plan.checks.iter().map(|check| check.call).collect();
        let suspicions = Suspicions::of(tested, left_open::is_left_open(plan, outcomes), &known);
        let mut causes = Causes {
            outcomes: outcomes.to_vec(),
            blames: Vec::new(),
        };
        let mut known = known.iter();
        for (check, outcome) in outcomes.iter().enumerate() {
            let answer = has_answer(outcome).then(|| known.next()).flatten();
            let blames = match answer {
                Some(answer) if answer.red => match chains::reason(plan, outcomes, check) {
                    Some(earlier) => causes.blames[earlier].clone(),
                    None => suspicions.blames(answer),
                },
                None if outcome.is_left_out() => left_out_by(plan, outcomes, check),
                _ => Vec::new(),
            };
            let own = blames.first() == Some(&plan.checks[check].call);
            if let Outcome::Fail(got) = outcome
                && !own
            {
                causes.outcomes[check] = Outcome::Blocked(Some(got.clone()));
            } else if let Some(got) = outcome.wrong_answer()
                && own
            {
                causes.outcomes[check] = Outcome::Fail(got.clone());
            }
            causes.blames.push(blames);
        }
        causes
    }
}

/// True where a check of a plan rests on a call.
pub(super) fn is_in_plan(plan: &Plan, call: &str) -> bool {
    let steps = Steps::of(plan);
    let suspects = (0..plan.checks.len()).flat_map(|check| steps.suspects(check, None));
    suspects.into_iter().any(|suspect| suspect.call == call)
}

/// True where the outcome tells something of the kernel.
fn has_answer(outcome: &Outcome) -> bool {
    !outcome.is_left_out() && !matches!(outcome, Outcome::Skipped | Outcome::Lost)
}

fn answer(
    plan: &Plan,
    steps: &Steps,
    effects: &Effects,
    check: usize,
    outcome: &Outcome,
) -> Option<Answer> {
    if !has_answer(outcome) {
        return None;
    }
    let planned = &plan.checks[check];
    let mut suspects = steps.suspects(check, outcome.got());
    if !planned.canary {
        evidence::weigh(&mut suspects, planned.call, plan.rows(check), outcome.got());
        steps.add_close(&mut suspects, check);
        if let Some(got) = outcome.got() {
            evidence::mark_sources(&mut suspects, &effects.sources(check, got));
        }
    }
    if matches!(
        outcome,
        Outcome::Unimplemented(_) | Outcome::Crash | Outcome::Hang
    ) {
        suspects.retain(|suspect| suspect.call == planned.call);
    }
    Some(Answer {
        own: planned.call,
        suspects,
        own_facts: match planned.canary {
            true => Vec::new(),
            false => steps.own_facts(check),
        },
        red: *outcome != Outcome::Pass,
        is_direct: evidence::is_direct(planned.call, plan.rows(check)),
        counts: !planned.canary,
        result: result(plan, check, outcome),
        shown: shown(plan, check, outcome),
    })
}

/// The result of the check's own call, where the check is a row that makes it.
fn result(plan: &Plan, check: usize, outcome: &Outcome) -> Option<CallResult> {
    let row = plan.rows(check).last()?;
    if row.call.name != plan.checks[check].call {
        return None;
    }
    if *outcome != Outcome::Pass {
        let got = outcome
            .got()
            .filter(|got| got.from.is_none() && !got.not_asked)?;
        return Some(CallResult::Value(got.value.clone()));
    }
    wanted_result(row.want)
}

/// The results of calls that a check shows beside its own: of the call that its line names, of the
/// wait for a child at its end, and of the steps before a green one.
fn shown(plan: &Plan, check: usize, outcome: &Outcome) -> Vec<(Source, CallResult)> {
    let last = plan.rows(check).last().copied();
    let source = |row: &Row| match row.call {
        REAP => Some(Source::Status),
        call => call.is_syscall().then_some(Source::Step(call.name)),
    };
    if *outcome == Outcome::Pass {
        let steps = plan.own_rows(plan.checks[check].rows.clone());
        let steps = steps.map(|row| plan.all_rows()[row]);
        // A check before it may be red.
        let steps = steps.filter(|row| row.name.is_none());
        let reap = last.filter(|row| row.call == REAP);
        let rows = steps.chain(reap);
        let results = rows.filter_map(|row| Some((source(row)?, wanted_result(row.want)?)));
        return results.collect();
    }
    let Some(got) = outcome.got() else {
        return Vec::new();
    };
    let value = || CallResult::Value(got.value.clone());
    if let Some(from) = &got.from {
        let named = plan.rows(check).iter().find(|row| row.call.name == *from);
        return named
            .map(|row| (Source::Step(row.call.name), value()))
            .into_iter()
            .collect();
    }
    let is_status = !got.not_asked && got.value.parse::<i64>().is_ok();
    let reaped = last.filter(|row| row.call == REAP && is_status);
    reaped
        .map(|_| (Source::Status, value()))
        .into_iter()
        .collect()
}

/// The result that a want lets pass, where it is one, or a success.
fn wanted_result(want: Want) -> Option<CallResult> {
    match want {
        Want::Err(errno) => errno.name().map(|name| CallResult::Value(name.to_string())),
        Want::Is(Value::Int(number)) => Some(CallResult::Value(number.to_string())),
        Want::Done() | Want::Keep(_) => Some(CallResult::Success),
        Want::AtLeast(Value::Int(number)) if number >= 0 => Some(CallResult::Success),
        _ => None,
    }
}

/// The call of the last check before, in the same script, in which the kernel died.
fn left_out_by(plan: &Plan, outcomes: &[Outcome], check: usize) -> Vec<&'static str> {
    let script = plan.first_of_script(check)..check;
    let died = |check: &usize| matches!(outcomes[*check], Outcome::Crash | Outcome::Hang);
    let dead = script.rev().find(died);
    let dead = dead.map(|check| plan.checks[check].call);
    let maker = || is_without_folder(plan, outcomes, check).then_some(MKDIRAT.name);
    dead.or_else(maker).into_iter().collect()
}

/// True for a check whose script makes a folder, where all such checks were left out: a number that
/// the call returned is the reason.
fn is_without_folder(plan: &Plan, outcomes: &[Outcome], check: usize) -> bool {
    let makes = |check: usize| plan.rows(check).iter().any(|row| row.call == FOLDER);
    let mut all = outcomes.iter().enumerate();
    makes(check) && all.all(|(check, outcome)| outcome.is_left_out() || !makes(check))
}
