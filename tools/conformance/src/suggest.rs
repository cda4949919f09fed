//! What was probably meant by a name that nothing has.

/// How alike two names must be, of 1.
const ALIKE_MIN: f64 = 0.7;
/// How much of a name stands for the whole; less is in nearly all of them.
const PART_MIN: usize = 4;

/// The first name that has what was given in it, or the one that is most like it.
pub fn closest<'a>(given: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let part = known
        .clone()
        .find(|name| given.len() >= PART_MIN && name.contains(given));
    let like = |name: &'a str| (strsim::normalized_damerau_levenshtein(given, name), name);
    part.or_else(|| {
        let alike = known.map(like).filter(|(alike, _)| *alike >= ALIKE_MIN);
        let most = alike.max_by(|one, other| one.0.total_cmp(&other.0));
        most.map(|(_, name)| name)
    })
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_part_or_a_slip_is_recognised_and_a_letter_is_not() {
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
