//! Asks again in trust what a kernel could not prove: that its signal handlers are installed.
//!
//! The suite sends no signal before the kernel has told that the handler is there, because a
//! kernel that only says so ends the program. A kernel that installs handlers but does not tell
//! the old action fails every check that catches a signal, for the want of one answer. So these
//! checks, and no others, run once more in a boot that believes it. What comes of a complete boot
//! counts; if it dies the kernel did not deserve the trust, and what was known before remains.

use std::collections::BTreeSet;

use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// The checks that are asked again in trust.
#[derive(Debug, Default)]
pub struct Trust {
    /// The scripts that the current boot runs, if it is the one in trust.
    only: Option<BTreeSet<usize>>,
    over: bool,
}

impl Trust {
    /// Whether the current boot is the one in trust.
    pub fn is_on(&self) -> bool {
        self.only.is_some()
    }

    /// Whether the current boot runs a script.
    pub fn runs(&self, script: usize) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&script))
    }

    /// Begins, once; the first check that is asked again, if there is any.
    pub fn begin(&mut self, plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<usize> {
        if std::mem::replace(&mut self.over, true) {
            return None;
        }
        let untold = |check: &usize| outcomes[*check].as_ref().is_some_and(is_untold);
        let checks: Vec<usize> = (0..plan.checks.len()).filter(untold).collect();
        let first = *checks.first()?;
        let script = |check: usize| plan.checks[check].script;
        self.only = Some(checks.into_iter().map(script).collect());
        Some(first)
    }

    pub fn end(&mut self) {
        self.only = None;
    }
}

/// Whether a check failed because the kernel did not tell that a handler is installed.
pub fn is_untold(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Fail(got)
        if got.value == "0" && got.from.as_deref() == Some("rt_sigaction"))
}
