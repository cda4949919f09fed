//! The table in README.md that is generated from the plan and `tests-spec`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use packer::plan::Kind;

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::spec::{Family, Spec};

/// The lines before and after the generated part of README.md.
const BEGIN: &str = "<!-- coverage: written by `cargo conformance spec --write` -->\n";
const END: &str = "<!-- coverage ends -->\n";

/// The tables of all suites, each given by its plan on each processor.
pub(crate) fn tables(suites: &[Vec<Plan>], spec: &Spec) -> String {
    let tables = suites.iter().filter_map(|plans| {
        let suite = &plans.first()?.suite;
        let (name, program) = (suite.name, suite.program);
        let title = format!("The suite `{name}`, in `{program}`:\n\n");
        Some(title + &table(plans, spec))
    });
    tables.collect::<Vec<_>>().join("\n")
}

/// The table of the first plan of a suite, a family a line, and the numbers of the others. A system
/// call that only Linux has is marked by a star, and one whose function is of the XSI option by
/// that word.
fn table(plans: &[Plan], spec: &Spec) -> String {
    let plan = &plans[0];
    let mut text = String::from(
        "| profile | family | unit of functionality | system calls \
         | positive | negative | boundary |\n\
         |---|---|---|---|---:|---:|---:|\n",
    );
    for family in plan.suite.families {
        let counts = counts(plan, |check| check.family == family.title);
        let (unit, calls) = match spec.family(&plan.suite, family.title) {
            Some(known) => (unit(known), calls(known, spec)),
            None => (String::new(), String::new()),
        };
        let profile = family.profile.name();
        let title = family.title;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {profile} | {title} | {unit} | {calls} | {counts} |"
        );
    }
    for profile in plan.suite.profiles() {
        let counts = counts(plan, |check| check.profile == profile);
        let _ = writeln!(text, "| **{}** | | | | {counts} |", profile.name());
    }
    let canaries = plan.checks.iter().filter(|check| check.canary).count();
    let [posix, xsi] = posix_alone(plan, spec);
    let _ = writeln!(
        text,
        "\n{} checks of {} system calls, of which {canaries} guard against what a group leaves \
         behind, and {posix} rest on POSIX alone, {xsi} of them on its XSI option. \\* A system \
         call of Linux.",
        plan.checks.len(),
        calls_of(plan),
    );
    for plan in &plans[1..] {
        let (checks, calls) = (plan.checks.len(), calls_of(plan));
        let name = plan.suite.processor.name();
        let _ = writeln!(text, "On {name} {checks} checks of {calls} system calls.");
    }
    text
}

fn counts(plan: &Plan, of: impl Fn(&crate::plan::Planned) -> bool) -> String {
    let count = |kind| {
        let checks = plan
            .checks
            .iter()
            .filter(|check| check.kind == kind && of(check));
        checks.count().to_string()
    };
    Kind::ALL.map(count).join(" | ")
}

/// The unit of functionality of a family, and the one of a later edition.
fn unit(family: &Family) -> String {
    match &family.later_unit {
        Some(later) => format!("{}, since 2008 {later}", family.unit),
        None => family.unit.clone(),
    }
}

fn calls(family: &Family, spec: &Spec) -> String {
    let calls = family.interface.iter().map(|interface| {
        let mark = match interface.linux {
            true => "\\*",
            false if spec.is_xsi(&interface.call) => " (XSI)",
            false => "",
        };
        format!("`{}`{mark}", interface.call)
    });
    calls.collect::<Vec<_>>().join(" ")
}

/// The number of system calls that the checks are about.
fn calls_of(plan: &Plan) -> usize {
    let mut calls: Vec<&str> = plan.checks.iter().map(|check| check.call).collect();
    calls.sort_unstable();
    calls.dedup();
    calls.len()
}

/// The number of checks that rest on what POSIX demands or allows, and of those of its XSI option.
fn posix_alone(plan: &Plan, spec: &Spec) -> [usize; 2] {
    let level = |title: &str| spec.clause(title).map(|clause| clause.level.as_str());
    let posix = |title: &str| level(title).is_some_and(|level| level != "linux");
    let checks = || plan.checks.iter().filter(|check| posix(&check.title));
    let xsi = checks().filter(|check| spec.is_xsi(check.call));
    [checks().count(), xsi.count()]
}

/// The disagreement of README.md with this table, if there is one.
///
/// # Errors
/// README.md cannot be read, or lacks the lines around the table.
pub(crate) fn disagreement(root: &Path, table: &str) -> Result<Option<String>> {
    let (path, text) = read(root)?;
    let same = replaced(&path, &text, table)? == text;
    Ok((!same).then(|| {
        "README.md: the coverage table is out of date; run `cargo conformance spec --write`"
            .to_string()
    }))
}

/// Writes the table into README.md.
///
/// # Errors
/// README.md cannot be read or written, or lacks the lines around the table.
pub(crate) fn write(root: &Path, table: &str) -> Result<()> {
    let (path, text) = read(root)?;
    let new = replaced(&path, &text, table)?;
    fs::write(&path, new).map_err(|error| Error::file(&path, &error))
}

fn read(root: &Path) -> Result<(std::path::PathBuf, String)> {
    let path = root.join("README.md");
    let text = fs::read_to_string(&path).map_err(|error| Error::file(&path, &error))?;
    Ok((path, text))
}

/// The text with this table between the two lines.
fn replaced(path: &Path, text: &str, table: &str) -> Result<String> {
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        return Err(Error::usage(format!(
            "{}: no line `{}` with `{}` after it",
            path.display(),
            BEGIN.trim_end(),
            END.trim_end()
        )));
    };
    Ok(format!("{before}{BEGIN}{table}{END}{after}"))
}
