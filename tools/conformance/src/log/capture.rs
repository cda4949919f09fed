//! A console with what a report shows of it: its last lines, and the lines before each check that
//! did not pass.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use packer::log::Line;

use super::boot::Log;
use super::lines::LineSplitter;
use super::reader::{Event, LineReader};
use crate::plan::Plan;
use crate::verdict::outcome::Outcome;

/// Number of last lines kept.
const LAST_LINES: usize = 20;
/// Number of lines kept of a check that did not pass, up to its own.
const EXCERPT_LINES: usize = 6;
/// Number of bytes kept of each of these lines.
const COLUMNS_MAX: usize = 200;

/// The last lines of a stream.
#[derive(Clone, Debug, Default)]
struct LastLines(VecDeque<String>);

impl LastLines {
    fn push(&mut self, line: &str) {
        if self.0.len() == LAST_LINES {
            self.0.pop_front();
        }
        // The line is ASCII, so that every index is a boundary of characters.
        self.0
            .push_back(line[..line.len().min(COLUMNS_MAX)].to_string());
    }

    /// The last `count` of them.
    fn last(&self, count: usize) -> Vec<String> {
        let from = self.0.len().saturating_sub(count);
        self.0.range(from..).cloned().collect()
    }

    /// All of them, and the text after the last line feed.
    fn with(mut self, rest: &str) -> Vec<String> {
        if !rest.is_empty() {
            self.push(rest);
        }
        self.0.into()
    }
}

/// The last lines of a stream, from its bytes.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    splitter: LineSplitter,
    last: LastLines,
}

impl Tail {
    /// Takes the next bytes and passes on each line that they complete.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut emit: impl FnMut(&str)) {
        let last = &mut self.last;
        self.splitter.feed(bytes, &mut |line| {
            emit(line);
            last.push(line);
        });
    }

    /// The last lines, and the text after the last line feed.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.last.clone().with(&self.splitter.rest())
    }
}

/// The events of the bytes just fed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Update {
    pub events: Vec<Event>,
    /// A line that reports the kernel's panic.
    pub panicked: Option<String>,
    /// Set if a line reports that the kernel is done.
    pub over: bool,
}

/// Texts by which a line reports that the kernel or its emulator has ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Patterns<'a> {
    /// In the console: the kernel has panicked.
    pub panic: &'a [String],
    /// In the console: the kernel is done.
    pub end: &'a [String],
    /// On stderr of the command: the emulator has stopped the machine.
    pub stopped: &'a [String],
}

impl Patterns<'_> {
    /// Looks for the kernel's texts in a line; a line of the suite reports nothing of the kernel.
    fn find(self, line: &str, update: &mut Update) {
        let has = |patterns: &[String]| {
            let matches = |pattern: &String| line.contains(pattern.as_str());
            patterns.iter().any(matches) && Line::parse(line).is_none()
        };
        if has(self.panic) {
            update.panicked = Some(line.to_string());
        }
        update.over |= has(self.end);
    }
}

/// The reader of a boot's console.
///
/// Its bytes are split into lines once; the reader of the log, the patterns and the last lines take
/// the same lines.
#[derive(Debug)]
pub(crate) struct Capture<'plan> {
    splitter: LineSplitter,
    pub reader: LineReader<'plan>,
    last: LastLines,
    /// Of each check that did not pass, the lines before its own and that.
    excerpts: BTreeMap<usize, Vec<String>>,
}

impl<'plan> Capture<'plan> {
    /// The reader of a boot that was given a run id, or none, and that prints the results of rows
    /// where `traces` is set.
    pub(crate) fn new(plan: &'plan Plan, run: Option<u32>, traces: bool) -> Capture<'plan> {
        Capture {
            splitter: LineSplitter::default(),
            reader: LineReader::new(plan, run).tracing(traces),
            last: LastLines::default(),
            excerpts: BTreeMap::new(),
        }
    }

    /// Takes the next bytes and returns the events of the lines that they complete.
    pub(crate) fn feed(&mut self, piece: &[u8], patterns: Patterns) -> Update {
        let mut update = Update::default();
        let Capture {
            splitter,
            reader,
            last,
            excerpts,
        } = self;
        splitter.feed(piece, &mut |line| {
            last.push(line);
            let is_line = reader.line(line, &mut |event| {
                if let Event::Check(check, outcome) = &event
                    && !matches!(outcome, Outcome::Pass | Outcome::Skipped)
                {
                    excerpts.insert(*check, last.last(EXCERPT_LINES));
                }
                update.events.push(event);
            });
            if !is_line {
                patterns.find(line, &mut update);
            }
        });
        update
    }

    /// Ends the console: the log, the last lines, and the lines of the checks that did not pass.
    pub(crate) fn finish(self) -> (Log, Vec<String>, BTreeMap<usize, Vec<String>>) {
        let rest = self.splitter.rest();
        (
            self.reader.finish(&rest),
            self.last.with(&rest),
            self.excerpts,
        )
    }
}

#[cfg(test)]
mod tests {
    use packer::log::Verdict;

    use super::*;

    /// A console up to the first check, which fails after a message of the kernel.
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
        // The second pattern matches only a line of the suite, which does not count.
        let [panic, end] = ["BUG: held", "[FAIL]"].map(|text| [text.to_string()]);
        let patterns = Patterns {
            panic: &panic,
            end: &end,
            stopped: &[],
        };
        // A time before each line, which the header line shows, changes nothing of it.
        let stamped: String = console
            .lines()
            .map(|line| format!("[    9.5] {line}\n"))
            .collect();
        let mut capture = Capture::new(&plan, None, false);
        assert!(!capture.feed(stamped.as_bytes(), patterns).over);
        for size in [1, 7, console.len()] {
            let mut capture = Capture::new(&plan, None, false);
            let (mut events, mut panicked) = (Vec::new(), Vec::new());
            for piece in console.as_bytes().chunks(size) {
                let update = capture.feed(piece, patterns);
                events.extend(update.events);
                panicked.extend(update.panicked);
                assert!(!update.over);
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
