//! The text of a file of known gaps: that of a new file, and an old one with changed entries.

use std::fmt::Write;

use serde::Serialize;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::known_gaps::{Gap, Gaps};
use crate::error::{Error, Result};
use crate::toml_file;

impl Gaps {
    /// The text of a new file.
    ///
    /// # Errors
    /// A value that TOML cannot express: exit code 2.
    pub fn text(&self, target: &str) -> Result<String> {
        let body = toml_file::text("the gaps", self)?;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# Known gaps of {target}; the command `bless` writes them."
        );
        Ok(text + &body)
    }

    /// The text of an old file with these entries: those that stay keep their place and their
    /// comments, and new ones come last.
    ///
    /// # Errors
    /// The old text is not TOML: exit code 2.
    pub(crate) fn edited(&self, target: &str, old: &str) -> Result<String> {
        let unreadable = |error| Error::usage(format!("the known gaps of {target}: {error}"));
        let mut file: DocumentMut = old.parse().map_err(unreadable)?;
        match &self.exhaustion {
            Some(reason) => set(file.as_table_mut(), "exhaustion", &value(reason)),
            None => _ = file.remove("exhaustion"),
        }
        let old = match file.remove("gap") {
            None => ArrayOfTables::new(),
            Some(Item::ArrayOfTables(tables)) => tables,
            // An array of inline tables has no place for comments: it is written anew.
            Some(_) => return self.text(target),
        };
        let mut rest: Vec<&Gap> = self.gap.iter().collect();
        let mut tables = ArrayOfTables::new();
        let mut header = None;
        for (place, mut table) in old.into_iter().enumerate() {
            let same = |gap: &&Gap| {
                let name = |key: &str| table.get(key).and_then(Item::as_str);
                name("check") == gap.check.as_deref() && name("call") == gap.call.as_deref()
            };
            match rest.iter().position(same) {
                Some(at) => {
                    update(&mut table, &entry(rest.remove(at))?);
                    tables.push(table);
                }
                // The comment above the first entry begins with that of the file.
                None if place == 0 => header = comment_of_file(&table),
                None => {}
            }
        }
        for gap in rest {
            let mut table = entry(gap)?;
            table.decor_mut().set_prefix("\n");
            tables.push(table);
        }
        if let (Some(header), Some(first)) = (&header, tables.get_mut(0)) {
            let own = prefix(first);
            first.decor_mut().set_prefix(format!("{header}{own}"));
        } else if let Some(header) = header {
            file.set_trailing(header);
        }
        if !tables.is_empty() {
            file.insert("gap", Item::ArrayOfTables(tables));
        }
        Ok(file.to_string())
    }
}

/// An entry as a table.
fn entry(gap: &impl Serialize) -> Result<Table> {
    let text = toml_file::text("the gaps", gap)?;
    let unreadable = |error| Error::usage(format!("writing the gaps: {error}"));
    let file: DocumentMut = text.parse().map_err(unreadable)?;
    Ok(file.into_table())
}

/// Gives a table the values of another, and leaves those that are equal as they are written.
fn update(table: &mut Table, new: &Table) {
    let stale: Vec<String> = table
        .iter()
        .map(|(key, _)| key.to_string())
        .filter(|key| !new.contains_key(key))
        .collect();
    for key in stale {
        table.remove(&key);
    }
    for (key, item) in new {
        set(table, key, item);
    }
}

fn set(table: &mut Table, key: &str, item: &Item) {
    let text = |item: &Item| match item.as_str() {
        Some(text) => text.to_string(),
        None => item.to_string().trim().to_string(),
    };
    if table.get(key).is_none_or(|old| text(old) != text(item)) {
        table.insert(key, item.clone());
    }
}

/// The comment above a table.
fn prefix(table: &Table) -> String {
    let prefix = table.decor().prefix().and_then(|prefix| prefix.as_str());
    prefix.unwrap_or_default().to_string()
}

/// The first comment above the first table, up to an empty line.
fn comment_of_file(table: &Table) -> Option<String> {
    let prefix = prefix(table);
    let end = prefix.find("\n\n").map_or(prefix.len(), |end| end + 1);
    let comment = &prefix[..end];
    (!comment.trim().is_empty()).then(|| comment.to_string())
}
