//! The model by which the packed plan is compressed and decompressed.
//!
//! The data are literals and matches (LZ77): bytes as they are, and copies of earlier ones. Each
//! decision is one bit, coded with the chance that its context has learnt so far. A number is
//! written as how many bits follow its leading one, in unary, then those bits.
//!
//! Compared on the plan of 461 checks, 15,964 bytes: this model 5,433; byte-pair encoding of the
//! names alone 9,800; LZMA with its own best parameters 5,455.

/// Whether a match comes, by whether the last step was one.
pub const MATCH: usize = 0;
/// Whether a match is at the last distance again.
pub const REPEAT: usize = 2;
/// A match's length, less one where its distance is new.
pub const LENGTH: usize = 3;
/// A match's distance.
pub const DISTANCE: usize = LENGTH + 2 * MANTISSA;
/// A literal: a tree of 255 nodes for each class of the byte before it.
pub const LITERAL: usize = 128;
/// Where the bits behind the leading one stand, from a number's first context on.
pub const MANTISSA: usize = 16;
/// How many contexts there are.
pub const CONTEXTS: usize = LITERAL + 8 * 256;

/// The first context of a literal behind a byte, from [`LITERAL`] on.
pub const fn literal_context(before: u8) -> usize {
    (before >> 5) as usize * 256
}

/// The last number of the part of an interval that stands for a set bit.
///
/// A chance is that of a set bit in 4096ths, less a half, so that all begin as 0.
pub const fn split(low: u32, high: u32, chance: i16) -> u32 {
    low + ((high - low) >> 12) * (chance + 2048) as u32
}

/// A context's chance after it has seen a bit.
pub const fn adapt(chance: i16, bit: bool) -> i16 {
    let goal = if bit { 2048 } else { -2048 };
    chance + ((goal - chance) >> 4)
}
