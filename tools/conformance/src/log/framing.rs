//! The text that a console or a logger puts around each line: time stamps, names, line numbers.
//!
//! The shape of that text is learnt from the header line, of which every byte is known. Around
//! later lines only text of that shape is removed. A wrong guess does no harm: the checksum covers
//! every byte of every line.

use std::borrow::Cow;

use packer::log::Line;

/// Number of bytes of a text around a line that is learnt.
const FRAME_MAX: usize = 200;
/// Verdicts at the beginning of a check line that lost its leading blanks.
const VERDICTS: [&str; 3] = ["[PASS] ", "[FAIL] ", "[SKIP] "];

/// Texts by which a line seems to be the suite's; the first begins every header line.
pub(super) const MARKS: [&str; 7] = [
    "posix-conformance ",
    VERDICTS[0],
    VERDICTS[1],
    VERDICTS[2],
    " passed, ",
    "END crc32 ",
    " tests ===",
];

/// A part of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    /// Any letters and digits, with points and commas between them.
    Word,
    Mark(char),
}

/// The shape of a text: its words and marks. Blanks count only at its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shape {
    tokens: Vec<Token>,
    blanks: usize,
}

/// The shapes of the texts before and after each line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Frame {
    before: Shape,
    /// The text after a line; reversed, because its end is known.
    after: Shape,
}

impl Shape {
    fn of(text: impl Iterator<Item = char> + Clone) -> Shape {
        let (mut chars, mut shape) = (text, Shape::default());
        loop {
            let blanks = skip_blanks(&mut chars);
            match next_token(&mut chars) {
                Some(token) => shape.tokens.push(token),
                None => {
                    shape.blanks = blanks;
                    return shape;
                }
            }
        }
    }

    /// Number of bytes of the text of this shape at the beginning of a text.
    fn length(&self, text: impl Iterator<Item = char> + Clone) -> Option<usize> {
        let size = text.clone().count();
        let mut chars = text;
        for token in &self.tokens {
            skip_blanks(&mut chars);
            (next_token(&mut chars)? == *token).then_some(())?;
        }
        for _ in 0..self.blanks {
            let mut ahead = chars.clone();
            if ahead.next().is_some_and(is_blank) {
                chars = ahead;
            }
        }
        Some(size - chars.count())
    }
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Number of blanks skipped.
fn skip_blanks(chars: &mut (impl Iterator<Item = char> + Clone)) -> usize {
    let blanks = chars.clone().take_while(|c| is_blank(*c)).count();
    (0..blanks).for_each(|_| _ = chars.next());
    blanks
}

fn next_token(chars: &mut (impl Iterator<Item = char> + Clone)) -> Option<Token> {
    let first = chars.next()?;
    if !first.is_ascii_alphanumeric() {
        return Some(Token::Mark(first));
    }
    loop {
        let mut ahead = chars.clone();
        let mut c = ahead.next();
        if matches!(c, Some('.' | ',')) {
            c = ahead.next();
        }
        if !c.is_some_and(|c| c.is_ascii_alphanumeric()) {
            return Some(Token::Word);
        }
        *chars = ahead;
    }
}

impl Frame {
    /// The header line in a text, whatever is around it, and the frame that it has there; `at` is
    /// the index of the header line, `ours` that of this suite.
    pub(super) fn around_header<'t>(
        text: &'t str,
        at: usize,
        ours: &str,
    ) -> Option<(Frame, &'t str)> {
        let (before, rest) = text.split_at(at);
        let most = rest.len().min(FRAME_MAX);
        let is_header =
            |end: &usize| matches!(Line::parse(&rest[..*end]), Some(Line::Header { .. }));
        let end = (1..=most).rev().find(is_header)?;
        let (header, after) = rest.split_at(end);
        // A header line of another suite before a text can be a torn one of this suite.
        let next = after.trim_start().chars().next();
        let is_whole = match next {
            Some(next) => {
                let framed = !before.trim().is_empty() && !next.is_ascii_alphanumeric();
                framed && header.starts_with(ours)
            }
            None => true,
        };
        is_whole.then_some(())?;
        // More than a frame is the text of a boot before this one.
        let keep = |text: &'t str| Some(text).filter(|text| text.len() <= FRAME_MAX);
        let frame = Frame {
            before: Shape::of(keep(before).unwrap_or("").chars()),
            after: Shape::of(keep(after).unwrap_or("").trim_end().chars().rev()),
        };
        Some((frame, header))
    }

    fn is_empty(&self) -> bool {
        self.before.tokens.is_empty() && self.after.tokens.is_empty()
    }

    /// A text without the frame; none if the text does not have it.
    pub(super) fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        if self.is_empty() {
            return None;
        }
        let begin = self.before.length(text.chars())?;
        let text = text[begin..].trim_end();
        let end = self.after.length(text.chars().rev())?;
        Some(&text[..text.len() - end])
    }
}

/// A text without blanks at its ends, as a line of a run would be; none if nothing changes.
pub(super) fn trimmed(text: &str) -> Option<Cow<'_, str>> {
    let core = text.trim();
    let is_check = VERDICTS.iter().any(|verdict| core.starts_with(verdict));
    let changed = match is_check {
        true => Cow::Owned(format!("  {core}")),
        false => Cow::Borrowed(core),
    };
    (changed != text).then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "posix-conformance 0.2.0 log 2 suite 8c41f0d2 plan 512";

    /// The frame learnt from a header line between two texts, applied to a text.
    fn strip<'t>(before: &str, after: &str, text: &'t str) -> Option<&'t str> {
        let header = format!("{before}{HEADER}{after}");
        let (frame, found) = Frame::around_header(&header, before.len(), HEADER).expect("a header");
        assert_eq!(found, HEADER);
        frame.strip(text)
    }

    #[test]
    fn frames_of_loggers_are_learnt() {
        for (header, line) in [
            ("2026-11-26T11:33:17.120Z ", "2027-01-02T01:00:09Z "),
            (
                "Nov 26 11:33:17 host kernel: ",
                "Dec  1 00:00:00 host kernel: ",
            ),
            ("suite-1  | ", "suite-1  | "),
            ("<6>", "<14>"),
            ("     9\t", "100000\t"),
            ("[    1.5] ", "[12345.678] "),
            ("[    1.5][    T1] ", "[    9.5][  T100] "),
            ("11:33 ", "0:1 "),
        ] {
            assert_eq!(
                strip(header, "", &format!("{line}  a b")),
                Some("  a b"),
                "{header}"
            );
        }
        let (before, after) = ("{\"log\":\"", "\\n\",\"time\":\"1.5Z\"}");
        assert_eq!(
            strip(before, after, "{\"log\":\"  a\\n\",\"time\":\"3Z\"}"),
            Some("  a")
        );
    }

    #[test]
    fn other_texts_are_not_removed() {
        assert_eq!(strip("", "", "x  a"), None);
        assert_eq!(strip("[1.5] ", "", "<6>  a"), None);
        assert_eq!(strip("suite | ", "", "suite   a"), None);
    }
}
