//! What `FRESH()` undoes, and the surroundings that every check may count on.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::arena::{FD_WORDS, FDS, TIMER};
use posix_conformance::plan::bytecode as format;

use crate::runtime::{arena, deferred, kernel, signals, threads};

/// What the current script has made and not yet undone.
pub struct Leftovers {
    /// A bit for each descriptor below 64 that a call of this script returned.
    descriptors: u64,
    /// A bit for each that it closed: closing it again is a row's business, not `FRESH()`'s.
    closed: u64,
    mask_touched: bool,
    /// Whether the script has a timer, as far as the kernel tells.
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

    /// Notes a call that was made: its number and shape, its first argument and its result.
    pub fn note_call(&mut self, number: u16, shape: u8, first: isize, result: isize) {
        if shape & format::MAKES_DESCRIPTOR != 0 {
            self.descriptors |= bit(result);
            self.closed &= !bit(result);
        }
        if result == 0 {
            match number {
                numbers::CLOSE => self.closed |= bit(first),
                // Those that were closed may be these.
                numbers::PIPE2 => self.closed = 0,
                numbers::TIMER_CREATE => self.timed = true,
                numbers::TIMER_DELETE => self.timed = false,
                _ => {}
            }
        }
        self.mask_touched |= shape & format::TOUCHES_MASK != 0;
    }

    /// Notes a row that was not met: where something is wrong, what the kernel tells of timers
    /// may be too.
    pub fn note_failure(&mut self, failed: bool) {
        self.timed |= failed && !arena::is_poisoned(TIMER);
    }

    /// Undoes it all, ends the threads and poisons the arena.
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

/// The bit of a descriptor that `FRESH()` may close; 0 for any other number.
fn bit(descriptor: isize) -> u64 {
    match descriptor {
        3..64 => 1 << descriptor,
        _ => 0,
    }
}

/// Disarms and deletes the script's timer: either call may be a lie.
fn end_timer() {
    let timer = arena::get::<u32>(TIMER) as usize;
    let disarmed = [0; 4];
    kernel::timer_settime(timer, &disarmed);
    kernel::timer_delete(timer);
}

/// Makes the surroundings those that every check may count on: the standard descriptors open and
/// no others, no signal blocked.
#[inline(never)]
pub fn normalize_environment() {
    signals::swap_mask(0);
    for descriptor in 3..256 {
        kernel::close(descriptor);
    }
    for descriptor in [0, 2] {
        if kernel::descriptor_flags(descriptor) == -isize::from(errno::EBADF.0) {
            // It is the lowest free one.
            kernel::dup(1);
        }
    }
}
