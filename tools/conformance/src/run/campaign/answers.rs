//! The answers of a boot: which of them become outcomes, and which are flaky.

use std::collections::BTreeSet;

use super::deaths::Ending;
use super::no_room_left::{found_no_room, resting};
use super::{AssumeHandlers, BootOrder, Campaign, Phase};
use crate::log::boot::Boot;
use crate::run::boot_end::{BootEnd, status_mismatch};
use crate::run::monitor::BootResult;
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;

impl Campaign<'_> {
    /// Takes the lines of a boot and its defects; the way in which it ended.
    pub(super) fn take(&mut self, order: &BootOrder, result: BootResult) -> Ending {
        let Some(last) = result.log.boots.last() else {
            return Ending::Stopped;
        };
        let died = result.next_step.is_some();
        let no_folder = || result.log.no_folder();
        self.context.no_folder = self.context.no_folder.take().or_else(no_folder);
        for boot in &result.log.boots {
            // An older run in the console proves nothing of a check that the last one has not
            // asked.
            let counts = |check: usize| last.outcomes[check].is_some() || !self.rules.can_order;
            let answers = boot.outcomes.iter().enumerate();
            let answers = answers.filter(|(check, _)| counts(*check));
            let answers: Vec<(usize, &Outcome)> = answers
                .filter_map(|(check, answer)| Some((check, answer.as_ref()?)))
                .collect();
            let resting = match self.rules.can_order {
                true => resting(self.plan, &boot.outcomes),
                false => BTreeSet::new(),
            };
            self.merge(order, &answers, &resting);
            let is_last = std::ptr::eq(boot, last);
            if is_last {
                let mismatch = self.mismatch(&result.end, boot);
                self.defects.extend(mismatch.map(Defect::Runner));
            }
            // The death is charged to a check instead.
            let charged =
                |defect: &&Defect| died && is_last && matches!(defect, Defect::CutOff { .. });
            let defects = boot.defects.iter().filter(|defect| !charged(defect));
            self.defects.extend(defects.cloned());
        }
        self.defects.extend(result.log.defects.iter().cloned());
        match (result.next_step, &result.end) {
            _ if self.is_disobeyed() => Ending::Stopped,
            (Some(step), end) if last.ours => {
                let (death, why) = end.verdict(&self.rules.limits);
                if death == Outcome::Lost {
                    self.defect(why);
                    return Ending::Stopped;
                }
                Ending::Died { step, death, why }
            }
            (_, BootEnd::Exited(_) | BootEnd::Finished) => Ending::Complete,
            (_, end) => {
                self.defect(end.verdict(&self.rules.limits).1);
                Ending::Stopped
            }
        }
    }

    /// Takes answers by the rule of the boot's policy. A SKIP that the order asked for is no
    /// outcome of the check, unless the user asked for it; any other SKIP is a defect. `resting`
    /// are the checks whose answers rest on one that found no room.
    fn merge(
        &mut self,
        order: &BootOrder,
        answers: &[(usize, &Outcome)],
        resting: &BTreeSet<usize>,
    ) {
        for &(check, new) in answers {
            let runs = order.runs(self.plan, check);
            if self.rules.can_order && runs == (*new == Outcome::Skipped) {
                if !self.is_disobeyed() {
                    let line = self.plan.checks[check].title.clone();
                    self.defects.push(Defect::Disobeyed { line });
                }
            } else if *new == Outcome::Skipped && self.rules.can_order {
                self.note_set_up(order, check);
            } else if runs && self.inquiry.is_none() {
                self.answer(check, new, resting.contains(&check));
            }
        }
    }

    /// True where a log did not obey its order: no boot after it can be believed.
    fn is_disobeyed(&self) -> bool {
        let mut defects = self.defects.iter();
        defects.any(|defect| matches!(defect, Defect::Disobeyed { .. }))
    }

    /// Takes the answer of a check that a boot ran; `rests` where it rests on one that found no
    /// room.
    fn answer(&mut self, check: usize, new: &Outcome, rests: bool) {
        let planned = &self.plan.checks[check];
        let known = match &self.outcomes[check] {
            Some(known) if !known.is_left_out() => known.clone(),
            _ => return self.set_answer(check, new, rests),
        };
        let known_wants = self.resting.contains(&check) || found_no_room(planned, &known);
        let new_wants = rests || found_no_room(planned, new);
        let accepted = match &self.phase {
            Phase::NoRoomLeft(rerun) | Phase::NoRoomLeftAgain(rerun)
                if known_wants && rerun.scripts().contains(&planned.script) =>
            {
                let accepted = rerun.accepts(planned, new_wants);
                if accepted && *new != known {
                    self.context.exhausted.insert(check);
                }
                accepted
            }
            _ => {
                if known != *new && !new.is_left_out() && !known_wants && !new_wants {
                    self.flaky(check, &known, new);
                }
                known.severity() < new.severity() && !new_wants
            }
        };
        if accepted && !new.is_left_out() {
            self.set_answer(check, new, rests);
        }
    }

    fn set_answer(&mut self, check: usize, new: &Outcome, rests: bool) {
        self.outcomes[check] = Some(new.clone());
        if rests {
            self.resting.insert(check);
        } else {
            self.resting.remove(&check);
        }
    }

    /// Notes two answers of a check that differ.
    pub(super) fn flaky(&mut self, check: usize, known: &Outcome, new: &Outcome) {
        let answers = self.context.flaky.entry(check).or_default();
        for answer in [known, new] {
            if !answers.contains(answer) {
                answers.push(answer.clone());
            }
        }
    }

    /// Takes a boot that assumes handlers. One with a defect is discarded; after a death the next
    /// one leaves out the check in which it died.
    pub(super) fn finished_assumed(&mut self, order: &BootOrder, result: &BootResult) {
        let (death, why) = result.end.verdict(&self.rules.limits);
        let run = match self.proven_run(order, result) {
            Ok(run) => run,
            Err(why) => {
                self.note(&format!("its results are discarded: {why}"));
                return self.next_phase();
            }
        };
        let mut found = false;
        for check in 0..self.outcomes.len() {
            if let (Some(known), Some(new)) = (&self.outcomes[check], &run.outcomes[check])
                && order.runs(self.plan, check)
                && AssumeHandlers::accepts(known, new)
            {
                found |= known != new;
                self.outcomes[check] = Some(new.clone());
            }
        }
        let Some(step) = result.next_step else {
            return self.next_phase();
        };
        if death == Outcome::Lost {
            self.defect(why);
            return self.stop();
        }
        let Some(check) = self.next_to_run(order, step) else {
            return self.next_phase();
        };
        let title = &self.plan.checks[check].title;
        self.note(&format!(
            "{why}, in {title}, which keeps its outcome: the kernel may not install handlers"
        ));
        let next = match &self.phase {
            Phase::AssumeHandlers(rerun) => {
                rerun.after_death(self.plan, &self.outcomes, check, found)
            }
            _ => None,
        };
        match next {
            Some(rerun) if self.may_boot() => self.phase = Phase::AssumeHandlers(rerun),
            Some(_) => self.stop(),
            None => self.next_phase(),
        }
    }

    /// The only run of a boot that assumes handlers, if it has no defect but a death; otherwise the
    /// reason.
    fn proven_run<'r>(
        &self,
        order: &BootOrder,
        result: &'r BootResult,
    ) -> Result<&'r Boot, String> {
        let died = result.next_step.is_some();
        let [run] = &result.log.boots[..] else {
            return Err(result.end.verdict(&self.rules.limits).1);
        };
        let obeyed = |(check, answer): (usize, &Option<Outcome>)| {
            let skipped = answer.as_ref().map(|answer| *answer == Outcome::Skipped);
            skipped.is_none_or(|skipped| skipped != order.runs(self.plan, check))
        };
        if !run.outcomes.iter().enumerate().all(obeyed) {
            return Err("its log does not obey its order".to_string());
        }
        let mut defects = result.log.defects.iter().chain(&run.defects);
        match defects.find(|defect| !died || !matches!(defect, Defect::CutOff { .. })) {
            Some(defect) => Err(defect.to_string()),
            None => self.mismatch(&result.end, run).map_or(Ok(run), Err),
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
}
