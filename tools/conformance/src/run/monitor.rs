//! One boot: starts a target's command, reads its console, and ends it when it is done or dead.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::error::{Error, Result};
use crate::log::boot::Log;
use crate::log::capture::{Capture, Patterns, Tail};
use crate::log::reader::Event;
use crate::plan::Plan;
use crate::run::interrupt::Interrupt;
use crate::run::progress::Progress;
use crate::run::supervisor::{Output, Stdout, Supervisor};
use crate::target::{Invocation, Limits};
use crate::verdict::defect::Defect;
use crate::verdict::outcome::Outcome;
use crate::verdict::run_outcome::Phases;

/// How often the clock is looked at while nothing comes.
const TICK: Duration = Duration::from_millis(20);
/// The exit status by which the ELF says that it failed, not the kernel.
const INTERNAL_ERROR: i32 = 101;
/// What stands before a complaint among the last words.
const STDERR: &str = "stderr: ";
/// How long the last complaints of a command that is gone are waited for.
const COMPLAINTS_MAX: Duration = Duration::from_millis(200);
/// How many complete runs of one console are waited for: a kernel may start again by itself.
const RUNS_MAX: usize = 3;

/// How a boot is run and watched.
#[derive(Clone, Copy, Debug)]
pub struct BootSpec<'a> {
    pub command: &'a Invocation,
    pub limits: Limits,
    pub patterns: Patterns<'a>,
    /// Whether a second header line in an unfinished run means that the kernel died.
    pub restart_is_death: bool,
    /// When all boots must be done.
    pub deadline: Instant,
}

/// How a boot came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootEnd {
    /// The command ended by itself.
    Exited(ExitStatus),
    /// The END line came, and the command was ended.
    Finished,
    /// No header line came in time.
    NoHeader,
    /// Nothing came any more.
    Silent,
    /// Things came, but no line of the suite any more.
    Stuck,
    OutOfTime,
    /// The kernel said that it died.
    Panicked(String),
    /// The emulator said that the machine stopped.
    Stopped(String),
    /// The kernel said that it is done, in the middle of a run.
    SaidDone,
    /// The kernel began anew in the middle of a run.
    Restarted,
    /// Somebody wants the tool to end.
    Interrupted,
}

/// A boot that has ended.
#[derive(Debug)]
pub struct BootResult {
    pub log: Log,
    pub end: BootEnd,
    /// The place in the plan's steps of the line that would have been next, in an unfinished run.
    pub next_step: Option<usize>,
    /// The last lines of the console, and of the command's complaints.
    pub last_words: Vec<String>,
    pub excerpts: BTreeMap<usize, Vec<String>>,
    /// When each check's line came, since the one before it.
    pub times: BTreeMap<usize, Duration>,
    pub phases: Phases,
}

impl BootResult {
    /// Why the machine seems unusable: no header line came, and neither the kernel nor the user
    /// is the reason.
    pub fn unusable(&self, limits: &Limits) -> Option<String> {
        let other_reason = matches!(
            self.end,
            BootEnd::Panicked(_) | BootEnd::Interrupted | BootEnd::OutOfTime
        );
        // A run without its header line is a run: it counts against the kernel, or the console.
        let stray = |flaw: &Defect| matches!(flaw, Defect::Stray { .. });
        let ran = !self.log.boots.is_empty() || self.log.defects.iter().any(stray);
        if ran || other_reason {
            return None;
        }
        let (_, why) = verdict(&self.end, limits);
        let complaint = self.last_words.iter().find(|line| line.starts_with(STDERR));
        Some(match (&self.end, complaint) {
            (BootEnd::Exited(_) | BootEnd::NoHeader, Some(line)) => format!("{why}; {line}"),
            _ => why,
        })
    }
}

/// What is known of a boot while it goes on.
struct Monitor<'p> {
    console: Capture<'p>,
    begun: Instant,
    heard: Instant,
    /// When the last line of the suite came.
    moved: Instant,
    /// When the first header line came.
    header: Option<Instant>,
    /// When the last END line came, if no header followed.
    done: Option<Instant>,
    headers: usize,
    runs: usize,
    stopped: Option<BootEnd>,
    next_step: Option<usize>,
    times: BTreeMap<usize, Duration>,
}

