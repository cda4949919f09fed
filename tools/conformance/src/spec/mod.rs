//! The specification: the requirement of each check, read from `tests-spec`.

mod agreement;
mod coverage;
mod needs;
mod products;
pub(crate) mod readme;
pub(crate) mod selection;

pub(crate) use coverage::{By, coverage, errors};
pub(crate) use needs::needs;
pub(crate) use products::Products;

use std::collections::HashMap;

use packer::abi::Processor;
use packer::plan::call::name_on;
use packer::suites::{CORE, Suite};
use serde::Deserialize;
use toml::Spanned;

use crate::error::Result;
use crate::toml_file;

/// One file of `tests-spec`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    pub family: String,
    pub profile: String,
    /// The unit of functionality of IEEE 1003.13-2003, or `Linux` without one.
    pub unit: String,
    /// The unit to which POSIX.1-2008 moved the functions.
    pub later_unit: Option<String>,
    #[serde(default)]
    pub interface: Vec<Interface>,
    #[serde(default)]
    pub check: Vec<Clause>,
    /// The file's name, below `tests-spec`.
    #[serde(skip)]
    pub file: String,
}

impl Family {
    /// The name of its suite: that of the file's folder.
    pub(crate) fn suite(&self) -> &str {
        self.file
            .split_once('/')
            .map_or(CORE.name, |(folder, _)| folder)
    }
}

/// An interface, and the errors that its page lists.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interface {
    pub call: String,
    pub posix: Option<String>,
    #[serde(default)]
    pub linux: bool,
    /// The unit of functionality, where it differs from that of the family.
    pub unit: Option<String>,
    pub page: String,
    #[serde(default)]
    pub error: Vec<Listed>,
}

/// One error of an interface: the checks that provoke it, or the reason why none can.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    pub errno: String,
    pub level: String,
    pub checks: Option<Vec<String>>,
    pub unprovoked: Option<String>,
}

/// The requirement of one check.
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

impl Spec {
    /// Reads files, each given by name and text.
    ///
    /// # Errors
    /// A file is malformed: exit code 2.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Spec> {
        let mut spec = Spec::default();
        for (name, text) in files {
            let mut family: Family = toml_file::parse(&format!("tests-spec/{name}"), text)?;
            family.file = name.to_string();
            for (index, check) in family.check.iter().enumerate() {
                let title = check.name.get_ref();
                let line = toml_file::line_at(text, check.name.span().start);
                let place = (spec.families.len(), index);
                // Processors without a call make the check by another one.
                if let Some(made) = elsewhere(title) {
                    spec.lines.entry(made.clone()).or_insert(line);
                    spec.by_check.entry(made).or_insert(place);
                }
                spec.lines.insert(title.clone(), line);
                spec.by_check.insert(title.clone(), place);
            }
            spec.families.push(family);
        }
        Ok(spec)
    }

    /// The requirement of the check with that title.
    pub fn clause(&self, title: &str) -> Option<&Clause> {
        let &(family, check) = self.by_check.get(title)?;
        Some(&self.families[family].check[check])
    }

    /// The file of a family of a suite, by the family's title.
    pub(crate) fn family(&self, suite: &Suite, title: &str) -> Option<&Family> {
        let mut families = self.families.iter();
        families.find(|family| family.family == title && family.suite() == suite.name)
    }

    /// Returns whether POSIX has the function of a call only in its XSI option.
    pub fn is_xsi(&self, call: &str) -> bool {
        self.families.iter().any(|family| {
            let calls = family.interface.iter().filter(|own| own.call == call);
            let mut units = calls.map(|own| own.unit.as_ref().unwrap_or(&family.unit));
            units.any(|unit| unit.starts_with("XSI"))
        })
    }

    /// The line of a check's entry in its file, from 1.
    pub fn line(&self, title: &str) -> Option<usize> {
        self.lines.get(title).copied()
    }
}

/// The title of a check on a processor that makes it by another call, if there is one.
fn elsewhere(title: &str) -> Option<String> {
    let (call, case) = title.split_once(": ")?;
    let made = name_on(Processor::Aarch64, call);
    (made != call).then(|| format!("{made}: {case}"))
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
