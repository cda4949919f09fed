//! The campaign: orders one boot after another and merges their results.
//!
//! Pure: [`Campaign::next_boot`] orders a boot and [`Campaign::finished`] takes its result; neither
//! starts a process, opens a file or reads a clock. Each boot has a policy:
//!
//! | policy | runs | an outcome replaces the known one | a death |
//! |---|---|---|---|
//! | `Main` | all from the first check without an outcome | if it is worse | is charged |
//! | `NoRoomLeft` | scripts that failed for want of room | if nothing can hide it | is charged |
//! | `AssumeHandlers` | scripts that failed for want of a handler | if complete | discards it |
//!
//! A death is charged to the first check without a line that the boot was to run; later boots skip
//! that check. The first death in the steps before the first group, or in those that set up a
//! skipped check, is charged to no check: later boots leave these steps out.
//!
//! The lines of a boot that dies are under no checksum, because its END line never came. They count
//! only where each came in the order of the plan; anything else is a defect, and with a defect
//! there is no verdict.

mod assume_handlers;
mod no_room_left;
mod order;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use posix_conformance::plan::control::{KEEP_ENVIRONMENT, SKIP_SETUP};

use self::assume_handlers::AssumeHandlers;
use self::no_room_left::NoRoomLeft;
pub(crate) use self::order::{BootOrder, Policy};
use crate::log::boot::Boot;
use crate::plan::{Plan, Step};
use crate::run::boot_end::{BootEnd, status_mismatch};
use crate::run::monitor::BootResult;
use crate::target::TargetLimits;
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::{RunContext, RunOutcome};

/// The user's and the target's conditions for a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<'a> {
    /// The checks that the user wants skipped, by their index in the plan.
    pub skip: &'a [usize],
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

/// The policy of the next boot, with its state.
#[derive(Debug)]
enum Phase {
    Main {
        first_group: usize,
    },
    NoRoomLeft(NoRoomLeft),
    AssumeHandlers(AssumeHandlers),
    /// The boot that assumed handlers may have found no room either.
    NoRoomLeftAgain(NoRoomLeft),
    Over,
}

impl Phase {
    fn policy(&self) -> Option<Policy> {
        match self {
            Phase::Main { .. } => Some(Policy::Main),
            Phase::NoRoomLeft(_) | Phase::NoRoomLeftAgain(_) => Some(Policy::NoRoomLeft),
            Phase::AssumeHandlers(_) => Some(Policy::AssumeHandlers),
            Phase::Over => None,
        }
    }

    /// The scripts that the next boot runs; none where it runs all.
    fn scripts(&self) -> Option<&BTreeSet<usize>> {
        match self {
            Phase::NoRoomLeft(rerun) | Phase::NoRoomLeftAgain(rerun) => Some(rerun.scripts()),
            Phase::AssumeHandlers(rerun) => Some(rerun.scripts()),
            Phase::Main { .. } | Phase::Over => None,
        }
    }
}

/// A run of the suite on a kernel that may die on the way.
#[derive(Debug)]
pub(crate) struct Campaign<'a> {
    plan: &'a Plan,
    rules: Rules<'a>,
    phase: Phase,
    /// The flags of the control block that every boot has from here on.
    flags: u8,
    /// The outcome of each check; a crash or a hang is one that a death was charged to.
    outcomes: Vec<Option<Outcome>>,
    /// The scripts that ran first in a boot of [`Policy::NoRoomLeft`].
    settled: BTreeSet<usize>,
    boots: usize,
    defects: Vec<Defect>,
    context: RunContext,
}

