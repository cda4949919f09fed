//! What rows cannot say: routines that rows call and whose result they judge.

mod pipes;
mod polling;

use posix_conformance::plan::routine::Routine;

use crate::runtime::probes;

/// Answers a routine by its number; -1 for one that does not exist.
pub fn call(number: u8, args: &[usize; 6]) -> isize {
    let Some(routine) = Routine::ALL.get(usize::from(number)) else {
        return -1;
    };
    match routine {
        Routine::IN_ORDER => pipes::in_order(args[0], args[1]),
        Routine::FILL_UP => pipes::fill_up(args[0]),
        Routine::POLL_ONE => polling::poll_one(args[0], args[1]),
        Routine::WHAT_SURVIVES => probes::surviving_registers(),
        Routine::SEGMENT_BYTES => probes::byte_by_thread_pointer(args[0]),
    }
}
