//! The patience with one row, whose call may block.

use posix_conformance::abi::errno;

use crate::runtime::signals;
use crate::runtime::threads::Wait;

/// The number of times that the watchdog ends a row's call before the row fails.
///
/// A busy machine may run the thread that ends a wait too late, but not so often.
const ENDS_MAX: u32 = 5;

/// The patience with one row.
pub struct Patience {
    /// Set where the call is made again until the want is met.
    pub retry: bool,
    /// The number of times that the watchdog has fired.
    fired: u32,
    /// The number of times that it has ended the row's call.
    ends: u32,
    pub wait: Wait,
}

impl Patience {
    #[inline(always)]
    pub fn new(retry: bool) -> Patience {
        Patience {
            retry,
            fired: signals::fired(),
            ends: 0,
            wait: Wait::new(1),
        }
    }

    /// Returns whether the watchdog has ended the call that has this result.
    #[inline(always)]
    pub fn is_interrupted(&mut self, result: isize) -> bool {
        let before = core::mem::replace(&mut self.fired, signals::fired());
        result == -isize::from(errno::EINTR.0) && self.fired != before
    }

    /// Returns whether the watchdog has ended the call too often for a busy machine.
    #[inline(always)]
    pub fn is_over(&mut self) -> bool {
        self.ends += 1;
        if self.ends == ENDS_MAX {
            signals::note_ended();
        }
        self.ends == ENDS_MAX
    }
}
