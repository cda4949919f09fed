//! The calls of a higher profile that the scripts of a profile make.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use packer::plan::call::{CHILD, Callee, FRESH, LATER, PROCESS};
use packer::plan::routine::POLL_ONE;
use packer::plan::{Profile, Row, Value};

use crate::plan::Plan;

/// The checks of one profile, without canaries.
#[derive(Default)]
struct Needs {
    checks: usize,
    /// Those in scripts that need something of a higher profile.
    needing: usize,
    /// Those by what they need.
    by_need: BTreeMap<&'static str, usize>,
}

impl Needs {
    fn of(plan: &Plan, profile: Profile) -> Needs {
        let mut needs = Needs::default();
        let families = plan.suite.families.iter();
        for family in families.filter(|family| family.profile == profile) {
            for kind in packer::plan::Kind::ALL {
                for script in scripts(family.rows(kind, plan.suite.processor)) {
                    needs.add(script, profile);
                }
            }
        }
        needs
    }

    fn add(&mut self, script: &'static [Row], profile: Profile) {
        let checks = script.iter().filter(|row| row.name.is_some()).count();
        let needed: BTreeSet<&str> = script.iter().filter_map(|row| need(row, profile)).collect();
        self.checks += checks;
        self.needing += if needed.is_empty() { 0 } else { checks };
        for name in needed {
            *self.by_need.entry(name).or_default() += checks;
        }
    }
}

/// The scripts of a table: each begins with `FRESH()`.
fn scripts(rows: &'static [Row]) -> impl Iterator<Item = &'static [Row]> {
    rows.chunk_by(|_, next| next.call != FRESH)
}

/// The facility of a higher profile that a row needs.
fn need(row: &Row, profile: Profile) -> Option<&'static str> {
    let later = row.call == LATER && row.args[1] == Value::Int(PROCESS);
    let child = later || row.call == CHILD;
    let (higher, name) = match row.call.callee {
        Callee::Tested(own) => (own, row.call.name),
        _ if row.call == POLL_ONE => (Profile::Pse53, "poll"),
        _ if child => (Profile::Pse53, "a child process"),
        _ => return None,
    };
    (higher > profile).then_some(name)
}

/// A line for each profile: the checks in scripts that need a higher profile, and what they need.
pub(crate) fn needs(plan: &Plan) -> String {
    let mut text = String::new();
    for profile in plan.suite.profiles() {
        let needs = Needs::of(plan, profile);
        let by_need = needs
            .by_need
            .iter()
            .map(|(name, count)| format!("{name} {count}"));
        let by_need: Vec<String> = by_need.collect();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} of {} checks of {}, canaries apart, are in scripts that need a higher profile{}{}",
            needs.needing,
            needs.checks,
            profile.name(),
            if by_need.is_empty() { "" } else { ": " },
            by_need.join(", "),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use packer::plan::Profile;

    use super::Needs;
    use crate::plan::Plan;

    #[test]
    fn a_profile_needs_nothing_of_a_higher_one_but_pipe2() {
        let plan = Plan::default();
        for profile in Profile::ALL {
            let needs = Needs::of(&plan, profile);
            let others = needs.by_need.keys().filter(|&&name| name != "pipe2");
            let others: Vec<_> = others.collect();
            assert!(others.is_empty(), "{}: {others:?}", profile.name());
        }
    }
}
