//! Packs the plan for the machine: the inverse of what `machine` unpacks.
//!
//! The format stands in `plan::bytecode`.

use std::collections::BTreeMap;
use std::fmt;

use crate::abi::{errno, numbers};
use crate::compress::compress;
use crate::plan::bytecode::{self, value, want};
use crate::plan::call::{Call, Callee, op};
use crate::plan::routine::{self, Routine};
use crate::plan::{Entry, Row, Value, Want};
use crate::suites::CORE;

/// The packed plan and what the ELF has to know of it.
pub struct Bytecode {
    /// The tables that are compressed together, each with its name.
    tables: Vec<(&'static str, Vec<u8>)>,
    /// Constant bytes, which stay as they are: rows need read-only memory.
    data: Vec<u8>,
    syscalls: usize,
    errnos: usize,
}

/// Packs the suite.
pub fn encode() -> Bytecode {
    let rows: Vec<&Row> = CORE.groups().flat_map(|group| group.rows()).collect();
    let syscalls = Syscalls::of(&rows);
    let values = Values::of(&rows);
    // All of them, whether a check expects them or not: a kernel may answer with any.
    let errnos = errno::ALL;
    let names =
        (syscalls.calls.iter().map(|call| call.name)).chain(errnos.iter().map(|(_, name)| *name));
    let numbers = syscalls
        .calls
        .iter()
        .flat_map(|call| call.number.to_le_bytes());
    let tables = vec![
        ("ROWS", program(&syscalls, &values)),
        ("ARITY", syscalls.arity()),
        ("NUMBERS", numbers.collect()),
        ("ERRNOS", errnos.iter().map(|(errno, _)| errno.0).collect()),
        ("VALUES", values.table().concat()),
        (
            "WIDE",
            values
                .wide
                .iter()
                .flat_map(|wide| wide.to_le_bytes())
                .collect(),
        ),
        ("NAMES", texts(names)),
        ("TITLES", texts(titles())),
    ];
    Bytecode {
        tables,
        data: values.data,
        syscalls: syscalls.calls.len(),
        errnos: errnos.len(),
    }
}

/// Texts one behind the other, a zero behind each.
fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<u8> {
    texts.flat_map(|text| text.bytes().chain([0])).collect()
}

/// Each group's family and the cases of its checks, in order.
fn titles() -> impl Iterator<Item = &'static str> {
    CORE.groups().flat_map(|group| {
        let cases: Vec<&str> = group.checks(0).map(|check| check.case).collect();
        [group.family.title].into_iter().chain(cases)
    })
}

/// The rows of all groups.
fn program(syscalls: &Syscalls, values: &Values) -> Vec<u8> {
    let mut program = Vec::new();
    for group in CORE.groups() {
        program.extend([
            op::GROUP,
            (group.family.profile as u8) << 2 | group.kind as u8,
        ]);
        let mut checks = group.checks(0);
        // What the machine takes the next check to be about: the last system call.
        let mut about = None;
        for row in group.rows() {
            if row.call.is_syscall() {
                about = Some(row.call.name);
            }
            let mut named = 0;
            if row.name.is_some() {
                named = bytecode::NAMED;
                let check = checks.next().expect("a check for each named row");
                if about != Some(check.call) {
                    program.extend([op::ABOUT, syscalls.index_of_name(check.call)]);
                    about = Some(check.call);
                }
            }
            program.push(syscalls.id(row.call) | named);
            program.extend(row.args.iter().flat_map(|&arg| values.bytes(arg)));
            program.extend(want_bytes(row.want, values));
        }
    }
    program.push(op::END);
    program
}

fn want_bytes(want: Want, values: &Values) -> Vec<u8> {
    let with = |kind: u8, value: Value| [vec![kind], values.bytes(value)].concat();
    match want {
        Want::Done() => vec![want::DONE],
        Want::Err(errno) => vec![errno.0],
        Want::Either(one, other) => vec![want::EITHER, one.0, other.0],
        Want::Keep(place) => {
            let kind = if place.width == 4 {
                want::KEEP
            } else {
                want::KEEP_LONG
            };
            with(kind, Value::Address(place))
        }
        Want::AtLeast(least) => with(want::AT_LEAST, least),
        Want::AtMost(most) => with(want::AT_MOST, most),
        Want::Is(exactly) => match values.index(exactly) {
            Some(index) if index < bytecode::INLINE - want::IS_VALUE => {
                vec![want::IS_VALUE + index]
            }
            _ => with(want::IS, exactly),
        },
    }
}

