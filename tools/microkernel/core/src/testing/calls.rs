//! Tests of system calls, traps and historic bugs, through a program's registers.

use super::{HANDLER, MEMORY, RESTORER, TestProgram};
use crate::kernel::Ending;
use crate::linux::{SIGCHLD, SIGSEGV, errno::*, flags::*, numbers as n, *};
use crate::options::Options;
use crate::scheduler::{Next, Trap};

#[test]
fn pipes_carry_bytes_and_their_ends_are_told_apart() {
    let mut program = TestProgram::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(n::PIPE2, &[at, 0]), 0);
    assert_eq!(program.get(0), 3 | 4 << 32);
    program.put(8, &[0x006f_6c6c_6568]);
    assert_eq!(program.call(n::WRITE, &[4, at + 8, 5]), 5);
    assert_eq!(program.call(n::READ, &[3, at + 16, 99]), 5);
    assert_eq!(program.get(16), 0x006f_6c6c_6568);
    assert_eq!(program.error(n::WRITE, &[3, at, 1]), Some(EBADF));
    assert_eq!(program.error(n::READ, &[4, at, 1]), Some(EBADF));
    assert_eq!(
        program.error(n::READ, &[i64::from(i32::MIN), at, 1]),
        Some(EBADF)
    );
    assert_eq!(program.error(n::WRITE, &[4, i64::MIN, 1]), Some(EFAULT));
    assert_eq!(program.call(n::CLOSE, &[4]), 0);
    assert_eq!(program.call(n::READ, &[3, at, 1]), 0);
}

#[test]
fn sleep_lasts_and_a_signal_cuts_it_short() {
    let mut program = TestProgram::new(Options::default());
    let request = program.put(0, &[1, 0]);
    assert_eq!(program.call(n::NANOSLEEP, &[request, 0]), 0);
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    let action = program.put(64, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    assert_eq!(program.call(n::RT_SIGACTION, &[14, action, 0, 8]), 0);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(n::SETITIMER, &[0, alarm, 0]), 0);
    program.begin(n::NANOSLEEP, &[request, request + 16]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, 14));
    assert_eq!((program.get(16), program.get(24)), (0, 750_000_000));
    // The handler returns, and the restorer calls rt_sigreturn.
    program.running().expect("the handler runs").rsp += 8;
    assert_eq!(program.error(n::RT_SIGRETURN, &[]), Some(EINTR));
}

