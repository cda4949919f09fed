//! Tests of the causes that lie earlier in the run: in another step of the script, in a child, in a
//! descriptor that is left open.

use packer::plan::call::{CHILD, FOLDER};
use packer::suites::{FILES, PROCESSES};

use super::tests::{accused, find, got, kernel, makes, returned};
use super::*;
use crate::verdict::outcome::Got;

fn first(plan: &Plan, red: &[(usize, Outcome)], check: usize) -> &'static str {
    let outcomes = kernel(plan, |at| {
        let mut red = red.iter();
        red.find(|(check, _)| *check == at).map(|it| it.1.clone())
    });
    Causes::of(plan, &outcomes).blames[check][0]
}

fn fail(value: &str) -> Outcome {
    Outcome::Fail(got(value))
}

/// A check of a call with a row of that call at its end.
fn own(plan: &Plan, call: &str) -> usize {
    let mut checks = plan.checks.iter();
    let is_own = |check: usize| {
        plan.rows(check)
            .last()
            .is_some_and(|row| row.call.name == call)
    };
    let check = checks.find(|check| check.call == call && is_own(check.index));
    check.expect("a check of the call").index
}

#[test]
fn folder_that_is_not_made_accuses_mkdirat() {
    let plan = Plan::of(&FILES);
    let left_out = Got {
        not_asked: true,
        ..got("a step was left out")
    };
    let outcomes = kernel(&plan, |check| {
        let rests = makes(&plan, check, |row| row.call == FOLDER);
        rests.then(|| Outcome::Blocked(Some(left_out.clone())))
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["mkdirat"]);
    // One check alone may have been left out for another reason.
    let outcomes = kernel(&plan, |check| {
        (check == 0).then(|| Outcome::Blocked(Some(left_out.clone())))
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["nobody"]);
}

#[test]
fn numbers_that_are_too_high_in_all_later_checks_accuse_close() {
    let plan = Plan::of(&FILES);
    let is_high = |row: &Row| {
        let wanted = matches!(row.want, Want::Is(Value::Int(4..)));
        row.call.name == "openat" && wanted
    };
    let with: Vec<usize> = (0..plan.checks.len())
        .filter(|&check| makes(&plan, check, is_high) && !plan.checks[check].canary)
        .collect();
    let later = |begin: usize| {
        let outcomes = kernel(&plan, |check| {
            let at = with.iter().position(|&other| other == check)?;
            (at >= begin).then(|| Outcome::Blocked(Some(returned("openat", "70"))))
        });
        accused(&Causes::of(&plan, &outcomes))
    };
    assert_eq!(later(with.len() / 2), ["close"]);
    // A call that gives such numbers from the first on is wrong itself.
    assert_eq!(later(0), ["openat"]);
}

#[test]
fn guards_whose_numbers_grow_accuse_close() {
    let plan = Plan::of(&FILES);
    let guards = |step: usize| {
        let outcomes = kernel(&plan, |check| {
            let is_guard = plan.checks[check].canary && plan.checks[check].call == "dup";
            is_guard.then(|| fail(&(10 + step * check).to_string()))
        });
        accused(&Causes::of(&plan, &outcomes))
    };
    assert_eq!(guards(1), ["close"]);
    assert_eq!(guards(0), ["dup"]);
}

#[test]
fn step_after_which_several_calls_fail_is_accused() {
    let plan = Plan::of(&FILES);
    let moves = |row: &&&Row| row.call.name == "lseek" && !matches!(row.want, Want::Err(_));
    let red = |calls: &[&str]| {
        let outcomes = kernel(&plan, |check| {
            let (last, before) = plan.rows(check).split_last()?;
            let fails = calls.contains(&last.call.name) && !matches!(last.want, Want::Err(_));
            let fails = fails && last.call.name == plan.checks[check].call;
            (fails && before.iter().any(|row| moves(&row))).then(|| fail("77"))
        });
        accused(&Causes::of(&plan, &outcomes))
    };
    assert_eq!(red(&["read", "pread64", "write", "lseek"]), ["lseek"]);
    assert_eq!(red(&["pread64"]), ["pread64"]);
}

#[test]
fn reading_that_fails_in_scripts_with_a_child_alone_accuses_its_maker() {
    let plan = Plan::of(&PROCESSES);
    let clone = find(&plan, "clone: result is the child's id");
    let by_clone = |row: &&Row| row.call == CHILD && row.args == [Value::Int(0)];
    let outcomes = kernel(&plan, |check| {
        let range = plan.checks[check].rows.clone();
        let (rows, begin) = (plan.rows(check), range.start);
        let reads = |row: &usize| {
            let made = rows[row - begin];
            let is_read = made.call.name == "read" && !matches!(made.want, Want::Err(_));
            is_read
                && rows[..row - begin]
                    .iter()
                    .copied()
                    .any(|row| by_clone(&row))
        };
        if check == clone {
            return Some(fail("7"));
        }
        let read = range.clone().find(reads)?;
        Some(match read + 1 == range.end {
            true => fail("EAGAIN"),
            false => Outcome::Blocked(Some(returned("read", "EAGAIN"))),
        })
    });
    assert_eq!(accused(&Causes::of(&plan, &outcomes)), ["clone"]);
}

#[test]
fn memory_that_a_red_call_was_to_write_accuses_what_that_accuses() {
    let plan = Plan::of(&FILES);
    let read = find(&plan, "pread64: middle of a file");
    let bytes = find(&plan, "write: other bytes of a file stay");
    let red = [(read, fail("3")), (bytes, fail("1"))];
    assert_eq!(first(&plan, &red, bytes), "pread64");
    assert_eq!(first(&plan, &red[1..], bytes), "write");
}

#[test]
fn error_of_a_wait_accuses_wait4_of_what_the_child_was_to_write_too() {
    let plan = Plan::of(&PROCESSES);
    let runs = find(&plan, "execve: program runs");
    let reads = find(&plan, "execve: descriptors");
    let red = [(runs, fail("EAGAIN")), (reads, fail("EAGAIN"))];
    assert_eq!(first(&plan, &red, runs), "wait4");
    assert_eq!(first(&plan, &red, reads), "wait4");
    assert_eq!(first(&plan, &red[1..], reads), "execve");
}

#[test]
fn status_that_names_no_step_of_the_child_accuses_wait4_if_that_is_red() {
    let plan = Plan::of(&PROCESSES);
    let ends = find(&plan, "kill: SIGTERM ends a child");
    let red = [(ends, fail("0")), (own(&plan, "wait4"), fail("0"))];
    assert_eq!(first(&plan, &red, ends), "wait4");
    assert_eq!(first(&plan, &red[..1], ends), "kill");
}

#[test]
fn number_that_another_call_gave_to_compare_accuses_that_if_it_is_red() {
    let plan = Plan::of(&PROCESSES);
    let user = find(&plan, "waitid: si_uid");
    let red = [(user, fail("0")), (own(&plan, "getuid"), fail("7"))];
    assert_eq!(first(&plan, &red, user), "getuid");
    assert_eq!(first(&plan, &red[..1], user), "waitid");
}
