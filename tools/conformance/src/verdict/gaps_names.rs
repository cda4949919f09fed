//! The checks and calls that a file of known gaps names: each must be in the plan, and has a line.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::known_gaps::Gaps;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::suggest::closest;
use crate::toml_file;

/// The names in a file, with their places.
#[derive(Deserialize)]
struct Names {
    #[serde(default)]
    must_pass: Vec<Spanned<String>>,
    exhaustion: Option<Spanned<String>>,
    #[serde(default)]
    gap: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    check: Option<Spanned<String>>,
    call: Option<Spanned<String>>,
}

/// The title of the findings about `exhaustion`.
pub(super) const ONE_BOOT: &str = "the plan in one boot";

/// The lines of a file of known gaps, from 1, by the check or the call that each is about.
#[derive(Clone, Debug, Default)]
pub struct GapLines(BTreeMap<String, usize>);

impl GapLines {
    /// # Errors
    /// The text is no file of known gaps: exit code 2.
    pub(crate) fn of(file: &str, text: &str) -> Result<GapLines> {
        let names: Names = toml_file::parse(file, text)?;
        let entries = names.gap.iter();
        let entries = entries.filter_map(|gap| gap.check.as_ref().or(gap.call.as_ref()));
        let titles = names.must_pass.iter().chain(entries);
        let exhaustion = names.exhaustion.iter();
        let named = titles
            .map(|name| (name.get_ref().clone(), name))
            .chain(exhaustion.map(|reason| (ONE_BOOT.to_string(), reason)));
        let lines = named.map(|(name, at)| (name, toml_file::line_at(text, at.span().start)));
        Ok(GapLines(lines.collect()))
    }

    /// The line about a check or a call.
    pub(crate) fn line(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }

    /// The line of the entry that a warning begins with.
    pub(crate) fn line_of_warning(&self, warning: &str) -> Option<usize> {
        let mut names = self.0.iter();
        let named = names.find(|(name, _)| {
            let rest = warning.strip_prefix(name.as_str());
            rest.is_some_and(|rest| rest.starts_with(": the entry "))
        });
        named.map(|(_, &line)| line)
    }
}

impl Gaps {
    /// Refuses a file that names a check or a call which is not in the plan.
    ///
    /// # Errors
    /// The first such name, its line, and the name that was probably meant: exit code 2.
    pub(crate) fn require_names(file: &str, text: &str, plan: &Plan) -> Result<()> {
        let names: Names = toml_file::parse(file, text)?;
        let titles = names.must_pass.iter();
        let titles = titles.chain(names.gap.iter().filter_map(|gap| gap.check.as_ref()));
        let mut unknown: Vec<(usize, String)> = titles
            .filter(|title| plan.find(title.get_ref()).is_none())
            .map(|title| {
                let known = plan.checks.iter().map(|check| check.title.as_str());
                (
                    title.span().start,
                    complaint("check", title.get_ref(), known),
                )
            })
            .collect();
        let calls = || plan.checks.iter().flat_map(|check| &check.calls).copied();
        for call in names.gap.iter().filter_map(|gap| gap.call.as_ref()) {
            if !calls().any(|known| known == call.get_ref()) {
                let text = complaint("call", call.get_ref(), calls());
                unknown.push((call.span().start, text));
            }
        }
        unknown.sort();
        let Some((place, text_of_first)) = unknown.first() else {
            return Ok(());
        };
        let line = toml_file::line_at(text, *place);
        let more = match unknown.len() - 1 {
            0 => String::new(),
            1 => "; another name is not in the plan either".to_string(),
            more => format!("; {more} more names are not in the plan either"),
        };
        Err(Error::usage(format!(
            "{file}:{line}: {text_of_first}{more}"
        )))
    }
}

/// The message about a name that the plan does not have.
fn complaint<'a>(kind: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let hint = match closest(name, known) {
        Some(name) => format!("did you mean {name:?}?"),
        None => "remove the entry, or `list` prints the titles".to_string(),
    };
    match kind {
        "call" => format!("no check of the plan makes the call {name:?}; {hint}"),
        _ => format!("no check of the plan is called {name:?}; {hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_name_is_an_error_with_its_line_and_a_suggestion() {
        let plan = Plan::default();
        let said = |text: &str| match Gaps::require_names("k.gaps.toml", text, &plan) {
            Ok(()) => String::new(),
            Err(error) => error.text,
        };
        let entry = |name: &str| format!("[[gap]]\n{name}\noutcome = \"crash\"\nreason = \"r\"\n");
        let good = "check = \"dup2: target -1 returns EBADF\"";
        assert_eq!(said(&entry(good)), "");
        assert_eq!(said(&entry("call = \"dup2\"")), "");
        let bad = entry(good) + &entry("check = \"dup2: targte -1 returns EBADF\"");
        assert_eq!(
            said(&bad),
            "k.gaps.toml:6: no check of the plan is called \"dup2: targte -1 returns EBADF\"; did \
             you mean \"dup2: target -1 returns EBADF\"?"
        );
        let call = said(&entry("call = \"pip2\""));
        assert!(call.starts_with("k.gaps.toml:2: no check of the plan makes the call"));
        assert!(call.ends_with("did you mean \"pipe2\"?"), "{call}");
        let must = said("must_pass = [\n  \"xyz\",\n  \"zyx\",\n]\n");
        assert!(must.starts_with("k.gaps.toml:2: "), "{must}");
        assert!(must.ends_with("; another name is not in the plan either"));
    }
}
