//! The selection of checks by words and properties.

use super::Spec;
use crate::error::{Error, Result};
use crate::plan::{Plan, Planned};
use crate::suggest::closest;

/// The properties that a check must have; an empty one is not asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Texts of which the title has each, or its call or family is one; case does not count.
    pub words: Vec<String>,
    pub profile: Option<String>,
    pub call: Option<String>,
    pub family: Option<String>,
    /// The level of the requirement: shall, may or linux.
    pub level: Option<String>,
}

/// A property's name, the value asked for, and that of a check.
type Property<'a> = (&'a str, &'a Option<String>, &'a dyn Fn(&Planned) -> String);

impl Selection {
    /// The indices of the checks selected, in the order of the plan.
    ///
    /// # Errors
    /// A property is one that no check has: exit code 2, with the nearest one that a check has.
    pub(crate) fn of(&self, plan: &Plan, spec: &Spec) -> Result<Vec<usize>> {
        let level = |check: &Planned| spec.clause(&check.title).map(|clause| clause.level.clone());
        let properties: [Property; 4] = [
            ("profile", &self.profile, &|check| {
                check.profile.name().to_string()
            }),
            ("call", &self.call, &|check| check.call.to_string()),
            ("family", &self.family, &|check| check.family.to_string()),
            ("level", &self.level, &|check| {
                level(check).unwrap_or_default()
            }),
        ];
        let mut selected: Vec<&Planned> = plan.checks.iter().collect();
        for (name, wanted, property) in properties {
            let Some(wanted) = wanted else { continue };
            let known: Vec<String> = plan.checks.iter().map(property).collect();
            if !known.iter().any(|known| known.eq_ignore_ascii_case(wanted)) {
                return Err(unknown(name, wanted, &known));
            }
            selected.retain(|check| property(check).eq_ignore_ascii_case(wanted));
        }
        let exact = |check: &&Planned| self.words.contains(&check.title);
        let exact: Vec<usize> = selected
            .iter()
            .copied()
            .filter(exact)
            .map(|check| check.index)
            .collect();
        if !exact.is_empty() {
            return Ok(exact);
        }
        selected.retain(|check| self.words.iter().all(|word| has(check, word)));
        Ok(selected.iter().map(|check| check.index).collect())
    }

    /// The checks selected, if there is one.
    ///
    /// # Errors
    /// As [`Selection::of`], or no check is selected: exit code 2.
    pub(crate) fn some_of(&self, plan: &Plan, spec: &Spec) -> Result<Vec<usize>> {
        let selected = self.of(plan, spec)?;
        if selected.is_empty() {
            let words = self.words.join(" ");
            let titles = plan.checks.iter().map(|check| check.title.as_str());
            let hint = closest(&words, titles).map_or_else(
                || "`list` prints all titles".to_string(),
                |title| format!("did you mean {title:?}?"),
            );
            return Err(Error::usage(format!("no check is about {words:?}; {hint}")));
        }
        Ok(selected)
    }
}

/// True where a check is about a word: its call or family is that word, or its title has it.
fn has(check: &Planned, word: &str) -> bool {
    let word = word.to_lowercase();
    check.title.to_lowercase().contains(&word) || check.family.to_lowercase() == word
}

fn unknown(property: &str, wanted: &str, known: &[String]) -> Error {
    let mut names: Vec<&str> = known
        .iter()
        .map(String::as_str)
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    let hint = match closest(wanted, names.iter().copied()) {
        Some(name) => format!("did you mean {name:?}?"),
        None if names.len() <= 8 => format!("it is one of {}", names.join(", ")),
        None => "`list` prints all checks".to_string(),
    };
    Error::usage(format!("no check has the {property} {wanted:?}; {hint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Selection {
        Selection {
            words: words.iter().map(ToString::to_string).collect(),
            ..Selection::default()
        }
    }

    #[test]
    fn words_are_found_in_title_and_family() {
        let (plan, spec) = (Plan::default(), Spec::default());
        let title = &plan.checks[7].title;
        assert_eq!(words(&[title]).of(&plan, &spec), Ok(vec![7]));
        let pipes = words(&["pipes"]).of(&plan, &spec).expect("a family");
        assert!(
            pipes
                .iter()
                .any(|&check| plan.checks[check].call == "pipe2")
        );
        let both = words(&["dup2", "EBADF"]).of(&plan, &spec).expect("checks");
        assert!(!both.is_empty());
        for check in both {
            let title = &plan.checks[check].title;
            assert!(title.contains("dup2") && title.contains("EBADF"), "{title}");
        }
    }

    #[test]
    fn what_no_check_has_is_one_line_with_the_nearest() {
        let (plan, spec) = (Plan::default(), Spec::default());
        let call = Selection {
            call: Some("pip2".to_string()),
            ..Selection::default()
        };
        let error = call.of(&plan, &spec).expect_err("no such call");
        assert_eq!(
            error.text,
            "no check has the call \"pip2\"; did you mean \"pipe2\"?"
        );
        let error = words(&["nonsense"]).some_of(&plan, &spec);
        let text = error.expect_err("no such word").text;
        assert!(text.starts_with("no check is about \"nonsense\""), "{text}");
    }
}
