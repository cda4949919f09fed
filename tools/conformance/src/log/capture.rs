//! A console as people want to see it again: its last lines, and those around what went wrong.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use posix_conformance::log::Line;

use super::boot::Log;
use super::lines::LineSplitter;
use super::reader::{Event, Reader};
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// How many of the last lines are kept.
pub const LAST_LINES: usize = 20;
/// How many lines belong to a check that did not pass, its own the last.
const EXCERPT_LINES: usize = 6;
/// How much of a line is kept.
const COLUMNS_MAX: usize = 200;

/// The last lines of a stream, cleaned of what a terminal would obey.
#[derive(Debug, Default)]
pub struct Tail {
    cleaner: LineSplitter,
    lines: VecDeque<String>,
}

impl Tail {
    /// Takes bytes; the lines that they complete are handed on.
    pub fn feed(&mut self, bytes: &[u8], mut tell: impl FnMut(&str)) {
        let lines = &mut self.lines;
        self.cleaner.feed(bytes, &mut |line| {
            tell(line);
            keep(lines, line);
        });
    }

    /// The last lines, and what stands behind the last line feed.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.lines.clone();
        let rest = self.cleaner.rest();
        if !rest.is_empty() {
            keep(&mut lines, &rest);
        }
        lines.into()
    }
}

fn keep(lines: &mut VecDeque<String>, line: &str) {
    if lines.len() == LAST_LINES {
        lines.pop_front();
    }
    // A cleaned line is ASCII, so that it can be cut anywhere.
    lines.push_back(line[..line.len().min(COLUMNS_MAX)].to_string());
}

/// What the bytes just fed said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    pub events: Vec<Event>,
    /// The line that matches a pattern of the kernel's panic.
    pub panicked: Option<String>,
    /// Whether a line matches a pattern of the kernel's end.
    pub over: bool,
}

/// The words by which a kernel says that it died or is done, and those of its emulator.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patterns<'a> {
    pub panic: &'a [String],
    pub end: &'a [String],
    /// In the complaints of the command, not in the console.
    pub stopped: &'a [String],
}

/// A reader of a log that keeps what people want to see again.
#[derive(Debug)]
pub struct Capture<'plan> {
    pub reader: Reader<'plan>,
    pub tail: Tail,
    /// The lines that came before that of a check which did not pass, and its own.
    pub excerpts: BTreeMap<usize, Vec<String>>,
}

impl<'plan> Capture<'plan> {
    pub fn new(plan: &'plan Plan) -> Capture<'plan> {
        Capture {
            reader: Reader::new(plan),
            tail: Tail::default(),
            excerpts: BTreeMap::new(),
        }
    }

    /// Takes bytes up to a line feed, or without one.
    pub fn feed(&mut self, piece: &[u8], patterns: Patterns) -> News {
        let mut news = News::default();
        self.tail.feed(piece, |line| {
            let has = |patterns: &[String]| {
                let matches = |pattern: &String| line.contains(pattern.as_str());
                patterns.iter().any(matches) && Line::parse(line).is_none()
            };
            if has(patterns.panic) {
                news.panicked = Some(line.to_string());
            }
            news.over |= has(patterns.end);
        });
        self.reader
            .feed(piece, &mut |event| news.events.push(event));
        for event in &news.events {
            if let Event::Check(check, outcome) = event
                && !matches!(outcome, Outcome::Pass | Outcome::Skipped)
            {
                let lines = self.tail.lines();
                let from = lines.len().saturating_sub(EXCERPT_LINES);
                self.excerpts.insert(*check, lines[from..].to_vec());
            }
        }
        news
    }

    pub fn finish(self) -> (Log, Vec<String>, BTreeMap<usize, Vec<String>>) {
        (self.reader.finish(), self.tail.lines(), self.excerpts)
    }
}
