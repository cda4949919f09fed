//! Tests of system calls, traps and historic bugs, through a program's registers.

use super::{MEMORY, TestProgram};
use crate::arch::{Architecture, x86_64::Context};
use crate::kernel::Ending;
use crate::linux::{CLONE_SETTLS, Call, SIGALRM, SIGCHLD, SIGSEGV, errno::*, flags::*};
use crate::options::Options;
use crate::scheduler::{Next, Trap};
use posix_conformance::abi::numbers::x86_64 as n;

on_each_processor! {
    pipes_carry_bytes_and_their_ends_are_told_apart
    sleep_lasts_and_a_signal_cuts_it_short
    a_second_thread_wakes_the_first
    a_fault_ends_the_program_and_not_the_kernel
    a_program_that_leaves_its_half_ends
    no_number_and_no_argument_hurts_the_kernel
    the_second_historic_bug_sleeps_for_ever
    a_timer_counts_the_expiries_while_its_signal_is_blocked
    a_child_that_ends_wakes_its_parent_and_closes_only_its_own
    a_list_that_is_shortened_while_it_is_written_ends_the_write
    microseconds_that_no_product_holds_are_refused
}

fn pipes_carry_bytes_and_their_ends_are_told_apart<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pipe2, &[at, 0]), 0);
    assert_eq!(program.get(0), 3 | 4 << 32);
    program.put(8, &[0x006f_6c6c_6568]);
    assert_eq!(program.call(Call::Write, &[4, at + 8, 5]), 5);
    assert_eq!(program.call(Call::Read, &[3, at + 16, 99]), 5);
    assert_eq!(program.get(16), 0x006f_6c6c_6568);
    assert_eq!(program.error(Call::Write, &[3, at, 1]), Some(EBADF));
    assert_eq!(program.error(Call::Read, &[4, at, 1]), Some(EBADF));
    assert_eq!(
        program.error(Call::Read, &[i64::from(i32::MIN), at, 1]),
        Some(EBADF)
    );
    assert_eq!(program.error(Call::Write, &[4, i64::MIN, 1]), Some(EFAULT));
    assert_eq!(program.call(Call::Close, &[4]), 0);
    assert_eq!(program.call(Call::Read, &[3, at, 1]), 0);
}

fn sleep_lasts_and_a_signal_cuts_it_short<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let request = program.put(0, &[1, 0]);
    assert_eq!(program.call(Call::Nanosleep, &[request, 0]), 0);
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    program.catch(SIGALRM, 0);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(Call::Setitimer, &[0, alarm, 0]), 0);
    program.begin(Call::Nanosleep, &[request, request + 16]);
    program.assert_handles(SIGALRM);
    assert_eq!((program.get(16), program.get(24)), (0, 750_000_000));
    // The handler returns, and the restorer calls rt_sigreturn.
    program
        .running()
        .expect("the handler runs")
        .return_from_handler();
    assert_eq!(program.error(Call::RtSigreturn, &[]), Some(EINTR));
}

fn a_second_thread_wakes_the_first<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    let word = program.put(0, &[7]);
    let stack = word + 4096;
    assert_eq!(program.call(Call::Clone, &[flags, stack]), 3);
    // The creator waits at the word; so the new thread runs and gets 0 from clone.
    assert_eq!(program.call(Call::Futex, &[word, 0, 7, 0]), 0);
    assert_eq!(program.call(Call::Gettid, &[]), 3);
    assert_eq!(program.call(Call::Futex, &[word, 1, 1]), 1);
    // It ends; then the call of the first thread has its result.
    assert_eq!(program.call(Call::Exit, &[0]), 0);
    assert_eq!(program.call(Call::Gettid, &[]), 2);
    program.begin(Call::ExitGroup, &[256 + 5]);
    assert_eq!(program.running().err(), Some(Ending::Exit(5)));
}

#[test]
fn a_base_that_the_processor_would_refuse_is_refused_before() {
    let mut program = TestProgram::<Context>::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS as i64;
    let stack = MEMORY as i64 + 4096;
    for base in [1 << 47, i64::MIN, -1] {
        let made = program.error(Call::Clone, &[flags, stack, 0, 0, base]);
        assert_eq!(made, Some(EPERM));
    }
    assert_eq!(program.call(Call::Clone, &[flags, stack, 0, 0, stack]), 3);
}

fn a_fault_ends_the_program_and_not_the_kernel<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    program.running().expect("the program runs");
    program.kernel.trap(Trap::PageFault {
        address: 8,
        write: true,
        execute: false,
    });
    assert_eq!(program.running().err(), Some(Ending::Signal(SIGSEGV)));
    assert!(
        program
            .kernel
            .machine
            .console
            .starts_with(b"microkernel: signal 11")
    );
}

fn a_program_that_leaves_its_half_ends<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    *program.running().expect("the program runs") = C::new(0xffff_8000_0000_0000, 0);
    program.kernel.trap(Trap::Interrupt);
    assert_eq!(program.running().err(), Some(Ending::Signal(SIGSEGV)));
}

fn no_number_and_no_argument_hurts_the_kernel<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let odd = [
        0,
        1,
        -1,
        i64::MIN,
        i64::MAX,
        MEMORY as i64,
        1 << 47,
        4095,
        1 << 32,
    ];
    let ends = [
        Call::Exit,
        Call::ExitGroup,
        Call::RtSigreturn,
        Call::RtSigsuspend,
    ];
    let is_end = |number: &u64| C::call(*number).is_some_and(|call| ends.contains(&call));
    for number in (0..450).filter(|number| !is_end(number)) {
        for seed in 0..200_usize {
            let arg = |place: usize| odd[(seed * 7 + place * (seed / 9 + 1)) % odd.len()];
            let args = [0, 1, 2, 3, 4, 5].map(arg);
            program.begin_number(number, &args);
            // A call that waits forever is allowed, as is the end by a signal of its own.
            let stuck = matches!(program.kernel.decide(), Next::Idle(_) | Next::Ended(_));
            if stuck || !program.kernel.ready.contains(&2) {
                program = TestProgram::<C>::new(Options::default());
            }
        }
    }
}

