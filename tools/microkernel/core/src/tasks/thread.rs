//! Threads: registers, signal mask, and the system call that is blocked.

use alloc::boxed::Box;

use crate::linux::Call;
use crate::tasks::signal::{AltStack, Pending, Set};

/// A system call that is served, with the state that it keeps while it is blocked.
#[derive(Clone, Debug)]
pub(crate) struct Syscall {
    pub name: Call,
    pub number: u64,
    pub args: [u64; 6],
    /// The time at which it stops waiting; set once, so that a dispatch does not restart it.
    pub deadline: Option<u64>,
    /// The progress: bytes, or another count of the call.
    pub done: u64,
    /// True after the call has joined a queue.
    pub queued: bool,
    /// The mask to restore, where the call replaced it.
    pub old_mask: Option<Set>,
}

impl Syscall {
    pub(crate) fn new(name: Call, number: u64, args: [u64; 6]) -> Syscall {
        Syscall {
            name,
            number,
            args,
            deadline: None,
            done: 0,
            queued: false,
            old_mask: None,
        }
    }
}

/// A thread.
#[derive(Debug)]
pub(crate) struct Thread<C> {
    pub process: i32,
    pub context: Box<C>,
    pub mask: Set,
    pub pending: Pending,
    pub alternate: AltStack,
    /// The mask that the next signal frame saves instead of the current one.
    pub saved_mask: Option<Set>,
    /// A call that is blocked, or was interrupted and may be made again.
    pub call: Option<Syscall>,
    /// True where the interrupted call is made again unless a handler forbids it.
    pub restarts: bool,
    /// The word to clear and to wake when the thread ends (`set_tid_address(2)`).
    pub clear_tid: u64,
    /// The head of the list of `set_robust_list`.
    pub robust_list: u64,
    /// The policy that `sched_setscheduler` has set.
    pub policy: i32,
    pub priority: i32,
    /// The processor time in nanoseconds.
    pub time: u64,
}

impl<C> Thread<C> {
    pub(crate) fn new(process: i32, context: C) -> Thread<C> {
        Thread {
            process,
            context: Box::new(context),
            mask: 0,
            pending: Pending::default(),
            alternate: AltStack::default(),
            saved_mask: None,
            call: None,
            restarts: false,
            clear_tid: 0,
            robust_list: 0,
            policy: 0,
            priority: 0,
            time: 0,
        }
    }
}
