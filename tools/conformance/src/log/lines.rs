//! A splitter of a serial line's bytes into lines of printable ASCII.
//!
//! Escape sequences, control characters and bytes that are not ASCII are dropped. Memory is
//! bounded: of a line that is too long only the beginning and the end are kept.

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
    /// After `ESC ]`, up to BEL or ESC `\`.
    Osc,
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
}

impl LineSplitter {
    /// Takes the next bytes and passes on each line that they complete, without its line feed.
    pub(crate) fn feed(&mut self, mut bytes: &[u8], emit: &mut dyn FnMut(&str)) {
        while let Some(at) = memchr::memchr(b'\n', bytes) {
            let (text, rest) = bytes.split_at(at);
            match self.as_it_is(text) {
                Some(text) => emit(text),
                None => {
                    text.iter().for_each(|&byte| self.byte(byte));
                    self.line.push_str(&self.end);
                    emit(&self.line);
                    self.line.clear();
                    self.end.clear();
                }
            }
            self.escape = Escape::None;
            bytes = &rest[1..];
        }
        bytes.iter().for_each(|&byte| self.byte(byte));
    }

    /// The text itself, if it is a whole line with nothing to drop but a carriage return.
    fn as_it_is<'t>(&self, text: &'t [u8]) -> Option<&'t str> {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let is_whole = self.line.is_empty() && self.end.is_empty() && self.escape == Escape::None;
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

    fn byte(&mut self, byte: u8) {
        self.escape = match (self.escape, byte) {
            (_, 0x1b) => Escape::Begun,
            (Escape::Begun, b'[') => Escape::Csi,
            (Escape::Begun, b']') => Escape::Osc,
            (Escape::Begun, 0x20..=0x2f) => Escape::OneMore,
            (Escape::Begun | Escape::OneMore, _) => Escape::None,
            (Escape::Csi, 0x20..=0x3f) => Escape::Csi,
            (Escape::Csi, _) => Escape::None,
            (Escape::Osc, 0x07) => Escape::None,
            (Escape::Osc, _) => Escape::Osc,
            (Escape::None, 0x20..=0x7e | b'\t') => {
                self.push(char::from(byte));
                Escape::None
            }
            (Escape::None, _) => Escape::None,
        };
    }

    fn push(&mut self, char: char) {
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
