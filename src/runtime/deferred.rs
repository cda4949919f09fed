//! Calls that are put off: what is to be called, by whom, and what came of it.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicIsize, AtomicU16, AtomicUsize, Ordering};

use super::argument::Argument;
use super::kernel;

/// Who makes a call that is put off.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Caller {
    Thread0 = 1,
    Thread1,
    Handler,
}

impl Caller {
    pub const THREADS: [Caller; 2] = [Caller::Thread0, Caller::Thread1];

    /// Its place in tables: 0, 1, 2.
    pub fn index(self) -> usize {
        self as usize - 1
    }

    /// The thread of that number.
    pub fn thread(number: usize) -> Caller {
        if number & 1 == 0 {
            Caller::Thread0
        } else {
            Caller::Thread1
        }
    }
}

/// A call that someone else makes, and what became of it.
pub struct Slot {
    args: UnsafeCell<[Argument; 6]>,
    quarters: AtomicUsize,
    result: AtomicIsize,
    number: AtomicU16,
}

// SAFETY: `put_off` alone writes the arguments, while nobody else uses them; the rest is atomic.
unsafe impl Sync for Slot {}

static SLOTS: [Slot; 3] = [const {
    Slot {
        args: UnsafeCell::new([Argument::ZERO; 6]),
        quarters: AtomicUsize::new(0),
        result: AtomicIsize::new(0),
        number: AtomicU16::new(0),
    }
}; 3];

/// Whether the handler has a call to make.
static ARMED: AtomicBool = AtomicBool::new(false);

/// The call that a caller makes.
pub fn slot(caller: Caller) -> &'static Slot {
    &SLOTS[caller.index()]
}

impl Slot {
    /// Puts a call off.
    ///
    /// # Safety
    ///
    /// The slot must not have a call that is still to be made.
    #[inline(never)]
    pub(super) unsafe fn put_off(&self, number: u16, args: &[Argument; 6]) {
        self.number.store(number, Ordering::Relaxed);
        // SAFETY: nobody else uses the arguments until the call is to be made.
        unsafe { *self.args.get() = *args };
    }

    /// Makes the call; its result.
    pub(super) fn make(&self) -> isize {
        // SAFETY: the arguments are not written before the call has been made.
        let args = unsafe { &*self.args.get() };
        let result = kernel::call_elsewhere(self.number.load(Ordering::Relaxed), args);
        self.result.store(result, Ordering::Relaxed);
        result
    }

    /// Sets how long a thread waits before the call, in quarters of a millisecond.
    pub fn set_quarters(&self, quarters: usize) {
        self.quarters.store(quarters, Ordering::Relaxed);
    }

    /// How long a thread waits before the call, in quarters of a millisecond.
    pub fn quarters(&self) -> usize {
        self.quarters.load(Ordering::Relaxed)
    }

    /// What the call returned.
    pub fn result(&self) -> isize {
        self.result.load(Ordering::Relaxed)
    }
}

/// Puts off a call that the handler makes, the next time it runs.
pub fn put_off_to_handler(number: u16, args: &[Argument; 6]) {
    disarm();
    // SAFETY: the handler makes no call unless it is armed.
    unsafe { slot(Caller::Handler).put_off(number, args) };
    ARMED.store(true, Ordering::Release);
}

/// Makes the handler's call if there is one.
pub fn make_in_handler() -> Option<isize> {
    ARMED
        .swap(false, Ordering::Acquire)
        .then(|| slot(Caller::Handler).make())
}

/// Forgets the handler's call.
pub fn disarm() {
    ARMED.store(false, Ordering::Relaxed);
}
