//! The campaign: orders one boot after another and merges their results.
//!
//! Pure: [`Campaign::next_boot`] orders a boot and [`Campaign::finished`] takes its result; neither
//! starts a process, opens a file or reads a clock. Each boot has a policy, a file of this folder:
//!
//! | policy | runs | an outcome replaces the known one | a death |
//! |---|---|---|---|
//! | `Main` | all from the first check without an outcome | if worse; then flaky | asked again |
//! | `Apart` | a script that the others leave out | as in `Main` | asked again |
//! | `Confirm` | the check in which a boot died, alone | never | charges the check |
//! | `Bisect` | the same after some of the checks before it | never | halves them |
//! | `NoRoomLeft` | scripts that failed for want of room | if for want of room | asked again |
//! | `AssumeHandlers` | scripts that want a handler | if it needs one | changes nothing |
//!
//! A death before the line of a check is charged to that check if it comes again when the check is
//! asked alone (`inquiry.rs`). A check that a death was charged to is in no later boot. At the end
//! a death in a step before the check is charged to the call of that step (`died_in.rs`). The first
//! death in the steps before the first group is charged to no check: later boots leave these steps
//! out. After one in the steps that set up a skipped check, later boots leave out its script.
//!
//! After a few deaths the rest is divided into lanes (`lanes.rs`), each a campaign of its own.
//!
//! The lines of a boot that dies are under no checksum, because its END line never came. They count
//! only where each came in the order of the plan; anything else is a defect, and with a defect
//! there is no verdict.

mod answers;
mod assume_handlers;
mod classes;
mod deaths;
mod died_in;
mod inquiry;
pub(crate) mod lanes;
mod no_log;
mod no_room_left;
mod order;
#[cfg(test)]
mod properties;
#[cfg(test)]
pub(super) use properties::often;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_reruns;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use packer::plan::control::WHOLE_SCRIPTS;

use self::assume_handlers::AssumeHandlers;
use self::deaths::Ending;
use self::inquiry::Inquiry;
use self::no_room_left::NoRoomLeft;
pub(crate) use self::order::{BootOrder, Policy};
use crate::plan::Plan;
use crate::run::boot_end::BootEnd;
use crate::run::monitor::BootResult;
use crate::target::TargetLimits;
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// The default of [`Rules::reboots`]: only `limits.total` bounds them.
pub(crate) const REBOOTS: u32 = u32::MAX;

/// The user's and the target's conditions for a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'a> {
    /// The checks that the user wants skipped, by their index in the plan.
    pub skip: &'a [usize],
    /// True where only a part of the plan is asked for: the scripts whose first check is skipped
    /// are left out as a whole.
    pub only: bool,
    /// The most boots after the first.
    pub reboots: u32,
    /// True where a boot can be ordered: the ELF has a control block, and the target boots a kernel
    /// instead of printing a recorded log.
    pub can_order: bool,
    /// True where the command ends with the exit status of the suite.
    pub status: bool,
    /// The time limits, for messages.
    pub limits: TargetLimits,
}

/// The policy of the next boot, with its state; an inquiry comes first.
#[derive(Clone, Debug)]
enum Phase {
    Main,
    /// One script.
    Apart(BTreeSet<usize>),
    NoRoomLeft(NoRoomLeft),
    AssumeHandlers(AssumeHandlers),
    /// The boot that assumed handlers may have found no room either.
    NoRoomLeftAgain(NoRoomLeft),
    Over,
}

impl Phase {
    fn policy(&self) -> Option<Policy> {
        match self {
            Phase::Main => Some(Policy::Main),
            Phase::Apart(_) => Some(Policy::Apart),
            Phase::NoRoomLeft(_) | Phase::NoRoomLeftAgain(_) => Some(Policy::NoRoomLeft),
            Phase::AssumeHandlers(_) => Some(Policy::AssumeHandlers),
            Phase::Over => None,
        }
    }

    /// The scripts that the next boot runs; none where it runs all.
    fn scripts(&self) -> Option<&BTreeSet<usize>> {
        match self {
            Phase::Apart(scripts) => Some(scripts),
            Phase::NoRoomLeft(rerun) | Phase::NoRoomLeftAgain(rerun) => Some(rerun.scripts()),
            Phase::AssumeHandlers(rerun) => Some(rerun.scripts()),
            Phase::Main | Phase::Over => None,
        }
    }
}

