//! The campaign on a simulated kernel with one bug or two.

use super::*;
use crate::run::simulated::{
    Act, Kernel, LIMITS, UNREPORTED, failed, observed, observed_recording, passing_log, small_plan,
};

/// The most boots after the first, as the command line has it by default.
pub(super) const REBOOTS: u32 = 32;

pub(super) const RULES: Rules = Rules {
    skip: &[],
    reboots: REBOOTS,
    can_order: true,
    status: true,
    limits: LIMITS,
};

/// Runs the suite by boots as the test makes them; the outcome, and the orders of all boots.
fn run_by(
    plan: &Plan,
    rules: Rules,
    boot: impl Fn(usize, &BootOrder) -> BootResult,
) -> (RunOutcome, Vec<BootOrder>) {
    let mut campaign = Campaign::new(plan, rules);
    let mut orders = Vec::new();
    while let Some(order) = campaign.next_boot() {
        campaign.finished(boot(orders.len(), &order));
        orders.push(order);
    }
    (campaign.outcome(), orders)
}

/// Runs the suite on a kernel; the outcome, and the orders of all boots.
pub(super) fn run(plan: &Plan, kernel: &Kernel, rules: Rules) -> (RunOutcome, Vec<BootOrder>) {
    run_by(plan, rules, |_, order| kernel.boot(plan, order))
}

/// The checks that do not pass.
fn others(outcome: &RunOutcome) -> Vec<(usize, Outcome)> {
    let outcomes = outcome.outcomes.iter().cloned().enumerate();
    outcomes
        .filter(|(_, outcome)| *outcome != Outcome::Pass)
        .collect()
}

/// The first checks of scripts, in which nothing else depends on them.
pub(super) fn firsts(plan: &Plan) -> Vec<usize> {
    let mut scripts = BTreeSet::new();
    let checks = plan.checks.iter();
    let firsts = checks.filter(|check| scripts.insert(check.script));
    firsts.map(|check| check.index).collect()
}

fn texts(outcome: &RunOutcome) -> Vec<String> {
    outcome.defects.iter().map(ToString::to_string).collect()
}

#[test]
fn good_kernel_runs_once_without_orders() {
    let plan = small_plan();
    let (outcome, orders) = run(&plan, &Kernel::good(&plan), RULES);
    assert_eq!(others(&outcome), []);
    assert_eq!(outcome.defects, []);
    let order = BootOrder {
        policy: Policy::Main,
        first_group: 0,
        skip: BTreeSet::new(),
        flags: 0,
    };
    assert_eq!(orders, [order]);
}

#[test]
fn each_death_costs_one_check_its_outcome() {
    let plan = small_plan();
    let [one, other] = [20, plan.checks.len() - 2];
    for (act, word) in [(Act::Crash, Outcome::Crash), (Act::Hang, Outcome::Hang)] {
        let kernel = Kernel::with(&plan, &[(one, act), (other, act)]);
        let (outcome, orders) = run(&plan, &kernel, RULES);
        assert_eq!(others(&outcome), [(one, word.clone()), (other, word)]);
        assert_eq!((outcome.boots, &outcome.defects[..]), (3, &[][..]));
        assert_eq!(orders[1].skip, [one].into());
        assert_eq!(orders[2].skip, [one, other].into());
        let groups = orders.iter().map(|order| order.first_group);
        let wanted = [0, plan.checks[one + 1].group, plan.checks[other + 1].group];
        assert_eq!(groups.collect::<Vec<_>>(), wanted);
        assert_eq!(outcome.context.notes.len(), 2);
        // A crash is seen after 1 s, a silence after 12 s; the last boot ends after 1 s.
        let seconds = if act == Act::Crash { 2 } else { 24 };
        let phases = outcome.context.phases;
        assert_eq!((phases.suite.as_secs(), phases.end.as_secs()), (seconds, 1));
        let excerpt = &outcome.context.excerpts[&one];
        assert!(
            excerpt
                .last()
                .is_some_and(|line| line.ends_with(&plan.checks[one - 1].title))
        );
    }
}

