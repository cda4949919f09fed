//! The checks that a death of another predicts: those of an unknown call, and those of a class.
//!
//! A kernel that kills the program for a call that it does not know (SIGSYS) does so for each check
//! of that call. Once such a death is confirmed, these checks are blocked: none of them can be
//! asked. Where two deaths are confirmed in the same call with the same class of argument, the rest
//! of that class is asked after everything else. The class is the error that the check expects: all
//! that expect EFAULT pass a bad pointer, all that expect EBADF a bad descriptor. Checks that
//! expect no error are of no class. A kernel that dies in `FOLDER()` does so in each script that
//! begins with it: after a few such deaths all of these scripts are left out.

use std::collections::BTreeSet;

use packer::plan::call::{CHDIR, MKDIRAT};

use super::Campaign;
use crate::verdict::outcome::Outcome;

/// The confirmed deaths after which the rest of a class is asked last.
const DEATHS_OF_A_CLASS: usize = 2;
/// The scripts with confirmed deaths after which the others that begin with `FOLDER()` are left
/// out.
const DEATHS_IN_FOLDERS: usize = 3;
/// The calls of `FOLDER()`.
const FOLDER_CALLS: [&str; 2] = [MKDIRAT.name, CHDIR.name];

impl Campaign<'_> {
    /// Blocks the checks that need the call for which the kernel killed the program in `check`, if
    /// only one call can be it: one that no answered check has made.
    pub(super) fn learn_unknown_call(&mut self, check: usize) {
        let plan = self.plan;
        let made = |call: &str| {
            let mut checks = plan.checks.iter();
            checks.any(|other| {
                other.calls.contains(&call)
                    && !self.charged.contains(&other.index)
                    && matches!(
                        self.outcomes[other.index],
                        Some(Outcome::Pass | Outcome::Fail(_) | Outcome::Unimplemented(_))
                    )
            })
        };
        let calls: BTreeSet<&str> = plan.checks[check].calls.iter().copied().collect();
        let mut unknown = calls.into_iter().filter(|call| !made(call));
        let (Some(call), None) = (unknown.next(), unknown.next()) else {
            return;
        };
        self.died_in.insert(check, call);
        let mut blocked = 0;
        for other in &plan.checks {
            if !other.calls.contains(&call) {
                continue;
            }
            // The set-up of the checks after it in the script needs it too.
            if other.call != call || other.calls.len() > 1 {
                self.left_out.insert(other.script);
                self.settled.insert(other.script);
                self.left_out_for.insert(other.script, call);
            }
            if self.outcomes[other.index].is_none() {
                self.outcomes[other.index] = Some(Outcome::Blocked(None));
                self.charged.insert(other.index);
                self.died_in.insert(other.index, call);
                blocked += 1;
            }
        }
        self.note(&format!(
            "the kernel kills the program for each {call}: {blocked} other checks of it are blocked"
        ));
    }

    /// Leaves out the scripts that begin with `FOLDER()` where boots die in it: no boot came beyond
    /// it, some scripts have a death, and one of them died in the steps before a skipped check,
    /// which were `FOLDER()` alone.
    pub(super) fn learn_deadly_folder(&mut self) {
        let plan = self.plan;
        let begins = |check: usize| {
            let first = plan.first_of_script(check);
            plan.checks[first].calls.starts_with(&FOLDER_CALLS)
        };
        let proof = self.set_up_deaths.values().copied().find(|&check| {
            let (_, before) = plan.checks[check].calls.split_last().unwrap_or((&"", &[]));
            before == FOLDER_CALLS && plan.first_of_script(check) == check
        });
        let charged = self.charged.iter().copied();
        let dead: BTreeSet<usize> = charged
            .filter(|&check| begins(check) && self.is_death(check))
            .map(|check| plan.checks[check].script)
            .collect();
        let Some(proof) = proof.filter(|_| {
            dead.len() >= DEATHS_IN_FOLDERS && !self.suspects(&FOLDER_CALLS).is_empty()
        }) else {
            return;
        };
        let mut scripts = BTreeSet::new();
        for check in &plan.checks {
            if begins(check.index) && self.left_out.insert(check.script) {
                scripts.insert(check.script);
            }
        }
        self.settled.extend(&scripts);
        for &script in &scripts {
            self.set_up_deaths.entry(script).or_insert(proof);
        }
        if !scripts.is_empty() {
            self.note(&format!(
                "no boot returns from the calls that make a script's folder: {} scripts that begin \
                 with them are left out",
                scripts.len()
            ));
        }
    }

    /// True where the check is asked after everything else: two deaths of its class are confirmed,
    /// or it is after such a check in its script.
    pub(super) fn is_deferred(&self, check: usize) -> bool {
        let plan = self.plan;
        let first = plan.first_of_script(check);
        (first..=check).any(|check| {
            let planned = &plan.checks[check];
            let deaths = self.charged.iter().filter(|&&dead| {
                let dead = &plan.checks[dead];
                let class = dead.class().filter(|_| dead.call == planned.call);
                class.is_some() && class == planned.class()
            });
            self.is_open(check) && deaths.count() >= DEATHS_OF_A_CLASS
        })
    }
}
