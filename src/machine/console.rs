//! The console: one line at a time, one `write` a line, and the checksum over all of them.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::log::{self, Crc32, Sink};
use posix_conformance::plan::Kind;

use super::{kernel, packed, text};

/// The longest line; the build script's titles are far shorter.
const LINE_MAX: usize = 240;
/// How often in a row a `write` may be interrupted or told to come again before it is given up.
const RETRIES_MAX: u32 = 1_000_000;
const STDOUT: usize = 1;

/// The line that is being written, and what all lines before it leave behind.
pub struct Line {
    bytes: [u8; LINE_MAX],
    length: usize,
    crc: Crc32,
    /// Where the current group's title stands in the program, and its kind.
    title: usize,
    kind: Kind,
    /// Whether the console took everything so far.
    intact: bool,
}

impl Line {
    pub const fn new() -> Line {
        Line {
            bytes: [0; LINE_MAX],
            length: 0,
            crc: Crc32::new(),
            title: 0,
            kind: Kind::Positive,
            intact: true,
        }
    }

    /// Notes which group is running; returns the position behind its title.
    pub fn begin_group(&mut self, title: usize, kind: Kind) -> usize {
        self.title = title;
        self.kind = kind;
        let behind = text::write(self, &packed::PROGRAM, title);
        self.back_to(0);
        behind
    }

    /// `FAMILY: KIND tests` of the current group.
    pub fn group_title(&mut self) {
        let (title, kind) = (self.title, self.kind);
        let family = |line: &mut Line| {
            text::write(line, &packed::PROGRAM, title);
        };
        log::group(self, family, kind);
    }

    /// Where the line ends now.
    pub fn mark(&self) -> usize {
        self.length
    }

    /// Takes back what was written since.
    pub fn back_to(&mut self, mark: usize) {
        self.length = mark;
    }

    /// The checksum of all lines flushed.
    pub fn crc(&self) -> u32 {
        self.crc.value()
    }

    /// Whether every line was taken whole.
    pub fn intact(&self) -> bool {
        self.intact
    }

    /// Ends the line and writes it out.
    pub fn flush(&mut self) {
        self.byte(b'\n');
        for &byte in self.bytes.iter().take(self.length) {
            self.crc.byte(byte);
        }
        let mut sent = 0;
        let mut retries = 0;
        while sent < self.length && retries < RETRIES_MAX {
            let from = self.bytes.as_ptr() as usize + sent;
            let result = kernel::raw(numbers::WRITE, [STDOUT, from, self.length - sent, 0, 0, 0]);
            match kernel::errno(result) {
                Some(errno::EINTR | errno::EAGAIN) => retries += 1,
                // A kernel may not take more than it was given, nor nothing without an error.
                _ if result > 0 && result as usize <= self.length - sent => sent += result as usize,
                _ => break,
            }
        }
        self.intact &= sent == self.length;
        self.length = 0;
    }
}

impl Sink for Line {
    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }
}

/// Writes a message as it is, once.
pub fn say(message: &str) {
    kernel::raw(
        numbers::WRITE,
        [STDOUT, message.as_ptr() as usize, message.len(), 0, 0, 0],
    );
}
