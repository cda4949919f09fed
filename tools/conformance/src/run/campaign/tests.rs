//! The campaign on a simulated kernel with one bug or two.

use packer::plan::control::KEEP_ENVIRONMENT;

use super::*;
use crate::log::run_lines::RunLines;
use crate::run::printer::{passing_log, passing_log_of};
use crate::run::simulated::{
    Act, Kernel, LIMITS, observed, observed_recording, observed_under, small_plan,
};

pub(crate) const RULES: Rules = Rules {
    skip: &[],
    only: false,
    reboots: REBOOTS,
    can_order: true,
    status: true,
    limits: LIMITS,
};

/// Runs the suite by boots as the test makes them; the outcome, and the orders of all boots.
pub(super) fn run_by(
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
pub(super) fn others(outcome: &RunOutcome) -> Vec<(usize, Outcome)> {
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
    let [one, other] = [22, plan.checks.len() - 2];
    for (act, word) in [(Act::Crash, Outcome::Crash), (Act::Hang, Outcome::Hang)] {
        let kernel = Kernel::with(&plan, &[(one, act), (other, act)]);
        let (outcome, orders) = run(&plan, &kernel, RULES);
        assert_eq!(others(&outcome), [(one, word.clone()), (other, word)]);
        assert_eq!((outcome.boots, &outcome.defects[..]), (5, &[][..]));
        let skips = |boot: usize| orders[boot].skip.clone();
        assert_eq!((skips(2), skips(4)), ([one].into(), [one, other].into()));
        let policies = orders.iter().map(|order| order.policy);
        let (main, confirm) = (Policy::Main, Policy::Confirm);
        assert_eq!(
            policies.collect::<Vec<_>>(),
            [main, confirm, main, confirm, main]
        );
        let groups = orders.iter().map(|order| order.first_group);
        let group = |check: usize| plan.checks[check].group;
        let wanted = [
            0,
            group(one),
            group(one + 1),
            group(other),
            group(other + 1),
        ];
        assert_eq!(groups.collect::<Vec<_>>(), wanted);
        // Alone is the script of the check, up to the check.
        assert!((0..plan.checks.len()).all(|check| {
            let own = plan.checks[check].script == plan.checks[one].script;
            orders[1].runs(&plan, check) == (own && check <= one)
        }));
        assert_eq!(outcome.context.notes.len(), 2);
        // A crash is seen after 1 s, a silence after 12 s; the last boot ends after 1 s.
        let seconds = if act == Act::Crash { 4 } else { 48 };
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
fn death_in_the_last_check_is_only_confirmed() {
    let plan = small_plan();
    let last = plan.checks.len() - 1;
    let kernel = Kernel::with(&plan, &[(last, Act::Crash)]);
    let rules = Rules {
        reboots: 1,
        ..RULES
    };
    let (outcome, _) = run(&plan, &kernel, rules);
    assert_eq!(others(&outcome), [(last, Outcome::Crash)]);
    assert_eq!((outcome.boots, &outcome.defects[..]), (2, &[][..]));
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
    let open = plan.checks.len() - 3;
    let more = (6 * open).div_ceil(3) + 2;
    let wanted = format!(
        "given up after 6 boots; --reboots 5 allows no more; {open} checks have no outcome, which \
         needs about {more} more boots"
    );
    assert_eq!(texts(&outcome), [wanted]);
    let crashed = outcome
        .outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::Crash);
    assert_eq!(crashed.count(), 3);
    assert!(outcome.outcomes.contains(&Outcome::Lost));
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
    assert!(
        outcome
            .outcomes
            .iter()
            .all(|outcome| *outcome == Outcome::Lost)
    );
    let [why] = &texts(&outcome)[..] else {
        panic!("{:?}", outcome.defects);
    };
    assert!(why.starts_with("given up after 1 boots; --reboots 0 allows no more"));
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
    // The checks after it in its script cannot be asked; those of other scripts lose nothing.
    let script = plan.checks[deadly].script;
    let after =
        (deadly + 1..plan.checks.len()).filter(|&check| plan.checks[check].script == script);
    let blocked = after.map(|check| (check, Outcome::Blocked(None)));
    // Nor was the check itself: the boot died before it.
    let wanted: Vec<_> = [(deadly, Outcome::Blocked(None))]
        .into_iter()
        .chain(blocked)
        .collect();
    assert_eq!(others(&outcome), wanted);
    let flags: Vec<u8> = orders.iter().map(|order| order.flags).collect();
    assert_eq!(flags, [0, WHOLE_SCRIPTS, 0, WHOLE_SCRIPTS]);
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
        let (console, ending) = kernel.console(&plan, order, 1);
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
    for (lost_boots, outcome_of_one) in [(3, Outcome::Lost), (1, Outcome::Pass)] {
        let (outcome, _) = run_by(&plan, RULES, |boot, order| {
            let (console, ending) = kernel.console(&plan, order, 1);
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

/// The log of another run in the console costs the verdict at once, whatever comes after it.
#[test]
fn log_of_another_run_is_no_verdict() {
    let plan = small_plan();
    let log = |run| passing_log_of(&plan, plan.steps.len(), run);
    let half = |run| passing_log_of(&plan, plan.steps.len() / 2, run);
    let own = Some(0x5f3a_11c0);
    let other = "the log of another run is in the console: its run id is 00000007, and this boot's \
                 5f3a11c0";
    for (console, why) in [
        (log(Some(7)), other),
        (log(Some(7)) + &log(own), other),
        (half(Some(7)) + &log(own), other),
        (half(Some(7)) + "Kernel panic\n", other),
        (log(own) + &log(Some(7)), other),
        (half(own) + &log(Some(7)), other),
        (log(None), "a log without a run id is in the console"),
        (half(None), "a log without a run id is in the console"),
    ] {
        let boot = |_, _: &BootOrder| observed_under(0x5f3a_11c0, &plan, &console, Some(0));
        let (outcome, orders) = run_by(&plan, RULES, boot);
        assert_eq!(orders.len(), 1, "{console}");
        let texts = texts(&outcome);
        assert!(texts[0].starts_with(why), "{texts:?}");
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(!outcome.is_complete());
    }
    let boot = |_, _: &BootOrder| observed_under(0x5f3a_11c0, &plan, &log(own), Some(0));
    assert!(run_by(&plan, RULES, boot).0.is_complete());
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
    // A later one is tried again, once.
    let kernel = Kernel::with(&plan, &[(3, Act::Crash)]);
    for (without, boots, wanted) in [
        (
            3,
            3,
            &["boot 3 printed no header line: the run died: status 7"][..],
        ),
        (2, 4, &[]),
    ] {
        let (outcome, orders) = run_by(&plan, RULES, |boot, order| match boot {
            1 => observed(&plan, "Booting\n", Some(7)),
            2 if without == 3 => observed(&plan, "Booting\n", Some(7)),
            _ => kernel.boot(&plan, order),
        });
        assert_eq!(
            (outcome.boots, texts(&outcome)),
            (boots, wanted.iter().map(ToString::to_string).collect())
        );
        assert_eq!(orders[1], orders[2]);
        assert_eq!(outcome.outcomes[3], Outcome::Crash);
    }
}

/// The log that `bless` writes has no run id.
#[test]
fn kept_lines_have_no_run_id_and_a_checksum_that_agrees() {
    let plan = small_plan();
    let log = |run| passing_log_of(&plan, plan.steps.len(), run);
    let kept = |text: &str| {
        let mut lines = RunLines::default();
        lines.feed(text.as_bytes());
        lines.text
    };
    let console = format!("Booting\n{}power off\n", log(Some(0x5f3a_11c0)));
    assert_eq!(kept(&console), log(None));
    assert_eq!(kept(&log(None)), log(None));
    // A log that is altered stays so.
    let altered = kept(&log(Some(3)).replacen(" 0 failed", " 1 failed", 1));
    assert!(altered.contains(" 1 failed") && !altered.contains(" run "));
    let (outcome, _) = run_by(&plan, RULES, |_, _| observed(&plan, &altered, Some(0)));
    assert!(!outcome.is_complete());
}
