//! Resetting: what `FRESH()` undoes, and the environment that every check relies on.

use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::arena::{A, TID, TIMER};
use posix_conformance::plan::bytecode as format;

use super::folder;
use crate::runtime::argument::Argument;
use crate::runtime::{arena, deferred, kernel, signals, threads};
use crate::tables::{HAS_CHILDREN, HAS_FOLDER, HAS_PATHS};

/// The bits of [`Leftovers::process`].
const UMASK: u8 = 1;
const TIMER_OF_PROCESS: u8 = 2;
const SIGNAL_STACK: u8 = 4;

/// Set where rows change what only some suites change: sockets in pairs, the umask, timers and the
/// signal stack of the process.
const HAS_PROCESS: bool = HAS_FOLDER || HAS_CHILDREN;
/// The first descriptor that no script has.
const DESCRIPTORS_END: usize = if HAS_PATHS { folder::DESCRIPTOR } else { 64 };

/// Changes by the current script that are not yet undone.
pub struct Leftovers {
    /// A bit for each descriptor below 64 that a call of the script made and none has closed; all
    /// bits after a row that failed.
    descriptors: u64,
    /// The resource whose limits the script asked for last, or changed; 0 where there is none. Such
    /// a script keeps the limits as they were in the place `A`.
    limited: usize,
    /// Set where the signal mask may have changed.
    mask_touched: bool,
    /// Set where the script has a timer, as far as the kernel reports.
    timed: bool,
    /// The calls of the script whose effect on the process must be undone; a bit each.
    process: u8,
}

impl Leftovers {
    pub const fn new() -> Leftovers {
        Leftovers {
            descriptors: 0,
            limited: 0,
            mask_touched: false,
            timed: false,
            process: 0,
        }
    }

    /// Notes a call that is put off.
    pub fn note_deferred(&mut self, number: u16, first: isize) {
        if number == numbers::CLOSE {
            self.descriptors &= !bit(first);
        }
    }

    /// Notes a call that was made.
    ///
    /// `shape` is its byte in the plan's table of arities.
    pub fn note_call(&mut self, number: u16, shape: u8, args: &[Argument; 6], result: isize) {
        if shape & format::MAKES_DESCRIPTOR != 0 {
            self.descriptors |= bit(result);
        }
        if result > 0 && number == numbers::WAIT4 {
            // Child processes take the place of thread 0.
            arena::put(TID, 0u32);
        }
        if result == 0 {
            kernel::note_proven(number);
            match number {
                numbers::CLOSE => self.descriptors &= !bit(args[0].number() as isize),
                numbers::PIPE2 => self.note_pair(args[0]),
                numbers::MUNMAP => kernel::unmap_edge(),
                numbers::PRLIMIT64 => self.limited = args[1].number(),
                numbers::TIMER_CREATE => self.timed = true,
                numbers::TIMER_DELETE => self.timed = false,
                _ => {}
            }
        }
        if HAS_PROCESS {
            self.process |= match number {
                numbers::UMASK => UMASK,
                numbers::SETITIMER | numbers::ALARM => TIMER_OF_PROCESS,
                numbers::SIGALTSTACK => SIGNAL_STACK,
                _ => 0,
            };
            if result == 0 && number == numbers::SOCKETPAIR {
                self.note_pair(args[3]);
            }
            if result > 0 && number == numbers::RECVMSG {
                // It may have brought descriptors.
                self.descriptors = !0;
            }
        }
        self.mask_touched |= shape & format::TOUCHES_MASK != 0;
    }

    /// Notes two descriptors that a call has written to the arena.
    fn note_pair(&mut self, at: Argument) {
        if let Some(ends) = arena::inside_pair(at.number()) {
            self.descriptors |= bit(ends[0] as isize) | bit(ends[1] as isize);
        }
    }

    /// Notes that a row failed: the kernel may have made descriptors or a timer and reported none.
    pub fn note_failure(&mut self) {
        self.descriptors = !0;
        self.timed |= !arena::is_poisoned(TIMER);
    }

    /// Undoes the changes, ends the threads and poisons the arena.
    pub fn undo(&mut self) {
        let open = core::mem::take(&mut self.descriptors);
        for descriptor in 3..DESCRIPTORS_END {
            if open >> descriptor & 1 != 0 {
                kernel::close(descriptor);
            }
        }
        let resource = core::mem::take(&mut self.limited);
        if resource != 0 && !arena::is_poisoned(A) {
            kernel::set_limits(resource, A);
        }
        if core::mem::take(&mut self.timed) {
            end_timer();
        }
        if HAS_PROCESS {
            self.undo_process();
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

    /// Undoes what calls changed of the process.
    fn undo_process(&mut self) {
        let process = core::mem::take(&mut self.process);
        if process & UMASK != 0 {
            kernel::umask(0o022);
        }
        if process & TIMER_OF_PROCESS != 0 {
            signals::stop_timer();
        }
        if process & SIGNAL_STACK != 0 {
            kernel::drop_signal_stack();
        }
    }
}

/// The bit of a descriptor below 64; 0 for any other number.
#[inline(never)]
fn bit(descriptor: isize) -> u64 {
    match descriptor {
        0..64 => 1 << descriptor,
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
pub fn normalize_environment() {
    signals::swap_mask(0);
    for descriptor in 3..256 {
        kernel::close(descriptor);
    }
    // Where 1 is closed there is nothing to copy, and no console. The array would cost 40 bytes.
    for descriptor in 0..3 {
        if kernel::descriptor_flags(descriptor) == -isize::from(errno::EBADF.0) {
            // The copy gets the lowest free number, which is this one.
            kernel::dup(1);
        }
    }
}
