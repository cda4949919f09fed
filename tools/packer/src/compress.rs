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

/// An arithmetic coder: an interval that each bit narrows, and its leading bytes once they are
/// fixed.
struct Coder {
    low: u32,
    high: u32,
    bytes: Vec<u8>,
}

impl Coder {
    fn new() -> Coder {
        Coder {
            low: 0,
            high: u32::MAX,
            bytes: Vec::new(),
        }
    }

    /// Codes a bit that is set with that probability in 65536ths.
    fn code(&mut self, chance: u32, bit: bool) {
        let middle = model::split(self.low, self.high, chance);
        if bit {
            self.high = middle;
        } else {
            self.low = middle + 1;
        }
        while self.low >> 24 == self.high >> 24 {
            let [fixed, ..] = self.high.to_be_bytes();
            self.bytes.push(fixed);
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
        }
    }

    /// The bytes of a number in the interval. Any bytes may follow them.
    fn finish(mut self) -> Vec<u8> {
        for free in [24, 16, 8, 0] {
            let rest = (1 << free) - 1;
            let number = self.low.saturating_add(rest) & !rest;
            if number >= self.low && number | rest <= self.high {
                let bytes = number.to_be_bytes();
                self.bytes.extend(bytes.iter().take(4 - free / 8));
                break;
            }
        }
        self.bytes
    }
}
