//! TOML files: one reader and one writer for all of them. A message names the line that is wrong.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The contents of a file; `file` is its name for messages.
///
/// # Errors
/// The text is no TOML, or not what a `T` is made of: exit code 2, `FILE:LINE: REASON`.
pub(crate) fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_at(text, span.start));
        Error::usage(format!("{file}:{line}: {}", error.message()))
    })
}

/// The text of a file; `contents` names what it holds for messages.
///
/// # Errors
/// A value that TOML cannot express: exit code 2.
pub(crate) fn text(contents: &str, value: &impl Serialize) -> Result<String> {
    toml::to_string(value).map_err(|error| Error::usage(format!("writing {contents}: {error}")))
}

/// The line, from 1, in which a text has the byte at `offset`.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let before = &text.as_bytes()[..offset.min(text.len())];
    memchr::memchr_iter(b'\n', before).count() + 1
}

#[cfg(test)]
mod tests {
    use super::{line_at, parse};

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[expect(dead_code, reason = "only its presence counts")]
        name: String,
    }

    #[test]
    fn each_error_is_reported_with_its_line() {
        for (text, begin) in [
            ("", "x.toml:1: missing field `name`"),
            ("name = 1\n", "x.toml:1: invalid type"),
            ("\n\nname = 1\n", "x.toml:3: invalid type"),
            (
                "name = \"a\"\ncolour = 1",
                "x.toml:2: unknown field `colour`",
            ),
            (
                "name = \"ä\"\r\n\r\nname = \"b\"\r\n",
                "x.toml:3: duplicate key",
            ),
            ("# one\nname = \"a\n", "x.toml:2: invalid basic string"),
        ] {
            let error = parse::<File>("x.toml", text).expect_err(text);
            assert!(error.text.starts_with(begin), "{text}: {}", error.text);
            assert_eq!(error.text.lines().count(), 1, "{}", error.text);
        }
    }

    #[test]
    fn a_line_begins_after_its_line_feed() {
        let text = "a\nbc\n";
        let lines = [0, 1, 2, 4, 5, 99].map(|offset| line_at(text, offset));
        assert_eq!(lines, [1, 1, 2, 2, 3, 3]);
    }
}
