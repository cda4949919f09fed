//! Tests of the calls for sockets, through a program's registers.

use alloc::vec::Vec;

use super::TestProgram;
use crate::arch::Architecture;
use crate::linux::{Call, SIGALRM, SIGPIPE, errno::*, flags::*, layout::sockaddr_in};
use crate::options::Options;
use crate::scheduler::Trap;

on_each_processor! {
    connections_carry_bytes_both_ways
    a_second_thread_makes_the_connection_that_the_first_waits_for
    waiting_for_a_socket_ends_with_its_timeout_or_a_signal
}

/// The loopback address with the port, stored at the offset.
fn put_loopback<C: Architecture>(program: &mut TestProgram<C>, offset: u64, port: u16) -> i64 {
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
fn listener_and_client<C: Architecture>() -> (TestProgram<C>, i64) {
    let mut program = TestProgram::<C>::new(Options::default());
    let address = put_loopback(&mut program, 0, 80);
    assert_eq!(program.call(Call::Socket, &[AF_INET, SOCK_STREAM, 0]), 3);
    assert_eq!(program.call(Call::Bind, &[3, address, 16]), 0);
    assert_eq!(program.call(Call::Listen, &[3, 0]), 0);
    assert_eq!(program.call(Call::Socket, &[AF_INET, SOCK_STREAM, 0]), 4);
    (program, address)
}

fn connections_carry_bytes_both_ways<C: Architecture>() {
    let (mut program, address) = listener_and_client::<C>();
    assert_eq!(program.call(Call::Connect, &[4, address, 16]), 0);
    let size = program.put(32, &[16]);
    assert_eq!(program.call(Call::Accept, &[3, address + 40, size]), 5);
    assert_eq!(program.call(Call::Getsockname, &[4, address + 64, size]), 0);
    assert_eq!(program.get(40), program.get(64));
    let text = program.put(96, &[0x006f_6c6c_6568]);
    for (from, to) in [(4, 5), (5, 4)] {
        assert_eq!(program.call(Call::Write, &[from, text, 5]), 5);
        assert_eq!(program.call(Call::Read, &[to, text + 8, 99]), 5);
        assert_eq!(program.get(104), 0x006f_6c6c_6568);
    }
    assert_eq!(program.call(Call::Close, &[5]), 0);
    assert_eq!(program.call(Call::Read, &[4, text, 1]), 0);
    program.catch(SIGPIPE, 0);
    program.begin(Call::Write, &[4, text, 1]);
    program.assert_handles(SIGPIPE);
}

fn a_second_thread_makes_the_connection_that_the_first_waits_for<C: Architecture>() {
    let (mut program, address) = listener_and_client::<C>();
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(Call::Clone, &[flags, address + 4096]), 3);
    // The creator waits in accept; so the new thread runs, and its connect ends both waits.
    assert_eq!(program.call(Call::Accept, &[3, 0, 0]), 0);
    assert_eq!(program.call(Call::Gettid, &[]), 3);
    program.begin(Call::Connect, &[4, address, 16]);
    let mut results = [0; 2].map(|_| {
        let result = program.running().expect("a thread goes on").result() as i64;
        program.kernel.trap(Trap::Interrupt);
        result
    });
    results.sort_unstable();
    assert_eq!(results, [0, 5]);
}

fn waiting_for_a_socket_ends_with_its_timeout_or_a_signal<C: Architecture>() {
    let (mut program, address) = listener_and_client::<C>();
    let second = program.put(64, &[1, 0]);
    let timeout = [3, SOL_SOCKET, SO_RCVTIMEO, second, 16];
    assert_eq!(program.call(Call::Setsockopt, &timeout), 0);
    assert_eq!(program.error(Call::Accept, &[3, 0, 0]), Some(EAGAIN));
    assert_eq!(program.kernel.machine.now, 1_000_000_000);
    // The first connection is queued, the second waits for room; its request outlives the call.
    assert_eq!(program.call(Call::Connect, &[4, address, 16]), 0);
    assert_eq!(program.call(Call::Socket, &[AF_INET, SOCK_STREAM, 0]), 5);
    program.catch(SIGALRM, SA_RESTART);
    let alarm = program.put(128, &[0, 0, 0, 250_000]);
    assert_eq!(program.call(Call::Setitimer, &[0, alarm, 0]), 0);
    program.begin(Call::Connect, &[5, address, 16]);
    program
        .running()
        .expect("the handler runs")
        .return_from_handler();
    assert_eq!(program.error(Call::RtSigreturn, &[]), Some(EINTR));
    assert_eq!(
        program.error(Call::Connect, &[5, address, 16]),
        Some(EALREADY)
    );
    assert_eq!(program.call(Call::Accept, &[3, 0, 0]), 6);
    assert_eq!(
        program.error(Call::Connect, &[5, address, 16]),
        Some(EISCONN)
    );
}
