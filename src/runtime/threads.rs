//! Threads and child processes, which make deferred calls.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicI32, AtomicIsize, Ordering};

use posix_conformance::abi::flags::*;
use posix_conformance::abi::numbers;
use posix_conformance::log::Word;
use posix_conformance::plan::Place;
use posix_conformance::plan::arena::TID;

use super::arena::{self, get, put};
use super::argument::Argument;
use super::deferred::{Caller, State, slot};
use super::kernel::{Source, no_result};
use super::{kernel, signals};
use crate::arch::{self, Thread};

/// The stack of thread 0 in bytes. Signals are sent to this thread alone.
const STACK_SIZE: usize = arch::SIGNAL_STACK_SIZE;
/// The stack of thread 1 in bytes; it is above the other.
const OTHER_STACK_SIZE: usize = 1536;
/// The value of the delay that asks for a child process.
const PROCESS: usize = posix_conformance::plan::call::PROCESS as usize;
/// The part of [`patience`] for which a script's end waits for a thread that is still there.
const SETTLE: isize = 8;
/// The number of looks that a wait has at least: on a busy machine as many as on an idle one.
const LOOKS_MIN: isize = 100;
/// The time of a look in microseconds where no clock is proven.
const LOOK: isize = 125;
/// The number of looks after which a thread that has made its call and whose end the kernel does
/// not report has ended.
const GRACE: i32 = 200;
/// The number of looks from where it does not reach [`GRACE`]: the kernel reports ends.
const TOLD: i32 = i32::MIN;
/// The pause between two looks in nanoseconds.
const PAUSE_NANOSECONDS: usize = 50_000;

#[repr(align(16))]
struct Stacks(UnsafeCell<[u8; STACK_SIZE + OTHER_STACK_SIZE]>);
// SAFETY: each stack is used by its own thread alone.
unsafe impl Sync for Stacks {}
static STACKS: Stacks = Stacks(UnsafeCell::new([0; STACK_SIZE + OTHER_STACK_SIZE]));

/// The number of looks at threads that have made their calls and have not ended, up to [`GRACE`]:
/// then the kernel does not report a thread's end. It is counted from [`TOLD`] once it has.
static UNTOLD: AtomicI32 = AtomicI32::new(0);

/// The longest pause so far in microseconds, as far as the clock is proven.
static SLOWEST: AtomicIsize = AtomicIsize::new(0);

/// The word that the kernel clears when the thread has ended.
fn tid(caller: Caller) -> Place {
    TID.plus(4 * caller.index() as i16)
}

/// Starts a thread or a child process that makes a call; returns its id or the error.
pub fn start(caller: Caller, call: u16, args: &[Argument; 6]) -> isize {
    if lasts(caller, SETTLE) {
        return no_result(Word::ThreadLasts);
    }
    // SAFETY: the last thread of this number has made its call and ended.
    unsafe { slot(caller).put_off(call, args) };
    slot(caller).set_state(State::Started);
    // The thread inherits the mask: signals for the program must not go to the thread.
    let before = signals::swap_mask(!signals::INTERRUPT_MASK);
    let result = spawn(caller);
    signals::swap_mask(before);
    result
}

/// Makes the thread or the child process; returns its id or the error.
fn spawn(caller: Caller) -> isize {
    const THREAD: i64 = CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    const BOTH: i64 = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    const APART: i64 = CLONE_VM | CLONE_VFORK | SIGCHLD;
    let own = if slot(caller).quarters() == PROCESS {
        SIGCHLD
    } else {
        THREAD
    };
    put(tid(caller), -1i32);
    let base = STACKS.0.get() as usize;
    let top = base.wrapping_add(STACK_SIZE + OTHER_STACK_SIZE * caller.index());
    let word = arena::address(tid(caller));
    kernel::note(Source::call(numbers::CLONE));
    let mut flags = BOTH | own;
    let mut result;
    loop {
        // SAFETY: the stack is this thread's own, and `start` has found that the last one on it
        // has ended. The word is in the arena.
        result = unsafe { arch::clone_thread::<Deferred>(flags, top, word, caller.index()) };
        if flags != BOTH | SIGCHLD || result >= 0 {
            break;
        }
        // posix_spawn() of a C library asks for this. A kernel may let the child run on a copy of
        // the memory: then the child has not made its call as far as this process sees.
        flags = APART;
    }
    if flags == APART || result <= 0 {
        put(tid(caller), 0);
    } else if get::<i32>(tid(caller)) == -1 {
        // The kernel did not store the id.
        put(tid(caller), result as i32);
    }
    if result == 0 {
        return no_result(Word::NoThread);
    }
    result
}

/// The function of a thread: the delay, and the deferred call.
struct Deferred;

