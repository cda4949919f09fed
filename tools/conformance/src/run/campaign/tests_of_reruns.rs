//! The campaign on a simulated kernel whose checks are asked more than once.

use super::tests::{RULES, firsts, others, run, run_by};
use super::*;
use crate::run::printer::passing_log;
use crate::run::simulated::{Act, Kernel, NO_ROOM, UNREPORTED, failed, observed, small_plan};

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
            .all(|policy| matches!(policy, Policy::NoRoomLeft | Policy::Confirm))
    );
    assert!(orders[1].runs(&plan, pass) && !orders[1].runs(&plan, firsts[0]));
    // That the kernel cannot do the plan in one boot is known of each.
    let exhausted: Vec<usize> = outcome.context.exhausted.iter().copied().collect();
    assert_eq!(exhausted, [pass, fail]);
    assert!(outcome.context.flaky.is_empty());
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
    // A boot that ends with a wrong status or has a defect does not count.
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
        let (console, ending) = kernel.console(&plan, order, 1);
        observed(&plan, &console.replace(&line, &line.repeat(2)), ending)
    });
    for (outcome, why) in [
        (lied.0, "the program ended with status 0, its lines say 1"),
        (garbled.0, "line doubled or out of order: "),
    ] {
        assert_eq!(outcome.outcomes[one], failed(UNREPORTED));
        assert_eq!((outcome.boots, &outcome.defects[..]), (2, &[][..]));
        let [_, note] = &outcome.context.notes[..] else {
            panic!("{:?}", outcome.context.notes);
        };
        let wanted = format!("boot 2: its results are discarded: {why}");
        assert!(note.starts_with(&wanted), "{note}");
    }
}

#[test]
fn death_of_a_boot_that_assumes_handlers_costs_only_its_check() {
    let plan = small_plan();
    let firsts = firsts(&plan);
    let [one, dead, other] = [firsts[2], firsts[4], firsts[6]];
    let acts = [
        (one, Act::NeedsHandler),
        (dead, Act::NeedsMissingHandler),
        (other, Act::NeedsHandler),
    ];
    let (outcome, orders) = run(&plan, &Kernel::with(&plan, &acts), RULES);
    assert_eq!(others(&outcome), [(dead, failed(UNREPORTED))]);
    assert_eq!((orders.len(), &outcome.defects[..]), (3, &[][..]));
}

#[test]
fn each_script_is_in_one_group() {
    // The first group of a re-run is that of its first script.
    let plan = Plan::default();
    for pair in plan.checks.windows(2) {
        assert!(pair[0].script != pair[1].script || pair[0].group == pair[1].group);
    }
}

#[test]
fn outcome_is_not_replaced_by_a_skip_that_nobody_asked_for() {
    let plan = small_plan();
    let pair = plan.checks.windows(2).find(|pair| {
        plan.first_of_script(pair[0].index) == pair[0].index && pair[0].script == pair[1].script
    });
    let dead = pair.expect("a script of two checks")[0].index;
    // A boot of whole scripts leaves out the script whose first check is charged.
    let kernel = Kernel {
        room: 0,
        ..Kernel::with(&plan, &[(dead, Act::Crash), (dead + 1, Act::NeedsRoom)])
    };
    let (outcome, _) = run(&plan, &kernel, RULES);
    let wanted = [(dead, Outcome::Crash), (dead + 1, failed(NO_ROOM))];
    assert_eq!(others(&outcome), wanted);
    assert!(outcome.is_complete());
}

#[test]
fn log_that_does_not_obey_its_order_is_a_defect() {
    let plan = small_plan();
    let crash = Kernel::with(&plan, &[(3, Act::Crash)]);
    let whole = passing_log(&plan, plan.steps.len());
    // The second boot repeats the log of an earlier night.
    let (outcome, orders) = run_by(&plan, RULES, |boot, order| match boot {
        0 => crash.boot(&plan, order),
        _ => observed(&plan, &whole, Some(0)),
    });
    assert_eq!((orders.len(), outcome.is_complete()), (2, false));
    assert!(matches!(outcome.defects[..], [Defect::Disobeyed { .. }]));
    // A skip that nobody asked for is no outcome.
    let skipping = Rules {
        skip: &[7],
        ..RULES
    };
    let mut order = Campaign::new(&plan, skipping).next_boot();
    let skipping = order.take().expect("a boot");
    let boot = |_, _: &BootOrder| Kernel::good(&plan).boot(&plan, &skipping);
    let (outcome, orders) = run_by(&plan, RULES, boot);
    assert_eq!((orders.len(), &outcome.outcomes[7]), (1, &Outcome::Lost));
    assert!(!outcome.is_complete());
}

