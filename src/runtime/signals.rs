//! Signals: the recording handler, its trampolines, and the watchdog.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use posix_conformance::abi::flags::SIGALRM;
use posix_conformance::abi::numbers;
use posix_conformance::plan::arena as place;

use super::arena::{Address, get, put};
use super::{control, deferred, kernel};
use crate::arch::{self, Handler, SIGNAL_INFO_REACH};

/// How long a blocked call may last under the watchdog, in microseconds. Each time it has fired
/// it waits half as long, down to an eighth, so that a kernel with many such calls ends too.
const WATCHDOG_MICROSECONDS: u64 = 800_000;
/// How many signal numbers the handler writes down in order.
const ORDER_MAX: u32 = 16;

/// The signal that interrupts a thread which does not end; no check sends it to a thread.
const INTERRUPT: usize = 62;
/// Its bit in a mask.
pub const INTERRUPT_MASK: u64 = 1 << (INTERRUPT - 1);

/// How often the watchdog has fired.
static FIRED: AtomicU32 = AtomicU32::new(0);
/// Whether the watchdog's timer runs.
static WATCHING: AtomicBool = AtomicBool::new(false);

/// The recording handler.
struct Recorder;

impl Handler for Recorder {
    extern "C" fn handle(signo: i32, info: usize, _context: usize, stack: usize) {
        record(signo, info, stack);
    }
}

/// The address of a function that rows may name, by its number in the packed plan.
pub fn entry(number: u8) -> usize {
    if number == 0 {
        arch::handler_address::<Recorder>()
    } else {
        arch::restorer_address()
    }
}

/// Writes down what a handler was given. Async-signal-safe: it touches the arena alone.
fn record(signo: i32, info: usize, stack: usize) {
    if i64::from(signo) == SIGALRM {
        FIRED.fetch_add(1, Ordering::Relaxed);
        return;
    }
    if signo as usize == INTERRUPT {
        return;
    }
    let count: u32 = get(place::CAUGHT);
    put(place::CAUGHT, count.wrapping_add(1));
    put(place::CAUGHT_SIGNO, signo);
    put(place::CAUGHT_STACK, stack % 16);
    let order = place::CAUGHT_ORDER.plus((count % ORDER_MAX) as i16);
    put(order, signo as u8);
    put(place::CAUGHT_MASK, set_mask(None, u64::MAX));
    // Without SA_SIGINFO the register may hold anything; a stack address is near the stack.
    if info.wrapping_sub(stack) < SIGNAL_INFO_REACH {
        // SAFETY: the kernel's frame is there, at most so far above the stack pointer.
        let info = unsafe { Address::new(info) };
        put(place::CAUGHT_INFO, info.get::<[u64; 4]>());
    }
    if let Some(result) = deferred::make_in_handler() {
        put(place::CAUGHT_RESULT, result);
    }
}

/// Sets the signal mask; the mask before, or 0 where the kernel does not tell.
#[inline(never)]
pub fn swap_mask(mask: u64) -> u64 {
    set_mask(Some(&mask), 0)
}

/// Sets the mask where a new one is given; the mask before, or `unknown` where the kernel does not
/// tell.
#[inline(never)]
fn set_mask(new: Option<&u64>, unknown: u64) -> u64 {
    let mut old = [unknown; _];
    kernel::rt_sigprocmask(new, &mut old);
    old[0]
}

/// Installs the recording handler; 1 where the kernel says that it is there, 0 where it is not,
/// or the error.
pub fn catch(signo: usize, flags: usize, mask: usize) -> isize {
    let action = arch::action::<Recorder>(flags, mask);
    let result = kernel::set_action(signo, &action);
    if result != 0 {
        return result.min(0);
    }
    let mut old = [0; _];
    kernel::note(numbers::RT_SIGACTION);
    kernel::action(signo, &mut old);
    isize::from(old[0] == entry(0) || control::assume_handlers())
}

/// Interrupts whatever the thread of that id waits for, if its handler is there.
pub fn interrupt_thread(tid: usize) {
    if catch(INTERRUPT, 0, 0) == 1 {
        kernel::tkill(tid, INTERRUPT);
    }
}

/// Starts the watchdog, unless its handler cannot be trusted to be there.
pub fn watch() -> isize {
    if catch(SIGALRM as usize, 0, 0) == 1 {
        WATCHING.store(true, Ordering::Relaxed);
        set_timer(WATCHDOG_MICROSECONDS >> fired().min(3));
    }
    0
}

/// Stops the watchdog if it runs.
pub fn unwatch() {
    if WATCHING.swap(false, Ordering::Relaxed) {
        set_timer(0);
    }
}

/// How often the watchdog has fired so far.
pub fn fired() -> u32 {
    FIRED.load(Ordering::Relaxed)
}

/// Sets first expiry and interval alike; 0 disarms.
fn set_timer(microseconds: u64) {
    kernel::setitimer(&[0, microseconds, 0, microseconds]);
}
