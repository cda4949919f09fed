//! Tests of processes: memory that is copied when it is written, ends, stops, new programs.

use super::{MEMORY, TestProgram, image};
use crate::arch::Architecture;
use crate::kernel::Ending;
use crate::linux::flags::{
    F_SETFD, MAP_ANONYMOUS, MAP_SHARED, O_CLOEXEC, O_WRONLY, PROT_READ, PROT_WRITE,
};
use crate::linux::process::*;
use crate::linux::{Call, SIGCHLD, SIGCONT, SIGKILL, SIGSTOP, errno::*};
use crate::options::Options;

on_each_processor! {
    a_child_has_a_copy_of_what_is_written_and_shares_the_rest
    a_child_that_stops_and_goes_on_is_reported
    a_child_of_a_parent_that_ended_belongs_to_the_kernel
    groups_and_sessions_have_leaders
    a_file_replaces_the_program
    all_memory_of_a_child_is_freed
}

const FORK: [i64; 5] = [SIGCHLD as i64, 0, 0, 0, 0];

/// Makes a child, which runs next; the parent waits for it with the options.
fn fork_and_wait<C: Architecture>(program: &mut TestProgram<C>, options: u32) {
    assert_eq!(program.call(Call::Clone, &FORK), 3);
    let status = MEMORY as i64 + 128;
    program.begin(Call::Wait4, &[-1, status, options.into(), 0]);
    assert_eq!(program.call(Call::Getpid, &[]), 3);
}

fn a_child_has_a_copy_of_what_is_written_and_shares_the_rest<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let flags = MAP_SHARED | MAP_ANONYMOUS;
    let protection = PROT_READ | PROT_WRITE;
    let shared = program.call(Call::Mmap, &[0, 4096, protection, flags, -1, 0]) as u64;
    program.put(0, &[1]);
    program.put(shared - MEMORY, &[10]);
    fork_and_wait(&mut program, 0);
    assert_eq!((program.get(0), program.get(shared - MEMORY)), (1, 10));
    program.put(0, &[2]);
    program.put(shared - MEMORY, &[20]);
    program.begin(Call::ExitGroup, &[7]);
    assert_eq!(program.call(Call::Getpid, &[]), 2);
    assert_eq!((program.get(0), program.get(shared - MEMORY)), (1, 20));
    assert_eq!(program.get(128) as u32, 7 << 8);
    assert_eq!(program.error(Call::Wait4, &[-1, 0, 0, 0]), Some(ECHILD));
}

fn a_child_that_stops_and_goes_on_is_reported<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    fork_and_wait(&mut program, WUNTRACED);
    program.begin(Call::Kill, &[3, SIGSTOP.into()]);
    assert_eq!(program.call(Call::Getpid, &[]), 2);
    assert_eq!(program.get(128) as i32, SIGSTOP << 8 | 0x7f);
    let info = MEMORY as i64 + 256;
    let options = i64::from(WEXITED | WNOHANG);
    assert_eq!(program.call(Call::Waitid, &[0, 0, info, options]), 0);
    assert_eq!(program.get(256), 0, "nothing yet");
    assert_eq!(program.call(Call::Kill, &[3, SIGCONT.into()]), 0);
    let options = i64::from(WCONTINUED | WNOWAIT);
    for _ in 0..2 {
        assert_eq!(program.call(Call::Waitid, &[1, 3, info, options]), 0);
        assert_eq!(program.get(264) as i32, CLD_CONTINUED);
        assert_eq!(program.get(272) as i32, 3);
    }
    assert_eq!(program.call(Call::Kill, &[3, SIGKILL.into()]), 0);
    assert_eq!(program.call(Call::Wait4, &[3, info, 0, 0]), 3);
    assert_eq!(program.get(256) as i32, SIGKILL);
}

fn a_child_of_a_parent_that_ended_belongs_to_the_kernel<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    fork_and_wait(&mut program, 0);
    // The child makes a child, and ends.
    assert_eq!(program.call(Call::Clone, &FORK), 4);
    program.begin(Call::Exit, &[0]);
    let mut parents = [0, 0];
    for _ in 0..2 {
        let pid = program.call(Call::Getpid, &[]);
        if pid == 4 {
            parents[0] = program.call(Call::Getppid, &[]);
            program.begin(Call::Exit, &[0]);
        } else {
            parents[1] = pid;
            program.kernel.trap(crate::scheduler::Trap::Interrupt);
        }
    }
    assert_eq!(parents, [1, 2]);
    assert_eq!(program.error(Call::Wait4, &[-1, 0, 0, 0]), Some(ECHILD));
}

