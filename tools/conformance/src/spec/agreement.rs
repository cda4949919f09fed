//! Agreement of plan and specification, both ways.

use std::collections::BTreeSet;

use packer::plan::call::name_on;

use super::{Family, Spec};
use crate::plan::{Plan, Planned};

/// The levels of a requirement.
const LEVELS: [&str; 3] = ["shall", "may", "linux"];

impl Spec {
    /// The disagreements of the specification and the plans of all suites, a line each.
    pub fn disagreements(&self, plans: &[Plan]) -> Vec<String> {
        let mut wrong = Vec::new();
        for family in &self.families {
            let own = plans
                .iter()
                .filter(|plan| plan.suite.name == family.suite());
            let families = own.flat_map(|plan| plan.suite.families);
            let header = { families }.find(|known| known.title == family.family);
            let place = &family.file;
            match header {
                None => wrong.push(format!("{place}: no family is called {}", family.family)),
                Some(known) if known.profile.name() != family.profile => {
                    wrong.push(format!("{place}: profile must be {}", known.profile.name()));
                }
                Some(_) => {}
            }
            checks(plans, family, &mut wrong);
            interfaces(plans, family, &mut wrong);
        }
        for plan in plans {
            let missing = self.missing(plan);
            wrong.extend(
                missing
                    .into_iter()
                    .filter(|line| !wrong.contains(line))
                    .collect::<Vec<_>>(),
            );
        }
        wrong
    }

    /// The checks, and the tested calls, that no file names.
    fn missing(&self, plan: &Plan) -> Vec<String> {
        let unspecified = |check: &&Planned| !check.canary && self.clause(&check.title).is_none();
        let mut wrong: Vec<String> = (plan.checks.iter().filter(unspecified))
            .map(|check| format!("{}: no [[check]] for: {}", check.family, check.title))
            .collect();
        let specified: BTreeSet<&str> = self
            .families
            .iter()
            .flat_map(|f| &f.interface)
            .map(|i| name_on(plan.suite.processor, &i.call))
            .collect();
        let tested: BTreeSet<&str> = plan.checks.iter().map(|check| check.call).collect();
        let missing = tested.difference(&specified);
        wrong.extend(missing.map(|call| format!("no [[interface]] for: {call}")));
        wrong
    }
}

/// The check of that title in the first plan that has one, and the name of the suite.
fn find<'p>(plans: &'p [Plan], title: &str) -> Option<(&'p str, &'p Planned)> {
    let found = |plan: &'p Plan| Some((plan.suite.name, plan.find(title)?));
    plans.iter().find_map(found)
}

/// Disagreements about the checks of one file.
fn checks(plans: &[Plan], family: &Family, wrong: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for check in &family.check {
        let title = check.name.get_ref();
        let place = format!("{}: {title}", family.file);
        if !seen.insert(title) {
            wrong.push(format!("{place}: is listed twice"));
        }
        match find(plans, title) {
            None => wrong.push(format!("{place}: no such check in the plan")),
            Some((suite, known)) if known.family != family.family || suite != family.suite() => {
                wrong.push(format!("{place}: belongs to {} of {suite}", known.family));
            }
            Some(_) => {}
        }
        if !LEVELS.contains(&check.level.as_str()) {
            wrong.push(format!("{place}: level must be shall, may or linux"));
        }
        if check.level != "linux" && !check.clause.starts_with("POSIX.1-") {
            wrong.push(format!("{place}: only a clause of POSIX is of this level"));
        }
        if check.clause.trim().is_empty() || check.why.trim().is_empty() {
            wrong.push(format!("{place}: clause and why must not be empty"));
        }
    }
}

/// Disagreements about the interfaces of one file.
fn interfaces(plans: &[Plan], family: &Family, wrong: &mut Vec<String>) {
    for interface in &family.interface {
        if interface.linux == interface.posix.is_some() {
            let call = &interface.call;
            wrong.push(format!(
                "{}: {call}: needs either posix = .. or linux = true",
                family.file
            ));
        }
        for error in &interface.error {
            let place = format!("{}: {} {}", family.file, interface.call, error.errno);
            if error.checks.is_some() == error.unprovoked.is_some() {
                wrong.push(format!(
                    "{place}: needs either checks = .. or unprovoked = .."
                ));
            }
            if !LEVELS.contains(&error.level.as_str()) {
                wrong.push(format!("{place}: level must be shall, may or linux"));
            }
            for name in error.checks.iter().flatten() {
                match find(plans, name) {
                    None => wrong.push(format!("{place}: no such check in the plan: {name}")),
                    Some((_, known)) if !known.expected.contains(&error.errno) => {
                        wrong.push(format!("{place}: expects {}: {name}", known.expected));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}
