//! The console: one line at a time, one `write` a line, and the checksum over all of them.

use posix_conformance::abi::errno::{EAGAIN, EINTR};
use posix_conformance::abi::numbers;
use posix_conformance::log::{Crc32, Sink};

use super::{arena, kernel, threads};

/// The longest line; the build script's titles are far shorter.
const LINE_MAX: usize = 240;
/// How often a line is tried before it is given up: a console may be slow or interrupted.
const TRIES_MAX: u32 = 10_000;
/// The pause between two tries in nanoseconds.
const PAUSE_NANOSECONDS: usize = 1_000_000;
const STDOUT: usize = 1;

/// The line that is being written, and what all lines before it leave behind.
#[repr(C)]
pub struct Line {
    length: usize,
    crc: Crc32,
    /// Whether the console ever refused a line.
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

    /// The checksum of all lines flushed.
    pub fn crc(&self) -> u32 {
        self.crc.value()
    }

    /// Whether every line was taken whole.
    pub fn intact(&self) -> bool {
        !self.cut
    }

    /// Ends the line and writes it out.
    pub fn flush(&mut self) {
        self.byte(b'\n');
        let mut from = self.bytes.as_ptr() as usize;
        let end = from + self.length;
        self.length = 0;
        for address in from..end {
            self.crc.byte(arena::get(address));
        }
        for _ in 0..TRIES_MAX {
            let sent = kernel::syscall4(numbers::WRITE, STDOUT, from, end - from, 0);
            if sent > 0 && sent as usize <= end - from {
                from += sent as usize;
            } else if sent == -isize::from(EAGAIN.0) || sent == -isize::from(EINTR.0) {
                threads::sleep(PAUSE_NANOSECONDS);
            } else {
                break;
            }
            if from == end {
                return;
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
        }
    }
}

/// Writes a message as it is, once.
pub fn say(message: &str) {
    kernel::syscall4(
        numbers::WRITE,
        STDOUT,
        message.as_ptr() as usize,
        message.len(),
        0,
    );
}
