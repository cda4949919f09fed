//! The deaths of boots: where each came, and what it changes.

use packer::plan::control::{KEEP_ENVIRONMENT, WHOLE_SCRIPTS};

use super::inquiry::Conclusion;
use super::no_room_left::found_no_room;
use super::{BootOrder, Campaign, Inquiry, Phase, Policy};
use crate::plan::Step;
use crate::run::monitor::BootResult;
use crate::verdict::outcome::Outcome;

/// The way in which a boot ended.
#[derive(Debug)]
pub(super) enum Ending {
    Complete,
    /// It died before the line of a step, with this outcome for the check in the way.
    Died {
        step: usize,
        death: Outcome,
        why: String,
    },
    /// There will be no verdict.
    Stopped,
}

/// The place of a death.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The steps before the first group.
    Start,
    /// The steps that set up a check that the boot skips.
    SetUp(usize),
    Check(usize),
    AfterTheLastCheck,
}

impl Campaign<'_> {
    /// Takes a death in a boot of a policy that has it asked again.
    pub(super) fn died(&mut self, order: &BootOrder, step: usize, death: Outcome, why: &str) {
        match self.place(order, step) {
            Place::Start => self.keep_environment(why),
            Place::SetUp(check) => return self.leave_out(order, check, why),
            Place::Check(check) => {
                let lines = self.context.last_words.clone();
                self.context.excerpts.insert(check, lines);
                self.note(&format!("{why}, in {}", self.plan.checks[check].title));
                let death = (death, why.to_string());
                self.inquiry = Some(Inquiry::new(self.plan, order, check, death));
                if !self.rules.can_order {
                    self.defect(why.to_string());
                    return self.stop();
                }
            }
            Place::AfterTheLastCheck => {
                self.defect(format!("{why}, after the last check"));
                return self.stop();
            }
        }
        if !self.may_boot() {
            self.stop();
        }
    }

    /// Takes a boot of an inquiry.
    pub(super) fn finished_inquiry(&mut self, order: &BootOrder, result: BootResult) {
        let Some(mut inquiry) = self.inquiry.clone() else {
            return;
        };
        let unknown_call = result.end.is_unknown_call();
        let last = result.log.boots.last();
        let answer = last.and_then(|boot| boot.outcomes[inquiry.check].clone());
        let answer = answer.filter(|answer| *answer != Outcome::Skipped);
        let proof = match (self.take(order, result), answer) {
            (Ending::Died { step, why, .. }, _) if self.place(order, step) == Place::Start => {
                self.keep_environment(&why);
                if !self.may_boot() {
                    self.stop();
                }
                return;
            }
            (Ending::Died { step, death, why }, None)
                if order.policy == Policy::Confirm
                    && self
                        .next_to_run(order, step)
                        .is_some_and(|at| at < inquiry.check) =>
            {
                let at = self.next_to_run(order, step).unwrap_or(inquiry.check);
                return self.died_on_the_way(at, death, &why);
            }
            (Ending::Died { step, why, .. }, None)
                if self
                    .next_to_run(order, step)
                    .is_some_and(|at| at < inquiry.check) =>
            {
                // Another death, in a check that did not die with the others before it.
                let at = self.next_to_run(order, step).unwrap_or(inquiry.check);
                self.note(&format!("{why}, in {}", self.plan.checks[at].title));
                inquiry.avoid(at);
                self.inquiry = Some(inquiry);
                if !self.may_boot() {
                    self.stop();
                }
                return;
            }
            (Ending::Complete | Ending::Died { .. }, Some(answer)) => Ok(answer),
            (Ending::Died { death, .. }, None) => Err(death),
            (Ending::Stopped, _) => return self.stop(),
            (Ending::Complete, None) => {
                let title = &self.plan.checks[inquiry.check].title;
                self.defect(format!("line lost: {title}"));
                return self.stop();
            }
        };
        match inquiry.take(proof) {
            Some(conclusion) => {
                self.inquiry = None;
                let charged = matches!(conclusion, Conclusion::Charged(_));
                self.conclude(&inquiry, conclusion);
                if charged && unknown_call {
                    self.learn_unknown_call(inquiry.check);
                }
                self.learn_deadly_folder();
                self.go_on();
            }
            None => {
                self.inquiry = Some(inquiry);
                if !self.may_boot() {
                    self.stop();
                }
            }
        }
    }

    /// Takes a death of a boot that was to confirm another, in an earlier check of its script: it
    /// is charged, and the later check is asked again without it.
    fn died_on_the_way(&mut self, check: usize, death: Outcome, why: &str) {
        self.note(&format!("{why}, in {}", self.plan.checks[check].title));
        let known = self.outcomes[check].clone();
        let planned = &self.plan.checks[check];
        if let Some(known) = known.filter(|known| !found_no_room(planned, known)) {
            self.flaky(check, &known, &death);
        }
        let lines = self.context.last_words.clone();
        self.context.excerpts.insert(check, lines);
        self.charge(check, death);
        if !self.may_boot() {
            self.stop();
        }
    }

    fn conclude(&mut self, inquiry: &Inquiry, conclusion: Conclusion) {
        let check = inquiry.check;
        let (why, title) = (&inquiry.why, &self.plan.checks[check].title);
        let note = match conclusion {
            Conclusion::Charged(death) => return self.charge(check, death),
            Conclusion::Poisoned { by, answer } => {
                let note = format!(
                    "charged to {}: {title} gives {} alone, and after that check {why}",
                    self.plan.checks[by].title,
                    answer.described()
                );
                if let Some(lines) = self.context.excerpts.remove(&check) {
                    self.context.excerpts.insert(by, lines);
                }
                self.charge(by, inquiry.death.clone());
                if self.is_open(check) {
                    self.outcomes[check] = Some(answer);
                }
                note
            }
            Conclusion::Flaky(answer) => {
                let note = format!(
                    "{title} gives {} now, and the death did not come again: flaky",
                    answer.described()
                );
                self.flaky(check, &inquiry.death, &answer);
                self.charge(check, inquiry.death.clone());
                note
            }
        };
        self.note(&note);
    }

    /// Charges a death to a check, which no later boot runs.
    fn charge(&mut self, check: usize, death: Outcome) {
        self.outcomes[check] = Some(death);
        self.charged.insert(check);
        if self.plan.first_of_script(check) == check {
            // A boot of whole scripts leaves it out.
            self.settled.insert(self.plan.checks[check].script);
        }
    }

    /// Charges a death that no boot is left to ask again.
    pub(super) fn charge_unconfirmed(&mut self) {
        if let Some(inquiry) = self.inquiry.take() {
            self.charge(inquiry.check, inquiry.death);
        }
    }

    /// Ends the campaign.
    pub(super) fn stop(&mut self) {
        self.charge_unconfirmed();
        self.phase = Phase::Over;
    }

    fn keep_environment(&mut self, why: &str) {
        self.flags |= KEEP_ENVIRONMENT;
        self.note(&format!(
            "{why}, before the first group; later boots keep the inherited descriptors and signal \
             mask"
        ));
    }

    /// Leaves out the script of a skipped check whose set-up is deadly.
    fn leave_out(&mut self, order: &BootOrder, check: usize, why: &str) {
        let planned = &self.plan.checks[check];
        if let Phase::Apart(scripts) = &self.phase
            && self.left_out.contains(&planned.script)
            && order.flags & WHOLE_SCRIPTS == 0
        {
            // A boot of one script whose first check is skipped cannot leave out the set-up of
            // another script, which is before it in its group.
            let unasked = scripts.iter().map(|&script| (script, check));
            self.set_up_deaths.extend(unasked);
            self.note(&format!(
                "{why}, in a step that sets up {}, which the boot had to run",
                planned.title
            ));
            return self.next_phase();
        }
        let first = self.left_out.insert(planned.script);
        self.settled.insert(planned.script);
        self.set_up_deaths.insert(planned.script, check);
        self.note(&format!(
            "{why}, in a step that sets up {}; later boots leave its script out",
            planned.title
        ));
        if !first {
            self.defect(format!("{why}, in a script that the boot was to leave out"));
            return self.stop();
        }
        match self.phase {
            Phase::Apart(_) => self.next_phase(),
            _ => self.go_on(),
        }
    }

    /// The place of a death before the line of a step.
    fn place(&self, order: &BootOrder, step: usize) -> Place {
        if step == 1 && self.flags & KEEP_ENVIRONMENT == 0 && self.rules.can_order {
            return Place::Start;
        }
        let next = self.checks_from(step).next();
        match next.filter(|&check| !order.runs(self.plan, check) && self.rules.can_order) {
            Some(check) => Place::SetUp(check),
            None => next.map_or(Place::AfterTheLastCheck, Place::Check),
        }
    }

    /// The first check from a step on that the boot runs.
    pub(super) fn next_to_run(&self, order: &BootOrder, step: usize) -> Option<usize> {
        self.checks_from(step)
            .find(|&check| order.runs(self.plan, check))
    }

    fn checks_from(&self, step: usize) -> impl Iterator<Item = usize> {
        let rest = self.plan.steps.get(step..).unwrap_or_default();
        rest.iter().filter_map(|step| match step {
            Step::Check(check) => Some(*check),
            _ => None,
        })
    }
}
