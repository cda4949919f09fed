//! The selection of checks by words and properties.

use std::collections::BTreeSet;

use super::Spec;
use crate::error::{Error, Result};
use crate::plan::{Plan, Planned};
use crate::suggest::closest;

/// The properties that a check must have; an empty one is not asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// Calls and families of which the check has each, or else texts that its title has; case does
    /// not count.
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
        for word in &self.words {
            let named = plan.checks.iter().any(|check| is_named(check, word));
            selected.retain(|check| match named {
                true => is_named(check, word),
                false => check.title.to_lowercase().contains(&word.to_lowercase()),
            });
        }
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

/// The checks that `--only` asks for. Each text is a title, a call or a family, or a part of a
/// title, or else words that a title has; a check that one of them selects is asked for.
///
/// # Errors
/// A text selects no check: exit code 2.
pub(crate) fn only(plan: &Plan, spec: &Spec, texts: &[String]) -> Result<BTreeSet<usize>> {
    let mut asked = BTreeSet::new();
    for text in texts {
        let of = |words: Vec<String>| Selection {
            words,
            ..Selection::default()
        };
        let mut some = of(vec![text.clone()]).of(plan, spec)?;
        if some.is_empty() {
            let words: Vec<String> = text.split_whitespace().map(str::to_string).collect();
            let words = if words.len() > 1 {
                words
            } else {
                vec![text.clone()]
            };
            some = of(words).some_of(plan, spec)?;
        }
        asked.extend(some);
    }
    Ok(asked)
}

/// True where a word is the name of a check's call or family.
fn is_named(check: &Planned, word: &str) -> bool {
    check.call.eq_ignore_ascii_case(word) || check.family.eq_ignore_ascii_case(word)
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
    fn name_of_a_call_selects_its_checks_alone() {
        let (plan, spec) = (Plan::default(), Spec::default());
        let read = words(&["read"]).of(&plan, &spec).expect("a call");
        assert!(!read.is_empty());
        assert!(read.iter().all(|&check| plan.checks[check].call == "read"));
    }

    #[test]
    fn several_texts_ask_for_what_each_selects() {
        let (plan, spec) = (Plan::default(), Spec::default());
        let of = |texts: &[&str]| {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            only(&plan, &spec, &texts)
        };
        let one = of(&["dup2: target -1"]).expect("a part of a title");
        assert_eq!(one.len(), 1);
        let words = of(&["dup2 EBADF"]).expect("words");
        assert!(words.is_superset(&one));
        let both = of(&["dup2: target -1", "Pipes"]).expect("a title and a family");
        assert!(both.len() > one.len() && both.is_superset(&one));
        let error = of(&["dup2: target -1", "nonsense"]).expect_err("no such word");
        assert!(error.text.starts_with("no check is about \"nonsense\""));
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
