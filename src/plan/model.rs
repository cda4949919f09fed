//! The model by which the bytecode is compressed.
//!
//! The packer and the ELF code each byte as eight bits, the highest one first, with an arithmetic
//! coder. Both have a model that predicts the next bit and learns from it, so that both predict the
//! same.
//!
//! A byte has several contexts: the call of its row and its place there, and up to three bytes
//! before it. A slot keeps the last three symbols that followed a context. A symbol whose higher
//! bits are those of the byte so far is a vote for its next bit. The sum of the votes' weights is
//! the logarithm of the odds of a set bit. After each bit the weights change by the error of the
//! prediction (logistic mixing).
//!
//! The reader knows the role of the next byte, its set. Contexts and weights are those of a set.
//! A context that needs the slot of another one replaces it.
//!
//! Measured when the format was chosen, on the plan of 936 checks that the core suite then had,
//! 22,769 bytes: this format takes 10,596 bytes. Matches and literals (LZ77) with an arithmetic
//! coder take 11,519 bytes. A chance for each bit of each context, the usual form of context
//! mixing, takes 10,230 bytes and more than 200 KiB of memory, or 13,000 bytes in the memory of
//! this model. More contexts take more bytes, because the slots are few: with 8,192 slots the plan
//! takes 170 bytes less.

use super::bytecode::set;

/// The number of contexts of a byte.
const CONTEXTS: usize = 5;
/// The number of symbols in a slot.
const SYMBOLS: usize = 3;
/// The number of votes for a byte.
const VOTES: usize = CONTEXTS * SYMBOLS;
/// The number of slots.
const SLOTS: u32 = 3584;
/// The number of weights of a vote: one for each number of votes before it, the last one for more.
const BEFORE: usize = 4;
/// The number of weights, a power of two.
const WEIGHTS: usize = (set::COUNT * VOTES * BEFORE).next_power_of_two();

/// The number of last bytes that the reader keeps, a power of two.
pub const WINDOW: usize = 1024;

const _: () = assert!(WINDOW.is_power_of_two());

/// The index at which the reader keeps a position of a stream that has tables of that size.
pub const fn kept_at(position: usize, tables: usize) -> usize {
    if position < tables {
        position
    } else {
        tables + (position - tables) % WINDOW
    }
}

/// The state of the model. All of it is zero at the start.
#[repr(C)]
pub struct Model {
    /// The last four bytes; the last one is the lowest.
    last: u32,
    /// The number of bytes since a row, a title or a name began.
    place: u32,
    /// The first byte of the last row.
    call: u32,
    /// The index of the bias for the next bit.
    bias: u32,
    /// The number of votes for the next bit.
    count: u32,
    /// A symbol in the lowest eight bits, and the index of the first of its weights.
    votes: [u32; VOTES],
    /// The changes of the weights.
    weights: [i16; WEIGHTS],
    /// The weights of no vote, by the set and by the bits of the byte so far.
    biases: [i16; set::COUNT * 256],
    /// From the lowest bit on: the symbols, [`USED`], and bits of the hash of the context.
    slots: [u32; SLOTS as usize],
}

/// Set in a slot whose context a symbol has followed.
const USED: u32 = 1 << 24;
/// The bits of the hash in a slot.
const CHECK: u32 = 0xfe00_0000;
/// The number of fraction bits of a sum of weights, which is a logarithm to the base 2.
const FRACTION: u32 = 10;
/// The weight of a vote at the start.
const START: i32 = 400;

impl Default for Model {
    fn default() -> Model {
        Model::new()
    }
}

impl Model {
    pub const fn new() -> Model {
        Model {
            last: 0,
            place: 0,
            call: 0,
            bias: 0,
            count: 0,
            votes: [0; VOTES],
            weights: [0; WEIGHTS],
            biases: [0; set::COUNT * 256],
            slots: [0; SLOTS as usize],
        }
    }

