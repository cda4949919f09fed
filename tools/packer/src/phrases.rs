//! Phrases of the titles that the tables keep.
//!
//! A match reaches back one window, but titles repeat phrases of families that are farther away.
//! The tables are always in reach.

use std::collections::BTreeMap;

use crate::compress::costs;
use crate::stream::Stream;

/// The largest size in bytes of all phrases. With more, the core suite would take no byte less.
const SIZE_MAX: usize = 460;
/// The largest number of words in a phrase.
const WORDS_MAX: usize = 9;
/// The smallest size of a phrase in bytes.
const LENGTH_MIN: usize = 4;
/// The price in bits of a match that copies from the tables, approximately.
const MATCH: f64 = 18.0;

/// The phrases, as texts with a zero after each: a phrase at the end of a title contains its zero.
///
/// Again and again the phrase is taken that saves most, at the prices without phrases.
pub fn phrases(tables: &Stream, titles: &Stream) -> Vec<String> {
    let mut stream = tables.clone();
    stream.append(titles);
    let costs = costs(&stream, tables.len()).split_off(tables.len());
    let candidates = candidates(&titles.bytes);
    let mut prices = Prices::of(&costs);
    let mut phrases = Vec::new();
    loop {
        let fitting = candidates
            .iter()
            .filter(|(phrase, _)| phrases.len() + phrase.len() <= SIZE_MAX)
            .map(|(phrase, places)| (prices.saved(phrase.len(), places), *phrase, places));
        let best = fitting.max_by(|(one, ..), (other, ..)| one.total_cmp(other));
        match best {
            Some((saved, phrase, places)) if saved > 0.0 => {
                phrases.extend_from_slice(phrase);
                prices.share(phrase.len(), places);
            }
            _ => break,
        }
    }
    let texts = phrases.split(|&byte| byte == 0);
    texts
        .map(|text| String::from_utf8_lossy(text).into_owned())
        .collect()
}

/// The sequences of whole words that are in the titles more than once, and their positions. Each
/// is there with and without the space or the zero after it.
fn candidates(titles: &[u8]) -> BTreeMap<&[u8], Vec<usize>> {
    let mut found: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    let is_end = |place: usize| matches!(titles[place], b' ' | 0);
    let is_start = |&place: &usize| !is_end(place) && (place == 0 || is_end(place - 1));
    for start in (0..titles.len()).filter(is_start) {
        let ends = (start..titles.len()).filter(|&place| is_end(place));
        for end in ends.take(WORDS_MAX) {
            let mut add = |phrase: usize| {
                if phrase - start >= LENGTH_MIN {
                    found.entry(&titles[start..phrase]).or_default().push(start);
                }
            };
            add(end);
            add(end + 1);
            if titles[end] == 0 {
                break;
            }
        }
    }
    found.retain(|_, places| places.len() > 1);
    found
}

/// The prices in bits of the bytes of the titles, as sums of all before a position.
struct Prices(Vec<f64>);

impl Prices {
    fn of(costs: &[f64]) -> Prices {
        let mut sum = 0.0;
        let sums = costs.iter().map(|cost| {
            sum += cost;
            sum
        });
        Prices([0.0].into_iter().chain(sums).collect())
    }

    /// The bits that a phrase at these positions saves in the tables.
    fn saved(&self, length: usize, places: &[usize]) -> f64 {
        let mut saved = 0.0;
        let mut own = 0.0_f64;
        let mut free = 0;
        for &place in places {
            if place < free {
                continue;
            }
            let cost = self.0[place + length] - self.0[place];
            own = own.max(cost);
            if cost > MATCH {
                saved += cost - MATCH;
                free = place + length;
            }
        }
        saved - own
    }

    /// Lowers the prices at these positions to those of matches.
    fn share(&mut self, length: usize, places: &[usize]) {
        let mut costs: Vec<f64> = self.0.windows(2).map(|pair| pair[1] - pair[0]).collect();
        for &place in places {
            let bytes = &mut costs[place..place + length];
            let cost: f64 = bytes.iter().sum();
            if cost > MATCH {
                bytes.iter_mut().for_each(|byte| *byte *= MATCH / cost);
            }
        }
        *self = Prices::of(&costs);
    }
}
