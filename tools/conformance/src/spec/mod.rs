//! The specification: what each check rests on, and whether it and the plan agree both ways.

pub mod readme;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use posix_conformance::plan::{Kind, Profile};
use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::plan::{Plan, Planned};
use crate::toml_file;

/// One file of `tests-spec`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub family: String,
    pub profile: String,
    /// The unit of functionality of IEEE 1003.13.
    pub unit: String,
    #[serde(default)]
    pub interface: Vec<Interface>,
    #[serde(default)]
    pub check: Vec<Clause>,
    /// The file's name.
    #[serde(skip)]
    pub file: String,
}

/// An interface and the errors its page lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    pub call: String,
    pub posix: Option<String>,
    #[serde(default)]
    pub linux: bool,
    pub page: String,
    #[serde(default)]
    pub error: Vec<Listed>,
}

/// One error of an interface: tied to checks, or the reason why it cannot be provoked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub errno: String,
    pub level: String,
    pub checks: Option<Vec<String>>,
    pub unprovoked: Option<String>,
}

/// What one check rests on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    pub name: Spanned<String>,
    pub clause: String,
    pub level: String,
    pub why: String,
    pub deviation: Option<String>,
}

/// All of `tests-spec`.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    pub families: Vec<Family>,
    by_check: HashMap<String, (usize, usize)>,
    /// The line of each check's entry in its file, from 1.
    lines: HashMap<String, usize>,
}

const LEVELS: [&str; 3] = ["shall", "may", "linux"];

impl Spec {
    /// Reads the files given as name and text.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Spec> {
        let mut spec = Spec::default();
        for (name, text) in files {
            let mut family: Family = toml_file::parse(&format!("tests-spec/{name}"), text)?;
            family.file = name.to_string();
            for (index, check) in family.check.iter().enumerate() {
                let title = check.name.get_ref();
                let line = toml_file::line_at(text, check.name.span().start);
                spec.lines.insert(title.clone(), line);
                spec.by_check
                    .insert(title.clone(), (spec.families.len(), index));
            }
            spec.families.push(family);
        }
        Ok(spec)
    }

    /// What the check of that title rests on.
    pub fn clause(&self, title: &str) -> Option<&Clause> {
        let &(family, check) = self.by_check.get(title)?;
        Some(&self.families[family].check[check])
    }

    /// The line of a check's entry in its file.
    pub fn line(&self, title: &str) -> Option<usize> {
        self.lines.get(title).copied()
    }

    /// Where plan and specification disagree, a line each.
    pub fn disagreements(&self, plan: &Plan) -> Vec<String> {
        let mut wrong = Vec::new();
        for family in &self.families {
            let header = plan
                .suite
                .families
                .iter()
                .find(|known| known.title == family.family);
            let place = &family.file;
            match header {
                None => wrong.push(format!("{place}: no family is called {}", family.family)),
                Some(known) if known.profile.name() != family.profile => {
                    wrong.push(format!("{place}: profile is {}", known.profile.name()));
                }
                Some(_) => {}
            }
            checks(plan, family, &mut wrong);
            interfaces(plan, family, &mut wrong);
        }
        wrong.extend(self.missing(plan));
        wrong
    }

    /// Checks, and errors of tested calls, that no file speaks of.
    fn missing(&self, plan: &Plan) -> Vec<String> {
        let unspoken = |check: &&Planned| !check.canary && self.clause(&check.title).is_none();
        let mut wrong: Vec<String> = (plan.checks.iter().filter(unspoken))
            .map(|check| format!("{}: no [[check]] for: {}", check.family, check.title))
            .collect();
        let spoken: BTreeSet<&str> = self
            .families
            .iter()
            .flat_map(|f| &f.interface)
            .map(|i| i.call.as_str())
            .collect();
        let tested: BTreeSet<&str> = plan.checks.iter().map(|check| check.call).collect();
        let silent = tested.difference(&spoken);
        wrong.extend(silent.map(|call| format!("no [[interface]] for: {call}")));
        wrong
    }
}

fn checks(plan: &Plan, family: &Family, wrong: &mut Vec<String>) {
    let mut seen = BTreeSet::new();
    for check in &family.check {
        let title = check.name.get_ref();
        let place = format!("{}: {title}", family.file);
        if !seen.insert(title) {
            wrong.push(format!("{place}: twice"));
        }
        match plan.find(title) {
            None => wrong.push(format!("{place}: no such check in the plan")),
            Some(known) if known.family != family.family => {
                wrong.push(format!("{place}: belongs to {}", known.family));
            }
            Some(_) => {}
        }
        if !LEVELS.contains(&check.level.as_str()) {
            wrong.push(format!("{place}: level is shall, may or linux"));
        }
        if check.clause.trim().is_empty() || check.why.trim().is_empty() {
            wrong.push(format!("{place}: needs a clause and a why"));
        }
    }
}

fn interfaces(plan: &Plan, family: &Family, wrong: &mut Vec<String>) {
    for interface in &family.interface {
        if interface.linux == interface.posix.is_some() {
            let call = &interface.call;
            wrong.push(format!(
                "{}: {call}: either posix = .. or linux = true",
                family.file
            ));
        }
        for error in &interface.error {
            let place = format!("{}: {} {}", family.file, interface.call, error.errno);
            if error.checks.is_some() == error.unprovoked.is_some() {
                wrong.push(format!("{place}: either checks = .. or unprovoked = .."));
            }
            if !LEVELS.contains(&error.level.as_str()) {
                wrong.push(format!("{place}: level is shall, may or linux"));
            }
            for name in error.checks.iter().flatten() {
                match plan.find(name) {
                    None => wrong.push(format!("{place}: no such check in the plan: {name}")),
                    Some(known) if !known.expected.contains(&error.errno) => {
                        wrong.push(format!("{place}: expects {}: {name}", known.expected));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

/// How many checks of each kind.
#[derive(Clone, Copy, Default)]
struct Kinds([usize; 3]);

impl Kinds {
    fn row(self) -> String {
        let [positive, negative, boundary] = self.0;
        let all = positive + negative + boundary;
        format!("{all:>5} {positive:>9} {negative:>9} {boundary:>9}")
    }
}

/// What coverage can be counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Profile,
    Category,
    Syscall,
    Clause,
}

/// A table of how many checks there are by one thing; canaries count to their call.
pub fn coverage(plan: &Plan, spec: &Spec, by: By) -> String {
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

/// What stands where the unprovoked and the tied errors of all interfaces are counted.
pub fn errors(spec: &Spec) -> String {
    let interfaces = || spec.families.iter().flat_map(|family| &family.interface);
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

/// The profile of a name, for readers of files.
pub fn profile(name: &str) -> Option<Profile> {
    Profile::ALL
        .into_iter()
        .find(|profile| profile.name() == name)
}

#[cfg(test)]
mod tests {
    use super::Spec;

    #[test]
    fn an_unknown_key_is_reported_with_its_line() {
        let text = "family = \"Pipes\"\nprofile = \"PSE53\"\nunit = \"x\"\ncolour = 1\n";
        let error = Spec::parse([("pipes.toml", text)]).expect_err("an unknown key");
        let begin = "tests-spec/pipes.toml:4: unknown field `colour`";
        assert!(error.text.starts_with(begin), "{}", error.text);
    }
}