#[test]
fn death_in_the_last_check_needs_no_other_boot() {
    let plan = small_plan();
    let last = plan.checks.len() - 1;
    let kernel = Kernel::with(&plan, &[(last, Act::Crash)]);
    let rules = Rules {
        reboots: 0,
        ..RULES
    };
    let (outcome, _) = run(&plan, &kernel, rules);
    assert_eq!(others(&outcome), [(last, Outcome::Crash)]);
    assert_eq!((outcome.boots, &outcome.defects[..]), (1, &[][..]));
}

#[test]
fn kernel_that_always_dies_is_given_up() {
    let plan = small_plan();
    let acts: Vec<_> = (0..plan.checks.len())
        .map(|check| (check, Act::Crash))
        .collect();
    let rules = Rules {
        reboots: 5,
        ..RULES
    };
    let (outcome, orders) = run(&plan, &Kernel::with(&plan, &acts), rules);
    assert_eq!((outcome.boots, orders.len()), (6, 6));
    assert_eq!(
        texts(&outcome),
        ["given up after 6 boots; --reboots 5 allows no more"]
    );
    assert_eq!(outcome.outcomes[5], Outcome::Crash);
    assert_eq!(outcome.outcomes[6], Outcome::Lost);
}

#[test]
fn death_before_the_first_group_charges_nobody() {
    let plan = small_plan();
    let kernel = Kernel {
        dies_at_start: true,
        ..Kernel::good(&plan)
    };
    let (outcome, orders) = run(&plan, &kernel, RULES);
    assert_eq!((others(&outcome), outcome.boots), (Vec::new(), 2));
    assert_eq!(outcome.defects, []);
    assert_eq!(
        (orders[1].flags, &orders[1].skip),
        (KEEP_ENVIRONMENT, &BTreeSet::new())
    );
    let rules = Rules {
        reboots: 0,
        ..RULES
    };
    let (outcome, _) = run(&plan, &kernel, rules);
    assert_eq!(others(&outcome)[0], (0, Outcome::Crash));
    assert_eq!(
        texts(&outcome),
        ["given up after 1 boots; --reboots 0 allows no more"]
    );
}

#[test]
fn death_in_a_set_up_is_charged_once_and_the_set_up_left_out() {
    let plan = small_plan();
    let deadly = plan.checks.len() / 2;
    let kernel = Kernel {
        deadly_set_ups: [deadly].into(),
        ..Kernel::good(&plan)
    };
    let (outcome, orders) = run(&plan, &kernel, RULES);
    assert_eq!(others(&outcome), [(deadly, Outcome::Crash)]);
    let flags: Vec<u8> = orders.iter().map(|order| order.flags).collect();
    assert_eq!(flags, [0, 0, SKIP_SETUP]);
    assert_eq!(outcome.defects, []);
}

#[test]
fn death_of_a_recorded_kernel_is_charged_and_no_verdict() {
    let plan = small_plan();
    let kernel = Kernel::with(&plan, &[(3, Act::Crash)]);
    let rules = Rules {
        can_order: false,
        ..RULES
    };
    let (outcome, orders) = run(&plan, &kernel, rules);
    assert_eq!((orders.len(), &outcome.outcomes[3]), (1, &Outcome::Crash));
    assert_eq!(outcome.outcomes[4], Outcome::Lost);
    assert_eq!(texts(&outcome), ["the run died: status 7"]);
}

#[test]
fn older_run_of_a_recording_that_lost_its_end_is_a_defect() {
    let plan = small_plan();
    let half = passing_log(&plan, plan.steps.len() / 2);
    let rules = Rules {
        can_order: false,
        ..RULES
    };
    let whole = passing_log(&plan, plan.steps.len());
    for (console, cut_off) in [(half.clone() + &half, 1), (half + &whole, 1)] {
        let boot = |_, _: &BootOrder| observed_recording(&plan, &console);
        let (outcome, _) = run_by(&plan, rules, boot);
        let defects = outcome.defects.iter();
        let found = defects.filter(|defect| matches!(defect, Defect::CutOff { .. }));
        assert_eq!(found.count(), cut_off);
    }
}

