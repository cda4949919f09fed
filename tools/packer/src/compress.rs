//! Compresses a stream: the inverse of [`crate::decompress`].
//!
//! [`crate::plan::model`] describes the format.

use crate::plan::model::{self, Model};
use crate::stream::Stream;

/// Compresses a stream.
pub fn compress(stream: &Stream) -> Vec<u8> {
    let mut model = Box::new(Model::new());
    let mut coder = Coder::new();
    for (&byte, &set) in stream.bytes.iter().zip(&stream.sets) {
        let mut bits = (0..8).rev().map(|place| byte >> place & 1 != 0);
        model.code(set, |chance| {
            let bit = bits.next().expect("a byte has eight bits");
            coder.code(chance, bit);
            bit
        });
    }
    coder.finish()
}

/// An arithmetic coder: an interval that each bit narrows.
struct Coder {
    /// The first number of the interval, without the bytes that are written.
    first: u32,
    /// The difference between its last number and the first.
    last: u32,
    bytes: Vec<u8>,
}

impl Coder {
    fn new() -> Coder {
        Coder {
            first: 0,
            last: u32::MAX,
            bytes: Vec::new(),
        }
    }

    /// Codes a bit that is set with that probability in 65536ths.
    fn code(&mut self, chance: u32, bit: bool) {
        let middle = model::split(self.last, chance);
        if bit {
            self.last = middle;
        } else {
            self.last -= middle + 1;
            self.add(middle + 1);
        }
        while self.last >> 24 == 0 {
            self.write();
            self.last = self.last << 8 | 0xff;
        }
    }

    /// Adds to the first number. A carry changes bytes that are written.
    fn add(&mut self, number: u32) {
        let carry;
        (self.first, carry) = self.first.overflowing_add(number);
        if carry {
            for byte in self.bytes.iter_mut().rev() {
                *byte = byte.wrapping_add(1);
                if *byte != 0 {
                    break;
                }
            }
        }
    }

    /// Writes the highest byte of the first number.
    fn write(&mut self) {
        let [highest, ..] = self.first.to_be_bytes();
        self.bytes.push(highest);
        self.first <<= 8;
    }

    /// The bytes of a number in the interval. Any bytes may follow them.
    fn finish(mut self) -> Vec<u8> {
        // The interval has more than 2^24 numbers: the highest byte or the highest two, rounded
        // up, are enough.
        let bytes = if self.last >> 25 != 0 { 1 } else { 2 };
        self.add((1 << (32 - 8 * bytes)) - 1);
        (0..bytes).for_each(|_| self.write());
        self.bytes
    }
}