/// The system calls of the plan in the order of their numbers.
struct Syscalls {
    calls: Vec<Call>,
}

impl Syscalls {
    fn of(rows: &[&Row]) -> Syscalls {
        // The machine makes these on its own account, and names them where they fail a step.
        use crate::plan::call::{CLONE, RT_SIGACTION, SETITIMER};
        let rows = rows
            .iter()
            .map(|row| row.call)
            .filter(|call| call.is_syscall());
        let calls: BTreeMap<u16, Call> = rows
            .chain([CLONE, RT_SIGACTION, SETITIMER])
            .map(|call| (call.number, call))
            .collect();
        Syscalls {
            calls: calls.into_values().collect(),
        }
    }

    fn first_id() -> u8 {
        op::HOW_MANY + Routine::ALL.len() as u8
    }

    fn id(&self, call: Call) -> u8 {
        match call.callee {
            Callee::Op => call.number as u8,
            Callee::Routine => op::HOW_MANY + call.number as u8,
            Callee::Tested(_) | Callee::Plumbing => {
                let id = Self::first_id() + self.index_of_name(call.name);
                assert!(id < bytecode::NAMED, "more than 127 calls");
                id
            }
        }
    }

    /// The place in the table of names.
    fn index_of_name(&self, name: &str) -> u8 {
        let index = self.calls.iter().position(|call| call.name == name);
        index.unwrap_or_else(|| panic!("a check is about {name}, which no row calls")) as u8
    }

    /// How many arguments follow each call, from the first pseudo-call on, and what it changes.
    fn arity(&self) -> Vec<u8> {
        let mut arity = vec![0; usize::from(op::HOW_MANY)];
        for call in crate::plan::call::OPS {
            arity[usize::from(call.number)] = call.arity;
        }
        arity.extend(routine::CALLS.iter().map(|call| call.arity));
        arity.extend(self.calls.iter().map(|call| {
            let descriptor = if call.makes_descriptor() {
                bytecode::MAKES_DESCRIPTOR
            } else {
                0
            };
            let mask = if call.touches_mask() {
                bytecode::TOUCHES_MASK
            } else {
                0
            };
            // `pipe2` returns no descriptor but writes two, which the bench's words show.
            let descriptor = if call.number == numbers::PIPE2 {
                0
            } else {
                descriptor
            };
            call.arity | descriptor | mask
        }));
        arity
    }
}

/// Every distinct value of the plan; those that are most often wanted have the lowest indices.
struct Values {
    order: Vec<Value>,
    encoded: Vec<[u8; 3]>,
    wide: Vec<i64>,
    data: Vec<u8>,
}

impl Values {
    fn of(rows: &[&Row]) -> Values {
        let mut values = Values {
            order: Values::by_use(rows),
            encoded: Vec::new(),
            wide: Vec::new(),
            data: Vec::new(),
        };
        // Longest first, so that short constants are found inside long ones.
        let mut constants: Vec<&[u8]> = (values.order.iter())
            .filter_map(|value| {
                if let Value::Data(bytes) = value {
                    Some(*bytes)
                } else {
                    None
                }
            })
            .collect();
        constants.sort_by_key(|bytes| std::cmp::Reverse(bytes.len()));
        for bytes in constants {
            if find(&values.data, bytes).is_none() {
                values.data.extend_from_slice(bytes);
            }
        }
        values.encoded = values
            .order
            .clone()
            .into_iter()
            .map(|v| values.encode(v))
            .collect();
        values
    }