impl Thread for Deferred {
    extern "C" fn run(argument: usize) -> ! {
        let caller = Caller::thread(argument);
        let slot = slot(caller);
        let quarters = slot.quarters();
        // A child and a delay of 0 do not sleep: a faulty nanosleep must not fail their checks.
        if quarters.wrapping_add(1) > 1 {
            sleep(quarters.wrapping_mul(250_000));
        }
        slot.make();
        slot.set_state(State::Done);
        arch::exit_thread()
    }
}

/// Ends a script: waits for its threads, and interrupts those that have not ended.
///
/// This must be called before the arena is poisoned, because it holds the threads' ids: the kernel
/// must not clear one while the arena is written. The stack
/// of a thread that does not end then is not used again before it has made its call.
pub fn settle() {
    settle_one(Caller::Thread0);
    settle_one(Caller::Thread1);
}

#[inline(never)]
fn settle_one(caller: Caller) {
    if !slot(caller).is(State::Stuck) && lasts(caller, SETTLE) {
        signals::interrupt_thread(get::<i32>(tid(caller)) as usize);
        if lasts(caller, SETTLE) {
            slot(caller).set_state(State::Stuck);
        }
    }
}

/// Returns whether the thread has not ended.
///
/// The kernel reports the end by the word at [`tid`]. Where it has never done so, a thread that has
/// made its call is given [`GRACE`] once, and none after that. Where it has, it is always waited
/// for: on a busy machine a thread that has made its call may end late, and the kernel would then
/// clear the word of the next thread.
fn alive(caller: Caller) -> bool {
    if get::<i32>(tid(caller)) == 0 {
        return false;
    }
    if !slot(caller).is(State::Done) {
        return true;
    }
    let looks = UNTOLD.load(Ordering::Relaxed);
    if looks < GRACE {
        UNTOLD.store(looks + 1, Ordering::Relaxed);
    }
    looks < GRACE
}

/// Waits for a thread's end; returns the result of its call, or none.
#[inline(never)]
pub fn join(caller: Caller) -> isize {
    if lasts(caller, 1) {
        no_result(Word::ThreadLasts)
    } else if !slot(caller).is(State::Done) {
        no_result(Word::NoThread)
    } else {
        kernel::note(slot(caller).source());
        slot(caller).result()
    }
}

/// Returns whether a thread has not ended after that part of [`patience`].
#[inline(never)]
fn lasts(caller: Caller, part: isize) -> bool {
    let mut wait = Wait::new(part);
    while alive(caller) {
        if wait.is_over() {
            return true;
        }
    }
    if get::<i32>(tid(caller)) == 0 {
        UNTOLD.store(TOLD, Ordering::Relaxed);
    }
    false
}

/// A wait that is bounded by time, on any tick.
pub struct Wait {
    /// The part of [`patience`] that it lasts.
    part: isize,
    /// The looks so far.
    looks: isize,
    /// The time of the first look, or 0.
    begun: isize,
}

impl Wait {
    /// A wait of that part of [`patience`].
    pub const fn new(part: isize) -> Wait {
        Wait {
            part,
            looks: 0,
            begun: 0,
        }
    }

    /// Lets other threads run for a short time; returns whether the time is over.
    ///
    /// Where the clock is not proven or does not advance, a look counts as [`LOOK`].
    #[inline(never)]
    pub fn is_over(&mut self) -> bool {
        let now = pause();
        self.looks += 1;
        if self.begun == 0 {
            self.begun = now;
        }
        let passed = now.wrapping_sub(self.begun);
        let passed = if passed > 0 {
            passed
        } else {
            self.looks * LOOK
        };
        // Asked again at each look: the pauses of this wait count.
        passed * self.part > patience() && self.looks >= LOOKS_MIN
    }
}

/// The microseconds for which a wait lasts that another thread is to end: a second, or more on a
/// machine that has been slow to run the program again after a pause. The longest wait and the four
/// of a script's end are less than the ten seconds of silence that the host tool takes for a hang.
#[inline(never)]
pub fn patience() -> isize {
    (SLOWEST.load(Ordering::Relaxed) * 64).clamp(1_000_000, 6_000_000)
}

/// Lets other threads run for a short time; returns the time after it, or 0 where no clock is
/// proven.
#[inline(never)]
pub fn pause() -> isize {
    let before = time();
    if sleep(PAUSE_NANOSECONDS) != 0 {
        kernel::sched_yield();
    }
    let now = time();
    let slowest = SLOWEST.load(Ordering::Relaxed);
    SLOWEST.store(slowest.max(now.wrapping_sub(before)), Ordering::Relaxed);
    now
}

/// The microseconds of the monotonic clock, or 0 where it is not proven.
#[inline(never)]
fn time() -> isize {
    if kernel::is_proven(numbers::CLOCK_GETTIME) {
        kernel::microseconds()
    } else {
        0
    }
}

/// Sleeps, if the kernel can; returns its result.
#[inline(never)]
pub fn sleep(nanoseconds: usize) -> isize {
    kernel::nanosleep(&[0, nanoseconds])
}
