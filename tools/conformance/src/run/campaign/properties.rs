//! The campaign on simulated kernels with any bugs.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::tests::{RULES, firsts, run};
use super::*;
use crate::run::simulated::{Act, DIED, Kernel, NO_ROOM, SIGSYS, UNREPORTED, failed, small_plan};

static PLAN: LazyLock<Plan> = LazyLock::new(small_plan);

/// A kernel with any bugs, the checks that the user skips, and how many reboots he allows.
fn cases() -> impl Strategy<Value = (Kernel, Vec<usize>, u32)> {
    let checks = PLAN.checks.len();
    let calls: Vec<&str> = PLAN.checks.iter().map(|check| check.call).collect();
    (
        prop::collection::vec((0..checks, prop::sample::select(Act::ALL.to_vec())), 0..20),
        prop_oneof![Just(usize::MAX), 0..3usize, 0..8usize],
        prop::bool::weighted(0.2),
        prop::collection::btree_set(0..checks, 0..3),
        prop::collection::vec(0..checks, 0..3),
        prop_oneof![Just(REBOOTS), Just(1000), 0..12u32],
        prop::collection::vec((0..checks, 0..checks), 0..3),
        prop::option::weighted(
            0.1,
            (
                prop::sample::select(calls),
                prop::sample::select(vec![SIGSYS, DIED]),
            ),
        ),
    )
        .prop_map(
            |(acts, room, dies_at_start, deadly_set_ups, skip, reboots, poisons, unknown)| {
                let (unknown_call, unknown_status) = unknown.unzip();
                let unknown_status = unknown_status.unwrap_or(SIGSYS);
                let kernel = Kernel {
                    room,
                    dies_at_start,
                    deadly_set_ups,
                    poisons,
                    unknown_call,
                    unknown_status,
                    ..Kernel::with(&PLAN, &acts)
                };
                (kernel, skip, reboots)
            },
        )
}

/// True where a boot of that policy may replace an outcome by another; `rested` where the known one
/// rested on a check that found no room.
fn may_replace(policy: Policy, known: &Outcome, new: &Outcome, rested: bool) -> bool {
    let charged = matches!(new, Outcome::Crash | Outcome::Hang);
    match policy {
        Policy::Main | Policy::Apart => new.severity() > known.severity(),
        Policy::NoRoomLeft => {
            rested || *known == failed(NO_ROOM) || new.severity() > known.severity()
        }
        Policy::AssumeHandlers => *known == failed(UNREPORTED),
        Policy::Confirm | Policy::Bisect => charged,
    }
}

/// The outcomes on a kernel with resources whose set-ups are harmless; none where several are
/// right.
fn expected(plan: &Plan, kernel: &Kernel, skip: &[usize]) -> Vec<Option<Outcome>> {
    let acts = kernel.acts.iter();
    let missing = acts.clone().any(|act| *act == Act::NeedsMissingHandler);
    let dies = |check: usize| matches!(kernel.acts[check].truth(), Outcome::Crash | Outcome::Hang);
    let in_the_way = |check: usize| skip.contains(&check) || dies(check);
    let checks = 0..plan.checks.len();
    checks
        .map(|check| match kernel.acts[check] {
            _ if skip.contains(&check) => Some(Outcome::Skipped),
            Act::Flaky => None,
            Act::NeedsHandler if missing => None,
            // The boot that assumes handlers leaves out scripts whose first check is skipped.
            Act::NeedsHandler if !in_the_way(plan.first_of_script(check)) => Some(Outcome::Pass),
            act => Some(act.truth()),
        })
        .collect()
}

/// True where no check of a call has an answer.
fn only_dies(plan: &Plan, outcome: &RunOutcome, call: &str) -> bool {
    let mut own = plan.checks.iter().filter(|check| check.call == call);
    own.all(|check| {
        let is = &outcome.outcomes[check.index];
        matches!(
            is,
            Outcome::Crash | Outcome::Hang | Outcome::Blocked(_) | Outcome::Skipped
        )
    })
}

/// The number of kernels for each property; `PROPTEST_CASES` overrides it.
pub(crate) fn often(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config.failure_persistence = None;
    config
}

