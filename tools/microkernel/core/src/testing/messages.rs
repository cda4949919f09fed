//! Tests of messages: descriptors that are sent, ends of pairs, queues, counters, owned futexes.

use super::{MEMORY, TestProgram};
use crate::arch::Architecture;
use crate::linux::flags::{
    AF_UNIX, CLONE_FILES, CLONE_SIGHAND, CLONE_THREAD, CLONE_VM, O_NONBLOCK, O_RDWR, SOCK_STREAM,
    SOL_SOCKET,
};
use crate::linux::fs::O_CREAT;
use crate::linux::messages::{MSG_DONTWAIT, MSG_PEEK, SCM_RIGHTS, SHUT_WR, SOCK_SEQPACKET};
use crate::linux::process::{FUTEX_LOCK_PI, FUTEX_UNLOCK_PI};
use crate::linux::{Call, errno::*};
use crate::options::Options;

on_each_processor! {
    a_descriptor_arrives_with_the_bytes
    messages_of_a_pair_keep_their_bounds_and_a_shut_end_is_the_end
    a_queue_gives_the_highest_priority_first
    a_counter_is_read_and_reset
    an_owned_futex_goes_to_the_thread_that_waits
}

/// A pair of local sockets, as the descriptors 3 and 4.
fn with_pair<C: Architecture>(kind: i64) -> TestProgram<C> {
    let mut program = TestProgram::<C>::new(Options::default());
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Socketpair, &[AF_UNIX, kind, 0, at]), 0);
    assert_eq!(program.get(0), 3 | 4 << 32);
    program
}

fn a_descriptor_arrives_with_the_bytes<C: Architecture>() {
    let mut program = with_pair::<C>(SOCK_STREAM);
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pipe2, &[at, 0]), 0);
    let list = program.put(64, &[MEMORY, 1]) as u64;
    let control = (SOL_SOCKET as u64) | (SCM_RIGHTS as u64) << 32;
    let rights = program.put(128, &[20, control, 6]) as u64;
    let header = program.put(256, &[0, 0, list, 1, rights, 24, 0]);
    assert_eq!(program.call(Call::Sendmsg, &[3, header, 0]), 1);
    // The sender closes its descriptor of the pipe; the message has another one.
    assert_eq!(program.call(Call::Close, &[6]), 0);
    assert_eq!(program.call(Call::Recvmsg, &[4, header, 0]), 1);
    assert_eq!((program.get(128), program.get(144) as u32), (20, 6));
    assert_eq!(program.call(Call::Write, &[6, at, 1]), 1);
    assert_eq!(program.call(Call::Close, &[6]), 0);
    assert_eq!(program.call(Call::Read, &[5, at, 9]), 1);
    assert_eq!(
        program.call(Call::Read, &[5, at, 9]),
        0,
        "no writer is left"
    );
}

fn messages_of_a_pair_keep_their_bounds_and_a_shut_end_is_the_end<C: Architecture>() {
    let mut program = with_pair::<C>(SOCK_SEQPACKET);
    let at = MEMORY as i64;
    for size in [3, 5] {
        assert_eq!(program.call(Call::Sendto, &[3, at, size, 0, 0, 0]), size);
    }
    let receive = |size: i64, flags: i64| [4, at + 64, size, flags, 0, 0];
    assert_eq!(program.call(Call::Recvfrom, &receive(9, MSG_PEEK)), 3);
    assert_eq!(program.call(Call::Recvfrom, &receive(2, 0)), 2);
    assert_eq!(program.call(Call::Recvfrom, &receive(9, 0)), 5);
    let none = program.error(Call::Recvfrom, &receive(9, MSG_DONTWAIT));
    assert_eq!(none, Some(EAGAIN));
    assert_eq!(program.call(Call::Shutdown, &[3, SHUT_WR]), 0);
    assert_eq!(program.call(Call::Recvfrom, &receive(9, 0)), 0);
    let sent = program.error(Call::Sendto, &[3, at, 1, 0, 0, 0]);
    assert_eq!(sent, Some(EPIPE));
}

fn a_queue_gives_the_highest_priority_first<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let name = program.text(0, "q");
    let attributes = program.put(64, &[0, 2, 8, 0]);
    let open = [name, O_RDWR | O_CREAT | O_NONBLOCK, 0o600, attributes];
    assert_eq!(program.call(Call::MqOpen, &open), 3);
    for priority in [1, 7] {
        let text = program.put(128, &[priority]);
        let send = [3, text, 8, priority as i64, 0];
        assert_eq!(program.call(Call::MqTimedsend, &send), 0);
    }
    let full = program.error(Call::MqTimedsend, &[3, name, 1, 0, 0]);
    assert_eq!(full, Some(EAGAIN));
    let at = MEMORY as i64 + 192;
    let receive = [3, at, 8, at + 8, 0];
    for priority in [7, 1] {
        assert_eq!(program.call(Call::MqTimedreceive, &receive), 8);
        assert_eq!(
            (program.get(192), program.get(200) as u32),
            (priority, priority as u32)
        );
    }
    assert_eq!(program.error(Call::MqTimedreceive, &receive), Some(EAGAIN));
    assert_eq!(program.call(Call::MqUnlink, &[name]), 0);
    assert_eq!(program.error(Call::MqOpen, &[name, 0, 0, 0]), Some(ENOENT));
}

fn a_counter_is_read_and_reset<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    assert_eq!(program.call(Call::Eventfd2, &[3, O_NONBLOCK]), 3);
    let number = program.put(0, &[4]);
    assert_eq!(program.call(Call::Write, &[3, number, 8]), 8);
    assert_eq!(program.call(Call::Read, &[3, number + 8, 8]), 8);
    assert_eq!(program.get(8), 7);
    assert_eq!(program.error(Call::Read, &[3, number, 8]), Some(EAGAIN));
    assert_eq!(program.error(Call::Read, &[3, number, 7]), Some(EINVAL));
}

fn an_owned_futex_goes_to_the_thread_that_waits<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let word = program.put(0, &[0]);
    let operation = |one: u64| [word, one as i64, 0, 0];
    assert_eq!(program.call(Call::Futex, &operation(FUTEX_LOCK_PI)), 0);
    assert_eq!(program.get(0) as u32, 2);
    let again = program.error(Call::Futex, &operation(FUTEX_LOCK_PI));
    assert_eq!(again, Some(EDEADLK));
    let flags = CLONE_VM | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
    assert_eq!(program.call(Call::Clone, &[flags, word + 4096]), 3);
    let request = program.put(64, &[0, 1_000]);
    program.begin(Call::Nanosleep, &[request, 0]);
    // The second thread waits, and the first one goes on after its sleep.
    assert_eq!(program.call(Call::Gettid, &[]), 3);
    program.begin(Call::Futex, &operation(FUTEX_LOCK_PI));
    assert_eq!(program.call(Call::Gettid, &[]), 2);
    assert_eq!(program.get(0) as u32, 2 | 1 << 31);
    assert_eq!(program.call(Call::Futex, &operation(FUTEX_UNLOCK_PI)), 0);
    assert_eq!(program.get(0) as u32, 3);
    let denied = program.error(Call::Futex, &operation(FUTEX_UNLOCK_PI));
    assert_eq!(denied, Some(EPERM));
}