/// A run of the suite on a kernel that may die on the way.
#[derive(Clone, Debug)]
pub(crate) struct Campaign<'a> {
    plan: &'a Plan,
    rules: Rules<'a>,
    /// The groups that a lane asks; none where it is the whole campaign.
    part: Option<Range<usize>>,
    /// The number of the lane, for notes.
    lane: Option<usize>,
    /// True after the lanes are united again.
    was_divided: bool,
    phase: Phase,
    /// A death that is not charged yet.
    inquiry: Option<Inquiry>,
    /// The flags of the control block that every boot has from here on.
    flags: u8,
    /// The outcome of each check.
    outcomes: Vec<Option<Outcome>>,
    /// The checks whose known outcome rests on a check that found no room.
    resting: BTreeSet<usize>,
    /// The checks that no later boot runs, because a death was charged to them.
    charged: BTreeSet<usize>,
    /// The scripts that no later boot runs, because a boot died in the set-up of a skipped check.
    left_out: BTreeSet<usize>,
    /// The skipped check of a script in whose set-up a boot died.
    set_up_deaths: BTreeMap<usize, usize>,
    /// The unknown call for which a script is left out.
    left_out_for: BTreeMap<usize, &'static str>,
    /// The calls that returned in the set-up of a skipped check.
    returned: BTreeSet<&'static str>,
    /// The call that keeps a check from being asked, because boots die in it.
    died_in: BTreeMap<usize, &'static str>,
    /// The scripts that had a boot of [`Policy::Apart`].
    asked_apart: BTreeSet<usize>,
    /// The scripts that no boot of [`Policy::NoRoomLeft`] runs again: they ran first in one, or it
    /// cannot run them.
    settled: BTreeSet<usize>,
    /// True where the last boot printed no header line and is tried again.
    tried_again: bool,
    boots: usize,
    defects: Vec<Defect>,
    context: RunContext,
}