proptest! {
    #![proptest_config(often(300))]

    /// The campaign ends, never repeats an order, runs no check that a death was charged to, and
    /// replaces known outcomes by the rules of its policies only.
    #[test]
    fn campaign_ends_and_keeps_what_it_knows((kernel, skip, reboots) in cases()) {
        let plan = &*PLAN;
        let rules = Rules { skip: &skip, reboots, ..RULES };
        let scripts = firsts(plan).len();
        // A death that is charged: the boot, alone, with all, by halves. Each other boot but the
        // first leaves a set-up out, asks a script apart, settles one or assumes handlers.
        let per_death = 7 + plan.checks.len().ilog2() as usize;
        let mut campaign = Campaign::new(plan, rules);
        let mut last: Option<BootOrder> = None;
        while let Some(order) = campaign.next_boot() {
            let most = 1 + campaign.charged.len() * per_death + per_death + 4 * scripts + 1;
            prop_assert!(campaign.boots <= reboots as usize && campaign.boots < most);
            prop_assert_eq!(campaign.next_boot(), Some(order.clone()));
            let proof = order.policy == Policy::Bisect;
            prop_assert!(proof || Some(&order) != last.as_ref(), "nothing new is asked");
            let (known, rested) = (campaign.outcomes.clone(), campaign.resting.clone());
            for check in 0..known.len() {
                let runs = order.runs(plan, check);
                prop_assert!(!runs || !campaign.charged.contains(&check), "{} dies again", check);
                prop_assert!(!runs || !skip.contains(&check), "{} is to be skipped", check);
            }
            campaign.finished(kernel.boot(plan, &order));
            for (check, (known, new)) in known.iter().zip(&campaign.outcomes).enumerate() {
                if let Some(known) = known && Some(known) != new.as_ref() {
                    let new = new.as_ref().expect("an outcome is not forgotten");
                    prop_assert!(
                        may_replace(order.policy, known, new, rested.contains(&check)),
                        "{:?}: {:?} becomes {:?}", order.policy, known, new
                    );
                }
            }
            last = Some(order);
        }
        // After the end nothing is ordered, and no result is taken.
        let order = last.expect("a boot");
        let (boots, outcomes) = (campaign.boots, campaign.outcomes.clone());
        campaign.finished(kernel.boot(plan, &order));
        prop_assert_eq!((campaign.boots, &campaign.outcomes), (boots, &outcomes));
        prop_assert_eq!(campaign.next_boot(), None);
    }

    /// Each check has one outcome, never a better one than the truth, and an innocent check is
    /// charged with no death that comes again only after another check.
    #[test]
    fn outcomes_are_those_of_the_kernel((kernel, skip, reboots) in cases()) {
        let plan = &*PLAN;
        let rules = Rules { skip: &skip, reboots, ..RULES };
        let (outcome, orders) = run(plan, &kernel, rules);
        prop_assert_eq!(outcome.outcomes.len(), plan.checks.len());
        prop_assert_eq!(outcome.boots, orders.len());
        let lost = outcome.outcomes.contains(&Outcome::Lost);
        prop_assert!(!lost || !outcome.defects.is_empty(), "lost without a defect");
        let given_up = !outcome.defects.is_empty();
        let script = |check: usize| plan.checks[check].script;
        for (check, is) in outcome.outcomes.iter().enumerate() {
            let act = kernel.acts[check];
            let unknown = kernel.unknown_call.is_some_and(|call| {
                PLAN.checks[check].calls.contains(&call)
            });
            let set_up = kernel.deadly_set_ups.contains(&check) || unknown;
            let poison = kernel.poisons.iter().any(|&(by, victim)| {
                by == check || victim == check && (script(by) == script(victim) || given_up)
            });
            let poison = poison || outcome.context.flaky.contains_key(&check);
            let right = match is {
                Outcome::Pass => {
                    !unknown
                        && (act.truth() == Outcome::Pass
                            || matches!(act, Act::NeedsHandler | Act::Flaky))
                }
                Outcome::Crash => act.truth() == Outcome::Crash || set_up,
                Outcome::Hang => act.truth() == Outcome::Hang || poison,
                Outcome::Fail(_) | Outcome::Unimplemented(_) => *is == act.truth(),
                Outcome::Blocked(Some(_)) if !is.is_left_out() => {
                    *is == act.truth() || *is == failed(NO_ROOM)
                }
                Outcome::Skipped => skip.contains(&check),
                Outcome::Blocked(_) => {
                    let died_in = outcome.context.died_in.get(&check);
                    !kernel.deadly_set_ups.is_empty()
                        || kernel.unknown_call.is_some()
                        || died_in.is_some_and(|call| only_dies(plan, &outcome, call))
                }
                Outcome::Lost => true,
            };
            prop_assert!(right, "{}: {:?} is {:?}", check, act, is);
        }
    }

    /// On a kernel with resources every bug is found, in any order of deaths.
    #[test]
    fn every_bug_of_a_kernel_with_resources_is_found((kernel, skip, _) in cases()) {
        let plan = &*PLAN;
        let kernel = Kernel {
            room: usize::MAX,
            deadly_set_ups: BTreeSet::new(),
            poisons: Vec::new(),
            unknown_call: None,
            ..kernel
        };
        let rules = Rules { skip: &skip, ..RULES };
        let (outcome, _) = run(plan, &kernel, rules);
        prop_assert_eq!(&outcome.defects, &[]);
        for (check, expected) in expected(plan, &kernel, &skip).into_iter().enumerate() {
            let is = &outcome.outcomes[check];
            // The kernel answers no call of that name: the death may be in either step.
            let died_in = outcome.context.died_in.get(&check);
            let of_other = *is == Outcome::Blocked(None)
                && expected.as_ref().is_some_and(|is| matches!(is, Outcome::Crash | Outcome::Hang))
                && died_in.is_some_and(|call| only_dies(plan, &outcome, call));
            let as_expected = expected.is_none_or(|expected| expected == *is);
            prop_assert!(of_other || as_expected, "{}", check);
        }
    }

    /// A garbled line, and a log that is not that of its boot, prove nothing: there is no verdict,
    /// and no outcome is better than the truth where the boot's own lines can be told from it.
    #[test]
    fn garbled_and_repeated_logs_are_no_verdict(
        dead in 0..PLAN.checks.len(),
        garbled in 0..PLAN.checks.len(),
        replays in any::<bool>(),
    ) {
        let plan = &*PLAN;
        let kernel = Kernel {
            garbles: (!replays).then_some(garbled),
            replays,
            ..Kernel::with(plan, &[(dead, Act::Crash)])
        };
        let (outcome, orders) = run(plan, &kernel, RULES);
        // Later boots print the SKIP of the check that died, unless nothing is left to ask.
        let seen = replays || garbled != dead || dead + 1 < plan.checks.len();
        prop_assert!(outcome.is_complete() != seen, "{:?}", outcome.defects);
        prop_assert!(!replays || orders.len() == 2, "{} boots", orders.len());
        let caught = outcome.defects.iter().any(|defect| matches!(defect, Defect::OtherRun { .. }));
        prop_assert!(caught == replays, "{:?}", outcome.defects);
        prop_assert!(outcome.outcomes[dead] != Outcome::Pass);
    }

    /// Two deaths of independent checks have the outcomes that each has without the other.
    #[test]
    fn order_of_two_deaths_does_not_matter(
        one in 0..PLAN.checks.len(),
        other in 0..PLAN.checks.len(),
        acts in prop::sample::select(vec![
            [Act::Crash, Act::Crash], [Act::Crash, Act::Hang], [Act::Hang, Act::Crash],
        ]),
    ) {
        prop_assume!(one != other);
        let plan = &*PLAN;
        let alone = [(one, acts[0]), (other, acts[1])].map(|act| {
            run(plan, &Kernel::with(plan, &[act]), RULES).0.outcomes
        });
        let both = Kernel::with(plan, &[(one, acts[0]), (other, acts[1])]);
        let both = run(plan, &both, RULES).0.outcomes;
        for (check, outcome) in both.into_iter().enumerate() {
            let wanted = if check == other { &alone[1][check] } else { &alone[0][check] };
            prop_assert_eq!(&outcome, wanted);
        }
    }
}
