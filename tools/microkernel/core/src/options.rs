//! The kernel's command line.

/// Historic bugs that the command line enables, to test if a suite finds them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// `dup2` uses a negative descriptor as an index.
    pub dup2_negative_panics: bool,
    /// `nanosleep` reads negative seconds as a large number.
    pub nanosleep_negative_blocks: bool,
    /// The last `close` of a pipe does not free its slot.
    pub pipe_close_leaks: bool,
}

impl Options {
    /// Reads the command line; also returns the first unknown argument.
    pub fn parse(line: &str) -> (Options, Option<&str>) {
        let mut options = Options::default();
        let mut unknown = None;
        for word in line.split_ascii_whitespace() {
            match word.strip_prefix("bug=") {
                Some("dup2-negative-panics") => options.dup2_negative_panics = true,
                Some("nanosleep-negative-blocks") => options.nanosleep_negative_blocks = true,
                Some("pipe-close-leaks") => options.pipe_close_leaks = true,
                Some("none") => {}
                _ => unknown = unknown.or(Some(word)),
            }
        }
        (options, unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    #[test]
    fn bugs_are_read_and_strangers_named() {
        let (options, unknown) = Options::parse("bug=pipe-close-leaks quiet bug=x");
        assert!(options.pipe_close_leaks && !options.dup2_negative_panics);
        assert_eq!(unknown, Some("quiet"));
        assert_eq!(Options::parse("bug=none").1, None);
        assert_eq!(Options::parse(""), (Options::default(), None));
    }
}
