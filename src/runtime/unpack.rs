//! Unpacking: the plan, decompressed as far as it is read.
//!
//! `plan::model` describes the format.

use posix_conformance::plan::model::{self, Model, WINDOW, kept_at};

use super::tables::{PACKED, ROWS};

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
    /// The interval. It is empty at the start: the first bit reads four bytes.
    low: u32,
    high: u32,
    /// The number in the interval that the file contains.
    code: u32,
    /// The index of the next byte in the file.
    next: usize,
}

impl Stream {
    pub const fn new() -> Stream {
        Stream {
            coder: Coder {
                low: 0,
                high: 0,
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
        // The compiler would refer to each field by its address, which takes 100 bytes more.
        let stream = core::hint::black_box(self);
        while stream.place <= position {
            let byte = stream.model.code(set, |chance| stream.coder.bit(chance));
            stream.kept[kept_at(stream.place, ROWS)] = byte;
            stream.place += 1;
        }
        stream.kept(position)
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
}

impl Coder {
    /// Decodes a bit that is set with that probability in 65536ths.
    #[inline(never)]
    fn bit(&mut self, chance: u32) -> bool {
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            let byte = PACKED.get(self.next).copied().unwrap_or_default();
            self.code = self.code << 8 | u32::from(byte);
            self.next += 1;
        }
        let middle = model::split(self.low, self.high, chance);
        let bit = self.code <= middle;
        if bit {
            self.high = middle;
        } else {
            self.low = middle.wrapping_add(1);
        }
        bit
    }
}
