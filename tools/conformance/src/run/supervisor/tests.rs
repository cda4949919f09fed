//! The pipes of the supervisor, and the commands that it reads.

use std::io::Write;

use super::*;

/// Long enough that only a call that waits in vain takes so long.
const PATIENCE: Duration = Duration::from_secs(10);

fn pipe() -> (Pipe, io::PipeWriter) {
    let (reader, writer) = io::pipe().expect("a pipe");
    (Pipe::new(Some(reader)), writer)
}

fn ready(pipes: [&Pipe; 2], patience: Duration) -> [bool; 2] {
    readable(pipes, patience).expect("poll works")
}

#[test]
fn bytes_and_end_of_file_are_readable_and_silence_is_not() {
    let (mut one, mut to_one) = pipe();
    let (mut other, to_other) = pipe();
    assert_eq!(ready([&one, &other], Duration::ZERO), [false, false]);
    to_one.write_all(b"abc").expect("room");
    assert_eq!(ready([&one, &other], PATIENCE), [true, false]);
    let mut bytes = b"-".to_vec();
    one.read(&mut bytes);
    assert_eq!(bytes, b"-abc");
    assert_eq!(ready([&one, &other], Duration::ZERO), [false, false]);
    drop(to_other);
    assert_eq!(ready([&one, &other], PATIENCE), [false, true]);
    other.read(&mut bytes);
    assert_eq!((&bytes[..], other.is_closed()), (&b"-abc"[..], true));
    // A closed pipe is never readable, so that nobody waits for it in a busy loop.
    drop(to_one);
    assert_eq!(ready([&other, &one], PATIENCE), [false, true]);
}

#[test]
fn wait_for_silent_pipes_lasts_as_long_as_it_was_asked_for() {
    let ((one, _to_one), closed) = (pipe(), Pipe(None));
    for pipes in [[&one, &closed], [&closed, &closed]] {
        let begun = Instant::now();
        assert_eq!(ready(pipes, Duration::from_micros(1500)), [false, false]);
        assert!(begun.elapsed() >= Duration::from_micros(1500));
    }
}

/// A command that has ended, as [`Supervisor`] knows it, with this pipe as its stdout.
fn ended(stdout: Pipe) -> Supervisor {
    let mut child = Command::new("true").spawn().expect("true runs");
    let status = child.wait().expect("true ends");
    let mut supervisor = Supervisor {
        supervisor: child,
        stdout,
        stderr: Pipe(None),
        ended: None,
        unread: 0,
    };
    supervisor.gone(status);
    supervisor
}

/// All bytes up to the end of the console, and the number of reads.
fn rest(supervisor: &mut Supervisor) -> (usize, usize) {
    let (mut bytes, mut reads) = (0, 0);
    loop {
        reads += 1;
        match supervisor.read(PATIENCE).expect("poll works").stdout {
            Stdout::Bytes(more) => bytes += more.len(),
            Stdout::Quiet => panic!("the command is gone: nothing to wait for"),
            Stdout::Closed => return (bytes, reads),
        }
    }
}

#[test]
fn console_of_a_command_that_is_gone_is_read_to_its_end_however_late() {
    let (reader, mut writer) = pipe();
    writer.write_all(&[b'x'; 50_000]).expect("room");
    let mut supervisor = ended(reader);
    // The reader is late, and a stranger holds the pipe open.
    std::thread::sleep(Duration::from_millis(50));
    let begun = Instant::now();
    assert_eq!(rest(&mut supervisor), (50_000, 2));
    assert!(begun.elapsed() < PATIENCE);
    drop(writer);
}

#[test]
fn stranger_who_writes_for_ever_is_not_read_for_ever() {
    let (reader, mut writer) = pipe();
    writer.write_all(b"the last line\n").expect("room");
    let mut supervisor = ended(reader);
    let stranger = std::thread::spawn(move || while writer.write_all(&[b'x'; 4096]).is_ok() {});
    let (bytes, _) = rest(&mut supervisor);
    assert!(bytes <= 2 * PIPE_SIZE, "{bytes}");
    drop(supervisor);
    stranger.join().expect("it ends with the pipe");
}
