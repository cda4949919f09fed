//! Pseudo-calls that the program answers itself.

use posix_conformance::abi::numbers;
use posix_conformance::plan::arena::{CLOCK_START, POISON};
use posix_conformance::plan::call::op;

use super::print::NOTHING;
use crate::runtime::arena::{get, put};
use crate::runtime::argument::Argument;
use crate::runtime::deferred::Caller;
use crate::runtime::kernel::Source;
use crate::runtime::{kernel, signals, threads};

/// Two bytes of poison.
const UNWRITTEN: i16 = i16::from_ne_bytes([POISON; 2]);

/// Answers a pseudo-call that needs nothing of the script; returns its result.
#[inline(never)]
pub fn answer(call: u8, args: &[Argument; 6]) -> isize {
    let [first, second, third, ..] = *args;
    match call {
        op::PUT8 => first.address().put(second.number() as u8),
        op::PUT16 => first.address().put(second.number() as u16),
        op::PUT32 => first.address().put(second.number() as u32),
        op::PUT64 => first.address().put(second.number()),
        op::PAIR => first.address().put([second.number(), third.number()]),
        op::FILL => first.address().fill(second.number() as u8, third.number()),
        _ => return compute(call, first, second, third),
    }
    0
}

/// Answers a pseudo-call that has a result.
fn compute(call: u8, first: Argument, second: Argument, third: Argument) -> isize {
    let (left, right) = (first.address(), second.address());
    let (first, second, third) = (first.number(), second.number(), third.number());
    match call {
        op::SAME => count(third, |i| {
            left.plus(i).get::<u8>() != right.plus(i).get::<u8>()
        }),
        op::COUNT => count(third, |i| left.plus(i).get::<u8>() == second as u8),
        op::GET8 => left.get::<i8>() as isize,
        op::GET16 => match left.get::<i16>() {
            UNWRITTEN => NOTHING,
            number => number as isize,
        },
        op::GET32 => left.get::<i32>() as isize,
        op::GET64 => left.get::<isize>(),
        op::MINUS => first.wrapping_sub(second) as isize,
        op::AND => (first & second) as isize,
        op::BIT => 1isize.wrapping_shl(first as u32),
        op::JOIN => threads::join(Caller::thread(first)),
        op::CATCH => signals::catch(first, second, third),
        op::WATCH => signals::watch(),
        _ => clock(),
    }
}

/// Counts the numbers below `size` for which a condition holds.
fn count(size: usize, holds: impl Fn(usize) -> bool) -> isize {
    (0..size).filter(|&i| holds(i)).count() as isize
}

/// The microseconds of the monotonic clock since the last `CLOCK()`, or the error.
#[inline(never)]
fn clock() -> isize {
    kernel::note(Source::call(numbers::CLOCK_GETTIME));
    let microseconds = kernel::microseconds();
    if kernel::is_error(microseconds) {
        return microseconds;
    }
    kernel::note(Source::FOUND);
    let before: isize = get(CLOCK_START);
    put(CLOCK_START, microseconds);
    microseconds.wrapping_sub(before)
}
