//! `list`: the titles of checks.

use serde::Serialize;

use super::convert;
use crate::cli::{self, ListFormat};
use crate::error::{EXIT_GOOD, Result};
use crate::plan::Plan;
use crate::report::print;
use crate::resources::Resources;
use crate::spec::Spec;
use crate::spec::selection::Selection;

/// One check, for programs.
#[derive(Serialize)]
struct Entry<'a> {
    suite: &'a str,
    index: usize,
    name: &'a str,
    call: &'a str,
    family: &'a str,
    kind: &'a str,
    profile: &'a str,
    level: &'a str,
    clause: &'a str,
    expected: &'a str,
    why: &'a str,
}

/// Prints the checks selected, in the order of the plan; the exit code.
pub(super) fn main(args: &cli::List) -> Result<u8> {
    let spec = Resources::find().spec()?;
    let selected = selected(&args.select, &spec)?;
    let text = match args.format {
        ListFormat::Human => {
            let checks = selected
                .iter()
                .flat_map(|(plan, checks)| checks.iter().map(|&check| &plan.checks[check]));
            checks.map(|check| format!("{}\n", check.title)).collect()
        }
        ListFormat::Json => {
            let entries: Vec<Entry> = selected
                .iter()
                .flat_map(|(plan, checks)| checks.iter().map(|&check| entry(plan, &spec, check)))
                .collect();
            serde_json::to_string_pretty(&entries).expect("texts and numbers are JSON") + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

fn entry<'a>(plan: &'a Plan, spec: &'a Spec, check: usize) -> Entry<'a> {
    let check = &plan.checks[check];
    let clause = spec.clause(&check.title);
    Entry {
        suite: plan.suite.name,
        index: check.index,
        name: &check.title,
        call: check.call,
        family: check.family,
        kind: check.kind.name(),
        profile: check.profile.name(),
        level: clause.map_or("", |clause| &clause.level),
        clause: clause.map_or("", |clause| &clause.clause),
        expected: &check.expected,
        why: clause.map_or("", |clause| &clause.why),
    }
}

/// The checks that the arguments select, by suite. Without `--suite` the first suite that has one
/// is meant: a title is in one suite only.
///
/// # Errors
/// No suite asked for has such a check: exit code 2.
pub(super) fn selected(args: &cli::SelectArgs, spec: &Spec) -> Result<Vec<(Plan, Vec<usize>)>> {
    let select = selection(args);
    let asked = args.suite.suite;
    let everywhere = cli::SuiteArgs {
        suite: asked.or(Some(cli::Suite::All)),
    };
    let (mut found, mut first_error) = (Vec::new(), None);
    for suite in convert::suites(everywhere, args.arch) {
        let plan = Plan::of(&suite);
        match select.some_of(&plan, spec) {
            Ok(checks) => found.push((plan, checks)),
            Err(error) => first_error = first_error.or(Some(error)),
        }
        if asked.is_none() && !found.is_empty() {
            break;
        }
    }
    match first_error {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The selection that the arguments ask for.
fn selection(args: &cli::SelectArgs) -> Selection {
    Selection {
        words: args.words.clone(),
        profile: args.profile.clone(),
        call: args.call.clone(),
        family: args.family.clone(),
        level: args.level.clone(),
    }
}
