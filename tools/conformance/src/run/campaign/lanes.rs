//! Lanes: after a few deaths the rest of the plan is divided, so that boots can run side by side.
//!
//! A kernel that dies often needs a boot or two for each death, and a death of one group says
//! nothing of another. Once [`DEATHS_BEFORE`] deaths are charged, the groups with checks that have
//! no outcome are divided into lanes, each a campaign of its own that asks the checks of its groups
//! and no others. When all lanes are over, the first campaign takes their results and goes on with
//! what is asked again.
//!
//! The number of lanes depends on the plan and the outcomes alone, never on the number of boots
//! that may run at once: a lane orders one boot after another, and no lane sees another's results.
//! So the verdict is the same however many boots run at once, and whichever ends first.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Campaign, Phase, REBOOTS};
use crate::run::campaign::BootOrder;
use crate::run::monitor::BootResult;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// The charged deaths after which the rest is divided.
pub(super) const DEATHS_BEFORE: usize = 4;
/// The most lanes.
const LANES: usize = 4;
/// The reboots that each lane must have where they are limited; with less the run is not divided.
const SHARE_LEAST: usize = 16;

/// A campaign with its lanes, if it is divided.
#[derive(Debug)]
pub(crate) struct Lanes<'a> {
    first: Campaign<'a>,
    lanes: Vec<Campaign<'a>>,
}

/// The number of a lane; 0 is the campaign as a whole.
pub(crate) type Lane = usize;

impl<'a> Lanes<'a> {
    pub(crate) fn new(first: Campaign<'a>) -> Lanes<'a> {
        Lanes {
            first,
            lanes: Vec::new(),
        }
    }

    /// The next boot of each lane, the same until [`Lanes::finished`] takes its result. All of them
    /// may run at once. None at the end.
    pub(crate) fn next_boots(&self) -> Vec<(Lane, BootOrder)> {
        let order = |(lane, campaign): (Lane, &Campaign)| Some((lane, campaign.next_boot()?));
        match self.lanes.is_empty() {
            true => order((0, &self.first)).into_iter().collect(),
            false => (1..).zip(&self.lanes).filter_map(order).collect(),
        }
    }

    /// Takes the result of the boot that a lane ordered.
    pub(crate) fn finished(&mut self, lane: Lane, result: BootResult) {
        let Some(lane) = lane.checked_sub(1) else {
            self.first.finished(result);
            self.lanes = self.first.divided();
            return;
        };
        if let Some(campaign) = self.lanes.get_mut(lane) {
            campaign.finished(result);
        }
        if self.lanes.iter().all(|lane| lane.next_boot().is_none()) {
            self.first.unite(std::mem::take(&mut self.lanes));
        }
    }

    /// The result of all boots: exactly one outcome for each check.
    pub(crate) fn outcome(mut self) -> RunOutcome {
        self.first.unite(self.lanes);
        self.first.outcome()
    }
}

impl<'a> Campaign<'a> {
    /// True where the campaign may ask the checks of a group.
    pub(super) fn has_group(&self, group: usize) -> bool {
        self.part.as_ref().is_none_or(|part| part.contains(&group))
    }

    /// The lanes, if the rest is to be divided now; none otherwise.
    fn divided(&self) -> Vec<Campaign<'a>> {
        let deaths = (0..self.outcomes.len()).filter(|&check| self.is_death(check));
        let deaths = deaths.count();
        let is_main = matches!(self.phase, Phase::Main) && self.inquiry.is_none();
        if self.was_divided || !is_main || deaths < DEATHS_BEFORE || self.next_boot().is_none() {
            return Vec::new();
        }
        let open = (0..self.outcomes.len()).filter(|&check| self.is_open(check));
        let open: Vec<usize> = open.filter(|&check| self.may_run(check)).collect();
        let groups: Vec<usize> = open.iter().map(|&c| self.plan.checks[c].group).collect();
        let parts = parts(&groups, self.plan.groups.len());
        let left = (self.rules.reboots as usize + 1).saturating_sub(self.boots);
        let unlimited = self.rules.reboots == REBOOTS;
        if parts.len() < 2 || !unlimited && left / parts.len() < SHARE_LEAST {
            return Vec::new();
        }
        let lane = |part: Range<usize>| {
            let mut lane = self.clone();
            if !unlimited {
                let share = left / parts.len();
                lane.rules.reboots = u32::try_from(share - 1).unwrap_or(REBOOTS);
            }
            lane.boots = 0;
            lane.context = RunContext::default();
            lane.part = Some(part);
            lane
        };
        let lanes = parts.iter().cloned().map(lane);
        let mut lanes: Vec<Campaign> = lanes.collect();
        for (number, lane) in (1..).zip(&mut lanes) {
            lane.lane = Some(number);
        }
        lanes
    }

