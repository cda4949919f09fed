//! Second threads and child processes that make calls put off for them.

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

/// The stack of thread 0, the one that signals are sent to, in bytes.
const STACK_SIZE: usize = arch::SIGNAL_STACK_SIZE;
/// The stack of thread 1, which lies above it.
const OTHER_STACK_SIZE: usize = 1536;
/// In place of a delay: a child process makes the call.
const CHILD: usize = posix_conformance::plan::call::CHILD as usize;
/// How often `join` looks, with a pause between: about a second.
const LOOKS_MAX: u32 = 8000;
/// How often the end of a script looks for threads that nobody waited for: about 90 ms.
const SETTLE_LOOKS_MAX: u32 = 800;
/// The pause between two looks in nanoseconds.
const PAUSE_NANOSECONDS: usize = 50_000;

#[repr(align(16))]
struct Stacks(UnsafeCell<[u8; STACK_SIZE + OTHER_STACK_SIZE]>);
// SAFETY: only the threads that run on them touch them.
unsafe impl Sync for Stacks {}
static STACKS: Stacks = Stacks(UnsafeCell::new([0; STACK_SIZE + OTHER_STACK_SIZE]));

/// A bit for each thread that was started and did not end in time: its stack may be in use until
/// the kernel says that it is gone.
static STUCK: AtomicU8 = AtomicU8::new(0);
/// A bit for each thread that was started since the last `settle`.
static STARTED: AtomicU8 = AtomicU8::new(0);

/// The word that the kernel clears when the thread of that number has ended.
fn tid(caller: Caller) -> Place {
    TID.plus(4 * caller.index() as i16)
}

/// Starts the thread of that number, or a child process, that makes a call; its id or the error.
#[inline(never)]
pub fn start(caller: Caller, call: u16, args: &[Argument; 6]) -> isize {
    let known = STUCK.load(Ordering::Relaxed) | STARTED.load(Ordering::Relaxed);
    if known >> caller.index() & 1 != 0 && alive(caller) {
        return -isize::from(errno::EBUSY.0);
    }
    // SAFETY: the thread of that number is gone.
    unsafe { slot(caller).put_off(call, args) };
    STARTED.fetch_or(1 << caller.index(), Ordering::Relaxed);
    // The thread inherits the mask: no signal meant for the program may go to it.
    let before = signals::swap_mask(!signals::INTERRUPT_MASK);
    let result = spawn(caller);
    signals::swap_mask(before);
    result
}

/// A second thread of the program on its own stack, or a child process; its id, or the error.
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
    // SAFETY: the stack is the thread's own, and `start` has found that the thread of that number
    // is gone; the word is in the arena.
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

/// A thread's whole life: the delay, and the call that was put off.
struct Deferred;

impl Thread for Deferred {
    extern "C" fn run(argument: usize) -> ! {
        let caller = Caller::thread(argument);
        let slot = slot(caller);
        let quarters = slot.quarters();
        // Neither for a child nor for a delay of 0, so that a faulty sleep does not spread.
        if quarters.wrapping_add(1) > 1 {
            sleep(quarters.wrapping_mul(250_000));
        }
        slot.make();
        loop {
            kernel::exit_thread(0);
        }
    }
}

/// Ends a script: interrupts the threads that are still there, and notes those that do not end
/// even so.
///
/// This must come before the arena is poisoned, where the threads' ids stand.
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

/// Whether the thread of that number is still there.
fn alive(caller: Caller) -> bool {
    get::<i32>(tid(caller)) != 0
}

/// Waits for a thread; what its call returned, or ETIMEDOUT.
#[inline(never)]
pub fn join(caller: Caller) -> isize {
    if lasts(caller, LOOKS_MAX) {
        -isize::from(errno::ETIMEDOUT.0)
    } else {
        slot(caller).result()
    }
}

/// Whether a thread is still there after so many looks with pauses between.
fn lasts(caller: Caller, looks: u32) -> bool {
    for _ in 0..looks {
        if !alive(caller) {
            return false;
        }
        pause();
    }
    true
}

/// Lets others run for a short while.
#[inline(never)]
pub fn pause() {
    sleep(PAUSE_NANOSECONDS);
    kernel::sched_yield();
}

/// Sleeps if the kernel can.
#[inline(never)]
pub fn sleep(nanoseconds: usize) {
    kernel::nanosleep(&[0, nanoseconds]);
}
