//! Resetting: what `FRESH()` undoes, and the environment that every check relies on.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::arena::{FD_WORDS, FDS, TIMER};
use posix_conformance::plan::bytecode as format;

use crate::runtime::{arena, deferred, kernel, signals, threads};

/// Changes by the current script that are not yet undone.
pub struct Leftovers {
    /// A bit for each descriptor below 64 that a call of the script returned.
    descriptors: u64,
    /// A bit for each descriptor that the script closed: `FRESH()` must not close it again.
    closed: u64,
    /// Set where the signal mask may have changed.
    mask_touched: bool,
    /// Set where the script has a timer, as far as the kernel reports.
    timed: bool,
}

impl Leftovers {
    pub const fn new() -> Leftovers {
        Leftovers {
            descriptors: 0,
            closed: 0,
            mask_touched: false,
            timed: false,
        }
    }

    /// Notes a call that is put off.
    pub fn note_deferred(&mut self, number: u16, first: isize) {
        if number == numbers::CLOSE {
            self.closed |= bit(first);
        }
    }

    /// Notes a call that was made.
    ///
    /// `shape` is its byte in the plan's table of arities, `first` its first argument.
    pub fn note_call(&mut self, number: u16, shape: u8, first: isize, result: isize) {
        if shape & format::MAKES_DESCRIPTOR != 0 {
            self.descriptors |= bit(result);
            self.closed &= !bit(result);
        }
        if result == 0 {
            match number {
                numbers::CLOSE => self.closed |= bit(first),
                // The new ends may have the numbers of closed descriptors.
                numbers::PIPE2 => self.closed = 0,
                numbers::TIMER_CREATE => self.timed = true,
                numbers::TIMER_DELETE => self.timed = false,
                _ => {}
            }
        }
        self.mask_touched |= shape & format::TOUCHES_MASK != 0;
    }

    /// Notes whether a row failed: then the kernel may have made a timer and reported none.
    pub fn note_failure(&mut self, failed: bool) {
        self.timed |= failed && !arena::is_poisoned(TIMER);
    }

    /// Undoes the changes, ends the threads and poisons the arena.
    pub fn undo(&mut self) {
        for word in 0..FD_WORDS {
            let descriptor: i32 = arena::get(FDS.plus(4 * word as i16));
            self.descriptors |= bit(descriptor as isize);
        }
        self.descriptors &= !self.closed;
        self.closed = 0;
        while self.descriptors != 0 {
            kernel::close(self.descriptors.trailing_zeros() as usize);
            self.descriptors &= self.descriptors - 1;
        }
        if core::mem::take(&mut self.timed) {
            end_timer();
        }
        if self.mask_touched {
            self.mask_touched = false;
            signals::swap_mask(0);
        }
        signals::unwatch();
        deferred::disarm();
        threads::settle();
        arena::poison();
    }
}

/// The bit of a descriptor that `FRESH()` may close; 0 for any other descriptor.
fn bit(descriptor: isize) -> u64 {
    match descriptor {
        3..64 => 1 << descriptor,
        _ => 0,
    }
}

/// Disarms and deletes the script's timer: either call may fail to do what it reports.
fn end_timer() {
    let timer = arena::get::<u32>(TIMER) as usize;
    let disarmed = [0; 4];
    kernel::timer_settime(timer, &disarmed);
    kernel::timer_delete(timer);
}

/// Opens the standard descriptors, closes all others and unblocks all signals.
#[inline(never)]
pub fn normalize_environment() {
    signals::swap_mask(0);
    for descriptor in 3..256 {
        kernel::close(descriptor);
    }
    for descriptor in [0, 2] {
        if kernel::descriptor_flags(descriptor) == -isize::from(errno::EBADF.0) {
            // The copy gets the lowest free number, which is this one.
            kernel::dup(1);
        }
    }
}
