//! Tests of the calls for files: data, holes, mappings, directories, locks.

use super::{MEMORY, TestProgram};
use crate::arch::Architecture;
use crate::linux::flags::{
    MAP_PRIVATE, MAP_SHARED, O_NONBLOCK, O_RDWR, O_WRONLY, PROT_READ, PROT_WRITE,
};
use crate::linux::fs::*;
use crate::linux::{Call, SIGBUS, SIGCHLD, errno::*};
use crate::options::Options;
use crate::scheduler::Trap;

on_each_processor! {
    bytes_are_read_where_they_were_written
    descriptors_that_are_duplicates_share_an_offset
    a_mapped_file_is_the_file
    a_private_mapping_is_a_copy
    a_page_behind_the_end_is_a_bus_error
    a_directory_is_listed_in_pieces
    a_file_that_is_removed_stays_while_it_is_open
    locks_of_processes_exclude_each_other
    the_ends_of_a_fifo_wait_for_each_other
}

/// A file `/f` as descriptor 3, with five bytes.
fn program_with_file<C: Architecture>() -> TestProgram<C> {
    let mut program = TestProgram::<C>::new(Options::default());
    let path = program.text(0, "f");
    let flags = O_RDWR | O_CREAT;
    assert_eq!(program.call(Call::Openat, &[-100, path, flags, 0o644]), 3);
    let text = program.text(64, "hello");
    assert_eq!(program.call(Call::Write, &[3, text, 5]), 5);
    program
}

fn bytes_are_read_where_they_were_written<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pwrite64, &[3, at + 64, 5, 10_000]), 5);
    assert_eq!(program.call(Call::Lseek, &[3, 0, 2]), 10_005);
    assert_eq!(program.call(Call::Lseek, &[3, 5, 3]), 5);
    assert_eq!(program.call(Call::Lseek, &[3, 0, 4]), 4_096);
    assert_eq!(program.call(Call::Lseek, &[3, 4_096, 3]), 8_192);
    assert_eq!(program.error(Call::Lseek, &[3, 10_005, 3]), Some(ENXIO));
    assert_eq!(program.call(Call::Pread64, &[3, at + 128, 8, 9_998]), 7);
    assert_eq!(program.get(128), 0x6f_6c6c_6568 << 16);
    assert_eq!(program.call(Call::Ftruncate, &[3, 2]), 0);
    assert_eq!(program.call(Call::Ftruncate, &[3, 8]), 0);
    assert_eq!(program.call(Call::Pread64, &[3, at + 128, 8, 0]), 8);
    assert_eq!(program.get(128), 0x6568, "what was cut off is zero");
    assert_eq!(program.error(Call::Pread64, &[3, at, 1, -1]), Some(EINVAL));
}

fn descriptors_that_are_duplicates_share_an_offset<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let path = program.text(0, "/f");
    assert_eq!(program.call(Call::Dup, &[3]), 4);
    assert_eq!(program.call(Call::Openat, &[-100, path, 0]), 5);
    let offsets = [3, 4, 5].map(|fd| program.call(Call::Lseek, &[fd, 0, 1]));
    assert_eq!(offsets, [5, 5, 0]);
    assert_eq!(program.error(Call::Write, &[5, path, 1]), Some(EBADF));
}

/// Maps the first page of descriptor 3.
fn map<C: Architecture>(program: &mut TestProgram<C>, kind: i64) -> u64 {
    let protection = PROT_READ | PROT_WRITE;
    program.call(Call::Mmap, &[0, 8_192, protection, kind, 3, 0]) as u64
}

fn a_mapped_file_is_the_file<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let mapped = map(&mut program, MAP_SHARED) - MEMORY;
    assert_eq!(program.get(mapped), 0x6f_6c6c_6568);
    program.put(mapped, &[0x6a]);
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pread64, &[3, at + 128, 1, 0]), 1);
    assert_eq!(program.get(128) as u8, 0x6a);
    assert_eq!(program.call(Call::Pwrite64, &[3, at + 64, 5, 0]), 5);
    assert_eq!(program.get(mapped) as u8, b'h');
    let start = (mapped + MEMORY) as i64;
    assert_eq!(program.call(Call::Close, &[3]), 0);
    assert_eq!(program.call(Call::Munmap, &[start, 8_192]), 0);
}

fn a_private_mapping_is_a_copy<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let mapped = map(&mut program, MAP_PRIVATE) - MEMORY;
    assert_eq!(program.get(mapped) as u8, b'h');
    program.put(mapped, &[0x6a]);
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pread64, &[3, at + 128, 1, 0]), 1);
    assert_eq!(program.get(128) as u8, b'h');
}

fn a_page_behind_the_end_is_a_bus_error<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let mapped = map(&mut program, MAP_SHARED);
    program.catch(SIGBUS, 0);
    let fault = |address| Trap::PageFault {
        address,
        write: false,
        execute: false,
    };
    program.running().expect("the program runs");
    program.kernel.trap(fault(mapped + 8));
    program.kernel.trap(fault(mapped + 4_096));
    program.assert_handles(SIGBUS);
    // The second page is in the file now, and the first one is not after it was cut.
    assert_eq!(program.call(Call::Ftruncate, &[3, 4_097]), 0);
    program.kernel.trap(fault(mapped + 4_096));
    assert_eq!(program.call(Call::Ftruncate, &[3, 0]), 0);
    let write = program.error(Call::Write, &[1, mapped as i64, 1]);
    assert_eq!(write, Some(EFAULT));
}

