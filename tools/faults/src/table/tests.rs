//! Tests of the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::*;
use crate::model::{Class, Product};

/// The names of the Rust files in a folder, without their endings.
fn modules(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let stem = |path: &Path| path.file_stem().map(|stem| stem.to_string_lossy().into());
    let names: BTreeSet<String> = paths.filter_map(|path| stem(&path)).collect();
    names
}

#[test]
fn tables_are_named_as_the_families_of_the_suite() {
    let mut tables = modules("src/table");
    for other in ["files", "historic", "mod", "prelude", "processes", "tests"] {
        assert!(tables.remove(other), "{other}");
    }
    assert!(tables.len() > 10, "{tables:?}");
    assert!(
        tables.is_subset(&modules("../../src/families")),
        "{tables:?}"
    );
    for suite in ["files", "processes"] {
        let families = modules(&format!("../../src/families/{suite}"));
        let mut tables = modules(&format!("src/table/{suite}"));
        // Faults that concern several families.
        tables.retain(|table| !table.starts_with("calls_on_"));
        assert!(tables.is_subset(&families), "{suite}: {tables:?}");
    }
}

#[test]
fn each_call_has_its_faults_in_one_table() {
    let mut seen = BTreeSet::new();
    for table in FAMILIES.iter().skip(1) {
        let calls: BTreeSet<&str> = table.iter().map(|fault| fault.call).collect();
        for call in calls {
            assert!(seen.insert(call), "{call} is in two tables");
        }
    }
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    let ids = SUITES.iter().flat_map(|(_, table)| *table);
    let ids = ids.map(|fault| fault.id);
    let twice: Vec<&str> = ids.filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_system_call_and_every_class_has_its_faults() {
    let mut calls = BTreeMap::new();
    for fault in &TABLE {
        *calls.entry(fault.call).or_insert(0) += 1;
    }
    assert_eq!(calls.len(), 52, "{calls:?}");
    assert!(calls.values().all(|count| *count >= 4), "{calls:?}");
    assert!(TABLE.len() >= 400);
    for class in Class::ALL {
        assert!(TABLE.iter().any(|fault| fault.class == class), "{class:?}");
    }
}

#[test]
fn historic_faults_have_ids_of_their_own() {
    let ids = SUITES.iter().flat_map(|(_, table)| *table);
    let ids = ids.map(|fault| fault.id);
    let mut seen = BTreeSet::new();
    let all = ids.chain(HISTORY.iter().map(|row| row.fault.id));
    let twice: Vec<&str> = all.filter(|id| !seen.insert(*id)).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(HISTORY.iter().all(|row| find(row.fault.id).is_some()));
}

#[test]
fn historic_faults_are_of_all_products_and_many_kernels() {
    let mut products = BTreeMap::new();
    let mut kernels = BTreeSet::new();
    for row in &HISTORY {
        *products.entry(row.product).or_insert(0) += 1;
        kernels.insert(row.source.kernel);
    }
    assert!(HISTORY.len() >= 120 && kernels.len() >= 50, "{kernels:?}");
    for product in Product::ALL {
        assert!(products[&product] >= 5, "{products:?}");
    }
}

#[test]
fn historic_faults_have_a_source_and_a_symptom() {
    for row in &HISTORY {
        let (source, id) = (row.source, row.fault.id);
        let is_date = source.date.bytes().enumerate().all(|(i, byte)| match i {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        assert!(is_date && source.date.len() == 10, "{id}");
        assert_eq!(source.repository.matches('/').count(), 1, "{id}");
        assert!(source.number > 0, "{id}");
        assert!(row.symptom.ends_with('.') && row.symptom.len() > 20, "{id}");
        assert!(
            row.missing.is_none_or(|missing| !missing.ends_with('.')),
            "{id}"
        );
    }
}

#[test]
fn historic_faults_are_of_the_calls_of_the_suite() {
    let calls: BTreeSet<&str> = TABLE.iter().map(|fault| fault.call).collect();
    for row in HISTORY.iter().filter(|row| row.product.suite() == "core") {
        let call = row.fault.call;
        let is_other = ["any", "clone", "rt_sigreturn"].contains(&call);
        assert!(is_other || calls.contains(call), "{call}");
    }
}

#[test]
fn the_historic_ones_come_first() {
    let first: Vec<&str> = TABLE.iter().take(3).map(|fault| fault.id).collect();
    let expected = [
        "dup2-negative-panics",
        "nanosleep-negative-blocks",
        "pipe-close-leaks",
    ];
    assert_eq!(first, expected);
}
