//! A splitter of a serial line's bytes into lines of printable ASCII.
//!
//! A line ends in LF, CR or any number of CR and one LF. A backspace erases the character before
//! it. Escape sequences, other control characters and bytes that are not ASCII are dropped. Memory
//! is bounded: of a line that is too long only the beginning and the end are kept.

/// Number of bytes kept of the beginning of a line; of its end one to two times as many.
const HALF_MAX: usize = 2048;

/// Position of the stream in an escape sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// After ESC.
    Begun,
    /// After `ESC [`, up to a final byte.
    Csi,
    /// In the text of an OSC, DCS, SOS, PM or APC sequence, up to BEL or ESC `\`.
    Text,
    /// After `ESC (` and the like: one more byte.
    OneMore,
}

/// Splits bytes into lines and drops what is not printable ASCII.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineSplitter {
    /// The current line, or its beginning if it is too long.
    line: String,
    /// The end of a current line that is too long.
    end: String,
    escape: Escape,
    /// Set if a carriage return ended a line, and only line ends have come since.
    returned: bool,
}

impl LineSplitter {
    /// Takes the next bytes and passes on each line that they complete, without its end.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], emit: &mut dyn FnMut(&str)) {
        while let Some(at) = memchr::memchr(b'\n', bytes) {
            let (text, rest) = bytes.split_at(at);
            match self.as_it_is(text) {
                Some(text) => emit(text),
                None => {
                    text.iter().for_each(|&byte| self.byte(byte, emit));
                    // A line that a carriage return has ended is not ended again.
                    if !self.returned || !self.is_empty() {
                        self.end(emit);
                    }
                    self.returned = false;
                }
            }
            self.escape = Escape::None;
            bytes = &rest[1..];
        }
        bytes.iter().for_each(|&byte| self.byte(byte, emit));
    }

    fn is_empty(&self) -> bool {
        self.line.is_empty() && self.end.is_empty()
    }

    /// Passes on the current line.
    fn end(&mut self, emit: &mut dyn FnMut(&str)) {
        self.line.push_str(&self.end);
        emit(&self.line);
        self.line.clear();
        self.end.clear();
    }

    /// The text itself, if it is a whole line with nothing to drop but a carriage return.
    fn as_it_is<'t>(&self, text: &'t [u8]) -> Option<&'t str> {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let is_whole = self.is_empty() && !self.returned && self.escape == Escape::None;
        // No branch inside the loop, so that the compiler vectorizes it.
        let is_plain = text
            .iter()
            .fold(true, |plain, byte| plain & (0x20..=0x7e).contains(byte));
        let unchanged = is_whole && is_plain && text.len() <= HALF_MAX;
        unchanged.then(|| std::str::from_utf8(text).ok()).flatten()
    }

    /// The text after the last line feed.
    pub(crate) fn rest(&self) -> String {
        format!("{}{}", self.line, self.end)
    }

    fn byte(&mut self, byte: u8, emit: &mut dyn FnMut(&str)) {
        self.escape = match (self.escape, byte) {
            (_, b'\r') => {
                // The next text overwrites this one on a terminal; in a log it is the next line.
                if !self.is_empty() {
                    self.end(emit);
                    self.returned = true;
                }
                Escape::None
            }
            (_, 0x1b) => Escape::Begun,
            (Escape::Begun, b'[') => Escape::Csi,
            (Escape::Begun, b']' | b'P' | b'X' | b'^' | b'_') => Escape::Text,
            (Escape::Begun, 0x20..=0x2f) => Escape::OneMore,
            (Escape::Begun | Escape::OneMore, _) => Escape::None,
            (Escape::Csi, 0x20..=0x3f) => Escape::Csi,
            (Escape::Csi, _) => Escape::None,
            (Escape::Text, 0x07) => Escape::None,
            (Escape::Text, _) => Escape::Text,
            (Escape::None, 0x20..=0x7e | b'\t') => {
                self.push(char::from(byte));
                Escape::None
            }
            (Escape::None, 0x08) => {
                _ = self.end.pop().or_else(|| self.line.pop());
                Escape::None
            }
            (Escape::None, _) => Escape::None,
        };
    }

    fn push(&mut self, char: char) {
        self.returned = false;
        if self.line.len() < HALF_MAX {
            self.line.push(char);
            return;
        }
        self.end.push(char);
        if self.end.len() > 2 * HALF_MAX {
            self.end.drain(..HALF_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a stream, in pieces of each size.
    fn lines(bytes: &[u8]) -> Vec<String> {
        let split = |size| {
            let (mut splitter, mut lines) = (LineSplitter::default(), Vec::new());
            let pieces = bytes.chunks(size);
            pieces.for_each(|piece| splitter.feed(piece, &mut |line| lines.push(line.to_string())));
            lines.push(splitter.rest());
            lines
        };
        let whole = split(bytes.len());
        (1..bytes.len()).for_each(|size| assert_eq!(split(size), whole, "pieces of {size}"));
        whole
    }

    #[test]
    fn lines_end_in_any_way() {
        assert_eq!(
            lines(b"a\nb\r\nc\rd\r\r\ne\n\rf"),
            ["a", "b", "c", "d", "e", "f"]
        );
        // An empty line says that a message came right before the line feed.
        assert_eq!(lines(b"a\n\nb\r\n\r\nc"), ["a", "", "b", "", "c"]);
        assert_eq!(lines(b"10%\r50%\rdone\n"), ["10%", "50%", "done", ""]);
    }

    #[test]
    fn backspaces_erase() {
        assert_eq!(lines(b"|\x08/\x08-\x08ok\n\x08\x08x"), ["ok", "x"]);
    }

    #[test]
    fn strings_of_escapes_are_dropped() {
        for begin in ["]0;", "P1;2q", "_", "^", "X"] {
            let text = format!("a\x1b{begin}text\x1b\\b\x1b{begin}\x07c\n");
            assert_eq!(lines(text.as_bytes()), ["abc", ""], "{begin}");
        }
        // One that does not end takes its line only.
        assert_eq!(lines(b"a\x1bPtext\nb"), ["a", "b"]);
    }
}