    /// Takes the results of the lanes, each for the checks of its groups, and goes on with what is
    /// asked again.
    fn unite(&mut self, lanes: Vec<Campaign<'a>>) {
        if lanes.is_empty() {
            return;
        }
        self.was_divided = true;
        let is_over = lanes.iter().any(|lane| !lane.defects.is_empty());
        for lane in lanes {
            self.unite_one(lane);
        }
        match is_over {
            true => self.stop(),
            false => self.go_on(),
        }
    }

    fn unite_one(&mut self, mut lane: Campaign<'a>) {
        lane.charge_unconfirmed();
        let groups = lane.part.clone().unwrap_or_default();
        let plan = self.plan;
        let own = |check: &usize| groups.contains(&plan.checks[*check].group);
        let scripts = plan.checks.iter().filter(|check| own(&check.index));
        let scripts: BTreeSet<usize> = scripts.map(|check| check.script).collect();
        for check in (0..plan.checks.len()).filter(own) {
            self.outcomes[check] = lane.outcomes[check].take();
            for (all, part) in [
                (&mut self.charged, &lane.charged),
                (&mut self.resting, &lane.resting),
            ] {
                if part.contains(&check) {
                    all.insert(check);
                } else {
                    all.remove(&check);
                }
            }
        }
        for (all, part) in [
            (&mut self.left_out, lane.left_out),
            (&mut self.asked_apart, lane.asked_apart),
            (&mut self.settled, lane.settled),
        ] {
            all.extend(part.intersection(&scripts));
        }
        let own_script = |(script, _): &(usize, _)| scripts.contains(script);
        let deaths = lane.set_up_deaths.into_iter().filter(own_script);
        self.set_up_deaths.extend(deaths);
        let left_out_for = lane.left_out_for.into_iter();
        self.left_out_for
            .extend(left_out_for.filter(|(script, _)| scripts.contains(script)));
        self.died_in
            .extend(lane.died_in.into_iter().filter(|(check, _)| own(check)));
        self.returned.extend(lane.returned);
        self.flags |= lane.flags;
        self.boots += lane.boots;
        self.defects.extend(lane.defects);
        self.context.extend(lane.context);
    }
}

