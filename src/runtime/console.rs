//! The console: one write(2) for each line, and the checksum of all lines.

use posix_conformance::abi::errno::{EAGAIN, EINTR};
use posix_conformance::log::{Crc32, Sink};

use super::{kernel, threads};

/// The longest line in bytes; titles have less than 160.
const LINE_MAX: usize = 240;
/// The number of attempts to write a line: a console may be slow or interrupted.
const TRIES_MAX: u32 = 10_000;
/// The pause between two attempts in nanoseconds.
const PAUSE_NANOSECONDS: usize = 1_000_000;
const STDOUT: usize = 1;

/// The line that is being written, and the checksum of all lines.
#[repr(C)]
pub struct Line {
    length: usize,
    crc: Crc32,
    /// Set once the console has not taken a whole line.
    cut: bool,
    bytes: [u8; LINE_MAX],
}

impl Line {
    pub const fn new() -> Line {
        Line {
            length: 0,
            crc: Crc32::new(),
            cut: false,
            bytes: [0; LINE_MAX],
        }
    }

    /// The checksum of all bytes so far.
    pub fn crc(&self) -> u32 {
        self.crc.value()
    }

    /// Returns whether the console took every line whole.
    pub fn intact(&self) -> bool {
        !self.cut
    }

    /// Ends the line and writes it.
    pub fn flush(&mut self) {
        self.byte(b'\n');
        let mut rest = self.bytes.get(..self.length).unwrap_or_default();
        self.length = 0;
        for _ in 0..TRIES_MAX {
            let sent = kernel::write(STDOUT, rest);
            if sent == -isize::from(EAGAIN.0) || sent == -isize::from(EINTR.0) {
                threads::sleep(PAUSE_NANOSECONDS);
                continue;
            }
            match rest.get(sent as usize..) {
                Some([]) => return,
                Some(left) if sent > 0 => rest = left,
                _ => break,
            }
        }
        self.cut = true;
    }
}

impl Sink for Line {
    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
            self.length += 1;
            self.crc.byte(byte);
        }
    }
}

/// A message, aligned as any structure must be.
#[repr(align(8))]
pub struct Message(pub [u8; 39]);

/// The message about a damaged plan. Rows name it as read-only memory: it is printed before the
/// first row or never.
pub static DAMAGED: Message = Message(*b"posix-conformance: the plan is damaged\n");

/// Writes a message, in one attempt.
pub fn say(message: &[u8]) {
    kernel::write(STDOUT, message);
}
