//! Plans made by tests, and the round trip.

use packer::abi::Processor;
use packer::decode::{self, Callee, decode};
use packer::plan::call::{Call, PSE51, PSE52, PSE53};
use packer::plan::{self, Family, Profile, Row, Table, Value, Want};
use packer::suites::{Limits, Suite};
use packer::{Error, Tables};

/// A system call with a name of its own.
pub fn syscall(number: u16, arity: u8) -> Call {
    Call {
        name: format!("call{number}").leak(),
        number,
        generic: number,
        arity,
        callee: plan::call::Callee::Tested(Profile::Pse51),
    }
}

/// Every system call under test.
pub fn tested() -> impl Iterator<Item = Call> {
    PSE51.iter().chain(PSE52).chain(PSE53).copied()
}

pub fn row(call: Call, args: &[Value], want: Want, name: Option<&str>) -> Row {
    Row {
        call,
        args: args.to_vec().leak(),
        want,
        name: name.map(|name| &*name.to_string().leak()),
        written: plan::Written { args: "", want: "" },
    }
}

/// A family that has only positive rows.
pub fn family(title: &str, rows: Vec<Row>) -> Family {
    Family {
        title: title.to_string().leak(),
        profile: Profile::Pse51,
        positive: Table::same(rows.leak()),
        negative: Table::same(&[]),
        boundary: Table::same(&[]),
    }
}

pub fn suite(families: Vec<Family>) -> Suite {
    Suite {
        name: "made",
        program: "made",
        processor: Processor::X86_64,
        families: families.leak(),
        limits: Limits::DEFAULT,
    }
}

/// Packs a suite, unpacks it, and compares row by row.
pub fn there_and_back(suite: &Suite) -> Result<Tables, Error> {
    let tables = Tables::of(suite)?;
    let groups = decode(&tables).expect("the tables are a plan");
    let planned: Vec<plan::Group> = suite.groups().collect();
    assert_eq!(groups.len(), planned.len());
    for (group, planned) in groups.iter().zip(planned) {
        assert_eq!(group.title, planned.family.title);
        assert_eq!(group.profile, planned.family.profile);
        assert_eq!(group.kind, planned.kind);
        let rows: Vec<&Row> = planned.rows().collect();
        assert_eq!(group.rows.len(), rows.len(), "{planned}");
        let mut checks = planned.checks(0);
        for (row, planned) in group.rows.iter().zip(rows) {
            same_row(row, planned, &tables, suite.processor);
            let check = planned.name.and_then(|_| checks.next());
            let check = check.map(|check| (check.call.to_string(), check.case.to_string()));
            assert_eq!(row.check, check, "{planned:?}");
        }
    }
    Ok(tables)
}

fn same_row(row: &decode::Row, planned: &Row, tables: &Tables, processor: Processor) {
    match &row.call {
        Callee::Own(call) => assert_eq!(*call, planned.call),
        Callee::Syscall { name, number, .. } => {
            assert!(planned.call.is_syscall(), "{planned:?}");
            let planned = (planned.call.name, planned.call.number_on(processor));
            assert_eq!((&**name, Some(*number)), planned);
        }
    }
    assert_eq!(row.args.len(), planned.args.len(), "{planned:?}");
    for (value, planned) in row.args.iter().zip(planned.args) {
        same_value(*value, *planned, tables);
    }
    match (row.want, planned.want) {
        (decode::Want::Done, Want::Done()) => {}
        (decode::Want::Err(errno), Want::Err(planned)) => assert_eq!(errno, planned.0),
        (decode::Want::Either(one, other), Want::Either(first, second)) => {
            assert_eq!((one, other), (first.0, second.0));
        }
        (decode::Want::Keep(place), Want::Keep(planned)) => assert_eq!(place, planned),
        (decode::Want::Is(value), Want::Is(planned))
        | (decode::Want::AtLeast(value), Want::AtLeast(planned))
        | (decode::Want::AtMost(value), Want::AtMost(planned)) => {
            same_value(value, planned, tables);
        }
        (want, planned) => panic!("{want:?} is not {planned:?}"),
    }
}

fn same_value(value: decode::Value, planned: Value, tables: &Tables) {
    match (value, planned) {
        (decode::Value::Int(int), Value::Int(planned)) => assert_eq!(int, planned),
        (decode::Value::Address(offset), Value::Address(place)) => assert_eq!(offset, place.offset),
        (decode::Value::Held(place), Value::Held(planned)) => assert_eq!(place, planned),
        (decode::Value::Data(offset), Value::Data(bytes)) => {
            assert!(tables.data[offset..].starts_with(bytes));
        }
        (decode::Value::Entry(entry), Value::Entry(planned)) => assert_eq!(entry, planned),
        (value, planned) => panic!("{value:?} is not {planned:?}"),
    }
}
