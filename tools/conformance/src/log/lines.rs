//! From the bytes of a serial line to lines of text: what a terminal would not show is gone.
//!
//! Bounded memory, whatever comes: of a line that is too long the beginning and the end are kept.

/// How much of the beginning of a line is kept, and how much of its end.
const HALF_MAX: usize = 2048;

/// Where in an escape sequence the stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// Behind ESC.
    Begun,
    /// Behind `ESC [`, up to a final byte.
    Csi,
    /// Behind `ESC ]`, up to BEL or ESC `\`.
    Osc,
    /// Behind `ESC (` and the like: one more byte.
    OneMore,
}

/// Cuts bytes into lines and drops what is no printable ASCII.
#[derive(Clone, Debug, Default)]
pub struct LineSplitter {
    line: String,
    /// The end of a line that is longer than what is kept of its beginning.
    tail: String,
    escape: Escape,
}

impl LineSplitter {
    /// Takes bytes, and hands on each line that ends in them.
    pub fn feed(&mut self, mut bytes: &[u8], line: &mut dyn FnMut(&str)) {
        while let Some(end) = memchr::memchr(b'\n', bytes) {
            let (text, rest) = bytes.split_at(end);
            match self.untouched(text) {
                Some(text) => line(text),
                None => {
                    text.iter().for_each(|&byte| self.byte(byte));
                    self.line.push_str(&self.tail);
                    line(&self.line);
                    self.line.clear();
                    self.tail.clear();
                }
            }
            self.escape = Escape::None;
            bytes = &rest[1..];
        }
        bytes.iter().for_each(|&byte| self.byte(byte));
    }

    /// The text as it is, if it is a whole line in which there is nothing to clean.
    fn untouched<'t>(&self, text: &'t [u8]) -> Option<&'t str> {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let begins = self.line.is_empty() && self.tail.is_empty() && self.escape == Escape::None;
        // Without a branch in it, so that the compiler looks at many bytes at once.
        let plain = text
            .iter()
            .fold(true, |plain, byte| plain & (0x20..=0x7e).contains(byte));
        let clean = begins && plain && text.len() <= HALF_MAX;
        clean.then(|| std::str::from_utf8(text).ok()).flatten()
    }

    /// What stands behind the last line feed.
    pub fn rest(&self) -> String {
        format!("{}{}", self.line, self.tail)
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
                self.keep(char::from(byte));
                Escape::None
            }
            (Escape::None, _) => Escape::None,
        };
    }

    fn keep(&mut self, char: char) {
        if self.line.len() < HALF_MAX {
            self.line.push(char);
            return;
        }
        self.tail.push(char);
        if self.tail.len() > 2 * HALF_MAX {
            self.tail.drain(..HALF_MAX);
        }
    }
}
