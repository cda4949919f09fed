//! The process id of the program while it may be killed.

use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::libc;
use nix::unistd::Pid;

/// The process id of the program. It is cleared before another process can get it.
#[derive(Debug, Default)]
pub(crate) struct LivePid(Mutex<Option<Pid>>);

impl LivePid {
    pub(crate) fn set(&self, pid: Pid) {
        *self.lock() = Some(pid);
    }

    pub(crate) fn clear(&self) {
        *self.lock() = None;
    }

    /// Kills the program if it may still be alive.
    pub(crate) fn kill(&self) {
        if let Some(pid) = *self.lock() {
            kill(pid);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Pid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn kill(pid: Pid) {
    // SAFETY: kill(2) takes only numbers. A process that has ended is no error.
    unsafe { libc::kill(pid.as_raw(), libc::SIGKILL) };
}
