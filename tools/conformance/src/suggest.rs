//! Suggestions: the known name that an unknown one was probably meant to be.

/// The least similarity of two names, from 0 to 1.
const SIMILARITY_MIN: f64 = 0.7;
/// The least number of letters that are taken for a part of a name; fewer are in nearly all names.
const PART_LENGTH_MIN: usize = 4;

/// The first name that contains the one given, or the most similar one.
pub(crate) fn closest<'a>(
    given: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let part = known
        .clone()
        .find(|name| given.len() >= PART_LENGTH_MIN && name.contains(given));
    let similarity = |name: &'a str| (strsim::normalized_damerau_levenshtein(given, name), name);
    part.or_else(|| {
        let similar = known
            .map(similarity)
            .filter(|(similarity, _)| *similarity >= SIMILARITY_MIN);
        let most = similar.max_by(|one, other| one.0.total_cmp(&other.0));
        most.map(|(_, name)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_part_or_a_typo_is_recognized_and_a_letter_is_not() {
        let known = [
            "dup2: target -1 returns EBADF",
            "close: twice returns EBADF",
        ];
        let found = |given| closest(given, known.into_iter());
        assert_eq!(found("twice"), Some(known[1]));
        assert_eq!(found("dup2: targte -1 returns EBADF"), Some(known[0]));
        assert_eq!(found("e"), None);
        assert_eq!(found("something else"), None);
    }
}