#[test]
fn line_outside_of_any_run_is_a_defect_and_ends_the_campaign() {
    let plan = small_plan();
    let firsts = firsts(&plan);
    let kernel = Kernel {
        room: 1,
        ..Kernel::with(
            &plan,
            &[(firsts[1], Act::Leak), (firsts[3], Act::NeedsRoom)],
        )
    };
    let stray = plan.section(0);
    let (outcome, orders) = run_by(&plan, RULES, |_, order| {
        let (console, ending) = kernel.console(&plan, order);
        observed(&plan, &format!("{stray}\n{console}"), ending)
    });
    assert_eq!(orders.len(), 1);
    assert_eq!(outcome.defects, [Defect::Stray { line: stray }]);
}

#[test]
fn death_in_another_suite_is_charged_to_no_check() {
    let plan = small_plan();
    let header = Plan::default().header();
    let boot = |_, _: &BootOrder| observed(&plan, &format!("{header}\n"), Some(7));
    let (outcome, orders) = run_by(&plan, RULES, boot);
    assert_eq!(orders.len(), 1);
    assert!(
        outcome
            .outcomes
            .iter()
            .all(|outcome| *outcome == Outcome::Lost)
    );
    let defects = &outcome.defects[..];
    assert!(
        matches!(defects, [Defect::OtherSuite { .. }]),
        "{defects:?}"
    );
}

#[test]
fn check_that_the_user_skips_is_never_run() {
    let plan = small_plan();
    let [dead, skipped] = [3, plan.checks.len() - 2];
    let kernel = Kernel::with(&plan, &[(dead, Act::Crash), (skipped, Act::Hang)]);
    let rules = Rules {
        skip: &[skipped],
        ..RULES
    };
    let (outcome, orders) = run(&plan, &kernel, rules);
    let wanted = [(dead, Outcome::Crash), (skipped, Outcome::Skipped)];
    assert_eq!(others(&outcome), wanted);
    assert!(orders.iter().all(|order| !order.runs(&plan, skipped)));
}

#[test]
fn line_that_was_lost_before_a_death_is_asked_for_again() {
    let plan = small_plan();
    let kernel = Kernel::with(&plan, &[(3, Act::Crash)]);
    let line = format!("  [PASS] {}\n", plan.checks[1].title);
    for (lost_boots, outcome_of_one) in [(2, Outcome::Lost), (1, Outcome::Pass)] {
        let (outcome, _) = run_by(&plan, RULES, |boot, order| {
            let (console, ending) = kernel.console(&plan, order);
            let console = match boot < lost_boots {
                true => console.replace(&line, ""),
                false => console,
            };
            observed(&plan, &console, ending)
        });
        assert_eq!(outcome.outcomes[1], outcome_of_one);
        assert_eq!(outcome.outcomes[3], Outcome::Crash);
        // The log that lost it proves nothing.
        assert!(!outcome.is_complete());
    }
}

#[test]
fn exit_status_must_be_that_of_the_lines() {
    let plan = small_plan();
    let kernel = Kernel {
        exit_status: Some(1),
        ..Kernel::good(&plan)
    };
    let (outcome, _) = run(&plan, &kernel, RULES);
    assert_eq!(
        texts(&outcome),
        ["the program ended with status 1, its lines say 0"]
    );
    let rules = Rules {
        status: false,
        ..RULES
    };
    assert_eq!(run(&plan, &kernel, rules).0.defects, []);
}

#[test]
fn boot_without_a_header_line_is_no_verdict() {
    let plan = small_plan();
    let nothing = "no header line: nothing of the suite is in this log";
    for (ending, wanted) in [
        (Some(0), &[nothing][..]),
        (Some(7), &["the run died: status 7", nothing]),
        (None, &["no header line for 60 s; killed", nothing]),
    ] {
        let boot = |_, _: &BootOrder| observed(&plan, "Booting\n", ending);
        let (outcome, orders) = run_by(&plan, RULES, boot);
        assert_eq!(
            (orders.len(), texts(&outcome)),
            (1, wanted.iter().map(ToString::to_string).collect())
        );
    }
    let kernel = Kernel::with(&plan, &[(3, Act::Crash)]);
    let (outcome, _) = run_by(&plan, RULES, |boot, order| match boot {
        0 => kernel.boot(&plan, order),
        _ => observed(&plan, "Booting\n", Some(7)),
    });
    let wanted = ["boot 2 printed no header line: the run died: status 7"];
    assert_eq!(
        (outcome.boots, texts(&outcome)),
        (2, wanted.map(str::to_string).into())
    );
}

