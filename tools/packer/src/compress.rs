//! Compresses the packed plan: the inverse of `machine::unpack`.
//!
//! LZ77 whose every decision is a bit coded by an adaptive arithmetic coder; the model stands in
//! `plan::model`. Which matches to take is chosen by price: a shortest path over the whole
//! input, with the prices that the last round came to.

use std::collections::HashMap;

use crate::plan::model::{self, DISTANCE, LENGTH, LITERAL, MATCH, REPEAT};

/// How often the path is sought anew with better prices.
const ROUNDS: usize = 4;
/// The longest match.
const LENGTH_MAX: usize = 96;

/// One step of the path, with the state in which it is taken.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
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
    /// A match at the last distance again.
    Repeat {
        length: usize,
    },
}

impl Step {
    /// Tells every bit of the step with its context, in the order in which they are coded.
    fn bits(self, data: &[u8], mut bit: impl FnMut(usize, bool)) {
        let is_match = MATCH + usize::from(self.after_match);
        match self.kind {
            Kind::Literal => {
                bit(is_match, false);
                let before = self.from.checked_sub(1).map_or(0, |at| data[at]);
                let base = LITERAL + model::literal_context(before);
                let mut node = 1;
                for shift in (0..8).rev() {
                    let set = data[self.from] >> shift & 1 != 0;
                    bit(base + node, set);
                    node = 2 * node + usize::from(set);
                }
            }
            Kind::Match { distance, length } => {
                bit(is_match, true);
                if !self.after_match {
                    bit(REPEAT, false);
                }
                number(DISTANCE, distance, &mut bit);
                number(LENGTH, length - 1, &mut bit);
            }
            Kind::Repeat { length } => {
                bit(is_match, true);
                bit(REPEAT, true);
                number(LENGTH, length, &mut bit);
            }
        }
    }
}

/// A number from 1 on: how many bits follow the first, in unary, then those bits.
fn number(base: usize, number: usize, bit: &mut impl FnMut(usize, bool)) {
    let bits = number.ilog2() as usize;
    for i in 0..bits {
        bit(base + i, true);
    }
    bit(base + bits, false);
    for i in (0..bits).rev() {
        bit(base + model::MANTISSA + i, number >> i & 1 != 0);
    }
}

/// Compresses; `machine::unpack` gives the same bytes back.
pub fn compress(data: &[u8]) -> Vec<u8> {
    let mut prices = [[1.0; 2]; model::CONTEXTS];
    let mut best: Option<Vec<u8>> = None;
    for _ in 0..ROUNDS {
        let steps = path(data, &prices);
        let mut coder = Coder::new();
        let mut counts = [[0.5f64; 2]; model::CONTEXTS];
        for step in steps {
            step.bits(data, |context, bit| {
                coder.code(context, bit);
                counts[context][usize::from(bit)] += 1.0;
            });
        }
        let bytes = coder.finish();
        for (price, count) in prices.iter_mut().zip(counts) {
            let sum = count[0] + count[1];
            *price = count.map(|n| (sum / n).log2());
        }
        if best.as_ref().is_none_or(|best| bytes.len() < best.len()) {
            best = Some(bytes);
        }
    }
    best.expect("at least one round")
}

/// The cheapest way that is known to a place: its price, its last step, the distance in use.
#[derive(Clone, Copy)]
struct Way {
    price: f64,
    step: Option<Step>,
    distance: usize,
}

/// The cheapest path through the data at these prices.
fn path(data: &[u8], prices: &[[f64; 2]; model::CONTEXTS]) -> Vec<Step> {
    let unknown = Way {
        price: f64::MAX,
        step: None,
        distance: 1,
    };
    // Two ways to each place: arriving by a literal and by a match.
    let mut ways = vec![[unknown; 2]; data.len() + 1];
    ways[0][0].price = 0.0;
    let mut seen: HashMap<[u8; 2], Vec<usize>> = HashMap::new();
    for from in 0..data.len() {
        let candidates = candidates(data, from, &seen);
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
                step.bits(data, |context, bit| {
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
            if !after_match && way.distance <= from {
                for length in 1..=common(data, from, way.distance) {
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

/// The matches worth a thought: each nearer than any that is as long, with the lengths for which
/// it is the nearest.
fn candidates(
    data: &[u8],
    from: usize,
    seen: &HashMap<[u8; 2], Vec<usize>>,
) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    let Some(&[first, second]) = data.get(from..from + 2) else {
        return found;
    };
    let mut longest = 1;
    for &at in seen.get(&[first, second]).into_iter().flatten().rev() {
        let length = common(data, from, from - at);
        if length > longest {
            found.push((from - at, longest + 1, length));
            longest = length;
        }
        if longest == LENGTH_MAX {
            break;
        }
    }
    found
}

/// How many bytes from a place on are those at a distance before it.
fn common(data: &[u8], from: usize, distance: usize) -> usize {
    let pairs = data[from..].iter().zip(&data[from - distance..]);
    pairs
        .take(LENGTH_MAX)
        .take_while(|(one, other)| one == other)
        .count()
}

/// The steps of the cheapest way to the end.
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

/// The arithmetic coder: an interval that each bit narrows, and its leading bytes as they settle.
struct Coder {
    low: u32,
    high: u32,
    chances: [i16; model::CONTEXTS],
    bytes: Vec<u8>,
}

impl Coder {
    fn new() -> Coder {
        Coder {
            low: 0,
            high: u32::MAX,
            chances: [0; model::CONTEXTS],
            bytes: Vec::new(),
        }
    }

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
            self.bytes.push((self.high >> 24) as u8);
            self.low <<= 8;
            self.high = self.high << 8 | 0xff;
        }
    }

    /// A number within the interval; the bytes behind the end may be anything.
    fn finish(mut self) -> Vec<u8> {
        self.bytes.extend([(self.high >> 24) as u8, 0, 0, 0]);
        self.bytes
    }
}
