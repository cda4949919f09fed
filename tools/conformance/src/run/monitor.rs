//! The monitor of one boot: decides whether the boot is over, and why.
//!
//! Pure: output, exit status and time are passed in.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use crate::log::boot::{Boot, Log};
use crate::log::capture::{Capture, Patterns, Tail};
use crate::log::reader::Event;
use crate::plan::Plan;
use crate::run::boot_end::BootEnd;
use crate::run::pace::Pace;
use crate::run::panic::{Panic, REASON_LINES, STDERR, cut, with_reason};
use crate::run::supervisor::{Output, Stdout};
use crate::target::{Invocation, TargetLimits};
use crate::verdict::defect::Defect;
use crate::verdict::run_outcome::Phases;

/// The silence after a panic that ends the boot, in seconds: the reason may be on the next lines.
const LAST_WORDS: f64 = 0.3;
/// The same, until the first byte after the panic.
const FIRST_WORD: f64 = 1.0;
/// The complete runs after which a boot is ended: a kernel may start again by itself.
const RUNS_MAX: usize = 3;

/// The command and the limits of one boot.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BootSpec<'a> {
    pub command: &'a Invocation,
    pub limits: TargetLimits,
    pub patterns: Patterns<'a>,
    /// True where the command prints a recorded log: it is read to its end, and a second header
    /// line before the END line does not mean that the kernel died.
    pub recorded: bool,
    /// True where the command ends with the exit status of the suite.
    pub status: bool,
    /// The run id that the ELF was given; none where any log is believed.
    pub run: Option<u32>,
    /// True where the ELF prints the results of rows.
    pub traces: bool,
    /// The end of `limits.total`, which covers all boots.
    pub deadline: Instant,
}

/// The output and the state of a command since the last observation.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    pub output: Output,
    /// The exit status, once the command has ended.
    pub status: Option<ExitStatus>,
    /// True where the user wants the tool to end.
    pub interrupted: bool,
}

/// A boot that has ended.
#[derive(Debug)]
pub(crate) struct BootResult {
    pub log: Log,
    pub end: BootEnd,
    /// The index in the plan's steps of the line that would have been next, in an unfinished run.
    pub next_step: Option<usize>,
    /// The last lines of the console, then those of stderr.
    pub last_lines: Vec<String>,
    /// The last lines of stderr alone.
    pub stderr: Vec<String>,
    /// The last lines up to that of each check that did not pass.
    pub excerpts: BTreeMap<usize, Vec<String>>,
    /// The time from the line before a check's to its own.
    pub times: BTreeMap<usize, Duration>,
    pub phases: Phases,
}

impl BootResult {
    /// The reason why the machine seems unusable: no header line came, and neither the kernel nor
    /// the user is the cause.
    pub(crate) fn unusable(&self, limits: &TargetLimits) -> Option<String> {
        let other_reason = matches!(
            self.end,
            BootEnd::Panicked(_) | BootEnd::Interrupted | BootEnd::OutOfTime
        );
        // Lines of the suite without a header line are a run: the machine works.
        let stray = |defect: &Defect| matches!(defect, Defect::Stray { .. });
        let ran = !self.log.boots.is_empty() || self.log.defects.iter().any(stray);
        if ran || other_reason {
            return None;
        }
        let (_, why) = self.end.verdict(limits);
        let stderr = self.last_lines.iter().find(|line| line.starts_with(STDERR));
        Some(match (&self.end, stderr) {
            (BootEnd::Exited(_) | BootEnd::NoHeader, Some(line)) => format!("{why}; {line}"),
            _ => why,
        })
    }
}

/// The state of a boot that goes on.
#[derive(Debug)]
pub(crate) struct Monitor<'a> {
    spec: &'a BootSpec<'a>,
    console: Capture<'a>,
    stderr: Stderr<'a>,
    begun: Instant,
    /// The time of the last byte.
    heard: Instant,
    /// The time of the last byte of stderr.
    heard_stderr: Instant,
    /// The time of the last line of the suite.
    moved: Instant,
    /// Learnt from the lines of this boot alone: another one may run on another accelerator.
    pace: Pace,
    /// The time of the first header line.
    header: Option<Instant>,
    /// The time of the last END line, if no header line followed.
    done: Option<Instant>,
    /// The time at which the console was known to be complete.
    closed: Option<Instant>,
    /// The number of END lines.
    runs: usize,
    /// The end that a line of the console means.
    over: Option<BootEnd>,
    /// The panic whose reason is awaited.
    panic: Option<Panic>,
    /// The next step of the run that a second header line cut off.
    next_step: Option<usize>,
    times: BTreeMap<usize, Duration>,
}

