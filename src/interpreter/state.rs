//! The state of a run: of the next row, of a script, and of all.

use posix_conformance::log::{Tally, Verdict};
use posix_conformance::plan::Profile;

use super::print::Got;
use crate::runtime::deferred::Caller;
use crate::runtime::kernel::Source;

/// Requests of a pseudo-call to the row after it.
pub struct Next {
    /// The thread or handler that makes the row's call later.
    pub defer_to: Option<Caller>,
    /// Set where its call is made again until the want is met.
    pub retry: bool,
}

/// No result.
pub const NONE: Got = Got {
    result: 0,
    source: Source::call(0),
    asked: false,
};

/// The rows since the last `FRESH()`.
pub struct Script {
    /// Their position.
    pub begin: usize,
    /// The result of the failed step, where `setup_failed` is set.
    pub step: Got,
    /// The result of the last check that its own call failed.
    pub failed: Got,
    /// The number of that call's name.
    pub failed_call: usize,
    /// Set where another call did what the row's call would have done, had the kernel it.
    pub replaced: bool,
    /// Set where a step failed: all checks up to the next `FRESH()` fail.
    pub setup_failed: bool,
    /// Set where the control block skips the whole script.
    pub script_skipped: bool,
    /// Set while rows are repeated: checks print nothing.
    pub silent: bool,
    /// Set while rows are repeated to undo what the kernel granted wrongly.
    pub undoing: bool,
}

/// The verdicts so far.
pub struct Score {
    /// The next check's place in the plan.
    pub check: u32,
    /// The current group's profile.
    pub profile: u8,
    pub tallies: [Tally; Profile::ALL.len()],
}

impl Score {
    pub fn add(&mut self, verdict: Verdict) {
        self.check += 1;
        if let Some(tally) = self.tallies.get_mut(usize::from(self.profile)) {
            tally.add(verdict);
        }
    }
}
