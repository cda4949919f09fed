//! Pseudo-calls: what rows do to the bench without the kernel.

use posix_conformance::abi::flags::CLOCK_MONOTONIC;
use posix_conformance::abi::numbers;
use posix_conformance::plan::bench as place;
use posix_conformance::plan::call::op;

use super::bench::{address, fill, get, put};
use super::{kernel, signals, threads};

/// Answers a pseudo-call that needs nothing of the script; its result.
pub fn answer(number: u8, args: [usize; 6]) -> isize {
    let [first, second, third, ..] = args;
    match number {
        op::SAME => (0..third)
            .filter(|&i| get::<u8>(first.wrapping_add(i)) != get::<u8>(second.wrapping_add(i)))
            .count() as isize,
        op::COUNT => (0..third)
            .filter(|&i| get::<u8>(first.wrapping_add(i)) == second as u8)
            .count() as isize,
        op::GET8 => get::<i8>(first) as isize,
        op::GET16 => get::<i16>(first) as isize,
        op::GET32 => get::<i32>(first) as isize,
        op::GET64 => get::<isize>(first),
        op::PUT8 => done(put(first, second as u8)),
        op::PUT16 => done(put(first, second as u16)),
        op::PUT32 => done(put(first, second as u32)),
        op::PUT64 => done(put(first, second)),
        op::PAIR => done(put(first, [second, third])),
        op::FILL => done(fill(first, second as u8, third)),
        op::MINUS => first.wrapping_sub(second) as isize,
        op::AND => (first & second) as isize,
        op::JOIN => threads::join(first),
        op::CATCH => signals::catch(first, second, third),
        op::WATCH => signals::watch(),
        _ => clock(),
    }
}

fn done((): ()) -> isize {
    0
}

/// Microseconds of the monotonic clock since the last call, or the error.
fn clock() -> isize {
    let mut now = [0isize; 2];
    let result = kernel::call(
        numbers::CLOCK_GETTIME,
        [
            CLOCK_MONOTONIC as usize,
            now.as_mut_ptr() as usize,
            0,
            0,
            0,
            0,
        ],
    );
    if result != 0 {
        return result;
    }
    let now: [isize; 2] = get(now.as_ptr() as usize);
    let microseconds = now[0].wrapping_mul(1_000_000).wrapping_add(now[1] / 1000);
    let before: isize = get(address(place::CLOCK_START));
    put(address(place::CLOCK_START), microseconds);
    microseconds.wrapping_sub(before)
}
