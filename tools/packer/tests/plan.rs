//! Every row of a plan survives the round trip.

use std::collections::BTreeSet;

use packer::abi::{Processor, errno};
use packer::plan::arena::ARENA_SIZE;
use packer::plan::call::{CHILD, CLONE, FRESH, GETPID, OPS, PARENT, op};
use packer::plan::{Entry, Place, Row, Value, Want, bytecode, routine};
use packer::suites::{self, CORE};
use packer::{index_bytes, small};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::common::{family, row, suite, tested, there_and_back};

#[test]
fn every_suite_survives() {
    for suite in suites::ALL {
        let tables = there_and_back(suite).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(tables.checks, suite.checks().count());
        assert_eq!(tables.suite_id, suite.id());
    }
}

#[test]
fn indices_are_read_as_written() {
    for index in (0..1100).chain([65_535, 100_000]) {
        let bytes = index_bytes(index);
        let mut rest = bytes.iter();
        let read = bytecode::index(|| *rest.next().expect("a byte"));
        assert_eq!(read, index);
        assert_eq!(rest.len(), 0, "{index}");
    }
    assert_eq!(index_bytes(254), [254]);
    assert_eq!(index_bytes(255), [255, 0]);
}

#[test]
fn numbers_of_16_bits_are_small() {
    assert_eq!(small("it", 32_767), Ok(i16::MAX));
    let fault = small("it", 32_768).expect_err("a fault");
    assert_eq!(fault, "it is 32768, more than 32767");
}

#[test]
fn every_suite_has_its_own_id_and_titles_that_differ() {
    let ids: BTreeSet<u32> = suites::ALL.iter().map(|suite| suite.id()).collect();
    assert_eq!(ids.len(), suites::ALL.len());
    let mut titles = BTreeSet::new();
    for suite in suites::ALL {
        for check in suite.checks() {
            assert!(
                titles.insert((suite.processor, check.to_string())),
                "{check} is in a plan twice"
            );
        }
        assert_eq!(
            suites::by_id(suite.id()).map(|found| found.processor),
            Some(suite.processor)
        );
    }
}

#[test]
fn a_child_process_has_neither_checks_nor_scripts_and_an_end() {
    let fresh = row(FRESH, &[], Want::Done(), None);
    let child = row(CHILD, &[Value::Int(0)], Want::Done(), None);
    let parent = row(PARENT, &[], Want::Done(), None);
    let check = row(GETPID, &[], Want::Done(), Some("a check"));
    let fault = |rows: &[Row]| {
        let rows = [&[fresh], rows, &[row(GETPID, &[], Want::Done(), None)]].concat();
        let error = there_and_back(&suite(vec![family("Made", rows)])).err()?;
        Some(error.fault)
    };
    assert_eq!(fault(&[child, child, parent, parent, check]), None);
    let faults = [
        (&[child, check, parent][..], "a child process has no checks"),
        (&[child, fresh, parent], "a child process cannot run it"),
        (&[parent], "no CHILD() is before it"),
        (&[child, child, parent], "no PARENT() follows its CHILD()"),
    ];
    for (rows, expected) in faults {
        assert_eq!(fault(rows).as_deref(), Some(expected));
    }
}

#[test]
fn rows_that_a_processor_has_not_are_made_by_another_call() {
    let suite = CORE.on(Processor::Riscv64);
    let absent = ["arch_prctl", "dup2", "epoll_wait", "poll", "select"];
    for row in suite.groups().flat_map(|group| group.rows()) {
        assert!(!absent.contains(&row.call.name), "{row:?}");
    }
    let titles: Vec<String> = suite.checks().map(|check| check.to_string()).collect();
    for title in [
        "dup3: target is closed first",
        "ppoll: entries with revents are counted",
        "ppoll: empty pipe is not readable",
        "pselect6: bits of all sets are counted",
        "epoll_pwait: timeout -1 waits for data",
    ] {
        assert!(titles.iter().any(|known| known == title), "{title}");
    }
}

