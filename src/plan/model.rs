//! The model by which the bytecode is compressed.
//!
//! The compressed stream consists of literals and matches (LZ77): single bytes, and copies of earlier bytes.
//! Each decision is one bit, coded with a probability that its context learns. A number is coded
//! as the count of bits after its leading one, in unary, and then those bits.
//!
//! The reader decompresses the stream step by step, as far as it needs. It keeps two parts of the
//! stream: the tables at the start, and the last [`WINDOW`] bytes. A match copies from either.
//!
//! The contexts of matches and literals exist in several sets. The reader knows the role of the
//! byte at the start of a step, and selects the set by it.
//!
//! Measured on the core suite's plan of 936 checks, 22,769 bytes: this format takes 11,519 bytes.
//! With the titles as letters in a stream of their own it took 11,808 bytes, and two windows.

use super::bytecode::set;

/// The first context of a match's length, which is coded less one where the distance is new.
pub const LENGTH: usize = 0;
/// The first context of a match's distance; see [`source`].
pub const DISTANCE: usize = 2 * MANTISSA;
/// The offset, from a number's first context on, of those for the bits after the leading one.
pub const MANTISSA: usize = 16;

/// In a set, by whether the last step was a match: the context of "a match is next".
pub const MATCH: usize = 0;
/// In a set: the context of "the match has the last distance".
pub const REPEAT: usize = 2;
/// In a set: the tree of a literal, 255 nodes from 1 on.
pub const LITERAL: usize = 2;

/// The number of sets in a stream.
pub const SETS: usize = set::LETTER + 1;
const SET_SIZE: usize = LITERAL + 256;
const FIRST_SET: usize = DISTANCE + 2 * MANTISSA;
/// The number of contexts in a stream.
pub const CONTEXTS: usize = first_of_set(SETS);

/// The first context of a set.
pub const fn first_of_set(number: usize) -> usize {
    FIRST_SET + number * SET_SIZE
}

/// The number of last bytes that the reader keeps, a power of two.
pub const WINDOW: usize = 8192;
/// The longest match in bytes. A step may decompress so many bytes more than the reader needs.
pub const LENGTH_MAX: usize = 96;
/// The largest number that a match's distance can be.
pub const DISTANCE_MAX: usize = (1 << MANTISSA) - 1;

const _: () = assert!(WINDOW.is_power_of_two() && WINDOW < DISTANCE_MAX);
const _: () = assert!(LENGTH_MAX <= DISTANCE_MAX && LENGTH_MAX < WINDOW);

/// The position that a match at a position copies from.
///
/// Up to [`WINDOW`] a distance counts back from the match. A larger one is a position in the
/// tables, plus the window, plus one.
pub const fn source(position: usize, distance: usize) -> usize {
    if distance <= WINDOW {
        position.wrapping_sub(distance)
    } else {
        distance - WINDOW - 1
    }
}

/// The index at which the reader keeps a position of a stream that has tables of that size.
pub const fn kept_at(position: usize, tables: usize) -> usize {
    if position < tables {
        position
    } else {
        tables + (position - tables) % WINDOW
    }
}

/// The last number of the lower part of an interval, which codes a set bit.
///
/// A chance is two numbers: the probability of a set bit in 4096ths, less a half, in the upper
/// twelve bits, and the number of bits so far, up to 15, in the others. A fresh context is 0.
pub const fn split(low: u32, high: u32, chance: i16) -> u32 {
    low + ((high - low) >> 12) * set_bit(chance)
}

/// The probability of a set bit in 4096ths.
pub const fn set_bit(chance: i16) -> u32 {
    ((chance >> 4) as i32 + 2048).cast_unsigned()
}

/// The chance of a context after a bit. The first bits of a context change it most.
pub const fn adapt(chance: i16, bit: bool) -> i16 {
    let (probability, bits) = (chance >> 4, chance & 15);
    let goal = if bit { 2047 } else { -2048 };
    let probability = probability + (goal - probability) / (bits + 3);
    (probability << 4) | (bits + (bits < 15) as i16)
}
