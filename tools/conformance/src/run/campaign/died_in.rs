//! The calls in whose steps boots died.
//!
//! A boot that dies between two lines of the log may have died in a step that sets up the second
//! check. The check is then not asked, and its own call is innocent. Which step it was follows from
//! the calls that the kernel survives elsewhere:
//!
//! - A call that any answered check made returns, and so does each step before a skipped check
//!   whose line came. The other calls of the check are its suspects.
//! - A call is convicted if it is the only suspect of a check of its own in which a boot died, or
//!   of the steps before a skipped check, or if the kernel killed the program for it by SIGSYS.
//! - A check whose only suspect is a convicted call of another name is blocked by that call. So is
//!   a check whose steps a boot died in while the check itself was skipped.
//! - Where the steps before a skipped check have several suspects, one of them is deadly. A check
//!   that has all of them in the steps before it is blocked by them: `FOLDER()` makes two calls.
//!
//! Where the evidence is less than this, or the run ended before every check was asked, the death
//! remains charged to the check.

use std::collections::{BTreeMap, BTreeSet};

use packer::plan::control::{SKIP_SETUP, WHOLE_SCRIPTS};

use super::{BootOrder, Campaign};
use crate::plan::Planned;
use crate::verdict::outcome::Outcome;

/// The calls in the steps before a check.
fn set_up(check: &Planned) -> &[&'static str] {
    &check.calls[..check.calls.len().saturating_sub(1)]
}

/// The names of calls, one of which is meant.
fn joined(calls: &BTreeSet<&str>) -> String {
    let calls: Vec<&str> = calls.iter().copied().collect();
    calls.join(" or ")
}

