//! Decompresses the packed plan, once, at the start.

use core::cell::UnsafeCell;

use posix_conformance::plan::model::{self, DISTANCE, LENGTH, LITERAL, MANTISSA, MATCH, REPEAT};

use super::arena::{Address, Pod, at};
use super::tables::{COMPRESSED, UNPACKED_SIZE};

struct Unpacked(UnsafeCell<[u8; UNPACKED_SIZE]>);
// SAFETY: `unpack` writes it before any other thread exists; from then on it is only read.
unsafe impl Sync for Unpacked {}
static UNPACKED: Unpacked = Unpacked(UnsafeCell::new([0; UNPACKED_SIZE]));

/// The address of a byte of the unpacked plan.
pub fn address(position: usize) -> usize {
    (UNPACKED.0.get() as usize).wrapping_add(position)
}

fn get<T: Pod>(address: usize) -> T {
    // SAFETY: the addresses are of the arena, of the unpacked plan, or of its bytes in the file.
    unsafe { Address::new(address) }.get()
}

fn put<T: Pod>(address: usize, value: T) {
    // SAFETY: the addresses are of the arena or of the unpacked plan.
    unsafe { Address::new(address) }.put(value);
}

/// The arithmetic decoder. The chances of the contexts lie on the bench, which is all zero until
/// the first script poisons it.
struct Decoder {
    low: u32,
    high: u32,
    /// Where in the interval the file's number lies.
    code: u32,
    /// The address of the next byte of the file.
    next: usize,
}

impl Decoder {
    #[inline(never)]
    fn bit(&mut self, context: usize) -> usize {
        let place = at(0).wrapping_add(2 * context);
        let chance = get(place);
        let middle = model::split(self.low, self.high, chance);
        let bit = self.code <= middle;
        put(place, model::adapt(chance, bit));
        if bit {
            self.high = middle;
        } else {
            self.low = middle.wrapping_add(1);
        }
        while (self.low ^ self.high) >> 24 == 0 {
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
            self.shift();
        }
        usize::from(bit)
    }

    /// Takes the next byte of the file.
    fn shift(&mut self) {
        self.code = self.code << 8 | u32::from(get::<u8>(self.next));
        self.next = self.next.wrapping_add(1);
    }

    fn number(&mut self, base: usize) -> usize {
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

/// Decompresses the plan. The build script's compressor is the inverse.
pub fn unpack() {
    let mut decoder = Decoder {
        low: 0,
        high: !0,
        code: 0,
        next: COMPRESSED.as_ptr() as usize,
    };
    for _ in 0..4 {
        decoder.shift();
    }
    let mut place = address(0);
    let end = address(UNPACKED_SIZE);
    let (mut distance, mut after_match) = (1, 0);
    while place < end {
        if decoder.bit(MATCH + after_match) == 0 {
            after_match = 0;
            let mut node = 1;
            let before = if place == address(0) {
                0
            } else {
                get(place.wrapping_sub(1))
            };
            let base = LITERAL + model::literal_context(before);
            while node < 256 {
                node = 2 * node + decoder.bit(base + node);
            }
            put(place, node as u8);
            place = place.wrapping_add(1);
            continue;
        }
        let mut length = 0;
        if after_match != 0 || decoder.bit(REPEAT) == 0 {
            distance = decoder.number(DISTANCE);
            length = 1;
        }
        length += decoder.number(LENGTH);
        after_match = 1;
        for _ in 0..length {
            put(place, get::<u8>(place.wrapping_sub(distance)));
            place = place.wrapping_add(1);
        }
    }
}
