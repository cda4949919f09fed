//! The progress line of a run, on a terminal only.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::log::reader::Event;
use crate::plan::Plan;

/// The shortest interval between two drawings of the line.
const INTERVAL: Duration = Duration::from_millis(100);

/// The progress of a run.
#[derive(Debug)]
pub(crate) struct Progress {
    /// True where stderr is a terminal.
    shown: bool,
    begun: Instant,
    drawn: Option<Instant>,
    group: usize,
    done: usize,
}

impl Progress {
    pub(crate) fn new() -> Progress {
        Progress {
            shown: io::stderr().is_terminal(),
            begun: Instant::now(),
            drawn: None,
            group: 0,
            done: 0,
        }
    }

    /// The progress of one of several boots at once, which shows nothing.
    pub(crate) fn hidden() -> Progress {
        Progress {
            shown: false,
            ..Progress::new()
        }
    }

    /// Counts an event of the log.
    pub(crate) fn event(&mut self, event: &Event) {
        match event {
            Event::Begin => self.done = 0,
            Event::Group(group) => self.group = *group,
            Event::Check(..) => self.done += 1,
            Event::End => {}
        }
    }

    /// Sets the number of checks with an outcome.
    pub(crate) fn known(&mut self, done: usize) {
        self.done = done;
    }

    /// Draws the line, if [`INTERVAL`] has passed since the last time.
    pub(crate) fn draw(&mut self, plan: &Plan) {
        let due = self.drawn.is_none_or(|drawn| drawn.elapsed() >= INTERVAL);
        if !self.shown || !due {
            return;
        }
        self.drawn = Some(Instant::now());
        let group = plan.groups.get(self.group).map_or("", String::as_str);
        let (done, all) = (self.done, plan.checks.len());
        let seconds = self.begun.elapsed().as_secs_f64();
        // An error means that the terminal is gone; the run goes on.
        let _ = write!(io::stderr(), "\r\x1b[K{done}/{all} {group} {seconds:.1} s");
    }

    /// Erases the line.
    pub(crate) fn clear(&self) {
        if self.shown && self.drawn.is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

impl Default for Progress {
    fn default() -> Progress {
        Progress::new()
    }
}
