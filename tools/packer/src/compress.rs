//! Compresses a stream: the inverse of [`crate::decompress`].
//!
//! [`crate::plan::model`] describes the format. The compressor selects the matches by their price
//! in bits: it finds the cheapest path through the whole stream, several times, each time at the
//! prices that result from the path before.

use std::collections::HashMap;

use crate::plan::model::{
    self, CONTEXTS, DISTANCE, DISTANCE_MAX, LENGTH, LENGTH_MAX, LITERAL, MATCH, REPEAT, WINDOW,
};
use crate::stream::Stream;

/// The number of paths.
const ROUNDS: usize = 8;
/// The number of bytes with the same prices.
const BLOCK: usize = 512;

/// A step of a path.
#[derive(Clone, Copy)]
struct Step {
    /// The position at which it starts.
    from: usize,
    /// Set where the step before is a match.
    after_match: bool,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Literal,
    Match {
        distance: usize,
        length: usize,
    },
    /// A match with the last distance.
    Repeat {
        length: usize,
    },
}

impl Step {
    /// Passes on the bits of the step in order, each with its context.
    fn bits(self, stream: &Stream, mut bit: impl FnMut(usize, bool)) {
        let set = model::first_of_set(stream.sets[self.from]);
        let is_match = set + MATCH + usize::from(self.after_match);
        match self.kind {
            Kind::Literal => {
                bit(is_match, false);
                let mut node = 1;
                for shift in (0..8).rev() {
                    let one = stream.bytes[self.from] >> shift & 1 != 0;
                    bit(set + LITERAL + node, one);
                    node = 2 * node + usize::from(one);
                }
            }
            Kind::Match { distance, length } => {
                bit(is_match, true);
                if !self.after_match {
                    bit(set + REPEAT, false);
                }
                number(DISTANCE, distance, &mut bit);
                number(LENGTH, length - 1, &mut bit);
            }
            Kind::Repeat { length } => {
                bit(is_match, true);
                bit(set + REPEAT, true);
                number(LENGTH, length, &mut bit);
            }
        }
    }
}

/// Passes on the bits of a number from 1 on.
fn number(base: usize, number: usize, bit: &mut impl FnMut(usize, bool)) {
    let mut bits = 0;
    while number >> (bits + 1) != 0 {
        bit(base + bits, true);
        bits += 1;
    }
    bit(base + bits, false);
    for i in (0..bits).rev() {
        bit(base + model::MANTISSA + i, number >> i & 1 != 0);
    }
}

/// The prices in bits of a clear and of a set bit, by context.
type Prices = Vec<[f64; 2]>;

/// Compresses a stream with tables of that size in bytes.
pub fn compress(stream: &Stream, tables: usize) -> Vec<u8> {
    let mut best: Option<Vec<u8>> = None;
    for (steps, _) in rounds(stream, tables) {
        let mut coder = Coder::new();
        for step in steps {
            step.bits(stream, |context, bit| coder.code(context, bit));
        }
        let bytes = coder.finish();
        if best.as_ref().is_none_or(|best| bytes.len() < best.len()) {
            best = Some(bytes);
        }
    }
    best.unwrap_or_default()
}

/// The cheapest paths, each with the prices that result from it, by block.
fn rounds(stream: &Stream, tables: usize) -> impl Iterator<Item = (Vec<Step>, Vec<Prices>)> {
    let blocks = stream.len() / BLOCK + 1;
    let mut prices = vec![vec![[1.0; 2]; CONTEXTS]; blocks];
    (0..ROUNDS).map(move |_| {
        let steps = path(stream, tables, &prices);
        prices = resulting_prices(stream, &steps);
        (steps, prices.clone())
    })
}

/// The prices that result from a path, by block.
///
/// They are the means of two: the price by the frequency of the bit in the whole path, and the
/// price by the coder's chance in the block. The second alone is worse: it is true for this path
/// only.
fn resulting_prices(stream: &Stream, steps: &[Step]) -> Vec<Prices> {
    let mut counts = vec![[0.5; 2]; CONTEXTS];
    for step in steps {
        step.bits(stream, |context, bit| {
            counts[context][usize::from(bit)] += 1.0
        });
    }
    let mut chances = vec![0; CONTEXTS];
    let mut steps = steps.iter().peekable();
    let ends = (0..=stream.len() / BLOCK).map(|block| (block + 1) * BLOCK);
    let blocks = ends.map(|end| {
        let begin = chances.clone();
        let mut sums = vec![(0.0, 0.0); CONTEXTS];
        while let Some(step) = steps.next_if(|step| step.from < end) {
            step.bits(stream, |context, bit| {
                let (sum, count) = &mut sums[context];
                *sum += set_bit(chances[context]);
                *count += 1.0;
                chances[context] = model::adapt(chances[context], bit);
            });
        }
        let mean = |context: usize| match sums[context] {
            (_, 0.0) => set_bit(begin[context]),
            (sum, count) => sum / count,
        };
        let price = |context: usize| {
            let [clear, set]: [f64; 2] = counts[context];
            let here = mean(context);
            let whole = set / (clear + set);
            [(1.0 - whole) * (1.0 - here), whole * here].map(|product: f64| -product.log2() / 2.0)
        };
        (0..CONTEXTS).map(price).collect()
    });
    blocks.collect()
}

