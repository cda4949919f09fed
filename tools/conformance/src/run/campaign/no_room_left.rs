//! The policy of boots after one in which the kernel had no room left.
//!
//! A kernel that leaks fails everything after the leak: the set-up of each check finds the table
//! full, which hides what the check would have found. So the scripts with a failure that may be
//! hidden in this way, and no others, run again after a new boot, as far as its resources go, until
//! each of them has run first in a boot.

use std::collections::BTreeSet;

use crate::plan::{Plan, Planned};
#[cfg(test)]
use crate::verdict::outcome::Got;
use crate::verdict::outcome::Outcome;

/// The errors of a kernel that has no room left.
const NO_ROOM: [&str; 5] = ["ENFILE", "EMFILE", "ENOMEM", "ENOSPC", "ENOBUFS"];
/// The calls in which EAGAIN means the same (timer_create(2), clone(2)).
const AGAIN_IS_NO_ROOM: [&str; 2] = ["timer_create", "clone"];
/// The boots in a row that settled only their first script, after which the known outcomes of the
/// others remain.
const FRUITLESS_MAX: usize = 4;

/// A boot of the scripts that are asked again.
#[derive(Debug)]
pub struct NoRoomLeft {
    /// The scripts of this boot, at least one; the first has all resources to itself.
    scripts: BTreeSet<usize>,
    /// The boots in a row that settled only their first script.
    fruitless: usize,
}

impl NoRoomLeft {
    /// The first boot, if a check found no room; `settled` are the scripts that ran first in an
    /// earlier boot of this policy.
    pub fn begin(
        plan: &Plan,
        outcomes: &[Option<Outcome>],
        settled: &BTreeSet<usize>,
    ) -> Option<NoRoomLeft> {
        let no_room = |check: &Planned| {
            let outcome = outcomes[check.index].as_ref();
            outcome.is_some_and(|outcome| found_no_room(check, outcome))
        };
        let rerun = NoRoomLeft {
            scripts: hidden(plan, outcomes, settled),
            fruitless: 0,
        };
        (plan.checks.iter().any(no_room) && !rerun.scripts.is_empty()).then_some(rerun)
    }

    /// The boot after this one, if a script is not settled and boots still settle several.
    pub fn next(
        &self,
        plan: &Plan,
        outcomes: &[Option<Outcome>],
        settled: &mut BTreeSet<usize>,
    ) -> Option<NoRoomLeft> {
        settled.extend(self.scripts.first());
        let scripts = hidden(plan, outcomes, settled);
        let settled_one = scripts.len() + 1 >= self.scripts.len();
        let rerun = NoRoomLeft {
            scripts,
            fruitless: if settled_one { self.fruitless + 1 } else { 0 },
        };
        (!rerun.scripts.is_empty() && rerun.fruitless < FRUITLESS_MAX).then_some(rerun)
    }

    pub fn scripts(&self) -> &BTreeSet<usize> {
        &self.scripts
    }

    /// The first check of the first script that may be hidden.
    pub fn first(&self, plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<usize> {
        let mut checks = plan.checks.iter().filter(|check| {
            Some(&check.script) == self.scripts.first()
                && outcomes[check.index].as_ref().is_some_and(may_be_hidden)
        });
        checks.next().map(|check| check.index)
    }

    /// True where an outcome of this boot replaces the known one: the boot ran the script, and
    /// nothing can have hidden the outcome.
    pub fn accepts(&self, script: usize, known: &Outcome, new: &Outcome) -> bool {
        let first = self.scripts.first() == Some(&script);
        matches!(known, Outcome::Fail(_))
            && self.scripts.contains(&script)
            && (first || !may_be_hidden(new))
    }
}

/// The scripts with a failure that may be hidden, but for those that are settled.
fn hidden(plan: &Plan, outcomes: &[Option<Outcome>], settled: &BTreeSet<usize>) -> BTreeSet<usize> {
    let hidden = plan.checks.iter().filter(|check| {
        let outcome = outcomes[check.index].as_ref();
        outcome.is_some_and(may_be_hidden) && !settled.contains(&check.script)
    });
    hidden.map(|check| check.script).collect()
}

/// True where an earlier failure may be the cause of a check's own: it failed, and no watchdog
/// ended its call.
fn may_be_hidden(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Fail(got) if !got.blocked())
}

/// True where a check failed because the kernel had no room left, not because it gave a wrong
/// error.
fn found_no_room(check: &Planned, outcome: &Outcome) -> bool {
    let expects_error = check.expected.starts_with('E');
    let Outcome::Fail(got) = outcome else {
        return false;
    };
    let call = got.from.as_deref().unwrap_or(check.call);
    let no_room = NO_ROOM.contains(&got.value.as_str())
        || got.value == "EAGAIN" && AGAIN_IS_NO_ROOM.contains(&call);
    no_room && (got.from.is_some() || !expects_error)
}

#[cfg(test)]
mod tests {
    use posix_conformance::abi::Errno;

    use super::*;

    fn outcomes(plan: &Plan, failed: &[(usize, &str)]) -> Vec<Option<Outcome>> {
        let mut outcomes = vec![Some(Outcome::Pass); plan.checks.len()];
        for &(check, note) in failed {
            let got = Got::parse(note).expect("a note");
            outcomes[check] = Some(Outcome::failed(got));
        }
        outcomes
    }

