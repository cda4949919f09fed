//! Tests of the causes: kernels whose wrong call is known, and properties of any outcomes.

use packer::plan::Row;
use packer::plan::call::LATER;
use proptest::prelude::*;

use super::*;
use crate::verdict::outcome::Got;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

pub(super) fn got(value: &str) -> Got {
    Got {
        value: value.to_string(),
        from: None,
        not_asked: false,
    }
}

pub(super) fn returned(call: &str, value: &str) -> Got {
    Got {
        from: Some(call.to_string()),
        not_asked: true,
        ..got(value)
    }
}

/// The outcomes of a kernel on which the checks that this closure has an answer for are red.
pub(super) fn kernel(plan: &Plan, red: impl Fn(usize) -> Option<Outcome>) -> Vec<Outcome> {
    let checks = 0..plan.checks.len();
    checks
        .map(|check| red(check).unwrap_or(Outcome::Pass))
        .collect()
}

pub(super) fn makes(plan: &Plan, check: usize, makes: impl Fn(&Row) -> bool) -> bool {
    plan.rows(check).iter().any(|row| makes(row))
}

/// The calls that the red checks accuse first, each once.
pub(super) fn accused(causes: &Causes) -> Vec<&'static str> {
    let mut accused: Vec<&str> = (causes.outcomes.iter().zip(&causes.blames))
        .filter(|(outcome, _)| **outcome != Outcome::Pass)
        .map(|(_, blames)| blames.first().copied().unwrap_or("nobody"))
        .collect();
    accused.sort_unstable();
    accused.dedup();
    accused
}

pub(super) fn find(plan: &Plan, title: &str) -> usize {
    plan.find(title).expect("a check of the plan").index
}

#[test]
fn missing_call_is_accused_of_all_that_rests_on_it() {
    let plan = Plan::default();
    let outcomes = kernel(&plan, |check| {
        let own = plan.checks[check].call;
        let rests = makes(&plan, check, |row| row.call.name == "pipe2");
        rests.then(|| Outcome::failed(own, returned("pipe2", "ENOSYS")))
    });
    let causes = Causes::of(&plan, &outcomes);
    assert_eq!(accused(&causes), ["pipe2"]);
    assert_eq!(causes.outcomes, outcomes);
}

/// The outcomes of a kernel on which what some calls read is one byte short; `writers` are those
/// whose bytes get lost, `readers` those that lose bytes.
fn short(plan: &Plan, writers: &[&str], readers: &[&str]) -> Vec<Outcome> {
    kernel(plan, |check| {
        let (rows, own) = (plan.rows(check), plan.checks[check].call);
        let is_short = |(at, row): &(usize, &&Row)| {
            let wrote = |call: &&str| rows[..*at].iter().any(|row| row.call.name == *call);
            let reads = ["read", "readv"].contains(&row.call.name);
            let wants = matches!(row.want, Want::Is(Value::Int(1..)));
            reads && wants && (writers.iter().any(wrote) || readers.contains(&row.call.name))
        };
        let (at, row) = rows
            .iter()
            .copied()
            .enumerate()
            .find(|(at, row)| is_short(&(*at, row)))?;
        let Want::Is(Value::Int(count)) = row.want else {
            return None;
        };
        let value = (count - 1).to_string();
        let note = match at + 1 == rows.len() {
            true => got(&value),
            false => returned(row.call.name, &value),
        };
        Some(Outcome::failed(own, note))
    })
}

#[test]
fn writer_is_accused_of_what_both_readers_miss() {
    let plan = Plan::default();
    for (writers, readers, wrong) in [
        (&["write"][..], &[][..], "write"),
        (&[], &["read"], "read"),
        (&[], &["readv"], "readv"),
    ] {
        let causes = Causes::of(&plan, &short(&plan, writers, readers));
        assert_eq!(accused(&causes), [wrong]);
    }
}

