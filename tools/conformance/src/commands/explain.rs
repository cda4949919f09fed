//! `explain`: what a check does, and why.

use std::collections::BTreeSet;
use std::path::Path;

use super::list::selected;
use crate::cli;
use crate::error::{EXIT_GOOD, Error, Result};
use crate::plan::{Plan, Planned, is_core, script};
use crate::report::print;
use crate::resources::Resources;
use crate::spec::Spec;

/// The most checks that are explained at once.
const CHECKS_MAX: usize = 20;
/// The column of the results of a script's steps.
const RESULT_COLUMN: usize = 50;
/// The file in which the microkernel of the repository answers system calls.
const DISPATCH: &str = "tools/microkernel/core/src/calls/mod.rs";

/// Explains the checks selected; the exit code.
pub(super) fn main(args: &cli::Explain) -> Result<u8> {
    let resources = Resources::find();
    let spec = resources.spec()?;
    let selected = selected(&args.select, &spec)?;
    let count: usize = selected.iter().map(|(_, checks)| checks.len()).sum();
    if count > CHECKS_MAX {
        return Err(Error::usage(format!(
            "{} checks are about that, and at most {CHECKS_MAX} are explained at once; give more \
             words (`list` prints the titles)",
            count
        )));
    }
    let root = resources.repository.as_deref();
    let texts: Vec<String> = selected
        .iter()
        .flat_map(|(plan, checks)| checks.iter().map(move |&check| (plan, check)))
        .map(|(plan, check)| explanation(plan, &spec, root, &plan.checks[check]))
        .collect();
    print(texts.join("\n").as_bytes())?;
    Ok(EXIT_GOOD)
}

/// The explanation of one check.
fn explanation(plan: &Plan, spec: &Spec, root: Option<&Path>, check: &Planned) -> String {
    let mut text = format!("{}\n", check.title);
    let mut line = |line: String| text.extend(["  ", &line, "\n"]);
    if let Some(clause) = spec.clause(&check.title) {
        line(format!("{} ({})", clause.clause, clause.level));
        line(clause.why.clone());
        if let Some(deviation) = &clause.deviation {
            line(format!("deviation: {deviation}"));
        }
    }
    line(format!(
        "{} {}: {} tests; check {} of {}{}",
        check.profile.name(),
        check.family,
        check.kind.name(),
        check.index + 1,
        plan.checks.len(),
        match is_core(&plan.suite) {
            true => String::new(),
            false => format!(" of the suite {}", plan.suite.name),
        }
    ));
    line("script:".to_string());
    let steps = script::of(plan, check.index);
    for step in &steps {
        let mark = match step.check {
            Some(index) if index == check.index => "   <- this check",
            _ => "",
        };
        let shown = format!("{:RESULT_COLUMN$}  {}{mark}", step.call, step.returns);
        line(format!("  {}", shown.trim_end()));
    }
    let rests_on: BTreeSet<&str> = calls_before(plan, check)
        .filter(|call| *call != check.call)
        .collect();
    if !rests_on.is_empty() {
        line(format!("rests on: {}", Vec::from_iter(rests_on).join(", ")));
    }
    let after = plan.checks[check.index + 1..].iter();
    let after = after
        .take_while(|other| other.script == check.script)
        .count();
    if after > 0 {
        line(format!("checks after it in its script: {after}"));
    }
    let faults = faults::table(plan.suite.name).iter();
    let faults = faults.filter(|fault| fault.call == check.call).count();
    if faults > 0 {
        line(format!(
            "bugs of {} that the suite is tried on: {faults}",
            check.call
        ));
        let tool = cli::tool_name();
        line(format!(
            "  {tool} faults list --suite {} --syscalls {}",
            plan.suite.name, check.call
        ));
    }
    if let Some(place) = root.and_then(|root| answered(root, check.call)) {
        line(format!("the microkernel's answer: {place}"));
    }
    text
}

/// The system calls of a check's script up to the check.
fn calls_before<'p>(plan: &'p Plan, check: &'p Planned) -> impl Iterator<Item = &'p str> {
    let script = plan.first_of_script(check.index)..=check.index;
    plan.checks[script]
        .iter()
        .flat_map(|check| check.calls.iter().copied())
}

/// The place at which the microkernel answers a call, as `FILE:LINE`.
fn answered(root: &Path, call: &str) -> Option<String> {
    let text = std::fs::read_to_string(root.join(DISPATCH)).ok()?;
    let arm = format!("n::{} =>", call.to_uppercase());
    let line = text.lines().position(|line| line.contains(&arm))?;
    Some(format!("{DISPATCH}:{}", line + 1))
}
