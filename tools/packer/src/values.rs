//! The values of a plan: their indices, and their table.

use std::cmp::Reverse;

use crate::plan::bytecode::{MORE, value, want};
use crate::plan::{Entry, Row, Value, Want};

/// The distinct values of a plan in the order of their indices.
pub struct Values {
    order: Vec<Value>,
    /// The numbers that need more than 16 bits.
    wide: Vec<i64>,
    /// The constants one after the other; a short one may be inside a longer one.
    data: Vec<u8>,
}

impl Values {
    pub fn of(rows: &[&Row]) -> Values {
        let order = by_use(rows);
        let wide = order.iter().filter_map(|value| match value {
            Value::Int(int) if i16::try_from(*int).is_err() => Some(*int),
            _ => None,
        });
        let constants = order.iter().filter_map(|value| match value {
            Value::Data(bytes) => Some(*bytes),
            _ => None,
        });
        Values {
            wide: wide.collect(),
            data: laid_out(constants.collect()),
            order,
        }
    }

    /// The number of values.
    pub fn count(&self) -> usize {
        self.order.len()
    }

    /// The constants.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The numbers that need more than 16 bits, in 64 bits each, low byte first.
    pub fn wide(&self) -> Vec<u8> {
        let bytes = self.wide.iter().map(|wide| wide.to_le_bytes());
        bytes.flatten().collect()
    }

    /// The first bytes of all values, then the second bytes, then the third bytes.
    ///
    /// # Errors
    /// The fault of a value.
    pub fn table(&self) -> Result<Vec<u8>, String> {
        let encoded = self.order.iter().map(|&value| self.encoded(value));
        let encoded = encoded.collect::<Result<Vec<_>, _>>()?;
        let column = |i: usize| encoded.iter().map(move |bytes| bytes[i]);
        Ok(column(0).chain(column(1)).chain(column(2)).collect())
    }

    /// The index of a value.
    pub fn index(&self, value: Value) -> usize {
        let index = self.order.iter().position(|&known| known == value);
        index.expect("every value was collected")
    }

    /// The three bytes of a value.
    ///
    /// # Errors
    /// The fault of the value.
    pub fn encoded(&self, value: Value) -> Result<[u8; 3], String> {
        let (kind, number) = match value {
            Value::Int(int) => match i16::try_from(int) {
                Ok(small) => (value::INT, small),
                Err(_) => {
                    let index = self.wide.iter().position(|&wide| wide == int);
                    let index = index.expect("every wide number was collected");
                    (value::WIDE, small("the index of a 64-bit number", index)?)
                }
            },
            Value::Address(place) => (value::ADDRESS, place.offset),
            Value::Held(place) if place.width == 4 => (value::HELD, place.offset),
            Value::Held(place) => (value::HELD_LONG, place.offset),
            Value::Data(bytes) => {
                let offset = find(&self.data, bytes).expect("every constant was laid out");
                (value::DATA, small("the offset of a constant", offset)?)
            }
            Value::Entry(Entry::Handler) => (value::ENTRY, 0),
            Value::Entry(Entry::Restorer) => (value::ENTRY, 1),
            Value::Entry(Entry::ReadOnly) => (value::ENTRY, 2),
        };
        let [low, high] = number.to_le_bytes();
        Ok([kind, low, high])
    }
}

/// A number in 16 bits, or the fault that it does not fit.
pub fn small(what: &str, number: usize) -> Result<i16, String> {
    i16::try_from(number).map_err(|_| format!("{what} is {number}, more than {}", i16::MAX))
}

/// The bytes of an index, which [`crate::plan::bytecode::index`] reads.
pub fn index_bytes(mut index: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = u8::try_from(index).unwrap_or(MORE);
        bytes.push(byte);
        if byte != MORE {
            return bytes;
        }
        index -= usize::from(MORE);
    }
}

/// The number of indices that the first byte of a want can name.
pub fn indices_of_want() -> usize {
    usize::from(u8::MAX - want::IS_VALUE) + 1
}

/// The distinct values in three parts: those that are wanted most often, as many as the first byte
/// of a want can name; those that are used most often, as many as one byte can name; the others.
///
/// Each part is sorted by kind and number: the table takes 50 bytes less.
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
    counted.sort_by_key(|&(_, uses)| Reverse(uses));
    let mut used = counted.split_off(indices_of_want().min(counted.len()));
    used.sort_by_key(|&(_, (_, used))| Reverse(used));
    let of_one_byte = usize::from(MORE) - indices_of_want();
    let others = used.split_off(of_one_byte.min(used.len()));
    let parts = [counted, used, others].map(|mut part| {
        part.sort_by_key(|&(value, _)| sort_key(value));
        part
    });
    let values = parts.into_iter().flatten();
    values.map(|(value, _)| value).collect()
}

fn sort_key(value: Value) -> (u8, i64) {
    match value {
        Value::Entry(entry) => (0, entry as i64),
        Value::Data(_) => (1, 0),
        Value::Held(place) => (2, (i64::from(place.width) << 16) + i64::from(place.offset)),
        Value::Address(place) => (3, place.offset.into()),
        Value::Int(int) => (4, int),
    }
}

/// The constants one after the other, the longest first: shorter ones may be inside it.
///
/// Each is aligned as its size allows, up to 8 bytes: it may be any structure of that size.
fn laid_out(mut constants: Vec<&[u8]>) -> Vec<u8> {
    constants.sort_by_key(|bytes| Reverse(bytes.len()));
    let mut data = Vec::new();
    for bytes in constants {
        if find(&data, bytes).is_none() {
            while data.len() % alignment(bytes) != 0 {
                data.push(0);
            }
            data.extend_from_slice(bytes);
        }
    }
    data
}

/// The offset of bytes in others.
fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack
        .windows(needle.len())
        .step_by(alignment(needle))
        .position(|window| window == needle)
        .map(|place| place * alignment(needle))
}

/// The alignment of constant bytes: the largest power of two that divides their size, up to 8.
fn alignment(bytes: &[u8]) -> usize {
    1 << bytes.len().trailing_zeros().min(3)
}
