//! Boots that print no log of their own.

use super::{Campaign, Phase};
use crate::run::boot_end::BootEnd;
use crate::run::monitor::BootResult;
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;

impl Campaign<'_> {
    /// A boot whose console has the log of another run: nothing of it can be believed.
    pub(super) fn other_run(&mut self, result: BootResult) {
        let runs = result.log.boots.into_iter().rev();
        let defects = runs.flat_map(|run| run.defects);
        let other = defects.filter(|defect| matches!(defect, Defect::OtherRun { .. }));
        self.defects.splice(0..0, other.take(1));
        self.stop();
    }

    /// A boot that printed no header line; a later one is tried again.
    pub(super) fn no_header(&mut self, end: &BootEnd) {
        let (outcome, mut why) = end.verdict(&self.rules.limits);
        let again = self.boots > 1 && !self.tried_again && outcome != Outcome::Lost;
        if again && self.may_boot() {
            self.tried_again = true;
            return self.note(&format!("no header line: {why}; tried again"));
        }
        if let Phase::AssumeHandlers(_) = self.phase {
            self.note(&format!("its results are discarded: {why}"));
            self.tried_again = false;
            return self.next_phase();
        }
        if self.boots > 1 {
            why = format!("boot {} printed no header line: {why}", self.boots);
        } else if !matches!(end, BootEnd::Exited(status) if status.success()) {
            self.defects.push(Defect::NoHeader);
        } else {
            why = "no header line: nothing of the suite is in this log".to_string();
        }
        self.defect(why);
        self.stop();
    }
}