fn place() -> impl Strategy<Value = Place> {
    let last = i16::try_from(ARENA_SIZE - 8).expect("a small arena");
    let offset = prop_oneof![Just(0), Just(last), 0..last];
    (offset, select(vec![4, 8])).prop_map(|(offset, width)| Place { offset, width })
}

/// Numbers at the limits of 8, 16, 32 and 64 bits, and any others.
fn number() -> impl Strategy<Value = i64> {
    let edge = |bits: u32| (1_i64 << (bits - 1)).wrapping_add(-1);
    let edges = [8, 9, 16, 17, 32, 33, 63, 64].map(edge);
    let near = (select(edges.to_vec()), -2..3_i64, any::<bool>());
    let near = near.prop_map(|(edge, near, negative)| {
        let number = edge.wrapping_add(near);
        if negative {
            number.wrapping_neg()
        } else {
            number
        }
    });
    prop_oneof![near, any::<i64>(), -300..300_i64]
}

fn value() -> impl Strategy<Value = Value> {
    let data = vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Data(bytes.leak()));
    let end = i16::try_from(ARENA_SIZE).expect("a small arena");
    prop_oneof![
        4 => number().prop_map(Value::Int),
        2 => place().prop_map(Value::Address),
        1 => Just(Value::Address(Place { offset: end, width: 8 })),
        2 => place().prop_map(Value::Held),
        1 => data,
        1 => select(vec![Entry::Handler, Entry::Restorer, Entry::ReadOnly]).prop_map(Value::Entry),
    ]
}

fn want() -> impl Strategy<Value = Want> {
    let errno = || select(errno::ALL).prop_map(|(errno, _)| errno);
    prop_oneof![
        Just(Want::Done()),
        value().prop_map(Want::Is),
        errno().prop_map(Want::Err),
        (errno(), errno()).prop_map(|(one, other)| Want::Either(one, other)),
        place().prop_map(Want::Keep),
        value().prop_map(Want::AtLeast),
        value().prop_map(Want::AtMost),
    ]
}

/// A name, with or without a system call.
fn name() -> impl Strategy<Value = Option<String>> {
    let about = prop_oneof![Just(String::new()), Just(format!("{}: ", CLONE.name))];
    let name = (about, "[ -9;-~]{0,50}").prop_map(|(about, case)| about + &case);
    prop::option::of(name)
}

/// A row of any call that takes any arguments.
fn any_row() -> impl Strategy<Value = Row> {
    let free = |call: &&packer::plan::Call| {
        let reserved = [
            op::END,
            op::GROUP,
            op::ABOUT,
            op::FRESH,
            op::LATER,
            op::JOIN,
            op::CHILD,
            op::PARENT,
        ];
        let number = u8::try_from(call.number).expect("a small number");
        !reserved.contains(&number) && number != op::IN_HANDLER
    };
    let calls: Vec<_> = tested().chain(OPS.iter().filter(free).copied()).collect();
    let calls = [&calls[..], routine::CALLS].concat();
    let parts = (any::<Index>(), vec(value(), 6), want(), name());
    parts.prop_map(move |(index, args, want, name)| {
        let call = *index.get(&calls);
        row(call, &args[..call.arity.into()], want, name.as_deref())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_rows_survive(groups in vec(vec(any_row(), 0..30), 1..5)) {
        let families = groups.into_iter().enumerate().map(|(place, rows)| {
            let begin = [
                row(FRESH, &[], Want::Done(), None),
                row(CLONE, &[Value::Int(0); 5], Want::Done(), None),
            ];
            let scripts = rows.chunks(10).flat_map(|rows| [&begin[..], rows].concat());
            family(&format!("Family {place}"), scripts.collect())
        });
        let suite = suite(families.collect());
        there_and_back(&suite).unwrap_or_else(|error| panic!("{error}"));
    }
}
