//! The policy of boots after one in which the kernel had no room left.
//!
//! A kernel that leaks fails many checks after the leak for want of a resource, which hides what
//! they would have found. So the scripts of the checks whose own answer was such a want, and no
//! others, run again after a new boot, as far as its resources go, until each of them has run first
//! in a boot. A check of such a script whose answer rests on that want, because the want left the
//! script without what it uses, counts likewise. Every other answer counts: one that differs in
//! such a boot is flaky.

use std::collections::BTreeSet;

use crate::plan::{Plan, Planned};
#[cfg(test)]
use crate::verdict::outcome::Got;
use crate::verdict::outcome::Outcome;

/// The calls that return an error because the kernel has no resources left, by error. POSIX and the
/// Linux manual pages give other meanings to ENOMEM of mprotect and ENOBUFS or ENOMEM of listen.
const NO_ROOM: [(&str, &[&str]); 6] = [
    ("EAGAIN", &["clone", "fork", "timer_create"]),
    ("EMFILE", DESCRIPTORS),
    ("ENFILE", DESCRIPTORS),
    (
        "ENOBUFS",
        &[
            "accept",
            "accept4",
            "connect",
            "pipe2",
            "sendto",
            "socket",
            "socketpair",
        ],
    ),
    (
        "ENOMEM",
        &[
            "accept",
            "accept4",
            "brk",
            "clone",
            "epoll_create1",
            "epoll_ctl",
            "fork",
            "mmap",
            "mremap",
            "pipe2",
            "poll",
            "ppoll",
            "socket",
            "socketpair",
            "timer_create",
        ],
    ),
    ("ENOSPC", &["epoll_ctl", "mmap", "write"]),
];
/// The calls that return a new descriptor.
const DESCRIPTORS: &[&str] = &[
    "accept",
    "accept4",
    "dup",
    "dup2",
    "dup3",
    "epoll_create1",
    "fcntl",
    "open",
    "openat",
    "pipe",
    "pipe2",
    "socket",
    "socketpair",
];
/// The boots in a row that settled only their first script, after which the known outcomes of the
/// others remain.
const FRUITLESS_MAX: usize = 4;

/// A boot of the scripts that are asked again.
#[derive(Clone, Debug)]
pub(super) struct NoRoomLeft {
    /// The scripts of this boot, at least one; the first has all resources to itself.
    scripts: BTreeSet<usize>,
    /// The boots in a row that settled only their first script.
    fruitless: usize,
}

impl NoRoomLeft {
    /// The first boot, if a check found no room; `settled` are the scripts that ran first in an
    /// earlier boot of this policy.
    pub(super) fn begin(
        plan: &Plan,
        outcomes: &[Option<Outcome>],
        settled: &BTreeSet<usize>,
    ) -> Option<NoRoomLeft> {
        // A check that expects an error and got another one is no proof of a full kernel by itself.
        let proves = |check: &Planned| {
            let outcome = outcomes[check.index].as_ref();
            outcome.is_some_and(|outcome| proves_no_room(check, outcome))
        };
        let rerun = NoRoomLeft {
            scripts: hidden(plan, outcomes, settled),
            fruitless: 0,
        };
        (plan.checks.iter().any(proves) && !rerun.scripts.is_empty()).then_some(rerun)
    }

