//! The arena: one piece of memory, known to rows by offsets.

use core::cell::UnsafeCell;

use posix_conformance::abi::errno;
use posix_conformance::plan::Place;
use posix_conformance::plan::arena::{ARENA_SIZE, CAUGHT, POISON, SELF};

use super::kernel;
use crate::arch;

/// Memory that the kernel, handlers and threads write behind the compiler's back.
#[repr(C)]
struct Arena(UnsafeCell<[u8; ARENA_SIZE]>);

// SAFETY: all access goes through raw pointers, and no reference is ever made.
unsafe impl Sync for Arena {}

#[unsafe(link_section = ".bench")]
static ARENA: Arena = Arena(UnsafeCell::new([0; ARENA_SIZE]));

/// The address of a place.
pub fn address(place: Place) -> usize {
    at(place.offset)
}

/// The address at an offset, which may be that of the end or beyond.
pub fn at(offset: i16) -> usize {
    (ARENA.0.get() as usize).wrapping_add_signed(offset.into())
}

/// Reads what lies at an address, aligned or not.
///
/// Every system call is a barrier to the compiler, so this sees what the kernel, handlers and
/// threads wrote before the last one.
pub fn get<T: Copy>(address: usize) -> T {
    // SAFETY: the callers pass addresses of the arena, of constants or of their own locals, where
    // any bytes are a valid `T` (integers only).
    unsafe { (address as *const T).read_unaligned() }
}

/// Stores a number at an address, aligned or not.
pub fn put<T: Copy>(address: usize, value: T) {
    // SAFETY: the callers pass addresses of the arena.
    unsafe { (address as *mut T).write_unaligned(value) }
}

/// Whether so many bytes from a place on are within the arena.
pub const fn holds(place: Place, size: usize) -> bool {
    place.offset >= 0 && place.offset as usize + size <= ARENA_SIZE
}

/// Fills memory with a byte.
pub fn fill(address: usize, byte: u8, size: usize) {
    // SAFETY: the callers pass ranges of the arena.
    unsafe { arch::fill(address, byte, size) }
}

/// Poisons everything, and sets the handler's count to zero.
pub fn poison() {
    fill(at(0), POISON, ARENA_SIZE);
    put(address(CAUGHT), 0u32);
}

/// Whether nothing has been stored in a word since the arena was poisoned.
pub fn is_poisoned(place: Place) -> bool {
    get::<u32>(address(place)) == u32::from_ne_bytes([POISON; 4])
}

/// Writes down the process id, if it is not there yet.
///
/// Not before a row names it: a kernel that dies of the question must not die before each script.
#[inline(never)]
pub fn cache_pid() {
    if is_poisoned(SELF) {
        put(address(SELF), own_id());
    }
}

/// The process id, or the main thread's where that is 0, 1 or negative: one of the calls may lie.
///
/// A signal sent to 0, 1 or -1 on the strength of a lie would hit others; 1 is true of a program
/// that is the first or only one. Where both answers could be true, but the kernel knows no such
/// thread in such a process, the id is one that nobody has: better no signal than one to others.
fn own_id() -> i32 {
    let [process, thread] = kernel::own_ids();
    if process <= 1 || thread <= 1 {
        return process.max(thread).max(1);
    }
    if kernel::tgkill(process as usize, thread as usize, 0) == -isize::from(errno::ESRCH.0) {
        i32::MAX
    } else {
        process
    }
}
