//! Asks again, on a fresh boot, what a kernel without room left could not answer.
//!
//! A kernel that leaks fails everything behind the leak: each check's set-up finds the table full.
//! That hides what those checks would have found. So their scripts, and no others, run again after
//! a new boot, as far as its resources go, until each has had one boot with all of them to itself.

use std::collections::BTreeSet;

use crate::plan::{Plan, Planned};
#[cfg(test)]
use crate::verdict::outcome::Got;
use crate::verdict::outcome::Outcome;

/// The errors of a kernel that has no room left.
const NO_ROOM: [&str; 5] = ["ENFILE", "EMFILE", "ENOMEM", "ENOSPC", "ENOBUFS"];
/// The calls in which EAGAIN says the same (timer_create(2), clone(2)).
const AGAIN_IS_NO_ROOM: [&str; 2] = ["timer_create", "clone"];
/// After so many boots in a row that settled nothing but their first script, the rest is believed.
const FRUITLESS_MAX: usize = 4;

/// Which scripts are to be asked again, and which have been.
#[derive(Default)]
pub struct Exhausted {
    /// The scripts that the current boot runs, if it does not run all.
    only: Option<BTreeSet<usize>>,
    /// Those that have had a boot to themselves.
    settled: BTreeSet<usize>,
    fruitless: usize,
}

impl Exhausted {
    /// Whether the current boot runs a script.
    pub fn runs(&self, script: usize) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&script))
    }

    /// Whether the current boot runs some scripts alone.
    pub fn is_asking_again(&self) -> bool {
        self.only.is_some()
    }

    /// Whether the current boot's outcome of a check counts more than the one known.
    pub fn believes(&self, script: usize, new: &Outcome) -> bool {
        self.runs(script) && (self.first() == Some(script) || !may_be_hidden(new))
    }

    /// The script that the current boot runs with all resources to itself.
    fn first(&self) -> Option<usize> {
        self.only.as_ref().and_then(|only| only.first().copied())
    }

    /// Chooses the scripts for the next boot; none where there is nothing to ask again.
    pub fn next(&mut self, plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<usize> {
        let before = self.only.as_ref().map_or(usize::MAX, BTreeSet::len);
        self.settled.extend(self.first());
        let no_room = |check: &Planned| {
            let outcome = outcomes[check.index].as_ref();
            outcome.is_some_and(|outcome| found_no_room(check, outcome))
        };
        if self.only.is_none() && !plan.checks.iter().any(no_room) {
            return None;
        }
        let hidden = plan.checks.iter().filter(|check| {
            let outcome = outcomes[check.index].as_ref();
            outcome.is_some_and(may_be_hidden) && !self.settled.contains(&check.script)
        });
        let scripts: BTreeSet<usize> = hidden.map(|check| check.script).collect();
        let settled_one_alone = scripts.len() + 1 >= before;
        self.fruitless = if settled_one_alone {
            self.fruitless + 1
        } else {
            0
        };
        let first = scripts.first().copied();
        let ask = first.is_some() && self.fruitless < FRUITLESS_MAX;
        self.only = ask.then_some(scripts);
        first.filter(|_| ask)
    }
}

/// Whether a check may have failed because of what failed before it: it did fail, and by itself.
pub fn may_be_hidden(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Fail(got) if !got.blocked())
}

/// Whether a check failed because the kernel had no room left, not because it gave a wrong error.
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

    /// A check that expects no error, and one of another script behind it.
    fn two_scripts(plan: &Plan) -> (usize, usize) {
        let good = |check: &&Planned| !check.expected.starts_with('E');
        let first = plan.checks.iter().find(good).expect("a check");
        let other = |check: &&Planned| check.script > first.script;
        let second = plan.checks.iter().filter(good).find(other);
        (first.index, second.expect("another").index)
    }

    #[test]
    fn failures_without_exhaustion_are_believed() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let known = outcomes(&plan, &[(one, "7"), (other, "EINVAL from mmap")]);
        assert_eq!(Exhausted::default().next(&plan, &known), None);
    }

    #[test]
    fn a_wrong_error_is_no_exhaustion() {
        let plan = Plan::default();
        let wrong = plan.checks.iter().find(|check| check.expected == "EBADF");
        let known = outcomes(&plan, &[(wrong.expect("a check").index, "EMFILE")]);
        assert_eq!(Exhausted::default().next(&plan, &known), None);
    }

    #[test]
    fn every_spelling_of_no_room_is_known() {
        let plan = Plan::default();
        let (one, _) = two_scripts(&plan);
        for note in [
            "ENFILE from pipe2",
            "ENOBUFS from socket",
            "ENOSPC from mmap",
        ] {
            let known = outcomes(&plan, &[(one, note)]);
            let first = Exhausted::default().next(&plan, &known);
            assert_eq!(first, Some(plan.checks[one].script), "{note}");
        }
        for (note, is) in [
            ("EAGAIN from timer_create", true),
            ("EAGAIN from read", false),
        ] {
            let known = outcomes(&plan, &[(one, note)]);
            assert_eq!(
                Exhausted::default().next(&plan, &known).is_some(),
                is,
                "{note}"
            );
        }
    }

    #[test]
    fn what_says_no_room_is_named_as_the_elf_names_it() {
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
            &[(one, "ENFILE from pipe2"), (other, "ENFILE from pipe2")],
        );
        let mut exhausted = Exhausted::default();
        assert_eq!(exhausted.next(&plan, &known), Some(plan.checks[one].script));
        assert!(exhausted.runs(plan.checks[other].script));
        assert_eq!(
            exhausted.next(&plan, &known),
            Some(plan.checks[other].script)
        );
        assert!(!exhausted.runs(plan.checks[one].script));
        assert_eq!(exhausted.next(&plan, &known), None);
    }

    #[test]
    fn what_finds_no_room_again_is_believed_only_of_the_first_script() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let known = outcomes(&plan, &[(one, "ENFILE"), (other, "ENFILE")]);
        let mut exhausted = Exhausted::default();
        exhausted.next(&plan, &known);
        let again = known[one].as_ref().expect("an outcome");
        assert!(exhausted.believes(plan.checks[one].script, again));
        assert!(!exhausted.believes(plan.checks[other].script, again));
        assert!(exhausted.believes(plan.checks[other].script, &Outcome::Pass));
    }
}