    /// Codes a byte that has that set; returns it.
    ///
    /// `coder` is called for each bit, with the probability of a set bit in 65536ths, and returns
    /// the bit.
    pub fn code(&mut self, set: usize, mut coder: impl FnMut(u32) -> bool) -> u8 {
        if set < set::CONTINUED {
            self.place = 0;
        }
        self.count = 0;
        self.visit(set, None);
        let mut byte = 0;
        let mut mask = 0x80;
        while mask != 0 {
            self.bias = (set << 8) as u32 | mask | byte;
            let chance = chance(self.votes(byte, mask, 0));
            let bit = u32::from(coder(chance));
            self.votes(byte, mask, (bit << 16) as i32 - chance as i32);
            byte |= mask * bit;
            mask >>= 1;
        }
        self.visit(set, Some(byte));
        self.place += 1;
        self.last = self.last << 8 | byte;
        if set == set::CALL {
            self.call = byte;
        }
        byte as u8
    }

    /// Visits the slots of the contexts: adds the votes of their symbols, or notes the symbol that
    /// has followed.
    #[inline(never)]
    fn visit(&mut self, set: usize, symbol: Option<u32>) {
        let mut table = set as u32;
        let mut context = self.call << 8 | self.place;
        let mut last = self.last;
        while table < (set::COUNT * CONTEXTS) as u32 {
            let hash = table.wrapping_mul(0x2f0b_4c47).wrapping_add(context);
            let hash = hash.wrapping_mul(0x9e37_79b1);
            let index = ((hash >> 16) * SLOTS) >> 16;
            let slot = &mut self.slots[index as usize];
            let check = hash << 12 & CHECK;
            if *slot & CHECK != check {
                *slot = check;
            }
            match symbol {
                Some(symbol) if *slot & USED == 0 => *slot |= USED | (symbol * 0x01_01_01),
                Some(symbol) if *slot & 0xff == symbol => {}
                Some(symbol) => *slot = *slot & (CHECK | USED) | *slot << 8 & 0xff_ff00 | symbol,
                None if *slot & USED == 0 => {}
                None => {
                    let mut weights = table * (SYMBOLS * BEFORE) as u32;
                    let mut symbols = *slot;
                    for _ in 0..SYMBOLS {
                        if let Some(vote) = self.votes.get_mut(self.count as usize) {
                            *vote = weights << 8 | symbols & 0xff;
                            self.count += 1;
                        }
                        weights += BEFORE as u32;
                        symbols >>= 8;
                    }
                }
            }
            table += set::COUNT as u32;
            last <<= 8;
            context = last;
        }
    }

    /// The logarithm of the odds of a set bit: the sum of the votes for the bit of that mask.
    ///
    /// Votes against the bit before are removed. The weights of the others change by the error.
    #[inline(never)]
    fn votes(&mut self, byte: u32, mask: u32, error: i32) -> i32 {
        let Some(bias) = self.biases.get_mut(self.bias as usize) else {
            return 0;
        };
        *bias += ((error + 64) >> 7) as i16;
        let mut sum = i32::from(*bias);
        let mut kept = 0;
        for i in 0..(self.count as usize).min(VOTES) {
            let vote = self.votes[i];
            // The bit before the first one is that of an index, which is even.
            if (vote ^ byte) & mask << 1 != 0 {
                continue;
            }
            let sign = if vote & mask != 0 { 1 } else { -1 };
            let weight = (vote >> 8) as usize + kept.min(BEFORE - 1);
            let weight = &mut self.weights[weight % WEIGHTS];
            *weight += ((sign * error + 1024) >> 11) as i16;
            sum += sign * (START + i32::from(*weight));
            if let Some(place) = self.votes.get_mut(kept) {
                *place = vote;
            }
            kept += 1;
        }
        self.count = kept as u32;
        sum
    }
}

/// The probability in 65536ths of the bit whose odds have that logarithm.
fn chance(sum: i32) -> u32 {
    let size = sum.unsigned_abs().min((12 << FRACTION) - 1);
    // The power of two, linear between whole exponents.
    let odds = (1 << FRACTION | size & ((1 << FRACTION) - 1)) << (size >> FRACTION);
    let other = (1 << (FRACTION + 16)) / ((1 << FRACTION) + odds);
    if sum < 0 { other } else { (1 << 16) - other }
}

/// The last number of the lower part of an interval, which codes a set bit of that probability in
/// 65536ths; `last` is the last number of the interval, which begins at 0.
pub fn split(last: u32, chance: u32) -> u32 {
    ((u64::from(last) * u64::from(chance)) >> 16) as u32
}
