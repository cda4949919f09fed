//! Signals: the recording handler and the watchdog.

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use posix_conformance::abi::flags::SIGALRM;
use posix_conformance::abi::numbers;
use posix_conformance::log::Word;
use posix_conformance::plan::arena as place;

use super::arena::{Address, get, put};
use super::kernel::Source;
use super::{console, control, deferred, kernel, threads};
use crate::arch::{self, Handler, SIGNAL_INFO_REACH};

/// The number of deliveries that [`place::CAUGHT_ORDER`] has room for.
const ORDER_MAX: u32 = 16;

/// The signal that interrupts a thread which does not end, SIGSTKFLT. No check sends it to a
/// thread.
///
/// It is no real-time signal: a kernel refuses to queue one of these where its limit is reached.
const INTERRUPT: usize = 16;
/// The bit of that signal in a mask.
pub const INTERRUPT_MASK: u64 = 1 << (INTERRUPT - 1);

/// The number of times that the watchdog has fired.
static FIRED: AtomicU32 = AtomicU32::new(0);
/// The number of rows that the watchdog has failed.
static ENDED: AtomicU32 = AtomicU32::new(0);
/// Set while the watchdog's timer runs.
static WATCHING: AtomicBool = AtomicBool::new(false);

/// The handler of all signals.
struct Recorder;

impl Handler for Recorder {
    extern "C" fn handle(signo: i32, info: usize, _context: usize, stack: usize) {
        record(signo, info, stack);
    }
}

/// The address in the program's own text that rows may name, by its number in the plan.
pub fn entry(number: u8) -> usize {
    match number {
        0 => arch::handler_address::<Recorder>(),
        1 => arch::restorer_address(),
        _ => console::DAMAGED.0.as_ptr() as usize,
    }
}

/// Records a signal in the arena, and makes the handler's deferred call.
///
/// It is async-signal-safe: it changes the arena and atomics alone.
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
    // Without SA_SIGINFO the register may have any value.
    if info.wrapping_sub(stack) < SIGNAL_INFO_REACH {
        // SAFETY: the address is within the signal frame, which the kernel wrote to the stack.
        let info = unsafe { Address::new(info) };
        put(place::CAUGHT_INFO, info.get::<[u64; 4]>());
    }
    if let Some(result) = deferred::make_in_handler() {
        put(place::CAUGHT_RESULT, result);
    }
}

/// Sets the signal mask; returns the old one, or 0 where the kernel does not report it.
#[inline(never)]
pub fn swap_mask(mask: u64) -> u64 {
    set_mask(Some(&mask), 0)
}

/// Sets the signal mask where a new one is given; returns the old one, or `unknown` where the
/// kernel does not report it.
#[inline(never)]
fn set_mask(new: Option<&u64>, unknown: u64) -> u64 {
    let mut old = [unknown; kernel::MASK_WORDS];
    kernel::rt_sigprocmask(new, &mut old);
    old[0]
}

/// Installs the handler for a signal; returns 1 where the kernel reports it installed, 0 where it
/// does not, or the error.
pub fn catch(signo: usize, flags: usize, mask: usize) -> isize {
    let action = arch::action::<Recorder>(flags, mask);
    kernel::note(Source::call(numbers::RT_SIGACTION));
    let result = kernel::set_action(signo, &action);
    if result != 0 {
        return result.min(0);
    }
    let mut old = [0; kernel::ACTION_WORDS];
    kernel::action(signo, &mut old);
    if old[0] == entry(0) || control::assume_handlers() {
        return 1;
    }
    kernel::note(Source::no_result(Word::NoHandler));
    0
}

/// Interrupts the system call of the thread with that id, if a row has proven tgkill(2) and the
/// handler is installed.
pub fn interrupt_thread(tid: usize) {
    if kernel::is_proven(numbers::TGKILL) && catch(INTERRUPT, 0, 0) == 1 {
        kernel::tgkill(kernel::getpid() as usize, tid, INTERRUPT);
    }
}

/// Starts the watchdog, if its handler is installed.
///
/// It ends a blocked call after a little less than the time that a thread is waited for, and the
/// call that is then made again after a sixteenth of that. After each row that it has failed it
/// waits half as long, down to an eighth, so that the run ends in time on a kernel with many such
/// calls.
pub fn watch() -> isize {
    if catch(SIGALRM as usize, 0, 0) == 1 {
        WATCHING.store(true, Ordering::Relaxed);
        if kernel::is_proven(numbers::NANOSLEEP) {
            // A busy machine is noticed here.
            threads::pause();
        }
        set_timer((threads::patience() * 4 / 5) as u64 >> ENDED.load(Ordering::Relaxed).min(3));
    }
    0
}

/// Starts the watchdog in a child process whose parent has it: no timer is inherited.
pub fn watch_again() {
    if WATCHING.load(Ordering::Relaxed) {
        watch();
    }
}

/// Stops the watchdog, if it runs.
pub fn unwatch() {
    if WATCHING.swap(false, Ordering::Relaxed) {
        set_timer(0);
    }
}

/// Stops the timer of alarm(2) and setitimer(2).
pub fn stop_timer() {
    set_timer(0);
}

/// The number of times that the watchdog has fired.
pub fn fired() -> u32 {
    FIRED.load(Ordering::Relaxed)
}

/// Notes that the watchdog has failed a row.
pub fn note_ended() {
    ENDED.fetch_add(1, Ordering::Relaxed);
}

/// Sets the timer's first expiry, and its interval to a sixteenth of that; 0 disarms it.
fn set_timer(microseconds: u64) {
    let (seconds, rest) = (microseconds / 1_000_000, microseconds % 1_000_000);
    kernel::setitimer(&[0, microseconds / 16, seconds, rest]);
}
