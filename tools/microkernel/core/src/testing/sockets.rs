//! Tests of the calls for sockets, through a program's registers.

use alloc::vec::Vec;

use super::{HANDLER, RESTORER, TestProgram};
use crate::linux::{errno::*, flags::*, layout::sockaddr_in, numbers as n};
use crate::options::Options;
use crate::scheduler::Trap;

/// The loopback address with the port, stored at the offset.
fn put_loopback(program: &mut TestProgram, offset: u64, port: u16) -> i64 {
    let words = sockaddr_in([127, 0, 0, 1], port);
    let words = words.chunks_exact(8).map(|word| {
        word.iter()
            .rev()
            .fold(0, |all, &byte| all << 8 | u64::from(byte))
    });
    let words: Vec<u64> = words.collect();
    program.put(offset, &words)
}

/// A listening TCP socket, descriptor 3, and an unconnected one, descriptor 4.
fn listener_and_client() -> (TestProgram, i64) {
    let mut program = TestProgram::new(Options::default());
    let address = put_loopback(&mut program, 0, 80);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 3);
    assert_eq!(program.call(n::BIND, &[3, address, 16]), 0);
    assert_eq!(program.call(n::LISTEN, &[3, 0]), 0);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 4);
    (program, address)
}

#[test]
fn connections_carry_bytes_both_ways() {
    let (mut program, address) = listener_and_client();
    assert_eq!(program.call(n::CONNECT, &[4, address, 16]), 0);
    let size = program.put(32, &[16]);
    assert_eq!(program.call(n::ACCEPT, &[3, address + 40, size]), 5);
    assert_eq!(program.call(n::GETSOCKNAME, &[4, address + 64, size]), 0);
    assert_eq!(program.get(40), program.get(64));
    let text = program.put(96, &[0x006f_6c6c_6568]);
    for (from, to) in [(4, 5), (5, 4)] {
        assert_eq!(program.call(n::WRITE, &[from, text, 5]), 5);
        assert_eq!(program.call(n::READ, &[to, text + 8, 99]), 5);
        assert_eq!(program.get(104), 0x006f_6c6c_6568);
    }
    assert_eq!(program.call(n::CLOSE, &[5]), 0);
    assert_eq!(program.call(n::READ, &[4, text, 1]), 0);
    let action = program.put(128, &[HANDLER, SA_RESTORER as u64, RESTORER, 0]);
    assert_eq!(program.call(n::RT_SIGACTION, &[13, action, 0, 8]), 0);
    program.begin(n::WRITE, &[4, text, 1]);
    let context = program.running().expect("the handler runs");
    assert_eq!((context.rip, context.rdi), (HANDLER, 13));
}

#[test]
fn a_second_thread_makes_the_connection_that_the_first_waits_for() {
    let (mut program, address) = listener_and_client();
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(n::CLONE, &[flags, address + 4096]), 3);
    // The creator waits in accept; so the new thread runs, and its connect ends both waits.
    assert_eq!(program.call(n::ACCEPT, &[3, 0, 0]), 0);
    assert_eq!(program.call(n::GETTID, &[]), 3);
    program.begin(n::CONNECT, &[4, address, 16]);
    let mut results = [0; 2].map(|_| {
        let result = program.running().expect("a thread goes on").rax as i64;
        program.kernel.trap(Trap::Interrupt);
        result
    });
    results.sort_unstable();
    assert_eq!(results, [0, 5]);
}

#[test]
fn waiting_for_a_socket_ends_with_its_timeout_or_a_signal() {
    let (mut program, address) = listener_and_client();
    let second = program.put(64, &[1, 0]);
    let timeout = [3, SOL_SOCKET, SO_RCVTIMEO, second, 16];
    assert_eq!(program.call(n::SETSOCKOPT, &timeout), 0);
    assert_eq!(program.error(n::ACCEPT, &[3, 0, 0]), Some(EAGAIN));
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    // The first connection is queued, the second waits for room; its request outlives the call.
    assert_eq!(program.call(n::CONNECT, &[4, address, 16]), 0);
    assert_eq!(program.call(n::SOCKET, &[AF_INET, SOCK_STREAM, 0]), 5);
    let action = program.put(
        96,
        &[HANDLER, (SA_RESTORER | SA_RESTART) as u64, RESTORER, 0],
    );
    assert_eq!(program.call(n::RT_SIGACTION, &[14, action, 0, 8]), 0);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(n::SETITIMER, &[0, alarm, 0]), 0);
    program.begin(n::CONNECT, &[5, address, 16]);
    program.running().expect("the handler runs").rsp += 8;
    assert_eq!(program.error(n::RT_SIGRETURN, &[]), Some(EINTR));
    assert_eq!(program.error(n::CONNECT, &[5, address, 16]), Some(EALREADY));
    assert_eq!(program.call(n::ACCEPT, &[3, 0, 0]), 6);
    assert_eq!(program.error(n::CONNECT, &[5, address, 16]), Some(EISCONN));
}
