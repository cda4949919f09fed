//! A console as people want to see it again: its last lines, and those around what went wrong.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use posix_conformance::log::Line;

use super::boot::Log;
use super::lines::LineSplitter;
use super::reader::{Event, LineReader};
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// How many of the last lines are kept.
pub const LAST_LINES: usize = 20;
/// How many lines belong to a check that did not pass, its own the last.
const EXCERPT_LINES: usize = 6;
/// How much of a line is kept.
const COLUMNS_MAX: usize = 200;

/// The last lines of a stream.
#[derive(Clone, Debug, Default)]
struct LastLines(VecDeque<String>);

impl LastLines {
    fn push(&mut self, line: &str) {
        if self.0.len() == LAST_LINES {
            self.0.pop_front();
        }
        // A cleaned line is ASCII, so that it can be cut anywhere.
        self.0
            .push_back(line[..line.len().min(COLUMNS_MAX)].to_string());
    }

    /// The last lines of all.
    fn last(&self, count: usize) -> Vec<String> {
        let from = self.0.len().saturating_sub(count);
        self.0.range(from..).cloned().collect()
    }

    /// All of them, and what came after the last line feed.
    fn and(mut self, rest: &str) -> Vec<String> {
        if !rest.is_empty() {
            self.push(rest);
        }
        self.0.into()
    }
}

/// The last lines of a stream's bytes, cleaned of what a terminal would obey.
#[derive(Debug, Default)]
pub struct Tail {
    splitter: LineSplitter,
    last: LastLines,
}

impl Tail {
    /// Takes bytes; the lines that they complete are handed on.
    pub fn feed(&mut self, bytes: &[u8], mut tell: impl FnMut(&str)) {
        let last = &mut self.last;
        self.splitter.feed(bytes, &mut |line| {
            tell(line);
            last.push(line);
        });
    }

    /// The last lines, and what came after the last line feed.
    pub fn lines(&self) -> Vec<String> {
        self.last.clone().and(&self.splitter.rest())
    }
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

impl Patterns<'_> {
    /// Looks for the kernel's end in a line; a line of the suite says nothing of it.
    fn look(self, line: &str, news: &mut News) {
        let has = |patterns: &[String]| {
            let matches = |pattern: &String| line.contains(pattern.as_str());
            patterns.iter().any(matches) && Line::parse(line).is_none()
        };
        if has(self.panic) {
            news.panicked = Some(line.to_string());
        }
        news.over |= has(self.end);
    }
}

/// A reader of a console that keeps what people want to see again.
///
/// The bytes are cleaned and cut into lines once; the reader, the patterns and the last lines take
/// the same lines.
#[derive(Debug)]
pub struct Capture<'plan> {
    splitter: LineSplitter,
    pub reader: LineReader<'plan>,
    last: LastLines,
    /// The lines that came before that of a check which did not pass, and its own.
    excerpts: BTreeMap<usize, Vec<String>>,
}

impl<'plan> Capture<'plan> {
    pub fn new(plan: &'plan Plan) -> Capture<'plan> {
        Capture {
            splitter: LineSplitter::default(),
            reader: LineReader::new(plan),
            last: LastLines::default(),
            excerpts: BTreeMap::new(),
        }
    }

    /// Takes bytes up to a line feed, or without one.
    pub fn feed(&mut self, piece: &[u8], patterns: Patterns) -> News {
        let mut news = News::default();
        let Capture {
            splitter,
            reader,
            last,
            excerpts,
        } = self;
        splitter.feed(piece, &mut |line| {
            last.push(line);
            patterns.look(line, &mut news);
            reader.line(line, &mut |event| {
                if let Event::Check(check, outcome) = &event
                    && !matches!(outcome, Outcome::Pass | Outcome::Skipped)
                {
                    excerpts.insert(*check, last.last(EXCERPT_LINES));
                }
                news.events.push(event);
            });
        });
        news
    }

    pub fn finish(self) -> (Log, Vec<String>, BTreeMap<usize, Vec<String>>) {
        let last = self.last.and(&self.splitter.rest());
        (self.reader.finish(), last, self.excerpts)
    }
}

#[cfg(test)]
mod tests {
    use posix_conformance::log::Verdict;

    use super::*;

    /// A console up to the first check, which fails after a line of the kernel.
    fn console(plan: &Plan) -> String {
        let failed = format!("{} (got 0)", plan.verdict(0, Verdict::Fail));
        let lines = [
            &plan.header(),
            &plan.section(0),
            "[1.5] \x1b[31mBUG\x1b[0m: held",
            &failed,
        ];
        lines.map(|line| format!("{line}\r\n")).concat() + "no line feed"
    }

    #[test]
    fn reader_patterns_and_last_lines_take_the_same_lines() {
        let plan = Plan::default();
        let console = console(&plan);
        // The patterns match a kernel's line and, which counts for nothing, the suite's own.
        let [panic, end] = ["BUG: held", "[FAIL]"].map(|text| [text.to_string()]);
        let patterns = Patterns {
            panic: &panic,
            end: &end,
            stopped: &[],
        };
        for size in [1, 7, console.len()] {
            let mut capture = Capture::new(&plan);
            let (mut events, mut panicked) = (Vec::new(), Vec::new());
            for piece in console.as_bytes().chunks(size) {
                let news = capture.feed(piece, patterns);
                events.extend(news.events);
                panicked.extend(news.panicked);
                assert!(!news.over);
            }
            assert_eq!(panicked, ["[1.5] BUG: held"], "pieces of {size}");
            let checks = |event: &&Event| matches!(event, Event::Check(0, Outcome::Fail(_)));
            assert_eq!(events.iter().filter(checks).count(), 1, "{events:?}");
            let (log, last, excerpts) = capture.finish();
            assert_eq!(log.boots.len(), 1);
            assert_eq!(excerpts[&0], last[..4]);
            assert_eq!(last[2..3], ["[1.5] BUG: held"]);
            assert_eq!(last[4], "no line feed");
        }
    }

    #[test]
    fn last_lines_are_few_and_short() {
        let mut tail = Tail::default();
        for number in 0..100 {
            tail.feed(format!("{number}{}\n", "x".repeat(1000)).as_bytes(), |_| {});
        }
        let lines = tail.lines();
        assert_eq!(lines.len(), LAST_LINES);
        assert!(lines[LAST_LINES - 1].starts_with("99x"));
        assert!(lines.iter().all(|line| line.len() == COLUMNS_MAX));
    }
}
