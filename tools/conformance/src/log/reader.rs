//! Reads a log as it comes from a kernel: bytes in, what became of each check out.
//!
//! The log is untrusted. Noise is passed over, every line of a run must stand where the plan has
//! it, and the checksum is computed again over the lines as they were understood. Memory is
//! bounded whatever comes in.

use posix_conformance::log::{Line, RULE, Verdict};
use posix_conformance::plan::Profile;

use super::boot::{Boot, FLAWS_MAX, Log};
use super::lines::LineSplitter;
use super::reassemble::{Expected, Reassembler};
use crate::plan::{self, Plan, Step};
use crate::verdict::defect::Defect;
use crate::verdict::outcome::{Got, Outcome};

/// How many boots of one log are kept.
const BOOTS_MAX: usize = 64;

/// What the reader tells while it reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A header line: a run begins.
    Begin,
    /// The group of that number begins.
    Group(usize),
    /// A check has its outcome.
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
            lines: LineReader::new(plan),
        }
    }

    /// Takes the next bytes, and tells what they mean.
    pub fn feed(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Event)) {
        let lines = &mut self.lines;
        self.splitter
            .feed(bytes, &mut |line| lines.line(line, tell));
    }

    /// The boot that goes on.
    pub fn current(&self) -> Option<&Boot> {
        self.lines.current()
    }

    /// Takes the end of the log. A line without its line feed is not whole; it counts as cut off.
    pub fn finish(self) -> Log {
        self.lines.finish()
    }
}

/// Reads the lines of a log one by one.
#[derive(Clone, Debug)]
pub struct LineReader<'plan> {
    plan: &'plan Plan,
    torn: Reassembler,
    log: Log,
    /// Whether the last boot goes on.
    inside: bool,
}

impl<'plan> LineReader<'plan> {
    pub fn new(plan: &'plan Plan) -> LineReader<'plan> {
        LineReader {
            plan,
            torn: Reassembler::default(),
            log: Log::default(),
            inside: false,
        }
    }

    /// Takes the end of the log.
    pub fn finish(mut self) -> Log {
        self.close();
        if self.log.boots.is_empty() {
            self.log.defects.insert(0, Defect::NoHeader);
        }
        self.log
    }

    /// The boot that goes on, for progress and for naming the guilty check.
    pub fn current(&self) -> Option<&Boot> {
        self.log.boots.last().filter(|_| self.inside)
    }

    fn boot(&mut self) -> Option<&mut Boot> {
        self.log.boots.last_mut().filter(|_| self.inside)
    }

    /// Takes the next line without its line feed, and tells what it means.
    pub fn line(&mut self, text: &str, tell: &mut dyn FnMut(Event)) {
        if self.understand(text, tell) {
            self.torn.clear();
        } else if self.may_be_torn(text)
            && let Some(line) = self.torn.take(text, &awaited(self.plan, self.current()))
        {
            self.understand(&line, tell);
        }
    }

    /// Whether a text may be a piece of the awaited line: it begins or ends as that does. Of most
    /// noise these two bytes say that it is none.
    fn may_be_torn(&self, text: &str) -> bool {
        let plan = self.plan;
        let step = self.current().map_or(0, |boot| boot.step);
        let last = |text: &str| text.bytes().next_back();
        let (first, end) = match plan.steps.get(step) {
            Some(Step::Header) => (b'p', last(&plan.checks.len().to_string())),
            Some(Step::Check(check)) => (b' ', last(&plan.checks[*check].title)),
            Some(Step::Section(_) | Step::Rule) => (b'=', Some(b'=')),
            _ => return true,
        };
        let bracket = first == b' ' && text.ends_with(')');
        // A tear right before the line feed leaves an empty rest.
        text.is_empty() || text.bytes().next() == Some(first) || last(text) == end || bracket
    }

    /// Whether the text is a line of a run; then it is dealt with.
    fn understand(&mut self, text: &str, tell: &mut dyn FnMut(Event)) -> bool {
        let Some(line) = Line::parse(text) else {
            return false;
        };
        if let Line::Header {
            version,
            suite,
            plan,
        } = line
        {
            self.begin(text, version, suite, plan, tell);
            return true;
        }
        let Some(at) = self.place(&line) else {
            return false;
        };
        if self.inside {
            self.inside(text, &line, at, tell);
        } else if line != Line::Rule && self.log.defects.len() < FLAWS_MAX {
            self.log.defects.push(Defect::Stray {
                line: text.to_string(),
            });
        }
        true
    }

    /// The place of a line in the plan's steps, if the plan has such a line.
    fn place(&self, line: &Line) -> Option<usize> {
        let plan = self.plan;
        let next = self.current().map_or(0, |boot| boot.step);
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
        };
        // There are two rules: the one that has not come yet is meant.
        let ahead = plan
            .steps
            .iter()
            .skip(next)
            .position(|&s| s == step)
            .map(|n| n + next);
        ahead.or_else(|| plan.steps.iter().position(|&s| s == step))
    }

