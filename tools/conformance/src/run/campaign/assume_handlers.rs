//! The policy of boots that assume that signal handlers are installed.
//!
//! The suite sends no signal before the kernel has reported that the handler is installed, because
//! a kernel that installs none ends the program. A kernel that installs handlers but does not
//! report the old action therefore fails every check that catches a signal. These checks, and no
//! others, are run once more in boots that assume the handlers. A check in which such a boot dies
//! keeps its outcome, and the next boot leaves it out.

use std::collections::BTreeSet;

use packer::log::Word;

use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// The deaths in a row without a new outcome after which the assumption is given up.
const DEATHS_MAX: usize = 3;

/// A boot of the scripts that need a handler.
#[derive(Clone, Debug)]
pub(super) struct AssumeHandlers {
    scripts: BTreeSet<usize>,
    /// The checks in which a boot died.
    deadly: BTreeSet<usize>,
    /// The deaths in a row without a new outcome.
    deaths: usize,
}

impl AssumeHandlers {
    /// The boot, if a check needs it.
    pub(crate) fn begin(plan: &Plan, outcomes: &[Option<Outcome>]) -> Option<AssumeHandlers> {
        let scripts = needing(plan, outcomes, &BTreeSet::new());
        (!scripts.is_empty()).then_some(AssumeHandlers {
            scripts,
            deadly: BTreeSet::new(),
            deaths: 0,
        })
    }

    /// The boot after one that died in `check`, with or without a new outcome before; none where
    /// the assumption is given up.
    pub(crate) fn after_death(
        &self,
        plan: &Plan,
        outcomes: &[Option<Outcome>],
        check: usize,
        found: bool,
    ) -> Option<AssumeHandlers> {
        let mut deadly = self.deadly.clone();
        let again = !deadly.insert(check);
        let next = AssumeHandlers {
            scripts: needing(plan, outcomes, &deadly),
            deadly,
            deaths: if found { 1 } else { self.deaths + 1 },
        };
        (!again && next.deaths < DEATHS_MAX && !next.scripts.is_empty()).then_some(next)
    }

    pub(super) fn scripts(&self) -> &BTreeSet<usize> {
        &self.scripts
    }

    /// True where the boot leaves the check out.
    pub(super) fn leaves_out(&self, check: usize) -> bool {
        self.deadly.contains(&check)
    }

    /// True where an outcome of the boot replaces the known one.
    pub(crate) fn accepts(known: &Outcome, new: &Outcome) -> bool {
        is_unreported(known) && *new != Outcome::Skipped && !new.is_left_out()
    }
}

/// The scripts with a check that needs a handler, where no boot died in their first check.
fn needing(plan: &Plan, outcomes: &[Option<Outcome>], deadly: &BTreeSet<usize>) -> BTreeSet<usize> {
    let needing = plan.checks.iter().filter(|check| {
        let outcome = outcomes[check.index].as_ref();
        outcome.is_some_and(is_unreported)
            && !deadly.contains(&check.index)
            && !deadly.contains(&plan.first_of_script(check.index))
    });
    needing.map(|check| check.script).collect()
}

/// True where a check failed because the kernel did not report an installed handler.
fn is_unreported(outcome: &Outcome) -> bool {
    let got = outcome.got();
    got.is_some_and(|got| got.is(Word::NoHandler))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::outcome::Got;

    #[test]
    fn only_a_failure_for_want_of_a_report_is_replaced() {
        let failed = |note| Outcome::failed("rt_sigaction", Got::parse(note).expect("a note"));
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

    #[test]
    fn deaths_in_a_row_give_the_assumption_up() {
        let plan = Plan::default();
        let got = Got::parse("not asked: a handler was not installed").expect("a note");
        let outcomes = vec![Some(Outcome::failed("kill", got)); plan.checks.len()];
        let first = AssumeHandlers::begin(&plan, &outcomes).expect("a boot");
        let second = first.after_death(&plan, &outcomes, 1, false).expect("two");
        let third = second.after_death(&plan, &outcomes, 2, false);
        let third = third.expect("three");
        assert!(third.leaves_out(1) && third.leaves_out(2));
        assert!(third.after_death(&plan, &outcomes, 5, false).is_none());
        assert!(third.after_death(&plan, &outcomes, 5, true).is_some());
    }
}
