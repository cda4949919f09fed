//! Chains of red checks in a script: a check that is red because an earlier one is.

use packer::log::Word;
use packer::plan::Value;
use packer::plan::call::REAP;

use super::effects::failed;
use crate::plan::Plan;
use crate::verdict::outcome::{Got, Outcome};

/// The earlier red check of the same script that is the reason why a check is red.
///
/// The step that was not met is that check, or a step that looks at memory which that check's call
/// was to write, or it comes after a wait for a child that returned an error.
pub(super) fn reason(plan: &Plan, outcomes: &[Outcome], check: usize) -> Option<usize> {
    if matches!(outcomes[check], Outcome::Unimplemented(_)) {
        return None;
    }
    let got = outcomes[check].got()?;
    let script = plan.first_of_script(check)..check;
    let red = |other: usize| {
        outcomes[other]
            .got()
            .filter(|_| !outcomes[other].is_left_out())
    };
    let found = got.value.strip_prefix(Word::StepFound.text());
    let same = |other: &usize| {
        let is_from = got.from.as_deref() == Some(plan.checks[*other].call);
        let is = |it: &Got| match found {
            Some(found) => it.value == found,
            None => is_from && it.value == got.value,
        };
        red(*other).is_some_and(|it| is_result(it) && is(it))
    };
    if let Some(same) = script.clone().find(same) {
        return Some(same);
    }
    let row = failed(plan, check, got)?;
    let at = |row: usize| {
        let is_at = |other: &usize| plan.checks[*other].rows.end == row + 1;
        script
            .clone()
            .find(|other| is_at(other) && red(*other).is_some())
    };
    let waited = || {
        let is_wait = |other: &usize| {
            let last = plan.rows(*other).last();
            let is_error = |got: &Got| is_result(got) && got.value.starts_with('E');
            last.is_some_and(|row| row.call == REAP) && red(*other).is_some_and(is_error)
        };
        script.clone().rev().find(is_wait)
    };
    at(row)
        .or_else(|| at(filler(plan, check, row)?))
        .or_else(waited)
}

/// True for a result of the check itself.
fn is_result(got: &Got) -> bool {
    got.from.is_none() && !got.not_asked
}

/// The call that wrote the memory which a row of a script looks at.
pub(super) fn filler(plan: &Plan, check: usize, row: usize) -> Option<usize> {
    let is_call = |row: usize| plan.all_rows()[row].call.is_syscall();
    if is_call(row) {
        return None;
    }
    let address = |value: &Value| matches!(value, Value::Address(_));
    let rows: Vec<usize> = plan.own_rows(plan.checks[check].rows.start..row).collect();
    let writes = |row: &usize| is_call(*row) && plan.all_rows()[*row].args.iter().any(address);
    rows.into_iter().rev().find(writes)
}
