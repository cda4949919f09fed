//! The format has no limit that a larger suite would reach.

use packer::memory;
use packer::plan::bytecode::{LONG_CALL, MORE};
use packer::plan::call::*;
use packer::plan::{Family, Row, Value, Want, control, routine};
use packer::suites::CORE;

use crate::common::{family, row, suite, syscall, there_and_back};

#[test]
fn calls_exceed_127() {
    let calls = (1000..1130).map(|number| syscall(number, 1));
    let rows = calls.map(|call| row(call, &[Value::Int(1)], Want::Done(), Some("works")));
    let routines = routine::CALLS.iter().map(|&call| {
        let args = vec![Value::Int(1); call.arity.into()];
        row(call, &args, Want::Done(), Some("is answered"))
    });
    let suite = suite(vec![family("Calls", rows.chain(routines).collect())]);
    let tables = there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    assert!(tables.layout.syscall_count >= 130);
    assert!(tables.layout.call_count > LONG_CALL.into());
}

#[test]
fn calls_exceed_one_byte_more() {
    let calls = (1000..1500).map(|number| syscall(number, 0));
    let rows = calls.map(|call| row(call, &[], Want::Done(), Some("works")));
    let suite = suite(vec![family("Calls", rows.collect())]);
    let tables = there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    assert!(tables.layout.call_count > usize::from(LONG_CALL) + usize::from(MORE));
}

/// A family with that number of checks, all of one call.
fn checks(title: &str, count: usize) -> Family {
    let check = |number: usize| {
        let name = format!("check {number} of {title}");
        row(GETPID, &[], Want::Done(), Some(&name))
    };
    family(title, (0..count).map(check).collect())
}

#[test]
fn checks_exceed_1024() {
    let suite = suite(vec![checks("One", 1000), checks("Other", 1000)]);
    let tables = there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(tables.checks, 2000);
    let last = control::at::SKIP + (tables.checks - 1) / 8;
    assert_eq!(last + 1, control::size(tables.checks));
}

#[test]
fn values_exceed_255() {
    let row_of = |number: i64| {
        let args = [Value::Int(number), Value::Int(1 << 40 | number)];
        row(
            DUP2,
            &args,
            Want::Is(Value::Int(-number)),
            Some("is what it is"),
        )
    };
    let suite = suite(vec![family("Values", (1..=200).map(row_of).collect())]);
    let tables = there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(tables.layout.value_count, 600);
}

#[test]
fn values_exceed_two_bytes() {
    let row_of = |number: i64| row(CLOSE, &[Value::Int(number)], Want::Done(), None);
    let suite = suite(vec![family("Values", (0..1500).map(row_of).collect())]);
    let tables = there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(tables.layout.value_count, 1500);
}

#[test]
fn memory_does_not_grow_with_the_plan() {
    let core = there_and_back(&CORE).unwrap_or_else(|error| panic!("{error}"));
    for times in [2, 5] {
        let families = (0..times).flat_map(|_| CORE.families);
        let families = families.copied().enumerate().map(|(place, family)| Family {
            title: format!("{} {place}", family.title).leak(),
            ..family
        });
        let longer = suite(families.collect());
        let tables = there_and_back(&longer).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(tables.checks, times * core.checks);
        // The names of the families are the only tables that grow.
        let names: usize = longer
            .families
            .iter()
            .map(|family| family.title.len() + 1)
            .sum();
        let more = memory(tables.layout.rows) - memory(core.layout.rows);
        assert!(
            more <= names,
            "{more} bytes more for {times} times the plan"
        );
    }
}

#[test]
fn groups_exceed_the_window() {
    let rows = |count: usize| -> Vec<Row> {
        let begin = [
            row(FRESH, &[], Want::Done(), None),
            // The title repeats that of the group.
            row(DUP, &[Value::Int(1)], Want::Done(), Some("group is %")),
        ];
        let checks = (0..count).map(|number| {
            let name = format!("check {number} of a group that has very many of them");
            row(DUP, &[Value::Int(1)], Want::Done(), Some(&name))
        });
        begin.into_iter().chain(checks).collect()
    };
    let suite = suite(vec![family("Long", rows(500))]);
    assert!(there_and_back(&suite).is_ok());
}