impl<'a> Monitor<'a> {
    pub(crate) fn new(plan: &'a Plan, spec: &'a BootSpec<'a>, now: Instant) -> Monitor<'a> {
        Monitor {
            spec,
            console: Capture::new(plan, spec.run, spec.traces),
            stderr: Stderr::new(spec.patterns.stopped),
            begun: now,
            heard: now,
            heard_stderr: now,
            moved: now,
            pace: Pace::default(),
            header: None,
            done: None,
            closed: None,
            runs: 0,
            over: None,
            panic: None,
            next_step: None,
            times: BTreeMap::new(),
        }
    }

    /// Takes an observation and reports its events; the end of the boot, if it is over.
    pub(crate) fn observe(
        &mut self,
        seen: &Observation,
        now: Instant,
        report: &mut dyn FnMut(&Event),
    ) -> Option<BootEnd> {
        if let Stdout::Bytes(bytes) = &seen.output.stdout {
            self.read(bytes, now, report);
        }
        self.stderr.feed(&seen.output.stderr);
        if !seen.output.stderr.is_empty() {
            self.heard_stderr = now;
        }
        let complete = seen.output.stdout == Stdout::Closed;
        if let Some(end) = self.over.take() {
            return Some(end);
        }
        if let Some(panic) = &self.panic {
            let heard = self.heard.max(self.heard_stderr);
            let silence = match heard > panic.at {
                true => LAST_WORDS,
                false => FIRST_WORD,
            };
            let over = complete
                || seen.interrupted
                || seconds(heard, now) >= silence
                || seconds(panic.at, now) >= self.spec.limits.settle
                || now > self.spec.deadline;
            return over.then(|| BootEnd::Panicked(panic.line.clone()));
        }
        if complete || self.closed.is_some() {
            let closed = *self.closed.get_or_insert(now);
            let expired = seconds(closed, now) >= self.spec.limits.silence;
            let inside = self.next_step().is_some();
            let status = seen.status.map(|status| {
                BootEnd::in_the_middle(status, inside && self.spec.status && !self.spec.recorded)
            });
            return status.or_else(|| expired.then_some(BootEnd::Silent));
        }
        if seen.interrupted {
            return Some(BootEnd::Interrupted);
        }
        // A silent console has been read up to the moment at which the machine stopped.
        let quiet = seen.output.stdout == Stdout::Quiet;
        match self.stderr.stopped.take_if(|_| quiet) {
            Some(line) => Some(BootEnd::Stopped(line)),
            None => self.expired_limit(now),
        }
    }

    /// Takes bytes of the console, line by line, until a line means the end of the boot.
    fn read(&mut self, bytes: &[u8], now: Instant, report: &mut dyn FnMut(&Event)) {
        self.heard = now;
        let mut rest = bytes;
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            if let Some(panic) = &mut self.panic {
                panic.feed(rest);
                return;
            }
            rest = &rest[piece.len()..];
            // Asked before the line is read: a header line closes the run that it cuts off.
            let inside = self.next_step();
            let news = self.console.feed(piece, self.spec.patterns);
            for event in &news.events {
                report(event);
                self.event(event, inside, now);
            }
            if self.over.is_none() && self.done.is_none() {
                match news.panicked {
                    Some(line) => {
                        self.stderr.since_panic = Some(Vec::new());
                        self.panic = Some(Panic::new(line, now));
                    }
                    None => self.over = news.over.then_some(BootEnd::SaidDone),
                }
            }
            if self.over.is_some() {
                return;
            }
        }
    }

