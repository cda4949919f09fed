//! Deferred calls: a thread, a child process or the signal handler makes them later.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicIsize, AtomicU8, AtomicU16, AtomicUsize, Ordering};

use posix_conformance::abi::errno;

use super::argument::Argument;
use super::kernel::{self, Source};

/// The maker of a deferred call. A child process takes the place of a thread.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Caller {
    Thread0 = 1,
    Thread1,
    Handler,
}

impl Caller {
    /// The caller's index in tables, from 0.
    pub fn index(self) -> usize {
        self as usize - 1
    }

    /// The thread of that number, 0 or 1.
    pub fn thread(number: usize) -> Caller {
        if number & 1 == 0 {
            Caller::Thread0
        } else {
            Caller::Thread1
        }
    }
}

/// The state of a thread.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// It has made its call, and uses its stack no more.
    Done,
    /// It was started in the current script.
    Started,
    /// It did not end with its script.
    Stuck,
}

/// A deferred call and its result.
pub struct Slot {
    args: UnsafeCell<[Argument; 6]>,
    quarters: AtomicUsize,
    result: AtomicIsize,
    number: AtomicU16,
    state: AtomicU8,
}

// SAFETY: only `put_off` writes the arguments, while no other thread uses them; the rest is atomic.
unsafe impl Sync for Slot {}

static SLOTS: [Slot; 3] = [const {
    Slot {
        args: UnsafeCell::new([Argument::ZERO; 6]),
        quarters: AtomicUsize::new(0),
        result: AtomicIsize::new(0),
        number: AtomicU16::new(0),
        state: AtomicU8::new(State::Done as u8),
    }
}; 3];

/// Set while the handler has a call to make.
static ARMED: AtomicBool = AtomicBool::new(false);

/// The slot of a caller.
#[inline(never)]
pub fn slot(caller: Caller) -> &'static Slot {
    &SLOTS[caller.index()]
}

impl Slot {
    /// Stores the call.
    ///
    /// # Safety
    ///
    /// No stored call may be about to be made.
    #[inline(never)]
    pub(super) unsafe fn put_off(&self, number: u16, args: &[Argument; 6]) {
        self.number.store(number, Ordering::Relaxed);
        // SAFETY: no thread and no handler uses the arguments now.
        unsafe { *self.args.get() = *args };
    }

    /// Makes the call; returns its result.
    pub(super) fn make(&self) -> isize {
        // SAFETY: the arguments do not change before the call has been made.
        let args = unsafe { &*self.args.get() };
        let number = self.number.load(Ordering::Relaxed);
        let result = kernel::call_elsewhere(number, args);
        if result == -isize::from(errno::ENOSYS.0) {
            kernel::replace(number, args);
        }
        self.result.store(result, Ordering::Relaxed);
        result
    }

    /// Sets the delay before a thread's call, in quarters of a millisecond.
    pub fn set_quarters(&self, quarters: usize) {
        self.quarters.store(quarters, Ordering::Relaxed);
    }

    /// The delay before a thread's call, in quarters of a millisecond.
    pub fn quarters(&self) -> usize {
        self.quarters.load(Ordering::Relaxed)
    }

    /// Notes the state of the thread that makes the call.
    pub fn set_state(&self, state: State) {
        self.state.store(state as u8, Ordering::Release);
    }

    /// Returns whether the thread that makes the call is in that state.
    pub fn is(&self, state: State) -> bool {
        self.state.load(Ordering::Acquire) == state as u8
    }

    /// The call as the source of the result.
    pub fn source(&self) -> Source {
        Source::call(self.number.load(Ordering::Relaxed))
    }

    /// The result of the call.
    pub fn result(&self) -> isize {
        self.result.load(Ordering::Relaxed)
    }
}

/// Defers a call to the signal handler, which makes it the next time that it runs.
pub fn put_off_to_handler(number: u16, args: &[Argument; 6]) {
    disarm();
    // SAFETY: the handler makes no call while it is not armed.
    unsafe { slot(Caller::Handler).put_off(number, args) };
    ARMED.store(true, Ordering::Release);
}

/// Makes the handler's call, if it has one; returns its result.
pub fn make_in_handler() -> Option<isize> {
    ARMED
        .swap(false, Ordering::Acquire)
        .then(|| slot(Caller::Handler).make())
}

/// Drops the handler's call.
pub fn disarm() {
    ARMED.store(false, Ordering::Relaxed);
}