    fn begin(
        &mut self,
        text: &str,
        version: &str,
        suite: u32,
        plan: u32,
        tell: &mut dyn FnMut(Event),
    ) {
        self.close();
        if self.log.boots.len() == BOOTS_MAX {
            self.log.boots.remove(0);
            self.log.defects.insert(0, Defect::TooManyBoots);
            self.log.defects.truncate(FLAWS_MAX);
        }
        let mut boot = Boot::new(self.plan);
        if suite != self.plan.id || plan as usize != self.plan.checks.len() {
            boot.ours = false;
            boot.flaw(Defect::OtherSuite { suite, plan });
        } else if text != self.plan.header() {
            boot.flaw(Defect::OtherVersion {
                version: version.to_string(),
            });
        }
        boot.sum_up(text);
        boot.step = 1;
        self.log.boots.push(boot);
        self.inside = true;
        tell(Event::Begin);
    }

    fn inside(&mut self, text: &str, line: &Line, at: usize, tell: &mut dyn FnMut(Event)) {
        let plan = self.plan;
        let Some(boot) = self.boot().filter(|boot| boot.ours) else {
            return;
        };
        let fresh = boot.arrive(plan, at, text);
        if let Line::End { crc } = *line {
            let lines = boot.checksum();
            if crc != lines {
                boot.flaw(Defect::Checksum { says: crc, lines });
            }
            boot.ended = true;
            self.inside = false;
            tell(Event::End);
            return;
        }
        boot.sum_up(text);
        match (plan.steps[at], *line) {
            (Step::Section(group), _) if fresh => tell(Event::Group(group)),
            (Step::Check(check), Line::Check { verdict, note, .. }) => {
                let outcome = match (verdict, note.and_then(Got::parse)) {
                    (Verdict::Fail, Some(got)) => Outcome::failed(got),
                    (Verdict::Skip, _) => Outcome::Skipped,
                    _ => Outcome::Pass,
                };
                boot.tallies[plan.checks[check].profile as usize].add(verdict);
                boot.outcomes[check] = Some(match boot.outcomes[check].take() {
                    Some(known) if known.severity() > outcome.severity() => known,
                    _ => outcome.clone(),
                });
                tell(Event::Check(check, outcome));
            }
            (Step::Profile(profile), Line::Totals { label, tally }) => {
                boot.totals(label, tally, boot.tally(profile));
            }
            (Step::Summary, Line::Totals { label, tally }) => {
                boot.totals(label, tally, boot.sum());
            }
            _ => {}
        }
    }

    /// Ends the boot that goes on, because another begins or the log is over.
    fn close(&mut self) {
        let plan = self.plan;
        if let Some(boot) = self.boot()
            && boot.ours
        {
            let before = plan.describe(plan.steps[boot.step]);
            boot.flaw(Defect::CutOff { before });
        }
        self.inside = false;
    }
}

/// What the next line of a run must be.
fn awaited(plan: &Plan, boot: Option<&Boot>) -> Expected {
    let mut failed = None;
    let step = boot.and_then(|boot| plan.steps.get(boot.step)).copied();
    let whole = match (step, boot) {
        (Some(Step::Section(group)), _) => vec![plan.section(group)],
        (Some(Step::Check(check)), _) => {
            failed = Some(plan.verdict(check, Verdict::Fail) + " (got ");
            let skipped = plan.verdict(check, Verdict::Skip);
            vec![
                plan.verdict(check, Verdict::Pass),
                format!("{skipped} ({})", posix_conformance::log::TOLD_TO_SKIP),
            ]
        }
        (Some(Step::Rule), _) => vec![RULE.to_string()],
        (Some(Step::Profile(profile)), Some(boot)) => {
            vec![plan::totals(profile.name(), boot.tally(profile))]
        }
        (Some(Step::Summary), Some(boot)) => vec![plan::totals("SUMMARY", boot.sum())],
        (Some(Step::End), Some(boot)) => vec![plan::end(boot.checksum())],
        _ => vec![plan.header()],
    };
    Expected { whole, failed }
}
