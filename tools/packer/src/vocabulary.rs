//! The words of the titles: a title is coded as the indices of its words.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::values::index_bytes;

/// The numbers of words in the first parts of the table.
///
/// The words that are used most often are in the first part: the ELF finds a word by reading those
/// before it. The words of the first two parts have indices of one byte.
const PARTS: [usize; 2] = [16, 238];

/// The distinct words of the titles in the order of their indices.
pub struct Vocabulary {
    words: Vec<&'static str>,
}

impl Vocabulary {
    /// The words of titles, in parts by the number of uses. Each part is sorted: words that begin
    /// alike take fewer bytes one after the other.
    pub fn of(titles: impl Iterator<Item = &'static str>) -> Vocabulary {
        let mut uses: BTreeMap<&'static str, usize> = BTreeMap::new();
        for word in titles.flat_map(words) {
            *uses.entry(word).or_default() += 1;
        }
        let mut words: Vec<&'static str> = uses.keys().copied().collect();
        words.sort_by_key(|word| Reverse(uses[word]));
        let mut rest = &mut words[..];
        for size in PARTS {
            let part = rest.split_off_mut(..size.min(rest.len()));
            part.expect("a part of the rest").sort_unstable();
        }
        rest.sort_unstable();
        Vocabulary { words }
    }

    /// The words in the order of their indices, which begin at 1.
    pub fn words(&self) -> &[&'static str] {
        &self.words
    }

    /// The bytes of a title: the index of each word, and a zero.
    pub fn title(&self, title: &'static str) -> Vec<u8> {
        let index = |word| {
            let index = self.words.iter().position(|known| *known == word);
            index.expect("every word was collected") + 1
        };
        let indices = words(title).map(index).chain([0]);
        indices.flat_map(index_bytes).collect()
    }
}

/// The words of a title, between its spaces.
fn words(title: &'static str) -> impl Iterator<Item = &'static str> {
    title.split(' ')
}
