//! The reason of a panic, which is on the lines after it.

use std::time::Instant;

use packer::log::Line;

use crate::log::lines::LineSplitter;

/// The prefix of a line of stderr among the last lines.
pub(super) const STDERR: &str = "stderr: ";
/// The most lines after a panic that its reason takes, of the console and of stderr each.
pub(super) const REASON_LINES: usize = 6;
/// The most lines after a panic that are kept.
const AFTER_PANIC: usize = 20;
/// The most bytes that are kept of one of them.
const COLUMNS_MAX: usize = 200;

/// A panic, and the first lines after it.
#[derive(Debug)]
pub(super) struct Panic {
    pub line: String,
    pub at: Instant,
    splitter: LineSplitter,
    after: Vec<String>,
}

impl Panic {
    pub(super) fn new(line: String, at: Instant) -> Panic {
        Panic {
            line,
            at,
            splitter: LineSplitter::default(),
            after: Vec::new(),
        }
    }

    /// Takes the next bytes of the console: a run that has died has no more lines of the suite.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let after = &mut self.after;
        self.splitter.feed(bytes, &mut |line| {
            if after.len() < AFTER_PANIC {
                after.push(cut(line));
            }
        });
    }

    /// The line of the panic, and those after it.
    pub(super) fn finish(mut self) -> (String, Vec<String>) {
        let rest = self.splitter.rest();
        if !rest.is_empty() && self.after.len() < AFTER_PANIC {
            self.after.push(cut(&rest));
        }
        (self.line, self.after)
    }
}

/// The line of a panic with the first lines after it, of the console and of stderr.
pub(super) fn with_reason(line: &str, after: &[String], stderr: &[String]) -> String {
    let of_kernel = |line: &&String| !line.trim().is_empty() && Line::parse(line).is_none();
    let console = after.iter().filter(of_kernel).take(REASON_LINES);
    let stderr = stderr.iter().filter(of_kernel);
    let mut text = line.to_string();
    for line in console {
        text += "; ";
        text += line.trim();
    }
    for line in stderr {
        text += "; ";
        text += STDERR;
        text += line.trim();
    }
    text
}

/// The beginning of a line, which is ASCII.
pub(super) fn cut(line: &str) -> String {
    line[..line.len().min(COLUMNS_MAX)].to_string()
}