#[test]
fn checks_that_a_leak_hides_are_run_again() {
    let plan = small_plan();
    let firsts = firsts(&plan);
    let [leak, pass, fail, crash] = [firsts[1], firsts[3], firsts[5], firsts[7]];
    let kernel = Kernel {
        room: 1,
        ..Kernel::with(
            &plan,
            &[
                (leak, Act::Leak),
                (pass, Act::NeedsRoom),
                (fail, Act::NeedsRoomToFail),
                (crash, Act::NeedsRoomToCrash),
            ],
        )
    };
    let (outcome, orders) = run(&plan, &kernel, RULES);
    let wanted = [(fail, Act::Fail.truth()), (crash, Outcome::Crash)];
    assert_eq!(others(&outcome), wanted);
    assert_eq!(outcome.defects, []);
    let policies: Vec<Policy> = orders.iter().map(|order| order.policy).collect();
    assert_eq!(policies[0], Policy::Main);
    assert!(
        policies[1..]
            .iter()
            .all(|policy| *policy == Policy::NoRoomLeft)
    );
    assert!(orders[1].runs(&plan, pass) && !orders[1].runs(&plan, firsts[0]));
}

#[test]
fn handlers_that_are_not_reported_are_assumed_once() {
    let plan = small_plan();
    let firsts = firsts(&plan);
    let [one, other] = [firsts[2], firsts[4]];
    let kernel = Kernel::with(&plan, &[(one, Act::NeedsHandler), (other, Act::Fail)]);
    let (outcome, orders) = run(&plan, &kernel, RULES);
    assert_eq!(others(&outcome), [(other, Act::Fail.truth())]);
    assert_eq!(orders.len(), 2);
    assert_eq!(orders[1].policy, Policy::AssumeHandlers);
    assert!(orders[1].runs(&plan, one) && !orders[1].runs(&plan, other));
    // A boot that dies of the assumption, ends with a wrong status or has a defect does not count.
    let missing = Kernel::with(
        &plan,
        &[(one, Act::NeedsHandler), (other, Act::NeedsMissingHandler)],
    );
    let died = run(&plan, &missing, RULES).0;
    let liar = Kernel {
        exit_status: Some(0),
        ..kernel.clone()
    };
    let lied = run_by(&plan, RULES, |_, order| match order.policy {
        Policy::AssumeHandlers => liar.boot(&plan, order),
        _ => kernel.boot(&plan, order),
    });
    let line = format!("  [PASS] {}\n", plan.checks[one].title);
    let garbled = run_by(&plan, RULES, |_, order| {
        let (console, ending) = kernel.console(&plan, order);
        observed(&plan, &console.replace(&line, &line.repeat(2)), ending)
    });
    let doubled = Defect::Misplaced {
        line: line.trim_end().to_string(),
    };
    for (outcome, why) in [
        (
            died,
            "the kernel does not install handlers: the run died: status 7",
        ),
        (lied.0, "the program ended with status 0, its lines say 1"),
        (garbled.0, &doubled.to_string()),
    ] {
        assert_eq!(outcome.outcomes[one], failed(UNREPORTED));
        assert_eq!((outcome.boots, &outcome.defects[..]), (2, &[][..]));
        let [_, note] = &outcome.context.notes[..] else {
            panic!("{:?}", outcome.context.notes);
        };
        assert_eq!(*note, format!("boot 2: its results are discarded: {why}"));
    }
}

#[test]
fn each_script_is_in_one_group() {
    // The first group of a re-run is that of its first script.
    let plan = Plan::default();
    for pair in plan.checks.windows(2) {
        assert!(pair[0].script != pair[1].script || pair[0].group == pair[1].group);
    }
}
