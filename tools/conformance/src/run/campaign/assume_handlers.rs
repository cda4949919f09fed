//! The policy of the boot that assumes that signal handlers are installed.
//!
//! The suite sends no signal before the kernel has reported that the handler is installed, because
//! a kernel that installs none ends the program. A kernel that installs handlers but does not
//! report the old action therefore fails every check that catches a signal. These checks, and no
//! others, are run once more in a boot that assumes the handlers. Its outcomes count if it is
//! complete; if it dies, the outcomes known before remain.

use std::collections::BTreeSet;

use posix_conformance::log::Word;

use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// A boot of the scripts that need a handler.
#[derive(Debug)]
pub struct AssumeHandlers {
    scripts: BTreeSet<usize>,
}

impl AssumeHandlers {
    /// The boot, if a check needs it.
    pub fn begin(plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<AssumeHandlers> {
        let needing = plan.checks.iter().filter(|check| {
            let outcome = outcomes[check.index].as_ref();
            outcome.is_some_and(is_unreported)
        });
        let scripts: BTreeSet<usize> = needing.map(|check| check.script).collect();
        (!scripts.is_empty()).then_some(AssumeHandlers { scripts })
    }

    pub fn scripts(&self) -> &BTreeSet<usize> {
        &self.scripts
    }

    /// True where an outcome of the boot replaces the known one.
    pub fn accepts(known: &Outcome, new: &Outcome) -> bool {
        is_unreported(known) && *new != Outcome::Skipped
    }
}

/// True where a check failed because the kernel did not report an installed handler.
fn is_unreported(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Fail(got)
        if got.is(Word::NoHandler))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::outcome::Got;

    #[test]
    fn only_a_failure_for_want_of_a_report_is_replaced() {
        let failed = |note| Outcome::failed(Got::parse(note).expect("a note"));
        let unreported = failed("not asked: a handler was not installed");
        assert!(AssumeHandlers::accepts(&unreported, &Outcome::Pass));
        assert!(AssumeHandlers::accepts(&unreported, &failed("got 7")));
        assert!(!AssumeHandlers::accepts(&unreported, &Outcome::Skipped));
        for known in [
            failed("got 0"),
            failed("not asked: rt_sigaction returned 7"),
            Outcome::Pass,
        ] {
            assert!(
                !AssumeHandlers::accepts(&known, &failed("got 7")),
                "{known:?}"
            );
        }
    }
}