fn a_directory_is_listed_in_pieces<C: Architecture>() {
    let mut program = program_with_file::<C>();
    for name in ["a", "b", "c"] {
        let path = program.text(0, name);
        assert_eq!(program.call(Call::Mkdirat, &[-100, path, 0o755]), 0);
    }
    let root = program.text(0, "/");
    assert_eq!(program.call(Call::Openat, &[-100, root, O_DIRECTORY]), 4);
    let at = MEMORY as i64 + 1024;
    assert_eq!(program.error(Call::Getdents64, &[4, at, 23]), Some(EINVAL));
    let mut names = alloc::vec![];
    while program.call(Call::Getdents64, &[4, at, 24]) == 24 {
        names.push((program.get(1024 + 19) as u8, program.get(1024 + 18) as u8));
    }
    let expected = [
        (b'.', 4),
        (b'.', 4),
        (b'f', 8),
        (b'a', 4),
        (b'b', 4),
        (b'c', 4),
    ];
    assert_eq!(names, expected);
    assert_eq!(program.call(Call::Lseek, &[4, 0, 0]), 0);
    assert_eq!(program.call(Call::Getdents64, &[4, at, 999]), 6 * 24);
    assert_eq!(program.error(Call::Getdents64, &[3, at, 99]), Some(ENOTDIR));
}

fn a_file_that_is_removed_stays_while_it_is_open<C: Architecture>() {
    let mut program = program_with_file::<C>();
    let path = program.text(0, "f");
    let frames = |program: &TestProgram<C>| program.kernel.machine.frames.iter().flatten().count();
    let before = frames(&program);
    assert_eq!(program.call(Call::Unlinkat, &[-100, path, 0]), 0);
    assert_eq!(program.error(Call::Openat, &[-100, path, 0]), Some(ENOENT));
    let at = MEMORY as i64;
    assert_eq!(program.call(Call::Pread64, &[3, at + 128, 9, 0]), 5);
    assert_eq!(program.call(Call::Close, &[3]), 0);
    assert_eq!(frames(&program), before - 1);
}

fn locks_of_processes_exclude_each_other<C: Architecture>() {
    let mut program = program_with_file::<C>();
    // F_WRLCK of the bytes 1 to 4.
    let lock = program.put(128, &[1, 1, 4, 0]);
    assert_eq!(program.call(Call::Fcntl, &[3, F_SETLK, lock]), 0);
    assert_eq!(program.call(Call::Clone, &[SIGCHLD.into(), 0, 0, 0, 0]), 3);
    program.begin(Call::Wait4, &[-1, 0, 0, 0]);
    assert_eq!(program.call(Call::Getpid, &[]), 3);
    assert_eq!(
        program.error(Call::Fcntl, &[3, F_SETLK, lock]),
        Some(EAGAIN)
    );
    assert_eq!(program.call(Call::Fcntl, &[3, F_GETLK, lock]), 0);
    assert_eq!(
        (program.get(136), program.get(144), program.get(152) as i32),
        (1, 4, 2)
    );
    let free = program.put(128, &[1, 5, 4, 0]);
    assert_eq!(program.call(Call::Fcntl, &[3, F_SETLK, free]), 0);
    // A close of any descriptor of the file releases the child's lock.
    assert_eq!(program.call(Call::Dup, &[3]), 4);
    assert_eq!(program.call(Call::Close, &[4]), 0);
    program.begin(Call::ExitGroup, &[0]);
    assert_eq!(program.call(Call::Getpid, &[]), 2);
}

fn the_ends_of_a_fifo_wait_for_each_other<C: Architecture>() {
    let mut program = TestProgram::<C>::new(Options::default());
    let path = program.text(0, "f");
    let open = |flags: i64| [-100, path, flags, 0];
    assert_eq!(program.call(Call::Mknodat, &[-100, path, 0o10_600, 0]), 0);
    let writer = open(O_WRONLY | O_NONBLOCK);
    assert_eq!(program.error(Call::Openat, &writer), Some(ENXIO));
    assert_eq!(program.call(Call::Clone, &[SIGCHLD.into(), 0, 0, 0, 0]), 3);
    program.begin(Call::Openat, &open(0));
    assert_eq!(program.call(Call::Getpid, &[]), 3, "the reader waits");
    assert_eq!(program.call(Call::Openat, &open(O_WRONLY)), 3);
    assert_eq!(program.call(Call::Write, &[3, path, 1]), 1);
    program.begin(Call::ExitGroup, &[0]);
    assert_eq!(program.call(Call::Getpid, &[]), 2);
    assert_eq!(program.call(Call::Read, &[3, path + 64, 9]), 1);
    assert_eq!(program.call(Call::Read, &[3, path + 64, 9]), 0);
    assert_eq!(program.error(Call::Lseek, &[3, 0, 0]), Some(ESPIPE));
}