/// The probability of a set bit, bounded as the coder's chances are.
fn set_bit(chance: i16) -> f64 {
    (f64::from(model::set_bit(chance)) / 4096.0).clamp(1.0 / 256.0, 255.0 / 256.0)
}

/// The cheapest path to a position so far.
#[derive(Clone, Copy)]
struct Way {
    price: f64,
    /// The last step.
    step: Option<Step>,
    /// The distance of the last match, or 0 without one.
    distance: usize,
}

/// The cheapest path through a stream at these prices.
fn path(stream: &Stream, tables: usize, blocks: &[Prices]) -> Vec<Step> {
    let data = &stream.bytes;
    let unknown = Way {
        price: f64::MAX,
        step: None,
        distance: 0,
    };
    // Two paths to each position: those that end with a literal and with a match.
    let mut ways = vec![[unknown; 2]; data.len() + 1];
    ways[0][0].price = 0.0;
    let mut seen: HashMap<[u8; 2], Vec<usize>> = HashMap::new();
    for from in 0..data.len() {
        let candidates = candidates(data, from, tables, &seen);
        let prices = &blocks[from / BLOCK];
        for after_match in [false, true] {
            let way = ways[from][usize::from(after_match)];
            if way.price == f64::MAX {
                continue;
            }
            let mut relax = |kind: Kind, length: usize, distance: usize| {
                let step = Step {
                    from,
                    after_match,
                    kind,
                };
                let mut price = way.price;
                step.bits(stream, |context, bit| {
                    price += prices[context][usize::from(bit)]
                });
                let is_match = !matches!(kind, Kind::Literal);
                let target = &mut ways[from + length][usize::from(is_match)];
                if price < target.price {
                    *target = Way {
                        price,
                        step: Some(step),
                        distance,
                    };
                }
            };
            relax(Kind::Literal, 1, way.distance);
            if !after_match {
                for length in 1..=common(data, from, way.distance, tables) {
                    relax(Kind::Repeat { length }, length, way.distance);
                }
            }
            for &(distance, shortest, longest) in &candidates {
                for length in shortest..=longest {
                    relax(Kind::Match { distance, length }, length, distance);
                }
            }
        }
        if let Some(&[first, second]) = data.get(from..from + 2) {
            seen.entry([first, second]).or_default().push(from);
        }
    }
    backwards(&ways)
}

/// The matches to try: distances, each with the lengths for which it is the smallest distance.
fn candidates(
    data: &[u8],
    from: usize,
    tables: usize,
    seen: &HashMap<[u8; 2], Vec<usize>>,
) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let Some(&[first, second]) = data.get(from..from + 2) else {
        return found;
    };
    let known = seen.get(&[first, second]).map_or(&[][..], |known| known);
    let far = from.saturating_sub(WINDOW);
    let near = known.iter().rev().take_while(|&&at| at >= far);
    let near = near.map(|at| from - at);
    let in_tables = known.iter().take_while(|&&at| at < tables.min(far));
    let mut longest = 1;
    for distance in near.chain(in_tables.map(|at| WINDOW + 1 + at)) {
        let length = common(data, from, distance, tables);
        if length > longest {
            found.push((distance, longest + 1, length));
            longest = length;
        }
        if longest == LENGTH_MAX {
            break;
        }
    }
    found
}

/// The number of bytes from a position on that a match with that distance can copy.
fn common(data: &[u8], from: usize, distance: usize, tables: usize) -> usize {
    let source = model::source(from, distance);
    if source >= from {
        return 0;
    }
    let kept = if distance <= WINDOW {
        LENGTH_MAX
    } else if distance <= DISTANCE_MAX {
        tables.saturating_sub(source).min(LENGTH_MAX)
    } else {
        0
    };
    let pairs = data[from..].iter().zip(&data[source..]);
    pairs
        .take(kept)
        .take_while(|(one, other)| one == other)
        .count()
}

/// The steps of the cheapest path to the end.
fn backwards(ways: &[[Way; 2]]) -> Vec<Step> {
    let last = ways.len() - 1;
    let mut state = usize::from(ways[last][1].price < ways[last][0].price);
    let mut place = last;
    let mut steps = Vec::new();
    while let Some(step) = ways[place][state].step {
        place = step.from;
        state = usize::from(step.after_match);
        steps.push(step);
    }
    steps.reverse();
    steps
}

/// An arithmetic coder: an interval that each bit narrows, and its leading bytes once they are
/// fixed.
struct Coder {
    low: u32,
    high: u32,
    chances: Vec<i16>,
    bytes: Vec<u8>,
}

impl Coder {
    fn new() -> Coder {
        Coder {
            low: 0,
            high: u32::MAX,
            chances: vec![0; CONTEXTS],
            bytes: Vec::new(),
        }
    }

    /// Codes a bit.
    fn code(&mut self, context: usize, bit: bool) {
        let chance = &mut self.chances[context];
        let middle = model::split(self.low, self.high, *chance);
        *chance = model::adapt(*chance, bit);
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