#[test]
fn poison_is_found_by_halving_and_charged_once() {
    let plan = small_plan();
    let firsts = firsts(&plan);
    for [by, victims] in [[1, 2], [3, 7], [0, 9]] {
        let poisons = firsts[victims..].iter().map(|&victim| (firsts[by], victim));
        let kernel = Kernel {
            poisons: poisons.collect(),
            ..Kernel::good(&plan)
        };
        let (outcome, orders) = run(&plan, &kernel, RULES);
        assert_eq!(others(&outcome), [(firsts[by], Outcome::Hang)]);
        assert_eq!(outcome.defects, []);
        // The death, alone, with all, by halves, the proof, and the rest.
        let most = 7 + firsts[victims].ilog2() as usize + 1;
        assert!(orders.len() <= most, "{} boots", orders.len());
        let note = outcome.context.notes.last().expect("a note");
        assert!(
            note.contains(&format!("charged to {}: ", plan.checks[firsts[by]].title)),
            "{note}"
        );
        assert!(outcome.context.excerpts.contains_key(&firsts[by]));
    }
}

#[test]
fn death_that_does_not_come_again_is_flaky() {
    let plan = small_plan();
    let crash = Kernel::with(&plan, &[(9, Act::Crash)]);
    let good = Kernel::good(&plan);
    let (outcome, _) = run_by(&plan, RULES, |boot, order| match boot {
        0 => crash.boot(&plan, order),
        _ => good.boot(&plan, order),
    });
    assert_eq!(others(&outcome), [(9, Outcome::Crash)]);
    let answers = [Outcome::Crash, Outcome::Pass];
    assert_eq!(outcome.context.flaky[&9], answers);
}

#[test]
fn answer_that_differs_between_boots_is_flaky() {
    let plan = small_plan();
    let [one, dead] = [1, 3];
    assert_eq!(plan.checks[one].group, plan.checks[dead + 1].group);
    // The death has the group asked again.
    for passes in [true, false] {
        let (outcome, _) = run_by(&plan, RULES, |boot, order| {
            let act = if (boot == 0) == passes {
                Act::Pass
            } else {
                Act::Fail
            };
            Kernel::with(&plan, &[(one, act), (dead, Act::Crash)]).boot(&plan, order)
        });
        let wanted = [(one, Act::Fail.truth()), (dead, Outcome::Crash)];
        assert_eq!(others(&outcome), wanted);
        assert_eq!(outcome.context.flaky[&one].len(), 2);
        assert!(outcome.is_complete());
    }
}

#[test]
fn one_want_of_memory_hides_no_failure() {
    // The first boot has no room, and one failure that does not come again.
    let plan = small_plan();
    let firsts = firsts(&plan);
    let [full, wrong] = [firsts[3], firsts[5]];
    let first = Kernel {
        room: 0,
        ..Kernel::with(&plan, &[(full, Act::NeedsRoom), (wrong, Act::Fail)])
    };
    let (outcome, orders) = run_by(&plan, RULES, |boot, order| match boot {
        0 => first.boot(&plan, order),
        _ => Kernel::good(&plan).boot(&plan, order),
    });
    assert_eq!(others(&outcome), [(wrong, Act::Fail.truth())]);
    assert!(orders[1].runs(&plan, full) && !orders[1].runs(&plan, wrong));
    assert_eq!(outcome.context.exhausted, [full].into());
}

