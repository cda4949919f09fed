//! The console: one line at a time, one `write` a line, and the checksum over all of them.

use posix_conformance::abi::errno::{EAGAIN, EINTR};
use posix_conformance::abi::numbers;
use posix_conformance::log::{self, Crc32, Sink};
use posix_conformance::plan::Kind;

use super::bytecode::{self, NAMES};
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
    /// Where the current group's title stands, and its kind.
    title: usize,
    crc: Crc32,
    kind: Kind,
    /// Whether the console ever refused a line.
    cut: bool,
    bytes: [u8; LINE_MAX],
}

impl Line {
    pub const fn new() -> Line {
        Line {
            length: 0,
            title: 0,
            crc: Crc32::new(),
            kind: Kind::Positive,
            cut: false,
            bytes: [0; LINE_MAX],
        }
    }

    /// Notes which group is running; returns the position behind its title.
    pub fn begin_group(&mut self, title: usize, kind: Kind) -> usize {
        self.title = title;
        self.kind = kind;
        behind(title)
    }

    /// `FAMILY: KIND tests` of the current group.
    pub fn group_title(&mut self) {
        let (title, kind) = (self.title, self.kind);
        let family = |line: &mut Line| {
            line.packed(title);
        };
        log::group(self, family, kind);
    }

    /// Writes the text of the packed plan that begins at a position; returns the position behind.
    pub fn packed(&mut self, mut position: usize) -> usize {
        loop {
            let letter = bytecode::byte(position);
            position += 1;
            match letter {
                0 => return position,
                b'%' => self.group_title(),
                _ => self.byte(letter),
            }
        }
    }

    /// Writes the name of that number: system calls first, then errnos.
    pub fn name(&mut self, number: usize) {
        let mut position = NAMES;
        for _ in 0..number {
            position = behind(position);
        }
        self.packed(position);
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

/// The position behind the text that begins at one.
fn behind(mut position: usize) -> usize {
    while bytecode::byte(position) != 0 {
        position += 1;
    }
    position + 1
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