#[test]
fn a_second_thread_wakes_the_first() {
    let mut program = TestProgram::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    let word = program.put(0, &[7]);
    let stack = word + 4096;
    assert_eq!(program.call(n::CLONE, &[flags, stack]), 3);
    // The creator waits at the word; so the new thread runs and gets 0 from clone.
    assert_eq!(program.call(n::FUTEX, &[word, 0, 7, 0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 3);
    assert_eq!(program.call(n::FUTEX, &[word, 1, 1]), 1);
    // It ends; then the call of the first thread has its result.
    assert_eq!(program.call(n::EXIT, &[0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 2);
    program.begin(n::EXIT_GROUP, &[256 + 5]);
    assert_eq!(program.running().err(), Some(Ending::Exit(5)));
}

#[test]
fn a_base_that_the_processor_would_refuse_is_refused_before() {
    let mut program = TestProgram::new(Options::default());
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SETTLS as i64;
    let stack = MEMORY as i64 + 4096;
    for base in [1 << 47, i64::MIN, -1] {
        let made = program.error(n::CLONE, &[flags, stack, 0, 0, base]);
        assert_eq!(made, Some(EPERM));
    }
    assert_eq!(program.call(n::CLONE, &[flags, stack, 0, 0, stack]), 3);
}

#[test]
fn a_fault_ends_the_program_and_not_the_kernel() {
    let mut program = TestProgram::new(Options::default());
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

#[test]
fn a_program_that_leaves_its_half_ends() {
    let mut program = TestProgram::new(Options::default());
    program.running().expect("the program runs").rip = 0xffff_8000_0000_0000;
    program.kernel.trap(Trap::Interrupt);
    assert_eq!(program.running().err(), Some(Ending::Signal(SIGSEGV)));
}

#[test]
fn no_number_and_no_argument_hurts_the_kernel() {
    let mut program = TestProgram::new(Options::default());
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
    let ends = [n::EXIT, n::EXIT_GROUP, n::RT_SIGRETURN, more::RT_SIGSUSPEND];
    for number in (0..340).filter(|number| !ends.contains(number)) {
        for seed in 0..200_usize {
            let arg = |place: usize| odd[(seed * 7 + place * (seed / 9 + 1)) % odd.len()];
            let args = [0, 1, 2, 3, 4, 5].map(arg);
            program.begin(number, &args);
            // A call that waits forever is allowed, as is the end by a signal of its own.
            let stuck = matches!(program.kernel.decide(), Next::Idle(_) | Next::Ended(_));
            if stuck || !program.kernel.ready.contains(&2) {
                program = TestProgram::new(Options::default());
            }
        }
    }
}

#[test]
fn the_second_historic_bug_sleeps_for_ever() {
    let mut program = TestProgram::new(Options {
        nanosleep_negative_blocks: true,
        ..Options::default()
    });
    let request = program.put(0, &[u64::MAX, 0]);
    program.begin(n::NANOSLEEP, &[request, 0]);
    assert!(matches!(program.kernel.decide(), Next::Idle(Some(until)) if until > 1 << 62));
}

#[test]
#[should_panic(expected = "index out of bounds")]
fn the_first_historic_bug_panics() {
    let mut program = TestProgram::new(Options {
        dup2_negative_panics: true,
        ..Options::default()
    });
    program.call(n::DUP2, &[1, -1]);
}

#[test]
fn every_number_of_the_suite_is_in_the_table() {
    let ends = [n::EXIT, n::EXIT_GROUP, n::RT_SIGRETURN];
    // The suite makes these only where a kernel has no prlimit64 or epoll_create1.
    let replacements = [n::GETRLIMIT, n::SETRLIMIT, n::EPOLL_CREATE];
    let left_out = [ends, replacements].concat();
    for &(name, number) in n::ALL.iter().filter(|one| !left_out.contains(&one.1)) {
        let mut program = TestProgram::new(Options::default());
        let args = match number {
            // Other flags and operations of these two return ENOSYS.
            n::CLONE => [CLONE_THREAD; 6],
            n::FUTEX => [0; 6],
            _ => [-1; 6],
        };
        assert_ne!(program.error(number, &args), Some(ENOSYS), "{name}");
    }
    let mut program = TestProgram::new(Options::default());
    for number in [999, u16::MAX] {
        assert_eq!(program.error(number, &[]), Some(ENOSYS));
    }
}

#[test]
fn a_timer_counts_the_expiries_while_its_signal_is_blocked() {
    let mut program = TestProgram::new(Options::default());
    let action = program.put(0, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    assert_eq!(program.call(n::RT_SIGACTION, &[14, action, 0, 8]), 0);
    let set = program.put(64, &[1 << 13]);
    assert_eq!(program.call(n::RT_SIGPROCMASK, &[0, set, 0, 8]), 0);
    let id = program.put(128, &[0]);
    assert_eq!(program.call(n::TIMER_CREATE, &[CLOCK_MONOTONIC, 0, id]), 0);
    // The first expiry after 1 ms, then one every 2 ms.
    let times = program.put(192, &[0, 2_000_000, 0, 1_000_000]);
    assert_eq!(program.call(n::TIMER_SETTIME, &[0, 0, times, 0]), 0);
    let request = program.put(256, &[0, 10_000_000]);
    assert_eq!(program.call(n::NANOSLEEP, &[request, 0]), 0);
    program.begin(n::RT_SIGPROCMASK, &[1, set, 0, 8]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, 14));
    // At 1 ms the signal is sent; at 3, 5, 7 and 9 ms the timer expires while it is pending.
    assert_eq!(program.call(n::TIMER_GETOVERRUN, &[0]), 4);
    assert_eq!(program.call(n::TIMER_DELETE, &[0]), 0);
    assert_eq!(program.error(n::TIMER_DELETE, &[0]), Some(EINVAL));
}

#[test]
fn a_child_that_ends_wakes_its_parent_and_closes_only_its_own() {
    let mut program = TestProgram::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(n::PIPE2, &[at, 0]), 0);
    let action = program.put(64, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    let flags = CLONE_VM | i64::from(SIGCHLD);
    assert_eq!(
        program.call(n::RT_SIGACTION, &[SIGCHLD.into(), action, 0, 8]),
        0
    );
    assert_eq!(program.call(n::CLONE, &[flags, at + 4096]), 3);
    // The parent waits; so the child runs, and closes its copy of the writing end.
    assert_eq!(program.call(n::WAIT4, &[-1, at + 128, 0, 0]), 0);
    assert_eq!(program.call(n::GETPPID, &[]), 2);
    assert_eq!(program.call(n::CLOSE, &[4]), 0);
    program.begin(n::EXIT, &[7]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, SIGCHLD as u64));
    context.rsp += 8;
    assert_eq!(program.call(n::RT_SIGRETURN, &[]), 3);
    assert_eq!(program.get(128) as u32, 7 << 8);
    assert_eq!(program.call(n::WRITE, &[4, at, 1]), 1);
}

#[test]
fn a_list_that_is_shortened_while_it_is_written_ends_the_write() {
    let mut program = TestProgram::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(n::PIPE2, &[at, 0]), 0);
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(n::CLONE, &[flags, at + 4096]), 3);
    // 70,000 bytes, of which a pipe takes 65,536: the creator waits, and the other thread runs.
    let zeros = [MEMORY, 3_500].repeat(20);
    let list = program.put(64, &zeros);
    program.begin(n::WRITEV, &[4, list, 20]);
    assert_eq!(program.call(n::GETTID, &[]), 3);
    program.put(64, &[MEMORY, 3_500, MEMORY, 0, MEMORY, 0].repeat(7));
    // Now the list is shorter than the bytes that are written.
    assert_eq!(program.call(n::READ, &[3, at + 2_000, 1]), 1);
    program.kernel.trap(Trap::Interrupt);
    assert_eq!(program.running().expect("the maker goes on").rax, 65_536);
}

#[test]
fn microseconds_that_no_product_holds_are_refused() {
    let mut program = TestProgram::new(Options::default());
    let times = program.put(0, &[0, u64::MAX, 0, 0]);
    assert_eq!(program.error(n::SETITIMER, &[0, times, 0]), Some(EINVAL));
}
