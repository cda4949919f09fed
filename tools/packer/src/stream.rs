//! A stream of the bytecode: bytes, and the context set of each.

use crate::plan::bytecode::set;
use crate::plan::model::{Model, WINDOW};

/// Bytes and their context sets; see [`crate::plan::model`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    pub bytes: Vec<u8>,
    /// As many numbers as bytes, each below `set::COUNT`.
    pub sets: Vec<usize>,
}

impl Stream {
    /// The number of bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Appends a byte.
    pub fn push(&mut self, byte: u8, set: usize) {
        self.bytes.push(byte);
        self.sets.push(set);
    }

    /// Appends bytes of one set.
    pub fn extend(&mut self, bytes: &[u8], set: usize) {
        bytes.iter().for_each(|&byte| self.push(byte, set));
    }

    /// Appends bytes that begin something: the first one has the first set.
    pub fn begin(&mut self, first: usize, bytes: &[u8], others: usize) {
        self.push(bytes[0], first);
        self.extend(&bytes[1..], others);
    }

    /// Appends a text and a zero.
    pub fn text(&mut self, text: &str) {
        self.begin(set::NAME, &[text.as_bytes(), &[0]].concat(), set::LETTER);
    }

    /// Appends another stream.
    pub fn append(&mut self, other: &Stream) {
        self.bytes.extend(&other.bytes);
        self.sets.extend(&other.sets);
    }
}

/// The memory in bytes that the reader of a stream needs for tables of that size, the window and
/// the model. It does not depend on the length of the stream.
pub const fn memory(tables: usize) -> usize {
    tables + WINDOW + size_of::<Model>()
}
