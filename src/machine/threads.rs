//! Calls that are put off: made by a second thread, or by the signal handler.

use core::arch::asm;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use posix_conformance::abi::flags::*;
use posix_conformance::abi::{errno, numbers};
use posix_conformance::plan::bench as place;

use super::bench::{address, get, put};
use super::{kernel, signals};

/// The place of the call that the signal handler makes; those before it are threads'.
pub const HANDLER: usize = 2;
/// The stack of thread 0 in bytes, the one that signals are sent to: its own frames take less than
/// 512, but a signal's with all state of AVX-512 and AMX 12 KiB, as gVisor writes it.
const STACK_SIZE: usize = 12_288;
/// The stack of thread 1, which lies above it.
const OTHER_STACK_SIZE: usize = 1536;
/// In place of a delay: a child process makes the call.
const CHILD: usize = posix_conformance::plan::call::CHILD as usize;
/// How often `join` looks, with a pause between: about a second.
const LOOKS_MAX: u32 = 8000;
/// How often the end of a script looks for threads that nobody waited for: about 50 ms.
const SETTLE_LOOKS_MAX: u32 = 200;
/// The pause between two looks in nanoseconds.
const PAUSE_NANOSECONDS: usize = 50_000;

/// A call that someone else makes, and what became of it.
#[derive(Clone, Copy)]
struct Deferred {
    args: [usize; 6],
    quarters: usize,
    result: isize,
    number: u16,
}

struct Slots(UnsafeCell<[Deferred; 3]>);
// SAFETY: a slot is written before its thread exists or its handler is armed, and read again
// after the thread is gone.
unsafe impl Sync for Slots {}
static SLOTS: Slots = Slots(UnsafeCell::new(
    [Deferred {
        args: [0; 6],
        quarters: 0,
        result: 0,
        number: 0,
    }; 3],
));

#[repr(align(16))]
struct Stacks(UnsafeCell<[u8; STACK_SIZE + OTHER_STACK_SIZE]>);
// SAFETY: only the threads that run on them touch them.
unsafe impl Sync for Stacks {}
static STACKS: Stacks = Stacks(UnsafeCell::new([0; STACK_SIZE + OTHER_STACK_SIZE]));

/// A bit for each thread that was started and did not end in time: its stack is never used again.
static STUCK: AtomicU8 = AtomicU8::new(0);
/// A bit for each thread that was started since the last `settle`.
static STARTED: AtomicU8 = AtomicU8::new(0);
/// Whether the handler has a call to make.
static ARMED: AtomicBool = AtomicBool::new(false);

/// The call of that number.
fn slot(number: usize) -> &'static mut Deferred {
    let slot = SLOTS.0.get().cast::<Deferred>().wrapping_add(number);
    // SAFETY: rows name only slots that exist, and nobody else uses this one now; see `Slots`.
    unsafe { &mut *slot }
}

/// The word that the kernel clears when the thread of that number has ended.
fn tid(number: usize) -> usize {
    address(place::TID).wrapping_add(4 * (number & 1))
}

/// Chooses how long the thread of that number waits before its call.
pub fn delay(number: usize, quarters: usize) {
    slot(number).quarters = quarters;
}

/// Puts a call off; for a thread its id or the error, for the handler 0.
#[inline(never)]
pub fn defer(number: usize, call: u16, args: &[usize; 6]) -> isize {
    let deferred = slot(number);
    deferred.number = call;
    deferred.args = *args;
    if number >= HANDLER {
        ARMED.store(true, Ordering::Release);
        return 0;
    }
    let known = STUCK.load(Ordering::Relaxed) | STARTED.load(Ordering::Relaxed);
    if known >> number & 1 != 0 && alive(number) {
        return -isize::from(errno::EBUSY.0);
    }
    STARTED.fetch_or(1 << number, Ordering::Relaxed);
    // The thread inherits the mask: no signal meant for the program may go to it.
    let before = signals::swap_mask(!signals::KICK_MASK);
    let result = spawn(number);
    signals::swap_mask(before);
    result
}

