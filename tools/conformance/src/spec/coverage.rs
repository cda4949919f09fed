//! Coverage: numbers of checks by profile, category, system call or clause.

use std::collections::BTreeMap;
use std::fmt::Write;

use packer::plan::Kind;
use packer::suites::Suite;

use super::{Family, Listed, Spec};
use crate::plan::Plan;

/// Numbers of checks: positive, negative, boundary.
#[derive(Clone, Copy, Default)]
struct Kinds([usize; 3]);

impl Kinds {
    /// The columns of a row: all, then each kind.
    fn row(self) -> String {
        let [positive, negative, boundary] = self.0;
        let all = positive + negative + boundary;
        format!("{all:>5} {positive:>9} {negative:>9} {boundary:>9}")
    }
}

/// The property that a table counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Profile,
    Category,
    Syscall,
    Clause,
}

/// The table of the numbers of checks by one property; canaries count for their call.
pub(crate) fn coverage(plan: &Plan, spec: &Spec, by: By) -> String {
    let mut rows: BTreeMap<String, Kinds> = BTreeMap::new();
    for check in &plan.checks {
        let key = match by {
            By::Profile => check.profile.name().to_string(),
            By::Category => format!("{} {}", check.profile.name(), check.family),
            By::Syscall => format!("{} {}", check.profile.name(), check.call),
            By::Clause => match spec.clause(&check.title) {
                Some(clause) => clause.clause.clone(),
                None if check.canary => "leaves no trace".to_string(),
                None => "not in tests-spec".to_string(),
            },
        };
        let kind = Kind::ALL
            .iter()
            .position(|&kind| kind == check.kind)
            .unwrap_or(0);
        rows.entry(key).or_default().0[kind] += 1;
    }
    let width = rows.keys().map(String::len).max().unwrap_or(0).max(8);
    let title = match by {
        By::Profile => "profile",
        By::Category => "category",
        By::Syscall => "syscall",
        By::Clause => "clause",
    };
    let mut text = format!("{title:<width$}   all  positive  negative  boundary\n");
    for (key, kinds) in &rows {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key:<width$} {}", kinds.row());
    }
    text
}

/// A line with the numbers of interfaces of a suite and of their errors, with checks and without.
pub(crate) fn errors(spec: &Spec, suite: &Suite) -> String {
    let own = |family: &&Family| family.suite() == suite.name;
    let families = || spec.families.iter().filter(own);
    let interfaces = || families().flat_map(|family| &family.interface);
    let listed: Vec<&Listed> = interfaces()
        .flat_map(|interface| &interface.error)
        .collect();
    let tied = listed.iter().filter(|error| error.checks.is_some()).count();
    format!(
        "{} interfaces, {} errors listed: {tied} with checks, {} with a reason why not\n",
        interfaces().count(),
        listed.len(),
        listed.len() - tied
    )
}
