//! System calls on paths that the suite makes itself, each with the older call where a kernel has
//! only that.

use posix_conformance::abi::errno;
use posix_conformance::abi::files::{AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_NOFOLLOW};
use posix_conformance::abi::flags::{F_DUPFD, O_RDONLY};
use posix_conformance::abi::numbers::{self, ABSENT};
use posix_conformance::plan::Place;

use super::arena;
use super::argument::{self, Argument};
use super::kernel::{self, Source};
use crate::arch::{syscall1, syscall3};

/// The current folder as a register.
const HERE: usize = AT_FDCWD as usize;

/// Makes a call on a path, or the older one where the kernel does not have it; notes the first.
///
/// The path must end in a zero byte.
fn on_path(path: &[u8], number: u16, rest: usize, older: u16) -> isize {
    assert!(path.last() == Some(&0));
    let path = path.as_ptr() as usize;
    kernel::note(Source::call(number));
    // SAFETY: the call reads the path.
    let result = unsafe { syscall3(number, HERE, path, rest) };
    if result == -isize::from(errno::ENOSYS.0) && older != ABSENT {
        // SAFETY: as before.
        return unsafe { syscall3(older, path, rest, 0) };
    }
    result
}

/// mkdirat(2) with all permissions of the owner, and the others' to read and search.
pub fn mkdir(path: &[u8]) -> isize {
    on_path(path, numbers::MKDIRAT, 0o755, numbers::MKDIR)
}

/// unlinkat(2).
pub fn unlink(path: &[u8]) -> isize {
    on_path(path, numbers::UNLINKAT, 0, numbers::UNLINK)
}

/// unlinkat(2) with `AT_REMOVEDIR`.
pub fn rmdir(path: &[u8]) -> isize {
    on_path(
        path,
        numbers::UNLINKAT,
        AT_REMOVEDIR as usize,
        numbers::RMDIR,
    )
}

/// Gives the owner all permissions of a folder, if a row has proven that the kernel can.
pub fn open_up(path: &[u8]) {
    if kernel::is_proven(numbers::FCHMODAT) {
        on_path(path, numbers::FCHMODAT, 0o700, ABSENT);
    }
}

/// chdir(2).
#[inline(never)]
pub fn chdir(path: &[u8]) -> isize {
    kernel::note(Source::call(numbers::CHDIR));
    // SAFETY: the call reads the path, which ends in a zero byte.
    unsafe { syscall1(numbers::CHDIR, path.as_ptr() as usize) }
}

/// fchdir(2).
pub fn fchdir(descriptor: usize) -> isize {
    // SAFETY: the call neither reads nor writes memory of the program.
    unsafe { syscall1(numbers::FCHDIR, descriptor) }
}

/// Opens the current folder as that descriptor, as far as the kernel can.
pub fn keep_current(descriptor: usize) {
    let path = c".".as_ptr() as usize;
    // SAFETY: the call reads the path.
    let opened = unsafe { syscall3(numbers::OPENAT, HERE, path, O_RDONLY as usize) };
    if (3..descriptor as isize).contains(&opened) {
        // SAFETY: the call neither reads nor writes memory of the program.
        unsafe {
            syscall3(
                numbers::FCNTL,
                opened as usize,
                F_DUPFD as usize,
                descriptor,
            )
        };
        kernel::close(opened as usize);
    }
}

/// unlinkat(2) of a file in a directory.
pub fn unlink_at(directory: usize, path: &[u8]) -> isize {
    assert!(path.last() == Some(&0));
    // SAFETY: the call reads the path.
    unsafe { syscall3(numbers::UNLINKAT, directory, path.as_ptr() as usize, 0) }
}

/// getdents64(2) into the arena.
pub fn getdents64(descriptor: usize, to: Place, size: usize) -> isize {
    assert!(arena::holds(to, size));
    // SAFETY: the call writes into the arena.
    unsafe { syscall3(numbers::GETDENTS64, descriptor, arena::address(to), size) }
}

/// Makes an older call in place of one that names the current folder; returns its result.
pub fn replace(number: u16, args: &[Argument; 6]) -> isize {
    let &[first, second, third, fourth, fifth, _] = argument::registers(args);
    let in_second = number == numbers::SYMLINKAT && second == HERE;
    if numbers::OPEN == ABSENT || first != HERE && !in_second {
        return -isize::from(errno::ENOSYS.0);
    }
    let (number, [first, second, third]) = match number {
        numbers::OPENAT => (numbers::OPEN, [second, third, fourth]),
        numbers::MKDIRAT => (numbers::MKDIR, [second, third, 0]),
        numbers::UNLINKAT if third & AT_REMOVEDIR as usize != 0 => (numbers::RMDIR, [second, 0, 0]),
        numbers::UNLINKAT => (numbers::UNLINK, [second, 0, 0]),
        numbers::NEWFSTATAT if fourth & AT_SYMLINK_NOFOLLOW as usize != 0 => {
            (numbers::LSTAT, [second, third, 0])
        }
        numbers::NEWFSTATAT => (numbers::STAT, [second, third, 0]),
        numbers::FACCESSAT => (numbers::ACCESS, [second, third, 0]),
        numbers::FCHMODAT => (numbers::CHMOD, [second, third, 0]),
        numbers::READLINKAT => (numbers::READLINK, [second, third, fourth]),
        numbers::SYMLINKAT => (numbers::SYMLINK, [first, third, 0]),
        numbers::LINKAT if fifth == 0 => (numbers::LINK, [second, fourth, 0]),
        numbers::RENAMEAT2 if fifth == 0 => (numbers::RENAME, [second, fourth, 0]),
        _ => return -isize::from(errno::ENOSYS.0),
    };
    // SAFETY: the arguments are those of a row, which passes the kernel only memory that it may
    // use.
    unsafe { syscall3(number, first, second, third) }
}