/// Boots once; what the console prints is copied as it comes.
pub fn boot(
    plan: &Plan,
    spec: &BootSpec,
    interrupt: &Interrupt,
    progress: &mut Progress,
    mut copy: Option<&mut (dyn Write + '_)>,
) -> Result<BootResult> {
    let mut supervisor = Supervisor::start(&spec.command.words, &spec.command.env)?;
    let mut complaints = Complaints::new(spec.patterns.stopped);
    let mut monitor = Monitor::new(plan);
    let mut gone = false;
    let end = loop {
        let Output { stdout, stderr } = supervisor.read(TICK)?;
        complaints.feed(&stderr);
        // Between a silence and the look at the command it may have said all it had to say: only
        // a silence that follows its end is the end of the console.
        let silent_since = stdout == Stdout::Quiet && gone;
        gone = supervisor.ended()?.is_some();
        if let Stdout::Bytes(bytes) = &stdout {
            if let Some(copy) = copy.as_deref_mut() {
                copy.write_all(bytes)
                    .map_err(|error| Error::usage(format!("writing the log: {error}")))?;
            }
            monitor.take(bytes, spec, progress);
        }
        progress.draw(plan);
        if let Some(end) = monitor.stopped.take() {
            break Some(end);
        } else if stdout == Stdout::Closed || silent_since {
            // A console that is silent and whose command is gone may be held open by a stranger.
            break None;
        } else if interrupt.came() {
            break Some(BootEnd::Interrupted);
        } else if stdout == Stdout::Quiet
            && let Some(line) = complaints.stopped.take()
        {
            // What it had to say before has been read.
            break Some(BootEnd::Stopped(line));
        } else if let Some(end) = monitor.expired_limit(spec) {
            break Some(end);
        }
    };
    let end = match end {
        Some(end) => end,
        None => wait(&mut supervisor, &mut complaints, spec)?,
    };
    supervisor.end();
    // Everything that could still complain is gone; a process that cannot be killed is not.
    complaints.feed(&supervisor.rest_of_stderr(COMPLAINTS_MAX));
    Ok(monitor.ended(end, complaints.tail.lines()))
}

impl<'p> Monitor<'p> {
    fn new(plan: &'p Plan) -> Monitor<'p> {
        let now = Instant::now();
        Monitor {
            console: Capture::new(plan),
            begun: now,
            heard: now,
            moved: now,
            header: None,
            done: None,
            headers: 0,
            runs: 0,
            stopped: None,
            next_step: None,
            times: BTreeMap::new(),
        }
    }

    /// Takes what the console printed, line by line, until something ends the boot.
    fn take(&mut self, bytes: &[u8], spec: &BootSpec, progress: &mut Progress) {
        self.heard = Instant::now();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            // Looked at before the line: a header closes the run that it interrupts.
            let inside = self.console.reader.current().map(|boot| boot.next_step());
            let news = self.console.feed(piece, spec.patterns);
            for event in &news.events {
                progress.event(event);
                self.event(event, inside, spec);
            }
            if self.stopped.is_none() && self.done.is_none() {
                self.stopped = match news.panicked {
                    Some(line) => Some(BootEnd::Panicked(line)),
                    None => news.over.then_some(BootEnd::SaidDone),
                };
            }
            if self.stopped.is_some() {
                return;
            }
        }
    }

    fn event(&mut self, event: &Event, inside: Option<usize>, spec: &BootSpec) {
        let now = Instant::now();
        match event {
            Event::Begin => {
                self.headers += 1;
                self.header.get_or_insert(now);
                self.done = None;
                if inside.is_some() && spec.restart_is_death {
                    self.next_step = inside;
                    self.stopped = Some(BootEnd::Restarted);
                }
            }
            Event::Check(check, _) => {
                self.times.insert(*check, now - self.moved);
            }
            Event::Group(_) => {}
            Event::End => {
                self.runs += 1;
                self.done = Some(now);
                if self.runs == RUNS_MAX && spec.restart_is_death {
                    self.stopped = Some(BootEnd::Finished);
                }
            }
        }
        self.moved = now;
    }

    /// Which limit is over.
    fn expired_limit(&self, spec: &BootSpec) -> Option<BootEnd> {
        let over = |since: Instant, limit: f64| since.elapsed().as_secs_f64() > limit;
        let limits = spec.limits;
        if Instant::now() > spec.deadline {
            return Some(BootEnd::OutOfTime);
        }
        if let Some(done) = self.done {
            // What is recorded ends by itself, and has to be read to its end.
            let settled = spec.restart_is_death && over(done, limits.settle);
            return settled.then_some(BootEnd::Finished);
        }
        if self.headers == 0 {
            return over(self.begun, limits.boot).then_some(BootEnd::NoHeader);
        }
        if over(self.heard, limits.silence) {
            Some(BootEnd::Silent)
        } else {
            over(self.moved, limits.check).then_some(BootEnd::Stuck)
        }
    }

    fn ended(self, end: BootEnd, complaints: Vec<String>) -> BootResult {
        let inside = self.console.reader.current().map(|boot| boot.next_step());
        let restarted = end == BootEnd::Restarted;
        let phases = phases(self.begun, self.header, self.done);
        let (mut log, mut last_words, excerpts) = self.console.finish();
        if restarted {
            // The run that has just begun says nothing yet.
            log.boots.pop();
        }
        last_words.extend(complaints.into_iter().map(|line| format!("{STDERR}{line}")));
        BootResult {
            log,
            end,
            next_step: if restarted { self.next_step } else { inside },
            last_words,
            excerpts,
            times: self.times,
            phases,
        }
    }
}

/// What a command complains of.
struct Complaints {
    tail: Tail,
    patterns: Vec<String>,
    /// The first line that says that the machine stopped.
    stopped: Option<String>,
}

impl Complaints {
    fn new(patterns: &[String]) -> Complaints {
        Complaints {
            tail: Tail::default(),
            patterns: patterns.to_vec(),
            stopped: None,
        }
    }

    fn feed(&mut self, bytes: &[u8]) {
        let (patterns, stopped) = (&self.patterns, &mut self.stopped);
        self.tail.feed(bytes, |line| {
            if stopped.is_none() && patterns.iter().any(|text| line.contains(text.as_str())) {
                *stopped = Some(line.to_string());
            }
        });
    }
}

/// The exit status of a command that has closed its stdout; it gets no longer than a silence.
fn wait(
    supervisor: &mut Supervisor,
    complaints: &mut Complaints,
    spec: &BootSpec,
) -> Result<BootEnd> {
    let begun = Instant::now();
    while begun.elapsed().as_secs_f64() < spec.limits.silence {
        if let Some(status) = supervisor.ended()? {
            return Ok(BootEnd::Exited(status));
        }
        complaints.feed(&supervisor.read(TICK)?.stderr);
    }
    Ok(BootEnd::Silent)
}

/// What the end of an unfinished run makes of the check that it ended in, and why.
pub fn verdict(end: &BootEnd, limits: &Limits) -> (Outcome, String) {
    match end {
        BootEnd::Exited(status) => (
            Outcome::Crash,
            format!("the run died: {}", described(*status)),
        ),
        BootEnd::Panicked(line) => (Outcome::Crash, format!("the kernel died: {line}")),
        BootEnd::Stopped(line) => (Outcome::Crash, format!("the machine stopped: {line}")),
        BootEnd::SaidDone => (
            Outcome::Crash,
            "the kernel ended in the middle of a run".to_string(),
        ),
        BootEnd::Restarted => (
            Outcome::Crash,
            "the kernel began anew in the middle of a run".into(),
        ),
        BootEnd::Silent => {
            let text = format!("nothing came for {} s; killed", limits.silence);
            (Outcome::Hang, text)
        }
        BootEnd::Stuck => {
            let text = format!("no line of the suite for {} s; killed", limits.check);
            (Outcome::Hang, text)
        }
        BootEnd::OutOfTime => {
            let text = format!("not done after {} s; killed", limits.total);
            (Outcome::Lost, text)
        }
        BootEnd::NoHeader => {
            let text = format!("no header line for {} s; killed", limits.boot);
            (Outcome::Hang, text)
        }
        BootEnd::Interrupted => (Outcome::Lost, "interrupted".to_string()),
        BootEnd::Finished => (Outcome::Lost, "ended after the END line".to_string()),
    }
}

/// Why the exit status of a run that came to its end is not what its lines say.
pub fn status_mismatch(outcomes: &[Option<Outcome>], status: ExitStatus) -> Option<String> {
    let mut all = outcomes.iter();
    let wanted = i32::from(!all.all(|outcome| *outcome == Some(Outcome::Pass)));
    if status.code() == Some(wanted) {
        return None;
    }
    Some(format!(
        "the program ended with {}, its lines say {wanted}",
        described(status)
    ))
}

fn described(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(INTERNAL_ERROR), _) => format!("status {INTERNAL_ERROR}, an internal error"),
        (Some(code), _) => format!("status {code}"),
        (None, Some(signal)) => match Signal::try_from(signal) {
            Ok(signal) => signal.to_string(),
            Err(_) => format!("signal {signal}"),
        },
        (None, None) => "no status".to_string(),
    }
}

/// The time of a boot up to now, split at its header line and its END line.
fn phases(begun: Instant, header: Option<Instant>, done: Option<Instant>) -> Phases {
    let now = Instant::now();
    let header = header.unwrap_or(now);
    let done = done.unwrap_or(now);
    Phases {
        boot: header - begun,
        suite: done.saturating_duration_since(header),
        end: now - done,
    }
}
