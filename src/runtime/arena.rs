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

#[unsafe(link_section = ".arena")]
static ARENA: Arena = Arena(UnsafeCell::new([0; ARENA_SIZE]));

/// Integers and arrays of them: types of which any bytes are a value. The trait is sealed.
pub trait Pod: Copy + sealed::Pod {}

mod sealed {
    pub trait Pod {}
}

macro_rules! pod {
    ($($integer:ty)*) => {$(
        impl sealed::Pod for $integer {}
        impl Pod for $integer {}
    )*};
}
pod!(u8 i8 u16 i16 u32 i32 u64 i64 usize isize);
impl<T: Pod, const N: usize> sealed::Pod for [T; N] {}
impl<T: Pod, const N: usize> Pod for [T; N] {}

/// The address of memory that holds integers; only the runtime makes one.
#[derive(Clone, Copy)]
pub struct Address(usize);

impl Address {
    /// An address of memory.
    ///
    /// # Safety
    ///
    /// What is read at the address must be mapped and hold integers; what is written must not be
    /// memory to which the program has references.
    pub(super) const unsafe fn new(address: usize) -> Address {
        Address(address)
    }

    /// The address so many bytes further on.
    pub fn plus(self, bytes: usize) -> Address {
        Address(self.0.wrapping_add(bytes))
    }

    /// Reads what lies there, aligned or not.
    ///
    /// Every system call is a barrier to the compiler, so this sees what the kernel, handlers and
    /// threads wrote before the last one.
    pub fn get<T: Pod>(self) -> T {
        // SAFETY: `new` requires the memory to be mapped, and any bytes are a `T`.
        unsafe { (self.0 as *const T).read_unaligned() }
    }

    /// Stores a value there, aligned or not.
    pub fn put<T: Pod>(self, value: T) {
        // SAFETY: `new` requires that the memory may be written.
        unsafe { (self.0 as *mut T).write_unaligned(value) }
    }

    /// Fills memory from there on.
    pub fn fill(self, byte: u8, size: usize) {
        // SAFETY: `new` requires that the memory may be written.
        unsafe { arch::fill(self.0, byte, size) }
    }
}

/// The address of a place, as a number for the kernel.
pub fn address(place: Place) -> usize {
    at(place.offset)
}

/// The address at an offset, as a number for the kernel; it may be that of the end or beyond.
pub fn at(offset: i16) -> usize {
    (ARENA.0.get() as usize).wrapping_add_signed(offset.into())
}

/// Whether so many bytes from a place on are within the arena.
pub const fn holds(place: Place, size: usize) -> bool {
    place.offset >= 0 && place.offset as usize + size <= ARENA_SIZE
}

/// Reads what a place holds.
#[inline(always)]
pub fn get<T: Pod>(place: Place) -> T {
    inside(place, size_of::<T>()).get()
}

/// Stores a value in a place.
#[inline(always)]
pub fn put<T: Pod>(place: Place, value: T) {
    inside(place, size_of::<T>()).put(value);
}

/// The address of a place that so many bytes fit into.
///
/// It is inlined everywhere, so that nothing is left in the file of an assertion about a constant
/// place: a panic would cost 72 bytes.
#[inline(always)]
fn inside(place: Place, size: usize) -> Address {
    assert!(holds(place, size), "outside the arena");
    Address(address(place))
}

/// Poisons everything, and sets the handler's count to zero.
pub fn poison() {
    Address(at(0)).fill(POISON, ARENA_SIZE);
    put(CAUGHT, 0u32);
}

/// Whether nothing has been stored in a word since the arena was poisoned.
pub fn is_poisoned(place: Place) -> bool {
    get::<u32>(place) == u32::from_ne_bytes([POISON; 4])
}

/// Writes down the process id, if it is not there yet.
///
/// Not before a row names it: a kernel that dies of the question must not die before each script.
#[inline(never)]
pub fn cache_pid() {
    if is_poisoned(SELF) {
        put(SELF, own_id());
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
