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
pub struct Cleaner {
    line: String,
    /// The end of a line that is longer than what is kept of its beginning.
    tail: String,
    escape: Escape,
}

impl Cleaner {
    /// Takes bytes, and hands on each line that ends in them.
    pub fn feed(&mut self, bytes: &[u8], line: &mut dyn FnMut(&str)) {
        for &byte in bytes {
            if byte == b'\n' {
                self.escape = Escape::None;
                self.line.push_str(&self.tail);
                line(&self.line);
                self.line.clear();
                self.tail.clear();
            } else {
                self.byte(byte);
            }
        }
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
