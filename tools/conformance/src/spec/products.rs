//! The products: tables of situations, each of whose cells names its checks.
//!
//! A file of `tests-spec/products` is a table: its columns, and for each row the cells that are
//! checked, by the titles of their checks, and those that cannot be, by the reason. Every other
//! cell is open. `further.toml` lists what waits for a further suite, the most important first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;

use crate::error::Result;
use crate::plan::Plan;
use crate::toml_file;

/// The file with the cells that wait for a further suite.
const FURTHER: &str = "further.toml";

/// One table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    title: String,
    columns: Vec<String>,
    row: Vec<Row>,
    /// The file's name, without its folder.
    #[serde(skip)]
    file: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: String,
    /// By the name of the column.
    #[serde(default)]
    cell: BTreeMap<String, Cell>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Cell {
    /// The titles of the checks.
    Checked(Vec<String>),
    /// The reason why there is no such situation.
    Never(String),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Further {
    #[serde(default)]
    cell: Vec<Open>,
}

/// A situation that waits for a further suite.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    /// The file of its table, without the ending.
    product: String,
    situation: String,
    /// The kernel bug that a check of it would find.
    bug: String,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Products {
    tables: Vec<Product>,
    further: Vec<Open>,
}

impl Products {
    /// Reads files, each given by name and text.
    ///
    /// # Errors
    /// A file is malformed: exit code 2.
    pub(crate) fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Products> {
        let mut products = Products::default();
        for (name, text) in files {
            let file = format!("tests-spec/products/{name}");
            if name == FURTHER {
                products.further = toml_file::parse::<Further>(&file, text)?.cell;
                continue;
            }
            let mut table: Product = toml_file::parse(&file, text)?;
            table.file = name.to_string();
            products.tables.push(table);
        }
        Ok(products)
    }

    /// The statements of the tables that the plan contradicts.
    pub(crate) fn disagreements(&self, plan: &Plan) -> Vec<String> {
        let mut wrong = Vec::new();
        for table in &self.tables {
            let columns: BTreeSet<&String> = table.columns.iter().collect();
            for (row, column, cell) in table.cells() {
                let place = format!("products/{}: {row}, {column}", table.file);
                if !columns.contains(column) {
                    wrong.push(format!("{place}: no such column"));
                }
                match cell {
                    Cell::Never(reason) if reason.trim().is_empty() => {
                        wrong.push(format!("{place}: the reason is empty"));
                    }
                    Cell::Never(_) => {}
                    Cell::Checked(titles) if titles.is_empty() => {
                        wrong.push(format!("{place}: no check; leave the cell out"));
                    }
                    Cell::Checked(titles) => {
                        let missing = titles.iter().filter(|title| plan.find(title).is_none());
                        wrong.extend(
                            missing.map(|title| format!("{place}: no such check: {title}")),
                        );
                    }
                }
            }
        }
        let is_known = |open: &&Open| {
            let file = format!("{}.toml", open.product);
            self.tables.iter().any(|table| table.file == file)
        };
        let unknown = self.further.iter().filter(|open| !is_known(open));
        wrong.extend(
            unknown.map(|open| format!("products/{FURTHER}: no such table: {}", open.product)),
        );
        wrong
    }

    /// The tables, and the list of what waits for a further suite.
    pub(crate) fn text(&self) -> String {
        let mut text: String = self
            .tables
            .iter()
            .map(|table| table.text() + "\n")
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "For a further suite, the most important first:");
        for (rank, open) in self.further.iter().enumerate() {
            let Open {
                product,
                situation,
                bug,
            } = open;
            let _ = writeln!(text, "{:>3}. {product}: {situation}\n     {bug}", rank + 1);
        }
        text
    }
}

impl Product {
    /// Every cell that the file has, with the names of its row and its column.
    fn cells(&self) -> impl Iterator<Item = (&String, &String, &Cell)> {
        self.row.iter().flat_map(|row| {
            row.cell
                .iter()
                .map(|(column, cell)| (&row.name, column, cell))
        })
    }

    /// The table: of each cell the number of its checks, `-` where it cannot be, `.` where it is
    /// open.
    fn text(&self) -> String {
        let checked = self
            .cells()
            .filter(|(_, _, cell)| matches!(cell, Cell::Checked(_)))
            .count();
        let never = self.cells().count() - checked;
        let all = self.row.len() * self.columns.len() - never;
        let width = self.row.iter().map(|row| row.name.len()).max().unwrap_or(0);
        // Writing to a string cannot fail.
        let mut text = format!("{}: {checked} of {all} cells\n", self.title);
        let _ = writeln!(text, "{:width$}  {}", "", self.columns.join("  "));
        for row in &self.row {
            let _ = write!(text, "{:width$}", row.name);
            for column in &self.columns {
                let number = match row.cell.get(column) {
                    Some(Cell::Checked(titles)) => titles.len().to_string(),
                    Some(Cell::Never(_)) => "-".to_string(),
                    None => ".".to_string(),
                };
                let _ = write!(text, "  {number:>0$}", column.len());
            }
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::Products;
    use crate::plan::Plan;

    const TABLE: &str = "title = \"Ways to wait\"\ncolumns = [\"data\", \"end\", \"time\"]\n\
        [[row]]\nname = \"read\"\n\
        cell.data = [\"pipe2: read waits for bytes\"]\ncell.time = \"it has no timeout\"\n";

    fn products(table: &str, further: &str) -> Products {
        Products::parse([("waits.toml", table), ("further.toml", further)]).expect("two files")
    }

    #[test]
    fn a_table_says_what_is_checked_open_and_impossible() {
        let further =
            "[[cell]]\nproduct = \"waits\"\nsituation = \"the end\"\nbug = \"It hangs.\"\n";
        let text = products(TABLE, further).text();
        let expected = "Ways to wait: 1 of 2 cells\n      data  end  time\n\
            read     1    .     -\n\n\
            For a further suite, the most important first:\n  1. waits: the end\n     \
            It hangs.\n";
        assert_eq!(text, expected);
        assert!(
            products(TABLE, further)
                .disagreements(&Plan::default())
                .is_empty()
        );
    }

    #[test]
    fn what_does_not_exist_is_reported() {
        let table = TABLE
            .replace("waits for bytes", "flies")
            .replace("cell.time", "cell.place");
        let further = "[[cell]]\nproduct = \"sleeps\"\nsituation = \"x\"\nbug = \"y\"\n";
        let wrong = products(&table, further).disagreements(&Plan::default());
        let expected = [
            "products/waits.toml: read, data: no such check: pipe2: read flies",
            "products/waits.toml: read, place: no such column",
            "products/further.toml: no such table: sleeps",
        ];
        assert_eq!(wrong, expected);
    }
}
