//! The stops and ends of the threads of the program.

use std::cell::RefCell;
use std::collections::VecDeque;

use nix::libc::{self, c_int};
use nix::unistd::Pid;

thread_local! {
    /// Statuses of other threads that arrived while one thread was waited for.
    static QUEUED: RefCell<VecDeque<(Pid, c_int)>> = const { RefCell::new(VecDeque::new()) };
}

/// Keeps a status for [`wait`].
pub(super) fn queue(thread: Pid, status: c_int) {
    QUEUED.with_borrow_mut(|queue| queue.push_back((thread, status)));
}

/// The next stop or end of one thread. Statuses of other threads are queued: a killed process ends
/// only when all its threads have been waited for.
pub(super) fn wait_for(thread: Pid) -> nix::Result<c_int> {
    loop {
        let (found, status) = wait_for_any()?;
        if found == thread {
            return Ok(status);
        }
        queue(found, status);
    }
}

/// The next stop or end of any thread that the calling thread traces.
pub(super) fn wait() -> nix::Result<(Pid, c_int)> {
    let first = QUEUED.with_borrow_mut(VecDeque::pop_front);
    first.map_or_else(wait_for_any, Ok)
}

fn wait_for_any() -> nix::Result<(Pid, c_int)> {
    let mut status = 0;
    loop {
        // SAFETY: waitpid(2) writes one number to `status`.
        let found = unsafe { libc::waitpid(-1, &raw mut status, libc::__WALL | libc::__WNOTHREAD) };
        match nix::Error::result(found) {
            Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error),
            Ok(found) => return Ok((Pid::from_raw(found), status)),
        }
    }
}
