//! Packs the plan for the machine: the inverse of what `machine` unpacks.
//!
//! The format stands in `plan::packed`.

use std::collections::BTreeMap;
use std::fmt;

use crate::abi::{Errno, errno, numbers};
use crate::plan::call::{Call, Callee, op};
use crate::plan::packed::{self, value, want};
use crate::plan::{Entry, Row, Value, Want};
use crate::suite;
use crate::suite::routine::Routine;

/// Errnos whose names the ELF carries although no check expects them: what young kernels answer.
const LIKELY: &[Errno] = &[
    errno::ENOSYS,
    errno::EIO,
    errno::ENXIO,
    errno::ENOTTY,
    errno::EACCES,
];
/// The most codes that a text's byte has room for.
const CODES: usize = 256;

/// The tables of the ELF.
pub struct Packed {
    literals: Vec<u8>,
    pairs: Vec<[u8; 2]>,
    program: Vec<u8>,
    names: Vec<u8>,
    errnos: Vec<u8>,
    values: Vec<[u8; 3]>,
    wide: Vec<i64>,
    data: Vec<u8>,
    arity: Vec<u8>,
    numbers: Vec<u16>,
    checks: usize,
    suite_id: u32,
}

/// A piece of the program before its texts are encoded.
enum Piece {
    Byte(u8),
    Text(String),
}

/// Packs the suite.
pub fn pack() -> Packed {
    let rows: Vec<&Row> = suite::groups().flat_map(|group| group.rows()).collect();
    let syscalls = Syscalls::of(&rows);
    let values = Values::of(&rows);
    let program = pieces(&syscalls, &values);
    let expected = rows.iter().flat_map(|row| match row.want {
        Want::Err(one) => vec![one],
        Want::Either(one, other) => vec![one, other],
        _ => vec![],
    });
    let mut errnos: Vec<Errno> = expected.chain(LIKELY.iter().copied()).collect();
    errnos.sort();
    errnos.dedup();

    let names: Vec<Piece> = (syscalls.calls.iter().map(|call| call.name))
        .chain(
            errnos
                .iter()
                .map(|errno| errno.name().expect("a named errno")),
        )
        .map(|name| Piece::Text(name.to_string()))
        .collect();
    let texts: Vec<&str> = program
        .iter()
        .chain(&names)
        .filter_map(|piece| match piece {
            Piece::Text(text) => Some(text.as_str()),
            Piece::Byte(_) => None,
        })
        .collect();
    let mut encoding = Encoding::of(&texts);
    let [program, names] = [program, names].map(|pieces| {
        let bytes = pieces.into_iter().flat_map(|piece| match piece {
            Piece::Byte(byte) => vec![byte],
            Piece::Text(_) => encoding.encoded.next().expect("every text was encoded"),
        });
        bytes.collect::<Vec<u8>>()
    });
    Packed {
        literals: encoding.literals,
        pairs: encoding.pairs,
        program,
        names,
        errnos: errnos.iter().map(|errno| errno.0).collect(),
        values: values
            .encoded
            .into_iter()
            .take(packed::INLINE.into())
            .collect(),
        wide: values.wide,
        data: values.data,
        arity: syscalls.arity(),
        numbers: syscalls.calls.iter().map(|call| call.number).collect(),
        checks: suite::checks().count(),
        suite_id: suite::id(),
    }
}

