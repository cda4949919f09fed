//! Each rule for rows is an error that names the row that breaks it.

use packer::Tables;
use packer::abi::Errno;
use packer::plan::arena::{ARENA_SIZE, WORD};
use packer::plan::call::*;
use packer::plan::model::WINDOW;
use packer::plan::{Place, Row, Value, Want};

use crate::common::{family, row, suite, syscall};

const INT: Value = Value::Int(1);

/// The error of a plan that has these rows after a good row and before another one.
fn refused(rows: &[Row]) -> String {
    let good = row(GETPID, &[], Want::Done(), None);
    let rows = [&[good], rows, &[good]].concat();
    let error = Tables::of(&suite(vec![family("Clocks", rows)])).expect_err("a refusal");
    error.to_string()
}

/// Asserts that a row has that fault.
fn second_refused(row: Row, reason: &str) {
    let expected = format!("Clocks: positive tests, row 2, {}: {reason}", row.call.name);
    assert_eq!(refused(&[row]), expected);
}

fn wanting(want: Want) -> Row {
    row(CLOSE, &[INT], want, None)
}

#[test]
fn errnos_stay_below_the_other_wants() {
    for errno in [0, 133, 255] {
        let reason = format!("errno {errno} is not from 1 to 132");
        second_refused(wanting(Want::Err(Errno(errno))), &reason);
        second_refused(wanting(Want::Either(Errno(1), Errno(errno))), &reason);
        second_refused(wanting(Want::Either(Errno(errno), Errno(132))), &reason);
    }
}

#[test]
fn fresh_wants_one_byte() {
    let reason = "its want is not one byte";
    second_refused(row(FRESH, &[], Want::Is(INT), None), reason);
    second_refused(row(FRESH, &[], Want::Keep(WORD), None), reason);
}

#[test]
fn threads_exist() {
    let reason = "its thread is not from 0 to 1";
    for thread in [Value::Int(2), Value::Int(-1), Value::Held(WORD)] {
        second_refused(row(LATER, &[thread, INT], Want::Done(), None), reason);
        second_refused(row(JOIN, &[thread], Want::Done(), None), reason);
    }
}

#[test]
fn only_system_calls_are_deferred() {
    let reason = "no system call follows that it could defer";
    for row in [
        row(LATER, &[INT, INT], Want::Done(), None),
        row(IN_HANDLER, &[], Want::Done(), None),
    ] {
        let next = crate::common::row(CLOCK, &[], Want::Done(), None);
        let name = row.call.name;
        let expected = format!("Clocks: positive tests, row 2, {name}: {reason}");
        assert_eq!(refused(&[row, next]), expected);
    }
}

#[test]
fn rows_do_not_call_what_the_packer_writes() {
    for call in [END, GROUP, ABOUT] {
        second_refused(
            row(call, &[], Want::Done(), None),
            "only the packer writes this call",
        );
    }
}

#[test]
fn arguments_are_counted() {
    let seven = syscall(7000, 7);
    second_refused(
        row(seven, &[INT; 7], Want::Done(), None),
        "it has 7 arguments, more than 6",
    );
    second_refused(
        row(CLOSE, &[INT; 2], Want::Done(), None),
        "it has 2 arguments; its call takes 1",
    );
}

#[test]
fn calls_are_those_of_their_number() {
    let other = Call {
        name: "other",
        ..CLOSE
    };
    let error = refused(&[
        row(other, &[INT], Want::Done(), None),
        row(CLOSE, &[INT], Want::Done(), None),
    ]);
    let expected = "Clocks: positive tests, row 2, other: its number 3 is that of close";
    assert_eq!(error, expected);
    let unknown = Call {
        number: 99,
        ..CLOCK
    };
    let reason = "no call has its number 99";
    second_refused(row(unknown, &[], Want::Done(), None), reason);
    let strange = Call {
        name: "größe",
        ..syscall(2000, 0)
    };
    let reason = "'ö' is no printable ASCII character";
    second_refused(row(strange, &[], Want::Done(), None), reason);
}