impl<'a> Campaign<'a> {
    pub(crate) fn new(plan: &'a Plan, rules: Rules<'a>) -> Campaign<'a> {
        let skipped = |check| rules.can_order && rules.skip.contains(&check);
        let outcomes =
            (0..plan.checks.len()).map(|check| skipped(check).then_some(Outcome::Skipped));
        // A boot of whole scripts leaves out those whose first check is skipped.
        let first = |check: &&usize| plan.first_of_script(**check) == **check;
        let firsts = rules.skip.iter().filter(first);
        let settled = firsts.map(|&check| plan.checks[check].script);
        Campaign {
            plan,
            rules,
            part: None,
            lane: None,
            was_divided: false,
            phase: Phase::Main,
            inquiry: None,
            flags: if rules.only { WHOLE_SCRIPTS } else { 0 },
            outcomes: outcomes.collect(),
            resting: BTreeSet::new(),
            charged: BTreeSet::new(),
            left_out: BTreeSet::new(),
            set_up_deaths: BTreeMap::new(),
            left_out_for: BTreeMap::new(),
            returned: BTreeSet::new(),
            died_in: BTreeMap::new(),
            asked_apart: BTreeSet::new(),
            settled: settled.collect(),
            tried_again: false,
            boots: 0,
            defects: Vec::new(),
            context: RunContext::default(),
        }
    }

    /// The next boot, the same one until [`Campaign::finished`] takes its result; none at the end.
    pub(crate) fn next_boot(&self) -> Option<BootOrder> {
        let mut order = match &self.inquiry {
            Some(inquiry) => inquiry.order(self.plan, |check| self.may_run(check)),
            None => self.order_of_phase()?,
        };
        order.flags |= self.flags;
        Some(order)
    }

    fn order_of_phase(&self) -> Option<BootOrder> {
        let policy = self.phase.policy()?;
        let scripts = self.phase.scripts();
        let (mut skip, mut first_group) = (BTreeSet::new(), None);
        let asks = |check| self.is_open(check) && self.may_run(check);
        let mut checks = 0..self.plan.checks.len();
        let defers = policy == Policy::Main
            && !self.charged.is_empty()
            && checks.any(|check| asks(check) && !self.is_deferred(check));
        for check in &self.plan.checks {
            let in_part = match &self.phase {
                Phase::AssumeHandlers(rerun) if rerun.leaves_out(check.index) => false,
                _ => scripts.is_none_or(|scripts| scripts.contains(&check.script)),
            };
            let deferred = defers && self.is_open(check.index) && self.is_deferred(check.index);
            if !in_part || deferred || !self.may_run(check.index) {
                skip.insert(check.index);
            } else if scripts.is_some() || self.is_open(check.index) {
                first_group.get_or_insert(check.group);
            }
        }
        let whole = match policy {
            Policy::Main if !self.left_out.is_empty() => WHOLE_SCRIPTS,
            _ => 0,
        };
        Some(BootOrder {
            policy,
            first_group: if self.boots == 0 && self.part.is_none() {
                0
            } else {
                first_group.unwrap_or(0)
            },
            skip,
            flags: policy.flags() | whole,
        })
    }

    /// Takes the result of the boot that [`Campaign::next_boot`] ordered.
    pub(crate) fn finished(&mut self, mut result: BootResult) {
        let Some(order) = self.next_boot() else {
            return;
        };
        self.boots += 1;
        self.context.last_words = std::mem::take(&mut result.last_lines);
        self.context.excerpts.append(&mut result.excerpts);
        self.context.times.append(&mut result.times);
        self.context.phases += result.phases;
        if result.log.boots.is_empty() {
            return self.no_header(&result.end);
        }
        self.tried_again = false;
        if result.end == BootEnd::OtherRun {
            return self.other_run(result);
        }
        match order.policy {
            Policy::AssumeHandlers => self.finished_assumed(&order, &result),
            Policy::Confirm | Policy::Bisect => self.finished_inquiry(&order, result),
            _ => match self.take(&order, result) {
                Ending::Complete => self.next_phase(),
                Ending::Stopped => self.stop(),
                Ending::Died { step, death, why } => self.died(&order, step, death, &why),
            },
        }
    }

    /// The result of all boots: exactly one outcome for each check.
    pub(crate) fn outcome(mut self) -> RunOutcome {
        self.charge_steps();
        self.context.flags = self.flags;
        let unknown = |check: usize| {
            let script = self.plan.checks[check].script;
            let tried = self.left_out.contains(&script) || self.asked_apart.contains(&script);
            if tried && self.defects.is_empty() {
                Outcome::Blocked(None)
            } else {
                Outcome::Lost
            }
        };
        let outcomes = self.outcomes.iter().enumerate();
        RunOutcome {
            outcomes: outcomes
                .map(|(check, outcome)| outcome.clone().unwrap_or_else(|| unknown(check)))
                .collect(),
            defects: self.defects,
            boots: self.boots,
            context: self.context,
        }
    }

    /// Goes on with the phase while it has something to ask, then with the next ones.
    fn go_on(&mut self) {
        if let Phase::NoRoomLeft(rerun) | Phase::NoRoomLeftAgain(rerun) = &mut self.phase {
            rerun.leave_out(&self.settled);
        }
        let again = match &self.phase {
            Phase::Main | Phase::Apart(_) => self.phase_runs(|check| self.is_open(check)),
            Phase::NoRoomLeft(_) | Phase::NoRoomLeftAgain(_) => self.phase_runs(|_| true),
            _ => false,
        };
        if !again {
            self.next_phase();
        } else if !self.may_boot() {
            self.stop();
        }
    }

    /// True where the next boot of the phase runs such a check.
    fn phase_runs(&self, such: impl Fn(usize) -> bool) -> bool {
        let order = self.order_of_phase();
        let mut checks = 0..self.plan.checks.len();
        order.is_some_and(|order| checks.any(|check| such(check) && order.runs(self.plan, check)))
    }

    /// The phase after a boot whose phase does not go on.
    fn next_phase(&mut self) {
        self.inquiry = None;
        if !self.rules.can_order || !self.defects.is_empty() {
            return self.stop();
        }
        let phase = std::mem::replace(&mut self.phase, Phase::Over);
        let (plan, outcomes, settled) = (self.plan, &self.outcomes, &mut self.settled);
        self.phase = match &phase {
            Phase::Main | Phase::Apart(_) => self.apart_or_later(),
            Phase::NoRoomLeft(rerun) => match rerun.next(plan, outcomes, settled) {
                Some(rerun) => Phase::NoRoomLeft(rerun),
                None => self.assume_handlers(),
            },
            Phase::AssumeHandlers(_) => self
                .no_room_left()
                .map_or(Phase::Over, Phase::NoRoomLeftAgain),
            Phase::NoRoomLeftAgain(rerun) => rerun
                .next(plan, outcomes, settled)
                .map_or(Phase::Over, Phase::NoRoomLeftAgain),
            Phase::Over => Phase::Over,
        };
        if self.phase.policy().is_some() && !self.may_boot() {
            self.stop();
        }
    }

    /// The phase after the checks that the main boots could ask.
    fn apart_or_later(&mut self) -> Phase {
        let script = (0..self.plan.checks.len())
            .filter(|&check| self.is_open(check) && self.may_run(check))
            .map(|check| self.plan.checks[check].script)
            .find(|script| !self.asked_apart.contains(script));
        if let Some(script) = script {
            self.asked_apart.insert(script);
            return Phase::Apart([script].into());
        }
        if self.part.is_some() {
            // The whole campaign asks again, after all lanes.
            return Phase::Over;
        }
        match self.no_room_left() {
            Some(rerun) => Phase::NoRoomLeft(rerun),
            None => self.assume_handlers(),
        }
    }

    fn no_room_left(&mut self) -> Option<NoRoomLeft> {
        let rerun = NoRoomLeft::begin(self.plan, &self.outcomes, &self.settled)?;
        let first = rerun.first(self.plan, &self.outcomes)?;
        let title = &self.plan.checks[first].title;
        self.note(&format!(
            "the kernel has no resources left from here on: {title}; checks that failed for want \
             of resources are re-run, each after a new boot"
        ));
        Some(rerun)
    }

    fn assume_handlers(&mut self) -> Phase {
        let Some(rerun) = AssumeHandlers::begin(self.plan, &self.outcomes) else {
            return Phase::Over;
        };
        self.note(
            "the kernel does not report installed handlers; checks that need one are re-run in a \
             boot that assumes them",
        );
        Phase::AssumeHandlers(rerun)
    }

    /// True where a boot may run the check: no death was charged to it, its script is not left
    /// out, and the user does not want it skipped.
    fn may_run(&self, check: usize) -> bool {
        self.has_group(self.plan.checks[check].group)
            && !self.charged.contains(&check)
            && !self.left_out.contains(&self.plan.checks[check].script)
            && !self.rules.skip.contains(&check)
    }

    /// True where the check has no answer yet.
    fn is_open(&self, check: usize) -> bool {
        self.outcomes[check].is_none()
    }

    /// True where another boot is allowed; otherwise the run is given up.
    fn may_boot(&mut self) -> bool {
        if self.boots <= self.rules.reboots as usize {
            return true;
        }
        let open = self.outcomes.iter().filter(|outcome| outcome.is_none());
        let open = open.count();
        let (boots, reboots) = (self.boots, self.rules.reboots);
        if open == 0 {
            self.note(&format!(
                "red checks were not run again: --reboots {} allows no more boots",
                self.rules.reboots
            ));
            return false;
        }
        let (known, charged) = (self.outcomes.len() - open, self.charged.len());
        // As many boots for the rest as the known outcomes needed, and two for a death.
        let more = (boots * open).div_ceil(known.max(1)).max(1) + usize::from(charged > 0) * 2;
        self.defect(format!(
            "given up after {boots} boots; --reboots {reboots} allows no more; {open} checks have \
             no outcome, which needs about {more} more boots"
        ));
        false
    }

    /// Adds a reason why there is no verdict, before all others.
    fn defect(&mut self, why: String) {
        self.defects.insert(0, Defect::Runner(why));
    }

    /// Adds a note about the last boot.
    fn note(&mut self, text: &str) {
        let boots = self.boots;
        let boot = match self.lane {
            Some(lane) => format!("boot {lane}.{boots}"),
            None => format!("boot {boots}"),
        };
        self.context.notes.push(format!("{boot}: {text}"));
    }
}