    /// The distinct values: first those that are wanted most often, then those used most often.
    fn by_use(rows: &[&Row]) -> Vec<Value> {
        let mut counted: Vec<(Value, (usize, usize))> = Vec::new();
        let mut count = |value: Value, wanted: usize| {
            let known = counted.iter().position(|(known, _)| *known == value);
            let index = known.unwrap_or_else(|| {
                counted.push((value, (0, 0)));
                counted.len() - 1
            });
            counted[index].1.0 += wanted;
            counted[index].1.1 += 1;
        };
        for row in rows {
            row.args.iter().for_each(|&arg| count(arg, 0));
            match row.want {
                Want::Is(wanted) => count(wanted, 1),
                Want::AtLeast(bound) | Want::AtMost(bound) => count(bound, 0),
                Want::Keep(place) => count(Value::Address(place), 0),
                Want::Done() | Want::Err(_) | Want::Either(..) => {}
            }
        }
        // What is used once is shorter in its row than in the table.
        let direct = usize::from(bytecode::INLINE - want::IS_VALUE);
        counted.sort_by_key(|&(_, uses)| std::cmp::Reverse(uses));
        let rest = counted.split_off(direct.min(counted.len()));
        let mut rest = rest;
        rest.sort_by_key(|&(_, (_, used))| std::cmp::Reverse(used));
        counted
            .into_iter()
            .chain(rest)
            .map(|(value, _)| value)
            .collect()
    }

    /// The place in the table, if the value has one.
    fn index(&self, value: Value) -> Option<u8> {
        let index = u8::try_from(self.position(value)).ok();
        index.filter(|&index| index < bytecode::INLINE)
    }

    fn position(&self, value: Value) -> usize {
        let position = self.order.iter().position(|&known| known == value);
        position.expect("every value was collected")
    }

    /// The encoded values that have a place in the table.
    fn table(&self) -> Vec<[u8; 3]> {
        self.encoded
            .iter()
            .copied()
            .take(bytecode::INLINE.into())
            .collect()
    }

    /// The bytes that stand for the value in a row.
    fn bytes(&self, value: Value) -> Vec<u8> {
        match self.index(value) {
            Some(index) => vec![index],
            None => {
                let encoded = self.encoded[self.position(value)];
                [&[bytecode::INLINE], encoded.as_slice()].concat()
            }
        }
    }

    fn encode(&mut self, value: Value) -> [u8; 3] {
        let (kind, number) = match value {
            Value::Int(int) => match i16::try_from(int) {
                Ok(small) => (value::INT, small),
                Err(_) => {
                    let known = self.wide.iter().position(|&wide| wide == int);
                    let index = known.unwrap_or_else(|| {
                        self.wide.push(int);
                        self.wide.len() - 1
                    });
                    (value::WIDE, index as i16)
                }
            },
            Value::Address(place) => (value::ADDRESS, place.offset),
            Value::Held(place) if place.width == 4 => (value::HELD, place.offset),
            Value::Held(place) => (value::HELD_LONG, place.offset),
            Value::Data(bytes) => (
                value::DATA,
                find(&self.data, bytes).expect("every constant was laid out") as i16,
            ),
            Value::Entry(Entry::Handler) => (value::ENTRY, 0),
            Value::Entry(Entry::Restorer) => (value::ENTRY, 1),
        };
        let [low, high] = number.to_le_bytes();
        [kind, low, high]
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

impl fmt::Display for Bytecode {
    /// The compressed tables, and where each lies, as Rust source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole: Vec<u8> = self
            .tables
            .iter()
            .flat_map(|(_, table)| table.clone())
            .collect();
        let compressed = compress(&whole);
        for (name, table) in [("COMPRESSED", &compressed), ("DATA", &self.data)] {
            writeln!(f, "pub static {name}: [u8; {}] = {table:?};", table.len())?;
        }
        writeln!(f, "pub const UNPACKED_SIZE: usize = {};", whole.len())?;
        let mut position = 0;
        for (name, table) in &self.tables {
            writeln!(f, "pub const {name}: usize = {position};")?;
            position += table.len();
        }
        writeln!(f, "pub const SYSCALLS: usize = {};", self.syscalls)?;
        writeln!(f, "pub const ERRNO_COUNT: usize = {};", self.errnos)?;
        writeln!(f, "pub const FIRST_SYSCALL: u8 = {};", Syscalls::first_id())?;
        writeln!(f, "pub const CHECKS: u32 = {};", CORE.checks().count())?;
        writeln!(f, "pub const SUITE_ID: u32 = 0x{:08x};", CORE.id())
    }
}