#[test]
fn descriptor_that_no_script_reaches_accuses_close() {
    let plan = Plan::default();
    let numbers = [
        "pipe2: read end is the lowest free",
        "dup: lowest free descriptor",
    ];
    let leaks = numbers.map(|title| find(&plan, title));
    let own = find(&plan, "close: number is free again");
    let outcomes = kernel(&plan, |check| {
        (leaks.contains(&check) || check == own).then(|| Outcome::Fail(got("70")))
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["close"]);
    // Without a red check of close each accuses its own call.
    let outcomes = kernel(&plan, |check| {
        leaks.contains(&check).then(|| Outcome::Fail(got("70")))
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["dup", "pipe2"]);
}

#[test]
fn timer_without_a_signal_accuses_its_start_unless_its_creation_is_wrong() {
    let plan = Plan::default();
    let fires = find(
        &plan,
        "timer_settime: sleep after a TIMER_ABSTIME in the past returns EINTR",
    );
    let own = find(&plan, "nanosleep: caught signal returns EINTR");
    let created = find(&plan, "timer_create: signal 0 returns EINVAL");
    let outcomes = |is_created: bool| {
        kernel(&plan, |check| match check {
            _ if check == fires || check == own => Some(Outcome::Fail(got("nothing"))),
            _ if check == created && !is_created => Some(Outcome::Fail(got("0"))),
            _ => None,
        })
    };
    let first = |is_created| Causes::of(&plan, &outcomes(is_created)).blames[own][0];
    assert_eq!(
        [first(true), first(false)],
        ["timer_settime", "timer_create"]
    );
}

#[test]
fn broken_call_blocks_the_wrong_answers_of_others() {
    let plan = Plan::default();
    let outcomes = kernel(&plan, |check| {
        let rests = makes(&plan, check, |row| row.call.name == "pipe2");
        rests.then(|| Outcome::Fail(got("EBADF")))
    });
    let causes = Causes::of(&plan, &outcomes);
    assert_eq!(accused(&causes), ["pipe2"]);
    let other = find(&plan, "read: count read is what was there");
    assert_eq!(causes.outcomes[other], Outcome::Blocked(Some(got("EBADF"))));
    let own = find(&plan, "pipe2: opens two descriptors");
    assert_eq!(causes.outcomes[own], Outcome::Fail(got("EBADF")));
}

#[test]
fn helper_is_accused_where_nothing_works_with_it() {
    let plan = Plan::default();
    let outcomes = kernel(&plan, |check| {
        let rests = makes(&plan, check, |row| row.call == LATER);
        rests.then(|| Outcome::Fail(got("0")))
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["clone"]);
}

#[test]
fn one_wrong_answer_accuses_its_own_call() {
    let plan = Plan::default();
    // A prime step: each family has some.
    for check in plan.checks.iter().step_by(13) {
        let outcomes = kernel(&plan, |other| {
            (other == check.index).then(|| Outcome::Fail(got("77")))
        });
        let causes = Causes::of(&plan, &outcomes);
        assert_eq!(causes.outcomes, outcomes, "{}", check.title);
        assert_eq!(accused(&causes), [check.call], "{}", check.title);
    }
}

#[test]
fn check_left_out_after_a_death_accuses_the_call_that_died() {
    let plan = Plan::default();
    let dead = find(&plan, "pipe2: opens two descriptors");
    let outcomes = kernel(&plan, |check| match check {
        check if check == dead => Some(Outcome::Crash),
        check if check == dead + 1 => Some(Outcome::Blocked(None)),
        _ => None,
    });
    let causes = Causes::of(&plan, &outcomes);
    assert_eq!(causes.blames[dead], ["pipe2"]);
    assert_eq!(causes.blames[dead + 1], ["pipe2"]);
    let alone = find(&plan, "read: count read is what was there");
    let outcomes = kernel(&plan, |check| {
        (check == alone).then_some(Outcome::Blocked(None))
    });
    assert!(Causes::of(&plan, &outcomes).blames[alone].is_empty());
}

/// Any outcome of a check.
fn outcome() -> impl Strategy<Value = Outcome> {
    let value = prop_oneof![
        Just("0"),
        Just("3"),
        Just("EBADF"),
        Just("EINVAL"),
        Just("ESRCH")
    ];
    let from = prop_oneof![
        Just("pipe2"),
        Just("clone"),
        Just("timer_settime"),
        Just("no_call_of_ours")
    ];
    let words = prop_oneof![
        Just("a thread did not end"),
        Just("a thread did not start"),
        Just("a step was left out"),
        Just("a handler was not installed"),
        Just("a step found 5")
    ];
    prop_oneof![
        6 => Just(Outcome::Pass),
        3 => value.clone().prop_map(|value| Outcome::Fail(got(value))),
        2 => (from, value).prop_map(|(from, value)| Outcome::Blocked(Some(returned(from, value)))),
        1 => words.prop_map(|words| Outcome::Blocked(Some(Got { not_asked: true, ..got(words) }))),
        1 => Just(Outcome::Blocked(None)),
        1 => Just(Outcome::Unimplemented(got("ENOSYS"))),
        1 => Just(Outcome::Crash),
        1 => Just(Outcome::Hang),
        1 => Just(Outcome::Lost),
        1 => Just(Outcome::Skipped),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_outcome_turns_green_and_a_second_look_changes_nothing(
        outcomes in proptest::collection::vec(outcome(), Plan::default().checks.len())
    ) {
        let plan = Plan::default();
        let causes = Causes::of(&plan, &outcomes);
        for (check, outcome) in causes.outcomes.iter().enumerate() {
            let (own, blames) = (plan.checks[check].call, &causes.blames[check]);
            match (&outcomes[check], outcome) {
                (Outcome::Fail(before), Outcome::Blocked(Some(after))) => {
                    prop_assert_eq!(before, after);
                    prop_assert!(blames[0] != own);
                }
                (before, after) => prop_assert_eq!(before, after),
            }
            let first = blames.first().copied();
            match outcome {
                Outcome::Pass | Outcome::Skipped | Outcome::Lost => prop_assert_eq!(first, None),
                Outcome::Blocked(_) => {}
                _ => prop_assert_eq!(first, Some(own)),
            }
        }
        prop_assert_eq!(Causes::of(&plan, &causes.outcomes), causes);
    }
}

#[test]
fn check_left_out_for_a_death_in_a_step_accuses_the_call_of_that_step() {
    let plan = Plan::default();
    let check = find(&plan, "read: count read is what was there");
    let left_out = |other| (other == check).then_some(Outcome::Blocked(None));
    let run = RunOutcome {
        outcomes: kernel(&plan, left_out),
        defects: Vec::new(),
        boots: 2,
        context: RunContext {
            died_in: [(check, "write")].into(),
            ..RunContext::default()
        },
    };
    assert_eq!(run.with_causes(&plan).blames(check), ["write"]);
}
