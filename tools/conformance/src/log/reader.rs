//! The reader of a log: takes bytes as they come from a kernel and reports the outcome of each
//! check.
//!
//! The log is untrusted. Noise is ignored, every line of a run must be where the plan has it, and
//! the checksum is computed again over the lines as they were understood. Memory is bounded for
//! any input.

use memchr::memmem::Finder;
use packer::log::{Line, Verdict};
use packer::plan::Profile;

use super::boot::{Boot, DEFECTS_MAX, Header, Log};
use super::framing::{Frame, MARKS, trimmed};
use super::lines::LineSplitter;
use super::reassemble::{Expected, Reassembler};
use crate::plan::{self, Plan, Step, is_core};
use crate::verdict::defect::Defect;
use crate::verdict::outcome::{Got, Outcome};

/// Number of bytes of an END line before its number.
const END_MARK: usize = "END crc32 ".len();
/// Bytes with which a prompt or a message begins, right after an END line.
const AFTER_END: &[u8] = b" [<~#$>";
/// Number of bytes kept of a line that cannot be read.
const UNREAD_MAX: usize = 200;
/// Number of boots kept of one log.
const BOOTS_MAX: usize = 64;

/// An event of a run, reported when its line has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The header line: a run begins.
    Begin,
    /// The section line of the group with this number.
    Group(usize),
    /// The line of a check, and the outcome that it states.
    Check(usize, Outcome),
    /// The END line.
    End,
}

/// Reads the bytes of a log piece by piece.
#[derive(Clone, Debug)]
pub struct Reader<'plan> {
    splitter: LineSplitter,
    lines: LineReader<'plan>,
}

