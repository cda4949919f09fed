//! Threads and child processes, which make deferred calls.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU8, Ordering};

use posix_conformance::abi::flags::*;
use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::Place;
use posix_conformance::plan::arena::TID;

use super::arena::{self, get, put};
use super::argument::Argument;
use super::deferred::{Caller, slot};
use super::{kernel, signals};
use crate::arch::{self, Thread};

/// The stack of thread 0 in bytes. Signals are sent to this thread alone.
const STACK_SIZE: usize = arch::SIGNAL_STACK_SIZE;
/// The stack of thread 1 in bytes; it is above the other.
const OTHER_STACK_SIZE: usize = 1536;
/// The value of the delay that asks for a child process.
const CHILD: usize = posix_conformance::plan::call::CHILD as usize;
/// The number of looks by `join`, with pauses between: about a second.
const LOOKS_MAX: u32 = 8000;
/// The number of looks at a script's end for a thread that is still there: about 90 ms.
const SETTLE_LOOKS_MAX: u32 = 800;
/// The pause between two looks in nanoseconds.
const PAUSE_NANOSECONDS: usize = 50_000;

#[repr(align(16))]
struct Stacks(UnsafeCell<[u8; STACK_SIZE + OTHER_STACK_SIZE]>);
// SAFETY: each stack is used by its own thread alone.
unsafe impl Sync for Stacks {}
static STACKS: Stacks = Stacks(UnsafeCell::new([0; STACK_SIZE + OTHER_STACK_SIZE]));

/// A bit for each thread that did not end in time: its stack may be in use until the kernel reports
/// its end.
static STUCK: AtomicU8 = AtomicU8::new(0);
/// A bit for each thread that was started since the last [`settle`].
static STARTED: AtomicU8 = AtomicU8::new(0);

/// The word that the kernel clears when the thread has ended.
fn tid(caller: Caller) -> Place {
    TID.plus(4 * caller.index() as i16)
}

/// Starts a thread or a child process that makes a call; returns its id or the error.
#[inline(never)]
pub fn start(caller: Caller, call: u16, args: &[Argument; 6]) -> isize {
    let known = STUCK.load(Ordering::Relaxed) | STARTED.load(Ordering::Relaxed);
    if known >> caller.index() & 1 != 0 && alive(caller) {
        return -isize::from(errno::EBUSY.0);
    }
    // SAFETY: the last thread of this number has made its call and ended.
    unsafe { slot(caller).put_off(call, args) };
    STARTED.fetch_or(1 << caller.index(), Ordering::Relaxed);
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
    let own = if slot(caller).quarters() == CHILD {
        SIGCHLD
    } else {
        THREAD
    };
    put(tid(caller), -1i32);
    let base = STACKS.0.get() as usize;
    let top = base.wrapping_add(STACK_SIZE + OTHER_STACK_SIZE * caller.index());
    let word = arena::address(tid(caller));
    // SAFETY: the stack is this thread's own, and `start` has found that the last one on it has
    // ended. The word is in the arena.
    let result = unsafe { arch::clone_thread::<Deferred>(BOTH | own, top, word, caller.index()) };
    kernel::note(numbers::CLONE);
    if result <= 0 {
        put(tid(caller), 0);
    }
    if result == 0 {
        -isize::from(errno::EPROTO.0)
    } else {
        result
    }
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
        loop {
            kernel::exit_thread(0);
        }
    }
}

/// Ends a script: interrupts the threads that have not ended, and notes those that do not end then.
///
/// This must be called before the arena is poisoned, because it holds the threads' ids.
pub fn settle() {
    let started = STARTED.swap(0, Ordering::Relaxed);
    for caller in Caller::THREADS {
        let started = started >> caller.index() & 1 != 0;
        if started && lasts(caller, SETTLE_LOOKS_MAX) {
            signals::interrupt_thread(get::<i32>(tid(caller)) as usize);
            if lasts(caller, SETTLE_LOOKS_MAX) {
                STUCK.fetch_or(1 << caller.index(), Ordering::Relaxed);
            }
        }
    }
}

/// Returns whether the thread has not ended.
fn alive(caller: Caller) -> bool {
    get::<i32>(tid(caller)) != 0
}

/// Waits for a thread's end; returns the result of its call, or ETIMEDOUT.
#[inline(never)]
pub fn join(caller: Caller) -> isize {
    if lasts(caller, LOOKS_MAX) {
        -isize::from(errno::ETIMEDOUT.0)
    } else {
        slot(caller).result()
    }
}

/// Returns whether a thread has not ended after so many looks with pauses between.
fn lasts(caller: Caller, looks: u32) -> bool {
    for _ in 0..looks {
        if !alive(caller) {
            return false;
        }
        pause();
    }
    true
}

/// Lets other threads run for a short time.
#[inline(never)]
pub fn pause() {
    sleep(PAUSE_NANOSECONDS);
    kernel::sched_yield();
}

/// Sleeps, if the kernel can.
#[inline(never)]
pub fn sleep(nanoseconds: usize) {
    kernel::nanosleep(&[0, nanoseconds]);
}
