//! Unpacking: the plan, decompressed as far as it is read.
//!
//! `plan::model` describes the format.

use posix_conformance::plan::model::{self, Model, WINDOW, kept_at};

use crate::tables::{PACKED, ROWS};

/// The bytecode, and the position up to which it is decompressed.
///
/// The state at the start is zero, so that it takes no byte of the file.
#[repr(C)]
pub struct Stream {
    coder: Coder,
    /// The number of bytes that are decompressed.
    place: usize,
    model: Model,
    /// The tables, and after them the last bytes.
    kept: [u8; ROWS + WINDOW],
}

/// An arithmetic decoder.
struct Coder {
    /// The last number of the interval, which begins at 0. It is 0 at the start: the first bit
    /// reads four bytes.
    last: u32,
    /// The number in the interval that the file contains.
    code: u32,
    /// The index of the next byte in the file.
    next: usize,
}

impl Stream {
    pub const fn new() -> Stream {
        Stream {
            coder: Coder {
                last: 0,
                code: 0,
                next: 0,
            },
            place: 0,
            model: Model::new(),
            kept: [0; ROWS + WINDOW],
        }
    }

    /// Reads the byte at a position; if it is the next one, `set` is its set.
    #[inline(never)]
    pub fn byte(&mut self, position: usize, set: usize) -> u8 {
        if position < self.place {
            self.kept(position)
        } else {
            self.unpack(set)
        }
    }

    /// Decompresses the next byte.
    fn unpack(&mut self, set: usize) -> u8 {
        // The compiler would refer to each field by its address, which takes 100 bytes more.
        let stream = core::hint::black_box(self);
        let byte = stream.model.code(set, |chance| stream.coder.bit(chance));
        let index = index(stream.place);
        stream.kept[index] = byte;
        stream.place += 1;
        byte
    }

    /// Reads the byte at a position that has been read before and is kept.
    #[inline(never)]
    pub fn kept(&self, position: usize) -> u8 {
        self.kept[index(position)]
    }

    /// The tables.
    pub fn tables(&self) -> &[u8] {
        &self.kept[..ROWS]
    }
}

/// The index at which a position is kept.
#[inline(never)]
fn index(position: usize) -> usize {
    kept_at(position, ROWS)
}

impl Coder {
    /// Decodes a bit that is set with that probability in 65536ths.
    #[inline(never)]
    fn bit(&mut self, chance: u32) -> bool {
        while self.last >> 24 == 0 {
            self.last = self.last << 8 | 0xff;
            let byte = PACKED.get(self.next).copied().unwrap_or_default();
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