impl Campaign<'_> {
    /// Takes the line of a skipped check: the steps before it returned, unless they were skipped.
    pub(super) fn note_set_up(&mut self, order: &BootOrder, check: usize) {
        let planned = &self.plan.checks[check];
        let mut before = self.plan.first_of_script(check)..check;
        let ran = order.flags & (WHOLE_SCRIPTS | SKIP_SETUP) == 0
            && planned.group >= order.first_group
            && before.all(|other| order.runs(self.plan, other));
        if ran {
            self.returned.extend(set_up(planned));
        }
    }

    /// Moves each death that came in a step before its check to the call of that step: the check
    /// is blocked, and so is the rest of a script that is left out for it.
    pub(super) fn charge_steps(&mut self) {
        let convicted = self.convicted();
        let deadly = self.deadly_steps();
        let mut of_call: BTreeMap<String, usize> = BTreeMap::new();
        // The scripts in which a step died before one of their checks, and its call.
        let mut ended: BTreeMap<usize, &'static str> = BTreeMap::new();
        for check in &self.plan.checks {
            let in_set_up = self.set_up_deaths.get(&check.script);
            let died = self.is_death(check.index);
            let of_script = || {
                if let Some(call) = self.left_out_for.get(&check.script) {
                    return Some(*call);
                }
                let by = in_set_up?;
                self.sole_suspect(set_up(&self.plan.checks[*by]))
            };
            let own = || {
                let call = self.sole_suspect(&check.calls)?;
                convicted.contains(call).then_some(call)
            };
            let call = match self.died_in.get(&check.index).copied() {
                Some(call) => Some(call),
                None if died && in_set_up != Some(&check.index) => own(),
                None if died || self.is_open(check.index) => {
                    of_script().or_else(|| ended.get(&check.script).copied())
                }
                None => None,
            };
            if let Some(call) = call {
                self.died_in.insert(check.index, call);
                if died && call != check.call {
                    ended.insert(check.script, call);
                }
            }
            let has_all = |calls: &&BTreeSet<&str>| {
                let before = set_up(&self.plan.checks[check.index]);
                calls.iter().all(|call| before.contains(call))
            };
            let by_steps = deadly.iter().find(has_all);
            let innocent = match call {
                Some(call) => call != check.call,
                None => by_steps.is_some() || in_set_up == Some(&check.index),
            };
            if died && innocent {
                self.outcomes[check.index] = Some(Outcome::Blocked(None));
                let by = match (call, by_steps) {
                    (Some(call), _) => call.to_string(),
                    (None, Some(calls)) => joined(calls),
                    (None, None) => "a step".to_string(),
                };
                *of_call.entry(by).or_default() += 1;
            }
        }
        for (call, count) in of_call {
            let checks = match count {
                1 => "1 check is".to_string(),
                _ => format!("{count} checks are"),
            };
            self.context.notes.push(format!(
                "{checks} blocked: the kernel died in {call}, in the steps before"
            ));
        }
        self.context.died_in = std::mem::take(&mut self.died_in);
    }

    /// The calls in which a boot is known to have died.
    fn convicted(&self) -> BTreeSet<&'static str> {
        let dead = self.plan.checks.iter().filter(|check| {
            let in_set_up = self.set_up_deaths.get(&check.script);
            self.is_death(check.index) && in_set_up != Some(&check.index)
        });
        let own = dead.filter_map(|check| {
            let suspect = self.sole_suspect(&check.calls);
            suspect.filter(|&call| call == check.call)
        });
        let of_scripts = self.set_up_deaths.values();
        let of_scripts = of_scripts.map(|&check| set_up(&self.plan.checks[check]));
        let of_scripts = of_scripts.filter_map(|calls| self.sole_suspect(calls));
        let of_signal = self.died_in.values().copied();
        if !self.defects.is_empty() {
            // Calls that seem to die may return in checks that were never asked.
            return of_signal.collect();
        }
        own.chain(of_scripts).chain(of_signal).collect()
    }

    /// For each death in the steps before a skipped check the calls one of which is deadly, where
    /// they are several.
    fn deadly_steps(&self) -> BTreeSet<BTreeSet<&'static str>> {
        if !self.defects.is_empty() {
            return BTreeSet::new();
        }
        let steps = self.set_up_deaths.values();
        let steps = steps.map(|&check| self.suspects(set_up(&self.plan.checks[check])));
        steps.filter(|calls| calls.len() > 1).collect()
    }

    /// The only one of these calls that is not known to return.
    fn sole_suspect(&self, calls: &[&'static str]) -> Option<&'static str> {
        let mut suspects = self.suspects(calls).into_iter();
        suspects.next().filter(|_| suspects.next().is_none())
    }

    /// Those of these calls that are not known to return.
    pub(super) fn suspects(&self, calls: &[&'static str]) -> BTreeSet<&'static str> {
        let returns = |call: &str| {
            self.returned.contains(call)
                || self.plan.checks.iter().any(|check| {
                    let answer = &self.outcomes[check.index];
                    check.calls.contains(&call)
                        && matches!(
                            answer,
                            Some(Outcome::Pass | Outcome::Fail(_) | Outcome::Unimplemented(_))
                        )
                })
        };
        let calls = calls.iter().copied();
        calls.filter(|call| !returns(call)).collect()
    }

    pub(super) fn is_death(&self, check: usize) -> bool {
        let death = matches!(self.outcomes[check], Some(Outcome::Crash | Outcome::Hang));
        death && self.charged.contains(&check)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RULES, run};
    use super::*;
    use crate::plan::Plan;
    use crate::run::simulated::{Act, DIED, Kernel, SIGSYS};
    use packer::suites::{FILES, PROCESSES};

    /// A kernel that kills the program for each call of a name.
    fn killer(plan: &Plan, call: &'static str, status: u8) -> Kernel {
        Kernel {
            unknown_call: Some(call),
            unknown_status: status,
            ..Kernel::good(plan)
        }
    }

    #[test]
    fn death_in_a_step_is_charged_to_its_call_alone() {
        let plan = Plan::default();
        for (call, status) in [
            ("prlimit64", DIED),
            ("prlimit64", SIGSYS),
            ("tgkill", DIED),
            ("getppid", DIED),
            ("epoll_create1", SIGSYS),
        ] {
            let (outcome, _) = run(&plan, &killer(&plan, call, status), RULES);
            assert_eq!(outcome.defects, [], "{call}");
            let outcome = outcome.with_causes(&plan);
            let died_in = &outcome.context.died_in;
            for (check, is) in outcome.outcomes.iter().enumerate() {
                let planned = &plan.checks[check];
                match is {
                    Outcome::Pass => {}
                    Outcome::Crash => assert_eq!(planned.call, call, "{}", planned.title),
                    Outcome::Blocked(None) => {
                        assert_eq!(died_in.get(&check), Some(&call), "{}", planned.title);
                        assert_eq!(outcome.blames(check), [call], "{}", planned.title);
                    }
                    _ => panic!("{}: {is:?}", planned.title),
                }
            }
            assert!(
                died_in.values().all(|by| *by == call),
                "{call}: {died_in:?}"
            );
            assert!(!died_in.is_empty(), "{call}");
        }
    }

    /// `FOLDER()` makes two calls before the first check of most scripts about paths.
    #[test]
    fn death_in_the_folder_of_scripts_charges_no_check() {
        for suite in [FILES, PROCESSES] {
            let plan = Plan::of(&suite);
            let kernel = Kernel {
                dies_at_start: suite.name == FILES.name,
                ..killer(&plan, "mkdirat", DIED)
            };
            let (outcome, orders) = run(&plan, &kernel, RULES);
            assert_eq!(outcome.defects, [], "{}", suite.name);
            assert!(orders.len() <= 40, "{} boots", orders.len());
            let mut charged = 0;
            for (check, is) in outcome.outcomes.iter().enumerate() {
                let planned = &plan.checks[check];
                let needs = planned.calls.contains(&"mkdirat")
                    || plan.checks[plan.first_of_script(check)]
                        .calls
                        .contains(&"mkdirat");
                match is {
                    Outcome::Pass => assert!(!needs, "{}", planned.title),
                    Outcome::Blocked(None) => assert!(needs, "{}", planned.title),
                    Outcome::Crash => charged += 1,
                    _ => panic!("{}: {is:?}", planned.title),
                }
            }
            assert_eq!(charged, 0, "{}", suite.name);
        }
    }

    #[test]
    fn death_is_the_check_s_own_where_its_steps_return_elsewhere() {
        let plan = Plan::default();
        for check in (0..plan.checks.len()).step_by(7) {
            let (outcome, _) = run(&plan, &Kernel::with(&plan, &[(check, Act::Crash)]), RULES);
            assert_eq!(outcome.outcomes[check], Outcome::Crash, "{check}");
        }
    }
}
