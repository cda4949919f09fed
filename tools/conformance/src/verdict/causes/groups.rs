//! The red checks of a report by the call that they accuse.

use std::collections::BTreeMap;

use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// A call that red checks accuse, and those checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    /// None where no call can be accused.
    pub call: Option<&'static str>,
    /// The checks of the call itself, in the order of the plan.
    pub own: Vec<usize>,
    /// The checks of other calls.
    pub others: Vec<usize>,
    /// Set where the kernel does not have the call.
    pub missing: bool,
}

impl Cause {
    /// The causes of checks, in the order in which the plan has the calls; no call comes last.
    pub(crate) fn of(
        plan: &Plan,
        outcomes: &[Outcome],
        blames: impl Fn(usize) -> Option<&'static str>,
        checks: impl IntoIterator<Item = usize>,
    ) -> Vec<Cause> {
        let mut by_place: BTreeMap<(usize, Option<&'static str>), Cause> = BTreeMap::new();
        for check in checks {
            let call = blames(check);
            let place = match call {
                Some(call) => place(plan, call),
                None => usize::MAX,
            };
            let cause = by_place.entry((place, call)).or_insert_with(|| Cause {
                call,
                own: Vec::new(),
                others: Vec::new(),
                missing: true,
            });
            match call == Some(plan.checks[check].call) {
                true => cause.own.push(check),
                false => cause.others.push(check),
            }
        }
        let mut causes: Vec<Cause> = by_place.into_values().collect();
        for cause in &mut causes {
            let missing = |check: &usize| lacks(cause.call, &outcomes[*check]);
            cause.missing = match cause.own.is_empty() {
                true => cause.others.iter().all(missing),
                false => cause.own.iter().all(missing),
            };
        }
        causes
    }

    /// The cause in a line: `pipe2: ENOSYS - 11 checks of its own, 286 of other calls could not be
    /// asked`.
    pub(crate) fn headline(&self) -> String {
        let checks = |count: usize| match count {
            1 => "1 check".to_string(),
            _ => format!("{count} checks"),
        };
        let (own, others) = (self.own.len(), self.others.len());
        let Some(call) = self.call else {
            return format!("no call can be accused - {}", checks(others));
        };
        let state = if self.missing { "ENOSYS" } else { "wrong" };
        let rest = match self.missing {
            true => "could not be asked".to_string(),
            false if others == 1 => "rests on it".to_string(),
            false => "rest on it".to_string(),
        };
        match (own, others) {
            (_, 0) => format!("{call}: {state} - {} of its own", checks(own)),
            (0, _) => format!("{call}: {state} - {} of other calls {rest}", checks(others)),
            _ => format!(
                "{call}: {state} - {} of its own, {others} of other calls {rest}",
                checks(own)
            ),
        }
    }
}

/// The place of a call in the plan: that of its first check, or of the first script that makes it.
fn place(plan: &Plan, call: &str) -> usize {
    let about = plan.checks.iter().position(|check| check.call == call);
    let made = || {
        plan.checks
            .iter()
            .position(|check| check.calls.contains(&call))
    };
    about.or_else(made).unwrap_or(plan.checks.len())
}

/// True where an outcome says that the kernel does not have the call.
fn lacks(call: Option<&str>, outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Unimplemented(_) => true,
        Outcome::Blocked(Some(got)) => got.value == "ENOSYS" && got.from.as_deref() == call,
        _ => false,
    }
}
