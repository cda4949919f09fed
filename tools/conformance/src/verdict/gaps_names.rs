//! The checks and calls that a file of known gaps names: each must be in the plan.

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
    #[serde(default)]
    gap: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    check: Option<Spanned<String>>,
    call: Option<Spanned<String>>,
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