fn groups_and_sessions_have_leaders<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    assert_eq!(program.error(Call::Setsid, &[]), Some(EPERM));
    assert_eq!(program.error(Call::Setpgid, &[0, 0]), Some(EPERM));
    fork_and_wait(&mut program, 0);
    assert_eq!(program.call(Call::Getpgid, &[0]), 2);
    assert_eq!(program.error(Call::Setpgid, &[0, 99]), Some(EPERM));
    assert_eq!(program.call(Call::Setpgid, &[0, 0]), 0);
    assert_eq!(program.call(Call::Getpgid, &[0]), 3);
    assert_eq!(program.error(Call::Setsid, &[]), Some(EPERM));
    assert_eq!(program.call(Call::Setpgid, &[0, 2]), 0);
    assert_eq!(program.call(Call::Setsid, &[]), 3);
    assert_eq!(program.call(Call::Getsid, &[2]), 2);
}

fn a_file_replaces_the_program<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let path = program.text(0, "/new");
    let args = [-100, path, O_WRONLY | 0o100, 0o755];
    assert_eq!(program.call(Call::Openat, &args), 3);
    for (index, byte) in image::<C>().into_iter().enumerate() {
        program.put(1024 + index as u64, &[byte.into()]);
    }
    let size = image::<C>().len() as i64;
    let bytes = MEMORY as i64 + 1024;
    assert_eq!(program.call(Call::Write, &[3, bytes, size]), size);
    let list = program.put(64, &[MEMORY, 0]);
    let exec = [path, list, list];
    assert_eq!(
        program.error(Call::Execve, &exec).map(|one| one.0),
        Some(26)
    );
    assert_eq!(program.call(Call::Fcntl, &[3, F_SETFD, 1]), 0);
    assert_eq!(program.call(Call::Dup, &[3]), 4);
    for fd in [3, 4] {
        assert_eq!(program.call(Call::Close, &[fd]), 0);
    }
    assert_eq!(program.call(Call::Openat, &[-100, path, O_CLOEXEC]), 3);
    assert_eq!(program.call(Call::Dup, &[3]), 4);
    program.catch(SIGCHLD, 0);
    program.begin(Call::Execve, &exec);
    let stack = program.running().expect("the new program runs").stack();
    let [count, name, end, environment] = program.kernel.read_words(stack).expect("the stack");
    assert_eq!((count, end), (1, 0));
    for string in [name, environment] {
        let mut text = [0; 5];
        program
            .kernel
            .read_user(string, &mut text)
            .expect("a string");
        assert_eq!(&text, b"/new\0");
    }
    assert_eq!(program.get(0), 0, "the memory is that of the file");
    assert_eq!(program.error(Call::Close, &[3]), Some(EBADF));
    assert_eq!(program.call(Call::Close, &[4]), 0);
    let action = MEMORY as i64 + 128;
    assert_eq!(
        program.call(Call::RtSigaction, &[SIGCHLD.into(), 0, action, 8]),
        0
    );
    assert_eq!(program.get(128), 0);
    program.begin(Call::ExitGroup, &[0]);
    assert_eq!(program.running().err(), Some(Ending::Exit(0)));
}

fn all_memory_of_a_child_is_freed<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    program.put(0, &[1]);
    let used = |program: &TestProgram<C>| {
        let machine = &program.kernel.machine;
        (machine.frames.iter().flatten().count(), machine.tables)
    };
    let before = used(&program);
    for child in 3..9 {
        assert_eq!(program.call(Call::Clone, &FORK), child);
        program.begin(Call::Wait4, &[-1, 0, 0, 0]);
        assert_eq!(program.call(Call::Getpid, &[]), child);
        program.put(8, &[2]);
        program.begin(Call::ExitGroup, &[0]);
        assert_eq!(program.call(Call::Getpid, &[]), 2);
    }
    program.put(8, &[3]);
    assert_eq!(used(&program), before);
}