/// The whole program, its texts still plain.
fn pieces(syscalls: &Syscalls, values: &Values) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for group in suite::groups() {
        let profile = group.family.profile as u8;
        pieces.push(Piece::Byte(op::GROUP));
        pieces.push(Piece::Byte(profile << 2 | group.kind as u8));
        pieces.push(Piece::Text(group.family.title.to_string()));
        let mut about = None;
        for row in group.rows() {
            if row.call.is_syscall() {
                about = Some(row.call.name);
            }
            let mut case = row.name;
            if let Some((call, rest)) = row.name.and_then(|name| name.split_once(": ")) {
                if about != Some(call) {
                    pieces.push(Piece::Byte(op::ABOUT));
                    pieces.push(Piece::Byte(syscalls.index_of_name(call)));
                }
                about = Some(call);
                case = Some(rest);
            }
            let named = if case.is_some() { packed::NAMED } else { 0 };
            pieces.push(Piece::Byte(syscalls.id(row.call) | named));
            pieces.extend(
                row.args
                    .iter()
                    .flat_map(|&arg| values.bytes(arg))
                    .map(Piece::Byte),
            );
            pieces.extend(want_bytes(row.want, values).into_iter().map(Piece::Byte));
            pieces.extend(case.map(|case| Piece::Text(case.to_string())));
        }
    }
    pieces.push(Piece::Byte(op::END));
    pieces
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
            Some(index) if index < packed::INLINE - want::IS_VALUE => vec![want::IS_VALUE + index],
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
                assert!(id < packed::NAMED, "more than 127 calls");
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
        arity.extend(suite::routine::CALLS.iter().map(|call| call.arity));
        arity.extend(self.calls.iter().map(|call| {
            let descriptor = if call.makes_descriptor() {
                packed::MAKES_DESCRIPTOR
            } else {
                0
            };
            let mask = if call.touches_mask() {
                packed::TOUCHES_MASK
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
        let direct = usize::from(packed::INLINE - want::IS_VALUE);
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
        let index = self.order.iter().position(|&known| known == value);
        let index = index.expect("every value was collected");
        u8::try_from(index)
            .ok()
            .filter(|&index| index < packed::INLINE)
    }

    /// The bytes that stand for the value in a row.
    fn bytes(&self, value: Value) -> Vec<u8> {
        match self.index(value) {
            Some(index) => vec![index],
            None => {
                let index = self.order.iter().position(|&known| known == value);
                let encoded = self.encoded[index.expect("every value was collected")];
                [&[packed::INLINE], encoded.as_slice()].concat()
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

/// A byte-pair encoding: the commonest pair of neighbours becomes a code, again and again.
struct Encoding {
    literals: Vec<u8>,
    pairs: Vec<[u8; 2]>,
    encoded: std::vec::IntoIter<Vec<u8>>,
}

impl Encoding {
    fn of(texts: &[&str]) -> Encoding {
        // The literal 0 is the end of a text, and takes part in pairs like any other.
        let mut literals: Vec<u8> = texts.iter().flat_map(|text| text.bytes()).collect();
        literals.push(0);
        literals.sort_unstable();
        literals.dedup();
        let code = |byte: u8| literals.binary_search(&byte).expect("a literal") as u8;
        let mut encoded: Vec<Vec<u8>> = texts
            .iter()
            .map(|text| text.bytes().chain([0]).map(code).collect())
            .collect();
        let mut pairs = Vec::new();
        while literals.len() + pairs.len() < CODES {
            let mut counts: BTreeMap<[u8; 2], usize> = BTreeMap::new();
            for text in &encoded {
                for pair in text.windows(2) {
                    *counts.entry([pair[0], pair[1]]).or_default() += 1;
                }
            }
            // A pair costs two bytes in the table and saves one at each place.
            let best = counts
                .iter()
                .max_by_key(|(pair, count)| (**count, std::cmp::Reverse(**pair)));
            let Some((&pair, 3..)) = best else { break };
            let new = (literals.len() + pairs.len()) as u8;
            pairs.push(pair);
            encoded.iter_mut().for_each(|text| merge(text, pair, new));
        }
        Encoding {
            literals,
            pairs,
            encoded: encoded.into_iter(),
        }
    }
}

/// Replaces a pair of neighbours by one code, from the left.
fn merge(text: &mut Vec<u8>, pair: [u8; 2], code: u8) {
    let mut merged = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let [first, tail @ ..] = rest {
        if rest.starts_with(&pair) {
            merged.push(code);
            rest = &rest[2..];
        } else {
            merged.push(*first);
            rest = tail;
        }
    }
    *text = merged;
}

impl fmt::Display for Packed {
    /// The tables as Rust source.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = [
            ("LITERALS", &self.literals),
            ("PROGRAM", &self.program),
            ("NAMES", &self.names),
            ("ERRNOS", &self.errnos),
            ("DATA", &self.data),
            ("ARITY", &self.arity),
        ];
        for (name, table) in bytes {
            writeln!(f, "pub static {name}: [u8; {}] = {table:?};", table.len())?;
        }
        writeln!(
            f,
            "pub static PAIRS: [[u8; 2]; {}] = {:?};",
            self.pairs.len(),
            self.pairs
        )?;
        writeln!(
            f,
            "pub static VALUES: [[u8; 3]; {}] = {:?};",
            self.values.len(),
            self.values
        )?;
        writeln!(
            f,
            "pub static WIDE: [i64; {}] = {:?};",
            self.wide.len(),
            self.wide
        )?;
        writeln!(
            f,
            "pub static NUMBERS: [u16; {}] = {:?};",
            self.numbers.len(),
            self.numbers
        )?;
        writeln!(f, "pub const FIRST_SYSCALL: u8 = {};", Syscalls::first_id())?;
        writeln!(f, "pub const CHECKS: u32 = {};", self.checks)?;
        writeln!(f, "pub const SUITE_ID: u32 = 0x{:08x};", self.suite_id)
    }
}