#[test]
fn unknown_call_costs_few_boots_and_blocks_its_checks() {
    let plan = small_plan();
    let calls: BTreeSet<&str> = plan.checks.iter().map(|check| check.call).collect();
    for call in calls {
        let kernel = Kernel {
            unknown_call: Some(call),
            ..Kernel::good(&plan)
        };
        let (outcome, orders) = run(&plan, &kernel, RULES);
        assert_eq!(outcome.defects, [], "{call}");
        // Two boots for each death in which several calls may be the unknown one.
        assert!(orders.len() <= 9, "{call}: {:?}", outcome.context.notes);
        for (check, is) in outcome.outcomes.iter().enumerate() {
            let needs = |check: usize| plan.checks[check].calls.contains(&call);
            assert!(!needs(check) || *is != Outcome::Pass, "{call}: {check}");
            let script = plan.checks[check].script;
            let mut checks = 0..plan.checks.len();
            let near = checks.any(|other| plan.checks[other].script == script && needs(other));
            assert!(near || *is == Outcome::Pass, "{call}: {check} is {is:?}");
        }
    }
}

#[test]
fn class_of_two_deaths_is_asked_last() {
    let plan = Plan::default();
    let class = |check: usize| (plan.checks[check].call, plan.checks[check].class());
    let same = |one: usize| {
        let same = (0..plan.checks.len()).filter(move |&check| class(check) == class(one));
        same.collect::<Vec<usize>>()
    };
    let dead = (0..plan.checks.len())
        .map(same)
        .find(|checks| checks.len() == 4 && class(checks[0]).1 == Some("EFAULT"));
    let dead = dead.expect("a class of four checks");
    let acts: Vec<_> = dead.iter().map(|&check| (check, Act::Crash)).collect();
    let mut campaign = Campaign::new(&plan, RULES);
    let kernel = Kernel::with(&plan, &acts);
    while let Some(order) = campaign.next_boot() {
        let others_open = (0..plan.checks.len())
            .any(|check| campaign.is_open(check) && !campaign.is_deferred(check));
        let asks = dead[2..].iter().any(|&check| order.runs(&plan, check));
        assert!(campaign.charged.len() < 2 || !others_open || !asks);
        campaign.finished(kernel.boot(&plan, &order));
    }
    let outcome = campaign.outcome();
    let wanted: Vec<_> = dead.iter().map(|&check| (check, Outcome::Crash)).collect();
    assert_eq!(others(&outcome), wanted);
}

/// After a death in the first script of a re-run the next one is first, and is asked once.
#[test]
fn script_after_a_death_in_a_rerun_is_asked_once() {
    let plan = small_plan();
    let mut kernel = Kernel::with(&plan, &[(9, Act::Leak), (27, Act::Leak)]);
    kernel.room = 0;
    kernel.poisons = vec![(9, 27)];
    let (_, orders) = run(&plan, &kernel, RULES);
    let reruns = orders
        .iter()
        .filter(|order| order.policy == Policy::NoRoomLeft);
    let of_script = reruns.filter(|order| order.runs(&plan, 27) && !order.runs(&plan, 9));
    assert_eq!(of_script.count(), 1);
}

/// A boot that looks for a poison may die of something else, which is no proof against a check.
#[test]
fn other_death_on_the_way_to_a_poison_proves_nothing() {
    let plan = small_plan();
    let mut kernel = Kernel::with(&plan, &[(7, Act::Leak), (36, Act::NeedsRoomToCrash)]);
    kernel.room = 1;
    kernel.deadly_set_ups = [0].into();
    kernel.poisons = vec![(8, 37)];
    let (outcome, _) = run(&plan, &kernel, RULES);
    let checks = [7, 8, 36, 37].map(|check| outcome.outcomes[check].clone());
    let wanted = [Outcome::Pass, Outcome::Hang, Outcome::Crash, Outcome::Pass];
    assert_eq!(checks, wanted, "{:#?}", outcome.context.notes);
}

/// A re-run that may not be made leaves the answers of the first boot, which are a verdict.
#[test]
fn rerun_without_boots_left_keeps_the_answers() {
    let plan = small_plan();
    let mut kernel = Kernel::with(&plan, &[(9, Act::Leak)]);
    kernel.room = 0;
    let rules = Rules {
        reboots: 0,
        ..RULES
    };
    let (outcome, orders) = run(&plan, &kernel, rules);
    assert_eq!((orders.len(), &outcome.defects[..]), (1, &[][..]));
    assert!(!outcome.outcomes.contains(&Outcome::Lost));
    let notes = &outcome.context.notes;
    let said = |note: &String| note.ends_with("--reboots 0 allows no more boots");
    assert_eq!(
        notes.iter().filter(|note| said(note)).count(),
        1,
        "{notes:?}"
    );
}