#[test]
fn places_are_within_the_arena() {
    let place = |offset: usize, width| Place {
        offset: i16::try_from(offset).expect("a small arena"),
        width,
    };
    let end = format!("the place at {} is outside the arena", ARENA_SIZE - 4);
    let held = place(ARENA_SIZE - 4, 8);
    second_refused(row(CLOSE, &[Value::Held(held)], Want::Done(), None), &end);
    second_refused(wanting(Want::Keep(held)), &end);
    second_refused(wanting(Want::Is(Value::Held(held))), &end);
    second_refused(wanting(Want::AtLeast(Value::Held(held))), &end);
    second_refused(wanting(Want::AtMost(Value::Held(held))), &end);
    let after = Value::Address(place(ARENA_SIZE + 1, 8));
    let reason = format!("the place at {} is outside the arena", ARENA_SIZE + 1);
    second_refused(row(CLOSE, &[after], Want::Done(), None), &reason);
    let before = Value::Address(Place {
        offset: -1,
        width: 8,
    });
    let reason = "the place at -1 is outside the arena";
    second_refused(row(CLOSE, &[before], Want::Done(), None), reason);
    let half = Value::Held(place(0, 2));
    let reason = "a place has 4 or 8 bytes, not 2";
    second_refused(row(CLOSE, &[half], Want::Done(), None), reason);
}

#[test]
fn constants_have_offsets_of_16_bits() {
    let constant = |place: u32| {
        let numbers = (0..2048_u32).flat_map(|number| (place << 16 | number).to_le_bytes());
        Value::Data(numbers.collect::<Vec<u8>>().leak())
    };
    let rows: Vec<Row> = (1..6)
        .map(|place| row(CLOSE, &[constant(place)], Want::Done(), None))
        .collect();
    let reason = "the offset of a constant is 32768, more than 32767";
    let expected = format!("Clocks: positive tests, row 6, close: {reason}");
    assert_eq!(refused(&rows), expected);
}

#[test]
fn titles_are_plain() {
    let named = |name| row(CLOSE, &[INT], Want::Done(), Some(name));
    for (name, letter) in [("zero\0", "'\\0'"), ("größer", "'ö'"), ("line\n", "'\\n'")] {
        let error = refused(&[named(name)]);
        let expected = format!("Clocks: positive tests, row 2, close {name:?}: ");
        assert_eq!(
            error,
            format!("{expected}{letter} is no printable ASCII character")
        );
    }
    let rows = vec![row(GETPID, &[], Want::Done(), None)];
    let error = Tables::of(&suite(vec![family("Größe", rows)])).expect_err("a refusal");
    let expected = "Größe: positive tests: 'ö' is no printable ASCII character";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn checks_are_about_calls_of_the_plan() {
    let error = refused(&[row(CLOSE, &[INT], Want::Done(), Some("dup3: unknown flag"))]);
    let expected = "Clocks: positive tests, row 2, close \"dup3: unknown flag\": its check is \
                    about dup3, which no row calls";
    assert_eq!(error, expected);
}

#[test]
fn scripts_that_run_again_start_with_fresh() {
    let reason = "no FRESH() is before it in its group";
    second_refused(row(AGAIN, &[INT], Want::Done(), None), reason);
}

#[test]
fn scripts_that_run_again_are_kept_whole() {
    let again = row(AGAIN, &[INT], Want::Done(), None);
    let script = |rows: usize| {
        let fresh = row(FRESH, &[], Want::Done(), None);
        let close = row(CLOSE, &[INT], Want::Done(), None);
        [&[fresh], &*vec![close; rows], &[again]].concat()
    };
    let long = script(WINDOW / 3);
    let error = refused(&long);
    let row = long.len() + 1;
    let subject = format!("Clocks: positive tests, row {row}, AGAIN: its script has ");
    assert!(error.starts_with(&subject), "{error}");
    let short = suite(vec![family("Clocks", script(WINDOW / 4))]);
    assert!(Tables::of(&short).is_ok());
}

#[test]
fn scripts_that_a_granted_call_repeats_are_kept_whole() {
    let script = |rows: usize| {
        let fresh = row(FRESH, &[], Want::Done(), None);
        let close = row(CLOSE, &[INT], Want::Done(), None);
        let check = row(CLOSE, &[INT], Want::Err(Errno(9)), Some("closed"));
        [&[fresh], &*vec![close; rows], &[check]].concat()
    };
    let long = script(WINDOW / 3);
    let error = refused(&long);
    let row = long.len() + 1;
    let subject = format!("Clocks: positive tests, row {row}, close \"closed\": its script has ");
    assert!(error.starts_with(&subject), "{error}");
    let short = suite(vec![family("Clocks", script(WINDOW / 4))]);
    assert!(Tables::of(&short).is_ok());
}
