//! Decompresses a stream: the inverse of [`crate::compress`].

use crate::plan::model::{
    self, CONTEXTS, DISTANCE, LENGTH, LITERAL, MANTISSA, MATCH, REPEAT, WINDOW, kept_at,
};

/// A reader of a compressed stream. It does the same as the ELF, in the same memory.
pub struct Reader<'a> {
    compressed: &'a [u8],
    /// The size of the tables.
    tables: usize,
    /// The tables, and after them the last bytes.
    kept: Vec<u8>,
    chances: Vec<i16>,
    /// The interval of the arithmetic decoder.
    low: u32,
    high: u32,
    /// The compressed number in the interval.
    code: u32,
    /// The number of compressed bytes that are read.
    next: usize,
    /// The number of bytes that are decompressed.
    place: usize,
    /// The distance of the last match.
    distance: usize,
    after_match: bool,
}

impl<'a> Reader<'a> {
    /// A reader of a stream with tables of that size; other bytes may follow the stream.
    pub fn new(compressed: &'a [u8], tables: usize) -> Reader<'a> {
        Reader {
            compressed,
            tables,
            kept: vec![0; tables + WINDOW],
            chances: vec![0; CONTEXTS],
            // An empty interval: the first bit reads four bytes.
            low: 0,
            high: 0,
            code: 0,
            next: 0,
            place: 0,
            distance: 0,
            after_match: false,
        }
    }

    /// Reads the byte at a position; if it is the next one, `set` is its set.
    pub fn byte(&mut self, position: usize, set: usize) -> u8 {
        while self.place <= position {
            self.step(model::first_of_set(set));
        }
        self.kept[kept_at(position, self.tables)]
    }

    /// Decompresses a literal or a match.
    fn step(&mut self, set: usize) {
        if !self.bit(set + MATCH + usize::from(self.after_match)) {
            self.after_match = false;
            let mut literal = 0;
            let mut node = 1;
            for _ in 0..8 {
                let bit = self.bit(set + LITERAL + node);
                node = 2 * node + usize::from(bit);
                literal = literal << 1 | u8::from(bit);
            }
            self.put(literal);
            return;
        }
        let mut length = 0;
        if self.after_match || !self.bit(set + REPEAT) {
            self.distance = self.number(DISTANCE);
            length = 1;
        }
        length += self.number(LENGTH);
        self.after_match = true;
        let source = model::source(self.place, self.distance);
        for i in 0..length {
            let position = source.wrapping_add(i);
            self.put(self.kept[kept_at(position, self.tables)]);
        }
    }

    /// Appends a byte.
    fn put(&mut self, byte: u8) {
        self.kept[kept_at(self.place, self.tables)] = byte;
        self.place += 1;
    }

    /// Decodes a bit.
    fn bit(&mut self, context: usize) -> bool {
        while self.low >> 24 == self.high >> 24 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            let byte = self.compressed.get(self.next).copied().unwrap_or_default();
            self.code = self.code << 8 | u32::from(byte);
            self.next += 1;
        }
        let chance = &mut self.chances[context];
        let middle = model::split(self.low, self.high, *chance);
        let bit = self.code <= middle;
        *chance = model::adapt(*chance, bit);
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        bit
    }

    /// Decodes a number.
    fn number(&mut self, base: usize) -> usize {
        let mut bits = 0;
        while bits < MANTISSA && self.bit(base + bits) {
            bits += 1;
        }
        let mut number = 1;
        for i in (0..bits).rev() {
            number = 2 * number + usize::from(self.bit(base + MANTISSA + i));
        }
        number
    }
}

/// Decompresses a whole stream with these sets and tables of that size.
pub fn decompress(compressed: &[u8], sets: &[usize], tables: usize) -> Vec<u8> {
    let mut reader = Reader::new(compressed, tables);
    let positions = sets.iter().enumerate();
    positions
        .map(|(position, &set)| reader.byte(position, set))
        .collect()
}