    fn begin(plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<NoRoomLeft> {
        NoRoomLeft::begin(plan, outcomes, &BTreeSet::new())
    }

    /// A check that expects no error, and one of a later script.
    fn two_scripts(plan: &Plan) -> (usize, usize) {
        let good = |check: &&Planned| !check.expected.starts_with('E');
        let first = plan.checks.iter().find(good).expect("a check");
        let other = |check: &&Planned| check.script > first.script;
        let second = plan.checks.iter().filter(good).find(other);
        (first.index, second.expect("another").index)
    }

    #[test]
    fn failures_count_while_there_is_room() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let known = outcomes(
            &plan,
            &[(one, "got 7"), (other, "not asked: mmap returned EINVAL")],
        );
        assert!(begin(&plan, &known).is_none());
    }

    #[test]
    fn wrong_error_is_no_want_of_room() {
        let plan = Plan::default();
        let wrong = plan.checks.iter().find(|check| check.expected == "EBADF");
        let known = outcomes(&plan, &[(wrong.expect("a check").index, "got EMFILE")]);
        assert!(begin(&plan, &known).is_none());
    }

    #[test]
    fn every_spelling_of_no_room_is_known() {
        let plan = Plan::default();
        let (one, _) = two_scripts(&plan);
        for note in [
            "not asked: pipe2 returned ENFILE",
            "not asked: socket returned ENOBUFS",
            "not asked: mmap returned ENOSPC",
        ] {
            let known = outcomes(&plan, &[(one, note)]);
            let rerun = begin(&plan, &known).expect(note);
            assert_eq!(rerun.first(&plan, &known), Some(one), "{note}");
        }
        for (note, is) in [
            ("not asked: timer_create returned EAGAIN", true),
            ("not asked: read returned EAGAIN", false),
        ] {
            let known = outcomes(&plan, &[(one, note)]);
            assert_eq!(begin(&plan, &known).is_some(), is, "{note}");
        }
    }

    #[test]
    fn errors_of_a_full_kernel_are_named_as_the_elf_names_them() {
        for name in NO_ROOM {
            assert!(Errno::from_name(name).is_some(), "{name}");
        }
    }

    #[test]
    fn each_script_has_one_boot_to_itself() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let known = outcomes(
            &plan,
            &[
                (one, "not asked: pipe2 returned ENFILE"),
                (other, "not asked: pipe2 returned ENFILE"),
            ],
        );
        let scripts = [one, other].map(|check| plan.checks[check].script);
        let mut settled = BTreeSet::new();
        let first = begin(&plan, &known).expect("a boot");
        assert_eq!(first.scripts(), &scripts.into());
        let second = first.next(&plan, &known, &mut settled);
        let second = second.expect("another boot");
        assert_eq!(second.scripts(), &[scripts[1]].into());
        let fail = known[one].as_ref().expect("an outcome");
        assert!(!second.accepts(scripts[0], fail, &Outcome::Pass));
        assert!(second.next(&plan, &known, &mut settled).is_none());
    }

    #[test]
    fn call_that_the_watchdog_ended_is_not_hidden() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let notes = [
            (one, "not asked: pipe2 returned ENFILE"),
            (other, "not asked: a call did not end"),
        ];
        let rerun = begin(&plan, &outcomes(&plan, &notes)).expect("a boot");
        assert_eq!(rerun.scripts(), &[plan.checks[one].script].into());
    }

    #[test]
    fn boots_that_settle_one_script_each_are_given_up() {
        let plan = Plan::default();
        let all: Vec<_> = (0..plan.checks.len())
            .map(|check| (check, "not asked: pipe2 returned ENFILE"))
            .collect();
        let mut known = outcomes(&plan, &all);
        let mut settled = BTreeSet::new();
        let mut rerun = begin(&plan, &known).expect("a boot");
        for _ in 1..FRUITLESS_MAX {
            let next = rerun.next(&plan, &known, &mut settled);
            rerun = next.expect("another boot");
        }
        assert!(rerun.next(&plan, &known, &mut settled.clone()).is_none());
        // One that settles another script begins the count anew.
        let last = plan.checks.last().expect("a check").script;
        let checks = plan.checks.iter().filter(|check| check.script == last);
        checks.for_each(|check| known[check.index] = Some(Outcome::Pass));
        for _ in 0..FRUITLESS_MAX {
            let next = rerun.next(&plan, &known, &mut settled);
            rerun = next.expect("another boot");
        }
        assert!(rerun.next(&plan, &known, &mut settled).is_none());
    }

    #[test]
    fn second_want_of_room_counts_only_in_the_first_script() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let known = outcomes(&plan, &[(one, "got ENFILE"), (other, "got ENFILE")]);
        let [script, later] = [one, other].map(|check| plan.checks[check].script);
        let rerun = begin(&plan, &known).expect("a boot");
        let again = known[one].as_ref().expect("an outcome");
        assert!(rerun.accepts(script, again, again));
        assert!(!rerun.accepts(later, again, again));
        assert!(rerun.accepts(later, again, &Outcome::Pass));
        assert!(!rerun.accepts(later, &Outcome::Pass, &Outcome::Pass));
    }
}
