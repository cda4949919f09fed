//! Titles of checks that were renamed, and files of known gaps that have the old ones.

use serde::Deserialize;
use toml_edit::{DocumentMut, Item, Value};

use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::toml_file;

const TABLE: &str = include_str!("../../renamed.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    renamed: Vec<Renamed>,
}

/// A title that was renamed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Renamed {
    from: String,
    to: String,
}

/// A file of known gaps with the titles of this suite.
#[derive(Debug)]
pub(crate) struct Migrated {
    pub text: String,
    /// The titles that this suite does not have, also not by another name.
    pub unknown: Vec<String>,
}

/// A file of known gaps with its titles renamed; `file` is its name for messages. Comments and
/// order stay.
///
/// # Errors
/// The file is not TOML.
pub(crate) fn migrated(plan: &Plan, file: &str, text: &str) -> Result<Migrated> {
    let table: Table = toml_file::parse("renamed.toml", TABLE)?;
    let unreadable = |error| Error::usage(format!("{file}: {error}"));
    let mut document: DocumentMut = text.parse().map_err(unreadable)?;
    let mut unknown = Vec::new();
    let mut rename = |value: &mut Value| {
        let Some(old) = value.as_str().map(str::to_string) else {
            return;
        };
        let new = current(&table, &old);
        if plan.find(&new).is_none() {
            unknown.push(old.clone());
        }
        if new != old {
            let decor = value.decor().clone();
            *value = Value::from(new);
            *value.decor_mut() = decor;
        }
    };
    if let Some(titles) = document.get_mut("must_pass").and_then(Item::as_array_mut) {
        titles.iter_mut().for_each(&mut rename);
    }
    if let Some(gaps) = document
        .get_mut("gap")
        .and_then(Item::as_array_of_tables_mut)
    {
        for gap in gaps.iter_mut() {
            if let Some(title) = gap.get_mut("check").and_then(Item::as_value_mut) {
                rename(title);
            }
        }
    }
    Ok(Migrated {
        text: document.to_string(),
        unknown,
    })
}

/// The title that a check has now.
fn current(table: &Table, title: &str) -> String {
    let mut title = title;
    // A title may have been renamed again by a later entry.
    for renamed in &table.renamed {
        if renamed.from == title {
            title = &renamed.to;
        }
    }
    title.to_string()
}

#[cfg(test)]
mod tests {
    use super::{TABLE, Table, current, migrated};
    use crate::plan::Plan;
    use crate::toml_file;

    #[test]
    fn renamed_titles_lead_to_checks_of_the_plan() {
        let plan = Plan::default();
        let table: Table = toml_file::parse("renamed.toml", TABLE).expect("a table");
        for renamed in &table.renamed {
            assert!(plan.find(&renamed.from).is_none(), "{}", renamed.from);
            let now = current(&table, &renamed.from);
            assert!(plan.find(&now).is_some(), "{now}");
        }
    }

    #[test]
    fn titles_are_renamed_and_nothing_else() {
        let old = "# ours\nmust_pass = [\"mmap: write end of a pipe returns EACCES\"] # a pipe\n\n\
                   [[gap]]\n# why\ncheck = 'no such check'\noutcome = \"crash\"\n";
        let found = migrated(&Plan::default(), "x.toml", old).expect("TOML");
        let new = old.replace("returns EACCES\"", "returns EACCES or ENODEV\"");
        assert_eq!(
            (found.text, found.unknown),
            (new, vec!["no such check".to_string()])
        );
    }
}
