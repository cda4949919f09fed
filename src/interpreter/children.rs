//! Child processes that run rows: `CHILD()` .. `PARENT()`, and `REAP()`.
//!
//! The child goes on with the parent's state, of which it has a copy, and prints nothing. It ends
//! at `PARENT()`, or at the first row whose want is not met. The parent skips those rows.

use posix_conformance::abi::errno::ENOSYS;
use posix_conformance::abi::flags::{SIGCHLD, SIGKILL, WNOHANG};
use posix_conformance::abi::numbers;
use posix_conformance::log::Word;
use posix_conformance::plan::call::op;

use crate::runtime::bytecode::FIRST_SYSCALL;
use crate::runtime::kernel::{self, Source};
use crate::runtime::signals;
use crate::runtime::threads::Wait;
use crate::runtime::unpack::Stream;
use crate::tables::HAS_CHILDREN;

/// The part of the patience with a thread for which a script's end waits for a killed child.
const SETTLE: isize = 8;
/// The result of `REAP()` for a child that a signal ended, less the signal.
const BY_SIGNAL: isize = 256;
/// The most children of a script that its end looks for.
const CHILDREN_MAX: usize = 8;

/// The most rows of the last child that its parent knows by their calls.
const ROWS_MAX: usize = if HAS_CHILDREN { 32 } else { 0 };
/// Added to the exit status of a child that ended at a call which the kernel does not have.
const MISSING: i32 = 0x80;

/// The child processes of a script, and the part of one that this program is.
pub struct Children {
    /// The ids of the children of which no call has reported the end; 0 where there is none.
    pids: [i32; CHILDREN_MAX],
    /// The calls of the last child's rows, by their ids.
    calls: [u8; ROWS_MAX],
    /// The number of rows in that table.
    rows: usize,
    /// In a child: the number of rows that it has run, without those of its own children.
    run: i32,
    /// The number of `PARENT()` up to which rows are for a child.
    skipped: u32,
    /// The children in turn whose end did not come. Each makes the wait for the next one shorter:
    /// where no end ever comes the suite ends, too.
    lasted: isize,
    /// Set in a child.
    inside: bool,
    /// Set where a row of the script sets the action of SIGCHLD.
    caught: bool,
    /// Set while SIGCHLD has its default action, as far as the suite knows. An inherited action may
    /// be to ignore it: then the kernel keeps no status of a child.
    is_default: bool,
}

impl Children {
    pub const fn new() -> Children {
        Children {
            pids: [0; CHILDREN_MAX],
            calls: [0; ROWS_MAX],
            rows: 0,
            run: 0,
            skipped: 0,
            lasted: 0,
            inside: false,
            caught: false,
            is_default: false,
        }
    }

    /// Returns whether a row is for a child alone, which this program is not.
    #[inline(never)]
    pub fn skips(&mut self, call: usize) -> bool {
        if self.skipped == 0 {
            return false;
        }
        if self.skipped == 1
            && let Some(place) = self.calls.get_mut(self.rows)
        {
            *place = call as u8;
            self.rows += 1;
        }
        if call == usize::from(op::CHILD) {
            self.skipped += 1;
        } else if call == usize::from(op::PARENT) {
            self.skipped -= 1;
        }
        true
    }

    /// Ends a child at a row whose want is not met; returns whether this program is a child.
    #[inline(never)]
    pub fn end_at(&mut self, met: bool, result: isize) -> bool {
        if self.inside {
            self.run += 1;
            if !met {
                let missing = result == -isize::from(ENOSYS.0);
                kernel::exit(self.run | if missing { MISSING } else { 0 });
            }
        }
        self.inside
    }

    /// Notes that a row sets the action of a signal.
    #[inline(never)]
    pub fn note_action(&mut self, signo: usize) {
        self.caught |= signo == SIGCHLD as usize;
    }

    /// Gives SIGCHLD its default action.
    fn restore_action(&mut self) {
        kernel::set_default_action(SIGCHLD as usize);
        self.is_default = true;
    }

    /// Starts a child: returns its id, 0 in the child, or the error.
    #[inline(never)]
    pub fn start(&mut self, flags: usize) -> isize {
        if !self.caught && !self.is_default {
            self.restore_action();
        }
        let before = kernel::own_ids();
        let result = kernel::fork(flags);
        // A child that took another result than 0 for the parent's would go on with the plan, and
        // start children that do so, too. A 0 in the parent must not end the run.
        if kernel::own_ids() != before {
            self.inside = true;
            self.run = -1;
            self.pids.fill(0);
            signals::watch_again();
        } else if result == 0 {
            return kernel::no_result(Word::NoChild);
        } else if result > 0 {
            self.skipped = 1;
            self.rows = 0;
            if let Some(free) = self.pids.iter_mut().find(|pid| **pid == 0) {
                *free = result as i32;
            }
        }
        result
    }

    /// Ends a child at the end of its rows.
    pub fn part(&self) {
        if self.inside {
            kernel::exit(0);
        }
    }

    /// Forgets a child that a call has reported as ended.
    #[inline(never)]
    pub fn forget(&mut self, pid: isize) {
        for known in &mut self.pids {
            if *known as isize == pid {
                *known = 0;
            }
        }
    }

    /// Waits for a child's end; returns 0 where all of its rows were met, the place of the first
    /// one that was not, or [`BY_SIGNAL`] plus the signal that ended it.
    ///
    /// Where the kernel does not have the call of that row, it is that call's result.
    #[inline(never)]
    pub fn reap(&mut self, pid: usize, stream: &Stream) -> isize {
        let mut status = [0; 2];
        let ended = wait(pid, &mut status, self.lasted + 1);
        if ended == 0 {
            self.lasted += 1;
            return kernel::no_result(Word::ChildLasts);
        }
        self.lasted = 0;
        if ended < 0 {
            kernel::note(Source::call(numbers::WAIT4));
            return ended;
        }
        self.forget(ended);
        kernel::note(Source::FOUND);
        let [status, _] = status.map(|status| status as i32);
        let (signal, code) = (status & 0x7f, status >> 8 & 0xff);
        if signal != 0 {
            return BY_SIGNAL + signal as isize;
        }
        if code & MISSING != 0 {
            let call = self.calls.get((code - MISSING - 1) as usize);
            let syscall = call.and_then(|&call| usize::from(call).checked_sub(FIRST_SYSCALL));
            if let Some(syscall) = syscall {
                kernel::note(Source::call(stream.number(syscall)));
                return -isize::from(ENOSYS.0);
            }
        }
        code as isize
    }

    /// Kills the children that have not ended, and waits for their ends.
    pub fn settle(&mut self) {
        self.skipped = 0;
        if core::mem::take(&mut self.caught) {
            self.restore_action();
        }
        for pid in &mut self.pids {
            let pid = core::mem::take(pid);
            // Only of a child of this process the kernel reports that it has not ended.
            if pid > 0 && kernel::wait4(pid as usize, &mut [0; 2], WNOHANG as usize) == 0 {
                kernel::kill(pid as usize, SIGKILL as usize);
                wait(pid as usize, &mut [0; 2], SETTLE);
            }
        }
    }
}

/// Waits for a child's end for that part of the patience with a thread; returns its id, an error,
/// or 0 where it has not ended.
#[inline(always)]
fn wait(pid: usize, status: &mut [u32; 2], part: isize) -> isize {
    let mut wait = Wait::new(part);
    loop {
        let ended = kernel::wait4(pid, status, WNOHANG as usize);
        if ended != 0 || wait.is_over() {
            return ended;
        }
    }
}
