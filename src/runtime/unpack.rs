//! Unpacking: a stream of the plan, decompressed as far as it is read.
//!
//! `plan::model` describes the format.

use posix_conformance::plan::model::{
    self, CONTEXTS, DISTANCE, LENGTH, LITERAL, MANTISSA, MATCH, REPEAT, WINDOW, kept_at,
};

use super::tables::{PACKED, ROWS};

/// The bytecode, and the position up to which it is decompressed.
///
/// The state at the start is zero, so that it takes no byte of the file.
#[repr(C)]
pub struct Stream {
    /// The interval of the arithmetic decoder.
    low: u32,
    high: u32,
    /// The number in the interval that the file contains.
    code: u32,
    /// 1 after a match, otherwise 0.
    after_match: usize,
    /// The index of the next byte in the file.
    next: usize,
    /// The number of bytes that are decompressed.
    place: usize,
    /// The distance of the last match.
    distance: usize,
    chances: [i16; CONTEXTS],
    /// The tables, and after them the last bytes.
    kept: [u8; ROWS + WINDOW],
}

impl Stream {
    pub const fn new() -> Stream {
        Stream {
            low: 0,
            high: 0,
            code: 0,
            after_match: 0,
            next: 0,
            place: 0,
            distance: 0,
            chances: [0; CONTEXTS],
            kept: [0; ROWS + WINDOW],
        }
    }

    /// Reads the byte at a position; if it is the next one, `set` is its set.
    #[inline(never)]
    pub fn byte(&mut self, position: usize, set: usize) -> u8 {
        while self.place <= position {
            self.step(model::first_of_set(set));
        }
        self.kept(position)
    }

    /// Reads the byte at a position that has been read before and is kept.
    #[inline(never)]
    pub fn kept(&self, position: usize) -> u8 {
        self.kept[kept_at(position, ROWS)]
    }

    /// The tables.
    pub fn tables(&self) -> &[u8] {
        &self.kept[..ROWS]
    }

    /// Decompresses a literal or a match.
    fn step(&mut self, set: usize) {
        if self.bit(set + MATCH + self.after_match) == 0 {
            self.after_match = 0;
            let mut node = 1;
            while node < 256 {
                node = 2 * node + self.bit(set + LITERAL + node);
            }
            // The eight bits of the literal are after the leading one.
            self.put(node as u8);
            return;
        }
        let mut length = 0;
        if self.after_match != 0 || self.bit(set + REPEAT) == 0 {
            self.distance = self.integer(DISTANCE);
            length = 1;
        }
        length += self.integer(LENGTH);
        self.after_match = 1;
        let source = model::source(self.place, self.distance);
        for source in source..source + length {
            self.put(self.kept(source));
        }
    }

    /// Appends a byte.
    #[inline(never)]
    fn put(&mut self, byte: u8) {
        self.kept[kept_at(self.place, ROWS)] = byte;
        self.place += 1;
    }

    /// Decodes a bit.
    #[inline(never)]
    fn bit(&mut self, context: usize) -> usize {
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            let byte = PACKED.get(self.next).copied().unwrap_or_default();
            self.code = self.code << 8 | u32::from(byte);
            self.next += 1;
        }
        let Some(chance) = self.chances.get_mut(context) else {
            return 0;
        };
        let middle = model::split(self.low, self.high, *chance);
        let bit = self.code <= middle;
        *chance = model::adapt(*chance, bit);
        if bit {
            self.high = middle;
        } else {
            self.low = middle.wrapping_add(1);
        }
        bit.into()
    }

    /// Decodes a number.
    fn integer(&mut self, base: usize) -> usize {
        let mut bits = 0;
        while self.bit(base + bits) != 0 {
            bits += 1;
        }
        let mut number = 1;
        while bits > 0 {
            bits -= 1;
            number = 2 * number + self.bit(base + MANTISSA + bits);
        }
        number
    }
}