/// Contiguous ranges of groups, with about as many open checks each; `open` has the group of each
/// open check, in order.
fn parts(open: &[usize], groups: usize) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut begin = 0;
    for number in 1..=LANES {
        let end = match number {
            LANES => groups,
            // The group of the first check that is no longer this lane's.
            _ => open
                .get(open.len() * number / LANES)
                .map_or(groups, |group| group + 1),
        };
        if open.iter().any(|group| (begin..end).contains(group)) {
            parts.push(begin..end);
            begin = end;
        }
    }
    if let Some(last) = parts.last_mut() {
        last.end = groups;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::properties::often;
    use super::super::tests::{RULES, run};
    use super::*;
    use crate::plan::Plan;
    use crate::run::simulated::{Act, Kernel, kernels, small_plan};
    use crate::verdict::outcome::Outcome;

    /// Runs the suite with so many boots at once, which end in an order that a seed chooses.
    fn run_beside(plan: &Plan, kernel: &Kernel, jobs: usize, mut seed: u64) -> (RunOutcome, usize) {
        let mut lanes = Lanes::new(Campaign::new(plan, RULES));
        let (mut running, mut most): (Vec<(Lane, BootOrder)>, usize) = (Vec::new(), 0);
        loop {
            for next in lanes.next_boots() {
                if running.len() < jobs && running.iter().all(|(lane, _)| *lane != next.0) {
                    running.push(next);
                }
            }
            most = most.max(running.len());
            if running.is_empty() {
                return (lanes.outcome(), most);
            }
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let (lane, order) = running.remove((seed >> 33) as usize % running.len());
            lanes.finished(lane, kernel.boot(plan, &order));
        }
    }

    proptest! {
        #![proptest_config(often(100))]

        /// The number of boots at once changes nothing of the outcome, nor does their order.
        #[test]
        fn verdict_does_not_depend_on_the_number_of_jobs(
            kernel in kernels(),
            seed in any::<u64>(),
        ) {
            let plan = small_plan();
            let all = [1, 2, 4].map(|jobs| {
                let (mut outcome, most) = run_beside(&plan, &kernel, jobs, seed);
                // All boots together take as long; the sum is the same in any order.
                outcome.context.phases = Default::default();
                // The header line and the checksum have the run id, which no two boots share.
                outcome.context.last_words.clear();
                let excerpts = outcome.context.excerpts.values_mut();
                excerpts.for_each(|lines| lines.retain(|line| !line.contains(" run ")));
                assert!(most <= jobs);
                format!("{outcome:#?}")
            });
            prop_assert_eq!(&all[0], &all[1]);
            prop_assert_eq!(&all[0], &all[2]);
        }

        /// Of a kernel whose bugs are independent, lanes find what a single campaign finds.
        #[test]
        fn lanes_find_what_one_campaign_finds(
            deaths in prop::collection::btree_set(0..small_plan().checks.len(), 0..12),
            fails in prop::collection::vec(0..small_plan().checks.len(), 0..6),
        ) {
            let plan = small_plan();
            let fails = fails.iter().map(|check| (*check, Act::Fail));
            let deaths = deaths.iter().map(|check| (*check, Act::Crash));
            let kernel = Kernel::with(&plan, &fails.chain(deaths).collect::<Vec<_>>());
            let (divided, _) = run_beside(&plan, &kernel, 4, 1);
            let (alone, _) = run(&plan, &kernel, RULES);
            prop_assert_eq!(divided.outcomes, alone.outcomes);
            prop_assert_eq!(divided.defects, alone.defects);
        }
    }

    #[test]
    fn rest_is_divided_after_a_few_deaths_and_boots_run_at_once() {
        let plan = Plan::default();
        let deaths: Vec<(usize, Act)> = (0..60).map(|at| (at * 16, Act::Crash)).collect();
        let kernel = Kernel::with(&plan, &deaths);
        for jobs in [1, 2, 4] {
            let (outcome, most) = run_beside(&plan, &kernel, jobs, 5);
            assert_eq!(most, jobs);
            assert_eq!(outcome.defects, []);
            let crashes = (0..plan.checks.len()).filter(|&c| outcome.outcomes[c] == Outcome::Crash);
            assert_eq!(crashes.count(), 60);
            // Two boots a death, and the last of each lane.
            assert_eq!(
                outcome.boots,
                2 * 60 + LANES,
                "{:#?}",
                outcome.context.notes
            );
        }
        let few = Kernel::with(&plan, &deaths[..DEATHS_BEFORE - 1]);
        assert_eq!(run_beside(&plan, &few, 4, 5).1, 1);
    }

    /// The groups before those of a lane are not run, not even their set-ups.
    #[test]
    fn lane_begins_at_its_first_group() {
        let plan = Plan::default();
        let deaths: Vec<(usize, Act)> = (0..40).map(|at| (at * 20, Act::Crash)).collect();
        let kernel = Kernel::with(&plan, &deaths);
        let mut lanes = Lanes::new(Campaign::new(&plan, RULES));
        while let [(0, order)] = &lanes.next_boots()[..] {
            let order = order.clone();
            lanes.finished(0, kernel.boot(&plan, &order));
        }
        let boots = lanes.next_boots();
        assert_eq!(boots.len(), LANES);
        for (lane, order) in &boots {
            let first = (0..plan.checks.len()).find(|&check| order.runs(&plan, check));
            let first = first.map(|check| plan.checks[check].group);
            assert_eq!(Some(order.first_group), first, "lane {lane}");
        }
    }

    #[test]
    fn parts_hold_each_open_group_once() {
        for open in [
            vec![0, 0, 1, 5, 5, 5, 9],
            vec![3],
            vec![],
            (0..40).collect(),
        ] {
            let parts = parts(&open, 40);
            let mut end = 0;
            for part in &parts {
                assert!(part.start == end && part.end > end, "{parts:?}");
                assert!(open.iter().any(|group| part.contains(group)), "{parts:?}");
                end = part.end;
            }
            assert!(
                parts.len() <= LANES && (end == 40 || open.is_empty()),
                "{parts:?}"
            );
        }
    }
}