impl<'a> Campaign<'a> {
    pub(crate) fn new(plan: &'a Plan, rules: Rules<'a>) -> Campaign<'a> {
        Campaign {
            plan,
            rules,
            phase: Phase::Main { first_group: 0 },
            flags: 0,
            outcomes: vec![None; plan.checks.len()],
            settled: BTreeSet::new(),
            boots: 0,
            defects: Vec::new(),
            context: RunContext::default(),
        }
    }

    /// The next boot, the same one until [`Campaign::finished`] takes its result; none at the end.
    pub(crate) fn next_boot(&self) -> Option<BootOrder> {
        let policy = self.phase.policy()?;
        let scripts = self.phase.scripts();
        let (mut skip, mut first_group) = (BTreeSet::new(), None);
        for check in &self.plan.checks {
            let in_part = scripts.is_none_or(|scripts| scripts.contains(&check.script));
            if in_part {
                first_group.get_or_insert(check.group);
            }
            if !in_part || self.rules.skip.contains(&check.index) || self.is_charged(check.index) {
                skip.insert(check.index);
            }
        }
        Some(BootOrder {
            policy,
            first_group: match self.phase {
                Phase::Main { first_group } => first_group,
                _ => first_group.unwrap_or(0),
            },
            skip,
            flags: self.flags | policy.flags(),
        })
    }

    /// Takes the result of the boot that [`Campaign::next_boot`] ordered.
    pub(crate) fn finished(&mut self, result: BootResult) {
        let Some(order) = self.next_boot() else {
            return;
        };
        self.boots += 1;
        let same_phase = match order.policy {
            Policy::Main | Policy::NoRoomLeft => self.take(&order, result),
            Policy::AssumeHandlers => {
                self.take_assumed(&result);
                false
            }
        };
        if !same_phase {
            self.phase = self.next_phase();
        }
    }

    /// The result of all boots: exactly one outcome for each check.
    pub(crate) fn outcome(self) -> RunOutcome {
        let outcomes = self.outcomes.into_iter();
        RunOutcome {
            outcomes: outcomes
                .map(|outcome| outcome.unwrap_or(Outcome::Lost))
                .collect(),
            defects: self.defects,
            boots: self.boots,
            context: self.context,
        }
    }

    /// The phase after a boot whose phase does not go on.
    fn next_phase(&mut self) -> Phase {
        if !self.rules.can_order || !self.boots_left() || !self.defects.is_empty() {
            return Phase::Over;
        }
        let (plan, outcomes, settled) = (self.plan, &self.outcomes, &mut self.settled);
        match &self.phase {
            Phase::Main { .. } => match self.no_room_left() {
                Some(rerun) => Phase::NoRoomLeft(rerun),
                None => self.assume_handlers(),
            },
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

    /// Takes a boot of a policy that charges deaths; true where its phase goes on.
    fn take(&mut self, order: &BootOrder, result: BootResult) -> bool {
        self.context.last_words = result.last_lines;
        self.context.excerpts.extend(result.excerpts);
        self.context.times.extend(result.times);
        self.context.phases += result.phases;
        let Some(last) = result.log.boots.len().checked_sub(1) else {
            self.no_header(&result.end);
            return false;
        };
        let died = result.next_step.is_some();
        for (number, boot) in result.log.boots.iter().enumerate() {
            self.merge(order, boot);
            if number == last {
                let mismatch = self.mismatch(&result.end, boot);
                self.defects.extend(mismatch.map(Defect::Runner));
            }
            // The death is charged to a check instead.
            let charged = |defect: &&Defect| {
                died && number == last && matches!(defect, Defect::CutOff { .. })
            };
            let defects = boot.defects.iter().filter(|defect| !charged(defect));
            self.defects.extend(defects.cloned());
        }
        self.defects.extend(result.log.defects);
        match (result.next_step, &result.end) {
            (Some(step), end) if result.log.boots[last].ours => self.charge(order, step, end),
            (_, BootEnd::Exited(_) | BootEnd::Finished) => false,
            (_, end) => {
                self.defect(end.verdict(&self.rules.limits).1);
                false
            }
        }
    }

    /// Takes the boot that assumes handlers; its outcomes count only if it is complete.
    fn take_assumed(&mut self, result: &BootResult) {
        let run = match self.complete_run(result) {
            Ok(run) => run,
            Err(why) => return self.note(&format!("its results are discarded: {why}")),
        };
        for (known, new) in self.outcomes.iter_mut().zip(&run.outcomes) {
            if let (Some(known), Some(new)) = (known, new)
                && AssumeHandlers::accepts(known, new)
            {
                known.clone_from(new);
            }
        }
    }

    /// The complete run of a boot that assumes handlers, or the reason why there is none.
    fn complete_run<'r>(&self, result: &'r BootResult) -> Result<&'r Boot, String> {
        let (outcome, why) = result.end.verdict(&self.rules.limits);
        let exited = matches!(result.end, BootEnd::Exited(_) | BootEnd::Finished);
        match &result.log.boots[..] {
            _ if result.next_step.is_some() && outcome != Outcome::Lost => {
                Err(format!("the kernel does not install handlers: {why}"))
            }
            [run] if exited => match result.log.defects.iter().chain(&run.defects).next() {
                Some(defect) => Err(defect.to_string()),
                None => self.mismatch(&result.end, run).map_or(Ok(run), Err),
            },
            _ => Err(why),
        }
    }

    /// Takes the lines of a boot by the rule of its policy. A SKIP that the order asked for is no
    /// outcome of the check, unless the user asked for it.
    fn merge(&mut self, order: &BootOrder, boot: &Boot) {
        for (check, new) in boot.outcomes.iter().enumerate() {
            let Some(new) = new else { continue };
            let ordered = *new == Outcome::Skipped && !order.runs(self.plan, check);
            if ordered && !self.rules.skip.contains(&check) {
                continue;
            }
            let known = self.outcomes[check].as_ref();
            let accepted = match &self.phase {
                Phase::NoRoomLeft(rerun) | Phase::NoRoomLeftAgain(rerun) => known
                    .is_some_and(|known| rerun.accepts(self.plan.checks[check].script, known, new)),
                _ => known.is_none_or(|known| known.severity() < new.severity()),
            };
            if accepted {
                self.outcomes[check] = Some(new.clone());
            }
        }
    }

    /// The difference between the exit status of a complete run and that which its lines require.
    fn mismatch(&self, end: &BootEnd, boot: &Boot) -> Option<String> {
        match end {
            BootEnd::Exited(status) if self.rules.status && boot.ended => {
                status_mismatch(&boot.outcomes, *status)
            }
            _ => None,
        }
    }

    fn no_header(&mut self, end: &BootEnd) {
        let (_, mut why) = end.verdict(&self.rules.limits);
        if self.boots > 1 {
            why = format!("boot {} printed no header line: {why}", self.boots);
        } else if !matches!(end, BootEnd::Exited(status) if status.success()) {
            self.defects.push(Defect::NoHeader);
        } else {
            why = "no header line: nothing of the suite is in this log".to_string();
        }
        self.defect(why);
    }

    /// Charges a death before the line of a step; true where the phase goes on.
    fn charge(&mut self, order: &BootOrder, step: usize, end: &BootEnd) -> bool {
        let plan = self.plan;
        let (outcome, why) = end.verdict(&self.rules.limits);
        if outcome == Outcome::Lost {
            self.defect(why);
            return false;
        }
        let rest = plan.steps.get(step..).unwrap_or_default();
        let checks = rest.iter().filter_map(|step| match step {
            Step::Check(check) => Some(*check),
            _ => None,
        });
        if let Some((flag, note)) = self.set_up_to_leave_out(step, checks.clone().next(), &why) {
            if self.boots_left() {
                self.flags |= flag;
                self.note(&note);
                return true;
            }
            self.give_up();
        }
        let Some(check) = checks.clone().find(|&check| order.runs(plan, check)) else {
            self.defect(format!("{why}, after the last check"));
            return false;
        };
        self.outcomes[check] = Some(outcome);
        let last_lines = self.context.last_words.clone();
        self.context.excerpts.insert(check, last_lines);
        self.note(&format!("{why}, in {}", plan.checks[check].title));
        if !self.rules.can_order {
            self.defect(why);
            return false;
        }
        let Some(next) = self.outcomes.iter().position(Option::is_none) else {
            return false;
        };
        if !self.boots_left() {
            self.give_up();
            return false;
        }
        if let Phase::Main { first_group } = &mut self.phase {
            *first_group = plan.checks[next].group;
        }
        true
    }

    /// The flag that leaves out the steps in which a boot died before the line of `step`, and a
    /// note: the steps before the first group, or those that set up `next`, a check that is skipped
    /// because of an earlier death.
    fn set_up_to_leave_out(
        &self,
        step: usize,
        next: Option<usize>,
        why: &str,
    ) -> Option<(u8, String)> {
        let unset = |flag| self.flags & flag == 0;
        if step == 1 && unset(KEEP_ENVIRONMENT) && self.rules.can_order {
            let note = format!(
                "{why}, before the first group; later boots keep the inherited descriptors and \
                 signal mask"
            );
            return Some((KEEP_ENVIRONMENT, note));
        }
        let next = next.filter(|&check| self.is_charged(check) && unset(SKIP_SETUP))?;
        let title = &self.plan.checks[next].title;
        let note =
            format!("{why}, in a step that sets up {title}; later boots leave such steps out");
        Some((SKIP_SETUP, note))
    }

    /// True where a death was charged to the check.
    fn is_charged(&self, check: usize) -> bool {
        matches!(self.outcomes[check], Some(Outcome::Crash | Outcome::Hang))
    }

    fn boots_left(&self) -> bool {
        self.boots <= self.rules.reboots as usize
    }

    fn give_up(&mut self) {
        let defect = Defect::Runner(format!(
            "given up after {} boots; --reboots {} allows no more",
            self.boots, self.rules.reboots
        ));
        if !self.defects.contains(&defect) {
            self.defects.insert(0, defect);
        }
    }

    /// Adds a reason why there is no verdict, before all others.
    fn defect(&mut self, why: String) {
        self.defects.insert(0, Defect::Runner(why));
    }

    /// Adds a note about the last boot.
    fn note(&mut self, text: &str) {
        self.context
            .notes
            .push(format!("boot {}: {text}", self.boots));
    }
}
