//! `list`: the titles of checks.

use serde::Serialize;

use crate::cli::{self, ListFormat};
use crate::error::{EXIT_GOOD, Result};
use crate::plan::Plan;
use crate::report::print;
use crate::resources::Resources;
use crate::spec::selection::Selection;

/// One check, for programs.
#[derive(Serialize)]
struct Entry<'a> {
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
    let (plan, spec) = (
        Plan::of_processor(args.select.arch.arch.into()),
        Resources::find().spec()?,
    );
    let selected = selection(&args.select).some_of(&plan, &spec)?;
    let checks = selected.iter().map(|&check| &plan.checks[check]);
    let text = match args.format {
        ListFormat::Human => checks.map(|check| format!("{}\n", check.title)).collect(),
        ListFormat::Json => {
            let entries: Vec<Entry> = checks
                .map(|check| {
                    let clause = spec.clause(&check.title);
                    Entry {
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
                })
                .collect();
            serde_json::to_string_pretty(&entries).expect("texts and numbers are JSON") + "\n"
        }
    };
    print(text.as_bytes())?;
    Ok(EXIT_GOOD)
}

/// The selection that the arguments ask for.
pub(super) fn selection(args: &cli::SelectArgs) -> Selection {
    Selection {
        words: args.words.clone(),
        profile: args.profile.clone(),
        call: args.call.clone(),
        family: args.family.clone(),
        level: args.level.clone(),
    }
}
