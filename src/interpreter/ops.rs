//! Pseudo-calls: what rows do to the arena without the kernel.

use posix_conformance::abi::numbers;
use posix_conformance::plan::arena as place;
use posix_conformance::plan::call::op;

use crate::runtime::arena::{address, fill, get, put};
use crate::runtime::{kernel, signals, threads};

/// Answers a pseudo-call that needs nothing of the script; its result.
#[inline(never)]
pub fn answer(number: u8, args: &[usize; 6]) -> isize {
    let [first, second, third, ..] = *args;
    match number {
        op::PUT8 => put(first, second as u8),
        op::PUT16 => put(first, second as u16),
        op::PUT32 => put(first, second as u32),
        op::PUT64 => put(first, second),
        op::PAIR => put(first, [second, third]),
        op::FILL => fill(first, second as u8, third),
        _ => return compute(number, first, second, third),
    }
    0
}

/// Answers a pseudo-call that has a result.
fn compute(number: u8, first: usize, second: usize, third: usize) -> isize {
    match number {
        op::SAME => count(third, |i| {
            get::<u8>(first.wrapping_add(i)) != get::<u8>(second.wrapping_add(i))
        }),
        op::COUNT => count(third, |i| get::<u8>(first.wrapping_add(i)) == second as u8),
        op::GET8 => get::<i8>(first) as isize,
        op::GET16 => get::<i16>(first) as isize,
        op::GET32 => get::<i32>(first) as isize,
        op::GET64 => get::<isize>(first),
        op::MINUS => first.wrapping_sub(second) as isize,
        op::AND => (first & second) as isize,
        op::BIT => 1isize.wrapping_shl(first as u32),
        op::JOIN => threads::join(first),
        op::CATCH => signals::catch(first, second, third),
        op::WATCH => signals::watch(),
        _ => clock(),
    }
}

/// How many of the numbers below `size` a condition holds for.
fn count(size: usize, holds: impl Fn(usize) -> bool) -> isize {
    (0..size).filter(|&i| holds(i)).count() as isize
}

/// Microseconds of the monotonic clock since the last call, or the error.
fn clock() -> isize {
    kernel::note(numbers::CLOCK_GETTIME);
    let mut now = [0isize; 2];
    let result = kernel::clock_gettime(&mut now);
    if result != 0 {
        return result;
    }
    let microseconds = now[0].wrapping_mul(1_000_000).wrapping_add(now[1] / 1000);
    let before: isize = get(address(place::CLOCK_START));
    put(address(place::CLOCK_START), microseconds);
    microseconds.wrapping_sub(before)
}
