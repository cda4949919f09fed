//! Calls that are put off: what is to be called, by whom, and what came of it.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

use super::kernel;

/// The number of the call that the signal handler makes; those before it are threads'.
pub const HANDLER: usize = 2;

/// A call that someone else makes, and what became of it.
#[derive(Clone, Copy)]
pub struct Deferred {
    args: [usize; 6],
    /// How long a thread waits before it, in quarters of a millisecond.
    pub quarters: usize,
    pub result: isize,
    number: u16,
}

struct Slots(UnsafeCell<[Deferred; HANDLER + 1]>);
// SAFETY: a slot is written before its thread exists or its handler is armed, and read again
// after the thread is gone.
unsafe impl Sync for Slots {}
static SLOTS: Slots = Slots(UnsafeCell::new(
    [Deferred {
        args: [0; 6],
        quarters: 0,
        result: 0,
        number: 0,
    }; HANDLER + 1],
));

/// Whether the handler has a call to make.
static ARMED: AtomicBool = AtomicBool::new(false);

/// The call of that number.
pub fn slot(number: usize) -> &'static mut Deferred {
    let slot = SLOTS.0.get().cast::<Deferred>().wrapping_add(number);
    // SAFETY: rows name only slots that exist, and nobody else uses this one now; see `Slots`.
    unsafe { &mut *slot }
}

/// Puts a call off; tells whether a thread has to be started for it.
pub fn put_off(number: usize, call: u16, args: &[usize; 6]) -> bool {
    let deferred = slot(number);
    deferred.number = call;
    deferred.args = *args;
    ARMED.fetch_or(number == HANDLER, Ordering::Release);
    number != HANDLER
}

/// Makes a call that was put off.
pub fn make(deferred: &mut Deferred) -> isize {
    deferred.result = kernel::call_elsewhere(deferred.number, &deferred.args);
    deferred.result
}

/// Makes the handler's call if there is one.
pub fn make_in_handler() -> Option<isize> {
    ARMED
        .swap(false, Ordering::Acquire)
        .then(|| make(slot(HANDLER)))
}

/// Forgets the handler's call.
pub fn disarm() {
    ARMED.store(false, Ordering::Relaxed);
}