fn the_second_historic_bug_sleeps_for_ever<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options {
        nanosleep_negative_blocks: true,
        ..Options::default()
    });
    let request = program.put(0, &[u64::MAX, 0]);
    program.begin(Call::Nanosleep, &[request, 0]);
    assert!(matches!(program.kernel.decide(), Next::Idle(Some(until)) if until > 1 << 62));
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn the_first_historic_bug_panics() {
    let mut program = TestProgram::<Context>::new(Options {
        dup2_negative_panics: true,
        ..Options::default()
    });
    program.call(Call::Dup2, &[1, -1]);
}

#[test]
fn every_number_of_the_suite_is_in_the_table() {
    let ends = [n::EXIT, n::EXIT_GROUP, n::RT_SIGRETURN];
    // The suite makes these only where a kernel has no prlimit64 or epoll_create1.
    let replacements = [n::GETRLIMIT, n::SETRLIMIT, n::EPOLL_CREATE];
    let unserved = |name: &str| name.starts_with("PIDFD_");
    let left_out = [ends, replacements].concat();
    let served = n::ALL.iter().filter(|one| !left_out.contains(&one.1));
    for &(name, number) in served.filter(|one| !unserved(one.0) && one.0 != "MEMBARRIER") {
        assert!(
            <Context as Architecture>::call(number.into()).is_some(),
            "{name}"
        );
    }
    let mut program = TestProgram::<Context>::new(Options::default());
    for number in [999, u64::from(u16::MAX), u64::MAX] {
        program.begin_number(number, &[]);
        let result = program.running().expect("the program goes on").result();
        assert_eq!(result as i64, -i64::from(ENOSYS.0));
    }
}

fn a_timer_counts_the_expiries_while_its_signal_is_blocked<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    program.catch(SIGALRM, 0);
    let set = program.put(64, &[1 << 13]);
    assert_eq!(program.call(Call::RtSigprocmask, &[0, set, 0, 8]), 0);
    let id = program.put(128, &[0]);
    assert_eq!(
        program.call(Call::TimerCreate, &[CLOCK_MONOTONIC, 0, id]),
        0
    );
    // The first expiry after 1 ms, then one every 2 ms.
    let times = program.put(192, &[0, 2_000_000, 0, 1_000_000]);
    assert_eq!(program.call(Call::TimerSettime, &[0, 0, times, 0]), 0);
    let request = program.put(256, &[0, 10_000_000]);
    assert_eq!(program.call(Call::Nanosleep, &[request, 0]), 0);
    program.begin(Call::RtSigprocmask, &[1, set, 0, 8]);
    program.assert_handles(SIGALRM);
    // At 1 ms the signal is sent; at 3, 5, 7 and 9 ms the timer expires while it is pending.
    assert_eq!(program.call(Call::TimerGetoverrun, &[0]), 4);
    assert_eq!(program.call(Call::TimerDelete, &[0]), 0);
    assert_eq!(program.error(Call::TimerDelete, &[0]), Some(EINVAL));
}

fn a_child_that_ends_wakes_its_parent_and_closes_only_its_own<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pipe2, &[at, 0]), 0);
    program.catch(SIGCHLD, 0);
    let flags = CLONE_VM | i64::from(SIGCHLD);
    assert_eq!(program.call(Call::Clone, &[flags, at + 4096]), 3);
    // The parent waits; so the child runs, and closes its copy of the writing end.
    assert_eq!(program.call(Call::Wait4, &[-1, at + 128, 0, 0]), 0);
    assert_eq!(program.call(Call::Getppid, &[]), 2);
    assert_eq!(program.call(Call::Close, &[4]), 0);
    program.begin(Call::Exit, &[7]);
    program.assert_handles(SIGCHLD);
    let context = program.running().expect("the handler runs");
    context.return_from_handler();
    assert_eq!(program.call(Call::RtSigreturn, &[]), 3);
    assert_eq!(program.get(128) as u32, 7 << 8);
    assert_eq!(program.call(Call::Write, &[4, at, 1]), 1);
}

fn a_list_that_is_shortened_while_it_is_written_ends_the_write<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pipe2, &[at, 0]), 0);
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(Call::Clone, &[flags, at + 4096]), 3);
    // 70,000 bytes, of which a pipe takes 65,536: the creator waits, and the other thread runs.
    let zeros = [MEMORY, 3_500].repeat(20);
    let list = program.put(64, &zeros);
    program.begin(Call::Writev, &[4, list, 20]);
    assert_eq!(program.call(Call::Gettid, &[]), 3);
    program.put(64, &[MEMORY, 3_500, MEMORY, 0, MEMORY, 0].repeat(7));
    // Now the list is shorter than the bytes that are written.
    assert_eq!(program.call(Call::Read, &[3, at + 2_000, 1]), 1);
    program.kernel.trap(Trap::Interrupt);
    assert_eq!(
        program.running().expect("the maker goes on").result(),
        65_536
    );
}

fn microseconds_that_no_product_holds_are_refused<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let times = program.put(0, &[0, u64::MAX, 0, 0]);
    assert_eq!(program.error(Call::Setitimer, &[0, times, 0]), Some(EINVAL));
}
