//! Routines: checks that rows cannot express. Rows call them and judge their results.

mod descriptors;
mod pipes;
mod polling;

use posix_conformance::plan::routine::Routine;

use crate::runtime::argument::Argument;
use crate::runtime::probes;

/// Runs the routine of that number; returns -1 where there is none.
pub fn call(number: u8, args: &[Argument; 6]) -> isize {
    let Some(routine) = Routine::ALL.get(usize::from(number)) else {
        return -1;
    };
    let [first, second, ..] = *args;
    match routine {
        Routine::IN_ORDER => pipes::in_order(first.number(), second.number()),
        Routine::FILL_UP => pipes::fill_up(first.number()),
        Routine::POLL_ONE => polling::poll_one(first.number(), second.number()),
        Routine::STATUS_FLAGS => descriptors::status_flags(first.number()),
        Routine::LOST => probes::lost_registers(),
        Routine::LOST_TO_SIGNAL => probes::lost_to_signal(args),
        Routine::SEGMENT_BYTES => probes::byte_by_thread_pointer(first),
    }
}
