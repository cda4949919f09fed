//! The campaign on simulated kernels with any bugs.

use proptest::prelude::*;

use super::tests::{REBOOTS, RULES, firsts, run};
use super::*;
use crate::run::simulated::{Act, Kernel, NO_ROOM, UNREPORTED, failed, small_plan};

/// A kernel with any bugs, the checks that the user skips, and how many reboots he allows.
fn cases() -> impl Strategy<Value = (Kernel, Vec<usize>, u32)> {
    let checks = small_plan().checks.len();
    (
        prop::collection::vec((0..checks, prop::sample::select(Act::ALL.to_vec())), 0..20),
        prop_oneof![Just(usize::MAX), 0..3usize, 0..8usize],
        prop::bool::weighted(0.2),
        prop::collection::btree_set(0..checks, 0..3),
        prop::collection::vec(0..checks, 0..3),
        prop_oneof![Just(REBOOTS), Just(1000), 0..12u32],
    )
        .prop_map(
            |(acts, room, dies_at_start, mut deadly_set_ups, skip, reboots)| {
                // The set-up of a check that the user skips is charged to the next check.
                deadly_set_ups.retain(|check| !skip.contains(check));
                let kernel = Kernel {
                    room,
                    dies_at_start,
                    deadly_set_ups,
                    ..Kernel::with(&small_plan(), &acts)
                };
                (kernel, skip, reboots)
            },
        )
}

/// True where a boot of that policy may replace an outcome by another.
fn may_replace(policy: Policy, known: &Outcome, new: &Outcome) -> bool {
    let charged = matches!(new, Outcome::Crash | Outcome::Hang);
    match policy {
        Policy::Main => new.severity() > known.severity(),
        Policy::NoRoomLeft => charged || matches!(known, Outcome::Fail(_)),
        Policy::AssumeHandlers => *known == failed(UNREPORTED),
    }
}

/// The outcomes on a kernel with resources whose set-ups are harmless.
fn expected(plan: &Plan, kernel: &Kernel, skip: &[usize]) -> Vec<Outcome> {
    let dies = |check: usize| matches!(kernel.acts[check].truth(), Outcome::Crash | Outcome::Hang);
    let firsts = firsts(plan);
    // The boot that assumes handlers leaves out scripts whose first check is skipped.
    let assumes = |check: usize| {
        let first = firsts.iter().rfind(|first| **first <= check);
        !skip.contains(&check) && first.is_some_and(|first| !skip.contains(first) && !dies(*first))
    };
    let checks = 0..plan.checks.len();
    let missing = |check: usize| kernel.acts[check] == Act::NeedsMissingHandler && assumes(check);
    let discarded = checks.clone().any(missing);
    checks
        .map(|check| match kernel.acts[check] {
            _ if skip.contains(&check) => Outcome::Skipped,
            Act::NeedsHandler if assumes(check) && !discarded => Outcome::Pass,
            act => act.truth(),
        })
        .collect()
}

/// The number of kernels for each property; `PROPTEST_CASES` overrides it.
fn often(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config.failure_persistence = None;
    config
}

proptest! {
    #![proptest_config(often(300))]

    /// The campaign ends, forgets no check, never repeats an order, and replaces known outcomes by
    /// the rules of its policies only.
    #[test]
    fn campaign_ends_and_keeps_what_it_knows((kernel, skip, reboots) in cases()) {
        let plan = small_plan();
        let rules = Rules { skip: &skip, reboots, ..RULES };
        let scripts = firsts(&plan).len();
        // Each boot but the first charges a check, leaves a set-up out, settles a script or
        // assumes handlers; a script may be settled before and after handlers are assumed.
        let most = 1 + plan.checks.len() + 2 + 2 * scripts + 1;
        let mut campaign = Campaign::new(&plan, rules);
        let mut last = None;
        while let Some(order) = campaign.next_boot() {
            prop_assert!(campaign.boots <= reboots as usize && campaign.boots < most);
            prop_assert_eq!(campaign.next_boot(), Some(order.clone()));
            prop_assert_ne!(Some(&order), last.as_ref(), "nothing new is asked");
            let known = campaign.outcomes.clone();
            for (check, outcome) in known.iter().enumerate() {
                let runs = order.runs(&plan, check);
                prop_assert!(!runs || !campaign.is_charged(check), "{} dies again", check);
                let forgotten = outcome.is_none() && !runs && !skip.contains(&check);
                prop_assert!(order.policy != Policy::Main || !forgotten, "{} is forgotten", check);
            }
            campaign.finished(kernel.boot(&plan, &order));
            for (known, new) in known.iter().zip(&campaign.outcomes) {
                if let Some(known) = known && Some(known) != new.as_ref() {
                    let new = new.as_ref().expect("an outcome is not forgotten");
                    prop_assert!(
                        may_replace(order.policy, known, new),
                        "{:?}: {:?} becomes {:?}", order.policy, known, new
                    );
                }
            }
            last = Some(order);
        }
        // After the end nothing is ordered, and no result is taken.
        let order = last.expect("a boot");
        let (boots, outcomes) = (campaign.boots, campaign.outcomes.clone());
        campaign.finished(kernel.boot(&plan, &order));
        prop_assert_eq!((campaign.boots, &campaign.outcomes), (boots, &outcomes));
        prop_assert_eq!(campaign.next_boot(), None);
    }

    /// Each check has one outcome, and it is one that the kernel gave.
    #[test]
    fn outcomes_are_those_of_the_kernel((kernel, skip, reboots) in cases()) {
        let plan = small_plan();
        let rules = Rules { skip: &skip, reboots, ..RULES };
        let (outcome, orders) = run(&plan, &kernel, rules);
        prop_assert_eq!(outcome.outcomes.len(), plan.checks.len());
        prop_assert_eq!(outcome.boots, orders.len());
        let lost = outcome.outcomes.contains(&Outcome::Lost);
        // A death between checks is charged to the next one where no boot is left to find out.
        let given_up = !outcome.defects.is_empty();
        prop_assert!(!lost || !outcome.defects.is_empty(), "lost without a defect");
        for (check, is) in outcome.outcomes.iter().enumerate() {
            let act = kernel.acts[check];
            let set_up = kernel.deadly_set_ups.contains(&check) || given_up;
            let right = match is {
                Outcome::Pass => act.truth() == Outcome::Pass || act == Act::NeedsHandler,
                Outcome::Crash => act.truth() == Outcome::Crash || set_up,
                Outcome::Hang => act.truth() == Outcome::Hang,
                Outcome::Fail(_) | Outcome::Unimplemented(_) => {
                    *is == act.truth() || *is == failed(NO_ROOM)
                }
                Outcome::Skipped | Outcome::Lost => true,
            };
            prop_assert!(right, "{}: {:?} is {:?}", check, act, is);
        }
    }

    /// On a kernel with resources every bug is found, in any order of deaths.
    #[test]
    fn every_bug_of_a_kernel_with_resources_is_found((kernel, skip, _) in cases()) {
        let plan = small_plan();
        let kernel = Kernel { room: usize::MAX, deadly_set_ups: BTreeSet::new(), ..kernel };
        let rules = Rules { skip: &skip, reboots: 1000, ..RULES };
        let (outcome, _) = run(&plan, &kernel, rules);
        prop_assert_eq!(&outcome.defects, &[]);
        prop_assert_eq!(outcome.outcomes, expected(&plan, &kernel, &skip));
    }
}
