//! Threads: registers, signal mask, and the system call that is not answered yet.

use alloc::boxed::Box;

use crate::tasks::context::Context;
use crate::tasks::signal::{AltStack, Pending, Set};

/// A system call while it is being answered.
#[derive(Clone, Debug)]
pub(crate) struct Syscall {
    pub number: u16,
    pub args: [u64; 6],
    /// When it gives up waiting; set once, so that asking again does not begin anew.
    pub deadline: Option<u64>,
    /// How much of it is done: bytes, or whatever the call counts.
    pub done: u64,
    /// Whether it has been put into a queue that answers for it.
    pub queued: bool,
    /// The mask to go back to, where the call swapped it.
    pub old_mask: Option<Set>,
}

impl Syscall {
    pub(crate) fn new(number: u16, args: [u64; 6]) -> Syscall {
        Syscall {
            number,
            args,
            deadline: None,
            done: 0,
            queued: false,
            old_mask: None,
        }
    }
}

/// One thread.
#[derive(Debug)]
pub(crate) struct Thread {
    pub process: i32,
    pub context: Box<Context>,
    pub mask: Set,
    pub pending: Pending,
    pub alternate: AltStack,
    /// The mask that the next signal frame saves instead of the current one.
    pub saved_mask: Option<Set>,
    /// A call that waits, or was interrupted and may be made again.
    pub call: Option<Syscall>,
    /// Whether the call was interrupted and is made again unless a handler says otherwise.
    pub restarts: bool,
    /// The word to clear, and its futex to wake, when the thread ends (`set_tid_address(2)`).
    pub clear_tid: u64,
    /// Nanoseconds of processor time.
    pub time: u64,
}

impl Thread {
    pub(crate) fn new(process: i32, context: Context) -> Thread {
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
            time: 0,
        }
    }
}
