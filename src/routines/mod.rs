//! Routines: checks that rows cannot express. Rows call them and judge their results.

mod descriptors;
mod directories;
mod pipes;
mod polling;

use core::sync::atomic::{Ordering, compiler_fence};

use posix_conformance::plan::routine::Routine;

use crate::runtime::argument::Argument;
use crate::runtime::probes;
use crate::tables::ROUTINES;

/// Runs the routine of that number; returns -1 where there is none.
pub fn call(number: u8, args: &[Argument; 6]) -> isize {
    let Some(&routine) = Routine::ALL.get(usize::from(number)) else {
        return -1;
    };
    let [first, second, third, ..] = *args;
    // The compiler leaves out those that no row of the suite calls.
    match routine {
        Routine::IN_ORDER if has(Routine::IN_ORDER) => {
            pipes::in_order(first.number(), second.number())
        }
        Routine::FILL_UP if has(Routine::FILL_UP) => pipes::fill_up(first.number()),
        Routine::POLL_ONE if has(Routine::POLL_ONE) => {
            polling::poll_one(first.number(), second.number())
        }
        Routine::STATUS_FLAGS if has(Routine::STATUS_FLAGS) => {
            descriptors::status_flags(first.number())
        }
        Routine::LOST if has(Routine::LOST) => probes::lost_registers(),
        Routine::LOST_TO_SIGNAL if has(Routine::LOST_TO_SIGNAL) => probes::lost_to_signal(args),
        Routine::SEGMENT_BYTES if has(Routine::SEGMENT_BYTES) => {
            probes::byte_by_thread_pointer(first)
        }
        Routine::ENTRIES if has(Routine::ENTRIES) => {
            directories::entries(first.number(), second.number(), third.number())
        }
        Routine::RAISE if has(Routine::RAISE) => probes::raise(first, second),
        Routine::SPIN if has(Routine::SPIN) => spin(first),
        _ => -1,
    }
}

/// Returns whether a row of the suite calls a routine.
const fn has(routine: Routine) -> bool {
    ROUTINES[routine as usize]
}

/// The number of looks at a word: a second at least on any processor.
const LOOKS_MAX: u32 = 1 << 30;

/// Waits in user mode until a word is not 0.
fn spin(word: Argument) -> isize {
    for _ in 0..LOOKS_MAX {
        compiler_fence(Ordering::SeqCst);
        let now: i32 = word.address().get();
        if now != 0 {
            return now as isize;
        }
    }
    0
}
