//! The result of each row of scripts: what a boot that traces printed.
//!
//! A trace explains a verdict and never changes one.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use crate::plan::{Plan, Step};

/// The results of rows, and the outcomes that their checks had then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// By the index of the row in the plan.
    results: BTreeMap<usize, String>,
    /// By the index of the check.
    outcomes: BTreeMap<usize, Outcome>,
    /// The checks in which a boot died.
    died: Vec<usize>,
}

impl Trace {
    /// Takes the results of a boot, each with the step before whose line it came, and the check in
    /// which the boot died. Takes nothing if there are more than rows were made: the boot did not
    /// print them all.
    pub(crate) fn take(
        &mut self,
        plan: &Plan,
        results: &[(usize, String)],
        outcomes: &[Option<Outcome>],
        died: Option<usize>,
    ) {
        let mut by_step: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for (step, value) in results {
            by_step.entry(*step).or_default().push(value);
        }
        let most = |(step, values): (&usize, &Vec<&str>)| match plan.steps.get(*step) {
            Some(Step::Check(check)) => values.len() <= results_max(plan, *check, outcomes),
            _ => true,
        };
        if !by_step.iter().all(most) {
            return;
        }
        for (step, values) in by_step {
            let Some(Step::Check(check)) = plan.steps.get(step) else {
                continue;
            };
            let check = *check;
            let (begin, before) = segment(plan, check, &values, outcomes);
            let end = plan.checks[check].rows.end;
            let values = values.iter().skip(before).map(ToString::to_string);
            self.results.extend(plan.own_rows(begin..end).zip(values));
            if let Some(outcome) = &outcomes[check] {
                self.outcomes.insert(check, outcome.clone());
            }
        }
        self.died.extend(died);
    }

    /// True where the script of a check was traced up to the check.
    pub(crate) fn has(&self, check: usize) -> bool {
        self.outcomes.contains_key(&check) || self.died.contains(&check)
    }

    /// True where the kernel died before the line of the check.
    pub(crate) fn died_in(&self, check: usize) -> bool {
        self.died.contains(&check)
    }

    /// The outcome of a check when it was traced.
    pub(crate) fn outcome(&self, check: usize) -> Option<&Outcome> {
        self.outcomes.get(&check)
    }

    /// The result of a row, by its index in the plan.
    pub(crate) fn result(&self, row: usize) -> Option<&str> {
        self.results.get(&row).map(String::as_str)
    }
}

/// The most results before the line of a check: those of the rows after the last check of the
/// script before, that of `FRESH()`, and those of its own rows. A script whose checks are all of
/// another processor is before it with its `FRESH()`.
fn results_max(plan: &Plan, check: usize, outcomes: &[Option<Outcome>]) -> usize {
    let planned = &plan.checks[check];
    let count = |rows| plan.own_rows(rows).count();
    let first = plan.first_of_script(check);
    if first != check {
        return count(plan.checks[check - 1].rows.end..planned.rows.end);
    }
    let before = first.checked_sub(1).map(|before| &plan.checks[before]);
    let before = before.filter(|before| before.group == planned.group);
    let rest = before.map_or(0, |before| count(before.rows.end..planned.rows.start));
    let scripts = before.map_or(1, |before| planned.script - before.script);
    match outcomes[first] {
        Some(Outcome::Skipped) => rest + scripts - 1,
        _ => rest + scripts + count(planned.rows.clone()),
    }
}

/// The row of the first result of a check's own, and the number of the results before it: those of
/// the rows after the last check of the script before, and that of `FRESH()`.
fn segment(
    plan: &Plan,
    check: usize,
    values: &[&str],
    outcomes: &[Option<Outcome>],
) -> (usize, usize) {
    let rows = &plan.checks[check].rows;
    let count = |rows| plan.own_rows(rows).count();
    let before = check.checked_sub(1).map(|before| &plan.checks[before]);
    let before = before.filter(|before| before.group == plan.checks[check].group);
    let begin = match before {
        Some(before) if before.script == plan.checks[check].script => {
            return (before.rows.end, 0);
        }
        _ => rows.start,
    };
    let asked = |check: usize| !matches!(outcomes[check], None | Some(Outcome::Skipped));
    let blocked = |check: usize| matches!(outcomes[check], Some(Outcome::Blocked(_)));
    if asked(check) && !blocked(check) {
        // Every row up to the check was made.
        return (begin, values.len().saturating_sub(count(rows.clone())));
    }
    let rest = match before {
        Some(before) if asked(before.index) && !blocked(before.index) => {
            count(before.rows.end..begin)
        }
        _ => 0,
    };
    (begin, rest + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The results that a boot prints which makes every row, and the number of the row as each.
    fn printed(plan: &Plan) -> Vec<(usize, String)> {
        let mut results = Vec::new();
        let mut row = 0;
        for (step, line) in plan.steps.iter().enumerate() {
            let Step::Check(check) = *line else { continue };
            let rows = &plan.checks[check].rows;
            let first = plan.first_of_script(check) == check;
            let fresh = first.then_some(rows.start);
            for at in row..rows.end {
                if fresh == Some(at) {
                    results.push((step, "0".to_string()));
                }
                results.push((step, at.to_string()));
            }
            row = rows.end;
        }
        results
    }

    #[test]
    fn results_are_those_of_their_rows() {
        let plan = Plan::default();
        let outcomes = vec![Some(Outcome::Pass); plan.checks.len()];
        let mut trace = Trace::default();
        trace.take(&plan, &printed(&plan), &outcomes, None);
        for check in &plan.checks {
            assert!(trace.has(check.index));
            for row in check.rows.clone() {
                let row_text = row.to_string();
                assert_eq!(trace.result(row), Some(&*row_text), "{}", check.title);
            }
        }
    }

    #[test]
    fn boot_that_dies_gives_the_results_up_to_there() {
        let plan = Plan::default();
        let long = |check: &&crate::plan::Planned| {
            check.rows.len() > 3 && plan.first_of_script(check.index) == check.index
        };
        let check = plan.checks.iter().find(long).expect("a script");
        let step = plan
            .steps
            .iter()
            .position(|s| *s == Step::Check(check.index));
        let step = step.expect("a step");
        let values = ["0", "7", "EBADF"].map(|value| (step, value.to_string()));
        let mut outcomes = vec![Some(Outcome::Skipped); plan.checks.len()];
        outcomes[check.index] = None;
        let mut trace = Trace::default();
        trace.take(&plan, &values, &outcomes, Some(check.index));
        let row = check.rows.start;
        assert!(trace.died_in(check.index) && trace.has(check.index));
        let found = [row, row + 1, row + 2].map(|row| trace.result(row));
        assert_eq!(found, [Some("7"), Some("EBADF"), None]);
    }
}