    /// The boot after this one, if a script is not settled and boots still settle several.
    pub(super) fn next(
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

    /// Leaves out scripts that a death has settled, so that another is the first of the next boot.
    pub(super) fn leave_out(&mut self, settled: &BTreeSet<usize>) {
        self.scripts.retain(|script| !settled.contains(script));
    }

    pub(super) fn scripts(&self) -> &BTreeSet<usize> {
        &self.scripts
    }

    /// The first check of the first script that found no room.
    pub(crate) fn first(&self, plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<usize> {
        let mut checks = plan.checks.iter().filter(|check| {
            Some(&check.script) == self.scripts.first()
                && outcomes[check.index]
                    .as_ref()
                    .is_some_and(|outcome| found_no_room(check, outcome))
        });
        checks.next().map(|check| check.index)
    }

    /// True where an answer of this boot replaces a known want of resources: it is none itself, or
    /// the script had all resources to itself.
    pub(crate) fn accepts(&self, check: &Planned, wants: bool) -> bool {
        !wants || self.scripts.first() == Some(&check.script)
    }
}

/// The checks of a boot whose answers rest on a check that found no room: they did not pass, and
/// an earlier check of their script was to make what the script uses. Their answers prove nothing.
pub(super) fn resting(plan: &Plan, answers: &[Option<Outcome>]) -> BTreeSet<usize> {
    let mut resting = BTreeSet::new();
    let mut without = None;
    for check in &plan.checks {
        let Some(answer) = &answers[check.index] else {
            continue;
        };
        let passes = matches!(answer, Outcome::Pass | Outcome::Skipped);
        if without == Some(check.script) && !passes {
            resting.insert(check.index);
        }
        if proves_no_room(check, answer) {
            without = Some(check.script);
        }
    }
    resting
}

/// The scripts of checks that found no room, but for those that are settled.
fn hidden(plan: &Plan, outcomes: &[Option<Outcome>], settled: &BTreeSet<usize>) -> BTreeSet<usize> {
    let hidden = plan.checks.iter().filter(|check| {
        let outcome = outcomes[check.index].as_ref();
        outcome.is_some_and(|outcome| found_no_room(check, outcome))
            && !settled.contains(&check.script)
    });
    hidden.map(|check| check.script).collect()
}

/// True where a check found no room and cannot have got a wrong error instead.
fn proves_no_room(check: &Planned, outcome: &Outcome) -> bool {
    let expects_error = check.expected.starts_with('E');
    let from = outcome.got().is_some_and(|got| got.from.is_some());
    found_no_room(check, outcome) && (from || !expects_error)
}

/// True where a check failed with an error by which its call reports that no room is left.
pub(super) fn found_no_room(check: &Planned, outcome: &Outcome) -> bool {
    let Some(got) = outcome.got() else {
        return false;
    };
    let call = got.from.as_deref().unwrap_or(check.call);
    let mut errors = NO_ROOM.iter();
    errors.any(|(error, calls)| got.value == *error && calls.contains(&call))
}

#[cfg(test)]
mod tests {
    use packer::abi::Errno;

    use super::*;

    fn outcomes(plan: &Plan, failed: &[(usize, &str)]) -> Vec<Option<Outcome>> {
        let mut outcomes = vec![Some(Outcome::Pass); plan.checks.len()];
        for &(check, note) in failed {
            let got = Got::parse(note).expect("a note");
            outcomes[check] = Some(Outcome::failed(plan.checks[check].call, got));
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
            ("not asked: mmap returned ENOMEM", true),
            ("not asked: mprotect returned ENOMEM", false),
            ("not asked: listen returned ENOMEM", false),
        ] {
            let known = outcomes(&plan, &[(one, note)]);
            assert_eq!(begin(&plan, &known).is_some(), is, "{note}");
        }
    }

    #[test]
    fn errors_of_a_full_kernel_are_named_as_the_elf_names_them() {
        for (name, _) in NO_ROOM {
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
        assert!(!second.scripts().contains(&scripts[0]));
        assert!(second.next(&plan, &known, &mut settled).is_none());
    }

    #[test]
    fn call_that_the_watchdog_ended_is_not_hidden() {
        let plan = Plan::default();
        let (one, other) = two_scripts(&plan);
        let notes = [
            (one, "not asked: pipe2 returned ENFILE"),
            (other, "not asked: pipe2 returned nothing"),
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
        let full = "not asked: pipe2 returned ENFILE";
        let known = outcomes(&plan, &[(one, full), (other, full)]);
        let rerun = begin(&plan, &known).expect("a boot");
        assert!(rerun.accepts(&plan.checks[one], true));
        assert!(!rerun.accepts(&plan.checks[other], true));
        assert!(rerun.accepts(&plan.checks[other], false));
    }

    #[test]
    fn answers_after_a_want_of_room_in_their_script_rest_on_it() {
        let plan = Plan::default();
        let find = |title: &str| plan.find(title).expect("a check").index;
        let creates = find("timer_create: timer id at the end of a page");
        let uses = find("timer_settime: nanoseconds 10^9 - 1");
        let elsewhere = find("timer_settime: arms a timer");
        let got = |note| {
            [
                (creates, note),
                (uses, "got EINVAL"),
                (elsewhere, "got EINVAL"),
            ]
        };
        let of = |note| resting(&plan, &outcomes(&plan, &got(note)));
        assert_eq!(of("got EAGAIN"), [uses].into());
        assert!(of("got EINVAL").is_empty());
        // A check that expects an error leaves its script all that it uses.
        let refused = find("timer_create: unknown clock returns EINVAL");
        let after = find("timer_create: clock -1 returns EINVAL");
        assert_eq!(plan.checks[refused].script, plan.checks[after].script);
        let known = outcomes(&plan, &[(refused, "got EAGAIN"), (after, "got 0")]);
        assert!(resting(&plan, &known).is_empty());
    }
}