/// A second thread of the program on its own stack, or a child process; its id, or the error.
fn spawn(number: usize) -> isize {
    const THREAD: i64 = CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    const BOTH: i64 = CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    let own = if slot(number).quarters == CHILD {
        SIGCHLD
    } else {
        THREAD
    };
    put(tid(number), -1i32);
    let base = STACKS.0.get() as usize;
    let top = base.wrapping_add(STACK_SIZE + OTHER_STACK_SIZE * (number & 1));
    let result;
    // SAFETY: clone(2) with CLONE_VM gives the child the stack in rsi, and the child never
    // returns from here. A kernel that answers 0 on the old stack is taken for the parent's.
    unsafe {
        asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "cmp rsp, rsi",
            "jne 2f",
            "mov rdi, r12",
            "call {main}",
            "2:",
            main = sym thread_main,
            inlateout("rax") usize::from(numbers::CLONE) => result,
            in("rdi") BOTH | own,
            in("rsi") top,
            in("rdx") tid(number),
            in("r10") tid(number),
            in("r8") 0,
            in("r12") number,
            lateout("rcx") _,
            lateout("r11") _,
        );
    }
    kernel::note(numbers::CLONE);
    if result <= 0 {
        put(tid(number), 0);
    }
    if result == 0 {
        -isize::from(errno::EPROTO.0)
    } else {
        result
    }
}

/// A thread's whole life.
extern "C" fn thread_main(number: usize) -> ! {
    let deferred = slot(number);
    // Neither for a child nor for a delay of 0, so that a faulty sleep does not spread.
    if deferred.quarters.wrapping_add(1) > 1 {
        sleep(deferred.quarters.wrapping_mul(250_000));
    }
    make(deferred);
    loop {
        kernel::plumb(numbers::EXIT, 0, 0, 0, 0);
    }
}

/// Makes a call that was put off.
fn make(deferred: &mut Deferred) -> isize {
    deferred.result = kernel::raw(deferred.number, &deferred.args);
    deferred.result
}

/// Makes the handler's call if there is one.
pub fn run_in_handler() -> Option<isize> {
    ARMED
        .swap(false, Ordering::Acquire)
        .then(|| make(slot(HANDLER)))
}

/// Ends a script: forgets the handler's call, interrupts the threads that are still there, and
/// notes those that do not end even so.
///
/// This must come before the bench is poisoned, where the threads' ids stand.
pub fn settle() {
    ARMED.store(false, Ordering::Relaxed);
    let started = STARTED.swap(0, Ordering::Relaxed);
    for number in 0..HANDLER {
        let started = started >> number & 1 != 0;
        if started && lasts(number, SETTLE_LOOKS_MAX) {
            signals::kick(get::<i32>(tid(number)) as usize);
            if lasts(number, SETTLE_LOOKS_MAX) {
                STUCK.fetch_or(1 << number, Ordering::Relaxed);
            }
        }
    }
}

/// Whether the thread of that number is still there.
fn alive(number: usize) -> bool {
    get::<i32>(tid(number)) != 0
}

/// Waits for a thread; what its call returned, or ETIMEDOUT.
#[inline(never)]
pub fn join(number: usize) -> isize {
    if lasts(number, LOOKS_MAX) {
        -isize::from(errno::ETIMEDOUT.0)
    } else {
        slot(number).result
    }
}

/// Whether a thread is still there after so many looks with pauses between.
fn lasts(number: usize, looks: u32) -> bool {
    for _ in 0..looks {
        if !alive(number) {
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
    kernel::plumb(numbers::SCHED_YIELD, 0, 0, 0, 0);
}

/// Sleeps if the kernel can.
#[inline(never)]
pub fn sleep(nanoseconds: usize) {
    let time = [0, nanoseconds];
    kernel::plumb(numbers::NANOSLEEP, time.as_ptr() as usize, 0, 0, 0);
}
