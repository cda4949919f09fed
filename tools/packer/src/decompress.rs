//! Decompresses a stream: the inverse of [`crate::compress`].

use crate::plan::model::{self, Model, WINDOW, kept_at};

/// A reader of a compressed stream. It does the same as the ELF, in the same memory.
pub struct Reader<'a> {
    coder: Coder<'a>,
    model: Box<Model>,
    /// The size of the tables.
    tables: usize,
    /// The tables, and after them the last bytes.
    kept: Vec<u8>,
    /// The number of bytes that are decompressed.
    place: usize,
}

impl<'a> Reader<'a> {
    /// A reader of a stream with tables of that size; other bytes may follow the stream.
    pub fn new(compressed: &'a [u8], tables: usize) -> Reader<'a> {
        Reader {
            coder: Coder {
                compressed,
                last: 0,
                code: 0,
                next: 0,
            },
            model: Box::new(Model::new()),
            tables,
            kept: vec![0; tables + WINDOW],
            place: 0,
        }
    }

    /// Reads the byte at a position; if it is the next one, `set` is its set.
    pub fn byte(&mut self, position: usize, set: usize) -> u8 {
        while self.place <= position {
            let byte = self.model.code(set, |chance| self.coder.bit(chance));
            self.kept[kept_at(self.place, self.tables)] = byte;
            self.place += 1;
        }
        self.kept[kept_at(position, self.tables)]
    }
}

/// An arithmetic decoder.
struct Coder<'a> {
    compressed: &'a [u8],
    /// The last number of the interval, which begins at 0. It is 0 at the start: the first bit
    /// reads four bytes.
    last: u32,
    /// The compressed number in the interval.
    code: u32,
    /// The number of compressed bytes that are read.
    next: usize,
}

impl Coder<'_> {
    /// Decodes a bit that is set with that probability in 65536ths.
    fn bit(&mut self, chance: u32) -> bool {
        while self.last >> 24 == 0 {
            self.last = self.last << 8 | 0xff;
            let byte = self.compressed.get(self.next).copied().unwrap_or_default();
            self.code = self.code << 8 | u32::from(byte);
            self.next += 1;
        }
        let middle = model::split(self.last, chance);
        let bit = self.code <= middle;
        if bit {
            self.last = middle;
        } else {
            self.last -= middle + 1;
            self.code -= middle + 1;
        }
        bit
    }
}

/// Decompresses a whole stream with these sets.
pub fn decompress(compressed: &[u8], sets: &[usize]) -> Vec<u8> {
    let mut reader = Reader::new(compressed, 0);
    let positions = sets.iter().enumerate();
    positions
        .map(|(position, &set)| reader.byte(position, set))
        .collect()
}