    fn event(&mut self, event: &Event, inside: Option<usize>, now: Instant) {
        match event {
            Event::Begin => {
                self.header.get_or_insert(now);
                self.done = None;
                let last = self.console.reader.current();
                if last.is_some_and(Boot::is_of_other_run) {
                    self.over = Some(BootEnd::OtherRun);
                } else if inside.is_some() && !self.spec.recorded {
                    self.next_step = inside;
                    self.over = Some(BootEnd::Restarted);
                }
            }
            Event::Check(check, _) => {
                self.times.insert(*check, now - self.moved);
            }
            Event::Group(_) => {}
            Event::End => {
                self.runs += 1;
                self.done = Some(now);
                if self.runs == RUNS_MAX && !self.spec.recorded {
                    self.over = Some(BootEnd::Finished);
                }
            }
        }
        self.moved = now;
        self.pace.line(now);
    }

    /// The end of a boot of which a limit has expired.
    pub(crate) fn expired_limit(&self, now: Instant) -> Option<BootEnd> {
        let over = |since: Instant, limit: f64| seconds(since, now) > limit;
        let limits = &self.spec.limits;
        if now > self.spec.deadline {
            return Some(BootEnd::OutOfTime);
        }
        if let Some(done) = self.done {
            let settled = !self.spec.recorded && over(done, limits.settle);
            return settled.then_some(BootEnd::Finished);
        }
        if self.header.is_none() {
            return over(self.begun, limits.boot).then_some(BootEnd::NoHeader);
        }
        if over(self.heard, self.silence()) {
            Some(BootEnd::Silent)
        } else {
            over(self.moved, limits.check).then_some(BootEnd::Stuck)
        }
    }

    /// The silence that means a hang, in seconds. A command that prints a recorded log has no pace.
    fn silence(&self) -> f64 {
        match self.spec.recorded {
            true => self.spec.limits.silence,
            false => self.pace.silence(self.spec.limits.silence),
        }
    }

    /// The result of a boot that is over; `stderr` is the output since the last observation.
    pub(crate) fn result(mut self, end: BootEnd, stderr: &[u8], now: Instant) -> BootResult {
        self.stderr.feed(stderr);
        let inside = self.next_step();
        let restarted = end == BootEnd::Restarted;
        let phases = self.phases(now);
        let (mut log, mut last_lines, excerpts) = self.console.finish();
        if restarted {
            // The run that has just begun has no lines yet.
            log.boots.pop();
        }
        let mut end = end;
        if let Some(panic) = self.panic {
            let (line, after) = panic.finish();
            last_lines.extend(after.iter().cloned());
            if let BootEnd::Panicked(why) = &mut end {
                let errors = self.stderr.since_panic.take().unwrap_or_default();
                *why = with_reason(&line, &after, &errors);
            }
        }
        let stderr = self.stderr.tail.lines();
        last_lines.extend(stderr.iter().map(|line| format!("{STDERR}{line}")));
        BootResult {
            log,
            end,
            next_step: if restarted { self.next_step } else { inside },
            last_lines,
            stderr,
            excerpts,
            times: self.times,
            phases,
        }
    }

    /// The next step of the run that goes on.
    fn next_step(&self) -> Option<usize> {
        let run = self.console.reader.current();
        run.map(|run| run.next_step())
    }

    /// The time of the boot up to now, split at its header line and its END line.
    fn phases(&self, now: Instant) -> Phases {
        let header = self.header.unwrap_or(now);
        let done = self.done.unwrap_or(now);
        Phases {
            boot: header - self.begun,
            suite: done.saturating_duration_since(header),
            end: now - done,
        }
    }
}

/// The standard error of a command.
#[derive(Debug)]
struct Stderr<'a> {
    tail: Tail,
    patterns: &'a [String],
    /// The first line that matches a pattern, not yet reported.
    stopped: Option<String>,
    /// The first lines since a panic.
    since_panic: Option<Vec<String>>,
}

impl<'a> Stderr<'a> {
    fn new(patterns: &'a [String]) -> Stderr<'a> {
        Stderr {
            tail: Tail::default(),
            patterns,
            stopped: None,
            since_panic: None,
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        let (patterns, stopped) = (self.patterns, &mut self.stopped);
        let since_panic = &mut self.since_panic;
        self.tail.feed(bytes, |line| {
            if let Some(lines) = since_panic
                && lines.len() < REASON_LINES
            {
                lines.push(cut(line));
            }
            if stopped.is_none() && patterns.iter().any(|text| line.contains(text.as_str())) {
                *stopped = Some(line.to_string());
            }
        });
    }
}

fn seconds(from: Instant, to: Instant) -> f64 {
    to.duration_since(from).as_secs_f64()
}