impl<'plan> Reader<'plan> {
    pub fn new(plan: &'plan Plan) -> Reader<'plan> {
        Reader {
            splitter: LineSplitter::default(),
            lines: LineReader::new(plan, None),
        }
    }

    /// A reader of the trace of an oracle.
    pub(crate) fn of_trace(plan: &'plan Plan) -> Reader<'plan> {
        Reader {
            splitter: LineSplitter::default(),
            lines: LineReader::new(plan, None).tracing(true),
        }
    }

    /// Takes the next bytes and reports the events of the lines that they complete.
    pub fn feed(&mut self, bytes: &[u8], emit: &mut dyn FnMut(Event)) {
        let lines = &mut self.lines;
        self.splitter
            .feed(bytes, &mut |line| _ = lines.line(line, emit));
    }

    /// The boot that has begun and not ended.
    pub fn current(&self) -> Option<&Boot> {
        self.lines.current()
    }

    /// Ends the log. Of the last lines without a line feed only an END line counts.
    pub fn finish(self) -> Log {
        self.lines.finish(&self.splitter.rest())
    }
}

/// Reads the lines of a log one by one.
#[derive(Clone, Debug)]
pub(crate) struct LineReader<'plan> {
    plan: &'plan Plan,
    /// The run id that each header line must have; none where any is believed.
    run: Option<u32>,
    /// The last byte of a whole header line.
    header_end: Option<u8>,
    /// Set if the boot prints the results of rows; where it does not, such lines are noise.
    traces: bool,
    reassembler: Reassembler,
    /// The text around each line.
    frame: Frame,
    /// The first text before any boot that seems to be a line of the suite.
    unread: Option<String>,
    /// Searches for [`MARKS`].
    marks: [Finder<'static>; MARKS.len()],
    log: Log,
    /// Set if the last boot has begun and not ended.
    in_run: bool,
}

impl<'plan> LineReader<'plan> {
    /// A reader that believes any run, or only those with a run id.
    pub(crate) fn new(plan: &'plan Plan, run: Option<u32>) -> LineReader<'plan> {
        LineReader {
            plan,
            run,
            header_end: plan.header_of(run).bytes().next_back(),
            traces: false,
            reassembler: Reassembler::default(),
            frame: Frame::default(),
            unread: None,
            marks: MARKS.map(Finder::new),
            log: Log::default(),
            in_run: false,
        }
    }

    /// The same reader of a boot that prints the results of rows.
    pub(crate) fn tracing(mut self, traces: bool) -> LineReader<'plan> {
        self.traces = traces;
        self
    }

    /// Takes the next line, without its line feed, and reports its events. True if it is a line of
    /// a run, or completes one.
    pub(crate) fn line(&mut self, text: &str, emit: &mut dyn FnMut(Event)) -> bool {
        let is_line = self.interpret(text, emit)
            || self.interpret_framed(text, emit)
            || self.interpret_fragment(text, emit);
        if is_line {
            self.reassembler.clear();
        } else {
            self.keep_unread(text);
        }
        is_line
    }

    /// Ends the log; `rest` is the text after the last line end.
    pub(crate) fn finish(mut self, rest: &str) -> Log {
        let next = self
            .current()
            .and_then(|boot| self.plan.steps.get(boot.next_step()));
        if next == Some(&Step::End) && rest.contains(&plan::end_line(0)[..END_MARK]) {
            self.line(rest, &mut |_| {});
        }
        self.close();
        if self.log.boots.is_empty() {
            let stray = self.log.defects.iter().find_map(|defect| match defect {
                Defect::Stray { line } => Some(line.clone()),
                _ => None,
            });
            let line = self.unread.take().or(stray);
            let defect = line.map_or(Defect::NoHeader, |line| Defect::HeaderUnread { line });
            self.log.defects.insert(0, defect);
        }
        self.log
    }

    /// Handles a line of a run with other text around it; false if the text has none.
    fn interpret_framed(&mut self, text: &str, emit: &mut dyn FnMut(Event)) -> bool {
        let bare = self.frame.strip(text);
        for text in [Some(text), bare].into_iter().flatten() {
            let is_line = trimmed(text).is_some_and(|text| self.interpret(&text, emit))
                || self.interpret_end(text.trim(), emit);
            if is_line {
                return true;
            }
        }
        if bare.is_some_and(|bare| self.interpret(bare, emit)) {
            return true;
        }
        let at = self.marks[0].find(text.as_bytes());
        let ours = || self.plan.header();
        let found = at.and_then(|at| Frame::around_header(text, at, &ours()));
        let Some((frame, header)) = found else {
            return false;
        };
        self.interpret(header, emit);
        self.frame = frame;
        true
    }

    /// Handles an END line with a prompt or a message after it.
    fn interpret_end(&mut self, text: &str, emit: &mut dyn FnMut(Event)) -> bool {
        let size = plan::end_line(0).len();
        let after = text.as_bytes().get(size);
        let may_be = text.starts_with(&plan::end_line(0)[..END_MARK]);
        may_be
            && after.is_some_and(|byte| AFTER_END.contains(byte))
            && self.interpret(&text[..size], emit)
    }

    /// Handles the last fragment of a line of a run; false if the text is none.
    fn interpret_fragment(&mut self, text: &str, emit: &mut dyn FnMut(Event)) -> bool {
        let bare = self.frame.strip(text);
        for text in [Some(text), bare].into_iter().flatten() {
            if !self.reassembler.is_waiting() && !self.may_be_fragment(text) {
                continue;
            }
            let expected = Expected::next(self.plan, self.current(), self.run);
            if let Some(line) = self.reassembler.take(text, &expected) {
                self.interpret(&line, emit);
                return true;
            }
        }
        false
    }

    /// Keeps the first text that seems to be a line of the suite, for a message.
    fn keep_unread(&mut self, text: &str) {
        let known = match self.current() {
            Some(boot) => boot.unread.is_some(),
            None => self.unread.is_some() || !self.log.boots.is_empty(),
        };
        let resembles = |mark: &Finder| mark.find(text.as_bytes()).is_some();
        if known || !self.marks.iter().any(resembles) {
            return;
        }
        let text = Some(text[..text.len().min(UNREAD_MAX)].to_string());
        match self.current_mut() {
            Some(boot) => boot.unread = text,
            None => self.unread = text,
        }
    }

    /// The boot that has begun and not ended.
    pub(crate) fn current(&self) -> Option<&Boot> {
        self.log.boots.last().filter(|_| self.in_run)
    }

    fn current_mut(&mut self) -> Option<&mut Boot> {
        self.log.boots.last_mut().filter(|_| self.in_run)
    }

    /// Returns whether a text may be a fragment of the expected line: it begins or ends as that
    /// line does. The first and the last byte rule out most noise.
    fn may_be_fragment(&self, text: &str) -> bool {
        let plan = self.plan;
        let step = self.current().map_or(0, Boot::next_step);
        let last = |text: &str| text.bytes().next_back();
        let (first, end) = match plan.steps.get(step) {
            Some(Step::Header) => (b'p', self.header_end),
            Some(Step::Check(check)) => (b' ', last(&plan.checks[*check].title)),
            Some(Step::Section(_) | Step::Rule) => (b'=', Some(b'=')),
            _ => return true,
        };
        let bracket = first == b' ' && text.ends_with(')');
        // A message right before the line feed leaves an empty fragment.
        text.is_empty() || text.bytes().next() == Some(first) || last(text) == end || bracket
    }

    /// Handles a line of a run; false if the text is not one.
    fn interpret(&mut self, text: &str, emit: &mut dyn FnMut(Event)) -> bool {
        let Some(line) = Line::parse(text) else {
            return false;
        };
        if let Line::Header {
            version,
            suite,
            plan: checks,
            run,
        } = line
        {
            let our = self.plan;
            if self
                .current_mut()
                .is_some_and(|boot| boot.is_echo(our, text, true))
            {
                return true;
            }
            self.close();
            self.frame = Frame::default();
            let header = Header {
                version,
                suite,
                checks,
                run,
            };
            self.start(Boot::new(self.plan, text, &header, self.run));
            emit(Event::Begin);
            return true;
        }
        if let Line::Result { value } = line {
            return self.result_of_row(text, value);
        }
        if let Line::NoFolder { reason } = line {
            return self.no_folder(text, reason);
        }
        let Some(step) = self.step_of(&line) else {
            return false;
        };
        let last = self.log.boots.last_mut().filter(|boot| boot.ours);
        if self.in_run {
            self.line_of_run(text, &line, step, emit);
        } else if last.is_some_and(|boot| boot.is_echo_of_end(text)) {
            return true;
        } else if line != Line::Rule && self.log.defects.len() < DEFECTS_MAX {
            self.log.defects.push(Defect::Stray {
                line: text.to_string(),
            });
        }
        true
    }

    /// Index of a line in the plan's steps; none if the plan has no such line.
    fn step_of(&self, line: &Line) -> Option<usize> {
        let plan = self.plan;
        let next = self.current().map_or(0, Boot::next_step);
        let step = match *line {
            Line::Header { .. } => Step::Header,
            Line::Section { title } => {
                Step::Section(plan.groups.iter().position(|group| group == title)?)
            }
            Line::Check {
                title,
                note,
                verdict,
            } => {
                let understood = verdict != Verdict::Fail || Got::parse(note?).is_some();
                Step::Check(plan.find(title).filter(|_| understood)?.index)
            }
            Line::Rule => Step::Rule,
            Line::Totals {
                label: "SUMMARY", ..
            } => Step::Summary,
            Line::Totals { label, .. } => {
                let profile = Profile::ALL.into_iter().find(|p| p.name() == label)?;
                Step::Profile(profile)
            }
            Line::End { .. } => Step::End,
            Line::Result { .. } | Line::NoFolder { .. } => return None,
        };
        // The plan has two rules: the next one is meant.
        let ahead = plan
            .steps
            .iter()
            .skip(next)
            .position(|&s| s == step)
            .map(|n| n + next);
        ahead.or_else(|| plan.steps.iter().position(|&s| s == step))
    }

    /// Adds a boot, and drops the first one if there are too many.
    fn start(&mut self, boot: Boot) {
        if self.log.boots.len() == BOOTS_MAX {
            self.log.boots.remove(0);
            self.log.defects.insert(0, Defect::TooManyBoots);
            self.log.defects.truncate(DEFECTS_MAX);
        }
        self.log.boots.push(boot);
        self.in_run = true;
    }

    /// Takes the line of a row's result; false where it is none of the run.
    fn result_of_row(&mut self, text: &str, value: &str) -> bool {
        let (plan, traces) = (self.plan, self.traces);
        match self.current_mut().filter(|boot| traces && boot.ours) {
            Some(boot) => {
                if !boot.is_echo(plan, text, false) {
                    boot.result(text, value);
                }
                true
            }
            None => false,
        }
    }

    /// Takes the line that says why the suite has no folder; false where no run has one.
    fn no_folder(&mut self, text: &str, reason: &str) -> bool {
        let plan = self.plan;
        let works_in_folder = !is_core(&plan.suite);
        match self
            .current_mut()
            .filter(|boot| boot.ours && works_in_folder)
        {
            Some(boot) => {
                if !boot.is_echo(plan, text, false) {
                    boot.no_folder(text, reason);
                }
                true
            }
            None => false,
        }
    }

    fn line_of_run(&mut self, text: &str, line: &Line, step: usize, emit: &mut dyn FnMut(Event)) {
        let plan = self.plan;
        let Some(boot) = self.current_mut().filter(|boot| boot.ours) else {
            return;
        };
        if boot.is_echo(plan, text, false) {
            return;
        }
        let in_order = boot.advance(plan, step, text);
        boot.unread = None;
        if let Line::End { crc } = *line {
            boot.end(crc);
            self.in_run = false;
            emit(Event::End);
            return;
        }
        boot.add_to_checksum(text);
        match (plan.steps[step], *line) {
            (Step::Section(group), _) if in_order => emit(Event::Group(group)),
            (Step::Check(check), Line::Check { verdict, note, .. }) => {
                let outcome = match (verdict, note.and_then(Got::parse)) {
                    (Verdict::Fail, Some(got)) => Outcome::failed(plan.checks[check].call, got),
                    (Verdict::Skip, _) => Outcome::Skipped,
                    _ => Outcome::Pass,
                };
                let profile = plan.checks[check].profile;
                boot.check(profile, check, verdict, outcome.clone());
                emit(Event::Check(check, outcome));
            }
            (Step::Profile(profile), Line::Totals { label, tally }) => {
                boot.totals(label, tally, boot.tally(profile));
            }
            (Step::Summary, Line::Totals { label, tally }) => {
                boot.totals(label, tally, boot.tally_of_all());
            }
            _ => {}
        }
    }

    /// Ends the boot that has not ended, because another begins or the log has ended.
    fn close(&mut self) {
        let plan = self.plan;
        if let Some(boot) = self.current_mut()
            && boot.ours
        {
            let before = plan.describe(plan.steps[boot.next_step()]);
            let unread = boot.unread.take();
            boot.add_defect(Defect::CutOff { before, unread });
        }
        self.in_run = false;
    }
}
